"""How hits are listed: what the address says, what the cookie remembers, and what each list shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from corpus.article import Article, Block
from language.timestamp import VIETNAM
from searcher.result import Snippet
from web import create_app
from web.presentation import in_a_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

TAGS = ("mưa lũ", "miền núi", "cứu trợ", "giao thông", "thuỷ lợi")
ARTICLES = tuple(
    Article(
        f"Cầu Nậm Khe số {number} bị lũ cuốn",
        (
            Block("paragraph", "Đêm qua lũ dâng nhanh ở bản Nậm Khe."),
            Block("paragraph", "Lũ rút thì cầu đã mất hai nhịp."),
            Block("paragraph", "Chưa ai bị lũ cuốn theo."),
        ),
        url=f"https://bao.example/cau-{number}",
        source="Báo Bến Sông",
        section="Xã hội",
        tags=TAGS[: 2 + number % 4],
        published=datetime(2021, 8, 1, tzinfo=VIETNAM) + timedelta(days=9 * number),
    )
    for number in range(25)
)


@pytest.fixture
def client(filled: Callable[..., Path]) -> Iterator[FlaskClient]:
    app = create_app(filled(ARTICLES))
    yield app.test_client()
    app.extensions["lucbao"].close()


def shown(client: FlaskClient, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return BeautifulSoup(response.data, "lxml")


def chosen(page: BeautifulSoup, name: str) -> list[str]:
    return [str(button["value"]) for button in page.select(f".chooser [name={name}][aria-pressed=true]")]


def pressed(client: FlaskClient, page: BeautifulSoup, name: str, value: str) -> str:
    """Press a button of a form, and return where that leads."""
    button = page.select_one(f".chooser [name={name}][value='{value}']")
    form = button.find_parent("form") if button else None
    assert isinstance(form, Tag)
    sent = [(str(field["name"]), str(field["value"])) for field in form.select("input")]
    response = client.get(str(form["action"]), query_string=[*sent, (name, value)])
    assert response.status_code == 302
    return response.headers["Location"]


def asked(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def test_a_full_list_shows_two_snippets_and_three_hashtags(client: FlaskClient) -> None:
    page = shown(client, "/tim-kiem?q=lũ")
    assert len(page.select(".hit")) == 10 and chosen(page, "view") == ["full"] and chosen(page, "size") == ["10"]
    assert {len(hit.select(".snippet")) for hit in page.select(".hit")} == {2}
    for hit in page.select(".hit"):
        labels = [link.text for link in hit.select(".tags a")]
        folded = [link.text for link in hit.select("details.rest .tags a")]
        assert labels == ["#mưa_lũ", "#miền_núi", "#cứu_trợ", "#giao_thông", "#thuỷ_lợi"][: len(labels)] and folded == labels[3:]
        assert [summary.text.split()[-1] for summary in hit.select(".rest summary")] == ([f"+{len(folded)}"] if folded else [])


def test_a_compact_list_shows_title_paper_day_and_one_line(client: FlaskClient) -> None:
    hit = shown(client, "/tim-kiem?q=lũ&sort=oldest&view=compact").select(".hit")[0]
    assert hit.h2 and hit.h2.text.strip() == "Cầu Nậm Khe số 0 bị lũ cuốn"
    assert [part.text for part in hit.select(".outlet > *")] == ["Báo Bến Sông", "1/8/2021"]
    assert [line.text for line in hit.select(".snippet")] == ["Đêm qua lũ dâng nhanh ở bản Nậm Khe."]
    assert not hit.select(".tags") and [mark.text for mark in hit.select(".snippet mark")] == ["lũ"]


def test_what_is_chosen_is_in_the_address_and_in_every_link_of_the_page(client: FlaskClient) -> None:
    compact = pressed(client, shown(client, "/tim-kiem?q=lũ&sort=newest&page=2"), "view", "compact")
    assert asked(compact) == {"q": ["lũ"], "sort": ["newest"], "page": ["2"], "view": ["compact"]}
    many = pressed(client, shown(client, compact), "size", "20")
    assert asked(many) == {"q": ["lũ"], "sort": ["newest"], "size": ["20"], "view": ["compact"]}
    page = shown(client, many)
    assert len(page.select(".hit.brief")) == 20 and chosen(page, "view") == ["compact"] and chosen(page, "size") == ["20"]
    links = [str(link["href"]) for link in page.select(".pages a, .facet li a, .orders a, .hit h2 a, .facet .every a")]
    assert links and all(asked(link).get("view") == ["compact"] and asked(link).get("size") == ["20"] for link in links)
    back = shown(client, str(page.select(".hit h2 a")[3]["href"])).select_one(".back")
    assert back and asked(str(back["href"])) == asked(many)
    client.delete_cookie("list")  # whom the address is sent to sees the same
    assert len(shown(client, many).select(".hit.brief")) == 20


def test_a_choice_is_remembered_where_the_address_says_nothing(client: FlaskClient) -> None:
    page = shown(client, "/tim-kiem?q=lũ")
    response = client.get("/tim-kiem?q=lũ&view=compact&size=50&keep=1")
    assert response.headers["Set-Cookie"].startswith("list=compact-50;") and "HttpOnly" in response.headers["Set-Cookie"]
    assert response.headers["Cache-Control"] == "no-store"
    led = client.get("/tim-kiem?q=cầu&tag=mưa_lũ")
    assert led.status_code == 302
    assert asked(led.headers["Location"]) == {"q": ["cầu"], "tag": ["mưa_lũ"], "size": ["50"], "view": ["compact"]}
    for address in ("/tim-kiem?q=lũ&page=2", "/tim-kiem?q=lũ&size=20", "/tim-kiem?q=lũ&view=full"):
        assert not shown(client, address).select(".brief")
    assert asked(pressed(client, page, "view", "full")) == {"q": ["lũ"]}
    assert chosen(shown(client, "/tim-kiem?q=cầu"), "view") == ["full"]


@pytest.mark.parametrize("cookie", ["compact-33", "compact", "full-10", "-", "compact-20\n", "×", "full-1000", "<script>"])
def test_a_cookie_that_says_nothing_is_as_none(client: FlaskClient, cookie: str) -> None:
    client.set_cookie("list", cookie)
    assert not shown(client, "/tim-kiem?q=lũ").select(".brief")


@pytest.mark.parametrize(
    ("text", "marks", "line"),
    [
        ("Lũ cuốn cầu", ((0, 2),), "<mark>Lũ</mark> cuốn cầu"),
        ("Không có gì khớp ở câu mở đầu rất dài này", (), "Không có gì khớp ở câu mở đầu rất dài này"),
        (
            "Sáng nay, sau ba ngày mưa lớn liên tục, lũ cuốn cầu và lũ rút",
            ((40, 42), (55, 57)),
            "…ngày mưa lớn liên tục, <mark>lũ</mark> cuốn cầu và <mark>lũ</mark> rút",
        ),
        ("a" * 60 + "lũ", ((60, 62),), "a" * 60 + "<mark>lũ</mark>"),
        ("a" * 60 + " <b>lũ", ((64, 66),), "…&lt;b&gt;<mark>lũ</mark>"),
    ],
)
def test_a_line_begins_shortly_before_its_first_mark(text: str, marks: tuple[tuple[int, int], ...], line: str) -> None:
    assert in_a_line(Snippet("paragraph", text, marks)) == line
