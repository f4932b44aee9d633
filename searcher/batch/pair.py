"""The lines of a ledger -> which of their queries articles have together, each pair with how many: what a search for both finds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from searcher.batch.ledger import Line
from searcher.engine import SearchEngine
from searcher.request import SearchRequest

MOST_PAIRED = 25
"""Queries that are paired: those with most articles. They make 300 pairs."""


@dataclass(frozen=True)
class Pair:
    """Two queries, the query for both, and how many articles match both in full."""

    first: str
    second: str
    query: str
    total: int


@dataclass(frozen=True)
class Pairs:
    """The pairs that articles have, most articles first; of `paired` queries, `whole` if there was time for all of them."""

    found: tuple[Pair, ...]
    paired: int
    whole: bool


def pairs(searcher: SearchEngine, lines: Sequence[Line], request: SearchRequest, *, time_limit: float) -> Pairs:
    """Ask for both of each two lines that find something, in place of the query of `request`, until `time_limit` seconds are over.

    Lines with something that was not understood are left out: of two such nobody knows what both would mean.
    """
    until = time.monotonic() + time_limit
    asked = {line.query: line.total for line in lines if line.total and not line.problems}
    paired = sorted(asked, key=lambda query: -asked[query])[:MOST_PAIRED]
    found: list[Pair] = []
    for first, second in combinations(paired, 2):
        if time.monotonic() > until:
            return Pairs(_ordered(found), len(paired), False)
        both = f"({first}) ({second})"
        total = searcher.tally(replace(request, query=both), None, None, most=1).total
        found += [Pair(first, second, both, total)] if total else []
    return Pairs(_ordered(found), len(paired), True)


def _ordered(found: list[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(found, key=lambda pair: -pair.total))
