"""A search and a change number -> the articles changed since that match; a search and any revision -> whether it matches.

Invariant: of the revisions that a commit holds, `answers` says what `changed` finds. So what an article was before it changed can be
asked the same question as what it is now, though no index holds it any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from corpus.article import Article
from searcher.answer import Changed
from searcher.deadline import Deadline
from searcher.match.collection import Collection
from searcher.match.occurrence import matches
from searcher.match.resolution import filters
from searcher.meaning.interpretation import interpret
from searcher.query.tree import And, Node, Not, Or, Published
from searcher.rank.retrieval import retrieve
from searcher.request import SearchRequest


def changed(collection: Collection, request: SearchRequest, after: int, deadline: Deadline) -> Changed:
    """Return the articles with a change above `after` that match in full. Raises DeadlineExceeded.

    Where nothing has changed nothing is searched.
    """
    until = collection.snapshot.provenance.watermark
    numbers = collection.joined([segment.changes for segment in collection.segments])
    late = numbers > after
    if not (late & collection.live_mask).any():
        return Changed(until, {})
    found = retrieve(collection, interpret(collection, request).node, replace(request, near=False), deadline)
    docids = np.flatnonzero(collection.joined(found.masks) & late)
    docids = docids[np.argsort(numbers[docids])]
    ids = collection.joined([segment.ids for segment in collection.segments])[docids]
    return Changed(until, {each.decode(): int(number) for each, number in zip(ids.tolist(), numbers[docids], strict=True)})


def answers(collection: Collection, request: SearchRequest, article: Article) -> bool:
    """Tell whether `article` has all that the request asks for, by its meaning in this commit; by the plain definition of a match."""
    node = And((interpret(collection, request).node, *_narrowing(collection, request)))
    return matches(node, article, exact_marks=request.exact_marks)


def _narrowing(collection: Collection, request: SearchRequest) -> Iterator[Node]:
    """Yield what days and facets of a request ask of an article (see searcher.match.facet_count)."""
    if request.first_day or request.last_day:
        yield Published(request.first_day, request.last_day)
    for facet, values in request.selected.items():
        wanted = filters(collection, facet, values)
        if wanted:
            yield And(wanted) if request.narrows(facet) else Or(wanted)
    for facet, values in request.excluded.items():
        yield from map(Not, filters(collection, facet, values))
