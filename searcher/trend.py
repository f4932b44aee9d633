"""A few searches -> how many articles of each were published in each month or year, and of how many there are at all.

Invariant: a count is the total of the same search with that period as its days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from searcher.engine import SearchEngine
from searcher.request import SearchRequest

MOST_TRENDS = 4
MOST_MONTHS = 120
"""Months that are told apart; a longer time is told by years."""
Step = Literal["month", "year"]


@dataclass(frozen=True)
class Trend:
    """A search: its `total`, and of that how many articles in each period, and how many `undated`, which are in none."""

    request: SearchRequest
    total: int
    undated: int
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Trends:
    """Searches over the same `periods`: `YYYY-MM` or `YYYY` without a gap, from the first with an article of any to the last.

    `everything` is how many articles the archive has of each period.
    """

    period: Step
    periods: tuple[str, ...]
    everything: tuple[int, ...]
    trends: tuple[Trend, ...]

    def shares(self, trend: Trend) -> tuple[float | None, ...]:
        """Return for each period which share of its articles the search finds, 0 to 1; None of a period that has none."""
        return tuple(count / all_ if all_ else None for count, all_ in zip(trend.counts, self.everything, strict=True))


def trends(engine: SearchEngine, requests: Sequence[SearchRequest], period: Step | None = None) -> Trends:
    """Return the trends of one to MOST_TRENDS searches within the same days, by months unless these are more than MOST_MONTHS.

    Raises DeadlineExceeded.
    """
    months = [_months(engine, request) for request in requests]
    dated = [month for counts in months for month in counts if month]
    step: Step = period or ("month" if not dated or len(_periods(dated, "month")) <= MOST_MONTHS else "year")
    periods = _periods(dated, step)
    blank = SearchRequest(first_day=requests[0].first_day, last_day=requests[0].last_day)
    everything = _by(step, _months(engine, blank)) if periods else {}
    found = []
    for request, counts in zip(requests, months, strict=True):
        by = _by(step, counts)
        found.append(Trend(request, sum(counts.values()), counts.get("", 0), tuple(by.get(each, 0) for each in periods)))
    return Trends(step, periods, tuple(everything.get(each, 0) for each in periods), tuple(found))


def _months(engine: SearchEngine, request: SearchRequest) -> dict[str, int]:
    """Return how many articles there are of each month, and under "" of none."""
    return {each.period or "": each.count for each in engine.tally(replace(request, near=False), None, "month", most=1).counts}


def _by(step: Step, months: dict[str, int]) -> dict[str, int]:
    length = len("YYYY-MM" if step == "month" else "YYYY")
    sums: dict[str, int] = {}
    for month, count in months.items():
        sums[month[:length]] = sums.get(month[:length], 0) + count
    return sums


def _periods(months: Sequence[str], step: Step) -> tuple[str, ...]:
    """Return all periods from the first of `months` to the last."""
    if not months:
        return ()
    first, last = min(months), max(months)
    if step == "year":
        return tuple(f"{year:04}" for year in range(int(first[:4]), int(last[:4]) + 1))
    return tuple(_every_month(first, last))


def _every_month(first: str, last: str) -> Iterator[str]:
    begin, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    for ordinal in range(begin, end + 1):
        yield f"{ordinal // 12:04}-{ordinal % 12 + 1:02}"
