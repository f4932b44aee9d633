"""A commit -> its front page: what came in last, by paper, and what rose in the archive's last week against its own past.

Worked out once a commit, of nothing but what any engine answers, so it is the same on every engine; each count is the total of a search.

A tag, a document or a place rose if it has more articles in the week than its share of the PAST_WEEKS before lets one expect: these articles of
it, times how many articles the week has for one of those weeks. So nothing rises because a paper was added, or because there was more news of all kinds.
How far it rose is (articles - expected) / sqrt(expected + 1), about so many standard deviations; with thousands of places, what rose less than _LEAST_RISE may be chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from corpus.facet import FACET, FacetName
from language.timestamp import VIETNAM
from searcher.answer import Arrival, Arrivals, Overview
from searcher.hit import headline
from searcher.request import SearchRequest
from searcher.result import FacetValue, Headline

RISING: tuple[FacetName, ...] = ("tag", "document", "place")
"""The facets whose values are looked at."""
PAST_WEEKS = 8
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_PAPERS, _TITLES, _TITLES_WITHOUT_PAPERS = 6, 3, 6
_LOOKED_AT = 30  # of what came last of all, to know whose it is
_MOST_RISEN = 6
_LEAST_ARTICLES, _LEAST_RISE = 3, 3.0


@dataclass(frozen=True)
class Latest:
    """What came last of a paper, `source` (a value of that facet; None where no article has one), which has `count` articles."""

    source: str | None
    label: str
    count: int
    headlines: tuple[Headline, ...]


@dataclass(frozen=True)
class Risen:
    """A value of a facet with `count` articles in the week, and `before` in all PAST_WEEKS before it."""

    facet: FacetName
    value: str
    label: str
    count: int
    before: int


@dataclass(frozen=True)
class Front:
    """What came in last, the paper of the very last first, and what `risen` in the days from `first_day` to `last_day` (ISO), facet by facet.

    Compared are the days from `past_first_day` on. The days are None if no article has a date.
    """

    latest: tuple[Latest, ...] = ()
    first_day: str | None = None
    last_day: str | None = None
    past_first_day: str | None = None
    risen: tuple[Risen, ...] = ()


class Asked(Protocol):
    """The part of an engine that a front page is made of."""

    def overview(self) -> Overview: ...

    def arrivals(
        self, request: SearchRequest, most: int, *, before: int | None = None, time_limit: float | None = None
    ) -> Arrivals: ...

    def facets(self, request: SearchRequest, *, time_limit: float | None = None) -> dict[FacetName, tuple[FacetValue, ...]]: ...


def front(engine: Asked) -> Front:
    """Return the front page of the newest commit; takes the time that it needs."""
    overview = engine.overview()
    last = engine.arrivals(SearchRequest(), _LOOKED_AT, time_limit=math.inf).latest
    latest = tuple(sorted(_latest(engine, overview, last), key=lambda each: -each.headlines[0].change))
    if not last or overview.last_published is None:
        return Front(latest)
    # What says that it was published after all was archived is wrong about that.
    end = min(date.fromisoformat(overview.last_published), last[0].archived_at.astimezone(VIETNAM).date())
    try:
        begin, past = end - _WEEK + _DAY, end - (1 + PAST_WEEKS) * _WEEK + _DAY
    except OverflowError:  # an archive that ends in the year 1
        return Front(latest)
    return Front(latest, begin.isoformat(), end.isoformat(), past.isoformat(), tuple(_risen(engine, past, begin, end)))


def _latest(engine: Asked, overview: Overview, last: tuple[Arrival, ...]) -> Iterator[Latest]:
    """Yield what came last of those papers that brought something last, then of the largest."""
    known = {value.value: value for value in overview.facets.get("source", ())}
    if not known:
        if last:
            yield Latest(None, "", overview.articles, _headlines(last[:_TITLES_WITHOUT_PAPERS]))
        return
    bringing = (FACET["source"].key_of(arrival.article.source) for arrival in last)
    papers = dict.fromkeys([*(key for key in bringing if key in known), *known])
    for key in list(papers)[:_PAPERS]:
        found = engine.arrivals(SearchRequest(selected={"source": (key,)}), _TITLES, time_limit=math.inf)
        if found.latest:  # unless a commit in between has taken them away
            yield Latest(key, known[key].label, known[key].count, _headlines(found.latest))


def _headlines(arrivals: tuple[Arrival, ...]) -> tuple[Headline, ...]:
    return tuple(headline(arrival.article, arrival.change) for arrival in arrivals)


def _risen(engine: Asked, past: date, begin: date, end: date) -> Iterator[Risen]:
    """Yield what rose from `begin` to `end`, of each facet those first that rose farthest."""
    now = engine.facets(SearchRequest(first_day=begin, last_day=end), time_limit=math.inf)
    then = engine.facets(SearchRequest(first_day=past, last_day=begin - _DAY), time_limit=math.inf)
    if not _articles(then):
        return
    share = _articles(now) / _articles(then)
    for facet in RISING:
        before = {value.value: value.count for value in then[facet]}
        rises = [
            (rise, Risen(facet, value.value, value.label, value.count, before.get(value.value, 0)))
            for value in now[facet]
            if value.count >= _LEAST_ARTICLES
            and (rise := rise_of(value.count, share * before.get(value.value, 0))) >= _LEAST_RISE
        ]
        rises.sort(key=lambda each: (-each[0], -each[1].count, each[1].label))
        yield from (risen for _, risen in rises[:_MOST_RISEN])


def rise_of(articles: int, expected: float) -> float:
    """Return how far a number of articles is above what was expected."""
    return (articles - expected) / math.sqrt(expected + 1)


def _articles(facets: dict[FacetName, tuple[FacetValue, ...]]) -> int:
    """Return how many articles there are in a span of days: each of them is of one month."""
    return sum(value.count for value in facets["month"])
