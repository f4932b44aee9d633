"""A query of which little is found -> the query for articles that had it in an earlier version and have it no more, counted.

A part of the query is asked of earlier versions, each in its turn, and so is the whole of a row of words; offered is what finds most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from index.schema import EARLIER
from searcher.deadline import Deadline
from searcher.help.obstacle import spans
from searcher.help.suggestion import FEW
from searcher.match.collection import Collection
from searcher.meaning.interpretation import interpret
from searcher.query.lexer import QUOTES
from searcher.query.rewriting import rewritten
from searcher.query.tree import Alternative, And, Near, Node, Or, Phrase, Prefix, Span, Term, leaves
from searcher.rank.retrieval import Retrieval, retrieve
from searcher.result import OnlyEarlier

FIELD = "bản-cũ:"
MOST_PARTS = 8
"""Parts of a query that are tried; more of a headline than that is no part that was changed."""


def only_earlier(found: Retrieval, deadline: Deadline) -> OnlyEarlier | None:
    """Return the query with what only earlier versions have, and how many articles it finds under the same filters; None if none does.

    Raises DeadlineExceeded.
    """
    if found.total >= FEW or not _has_earlier(found.collection):
        return None
    query = found.request.query
    best: OnlyEarlier | None = None
    for start, end in _tried(found.node, query):
        text = query[start:end]
        quoted = text if text[:1] in QUOTES or query[end : end + 1] == "*" else f'"{text}"'
        asked = rewritten(query, {(start, end): FIELD + quoted})
        node = interpret(found.collection, replace(found.request, query=asked)).node
        total = retrieve(found.collection, node, replace(found.request, near=False), deadline).total
        if total > (best.total if best else 0):
            best = OnlyEarlier(asked, total)
    return best


def _has_earlier(collection: Collection) -> bool:
    return any(len(segment.field(EARLIER).terms) for segment in collection.segments)


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
