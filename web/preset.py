"""Today, and from when to when the archive has articles -> the spans of days that one click asks for; those in which it has none are left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from language.period import today_in_vietnam
from searcher.request import SearchRequest
from web.address import search_url, selecting
from web.message import t


@dataclass(frozen=True)
class Preset:
    """A span of days by its name, and the address of the search within it; of the search as it is, where that is the span asked for."""

    label: str
    href: str
    current: bool


def presets(asked: SearchRequest, first: str | None, last: str | None) -> tuple[Preset, ...]:
    """Return the spans for a search of an archive with articles from the day `first` to the day `last`, in ISO; none if none is dated."""
    if not first or not last:
        return ()
    anytime = selecting(asked, "month", ())
    return tuple(
        Preset(
            t(f"preset.{name}"),
            search_url(replace(anytime, first_day=begin, last_day=end)),
            (asked.first_day, asked.last_day) == (begin, end),
        )
        for name, begin, end in _spans(today_in_vietnam())
        if begin <= date.fromisoformat(last) and date.fromisoformat(first) <= end
    )


def _spans(today: date) -> Iterator[tuple[str, date, date]]:
    for name, days in (("week", 7), ("month", 30)):
        yield name, today - timedelta(days=days - 1), today
    for name, year in (("this_year", today.year), ("last_year", today.year - 1)):
        yield name, date(year, 1, 1), date(year, 12, 31)
