"""Queries made from one article each: read from a file, or cut from headlines. The gain is 1 / rank of that article: MRR@10."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from measured import DEPTH

from corpus.identity import article_id

HALVES = ("all", "tune", "held-back")
MOST_HOLDING = 50
"""Articles that may have a short query as a phrase, or it would not name the one looked for."""
_CUT = re.compile(r"[^\w\s]|\d|_")


class KnownItem(NamedTuple):
    """A query and the id of the article that is looked for."""

    query: str
    right: str

    def gain(self, found: Sequence[str]) -> float:
        """Return 1 / rank of the right article among the first DEPTH found, 0 if it is not there."""
        return 1 / (found.index(self.right) + 1) if self.right in found[:DEPTH] else 0.0


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
