"""Values of a facet -> rows that say how they grow: articles of the archive's last year beside those of the year before; and the orders of their list."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from corpus.facet import FacetName
from language.alphabet import alphabetical
from searcher.engine import SearchEngine
from searcher.request import SearchRequest
from searcher.result import FacetValue

ORDERS = ("bai", "ten", "tang")  # by articles, by name, by growth
_GROWING: tuple[FacetName, ...] = ("tag", "document")
_YEAR = timedelta(days=365)
_Counts = dict[FacetName, dict[str, int]]


@dataclass(frozen=True)
class ValueRow:
    """A value of a facet, the articles that have it, and how many of them are of the archive's last year and of the year before."""

    key: str
    label: str
    count: int
    recent: int
    before: int

    @property
    def growth(self) -> int:
        """How many articles more the last year has than the one before."""
        return self.recent - self.before


def ordered(order: str, facet: FacetName, found: Sequence[FacetValue], desk: SearchEngine) -> list[ValueRow]:
    """Return values of a facet, one that grows, as rows in one of ORDERS."""
    recent, before = (counts.get(facet, {}) for counts in desk.kept(_last_two_years, lambda: _last_two_years(desk)))
    rows = [
        ValueRow(value.value, value.label, value.count, recent.get(value.value, 0), before.get(value.value, 0)) for value in found
    ]
    if order == "ten":
        return sorted(rows, key=lambda row: alphabetical(row.label))
    if order == "tang":
        return sorted(rows, key=lambda row: (-row.growth, -row.count, row.label))
    return sorted(rows, key=lambda row: (-row.count, row.label))


def _last_two_years(desk: SearchEngine) -> tuple[_Counts, _Counts]:
    """Return the articles of each value in the 365 days that end with the archive's last, and in the 365 days before."""
    overview = desk.overview()
    if not overview.last_published:
        return {}, {}
    last = date.fromisoformat(overview.last_published)

    def within(first: date, last: date) -> _Counts:
        # Worked out once a commit, so it takes the time that it needs.
        facets = desk.facets(SearchRequest(first_day=first, last_day=last), time_limit=math.inf)
        return {facet: {value.value: value.count for value in facets[facet]} for facet in _GROWING}

    day = timedelta(days=1)
    try:
        return within(last - _YEAR + day, last), within(last - 2 * _YEAR + day, last - _YEAR)
    except OverflowError:  # an archive that ends in the year 1
        return {}, {}
