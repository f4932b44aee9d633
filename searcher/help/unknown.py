"""Facet values that were asked for and that no article has -> what is said of them, and the values nearest to each, counted.

A count is the total that the search gives with the nearest value in the unknown one's place, everything else unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from corpus.facet import FACET, FacetName
from searcher.help.matching import Matching
from searcher.match.collection import Collection
from searcher.match.resolution import Name, keys_of, names
from searcher.query.lexer import QUOTES
from searcher.query.tree import And, FacetFilter, Node, Not, Or
from searcher.request import SearchRequest
from searcher.result import NearValue, Problem, UnknownValue

MOST = 3
"""Values told about, and values offered for each."""
_LONGEST_TOLD = 40


def unknown_values(collection: Collection, request: SearchRequest, node: Node) -> tuple[UnknownValue, ...]:
    """Return the values that no article has, those of the query, read as `node`, first; at most MOST."""
    found: dict[tuple[str, str], UnknownValue] = {}
    for leaf in _filters(node):
        if not keys_of(collection, leaf.facet, leaf.value):
            typed = _typed(request.query[slice(*leaf.span)]) or leaf.value
            found.setdefault((leaf.facet, leaf.value), UnknownValue(leaf.facet, typed, "query", *leaf.span))
    for place, chosen in _beside(request):
        for facet, values in chosen.items():
            for value in values:
                if not keys_of(collection, facet, value):
                    found.setdefault((facet, value), UnknownValue(facet, value, place, 0, 0))
    return tuple(found.values())[:MOST]


def told(collection: Collection, unknown: UnknownValue) -> Problem:
    """Return what is said of an unknown value."""
    typed = unknown.typed if len(unknown.typed) <= _LONGEST_TOLD else unknown.typed[: _LONGEST_TOLD - 1] + "…"
    several = sum(1 for _ in names(collection, "source").holding(Name.of(unknown.typed))) if unknown.facet == "source" else 0
    if several > 1:
        return Problem(unknown.start, unknown.end, "several_sources", (("typed", typed), ("count", several)))
    return Problem(unknown.start, unknown.end, f"unknown_{unknown.facet}", (("typed", typed),))


def with_nearest(found: Matching, unknown: UnknownValue) -> UnknownValue:
    """Return an unknown value with those nearest to it that the search would find something with. Raises DeadlineExceeded."""
    collection, facet = found.collection, unknown.facet
    table = collection.facet(facet)
    numbers = names(collection, facet).nearest(Name.of(unknown.typed), MOST) if not FACET[facet].is_month else []
    values = [(table.keys[number], table.labels[number]) for number in numbers]
    requests = [_with(found.request, unknown, *value) for value in values]
    nearest = [
        NearValue(*value, total, request.query)
        for value, request, total in zip(values, requests, found.totals_of(requests), strict=True)
        if total
    ]
    return replace(unknown, nearest=tuple(nearest))


def _with(request: SearchRequest, unknown: UnknownValue, key: str, label: str) -> SearchRequest:
    """Return the request with a value of the archive in the place of an unknown one."""
    facet = unknown.facet
    if unknown.place == "query":
        asked = f"#{key}" if facet == "tag" else f'{FACET[facet].fields[0]}:"{label if not set(QUOTES) & set(label) else key}"'
        return replace(request, query=request.query[: unknown.start] + asked + request.query[unknown.end :])
    stored = FACET[facet].key_of(unknown.typed) or unknown.typed

    def put(chosen: Mapping[FacetName, tuple[str, ...]]) -> dict[FacetName, tuple[str, ...]]:
        values = (key if value == stored else value for value in chosen[facet])
        return {**chosen, facet: tuple(dict.fromkeys(values))}

    if unknown.place == "selected":
        return replace(request, selected=put(request.selected))
    return replace(request, excluded=put(request.excluded))


def _beside(request: SearchRequest) -> Iterator[tuple[Literal["selected", "excluded"], Mapping[FacetName, tuple[str, ...]]]]:
    yield "selected", request.selected
    yield "excluded", request.excluded


def _typed(piece: str) -> str:
    """Return the value in a piece of a query: of `#x`, `nguồn:x` and `nguồn:"x"` x."""
    return re.sub(r"\A(?:[#＃]|[^:\"“”„‟＂«»\s]*:)", "", piece).strip(QUOTES + " ")


def _filters(node: Node) -> Iterator[FacetFilter]:
    if isinstance(node, FacetFilter):
        yield node
    elif isinstance(node, (And, Or)):
        for child in node.children:
            yield from _filters(child)
    elif isinstance(node, Not):
        yield from _filters(node.child)
