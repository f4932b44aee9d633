"""Queries with several right answers each, read from a file. The gain is nDCG@10: a right answer counts 1, whichever it is."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from measured import DEPTH

from corpus.identity import article_id


class Story(NamedTuple):
    """A query and the ids of the articles that are right."""

    query: str
    right: frozenset[str]

    def gain(self, found: Sequence[str]) -> float:
        """Return nDCG of the first DEPTH found."""
        gained = sum(1 / math.log2(place + 2) for place, each in enumerate(found[:DEPTH]) if each in self.right)
        return gained / sum(1 / math.log2(place + 2) for place in range(min(DEPTH, len(self.right))))


def read_stories(path: Path, half: str = "all", most: int | None = None) -> dict[str, list[Story]]:
    """Return the columns of a file of stories but `cluster` and `urls`, which names the right articles, separated by spaces.

    Of the stories, in the order of the file, the first half is for tuning, the second held back.
    """
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    middle = (len(rows) + 1) // 2
    chosen = rows[{"all": slice(None), "tune": slice(middle), "held-back": slice(middle, None)}[half]][:most]
    columns = [column for column in rows[0] if column not in ("cluster", "urls")] if rows else []
    rights = [frozenset(article_id(url, []) for url in row["urls"].split()) for row in chosen]
    return {column: [Story(row[column], right) for row, right in zip(chosen, rights, strict=True)] for column in columns}
