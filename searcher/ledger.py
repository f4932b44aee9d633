"""Many queries -> one line of a ledger each: how many articles have it, how near it comes without, and over which days.

A list of names is checked so against the whole archive: which of them occur, since when, and under which other spelling.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from searcher.request import SearchRequest
from searcher.result import Hit, Problem, Suggestion
from searcher.search import Searcher


@dataclass(frozen=True)
class Line:
    """What the archive has for one query.

    `total` articles have all of it; where none has, `near` have a part of it. `first_published` and `last_published` (ISO days) bound the
    articles found if all of these have all of it, `newest` is the newest that has. `variants` are other queries that were tried, with what they find. `problems`
    say what was not understood.
    """

    query: str
    total: int
    near: int
    first_published: str | None
    last_published: str | None
    newest: Hit | None
    variants: tuple[Suggestion, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Ledger:
    """The lines in the order of the queries; `left` are the queries for which there was no time."""

    lines: tuple[Line, ...]
    left: tuple[str, ...]


def ledger(searcher: Searcher, queries: Iterable[str], request: SearchRequest, *, time_limit: float) -> Ledger:
    """Ask each query in place of that of `request`, newest first, until `time_limit` seconds are over."""
    until = time.monotonic() + time_limit
    lines: list[Line] = []
    left: list[str] = []
    for query in queries:
        if time.monotonic() > until:
            left.append(query)
        else:
            lines.append(_line(searcher, replace(request, query=query, sort="newest", page=1, size=1)))
    return Ledger(tuple(lines), tuple(left))


def _line(searcher: Searcher, request: SearchRequest) -> Line:
    found = searcher.search(request)
    return Line(
        query=request.query,
        total=found.total,
        near=found.near,
        first_published=found.first_published,
        last_published=found.last_published,
        newest=next(iter(found.hits), None),
        variants=found.suggestions,
        problems=found.problems,
    )
