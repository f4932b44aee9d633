"""Queries made from one article each -> how high that article is ranked. What is cut, counted and printed; who is asked does not matter here."""

from __future__ import annotations

import csv
import math
import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from corpus.identity import article_id

DEPTH = 10
HALVES = ("all", "tune", "held-back")
MOST_HOLDING = 50
"""Articles that may have a short query as a phrase, or it would not name the one looked for."""
_CUT = re.compile(r"[^\w\s]|\d|_")


class KnownItem(NamedTuple):
    """A query and the id of the article that is looked for."""

    query: str
    right: str


class Measured(NamedTuple):
    """For each query 1 / rank of the right article, 0 where it is not among the first ten; and the seconds all took."""

    ranks: list[float]
    seconds: float

    @property
    def mean(self) -> float:
        """MRR@10."""
        return mean_and_margin(self.ranks)[0]


Ask = Callable[[str], Sequence[str]]
"""From a query to the ids of the ten best, best first."""


def read_queries(path: Path, half: str = "all", most: int | None = None) -> dict[str, list[KnownItem]]:
    """Return the columns of a query file but `url`, which names the right article.

    Of the queries, in the order of the file, the 1st, 3rd, 5th … are for tuning, the 2nd, 4th, 6th … held back.
    """
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    start, step = {"all": (0, 1), "tune": (0, 2), "held-back": (1, 2)}[half]
    chosen = list(islice(rows, start, None, step))[:most]
    columns = [column for column in rows[0] if column != "url"] if rows else []
    return {column: [KnownItem(row[column], article_id(row["url"], [])) for row in chosen] for column in columns}


def reciprocal_rank(found: Sequence[str], right: str) -> float:
    """Return 1 / rank of the right article among those found, 0 if it is not there."""
    return 1 / (found.index(right) + 1) if right in found else 0.0


def measure(ask: Ask, items: Sequence[KnownItem], about: str) -> Measured:
    """Ask every query and rank its article."""
    started = time.perf_counter()
    ranks = [reciprocal_rank(ask(item.query), item.right) for item in tqdm(items, desc=about, leave=False, disable=None)]
    return Measured(ranks, time.perf_counter() - started)


def mean_and_margin(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean and half its 95 % confidence interval, by the normal approximation."""
    count = len(values)
    mean = sum(values) / count
    deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / max(1, count - 1))
    return mean, 1.96 * deviation / math.sqrt(count)


HEADER = f"{'query':44} {'queries':>7} {'MRR@10':>7}   {'95 %':6} {'top 1':>6} {'top 10':>6} {'ms/query':>9}"


def row(name: str, measured: Measured) -> str:
    """Return a line of the table."""
    count = len(measured.ranks)
    if not count:
        return f"{name:44} {0:7}"
    mean, margin = mean_and_margin(measured.ranks)
    first, found = sum(rank == 1 for rank in measured.ranks) / count, sum(rank > 0 for rank in measured.ranks) / count
    return f"{name:44} {count:7} {mean:7.4f} ± {margin:.4f} {first:6.3f} {found:6.3f} {measured.seconds / count * 1000:9.1f}"


def difference(name: str, one: Measured, other: Measured) -> str:
    """Return a line that says by how much `one` is better than `other`, query by query."""
    apart = [a - b for a, b in zip(one.ranks, other.ranks, strict=True)]
    if not apart:
        return f"{name:44} {0:7}"
    mean, margin = mean_and_margin(apart)
    return f"{name:44} {sum(map(bool, apart)):7} {mean:+7.4f} ± {margin:.4f}  (queries whose rank changes; difference)"


def windows(headline: str, size: int) -> Iterator[str]:
    """Yield the rows of `size` neighbouring syllables of a headline, in lower case, from its beginning.

    Neither a digit nor a sign stands within or between them, so a row is what might be typed.
    """
    for run in _CUT.split(headline.lower()):
        syllables = run.split()
        for start in range(len(syllables) - size + 1):
            yield " ".join(syllables[start : start + size])


def short_query(item: KnownItem, size: int, holding: Callable[[str], Collection[str]]) -> KnownItem | None:
    """Return the first row of `size` syllables that the right article has as a phrase and at most MOST_HOLDING articles have.

    `holding` returns the ids of the articles that have a phrase, marks and all. None if no row is so.
    """
    for text in windows(item.query, size):
        found = holding(text)
        if item.right in found and len(found) <= MOST_HOLDING:
            return KnownItem(text, item.right)
    return None
