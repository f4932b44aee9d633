"""A search that no article answers as a whole -> what stands in the way, in the query and beside it, and what the search finds without.

Every number is the total of the search that is offered, counted in full matches under everything else that was asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.facet import FacetName
from searcher.help.matching import Matching
from searcher.match.resolution import filters
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
from searcher.request import SearchRequest
from searcher.result import Obstacle, ObstacleKind

MOST = 8

_KINDS: dict[type[Node], ObstacleKind] = {FacetFilter: "facet", Published: "days", Not: "exclusion"}  # all others are text


def obstacles(found: Matching) -> tuple[Obstacle, ...]:
    """Return what stands in the way of a search that no article answers in full; () if one does.

    These are parts and filters without which something is found, and those that nothing meets even by themselves; where there are
    none such, every part of the query. First those without which most is found; at most MOST. Raises DeadlineExceeded.
    """
    if found.total:
        return ()
    own = in_query(found)
    told = [each for part, each in own if each.without or part.is_nowhere(each.alone)]
    told += beside(found)
    told = told or [each for part, each in own if part.is_whole]
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


def with_fewest_dropped(found: Matching, query: str, node: Node, *, least: int) -> str:
    """Return `query`, which means `node`, without the fewest parts whose loss lets an article have the rest under the filters of the search.

    "" if nothing would be left, or if fewer than `least` need go.
    """
    parts = _parts(node)
    has = found.most_held(parts)
    if not has or sum(has) > len(parts) - least:
        return ""
    if not any(leaves(part) for part, is_there in zip(parts, has, strict=True) if is_there):
        return ""
    return without(query, [span for part, is_there in zip(parts, has, strict=True) if not is_there for span in spans(part)])


def spans(node: Node) -> list[Span]:
    """Return where a part of a query was typed."""
    if isinstance(node, (Term, Prefix, Phrase, Near, Earlier, FacetFilter, Published)):
        return [node.span]
    if isinstance(node, Not):
        return spans(node.child)
    if isinstance(node, (And, Or)):
        return [span for child in node.children for span in spans(child)]
    return [leaf.span for leaf in leaves(node)]


@dataclass(frozen=True)
class _Part:
    """A part of a query, and what is left of that without it; of articles that have the part those count that meet `conditions` too.

    Unless it `is_whole`, it stands within a side of an OR.
    """

    node: Node
    rest: Node
    conditions: tuple[Node, ...] = ()
    is_whole: bool = True

    @property
    def having(self) -> Node:
        """What articles have that have the part, or what it excludes."""
        return self.node.child if isinstance(self.node, Not) else self.node

    @property
    def kind(self) -> ObstacleKind:
        return _KINDS.get(type(self.node), "text")

    def is_nowhere(self, alone: int) -> bool:
        """Say whether nothing has it, if `alone` articles do; the sides of an OR are told one by one."""
        return not alone and not (isinstance(self.node, Or) and not self.node.text)


def in_query(found: Matching) -> list[tuple[_Part, Obstacle]]:
    """Return the parts of the query, each as the obstacle that it is if it is one."""
    parts = list(_droppable(found.node))
    left, alone = _left_and_alone(found, parts)
    places = [_repeated(part.node, found.node) for part in parts]
    # Without its only part a query finds whatever is left by what is asked beside it.
    helps = [bool(count) or part.rest == And(()) for part, count in zip(parts, left, strict=True)]
    query = found.request.query
    rests = [without(query, own) if is_help else "" for own, is_help in zip(places, helps, strict=True)]
    # Without the only text that was asked for nothing is asked for.
    worth = [number for number, part in enumerate(parts) if helps[number] and (rests[number] or part.kind != "text")]
    totals = dict.fromkeys(range(len(parts)), 0)
    totals.update(zip(worth, found.totals_of([replace(found.request, query=rests[at]) for at in worth]), strict=True))
    told = []
    for number, part in enumerate(parts):
        facet = part.node.facet if isinstance(part.node, FacetFilter) else None
        said = _said(part.node, query)
        at = _hull(places[number])
        told.append((part, Obstacle(said, *at, alone[number], totals[number], rests[number], part.kind, facet)))
    return told


def _left_and_alone(found: Matching, parts: Sequence[_Part]) -> tuple[Sequence[int], Sequence[int]]:
    """Return how many articles each of the parts leaves that goes, and how many have it: if none does under the filters, in the whole archive."""
    counts = found.counts([*(part.rest for part in parts), *(And((part.having, *part.conditions)) for part in parts)])
    left, alone = counts[: len(parts)], list(counts[len(parts) :])
    none = [number for number, count in enumerate(alone) if not count]
    everywhere = found.counts([parts[number].having for number in none], narrowed=False)
    for number, count in zip(none, everywhere, strict=True):
        alone[number] = count
    return left, alone


def _droppable(node: Node) -> Iterator[_Part]:
    """Yield each part of a query, then each part of each side of an OR."""
    if isinstance(node, Everything):
        return
    parts = _parts(node)
    conditions = tuple(part for part in parts if not leaves(part))
    for part in parts:
        rest = And(tuple(other for other in parts if other != part))
        yield _Part(part, rest, conditions if leaves(part) else ())
    for part, less in _inner_parts(node):
        yield _Part(part, less, is_whole=False)


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


def beside(found: Matching) -> Iterator[Obstacle]:
    """Yield days, values and switches chosen beside the query: those without which something is found, or which nothing meets."""
    asked = _chosen(found)
    totals = found.totals_of([cleared(found.request, each) for each in asked])
    told = [replace(each, without=total) for each, total in zip(asked, totals, strict=True)]
    if len(asked) > 1 and not any(totals):
        every = _filter("filters")
        told.append(replace(every, without=found.total_of(cleared(found.request, every))))
    yield from (each for each in told if each.without or (each.kind in ("days", "facet") and not each.alone))


def _chosen(found: Matching) -> list[Obstacle]:
    """Return the days, values and switches chosen beside the query, each as an obstacle without which nothing was counted yet."""
    request = found.request
    asked: list[tuple[Obstacle, Node]] = []
    if request.first_day or request.last_day:
        days = "–".join(f"{day.day}/{day.month}/{day.year}" if day else "…" for day in (request.first_day, request.last_day))
        asked.append((_filter("days", said=days), Published(request.first_day, request.last_day)))
    for facet, values in request.selected.items():
        wanted = filters(found.collection, facet, values)
        carrying = And(wanted) if request.narrows(facet) else Or(wanted)
        asked.append((_filter("facet", facet, _labels(found, facet, values)), carrying))
    for facet, values in request.excluded.items():
        carrying = Or(filters(found.collection, facet, values))
        asked.append((_filter("excluded", facet, _labels(found, facet, values)), carrying))
    alone = found.counts([node for _, node in asked], narrowed=False)
    chosen = [replace(obstacle, alone=count) for (obstacle, _), count in zip(asked, alone, strict=True)]
    return [_filter("marks"), *chosen] if request.exact_marks else chosen


def _filter(kind: ObstacleKind, facet: FacetName | None = None, said: str = "") -> Obstacle:
    return Obstacle(said, 0, 0, 0, 0, "", kind, facet)


def _labels(found: Matching, facet: FacetName, values: Sequence[str]) -> str:
    """Return chosen values of a facet as they are shown."""
    table = found.collection.facet(facet)
    numbers = [table.number(value) for value in values]
    return ", ".join(value if number is None else table.labels[number] for value, number in zip(values, numbers, strict=True))
