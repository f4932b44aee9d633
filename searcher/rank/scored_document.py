"""Documents found and their scores -> what is known of each before its article is read: how it matches, what it lacks, which are its copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.segment_file import Array
from searcher.query.tree import Earlier, as_typed, asked_of_earlier
from searcher.rank.retrieval import Retrieval
from searcher.result import Ingredient, Match

MOST_COPIES = 20
"""Copies that a hit lists; all of them are counted."""


@dataclass(frozen=True)
class ScoredDocument:
    """A document that is to be a hit. `revision` is its (change number, article id), `missing` what it lacks of the query, as typed.

    It stands for `copies_total` more documents, of which `copies` are the revisions of the oldest, at most MOST_COPIES. `earlier` is what an
    earlier version of it has of what the query asks of such; `explanation`, where that is asked for, what its score is the sum of.
    """

    revision: tuple[int, str]
    score: float
    match: Match
    missing: tuple[str, ...] = ()
    copies: tuple[tuple[int, str], ...] = ()
    copies_total: int = 0
    earlier: tuple[Earlier, ...] = ()
    explanation: tuple[Ingredient, ...] = ()


def scored_documents(
    found: Retrieval, order: Array, scores: Array, explanations: Iterable[tuple[Ingredient, ...]]
) -> Iterator[ScoredDocument]:
    """Yield what is known of the documents in `order` (docids), which have these scores and explanations."""
    collection = found.collection
    of_earlier = asked_of_earlier(found.node)
    revisions = collection.revisions(order)
    known = zip(order.tolist(), collection.locate(order), revisions, scores.tolist(), explanations, strict=True)
    for docid, located, revision, score, explanation in known:
        segment, document = located
        copies = found.copies_of(docid) if found.request.fold else order[:0]
        evaluation = found.evaluations[segment]
        yield ScoredDocument(
            revision,
            score,
            *_explained(found, segment, document),
            copies=tuple(collection.revisions(copies[:MOST_COPIES])),
            copies_total=copies.size,
            earlier=tuple(each for each in of_earlier if evaluation.part_mask(each)[document]),
            explanation=explanation,
        )


def _explained(found: Retrieval, segment: int, document: int) -> tuple[Match, tuple[str, ...]]:
    """Return how the document matches, and the parts of the query it lacks, as typed."""
    evaluation = found.evaluations[segment]
    if not found.masks[segment][document]:
        return "partial", tuple(dict.fromkeys(as_typed(part) for part in found.parts if not evaluation.part_mask(part)[document]))
    return ("exact" if found.spelled[segment][document] else "unmarked"), ()
