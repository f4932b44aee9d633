"""What a score is the sum of, worked out by hand; that every engine explains so is tests/test_engine.py's business."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.article import Article, Block
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app

TEXTS = ("giá lúa tăng", "giá vàng giảm", "mưa lúa đổ")


def article(number: int, text: str) -> Article:
    return Article(title="", blocks=(Block("paragraph", text),), url=f"https://bao.example/{number}", source="Báo")


@pytest.fixture
def searcher(build: Callable[..., Path]) -> Searcher:
    return Searcher.open(build([article(number, text) for number, text in enumerate(TEXTS)]))


def test_the_ingredients_of_a_score_in_numbers(searcher: Searcher) -> None:
    """All lengths are the average, so a frequency of 1 is saturated to 1. Two of three articles have each term: ln(1 + 1.5 / 2.5) = .470004.

    One candidate of one has what is looked for in it: ln(1 + .5 / 1.5) = .287682. A pair weighs .5 × (1 + 3 / 1), a window .4, a syllable .5;
    the row .5 too, and 2 for being there, but one of three articles has it: ln(1 + 2.5 / 1.5) = .980829.
    """
    [hit] = searcher.search(SearchRequest("giá lúa", explain=True)).hits
    assert [(each.name, each.of, each.value) for each in hit.explanation] == [
        ("word", "giá", 0.470004),
        ("word", "lúa", 0.470004),
        ("syllable", "giá", 0.235002),
        ("syllable", "lúa", 0.235002),
        ("pair", "giá lúa", 0.575364),
        ("window", "giá … lúa", 0.115073),
        ("lead", "giá", 0.143841),
        ("lead", "lúa", 0.143841),
        ("row", "giá lúa", 2.452073),
        ("likeness", "", 2.420102),
    ]
    assert hit.score == 7.260305


def test_without_marks_no_words_count_and_pairs_weigh_more(searcher: Searcher) -> None:
    [hit] = searcher.search(SearchRequest("gia lua", explain=True)).hits
    assert [(each.name, each.of, each.value) for each in hit.explanation] == [
        ("syllable", "gia", 0.470004),
        ("syllable", "lua", 0.470004),
        ("pair", "gia lua", 0.863046),
        ("window", "gia … lua", 0.115073),
        ("lead", "gia", 0.143841),
        ("lead", "lua", 0.143841),
        ("row", "gia lua", 2.452073),
        ("likeness", "", 2.328941),
    ]


@pytest.mark.parametrize(
    "asked", [SearchRequest("giá"), SearchRequest("giá", sort="newest", explain=True), SearchRequest("", explain=True)], ids=str
)
def test_nothing_is_explained_that_is_not_asked_for_or_ordered_by_no_score(searcher: Searcher, asked: SearchRequest) -> None:
    page = searcher.search(asked)
    assert page.hits
    assert all(hit.explanation == () for hit in page.hits)


def test_those_beyond_the_best_have_no_places(build: Callable[..., Path]) -> None:
    """Where terms stand is looked at in 300 articles only, and the one after them says so."""
    page = Searcher.open(build([article(number, f"giá lúa {number}") for number in range(301)])).search(
        SearchRequest("giá lúa", explain=True, page=4, size=100)
    )
    [last] = page.hits
    assert {each.name for each in last.explanation} == {"word", "syllable"}


def test_the_api_explains_where_it_is_asked_to(build: Callable[..., Path]) -> None:
    app = create_app(build([article(number, text) for number, text in enumerate(TEXTS)]))
    client = app.test_client()
    told = client.get("/api/v1/search", query_string={"q": "giá lúa", "explain": "1"}).json
    assert told["hits"][0]["explanation"][0] == {"name": "word", "of": "giá", "value": 0.470004}
    for plain in ({}, {"explain": "0"}, {"explain": ""}):
        answer = client.get("/api/v1/search", query_string={"q": "giá lúa", **plain})
        assert answer.json["hits"][0]["explanation"] == []
    refused = client.get("/api/v1/search", query_string={"q": "giá lúa", "explain": "có"})
    assert refused.status_code == 400
    assert "explain=1" in json.dumps(refused.json)
    following = client.get("/api/v1/search", query_string={"q": "giá", "size": "1", "explain": "1"})
    assert "explain=1" in following.headers["Link"]
    app.extensions["lucbao"].close()
