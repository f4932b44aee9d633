"""A parsed query, a request and a commit of the index -> which documents match, in which order, without reading any article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import cached_property
from operator import itemgetter

import numpy as np

from index.schema import EARLIER
from index.segment import UNDATED
from index.segment_file import Array
from language.timestamp import VIETNAM
from searcher.deadline import Deadline
from searcher.match.collection import Collection
from searcher.match.duplicate import duplicates
from searcher.match.evaluation import Evaluation, distinct
from searcher.match.facet_count import FacetCounts, Narrowing
from searcher.meaning.interpretation import interpret
from searcher.meaning.level_tone import with_marks_left_out
from searcher.query.tree import And, Node, Published, leaves
from searcher.rank.evidence import terms_in_order
from searcher.rank.feedback import feedback_scores
from searcher.rank.ingredient import ingredients_of
from searcher.rank.ranking import Ranking
from searcher.rank.weighting import RankingParameters, inverse_document_frequency
from searcher.request import SearchRequest
from searcher.result import FacetValue, Ingredient, IngredientName

MOST_FACET_VALUES = 100
_BLOCK = 64
NEAREST_WANTED = 1000
"""If more documents come near, those with most of the query are taken, so many of them."""
NEAR_SHARE = 0.5
"""The share of the query's weight that a near match must exceed."""
NEAR_RARITY = 0.25
"""A part weighs its inverse document frequency to this power. To the first power one rare word outweighs a whole headline:
known-item MRR@10 of headlines with marks, first half, is .879 with 1, .884 with 1/2, .892 with 1/4."""


_NEAR_STEPS = 4096


