"""A parsed query, a request and a commit of the index -> which documents match, in which order, without reading any article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property

import numpy as np

from corpus.timestamp import VIETNAM
from index.segment import UNDATED
from index.segment_file import Array
from searcher.collection import Collection
from searcher.duplicate import duplicates
from searcher.evaluation import Deadline, Evaluation
from searcher.facet import count_facets, narrow, selection_masks, without
from searcher.query import And, FacetName, Node, Published, leaves
from searcher.ranking import Ranking
from searcher.request import SearchRequest
from searcher.result import FacetValue
from searcher.weighting import RankingParameters

MOST_FACET_VALUES = 100
_BLOCK = 64
NEAREST_WANTED = 1000
"""Partial matches with fewer parts are not looked at once so many have more. Known-item MRR@10, headlines without marks, first half: .874
with 1,000, .871 with 4,000."""


@dataclass(frozen=True)
class Retrieval:
    """The documents that match a query, as masks per segment (see searcher.evaluation).

    `base` match before facets narrow them, `masks` after; `complete` are those of `masks` with every part of the query.
    """

    collection: Collection
    node: Node
    request: SearchRequest
    evaluations: list[Evaluation]
    base: list[Array]
    selections: dict[FacetName, list[Array]]
    masks: list[Array]
    complete: list[Array]
    parts: list[Node]

    @property
    def relaxed(self) -> bool:
        """Whether documents that lack some part of the query are among those found."""
        return self.total > count(self.complete)

    @property
    def total(self) -> int:
        """The exact number of documents found."""
        return count(self.masks)

    def facets(self, *, most: int = MOST_FACET_VALUES) -> dict[str, tuple[FacetValue, ...]]:
        """Return the facet values of the documents found, with their counts, at most `most` of a facet."""
        selected, excluded = self.request.selected, self.request.excluded
        return count_facets(self.collection, self.base, self.selections, selected, most=most, excluded=excluded)

    @cached_property
    def copies(self) -> tuple[Array, Array]:
        """The places, ascending, of the documents found of which copies are found too, and the number of each one's group."""
        return duplicates(self.collection).among(self.collection.joined(self.masks))

    @property
    def groups(self) -> int:
        """The number of documents found, those that are copies of one text counted as one."""
        return self.total - self.copies[0].size + np.unique(self.copies[1]).size

    def ordered(self, wanted: int, parameters: RankingParameters, *, fold: bool = False) -> tuple[Array, Array]:
        """Return (places, scores) of the first `wanted` documents in the order of the request; places as Collection.locate takes them.

        With `fold`, of documents that are copies of one text only the first.
        """
        places = np.flatnonzero(self.collection.joined(self.masks))
        oldest = self.request.sort == "oldest"
        ranks = (self.collection.oldest_first if oldest else self.collection.newest_first)[places]
        scores = np.zeros(places.size, np.float64)
        if self.request.sort == "relevance" and places.size and leaves(self.node):
            ranking = Ranking(self.collection, self.evaluations, self.node, parameters)
            scores = ranking.scores(places)
            candidates = np.sort(top(scores, ranks, parameters.candidates))
            scores[candidates] += ranking.proximity_scores(places[candidates])
        if fold and self.copies[0].size:
            scores[self._behind(places, scores, ranks)] = -np.inf
            wanted = min(wanted, self.groups)
        best = top(scores, ranks, wanted)
        return places[best], scores[best]

    def _behind(self, places: Array, scores: Array, ranks: Array) -> Array:
        """Return the indices of `places` whose document is not the first of its copies."""
        copies, groups = self.copies
        at = np.searchsorted(places, copies)
        order = np.lexsort((ranks[at], -scores[at], groups))
        again = groups[order[1:]] == groups[order[:-1]]
        behind: Array = at[order[1:][again]]
        return behind

    def copies_of(self, place: int) -> Array:
        """Return the places of the documents found that are copies of the one at `place`, without it: oldest first, undated last."""
        copies, groups = self.copies
        at = np.searchsorted(copies, place)
        if at == copies.size or copies[at] != place:
            return copies[:0]
        others = copies[(groups == groups[at]) & (copies != place)]
        oldest_first: Array = others[np.argsort(self.collection.oldest_first[others])]
        return oldest_first

    def first_and_last_day(self) -> tuple[str | None, str | None]:
        """Return the days (ISO, Vietnamese time) of the oldest and the newest document found that has a date."""
        return first_and_last_day(self.collection, self.masks)


