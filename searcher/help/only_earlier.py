"""A query of which little is found -> the query for articles that had it in an earlier version and have it no more, counted.

A part of the query is asked of earlier versions, each in its turn, and so is the whole of a row of words; offered is what finds most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter

from searcher.help.matching import Matching
from searcher.help.obstacle import spans
from searcher.help.suggestion import FEW
from searcher.query.lexer import QUOTES
from searcher.query.rewriting import rewritten
from searcher.query.tree import Alternative, And, Near, Node, Or, Phrase, Prefix, Span, Term, leaves
from searcher.result import OnlyEarlier

FIELD = "bản-cũ:"
MOST_PARTS = 8
"""Parts of a query that are tried; more of a headline than that is no part that was changed."""


def only_earlier(found: Matching) -> OnlyEarlier | None:
    """Return the query with what only earlier versions have, and how many articles it finds under the same filters; None if none does.

    Raises DeadlineExceeded.
    """
    if found.total >= FEW or not found.has_earlier:
        return None
    query = found.request.query
    asked = [_asked_of_earlier(query, *span) for span in _tried(found.node, query)]
    totals = found.totals_of([replace(found.request, query=each) for each in asked])
    best = max(map(OnlyEarlier, asked, totals), key=attrgetter("total"), default=None)
    return best if best and best.total else None


def _asked_of_earlier(query: str, start: int, end: int) -> str:
    """Return the query with what stands from start to end asked of earlier versions."""
    text = query[start:end]
    quoted = text if text[:1] in QUOTES or query[end : end + 1] == "*" else f'"{text}"'
    return rewritten(query, {(start, end): FIELD + quoted})


def _tried(node: Node, query: str) -> Iterator[Span]:
    """Yield where to put the field: the whole of the query where it is a row of plain words, then each part of it."""
    parts = [part for part in (node.children if isinstance(node, And) else (node,)) if _is_text(part)]
    where = [(min(start for start, _ in own), max(end for _, end in own)) for own in map(spans, parts)]
    is_row = all(query[one[1] : other[0]].isspace() for one, other in pairwise(where))
    if len(parts) > 1 and is_row and all(_is_plain(part) for part in parts) and _is_all(where, query):
        yield where[0][0], where[-1][1]
    # Before a number a minus is no operator (-155.000); before a field it is one.
    yield from [(start, end) for start, end in where[:MOST_PARTS] if query[start - 1 : start] != "-"]


def _is_all(where: Sequence[Span], query: str) -> bool:
    return not any(map(str.isalnum, query[: where[0][0]] + query[where[-1][1] :]))


def _is_text(part: Node) -> bool:
    """Say whether a part is something typed that is looked for in the whole text: a word, a phrase, ways of writing one thing."""
    single = isinstance(part, (Term, Prefix, Phrase, Near, Alternative)) or (isinstance(part, Or) and bool(part.text))
    return single and not any(leaf.title_only for leaf in leaves(part))


def _is_plain(part: Node) -> bool:
    return not isinstance(part, (Prefix, Near)) and not any(isinstance(leaf, Phrase) and leaf.quoted for leaf in leaves(part))
