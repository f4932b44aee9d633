"""searcher.match.tally, against counting the articles one by one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from conftest import random_article

from corpus.article import Article, Block
from corpus.facet import FACET
from language.timestamp import VIETNAM
from searcher.answer import Period
from searcher.request import SearchRequest
from searcher.search import Searcher

LENGTH = {"day": 10, "month": 7, "year": 4}
# Just before and just after midnight in Vietnam, which is another day, month and year in Greenwich; and before 1970.
EDGES = [
    Article(
        f"Giao thừa {at:%d}", (Block("paragraph", "trường"),), url=f"https://bao.example/giao-thua-{at:%Y%m%d%H}", published=at
    )
    for at in (
        datetime(2020, 12, 31, 16, 59, 59, tzinfo=timezone.utc),
        datetime(2020, 12, 31, 17, 0, tzinfo=timezone.utc),
        datetime(1945, 9, 2, 14, 0, tzinfo=VIETNAM),
        datetime(1969, 12, 31, 23, 0, tzinfo=timezone.utc),
    )
]


@pytest.fixture(scope="module")
def searcher(filled: Callable[..., Path]) -> Iterator[Searcher]:
    chance = random.Random(11)
    articles = [*(random_article(chance, number) for number in range(120)), *EDGES]
    searcher = Searcher.open(filled(articles[:70], articles[70:], withdrawn=[articles[3].id, articles[80].id]))
    yield searcher
    searcher.archive.close()


def name(article: Article, period: Period | None) -> str | None:
    """Return the period of an article as its date in Vietnam says it."""
    if period is None or article.published is None:
        return None
    return article.published.astimezone(VIETNAM).isoformat()[: LENGTH[period]]


@pytest.mark.parametrize("query", ["", "trường", "truong -xã", "khongco"])
@pytest.mark.parametrize("facet", [None, "tag", "source", "section"])
@pytest.mark.parametrize("period", [None, "day", "month", "year"])
def test_every_count_is_that_of_the_articles(searcher: Searcher, query: str, facet: str | None, period: Period | None) -> None:
    articles = list(searcher.find_all(SearchRequest(query)))
    expected = Counter(
        (value, name(article, period)) for article in articles for value in (FACET[facet].values_of(article) if facet else [None])
    )
    found = searcher.tally(SearchRequest(query), facet, period, most=1000)
    assert found.total == len(articles) and found.more == 0
    assert {(each.value, each.period): each.count for each in found.counts} == expected
    assert len(found.counts) == len(expected)
    assert {each.value: each.count for each in found.values} == Counter(
        value for article in articles for value in (FACET[facet].values_of(article) if facet else ())
    )


def test_the_most_frequent_come_first_each_with_its_periods_in_order(searcher: Searcher) -> None:
    found = searcher.tally(SearchRequest("trường"), "tag", "year", most=2)
    assert len(found.values) == 2 and found.more == 2
    assert found.values[0].count >= found.values[1].count
    order = [(value.value, period) for value in found.values for period in ("2020", "2021", "2022", None)]
    told = [(each.value, each.period) for each in found.counts]
    assert told == [pair for pair in order if pair in told] and told


def test_a_day_is_a_day_in_vietnam(searcher: Searcher) -> None:
    found = searcher.tally(SearchRequest("giao thừa"), None, "day", most=1)
    assert [each.period for each in found.counts] == ["1945-09-02", "1970-01-01", "2020-12-31", "2021-01-01"]


def test_what_narrows_the_search_narrows_the_counts(searcher: Searcher) -> None:
    asked = SearchRequest("trường", selected={"source": ("báo một", "báo hai")}, excluded={"tag": ("giáo_dục",)})
    found = searcher.tally(asked, "source", "month", most=10)
    assert {each.value for each in found.values} == {"báo một", "báo hai"}
    assert sum(each.count for each in found.counts) == found.total == searcher.search(asked).total
