"""A query that names a place of former times, or one that was enlarged -> what it became, or was made of, each counted.

A count is the total that the search gives with the other place, as `nơi:` finds it, where this one was named, everything else unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.facet import FACET
from language.place import Place, former_provinces, may_be_asked_for, named, places
from language.place.unit import PROVINCE
from searcher.help.matching import Matching
from searcher.query.lexer import QUOTES
from searcher.query.rewriting import rewritten
from searcher.query.tree import And, FacetFilter, Node, Or, Span, Term
from searcher.rank.evidence import terms_in_order
from searcher.result import PlaceThroughTime, Relation

MOST = 8
"""Places offered."""
_LONGEST = 6  # syllables of a place's name, its kind included


def places_through_time(found: Matching) -> tuple[PlaceThroughTime, ...]:
    """Return what the places that the query names became or were made of, as far as articles are found there, at most MOST.

    Raises DeadlineExceeded.
    """
    query = found.request.query
    offers = [
        PlaceThroughTime(place.label, other.label, relation, rewritten(query, {span: _asked(other)}), 0)
        for span, place in _named_in(found.node, query)
        for relation, other in _others(place)
    ][:MOST]
    if not offers:
        return ()
    totals = found.totals_of([replace(found.request, query=offer.query) for offer in offers])
    return tuple(replace(offer, total=total) for offer, total in zip(offers, totals, strict=True) if total)


def _asked(place: Place) -> str:
    return f'{FACET["place"].fields[0]}:"{place.label}"'


def _others(place: Place) -> Iterator[tuple[Relation, Place]]:
    """Yield what a place is today, and what a province of today was made of."""
    if place.until is not None:
        yield from (("became", successor) for successor in place.today)
    else:
        yield from (("made_of", former) for former in former_provinces(place))


def _named_in(node: Node, query: str) -> Iterator[tuple[Span, Place]]:
    """Yield the places that a query asks for, by name or as a value, each with where it stands."""
    for leaf in _place_filters(node):
        known = [place for key in leaf.values if (place := places().get(key)) is not None]
        if len(known) == 1 and query[leaf.span[0] - 1 : leaf.span[0]] != "-":
            yield leaf.span, known[0]
    for row in typed_rows(node, query):
        yield from _in_row(row, query)


def _place_filters(node: Node) -> Iterator[FacetFilter]:
    if isinstance(node, FacetFilter) and node.facet == "place":
        yield node
    elif isinstance(node, (And, Or)):
        for child in node.children:
            yield from _place_filters(child)


def typed_rows(node: Node, query: str) -> Iterator[list[Term]]:
    """Yield the rows of syllables typed that are looked for in the whole text, one space between any two."""
    row: list[Term] = []
    for term in terms_in_order(node):
        if isinstance(term, Term) and not term.title_only and query[slice(*term.span)] == term.text:
            if row and query[row[-1].span[1] : term.span[0]] != " ":
                yield row
                row = []
            if not row or row[-1].span != term.span:
                row.append(term)
    if row:
        yield row


def _in_row(row: Sequence[Term], query: str) -> Iterator[tuple[Span, Place]]:
    """Yield the places in a row of syllables, the longest name first; of lesser units than provinces only those with their kind."""
    first = 0
    while first < len(row):
        for stop in range(min(len(row), first + _LONGEST), first + 1, -1):
            start, end = row[first].span[0], row[stop - 1].span[1]
            meant = named(query[start:end]) if may_be_asked_for(query[start:end]) else ()
            span = _whole(query, start, end)
            if len(meant) == 1 and span and (meant[0].level == PROVINCE or _says_kind(row[first:stop], meant[0])):
                yield span, meant[0]
                first = stop - 1
                break
        first += 1


def _says_kind(row: Sequence[Term], place: Place) -> bool:
    return len(row) > len(place.name.split())


def _whole(query: str, start: int, end: int) -> Span | None:
    """Return what is to be replaced for query[start:end]: with its quotation marks; None if it is part of a quotation, denied, or a field's."""
    if sum(query[:start].count(quote) for quote in QUOTES) % 2:
        if query[start - 1] not in QUOTES or query[end : end + 1] not in tuple(QUOTES):
            return None
        start, end = start - 1, end + 1
    return None if query[max(0, start - 1) : start] in ("-", ":", "#") or query[end : end + 1] in ("*", "~") else (start, end)
