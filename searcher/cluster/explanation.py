"""Documents that are to be hits -> what is known of each before its article is read: how it matches, what it lacks, its copies and earlier versions.

Where that is asked for, what its score is the sum of too. The counterpart of searcher.rank.scored_document. Asked for the documents of one page, in one request.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np

from index.cluster.connection import Body
from index.segment_file import Array
from searcher.cluster.matched import FULL
from searcher.cluster.ranked_list import BARELY, OLDEST_FIRST, ClusterRetrieval, Document, in_group
from searcher.cluster.translation import Query, but, every, named
from searcher.query.tree import as_typed, asked_of_earlier
from searcher.rank.ingredient import ingredients_of
from searcher.rank.scored_document import MOST_COPIES, ScoredDocument
from searcher.result import Ingredient, IngredientName, Match

_SPELLED, _PART, _EARLIER = "spelled", "part", "earlier"
_REVISION = ["id", "change"]


def scored_documents(found: ClusterRetrieval, documents: Sequence[Document], *, unmarked: int) -> list[ScoredDocument]:
    """Return what is known of the documents. Raises DeadlineExceeded.

    `unmarked` is how many full matches there are in which marks that were typed are not written: where there are none, no document is asked.
    """
    if not documents:
        return []
    grouped = [document for document in documents if document.group] if found.request.fold else []
    asked = _asked(found, unmarked)
    bodies = [_copies(found, document) for document in grouped]
    answers = found.ask([*bodies, _explaining(documents, asked)] if asked else bodies)
    hits = answers[-1]["hits"]["hits"] if asked else []
    names = {hit["fields"]["id"][0]: hit.get("matched_queries", ()) for hit in hits}
    everywhere = [*([FULL] if found.near is None else ()), *(() if unmarked else [_SPELLED])]
    copies = {document.article_id: answer["hits"] for document, answer in zip(grouped, answers, strict=False)}
    explanations = _explained(found, documents) if found.request.explain else [()] * len(documents)
    return [
        _told(found, each, {*names.get(each.article_id, ()), *everywhere}, copies.get(each.article_id), explanation)
        for each, explanation in zip(documents, explanations, strict=True)
    ]


def _asked(found: ClusterRetrieval, unmarked: int) -> list[Query]:
    """Return what must be asked of each document to know how it matches: where all match in full, little or nothing."""
    asked = [
        named(found.translation.query(each), f"{_EARLIER}{number}") for number, each in enumerate(asked_of_earlier(found.node))
    ]
    if unmarked:
        asked.append(named(found.spelled, _SPELLED))
    if found.near is not None:
        asked.append(named(found.full, FULL))
        asked += [named(found.translation.query(part), f"{_PART}{number}") for number, part in enumerate(found.parts)]
    return asked


def _explaining(documents: Sequence[Document], asked: Sequence[Query]) -> Body:
    """Return the search that names, for each of the documents, what it matches."""
    ids = {"terms": {"id": [document.article_id for document in documents]}}
    query = {"bool": {"filter": [ids], "should": list(asked)}}
    return {"query": query, "size": len(documents), "docvalue_fields": _REVISION, "track_total_hits": False, **BARELY}


def _copies(found: ClusterRetrieval, document: Document) -> Body:
    others = but(every([found.shown, in_group(document.group)]), {"term": {"id": document.article_id}})
    query = {"bool": {"filter": [others]}}
    return {
        "query": query,
        "size": MOST_COPIES,
        "sort": OLDEST_FIRST,
        "docvalue_fields": _REVISION,
        "track_total_hits": True,
        **BARELY,
    }


def _told(
    found: ClusterRetrieval,
    document: Document,
    names: Collection[str],
    copies: dict[str, Any] | None,
    explanation: tuple[Ingredient, ...],
) -> ScoredDocument:
    match, missing = _matched(found, names)
    return ScoredDocument(
        revision=(document.change, document.article_id),
        score=document.score,
        match=match,
        missing=missing,
        copies=tuple((int(hit["fields"]["change"][0]), hit["fields"]["id"][0]) for hit in copies["hits"]) if copies else (),
        copies_total=copies["total"]["value"] if copies else 0,
        earlier=tuple(each for number, each in enumerate(asked_of_earlier(found.node)) if f"{_EARLIER}{number}" in names),
        explanation=explanation,
    )


def _explained(found: ClusterRetrieval, documents: Sequence[Document]) -> list[tuple[Ingredient, ...]]:
    """Return for each of the documents what its score is the sum of: nothing unless they are ordered by relevance."""
    if not found.by_relevance:
        return [()] * len(documents)
    ids = [document.article_id for document in documents]
    return ingredients_of(chain(_by_terms(found, ids), _by_places(found, ids)), len(ids))


def _by_terms(found: ClusterRetrieval, ids: Sequence[str]) -> Iterator[tuple[IngredientName, str, Array]]:
    """Yield what each word and syllable gives the articles, asked for by itself."""
    alone = found.scoring.alone({"terms": {"id": ids}}, found.near_node)
    about = {"size": len(ids), "docvalue_fields": ["id"], "track_total_hits": False, **BARELY}
    for (own, _), answer in zip(alone, found.ask([{"query": query, **about} for _, query in alone]), strict=True):
        scores = {hit["fields"]["id"][0]: float(hit["_score"]) for hit in answer["hits"]["hits"]}
        yield own.name, own.of, np.array([scores.get(each, 0.0) for each in ids])


def _by_places(found: ClusterRetrieval, ids: Sequence[str]) -> Iterator[tuple[IngredientName, str, Array]]:
    """Yield what the places of terms and likeness to the first few give the articles, where they were looked at."""
    assert found.looked_at is not None
    articles, places = found.looked_at
    number = {article_id: at for at, article_id in enumerate(articles)}
    at = np.array([number.get(each, -1) for each in ids])
    for name, of, added in places.ingredients():
        yield name, of, np.where(at >= 0, added[at], 0.0)
    yield "likeness", "", np.array([found.likeness.get(each, 0.0) for each in ids])


def _matched(found: ClusterRetrieval, names: Collection[str]) -> tuple[Match, tuple[str, ...]]:
    """Return how a document matches that has what is named, and the parts of the query it lacks, as typed."""
    if FULL in names:
        return ("exact" if _SPELLED in names else "unmarked"), ()
    lacking = (as_typed(part) for number, part in enumerate(found.parts) if f"{_PART}{number}" not in names)
    return "partial", tuple(dict.fromkeys(lacking))
