"""Where little or nothing is found, and on pages of errors: links that lead on, each with the count that its click shows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

import lucbao
from corpus.article import Article, Block
from index.cluster.errors import ClusterUnavailable
from index.errors import told
from language.timestamp import VIETNAM
from searcher.deadline import DeadlineExceeded
from searcher.help.obstacle import cleared
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app
from web.door import words_of
from web.setting import Settings

TEXTS = (
    *(("Xã Hoành Mô, huyện Bình Liêu, tỉnh Quảng Ninh đạt chuẩn nông thôn mới.", "Báo Núi", ("nông thôn mới",)),) * 4,
    *(("Xã đạt chuẩn nông thôn mới kiểu mẫu.", "Báo Núi", ("nông thôn mới", "nông thôn mới kiểu mẫu")),) * 2,
    ("Trường học ở tỉnh Quảng Trị được sửa.", "Báo Sông", ("giáo dục",)),
    ("Trường học ở tỉnh Quảng Ngãi chưa được sửa.", "Báo Sông", ("giáo dục",)),
    *(("Giá lúa tăng.", "Báo Sông", ("giá lúa",)),) * 8,
)


@pytest.fixture
def home(build: Callable[..., Path]) -> Path:
    return build(
        [
            Article(
                f"Chuyện thứ {n}",
                (Block("paragraph", text),),
                url=f"https://bao.example/{n}",
                source=source,
                tags=tags,
                published=datetime(2024, 1 + n // 8, 1 + n, tzinfo=VIETNAM),
            )
            for n, (text, source, tags) in enumerate(TEXTS)
        ]
    )


@pytest.fixture
def searcher(home: Path) -> Iterator[Searcher]:
    searcher = Searcher.open(home)
    yield searcher
    searcher.archive.close()


@pytest.fixture
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(home)
    yield app.test_client()
    app.extensions["lucbao"].close()


@pytest.mark.parametrize(
    ("query", "near"),
    [
        ("nông thôn mới xyzzy", ["nông thôn mới 6"]),
        ("nong thon moi kieu mau xyzzy", ["nông thôn mới kiểu mẫu 2", "nông thôn mới 6"]),
        ("giáo dụkk", ["giáo dục 2"]),
        ('"giáo dục" lúa', ["giáo dục 2"]),
        ("bình liêu xyzzy", ["Huyện Bình Liêu (Quảng Ninh) 4"]),
        ("Quảng Nin", ["Quảng Ninh 4", "Quảng Ngãi 1", "Quảng Trị 1", "Xã Hoành Mô (Quảng Ninh) 4"]),
        ("xyzzy", []),
        ("-giáo dục xyzzy", []),
        ("tiêu-đề:giáo tiêu-đề:dục", []),
        ("giá lúa", []),  # found often enough
    ],
)
def test_tags_and_places_called_as_a_part_of_the_query_are_near(searcher: Searcher, query: str, near: list[str]) -> None:
    page = searcher.search(SearchRequest(query))
    assert [f"{each.label} {each.count}" for each in page.nearby] == near
    for each in page.nearby:
        assert searcher.search(SearchRequest(selected={each.facet: (each.value,)})).total == each.count


def test_what_was_chosen_already_is_not_near(searcher: Searcher) -> None:
    asked = SearchRequest("nông thôn mới kiểu mẫu xyzzy", selected={"tag": ("nông_thôn_mới",)})
    assert [each.label for each in searcher.search(asked).nearby] == ["nông thôn mới kiểu mẫu"]


def test_the_newest_of_what_is_near_is_told_where_nothing_else_is_shown(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest("giáo dụkk", near=False))
    assert [each.title for each in page.nearby_newest] == ["Chuyện thứ 7", "Chuyện thứ 6"]
    partly = searcher.search(SearchRequest("giáo dụkk trường học sửa"))
    assert partly.near and not partly.nearby_newest


@pytest.mark.parametrize(
    ("request_", "wider"),
    [
        (SearchRequest("nông thôn mới kiểu mẫu"), ["kiểu mẫu -> 6"]),
        (SearchRequest('"đạt chuẩn" Hoành', selected={"tag": ("nông_thôn_mới",)}), ["Hoành -> 6"]),
        (SearchRequest("trường", selected={"source": ("báo sông",)}), []),
        (
            SearchRequest("trường", first_day=datetime(2024, 1, 8, tzinfo=VIETNAM).date(), last_day=datetime(2024, 1, 9).date()),
            ["8/1/2024–9/1/2024 -> 2"],
        ),
        (SearchRequest("giá lúa"), []),
        (SearchRequest("xyzzy"), []),
        (SearchRequest("trường -ngãi"), ["trường -> 15", "ngãi -> 2"]),
    ],
    ids=str,
)
def test_of_few_hits_it_is_told_without_what_there_are_more(
    searcher: Searcher, request_: SearchRequest, wider: list[str]
) -> None:
    page = searcher.search(request_)
    assert [f"{each.part} -> {each.without}" for each in page.wider] == wider
    for each in page.wider:
        assert searcher.search(cleared(request_, each)).total == each.without > page.total


def read(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == status, path
    return BeautifulSoup(answer.get_data(as_text=True), "lxml")


def said(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(one.get_text(" ").split()) for one in page.select(selector)]


def counts_hold(client: FlaskClient, links: list[Tag]) -> None:
    """Each link is followed by a count, which the page it leads to says, of articles or of what it lists."""
    assert links
    for link in links:
        beside = re.match(r"\W*(\d+)", "".join(each.get_text() for each in list(link.next_siblings)[:3]))
        own = re.match(r"\d+", link.get_text())
        count = beside or own
        assert count, link
        shown = said(read(client, str(link["href"])), "main [role=status]:not(.hidden)")[0]
        assert re.match(r"\d+", shown)[0] == (count[1] if beside else count[0]), link  # type: ignore[index]


def test_every_link_of_a_page_without_hits_is_counted(client: FlaskClient) -> None:
    page = read(client, "/tim-kiem?q=giáo+dụkk&near=0")
    assert said(page, ".nearby > p") == ["Hashtag: #giáo_dục 2", "Bài mới nhất ở đó:"]
    assert said(page, ".nearby li a") == ["Chuyện thứ 7", "Chuyện thứ 6"]
    assert said(page, ".doors a") == ["bài mới nhất", "hashtag"]
    counts_hold(client, page.select(".nearby > p a, .doors a, .obstacles a, .suggestions a"))
    place = read(client, "/tim-kiem?q=bình+liêu+xyzzy")
    assert said(place, ".nearby > p") == ["Nơi: Huyện Bình Liêu (Quảng Ninh) 4"]
    counts_hold(client, place.select(".nearby > p a"))


def test_every_link_of_a_page_with_few_hits_is_counted(client: FlaskClient) -> None:
    page = read(client, "/tim-kiem?q=nông+thôn+mới+kiểu+mẫu")
    assert said(page, ".wider") == ["Để có nhiều bài hơn: bỏ “kiểu mẫu” (6 bài)"]
    counts_hold(client, page.select(".wider a, .nearby > p a"))
    days = read(client, "/tim-kiem?q=trường&from=2024-01-08&to=2024-01-09&exact=1")
    assert said(days, ".wider") == ["Để có nhiều bài hơn: bỏ giới hạn ngày “8/1/2024–9/1/2024” (2 bài)"]
    assert not read(client, "/tim-kiem?q=giá+lúa").select(".wider, .nearby, .doors")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/khong-co", 404), ("/van-ban/9/2020/nd-cp", 404), ("/noi/khong-co", 404), ("/tim-kiem.csv?from=x", 400)],
)
def test_a_page_of_an_error_has_doors_into_the_archive(client: FlaskClient, path: str, status: int) -> None:
    page = read(client, path, status)
    assert said(page, ".doors a") == ["bài mới nhất", "hashtag"]
    counts_hold(client, page.select(".doors a"))


@pytest.mark.parametrize(
    "path", ["/bai-viet/aaaaaaaaaaaa-truong-hoc-quang-tri", "/giao-duc/Truong-hoc-Quang-Tri-post1234567.html"]
)
def test_an_address_that_leads_nowhere_is_read_as_words(client: FlaskClient, path: str) -> None:
    page = read(client, path, 404)
    assert said(page, "section.notice") == ["1 bài có đủ các chữ trong địa chỉ này : truong hoc quang tri Chuyện thứ 6"]
    counts_hold(client, page.select("section.notice p a"))
    assert said(read(client, str(page.select("section.notice li a")[0]["href"])), "main h1") == ["Chuyện thứ 6"]


@pytest.mark.parametrize(
    ("path", "words", "total"),
    [
        ("/the/trường_học", "trường học", 2),
        ("/noi/hoành mô bình liêu", "hoành mô bình liêu", 4),
        ("/van-ban/nong thon moi", "nong thon moi", 6),
    ],
)
def test_a_value_that_is_not_there_is_asked_for_as_words(client: FlaskClient, path: str, words: str, total: int) -> None:
    page = read(client, path, 404)
    assert said(page, "section.notice p") == [f"{total} bài có đủ các chữ trong địa chỉ này : {words}"]
    counts_hold(client, page.select("section.notice p a"))


@pytest.mark.parametrize("asked", [ClusterUnavailable(told("cluster_unreachable")), DeadlineExceeded()])
def test_what_cannot_be_searched_now_has_doors_as_long_as_the_archive_is_known(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, asked: Exception
) -> None:
    client.get("/")

    def fail(*_: object, **__: object) -> None:
        raise asked

    monkeypatch.setattr(Searcher, "search", fail)
    assert said(read(client, "/tim-kiem?q=lúa", 503), ".doors a") == ["bài mới nhất", "hashtag"]
    monkeypatch.setattr(Searcher, "overview", fail)
    assert not read(client, "/tim-kiem?q=giá", 503).select(".doors")


@pytest.mark.parametrize("path", ["/khong-co", "/bai-viet/aaaaaaaaaaaa", "/wp-admin/setup.php"])
def test_an_address_without_words_that_are_there_means_nothing(client: FlaskClient, path: str) -> None:
    assert not read(client, path, 404).select("section.notice")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/bai-viet/abcdefghijkl-truong-hoc-moi", ["truong", "hoc", "moi"]),
        ("/thoi-su/truong-hoc-moi-20240101101.htm/", ["truong", "hoc", "moi"]),
        ("/a/b.c", []),
        ("/khong", []),
        ("/", []),
        ("/" + "-".join(["xa"] * 40), ["xa"] * 16),
    ],
)
def test_the_last_part_of_an_address_may_be_words(path: str, words: list[str]) -> None:
    assert words_of(path) == words


def test_an_error_met_before_the_password_tells_nothing_of_the_archive(home: Path) -> None:
    app = create_app(home, settings=Settings(password="mật khẩu"))
    client = app.test_client()
    for path in ("/khong-co", "/bai-viet/aaaaaaaaaaaa-truong-hoc-quang-tri", "/tim-kiem.csv?from=x"):
        answer = client.get(path, follow_redirects=True)
        assert "Chuyện thứ" not in answer.text and "doors" not in answer.text
    refused = client.post("/khong-co", headers={"Origin": "https://la.example"})
    assert refused.status_code >= 400 and "doors" not in refused.text
    app.extensions["lucbao"].close()


def test_the_command_line_offers_what_is_near_as_commands(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LUCBAO_HOME", str(home))
    for typed, counts in (("giáo dụkk", [2]), ("bình liêu xyzzy", [4])):
        lucbao.main(["search", typed, "--no-near"])
        offered = re.findall(r"  (lucbao search (?:'#|'nơi:).*?)   \((\d+) bài\)", capsys.readouterr().out)
        assert [int(count) for _, count in offered] == counts
        for command, count in offered:
            lucbao.main(shlex.split(command)[1:])
            assert re.search(rf"\b{count} bài", capsys.readouterr().out), command


def test_an_empty_archive_offers_nothing_that_is_not_there(build: Callable[..., Path]) -> None:
    app = create_app(build([]))
    client = app.test_client()
    assert not read(client, "/tim-kiem?q=giáo+dục").select(".nearby, .wider, .doors")
    assert not read(client, "/khong-co", 404).select(".doors")
    app.extensions["lucbao"].close()
