"""A query that finds nothing -> other queries that ask for less, or for what is nearest to a document that the archive does not have.

They are ideas only: each is run and counted before it is offered (searcher.help.suggestion).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from language.legal_document import Mention, mentions
from searcher.help.matching import Matching
from searcher.help.obstacle import with_fewest_dropped
from searcher.match.collection import Collection
from searcher.meaning.interpretation import interpret
from searcher.query.acceptance import beginning
from searcher.query.parser import MAX_LENGTH, MIN_PREFIX
from searcher.query.rewriting import rewritten, unquoted, without_title_field
from searcher.query.tree import Prefix, leaves
from searcher.query.typed import read_typed
from searcher.result import Reason

_DOCUMENTS = 2
"""Documents offered for one that no article has."""


def ways_out(found: Matching) -> Iterator[tuple[Reason, str]]:
    """Yield queries to try where nothing was found, the nearest first, each with what it does to the query. Raises DeadlineExceeded."""
    query = found.request.query
    for nearest in _nearest_documents(found.collection, query):
        yield "document", nearest
    apart = unquoted(query)
    yield "apart", apart
    yield "anywhere", without_title_field(query)
    yield "prefix", rewritten(query, _shorter_beginnings(found))
    yield "fewer", with_fewest_dropped(found, query, found.node, least=2)
    if apart != query:
        node = interpret(found.collection, replace(found.request, query=apart)).node
        yield "fewer", with_fewest_dropped(found, apart, node, least=1)


def _shorter_beginnings(found: Matching) -> dict[tuple[int, int], str]:
    """Return for each prefix that stands in no article its longest beginning that does."""
    shorter = {}
    for leaf in leaves(found.node):
        if isinstance(leaf, Prefix) and not found.count(leaf, narrowed=False):
            for end in range(len(leaf.text) - 1, MIN_PREFIX - 1, -1):
                text = leaf.text[:end]
                if found.count(Prefix(*beginning(text), text, leaf.title_only), narrowed=False):
                    shorter[leaf.span] = text
                    break
    return shorter


def _nearest_documents(collection: Collection, query: str) -> Iterator[str]:
    """Yield the query with the documents of the archive that are nearest to one it cites in the place of that."""
    typed = read_typed(query[:MAX_LENGTH])  # as much as is asked
    for mention in mentions(typed.text):
        table = collection.facet("document")
        beginning_of = f"{mention.number.replace('đ', 'd')}/" if mention.number else mention.key.removesuffix(mention.year)
        first, last = bisect_left(table.keys, beginning_of), bisect_left(table.keys, beginning_of + "\U0010ffff")
        near = [
            (_likeness(mention, table.keys[at]), int(table.totals[at]), table.labels[at])
            for at in range(first, last)
            if table.totals[at] and table.keys[at] != mention.key
        ]
        near.sort(key=lambda each: (-each[0], -each[1], each[2]))
        for likeness, _, label in near[:_DOCUMENTS]:
            if likeness:
                number = label.rpartition(" ")[2]
                is_whole = " " in typed.text[mention.start : mention.end] or "/" not in number
                yield rewritten(query, {typed.span(mention.start, mention.end): label if is_whole else number})


def _likeness(mention: Mention, key: str) -> int:
    """Return how near a document of the same number, or a law of the same name, is: 0 if it is of another kind and another year."""
    if not mention.number:
        return 1
    _, *own = mention.key.split("/")
    _, *other = key.split("/")
    same_kind = bool(own) and own[-1].split("-")[0] == other[-1].split("-")[0]
    return 2 * same_kind + bool(mention.year and mention.year in other) + (own[-1:] == other[-1:])