@dataclass(frozen=True)
class Retrieval:
    """The documents that match a query, as masks per segment (see searcher.match.evaluation).

    `masks` match in full, `base` are the same before days and facets narrow them. `near` have most of the query, which for them is
    `near_node`; they are in no count but their own.
    """

    collection: Collection
    node: Node
    request: SearchRequest
    evaluations: list[Evaluation]
    base: list[Array]
    narrowing: Narrowing
    masks: list[Array]
    near: list[Array]
    near_node: Node
    parts: list[Node]
    deadline: Deadline
    _held: dict[Node, tuple[Array, int]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def total(self) -> int:
        """The exact number of documents that have every part of the query."""
        return size_of(self.masks)

    @property
    def has_earlier(self) -> bool:
        """Whether any article lost anything that an earlier version of it had."""
        return any(len(segment.field(EARLIER).terms) for segment in self.collection.segments)

    @cached_property
    def allowed(self) -> Array:
        """The mask over docids of the documents that days and facets leave, whatever the query."""
        return self.narrowing.of(self.collection.live_mask)

    def _mask(self, part: Node) -> tuple[Array, int]:
        """Return the mask over docids of the documents that match `part`, whatever days and facets, and how many they are."""
        if part not in self._held:
            masks = [evaluation.part_mask(part) for evaluation in self.evaluations]
            self._held[part] = self.collection.joined(masks), size_of(masks)
        return self._held[part]

    def count(self, node: Node, *, narrowed: bool = True) -> int:
        """Return how many documents match `node`, under the days and facets of the request or under none. Raises DeadlineExceeded."""
        if not isinstance(node, And):
            mask, size = self._mask(node)
            return int(np.count_nonzero(mask & self.allowed)) if narrowed else size
        among = self.allowed if narrowed else self.collection.live_mask
        if not node.children:
            return int(np.count_nonzero(among))
        # The rarest part leaves few documents, in which the others are looked up.
        (rarest, _), *others = sorted(map(self._mask, node.children), key=itemgetter(1))
        docids = np.flatnonzero(rarest & among)
        for mask, _ in others:
            docids = docids[mask[docids]]
        return docids.size

    def counts(self, nodes: Sequence[Node], *, narrowed: bool = True) -> list[int]:
        """Return what `count` does of each of `nodes`. Raises DeadlineExceeded."""
        return [self.count(node, narrowed=narrowed) for node in nodes]

    def total_of(self, request: SearchRequest, node: Node | None = None) -> int:
        """Return how many documents match another request in full; `node` is what it means, if that is known. Raises DeadlineExceeded."""
        self.deadline.check()
        if replace(request, query=self.request.query) != self.request:
            return total_of(self.collection, request, self.deadline, node)
        return self.count(node or interpret(self.collection, request).node)  # under the same days and facets

    def totals_of(self, requests: Sequence[SearchRequest]) -> list[int]:
        """Return what `total_of` does of each of `requests`. Raises DeadlineExceeded."""
        return [self.total_of(request) for request in requests]

    def most_held(self, parts: Sequence[Node]) -> tuple[bool, ...]:
        """Return which of `parts` those documents have that have most of them, of all that days and facets leave, as most of these have it.

        Of what equally many have the first, False before True; () if no document has any.
        """
        masks = [self._mask(part)[0] for part in parts]
        held = np.sum(masks, axis=0, dtype=np.uint8) * self.allowed if masks else np.zeros(1, np.uint8)
        most = held.max(initial=0)
        if not most:
            return ()
        nearest = np.flatnonzero(held == most)
        having, frequencies = np.unique(np.array([mask[nearest] for mask in masks]), axis=1, return_counts=True)
        return tuple(having[:, int(frequencies.argmax())].tolist())

    @cached_property
    def shown(self) -> list[Array]:
        """The masks of all documents that may be hits, full and near."""
        return [full | near for full, near in zip(self.masks, self.near, strict=True)]

    @cached_property
    def facet_counts(self) -> FacetCounts:
        """Counts the facets of the documents found."""
        return FacetCounts(self.narrowing, self.collection.joined(self.base))

    def facets(self, *, most: int = MOST_FACET_VALUES) -> dict[str, tuple[FacetValue, ...]]:
        """Return the facet values of the documents found, with their counts, at most `most` of a facet."""
        return self.facet_counts.every(most=most)

    @cached_property
    def spelled(self) -> list[Array]:
        """The masks of the documents found in full of which the marks that were typed are written: not in bare texts only."""
        terms = list(dict.fromkeys(terms_in_order(self.node)))
        spelled = []
        for evaluation, mask in zip(self.evaluations, self.masks, strict=True):
            if (mask & evaluation.bare_mask(terms)).any():
                mask = mask & evaluation.without_bare_texts().matches(self.node)
            spelled.append(mask)
        return spelled

    @cached_property
    def copies(self) -> tuple[Array, Array]:
        """The docids, ascending, of the documents shown of which copies are shown too, and the number of each one's group."""
        return duplicates(self.collection).among(self.collection.joined(self.shown))

    @property
    def groups(self) -> int:
        """The number of documents shown, those that are copies of one text counted as one."""
        return size_of(self.shown) - self.copies[0].size + distinct(np.sort(self.copies[1])).size

    def ordered(self, wanted: int, parameters: RankingParameters, *, fold: bool = False) -> tuple[Array, Array]:
        """Return (docids, scores) of the first `wanted` documents in the order of the request; docids as Collection.locate takes them.

        With `fold`, of documents that are copies of one text only the first.
        """
        docids = np.flatnonzero(self.collection.joined(self.shown))
        oldest = self.request.sort == "oldest"
        ranks = (self.collection.oldest_first if oldest else self.collection.newest_first)[docids]
        scores = np.zeros(docids.size, np.float64)
        if self._by_relevance and docids.size:
            ranking, scores, candidates = self._ranked(docids, ranks, parameters)
            scores[candidates] += ranking.proximity_scores(docids[candidates])
            scores += self._likeness(docids, ranks, scores, candidates, parameters)
        if fold and self.copies[0].size:
            scores[self._behind(docids, scores, ranks)] = -np.inf
            wanted = min(wanted, self.groups)
        best = top(scores, ranks, wanted)
        return docids[best], scores[best]

    @property
    def _by_relevance(self) -> bool:
        return self.request.sort == "relevance" and bool(leaves(self.node))

    def _ranked(self, docids: Array, ranks: Array, parameters: RankingParameters) -> tuple[Ranking, Array, Array]:
        """Return the ranking, the scores of documents by words and syllables, and the indices, ascending, of those looked at once more."""
        ranking = Ranking(self.collection, self.evaluations, self.near_node, parameters)
        scores = ranking.scores(docids)
        return ranking, scores, np.sort(top(scores, ranks, parameters.candidates))

    def _likeness(self, docids: Array, ranks: Array, scores: Array, candidates: Array, parameters: RankingParameters) -> Array:
        """Return what likeness to the first few adds to the scores of documents: nothing but to the candidates (indices)."""
        added = np.zeros(docids.size, np.float64)
        best = candidates[top(scores[candidates], ranks[candidates], candidates.size)]
        added[best] = feedback_scores(self.collection.sketches(docids[best]), scores[best], parameters)
        return added

    def explained(self, documents: Array, parameters: RankingParameters) -> list[tuple[Ingredient, ...]]:
        """Return for each of the documents (docids) shown what its score is the sum of: nothing unless they are ordered by relevance."""
        if not self._by_relevance or not documents.size:
            return [()] * documents.size
        docids = np.flatnonzero(self.collection.joined(self.shown))
        ranks = self.collection.newest_first[docids]
        ranking, scores, candidates = self._ranked(docids, ranks, parameters)
        scores[candidates] += ranking.proximity_scores(docids[candidates])
        likeness = self._likeness(docids, ranks, scores, candidates, parameters)[np.searchsorted(docids, documents)]
        about: tuple[IngredientName, str, Array] = ("likeness", "", likeness)
        return ingredients_of([*ranking.ingredients(documents, docids[candidates]), about], documents.size)

    def _behind(self, docids: Array, scores: Array, ranks: Array) -> Array:
        """Return the indices of `docids` whose document is not the first of its copies: a full match comes before a near one."""
        copies, groups = self.copies
        at = np.searchsorted(docids, copies)
        is_near = self.collection.joined(self.near)[copies]
        order = np.lexsort((ranks[at], -scores[at], is_near, groups))
        again = groups[order[1:]] == groups[order[:-1]]
        behind: Array = at[order[1:][again]]
        return behind

    def copies_of(self, docid: int) -> Array:
        """Return the docids of the documents shown that are copies of the one at `docid`, without it: oldest first, undated last."""
        copies, groups = self.copies
        at = np.searchsorted(copies, docid)
        if at == copies.size or copies[at] != docid:
            return copies[:0]
        others = copies[(groups == groups[at]) & (copies != docid)]
        oldest_first: Array = others[np.argsort(self.collection.oldest_first[others])]
        return oldest_first

    def last_arrived(self, most: int, *, before: int | None = None) -> Array:
        """Return the docids of the documents found in full that were archived last, the last first.

        That is in falling order of their change numbers; with `before`, only numbers below that.
        """
        docids = np.flatnonzero(self.collection.joined(self.masks))
        changes = self.collection.joined([segment.changes for segment in self.collection.segments])[docids]
        order = np.argsort(changes)
        order = order[: order.size if before is None else np.searchsorted(changes[order], before)]
        latest: Array = docids[order[: -most - 1 : -1]]
        return latest

    def first_and_last_day(self) -> tuple[str | None, str | None]:
        """Return the days (ISO, Vietnamese time) of the oldest and the newest document found in full that has a date."""
        return first_and_last_day(self.collection, self.masks)


def retrieve(collection: Collection, node: Node, request: SearchRequest, deadline: Deadline) -> Retrieval:
    """Return the documents that match. Raises DeadlineExceeded."""
    evaluations = [Evaluation(segment, exact_marks=request.exact_marks, deadline=deadline) for segment in collection.segments]
    narrowing = Narrowing(collection, request, collection.joined(_within_days(evaluations, request)))
    base = [evaluation.part_mask(node) for evaluation in evaluations]
    masks = collection.parted(narrowing.of(collection.joined(base)))
    parts, conditions = parts_and_conditions(node)
    near_node = node
    wanted = request.near and request.sort == "relevance" and len(parts) > 1 and size_of(masks) < full_matches_wanted(len(parts))
    if wanted:
        near_node = node if request.exact_marks else with_marks_left_out(node)
        meeting = collection.joined([evaluation.matches(And(tuple(conditions))) for evaluation in evaluations])
        allowed = collection.parted(narrowing.of(meeting))
        near = _near(parts_and_conditions(near_node)[0], collection.size, evaluations, allowed, masks)
    else:
        near = [np.zeros_like(mask) for mask in masks]
    return Retrieval(collection, node, request, evaluations, base, narrowing, masks, near, near_node, parts, deadline)


def total_of(collection: Collection, request: SearchRequest, deadline: Deadline, node: Node | None = None) -> int:
    """Return how many documents match a request in full; `node` is what it means, if that is known. Raises DeadlineExceeded."""
    meant = node or interpret(collection, request).node
    return retrieve(collection, meant, replace(request, near=False), deadline).total


def newest(collection: Collection, node: Node, most: int, deadline: Deadline) -> Array:
    """Return the docids of at most `most` documents that match `node`, marks left out or not, the newest first. Raises DeadlineExceeded."""
    masks = [Evaluation(segment, exact_marks=False, deadline=deadline).matches(node) for segment in collection.segments]
    docids = np.flatnonzero(collection.joined(masks))
    latest: Array = docids[top(np.zeros(docids.size), collection.newest_first[docids], most)]
    return latest


def _within_days(evaluations: Sequence[Evaluation], request: SearchRequest) -> list[Array]:
    if request.first_day is None and request.last_day is None:
        return [evaluation.segment.live for evaluation in evaluations]
    return [evaluation.matches(Published(request.first_day, request.last_day)) for evaluation in evaluations]


def size_of(masks: Sequence[Array]) -> int:
    """Return the number of documents in masks per segment."""
    return sum(int(np.count_nonzero(mask)) for mask in masks)


def full_matches_wanted(parts: int) -> int:
    """Return how many articles must have every part of a query before those that lack some are left out.

    A row of two to four syllables means just that: only if nothing has them all is the nearest shown. A longer one is a headline or a
    sentence, which the article looked for rarely repeats whole, and the less likely the longer it is. Known-item MRR@10, headlines
    without marks, first half: .860 with 10 for each part beyond the fourth, .871 with 30, .874 with 100 as with any number.
    """
    return 1 if parts < 5 else 100 * (parts - 4)


def parts_and_conditions(node: Node) -> tuple[list[Node], list[Node]]:
    """Return (the parts with text, of which a near match may lack some; the conditions that it must meet)."""
    children = node.children if isinstance(node, And) else (node,)
    parts = dict.fromkeys(child for child in children if leaves(child))
    return list(parts), [child for child in children if not leaves(child)]


def near_weights(frequencies: Sequence[int], size: int) -> list[float]:
    """Return what parts of a query that so many of `size` articles have weigh for near matches, in steps of 1/4096.

    So they add up to the same in whatever order, and to as much in 24 bits as in 53: equal sums are equal in every engine.
    """
    rarest = min(filter(None, frequencies), default=0)
    weights = (inverse_document_frequency(size, frequency or rarest) ** NEAR_RARITY for frequency in frequencies)
    return [round(weight * _NEAR_STEPS) / _NEAR_STEPS for weight in weights]


def _near(
    parts: Sequence[Node], size: int, evaluations: Sequence[Evaluation], allowed: Sequence[Array], full: Sequence[Array]
) -> list[Array]:
    """Return the masks of the allowed documents that are no full matches but have more than NEAR_SHARE of the query's weight.

    A part weighs the more the rarer it is (NEAR_RARITY); one that no article has weighs as much as the rarest of the others. Of
    more than NEAREST_WANTED such documents those with most of the query.
    """
    weights = near_weights([size_of([evaluation.part_mask(part) for evaluation in evaluations]) for part in parts], size)
    held = []
    for evaluation, mask, excluded in zip(evaluations, allowed, full, strict=True):
        found = np.zeros(len(evaluation.segment), np.float32)
        for part, weight in zip(parts, weights, strict=True):
            found += evaluation.part_mask(part) * np.float32(weight)
        found[~mask | excluded] = 0
        held.append(found)
    least = np.float32(NEAR_SHARE * sum(weights))
    many = np.concatenate([np.empty(0, np.float32), *(found[found > least] for found in held)])  # an archive may be empty
    if many.size > NEAREST_WANTED:
        nearest = np.partition(many, many.size - NEAREST_WANTED)[many.size - NEAREST_WANTED]
        return [found >= nearest for found in held]
    return [found > least for found in held]


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
