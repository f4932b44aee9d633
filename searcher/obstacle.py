"""A query that no article answers as a whole -> which of its parts stand in the way, and what dropping each would give.

Every number is exact and counts under the same days, facets and exclusions as the search itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from searcher.evaluation import Deadline
from searcher.query import And, Node, leaves, typed
from searcher.reading import read
from searcher.result import Obstacle
from searcher.retrieval import Retrieval

MOST = 8


def obstacles(found: Retrieval, deadline: Deadline) -> tuple[Obstacle, ...]:
    """Return the parts of a plain row that stand alone nowhere, or without which the rest is found; none if an article has every part.

    First those whose dropping shows most, then those that are nowhere; at most MOST. Raises DeadlineExceeded.
    """
    if len(found.parts) < 2 or found.total:
        return ()
    evaluations = found.evaluations
    conditions = And(tuple(child for child in _children(found.node) if not leaves(child)))
    meeting = found.collection.joined([evaluation.matches(conditions) for evaluation in evaluations])
    allowed = found.collection.parted(found.narrowing.of(meeting))
    parts = found.parts
    held = [
        np.sum([evaluation.part_mask(part) for part in parts], axis=0, dtype=np.uint8) * mask
        for evaluation, mask in zip(evaluations, allowed, strict=True)
    ]
    told = []
    for part in parts:
        deadline.check()
        masks = [evaluation.part_mask(part) for evaluation in evaluations]
        alone = sum(int(np.count_nonzero(mask & here)) for mask, here in zip(masks, allowed, strict=True))
        others = sum(int(np.count_nonzero((has == len(parts) - 1) & ~mask)) for mask, has in zip(masks, held, strict=True))
        if others or not alone:
            told.append((others, alone, part))
    told.sort(key=lambda each: -each[0])
    return tuple(_obstacle(found, deadline, *each) for each in told[:MOST])


def _obstacle(found: Retrieval, deadline: Deadline, others: int, alone: int, part: Node) -> Obstacle:
    deadline.check()
    query = _without(found, part) if others else ""
    return Obstacle(typed(part), *_span(part), alone, others, query)


def _children(node: Node) -> Sequence[Node]:
    return node.children if isinstance(node, And) else (node,)


def _span(part: Node) -> tuple[int, int]:
    spans = [leaf.span for leaf in leaves(part)]
    return min(start for start, _ in spans), max(end for _, end in spans)


def _without(found: Retrieval, part: Node) -> str:
    """Return the query with a part cut out of its text; "" if that would not ask for just the others (`tiêu-đề:x`)."""
    start, end = _span(part)
    query = found.request.query
    rest = re.sub(r"\s+", " ", query[:start] + query[end:]).strip()
    others = tuple(child for child in _children(found.node) if child != part)
    asked = read(found.collection, replace(found.request, query=rest)).node
    return rest if tuple(_children(asked)) == others else ""
