"""Every number means what it says: searcher.search beside the plain definition of a match, on articles of which some are written without marks."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import SYLLABLES, random_article
from test_evaluation import random_query

from corpus.article import Article, Block
from language.normalizer import stripped
from searcher.match.occurrence import matches
from searcher.meaning.interpretation import interpret
from searcher.request import SearchRequest
from searcher.search import Searcher

pytestmark = pytest.mark.slow


def without_marks(article: Article) -> Article:
    """The same article as an old e-mail would have it."""

    def bare(text: str) -> str:
        return " ".join(map(stripped, text.split()))

    blocks = tuple(Block(block.kind, bare(block.text)) for block in article.blocks)
    return replace(article, title=bare(article.title), lead=bare(article.lead), blocks=blocks)


@pytest.fixture(scope="module")
def archive(filled: Callable[..., Path]) -> tuple[Searcher, list[Article]]:
    chance = random.Random(41)
    articles = [random_article(chance, number) for number in range(90)]
    articles = [without_marks(article) if number % 6 == 0 else article for number, article in enumerate(articles)]
    return Searcher.open(filled(articles[:50], articles[50:])), articles


def full(searcher: Searcher, request: SearchRequest) -> set[str]:
    page = searcher.search(replace(request, size=100, fold=False))
    found = {hit.id for hit in page.hits if hit.match != "partial"}
    near = [hit for hit in page.hits if hit.match == "partial"]
    assert page.total == len(found)
    assert page.total + page.near == page.groups == len(page.hits) or page.groups > 100
    assert all(hit.missing for hit in near) and not (near and request.sort != "relevance")
    return found


@pytest.mark.parametrize("asked", [SearchRequest(), SearchRequest(exact_marks=True), SearchRequest(sort="newest")])
def test_full_matches_are_those_of_the_plain_definition(archive: tuple[Searcher, list[Article]], asked: SearchRequest) -> None:
    searcher, articles = archive
    chance = random.Random(3)
    nonempty = 0
    for _ in range(40):
        query = random_query(chance)
        if chance.random() < 0.3:
            query = stripped(query) if query.isalpha() else query
        request = replace(asked, query=query)
        node = interpret(searcher.collection(), request).node
        expected = {article.id for article in articles if matches(node, article, exact_marks=asked.exact_marks)}
        assert full(searcher, request) == expected, query
        assert {article.id for article in searcher.find_all(request)} == expected, query
        nonempty += bool(expected)
    assert nonempty > 20


def test_more_words_never_find_more(archive: tuple[Searcher, list[Article]]) -> None:
    searcher, _ = archive
    chance = random.Random(8)
    fewer = 0
    for _ in range(30):
        row = [chance.choice(SYLLABLES) for _ in range(4)]
        if chance.random() < 0.4:
            row = list(map(stripped, row))
        asked = SearchRequest(expand=False)
        found = [full(searcher, replace(asked, query=" ".join(row[:count]))) for count in range(1, 5)]
        if any(stripped(word) != word for word in row) and stripped(row[0]) == row[0]:
            continue  # the first mark of a query says how the others are read
        for less, more in zip(found, found[1:], strict=False):
            assert more <= less, row
            fewer += more < less
    assert fewer > 10


def test_how_a_hit_matches_is_said_of_the_thing_asked_for(build: Callable[..., Path]) -> None:
    telegram = "Con bao so 3 gay mua lon o ven bien, nhieu nha bi ngap nuoc va duong bi sat lo"
    marked = Article("Bão số 3", (Block("paragraph", "Mưa lớn ở ven biển."),), url="https://bao.example/1")
    bare = Article("Con bao so 3 gay mua lon", (Block("paragraph", telegram),), url="https://bao.example/2")
    mixed = Article(
        "Mưa lớn", (Block("paragraph", "Tỉnh nhận được tin sau."), Block("paragraph", telegram)), url="https://bao.example/3"
    )
    searcher = Searcher.open(build([marked, bare, mixed]))

    def said(query: str) -> dict[str, str]:
        return {hit.url[-1]: hit.match for hit in searcher.search(SearchRequest(query)).hits}

    assert said("bão") == {"1": "exact", "2": "unmarked", "3": "unmarked"}
    assert said('"mưa lớn"') == {"1": "exact", "2": "unmarked", "3": "exact"}
    assert said('"mưa lớn ở"') == {"1": "exact", "2": "unmarked", "3": "unmarked"}
    assert said("mua lon") == {"1": "exact", "2": "exact", "3": "exact"}
    assert said("bao số") == {"2": "unmarked", "3": "unmarked", "1": "exact"}  # nobody writes `bao` there: its mark was left out
    page = searcher.search(SearchRequest('"sạt lở"'))
    assert (page.total, page.unmarked) == (2, 2)
    assert searcher.search(SearchRequest("mưa lớn")).unmarked == 1
