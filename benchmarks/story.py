"""Queries with several right answers each -> how high these are ranked: nDCG@10. A right answer counts 1, whichever it is."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from known_item import DEPTH, Ask, mean_and_margin
from tqdm import tqdm

from corpus.identity import article_id


class Story(NamedTuple):
    """A query and the ids of the articles that are right."""

    query: str
    right: frozenset[str]


def read_stories(path: Path, most: int | None = None) -> dict[str, list[Story]]:
    """Return the columns of a file of stories but `cluster` and `urls`, which names the right articles."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[:most]
    columns = [column for column in rows[0] if column not in ("cluster", "urls")] if rows else []
    rights = [frozenset(article_id(url, []) for url in row["urls"].split()) for row in rows]
    return {column: [Story(row[column], right) for row, right in zip(rows, rights, strict=True)] for column in columns}


def discounted_gain(found: Sequence[str], right: frozenset[str]) -> float:
    """Return nDCG of the first DEPTH found."""
    gained = sum(1 / math.log2(place + 2) for place, each in enumerate(found[:DEPTH]) if each in right)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(DEPTH, len(right))))


def show_stories(column: str, engines: dict[str, Ask], stories: Sequence[Story]) -> None:
    """Print nDCG@10 of each engine, and by how much it differs from the first, story by story."""
    first: list[float] = []
    for name, ask in engines.items():
        about = f"{column}, {name}"
        gains = [discounted_gain(ask(story.query), story.right) for story in tqdm(stories, desc=about, leave=False, disable=None)]
        first = first or gains
        mean, margin = mean_and_margin(gains)
        apart, other = mean_and_margin([gain - own for gain, own in zip(gains, first, strict=True)])
        changed = sum(gain != own for gain, own in zip(gains, first, strict=True))
        print(
            f"{f'stories, {about}':44} {len(gains):7} {mean:7.4f} ± {margin:.4f}  {changed} change, {apart:+.4f} ± {other:.4f}",
            flush=True,
        )
