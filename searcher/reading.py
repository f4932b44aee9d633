"""A request -> the tree to search by: parsed, its marks read and its abbreviations expanded as one commit of the index has them.

The one way from what was typed to what is asked, for searches, suggestions, completions and highlights alike: so every count equals what a
click shows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from searcher.abbreviation import abbreviations
from searcher.collection import Collection
from searcher.expansion import expand
from searcher.joint import joints
from searcher.level_tone import with_level_tones
from searcher.parser import parse
from searcher.query import Node
from searcher.request import SearchRequest
from searcher.resolution import resolved_node
from searcher.result import Expansion, Problem


@dataclass(frozen=True)
class Reading:
    """What a query asks for, what it was expanded by (whether or not that is wanted), and what was not understood."""

    node: Node
    expansions: tuple[Expansion, ...]
    problems: tuple[Problem, ...]


def read(collection: Collection, request: SearchRequest) -> Reading:
    """Return how to read the query of a request."""
    parsed, problems = parse(request.query)
    node = with_level_tones(resolved_node(collection, parsed), collection)
    expanded, expansions = expand(
        node, request.query, abbreviations(collection), joints(collection), exact_marks=request.exact_marks
    )
    if request.expand:
        return Reading(expanded, expansions, problems)
    return Reading(node, tuple(replace(each, on=False) for each in expansions), problems)
