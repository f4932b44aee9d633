"""A query of which little is found -> tags and places called as a part of it, or nearly as all of it, with how many articles each has.

What is offered is the value by itself, in the whole archive: its count is what its own page shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from corpus.facet import FACET, FacetName
from searcher.help.matching import Matching
from searcher.help.place_through_time import typed_rows
from searcher.help.suggestion import FEW
from searcher.match.collection import Collection
from searcher.match.resolution import Name, filters, names
from searcher.query.tree import Node, Or
from searcher.result import Nearby

FACETS: tuple[FacetName, ...] = ("tag", "place")
MOST = 4
"""Values of each facet."""
_LONGEST_ROW, _LONGEST_NAME = 8, 6  # syllables; of a longer row, a headline, the first


def nearby(found: Matching) -> tuple[Nearby, ...]:
    """Return the tags, then the places nearest to a query that fewer than FEW articles answer in full; none that were chosen already."""
    if found.total >= FEW:
        return ()
    rows = [[term.text for term in row[:_LONGEST_ROW]] for row in typed_rows(found.node, found.request.query)]
    return tuple(value for facet in FACETS for value in islice(_of_facet(found, facet, rows), MOST))


def any_of(collection: Collection, values: tuple[Nearby, ...]) -> Node:
    """Return the query for the articles that have any of these values."""
    return Or(tuple(part for value in values for part in filters(collection, value.facet, (value.value,))))


def _of_facet(found: Matching, facet: FacetName, rows: list[list[str]]) -> Iterator[Nearby]:
    """Yield values of a facet, each once: those called as some syllables in a row, the more of them the nearer; if there are none, nor hits, those nearly so."""
    table = found.collection.facet(facet)
    known = {*found.request.selected.get(facet, ()), *found.request.excluded.get(facet, ())}
    nearly = _nearly_called(found.collection, facet, rows) if not found.total else ()
    for numbers in (_called(found.collection, facet, rows), nearly):
        before = len(known)
        for number in numbers:
            key = table.keys[number]
            if table.totals[number] and key not in known:
                known.add(key)
                yield Nearby(facet, key, table.labels[number], int(table.totals[number]))
        if len(known) > before:
            return


def _called(collection: Collection, facet: FacetName, rows: list[list[str]]) -> Iterator[int]:
    table, called = collection.facet(facet), names(collection, facet)
    for size in range(_LONGEST_NAME, 0, -1):
        for row in rows:
            if size > 1 or len(row) == 1:  # one syllable of several is too little to go by
                for start in range(len(row) - size + 1):
                    text = " ".join(row[start : start + size])
                    yield from called.same(Name.of(text))
                    numbers = map(table.number, FACET[facet].keys_of(text))
                    yield from (number for number in numbers if number is not None)


def _nearly_called(collection: Collection, facet: FacetName, rows: list[list[str]]) -> Iterator[int]:
    for row in rows:
        if len(row) <= _LONGEST_NAME:
            yield from names(collection, facet).nearest(Name.of(" ".join(row)), MOST)
