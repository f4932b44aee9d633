"""A commit -> the archive at a glance: how many articles, from which day to which, every facet value with its count."""

from __future__ import annotations

from searcher.answer import Overview
from searcher.match.collection import Collection, once_a_commit
from searcher.match.facet_count import EVERY, Narrowing, count_facets
from searcher.rank.retrieval import first_and_last_day
from searcher.request import SearchRequest
from searcher.result import Coverage


@once_a_commit
def overview(collection: Collection) -> Overview:
    """Return the archive at a glance."""
    narrowing = Narrowing(collection, SearchRequest(), collection.live_mask)
    facets = count_facets(narrowing, collection.live_mask, most=EVERY)
    return Overview(collection.size, *_days(collection), facets, collection.snapshot.generation)


@once_a_commit
def coverage(collection: Collection) -> Coverage:
    """Return what the archive covers."""
    return Coverage(collection.size, *_days(collection))


def _days(collection: Collection) -> tuple[str | None, str | None]:
    return first_and_last_day(collection, [segment.live for segment in collection.segments])
