"""What benchmarks/cluster.py asks and how it compares; what it measures is no test's business."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from differential import ELSE, Pair, Tally, differences
from story import Story, read_stories
from typist import KINDS, Stock, searched
from varied import varied

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from corpus.identity import article_id
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from searcher.search import Searcher

TEXTS = (
    "Hà Nội mở thêm trường học ở quận Cầu Giấy",
    "Giá lúa ở An Giang tăng mạnh vì mưa lũ",
    "Đội tuyển Việt Nam thắng trận mở màn",
)


def articles() -> Iterator[Article]:
    for number in range(60):
        text = TEXTS[number % 3]
        blocks = tuple(Block("paragraph", f"{text}, tin thứ {number} đoạn {each}.") for each in range(4))
        yield Article(title=f"{text} lần {number}", blocks=blocks, url=f"https://bao.example/{number}", source="Báo")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    home = tmp_path_factory.mktemp("kho")
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive, archive.batch():
        for article in varied(articles()):
            archive.add(article)
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER, processes=1)
    return Searcher.open(home)


def test_articles_vary_in_all_that_an_archive_may_have() -> None:
    made = list(varied(articles()))
    assert made == list(varied(articles()))
    urls = [article.url for article in made]
    assert len(set(urls)) < len(urls) and any(url.endswith("khac") for url in urls)
    assert {bool(article.tags) for article in made} == {bool(article.section) for article in made} == {True, False}
    assert any(article.title.isascii() for article in made)


def test_a_number_is_always_the_same_search_and_every_kind_has_its_turn(searcher: Searcher) -> None:
    stock = Stock.of(searcher, searcher.archive)
    asked = [searched(stock, number) for number in range(4 * len(KINDS))]
    assert asked == [searched(Stock.of(searcher, searcher.archive), number) for number in range(4 * len(KINDS))]
    assert {name for name, _ in asked} == set(KINDS)
    assert any(request.selected for _, request in asked) and any(request.excluded for _, request in asked)


def test_an_engine_answers_as_itself(searcher: Searcher) -> None:
    pair, stock, tally = Pair(searcher, searcher), Stock.of(searcher, searcher.archive), Tally()
    for number in range(2 * len(KINDS)):
        found = pair.compare(searched(stock, number)[1], random.Random(number), tally)
        assert not any(found.values()), found
        assert ELSE in found


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        ({"total": 3, "hits": [1.0, "a"]}, []),
        ({"total": 4, "hits": [1.0, "a"]}, ["total"]),
        ({"total": 3, "hits": [1.00001, "a"]}, []),
        ({"total": 3, "hits": [1.001, "b"]}, ["hits[0]", "hits[1]"]),
        ({"total": 3, "hits": [1.0]}, ["hits"]),
        ({"total": 3, "hits": [1.0, "a"], "more": 1}, ["more"]),
    ],
    ids=json.dumps,
)
def test_what_differs_is_told_by_its_place(theirs: object, told: list[str]) -> None:
    assert [each.split(":")[0] for each in differences({"total": 3, "hits": [1.0, "a"]}, theirs)] == told


def test_right_answers_count_less_the_further_down_they_are(tmp_path: Path) -> None:
    gain = Story("đất", frozenset("ab")).gain
    assert gain("abc") == gain("bac") == 1
    assert 1 > gain("acb") > gain("cab") > gain("cda") > 0
    assert gain("cccccccccca") == 0
    path = tmp_path / "stories.tsv"
    path.write_text("cluster\theadline\tunaccented\turls\n0\tHà Nội\tHa Noi\thttps://a.example/1 https://a.example/2\n", "utf-8")
    columns = read_stories(path)
    assert list(columns) == ["headline", "unaccented"]
    assert columns["headline"][0].right == {article_id(f"https://a.example/{number}", []) for number in (1, 2)}
    assert [story.query for story in islice(columns["unaccented"], 1)] == ["Ha Noi"]
    path.write_text("headline\turls\n" + "".join(f"{name}\thttps://a.example\n" for name in "abcde"), "utf-8")
    halves = {half: [story.query for story in read_stories(path, half)["headline"]] for half in ("all", "tune", "held-back")}
    assert halves == {"all": [*"abcde"], "tune": [*"abc"], "held-back": [*"de"]}
