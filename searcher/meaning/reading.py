"""A request -> the tree to search by: parsed, its marks read and its abbreviations expanded as one commit of the index has them.

The one way from what was typed to what is asked, for searches, suggestions, completions and highlights alike: so every count equals what a
click shows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from searcher.match.collection import Collection
from searcher.match.resolution import resolved_node
from searcher.meaning.abbreviation_table import abbreviations
from searcher.meaning.compound import Compounds
from searcher.meaning.expansion import expand
from searcher.meaning.joint import joints
from searcher.meaning.level_tone import with_level_tones
from searcher.query.parser import understand
from searcher.query.tree import Node
from searcher.request import SearchRequest
from searcher.result import Bound, Expansion, Problem


@dataclass(frozen=True)
class Reading:
    """What a query asks for, what it was expanded by (whether or not that is wanted), what was not understood, and what is bound."""

    node: Node
    expansions: tuple[Expansion, ...]
    problems: tuple[Problem, ...]
    bound: tuple[Bound, ...]


def read(collection: Collection, request: SearchRequest) -> Reading:
    """Return how to read the query of a request."""
    parsed, problems, bound = understand(request.query, first_word=Compounds(collection).first_word)
    node = with_level_tones(resolved_node(collection, parsed), collection)
    expanded, expansions = expand(
        node, request.query, abbreviations(collection), joints(collection), exact_marks=request.exact_marks
    )
    if request.expand:
        return Reading(expanded, expansions, problems, bound)
    return Reading(node, tuple(replace(each, on=False) for each in expansions), problems, bound)
