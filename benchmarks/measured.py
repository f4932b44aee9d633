"""Queries with known answers, and whoever answers them -> how well, with the interval, and how two differ, query by query.

What a query's gain is it says itself: 1 / rank where one article is right (known_item.py), nDCG where several are (story.py).
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from tqdm import tqdm

DEPTH = 10
Ask = Callable[[str], Sequence[str]]
"""From a query to the ids of the ten best, best first."""


class Judged(Protocol):
    """A query of which the right answers are known."""

    @property
    def query(self) -> str:
        """What is typed."""
        ...

    def gain(self, found: Sequence[str]) -> float:
        """Return what an answer, the ids of the best first, is worth: 1 if none is better, 0 if nothing in it is right."""
        ...


class Measured(NamedTuple):
    """What each answer was worth, and the seconds all took."""

    gains: list[float]
    seconds: float

    @property
    def mean(self) -> float:
        """MRR@10 or nDCG@10."""
        return mean_and_margin(self.gains)[0]


def measure(ask: Ask, queries: Sequence[Judged], about: str) -> Measured:
    """Ask every query and judge its answer."""
    started = time.perf_counter()
    gains = [each.gain(ask(each.query)) for each in tqdm(queries, desc=about, leave=False, disable=None)]
    return Measured(gains, time.perf_counter() - started)


def mean_and_margin(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean and half its 95 % confidence interval, by the normal approximation."""
    count = len(values)
    mean = sum(values) / count
    deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / max(1, count - 1))
    return mean, 1.96 * deviation / math.sqrt(count)


def header(measure: str) -> str:
    """Return the line above a table of MRR@10 or nDCG@10."""
    return f"{'query':54} {'queries':>7} {measure:>7}   {'95 %':6} {'best':>6} {'found':>6} {'ms/query':>9}"


def row(name: str, measured: Measured) -> str:
    """Return a line of the table: the mean gain, and the shares of queries with the best answer there is, and with anything right among the first ten."""
    count = len(measured.gains)
    if not count:
        return f"{name:54} {0:7}"
    mean, margin = mean_and_margin(measured.gains)
    best, found = sum(gain == 1 for gain in measured.gains) / count, sum(gain > 0 for gain in measured.gains) / count
    return f"{name:54} {count:7} {mean:7.4f} ± {margin:.4f} {best:6.3f} {found:6.3f} {measured.seconds / count * 1000:9.1f}"


def difference(name: str, one: Measured, other: Measured) -> str:
    """Return a line that says by how much `one` is better than `other`, with the interval of the differences query by query."""
    apart = [a - b for a, b in zip(one.gains, other.gains, strict=True)]
    if not apart:
        return f"{name:54} {0:7}"
    mean, margin = mean_and_margin(apart)
    return f"{name:54} {sum(map(bool, apart)):7} {mean:+7.4f} ± {margin:.4f}  (queries that change; difference)"


class Report:
    """Measures, prints, and compares with an earlier run, column by column and query by query."""

    def __init__(self, earlier: Path | None = None) -> None:
        """`earlier` is what `keep` wrote."""
        self._earlier: dict[str, dict[str, float]] = json.loads(earlier.read_text(encoding="utf-8")) if earlier else {}
        self._columns: dict[str, dict[str, float]] = {}

    def show(self, name: str, ask: Ask, queries: Sequence[Judged]) -> Measured:
        """Measure and print a line, and how far it is from the earlier run for those of the queries that it was asked too."""
        measured = measure(ask, queries, name)
        print(row(name, measured), flush=True)
        column = dict(zip((each.query for each in queries), measured.gains, strict=True))
        self._columns[name] = column
        before = {query: gain for query, gain in self._earlier.get(name, {}).items() if query in column}
        if before:
            now = Measured([column[query] for query in before], 0)
            print(difference("  better than before by", now, Measured(list(before.values()), 0)), flush=True)
        return measured

    def keep(self, path: Path) -> None:
        """Write what every answer was worth, as JSON: name of the column -> query -> gain."""
        path.write_text(json.dumps(self._columns, ensure_ascii=False, indent=0), encoding="utf-8")