def retrieve(collection: Collection, node: Node, request: SearchRequest, deadline: Deadline) -> Retrieval:
    """Return the documents that match. Raises DeadlineExceeded."""
    evaluations = [Evaluation(segment, exact_marks=request.exact_marks, deadline=deadline) for segment in collection.segments]
    within = without(_within_days(evaluations, request), evaluations, request.excluded)
    complete = [evaluation.part_mask(node) for evaluation in evaluations]
    base = [mask & days for mask, days in zip(complete, within, strict=True)]
    parts, conditions = _parts_and_conditions(node)
    # Decided before days and facets narrow, so that narrowing never changes which documents are counted.
    if len(parts) > 1 and count(complete) < full_matches_wanted(len(parts)):
        held = _parts_held(parts, conditions, evaluations)
        enough = _enough(held, len(parts))
        if not any(((found >= enough) & days).any() for found, days in zip(held, within, strict=True)):
            enough = _enough([found * days for found, days in zip(held, within, strict=True)], len(parts))
        base = [mask | ((found >= enough) & days) for mask, found, days in zip(base, held, within, strict=True)]
    selections = selection_masks(evaluations, request.selected)
    masks = narrow(base, selections)
    return Retrieval(
        collection,
        node,
        request,
        evaluations,
        base,
        selections,
        masks,
        [a & b for a, b in zip(masks, complete, strict=True)],
        parts,
    )


def _within_days(evaluations: Sequence[Evaluation], request: SearchRequest) -> list[Array]:
    if request.first_day is None and request.last_day is None:
        return [evaluation.segment.live for evaluation in evaluations]
    return [evaluation.matches(Published(request.first_day, request.last_day)) for evaluation in evaluations]


def count(masks: Sequence[Array]) -> int:
    """Return the number of documents in masks per segment."""
    return sum(int(np.count_nonzero(mask)) for mask in masks)


def full_matches_wanted(parts: int) -> int:
    """Return how many articles must have every part of a query before those that lack some are left out.

    A row of two to four syllables means just that: only if nothing has them all is the nearest shown. A longer one is a headline or a
    sentence, which the article looked for rarely repeats whole, and the less likely the longer it is. Known-item MRR@10, headlines
    without marks, first half: .860 with 10 for each part beyond the fourth, .871 with 30, .874 with 100 as with any number.
    """
    return 1 if parts < 5 else 100 * (parts - 4)


def _parts_and_conditions(node: Node) -> tuple[list[Node], list[Node]]:
    """Return what may be missing from a partial match (parts with text) and what must hold: only a plain row of parts can be matched in part."""
    children = node.children if isinstance(node, And) else (node,)
    return [child for child in children if leaves(child)], [child for child in children if not leaves(child)]


def _parts_held(parts: list[Node], conditions: list[Node], evaluations: Sequence[Evaluation]) -> list[Array]:
    """Return per segment how many of the parts each document has, 0 if it does not meet the conditions."""
    held = []
    for evaluation in evaluations:
        found = np.zeros(len(evaluation.segment), np.uint8)
        for part in parts:
            found += evaluation.part_mask(part)
        found[~evaluation.matches(And(tuple(conditions)))] = 0
        held.append(found)
    return held


def _enough(held: list[Array], parts: int) -> int:
    """Return how many parts the nearest documents have: at least half, more as long as NEAREST_WANTED have more; if none has half, the most."""
    documents = sum((np.bincount(found, minlength=parts + 1) for found in held), np.zeros(parts + 1, np.int64))
    with_at_least = documents[::-1].cumsum()[::-1]
    half = (parts + 1) // 2
    plenty = np.flatnonzero(with_at_least[half:] >= NEAREST_WANTED)
    most = int(np.flatnonzero(documents)[-1]) if documents.any() else 0
    return half + int(plenty[-1]) if plenty.size else max(1, min(half, most))


def top(scores: Array, ranks: Array, wanted: int) -> Array:
    """Return the indices of the best `wanted` by score, highest first, ties by rank, lowest first."""
    if wanted < scores.size:
        threshold = _threshold(scores, wanted)
        better = np.flatnonzero(scores > threshold)
        tied = np.flatnonzero(scores == threshold)
        missing = wanted - better.size
        if missing < tied.size:
            tied = tied[np.argpartition(ranks[tied], missing)[:missing]]
        chosen = np.concatenate([better, tied])
    else:
        chosen = np.arange(scores.size)
    order: Array = chosen[np.lexsort((ranks[chosen], -scores[chosen]))]
    return order


def _threshold(scores: Array, wanted: int) -> float:
    """Return the score of the `wanted`-th best; there are more scores than that."""
    blocks = scores.size // _BLOCK
    if blocks > wanted:
        # As many as `wanted` blocks have a best score that is no less than this one, so the scores looked for are no less either.
        best = scores[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(axis=1)
        scores = scores[scores >= np.partition(best, blocks - wanted)[blocks - wanted]]
    return float(np.partition(scores, scores.size - wanted)[scores.size - wanted])


def first_and_last_day(collection: Collection, masks: Sequence[Array]) -> tuple[str | None, str | None]:
    """Return the days (ISO, Vietnamese time) of the oldest and the newest masked document that has a date."""
    dates = collection.joined([segment.published[mask] for segment, mask in zip(collection.segments, masks, strict=True)])
    dates = dates[dates != UNDATED]
    if not dates.size:
        return None, None
    first, last = (
        datetime.fromtimestamp(int(date), timezone.utc).astimezone(VIETNAM).date().isoformat()
        for date in (dates.min(), dates.max())
    )
    return first, last
