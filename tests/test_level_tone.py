"""searcher.meaning.level_tone: whether a syllable without a mark stands as it is, by what the archive writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.article import Article, Block
from searcher.meaning.interpretation import interpret
from searcher.request import SearchRequest
from searcher.search import Searcher

TEXTS = {
    "lái": "Hãng bay tuyển phi công, học phí do hãng ứng trước.",
    "phí": "Phí công khai trên cổng thông tin, mức phí công đoàn giữ nguyên.",
    "trường": "Trường đạt chuẩn quốc gia, trường học mở cửa.",
    "khí": "Lượng khí CO2 giảm, nhà máy có 2 ống khói và 30 km đường ống.",
    "điện": "De nghi cac truong bao cao truoc ngay 5, cac xa so tan dan.",
    "máy": "Bộ xử lý Intel Core i7, đo bằng cốc thử.",
}


@pytest.fixture(scope="module")
def searcher(filled: Callable[..., Path]) -> Searcher:
    articles = [Article(name, (Block("paragraph", text),), url=f"https://bao.example/{name}") for name, text in TEXTS.items()]
    return Searcher.open(filled(articles))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("phi công", {"lái"}),
        ("phi cong", {"lái", "phí"}),
        ("phi -đoàn", {"lái"}),  # what is excluded makes a query one that has marks, too
        ("phi", {"lái", "phí"}),
        ('"phi công" OR "trường học"', {"lái", "trường"}),
        ("truong đạt chuẩn", {"trường"}),  # only the telegram has `truong`, and no marks
        ("trường dat chuẩn", {"trường"}),
        ("học phi", {"lái"}),
        ("tiêu-đề:lái phi", {"lái"}),
        ('"CO2"', {"khí"}),
        ("co 2", {"khí"}),
        ("30km", {"khí"}),
    ],
)
def test_what_is_found(searcher: Searcher, query: str, found: set[str]) -> None:
    assert {hit.title for hit in searcher.search(SearchRequest(query, near=False)).hits} == found


@pytest.mark.parametrize(
    ("query", "marked"), [("CO2", "CO 2"), ("khi CO2", "CO 2"), ("co 2", "CO 2|có 2"), ('"co 2"', "CO 2|có 2")]
)
def test_letters_in_one_with_digits_stand_as_they_are(searcher: Searcher, query: str, marked: str) -> None:
    (article,) = [each for each in searcher.find_all(SearchRequest(query)) if each.title == "khí"]
    text = article.blocks[0].text
    ranges = searcher.highlights(SearchRequest(query), article).ranges[0]
    assert ("có" in {text[start:end].split()[0] for start, end in ranges}) is ("có" in marked)


def test_the_same_syllable_is_read_the_same_wherever_it_stands(searcher: Searcher) -> None:
    node = interpret(searcher.collection(), SearchRequest('phi đoàn "phi công"', expand=False)).node
    readings = {term.any_marks for leaf in node.children for term in getattr(leaf, "terms", (leaf,)) if term.exact == "phi"}  # type: ignore[union-attr]
    assert readings == {False}
