"""An archive -> what changed and vanished in it, newest first: filtered, counted, page by page.

Invariant: what is said of a filter is what is listed with it. No text is read but for the lines of one page; all events are held as a few numbers
each, read once for each state of the archive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import cached_property, lru_cache
from typing import Literal, TypeAlias, get_args

import numpy as np

from corpus.archive import Archive
from corpus.archive.absence import Absence
from corpus.archive.difference import Difference
from corpus.facet import FACET
from index.segment_file import Array
from language.timestamp import VIETNAM, parse_iso

Kind: TypeAlias = Literal["changed", "vanished", "returned"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SIZES = (1, 10, 50, 200)
"""Words put in and taken out, the least that may be asked for."""
_NOBODY = -1
_REMEMBERED = 16  # typed texts, so that the next page and the next filter are quick


@dataclass(frozen=True)
class Asked:
    """Which events are asked for: of a paper (its key), a kind, a month (`2022-07`), with so many words at least, in which `taken` was taken out."""

    source: str = ""
    kind: Kind | None = None
    month: str = ""
    least: int = 0
    taken: str = ""


@dataclass(frozen=True)
class Event:
    """A line of the list: what happened to an article; one of `difference` and `absence` tells it."""

    article_id: str
    at: datetime
    cursor: str
    difference: Difference | None = None
    absence: Absence | None = None

    @property
    def kind(self) -> Kind:
        if self.absence is None:
            return "changed"
        return "vanished" if self.absence.gone else "returned"


@dataclass(frozen=True)
class Choice:
    """A value of a filter, how it is shown, and how many events there are with it under the other filters."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Events:
    """A page of events: `total` there are with these filters; `following` is the cursor of the next page, "" on the last."""

    total: int
    events: tuple[Event, ...]
    following: str
    choices: dict[str, tuple[Choice, ...]]


def _rows(archive: Archive) -> Iterator[tuple[float, int, int, int, str]]:
    """Yield the moment, kind, number, words and article of every event."""
    for size in archive.differences.sizes():
        yield _seconds(size.archived_at), 0, size.change, size.words, size.article_id
    for absence in archive.absences.every():
        kind = KINDS.index("vanished" if absence.gone else "returned")
        yield absence.seen_at.timestamp(), kind, absence.number, 0, absence.article_id


class Chronicle:
    """All events of one state of an archive."""

    def __init__(self, archive: Archive) -> None:
        every = list(_rows(archive))
        papers = archive.paper_names(article_id for *_, article_id in every)
        # Of articles that are withdrawn nothing is told.
        rows = sorted(filter(lambda row: row[4] in papers, every), key=lambda row: row[:3], reverse=True)
        key = FACET["source"].key_of
        self._labels = {key(name): name for name in papers.values() if name}
        self._sources = sorted(self._labels)
        ordinals = {source: number for number, source in enumerate(self._sources)}
        self._archive = archive
        self._that_lost = lru_cache(_REMEMBERED)(archive.differences.that_lost)
        self._articles = [row[4] for row in rows]
        self._moment = np.array([row[0] for row in rows], np.float64)
        self._kind = np.array([row[1] for row in rows], np.int8)
        self._number = np.array([row[2] for row in rows], np.int64)
        self._words = np.array([row[3] for row in rows], np.int64)
        self._source = np.array([ordinals.get(key(papers[row[4]]), _NOBODY) for row in rows], np.int32)
        months = [_moment(row[0]).astimezone(VIETNAM).strftime("%Y-%m") for row in rows]
        self._months = sorted(set(months), reverse=True)
        of_month = {month: number for number, month in enumerate(self._months)}
        self._month = np.array([of_month[month] for month in months], np.int32)

    @cached_property
    def size(self) -> int:
        """The number of all events."""
        return len(self._articles)

    def list(self, asked: Asked, most: int, after: str = "") -> Events:
        """Return the first `most` events that are asked for, or those behind the cursor `after`; one that is none begins at the first."""
        lost = np.isin(self._number, list(self._that_lost(asked.taken))) & (self._kind == 0) if asked.taken else None
        found = np.flatnonzero(self._mask(asked, lost))
        start = self._behind(found, after)
        shown = found[start : start + most]
        events = self._events(shown)
        following = events[-1].cursor if events and start + most < found.size else ""
        return Events(found.size, events, following, self._choices(asked, lost))

    def _mask(self, asked: Asked, lost: Array | None) -> Array:
        mask = np.ones(self.size, bool) if lost is None else lost.copy()
        if asked.source:
            mask &= self._source == (self._sources.index(asked.source) if asked.source in self._labels else len(self._sources))
        if asked.kind:
            mask &= self._kind == KINDS.index(asked.kind)
        if asked.month:
            mask &= self._month == (self._months.index(asked.month) if asked.month in self._months else len(self._months))
        if asked.least:
            mask &= (self._words >= asked.least) & (self._kind == 0)
        return mask

    def _choices(self, asked: Asked, lost: Array | None) -> dict[str, tuple[Choice, ...]]:
        def counted(without: Asked, values: Array, names: Sequence[str], label: Callable[[str], str]) -> tuple[Choice, ...]:
            counts = Counter(values[self._mask(without, lost)].tolist())
            return tuple(Choice(name, label(name), counts[at]) for at, name in enumerate(names) if counts[at])

        words = self._words[self._mask(replace(asked, least=1), lost)]
        return {
            "kind": counted(replace(asked, kind=None), self._kind, KINDS, str),
            "least": tuple(Choice(str(least), str(least), count) for least in SIZES if (count := int((words >= least).sum()))),
            "source": counted(replace(asked, source=""), self._source, self._sources, self._labels.__getitem__),
            "month": counted(replace(asked, month=""), self._month, self._months, str),
        }

    def _behind(self, found: Array, after: str) -> int:
        """Return which of `found` is the first behind a cursor: they are in falling order of (moment, kind, number)."""
        parts = after.split(".")
        if len(parts) != 3 or not all(part.lstrip("-").isdecimal() and len(part) < 19 for part in parts):
            return 0
        moment, kind, number = map(int, parts)
        low, high = 0, found.size
        while low < high:
            middle = (low + high) // 2
            at = found[middle]
            if (int(self._moment[at]), int(self._kind[at]), int(self._number[at])) >= (moment, kind, number):
                low = middle + 1
            else:
                high = middle
        return low

    def _events(self, shown: Array) -> tuple[Event, ...]:
        differences = self._archive.differences.at(self._number[shown[self._kind[shown] == 0]].tolist())
        absences = self._archive.absences.at(self._number[shown[self._kind[shown] != 0]].tolist())
        events = []
        for at in shown.tolist():
            number = int(self._number[at])
            is_change = self._kind[at] == 0
            events.append(
                Event(
                    self._articles[at],
                    _moment(float(self._moment[at])),
                    f"{int(self._moment[at])}.{self._kind[at]}.{number}",
                    differences[number] if is_change else None,
                    None if is_change else absences[number],
                )
            )
        return tuple(events)


def _seconds(iso: str) -> float:
    moment = parse_iso(iso)
    return moment.timestamp() if moment else 0.0


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)
