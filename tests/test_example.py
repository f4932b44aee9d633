"""searcher.help.example and web.view.example: what an archive offers to try finds something in it, and what it has nothing of is not offered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import get_args
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from language.timestamp import VIETNAM
from searcher.help.example import WRITTEN, Example, Kind
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app

pytestmark = pytest.mark.slow

TOPICS = ("nông thôn mới", "bảo hiểm y tế", "chuyển đổi số", "sáp nhập xã", "giao thông")
FIVE = [
    Article(
        f"Tin {number}: {TOPICS[number % 5]} ở huyện Bình Liêu",
        (
            Block("paragraph", f"Cán bộ nói về {TOPICS[number % 5]} và {TOPICS[number % 3]} theo Nghị định 57/2022/NĐ-CP."),
            Block("paragraph", "Người dân xây nhà, trường học được xây mới."),
        ),
        url=f"https://bao.example/{number}",
        source=("Báo Núi Sông", 'Báo "Lạ"')[number % 2],
        authors=("Lê Thị Mẫu",) if number % 3 else (),
        tags=(TOPICS[number % 5], "Bình Liêu"),
        published=datetime(2019 + number % 4, 1 + number % 12, 3, tzinfo=VIETNAM),
    )
    for number in range(30)
]
THREE = [
    Article("Mưa lớn ở Huế", (Block("paragraph", "Nước sông lên cao."),), url="https://bao.example/1"),
    Article("Giá lúa tăng", (Block("paragraph", "Nông dân được mùa."),), url="https://bao.example/2"),
    Article("Cầu mới thông xe", url="https://bao.example/3"),
]


def kinds(examples: Sequence[Example]) -> set[Kind]:
    return {example.kind for example in examples}


ARCHIVES = {
    "đủ": FIVE,
    "không thẻ": [replace(article, tags=()) for article in FIVE],
    "không ngày": [replace(article, published=None) for article in FIVE],
    "không tác giả": [replace(article, authors=()) for article in FIVE],
    "không nguồn": [replace(article, source="") for article in FIVE],
    "không dấu": [Article(f"Tin so {n}: nong thon moi va giao thong", url=f"https://bao.example/{n}") for n in range(5)],
    "ba bài": THREE,
    "một bài một chữ": [Article("A", url="https://bao.example/a")],
    "một bài một tiếng": [Article("Hoà", url="https://bao.example/hoa")],
    "trống": [],
}
MISSING: dict[str, set[Kind]] = {
    "đủ": set(),
    "không thẻ": {"tag"},
    "không ngày": {"days", "recent"},
    "không tác giả": {"author"},
    "không nguồn": {"source"},
    "không dấu": {"marked", "phrase", "tag", "source", "author", "document", "days", "recent"},
    "ba bài": {"tag", "source", "author", "document", "days", "recent"},
    "một bài một chữ": set(get_args(Kind)),
    "một bài một tiếng": {"near", "either", "not", "tag", "source", "author", "document", "days", "recent", "phrase"},
    "trống": set(get_args(Kind)),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_every_example_finds_what_it_says(build: Callable[..., Path], name: str) -> None:
    searcher = Searcher.open(build(ARCHIVES[name], name="kho"))
    examples = searcher.examples()
    for example in examples:
        page = searcher.search(SearchRequest(WRITTEN[example.kind].format(*example.parts), near=False))
        assert (page.total, page.problems) == (example.total, ()) and example.total > 0, example
    assert not kinds(examples) & MISSING[name]
    if len(ARCHIVES[name]) > 5:
        assert kinds(examples) == set(get_args(Kind)) - MISSING[name]
    searcher.archive.close()


def test_the_examples_show_what_the_archive_is_about(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build(FIVE))
    parts = {example.kind: example.parts for example in searcher.examples()}
    totals = {example.kind: example.total for example in searcher.examples()}
    assert parts["unmarked"] == ("binh lieu",) and parts["tag"] == ("Bình_Liêu",) and totals["tag"] == 30
    assert parts["source"] == ("Báo Núi Sông",) and "57/2022" in parts["document"][0]
    assert parts["recent"][0].startswith("#") and parts["recent"][1] == "2022"
    for kind, without in (("not", "{}"), ("days", "{}")):
        first = searcher.search(SearchRequest(without.format(parts[kind][0]), near=False)).total  # type: ignore[index]
        assert 0 < totals[kind] < first, kind  # type: ignore[index]
    assert len({parts["unmarked"], parts["phrase"], parts["marked"]}) == 3
    searcher.archive.close()


def test_the_same_articles_have_the_same_examples_however_they_came(build: Callable[..., Path]) -> None:
    chosen = []
    for name, batches in {"một": [FIVE], "nhiều": [FIVE[20:], FIVE[:7], FIVE[7:20]]}.items():
        searcher = Searcher.open(build(*batches, name=name))
        chosen.append(searcher.examples())
        searcher.archive.close()
    assert chosen[0] == chosen[1]


def test_a_new_commit_has_new_examples(build: Callable[..., Path]) -> None:
    home = build(THREE)
    searcher = Searcher.open(home)
    assert "tag" not in kinds(searcher.examples())
    with Archive.open(home / ARCHIVE_FILE) as archive:
        archive.add(FIVE[0])
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    assert "tag" in kinds(searcher.examples())
    searcher.archive.close()


def test_examples_cut_off_by_the_time_are_not_kept(build: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    searcher = Searcher.open(build(FIVE))
    monkeypatch.setattr(searcher, "_time_limit", -1)
    assert searcher.examples() == ()
    monkeypatch.setattr(searcher, "_time_limit", 60)
    assert searcher.examples()
    searcher.archive.close()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", [*ARCHIVES, "mẫu"])
def test_every_link_of_the_pages_finds_something(
    build: Callable[..., Path], archive_home: Path, name: str, language: str
) -> None:
    home = archive_home if name == "mẫu" else build(ARCHIVES[name], name="kho")
    app = create_app(home)
    client = app.test_client()
    headers = {"Accept-Language": language}
    front = BeautifulSoup(client.get("/", headers=headers).data, "lxml")
    nothing = BeautifulSoup(client.get("/tim-kiem?q=khongcotunay", headers=headers).data, "lxml")
    links = [*front.select(".examples a, .syntax a"), *nothing.select(".syntax a")]
    addresses = [str(link["href"]) for link in links]
    addresses += [f"/tim-kiem?{urlencode({'q': told.text})}" for told in nothing.select(".help span[lang]")]
    for address in addresses:
        found = client.get(address.replace("/tim-kiem", "/api/v1/search")).get_json()
        assert found["total"] > 0 and found["problems"] == [], address
    assert len(front.select(".examples a")) == (0 if name in ("trống", "một bài một chữ") else 3)
    if name in ("đủ", "mẫu"):
        assert len(front.select(".syntax a")) == len(get_args(Kind)) - 1
    app.extensions["lucbao"].close()
