"""A search that no article answers as a whole -> what stands in the way, in the query and beside it, and what the search finds without.

Every number is the total of the search that is offered, counted in full matches under everything else that was asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from corpus.facet import FacetName
from index.segment_file import Array
from searcher.deadline import Deadline
from searcher.meaning.interpretation import interpret
from searcher.query.rewriting import without
from searcher.query.tree import (
    And,
    Earlier,
    Everything,
    FacetFilter,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Published,
    Span,
    Term,
    as_typed,
    leaves,
)
from searcher.rank.retrieval import Retrieval, retrieve
from searcher.request import SearchRequest
from searcher.result import Obstacle, ObstacleKind

MOST = 8

_KINDS: dict[type[Node], ObstacleKind] = {FacetFilter: "facet", Published: "days", Not: "exclusion"}  # all others are text


def obstacles(found: Retrieval, deadline: Deadline) -> tuple[Obstacle, ...]:
    """Return what stands in the way of a search that no article answers in full; () if one does.

    These are parts and filters without which something is found, and those that nothing meets even by themselves; where there are
    none such, every part of the query. First those without which most is found; at most MOST. Raises DeadlineExceeded.
    """
    if found.total:
        return ()
    told = [*_in_query(found, deadline), *_beside(found, deadline)]
    told = told or list(_in_query(found, deadline, every=True))
    told.sort(key=lambda each: -each.without)
    return tuple(told[:MOST])


def cleared(request: SearchRequest, obstacle: Obstacle) -> SearchRequest:
    """Return the request without an obstacle of it, at the first page: what `obstacle.without` counts."""
    if obstacle.end:
        return replace(request, query=obstacle.query, page=1)
    if obstacle.kind == "days":
        return replace(request, first_day=None, last_day=None, page=1)
    if obstacle.kind == "marks":
        return replace(request, exact_marks=False, page=1)
    if obstacle.kind == "facet":
        return replace(
            request, selected={name: kept for name, kept in request.selected.items() if name != obstacle.facet}, page=1
        )
    if obstacle.kind == "excluded":
        return replace(
            request, excluded={name: kept for name, kept in request.excluded.items() if name != obstacle.facet}, page=1
        )
    return replace(request, selected={}, excluded={}, first_day=None, last_day=None, exact_marks=False, page=1)


def with_fewest_dropped(found: Retrieval, *, least: int) -> str:
    """Return the query without the fewest parts whose loss lets an article have the rest.

    "" if nothing would be left, or if fewer than `least` need go.
    """
    parts = _parts(found.node)
    masks = [_joined(found, part) for part in parts]
    allowed = found.narrowing.of(found.collection.live_mask)
    held = np.sum(masks, axis=0, dtype=np.uint8) * allowed if masks else np.zeros(1, np.uint8)
    most = int(held.max(initial=0))
    if not 0 < most <= len(parts) - least:
        return ""
    nearest = np.flatnonzero(held == most)
    having, counts = np.unique(np.array([mask[nearest] for mask in masks]), axis=1, return_counts=True)
    has = having[:, int(counts.argmax())].tolist()
    if not any(leaves(part) for part, is_there in zip(parts, has, strict=True) if is_there):
        return ""
    return without(
        found.request.query, [span for part, is_there in zip(parts, has, strict=True) if not is_there for span in spans(part)]
    )


def spans(node: Node) -> list[Span]:
    """Return where a part of a query was typed."""
    if isinstance(node, (Term, Prefix, Phrase, Near, Earlier, FacetFilter, Published)):
        return [node.span]
    if isinstance(node, Not):
        return spans(node.child)
    if isinstance(node, (And, Or)):
        return [span for child in node.children for span in spans(child)]
    return [leaf.span for leaf in leaves(node)]


def _in_query(found: Retrieval, deadline: Deadline, *, every: bool = False) -> Iterator[Obstacle]:
    """Yield the parts of the query that stand in the way; with `every`, all its parts."""
    parts = [] if isinstance(found.node, Everything) else _parts(found.node)
    if not parts:
        return
    masks = [_joined(found, part) for part in parts]
    allowed = found.narrowing.of(found.collection.live_mask)
    held = np.sum(masks, axis=0, dtype=np.uint8) * allowed
    met = np.logical_and.reduce([allowed, *(mask for part, mask in zip(parts, masks, strict=True) if not leaves(part))])
    for part, mask in zip(parts, masks, strict=True):
        deadline.check()
        helps = bool(((held == len(parts) - 1) & ~mask).any())
        yield from _told(found, part, met if leaves(part) else allowed, deadline, helps=helps, every=every)
    for part, less in _inner_parts(found.node):
        yield from _told(found, part, allowed, deadline, helps=bool(found.narrowing.of(_joined(found, less)).any()))


def _told(
    found: Retrieval, part: Node, among: Array, deadline: Deadline, *, helps: bool, every: bool = False
) -> Iterator[Obstacle]:
    """Yield a part as an obstacle: if dropping it helps, if nothing has it, or if `every` is wanted."""
    kind = _KINDS.get(type(part), "text")
    having = _joined(found, part.child if isinstance(part, Not) else part)
    alone = int(np.count_nonzero(having & among)) or int(np.count_nonzero(having & found.collection.live_mask))
    own = _repeated(part, found.node)
    rest = without(found.request.query, own) if helps else ""
    is_text = kind == "text"  # without the only text that was asked for nothing is asked for
    total = _total(found, replace(found.request, query=rest), deadline) if helps and (rest or not is_text) else 0
    is_either = isinstance(part, Or) and not part.text  # its sides are told one by one
    if total or every or not (alone or is_either):
        facet = part.facet if isinstance(part, FacetFilter) else None
        yield Obstacle(_said(part, found.request.query), *_hull(own), alone, total, rest, kind, facet)


def _repeated(part: Node, node: Node) -> list[Span]:
    """Return where a part of the query `node` was typed, each time that it was."""
    return [span for other in _all_parts(node) if other == part for span in spans(other)] or spans(part)


def _hull(places: Sequence[Span]) -> Span:
    """Return the span from the first to the last of `places`."""
    return min(first for first, _ in places), max(last for _, last in places)


def _said(part: Node, query: str) -> str:
    """Return a part as it was typed in `query`, with its field if that is the title."""
    if isinstance(part, Earlier):
        return as_typed(part)
    first, last = spans(part)[0][0], max(stop for _, stop in spans(part))
    field = "tiêu-đề:" if leaves(part) and all(leaf.title_only for leaf in leaves(part)) else ""
    return field + query[first:last]


def _all_parts(node: Node) -> Sequence[Node]:
    return node.children if isinstance(node, And) else (node,)


def _parts(node: Node) -> list[Node]:
    """Return the parts of a query all of which must be met, each once."""
    return list(dict.fromkeys(_all_parts(node)))


def _inner_parts(node: Node) -> Iterator[tuple[Node, Node]]:
    """Yield each part of each side of an OR, with the query without that part."""
    for place, child in enumerate(_all_parts(node)):
        if not isinstance(child, Or) or child.text:
            continue
        for number, side in enumerate(child.children):
            if isinstance(side, And):
                for part in side.children:
                    rest = And(tuple(other for other in side.children if other != part))
                    sides = replace(child, children=(*child.children[:number], rest, *child.children[number + 1 :]))
                    yield (
                        part,
                        And((*node.children[:place], sides, *node.children[place + 1 :])) if isinstance(node, And) else sides,
                    )
            else:
                yield side, child


def _beside(found: Retrieval, deadline: Deadline) -> Iterator[Obstacle]:
    """Yield days, values and switches chosen beside the query: those without which something is found, or which nothing meets."""
    asked = _chosen(found)
    told = [replace(each, without=_total(found, cleared(found.request, each), deadline)) for each in asked]
    if len(asked) > 1 and not any(each.without for each in told):
        every = _filter("filters")
        told.append(replace(every, without=_total(found, cleared(found.request, every), deadline)))
    yield from (each for each in told if each.without or (each.kind in ("days", "facet") and not each.alone))


def _chosen(found: Retrieval) -> list[Obstacle]:
    """Return the days, values and switches chosen beside the query, each as an obstacle without which nothing was counted yet."""
    request = found.request
    live = found.collection.live_mask
    asked: list[Obstacle] = []
    if request.exact_marks:
        asked.append(_filter("marks"))
    if request.first_day or request.last_day:
        days = "–".join(day.strftime("%d/%m/%Y") if day else "…" for day in (request.first_day, request.last_day))
        asked.append(_filter("days", said=days, alone=found.narrowing.days))
    for facet, values in request.selected.items():
        carrying = found.narrowing.among(live, facet, values)
        asked.append(_filter("facet", facet, _labels(found, facet, values), carrying))
    for facet, values in request.excluded.items():
        carrying = np.logical_or.reduce([found.narrowing.carrying(facet, value) for value in values]) & live
        asked.append(_filter("excluded", facet, _labels(found, facet, values), carrying))
    return asked


def _filter(kind: ObstacleKind, facet: FacetName | None = None, said: str = "", alone: Array | None = None) -> Obstacle:
    return Obstacle(said, 0, 0, 0 if alone is None else int(np.count_nonzero(alone)), 0, "", kind, facet)


def _labels(found: Retrieval, facet: FacetName, values: Sequence[str]) -> str:
    """Return chosen values of a facet as they are shown."""
    table = found.collection.facet(facet)
    numbers = [table.number(value) for value in values]
    return ", ".join(value if number is None else table.labels[number] for value, number in zip(values, numbers, strict=True))


def _joined(found: Retrieval, node: Node) -> Array:
    return found.collection.joined([evaluation.part_mask(node) for evaluation in found.evaluations])


def _total(found: Retrieval, request: SearchRequest, deadline: Deadline) -> int:
    node = interpret(found.collection, request).node
    return retrieve(found.collection, node, replace(request, near=False), deadline).total
