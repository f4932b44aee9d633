"""Time runs out at some look at the clock of every page: what there is is shown, or a 503 says when to ask again; nobody else is given it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Checks, Once, fill, random_article
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from corpus.article import Article, Block
from corpus.identity import article_id
from corpus.permalink import permalink
from web import create_app
from web.setting import Settings

pytestmark = pytest.mark.slow

ASKED = "q=n%C3%B4ng+th%C3%B4n"
SCHOOL = Article(
    "Trường vùng cao về đích nông thôn mới",
    tuple(Block("paragraph", f"Đoạn {number}: nông thôn ở xã này đổi khác.") for number in range(5)),
    url="https://bao.example/truong",
    lead="Xã đạt chuẩn nông thôn mới.",
    tags=("nông thôn mới",),
)
ID = article_id(SCHOOL.url, [])
PLACE = permalink(ID, SCHOOL.title)
PAGES = [
    "/",
    "/tim-kiem?q=truong",
    f"/tim-kiem?{ASKED}&tag=giao+duc&page=2",
    "/tim-kiem?q=khongco",
    "/tim-kiem/loc/tag?q=truong",
    "/tim-kiem.csv?q=truong",
    "/tim-kiem.jsonl?q=truong",
    "/tim-kiem.atom?q=truong",
    f"{PLACE}?{ASKED}",
    f"{PLACE}/thay-doi",
    f"/bai-viet?url={SCHOOL.url}",
    f"/bai-viet/{ID}.ris",
    "/tra-hang-loat",
    "/the",
    "/the?xep=tang",
    "/the/nông_thôn_mới",
    "/the/không_có",
    "/van-ban",
    "/van-ban/luat nong thon",
    "/nong-thon-moi",
    "/api/v1/front",
    "/thong-ke",
    "/goi-y?q=nong+t",
    "/api",
    "/api/v1/search?q=truong",
    "/api/v1/suggest?q=nong+t",
    f"/api/v1/articles/{ID}",
    "/opensearch.xml",
    "/sitemap.xml",
    "/sitemap-1.xml",
    "/readyz",
]
MAY_BE_REFUSED = (
    "/tim-kiem/loc/",
    "/tim-kiem.",
    "/the",
    "/van-ban",
    "/thong-ke",
)  # a list that is cut short would say that there is no more


@pytest.fixture(scope="session")
def home(once: Once) -> Path:
    chance = random.Random(23)
    articles = [random_article(chance, number) for number in range(40)]
    return once("kho-trang-het-gio", lambda home: fill(home, [articles[:20], [*articles[20:], SCHOOL]]))


def asked(home: Path, ask: Callable[[FlaskClient], TestResponse]) -> tuple[TestResponse, Callable[[], TestResponse]]:
    """Return the first answer of a site that has answered nothing yet, and what asks it again."""
    app = create_app(home, settings=Settings())
    client = app.test_client()
    app.extensions["lucbao"].searcher()

    def again() -> TestResponse:
        answer = ask(client)
        answer.get_data()
        return answer

    return again(), again


def shown(answer: TestResponse) -> tuple[int, str]:
    """Return status and text without what two pages never have in common."""
    return answer.status_code, re.sub(r'\d+(?:[.,]\d+)? ms|\d+(?:[.,]\d+)? mili\w*|"took_ms":\s*[\d.]+', "", answer.text)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_shown_or_refused_whenever_time_runs_out(home: Path, checks: Checks, path: str) -> None:
    run(home, checks, lambda client: client.get(path), refusable=path.startswith(MAY_BE_REFUSED))


def test_a_list_is_asked_as_far_as_there_is_time(home: Path, checks: Checks) -> None:
    form = {"danh-sach": "nông thôn\ntrường\nkhông có"}
    run(home, checks, lambda client: client.post("/tra-hang-loat", data=form), refusable=False)


def run(home: Path, checks: Checks, ask: Callable[[FlaskClient], TestResponse], *, refusable: bool) -> None:
    checks.allow(float("inf"))
    answer, _ = asked(home, ask)
    whole, looks, tag = shown(answer), checks.done, answer.headers.get("ETag")
    for last in sorted({0, 1, looks // 2, looks - 1} & set(range(looks))):
        checks.allow(last)
        answer, again = asked(home, ask)
        assert checks.over
        assert answer.status_code == whole[0] or (answer.status_code, refusable) == (503, True), last
        assert ("Retry-After" in answer.headers) == (answer.status_code == 503)
        assert (answer.headers["Cache-Control"], answer.headers.get("ETag")) == ("no-store", None), last
        checks.allow(float("inf"))
        answer = again()
        assert (shown(answer), answer.headers.get("ETag")) == (whole, tag), last


def test_an_article_is_shown_whole_and_says_that_marks_are_missing(home: Path, checks: Checks) -> None:
    said = "chưa đánh dấu hết bài này"
    checks.allow(float("inf"))
    answer, again = asked(home, lambda client: client.get(f"{PLACE}?{ASKED}"))
    assert (answer.text.count("<mark"), said in answer.text) == (7, False)
    numbers = set()
    for last in range(0, checks.done, 3):
        checks.allow(last)
        answer = again()
        assert answer.status_code == 200
        assert all(f'<p id="doan-{number + 1}">Đoạn {number}: ' in answer.text for number in range(5))
        marks = answer.text.count("<mark")
        assert (said in answer.text) == (marks < 7)
        numbers.add(marks)
    assert {0, 7} < numbers


@pytest.mark.parametrize(
    ("query", "cuts"),
    [
        (ASKED, {(False, False, True), (True, False, False)}),  # nothing else is tried for it
        ("q=đuong", {(False, False, True), (False, True, False)}),
    ],
)
def test_a_page_of_hits_says_what_there_was_no_time_for(
    home: Path, checks: Checks, query: str, cuts: set[tuple[bool, bool, bool]]
) -> None:
    checks.allow(float("inf"))
    answer, again = asked(home, lambda client: client.get(f"/tim-kiem?{query}"))
    snippets, help_, nothing = "có bài chỉ hiện đoạn mở đầu", "chưa kịp thử những cách hỏi khác", "Đã dừng giữa chừng"
    seen = set()
    for last in range(0, checks.done, 1 + checks.done // 60):
        checks.allow(last)
        page = again().text
        seen.add((snippets in page, help_ in page, nothing in page))
    assert seen - {(False, False, False)} == cuts  # what is kept once a commit need not be worked out again


def test_a_very_long_article_is_shown_in_parts(build: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.view.article.MOST_BLOCKS_A_PART", 2)
    app = create_app(build([SCHOOL]), settings=Settings())
    client = app.test_client()
    pages = [client.get(f"{PLACE}?{ASKED}&phan={number}").text for number in (1, 2, 3)]
    assert [[n for n in range(5) if f'<p id="doan-{n + 1}">Đoạn {n}: ' in page] for page in pages] == [[0, 1], [2, 3], [4]]
    assert [page.count('<p class="lead" id="sa-po">') for page in pages] == [1, 0, 0]
    assert [page.count(f"phần {number} trong 3 phần") for number, page in enumerate(pages, start=1)] == [2, 2, 2]
    ways = ["".join(re.findall('class="parts".*?</nav>', page, re.DOTALL)) for page in pages]
    assert [sorted(set(re.findall(r"phan=(\d)", way))) for way in ways] == [["2"], ["1", "3"], ["2"]]
    assert all(f'href="{PLACE}?{ASKED}&amp;phan=2"' in pages[number] for number in (0, 2))
    shown = [client.get(f"{PLACE}?{ASKED}&phan={asked}").text for asked in ("", "0", "-1", "x", "99", "1" * 400)]
    assert [page.count("phần 1 trong 3 phần") for page in shown] == [2, 2, 2, 2, 0, 2]
    assert "phần 3 trong 3 phần" in shown[4]
    monkeypatch.undo()
    whole = client.get(f"{PLACE}?{ASKED}").text
    assert " phần" not in whole.partition("<article>")[2].partition("</article>")[0] and all(
        f'<p id="doan-{n + 1}">Đoạn {n}: ' in whole for n in range(5)
    )
