"""A search request and a commit of the index -> one page of hits with its exact total, facets and problems."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

import numpy as np

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article
from corpus.hashtag import tag_key
from corpus.identity import permalink
from corpus.timestamp import VIETNAM
from index.normalizer import is_marked
from index.segment import UNDATED
from index.segment_file import Array
from index.snapshot import INDEX_FOLDER, Snapshot, latest_generation, open_snapshot
from searcher.collection import Collection
from searcher.evaluation import Deadline, DeadlineExceeded, Evaluation
from searcher.facet import count_facets, narrow, selection_masks
from searcher.occurrence import Slot, highlights
from searcher.parser import parse
from searcher.query import And, FacetName, Node, Prefix, Published, Term, leaves
from searcher.ranking import Ranking, RankingParameters, terms_in_order
from searcher.request import FACETS, SearchRequest
from searcher.result import FacetValue, Hit, Match, Problem, ResultPage
from searcher.snippet import snippets

MOST_HITS_A_PAGE = 100
MOST_FACET_VALUES = 100
TIME_LIMIT = 2.0


@dataclass(frozen=True)
class Overview:
    """The whole archive at a glance: how many articles, from which day to which (ISO), and every facet value with its count."""

    articles: int
    first_published: str | None
    last_published: str | None
    facets: dict[str, tuple[FacetValue, ...]]
    generation: int


@dataclass(frozen=True)
class _Found:
    """The documents that match, before facets narrow them: masks per segment; `complete` are those with every part of the query."""

    node: Node
    evaluations: list[Evaluation]
    base: list[Array]
    selections: dict[FacetName, list[Array]]
    masks: list[Array]
    complete: list[Array]
    relaxed: bool

    @property
    def total(self) -> int:
        return sum(int(mask.sum()) for mask in self.masks)


class Searcher:
    """Answers searches over one data folder. Safe to share between threads; a new commit is picked up at the next search."""

    def __init__(
        self, archive: Archive, index_folder: Path, *, parameters: RankingParameters | None = None, time_limit: float = TIME_LIMIT
    ) -> None:
        """Raise IndexMissing, IndexOutdated or SegmentDamaged if the index cannot be read; `time_limit` is in seconds for each query."""
        self.archive = archive
        self._folder = index_folder
        self._parameters = parameters or RankingParameters()
        self._time_limit = time_limit
        self._lock = threading.Lock()
        self._collection = Collection(open_snapshot(index_folder))

    @classmethod
    def open(cls, home: Path) -> Searcher:
        """Open the archive and the index in a data folder; raises what Archive.open and the constructor raise."""
        return cls(Archive.open(home / ARCHIVE_FILE, read_only=True), home / INDEX_FOLDER)

    def collection(self) -> Collection:
        """Return the newest commit."""
        current = self._collection
        if latest_generation(self._folder) != current.snapshot.generation:
            with self._lock:
                if latest_generation(self._folder) != self._collection.snapshot.generation:
                    self._collection = Collection(open_snapshot(self._folder, self._collection.snapshot))
                current = self._collection
        return current

    @property
    def snapshot(self) -> Snapshot:
        """The newest commit's segments and provenance."""
        return self.collection().snapshot

    @property
    def generation(self) -> int:
        """The number of the newest commit."""
        return self.snapshot.generation

    def search(self, request: SearchRequest) -> ResultPage:
        """Return the page of hits asked for. Never raises for anything typed: what was not understood is among the problems."""
        started = time.perf_counter()
        request = _normalised(request)
        node, problems = parse(request.query)
        collection = self.collection()
        try:
            found = self._find(collection, node, request)
            order, scores = self._order(collection, found, request)
            hits = self._hits(collection, found, request, order, scores)
            facets = count_facets(collection, found.base, found.selections, request.selected, most=MOST_FACET_VALUES)
        except DeadlineExceeded:
            too_slow = Problem(
                0,
                len(request.query),
                f"Câu hỏi này cần hơn {self._time_limit:g} giây nên đã dừng; hãy thêm từ hoặc thu hẹp bộ lọc.",
            )
            return ResultPage(
                request.query,
                0,
                False,
                request.page,
                request.size,
                _milliseconds(started),
                (),
                dict.fromkeys(FACETS, ()),
                problems=(*problems, too_slow),
            )
        first, last = _first_and_last_day(collection, found.masks)
        return ResultPage(
            query=request.query,
            total=found.total,
            relaxed=found.relaxed,
            complete=sum(int(mask.sum()) for mask in found.complete),
            page=request.page,
            size=request.size,
            took_ms=_milliseconds(started),
            hits=hits,
            facets=facets,
            problems=tuple(problems),
            first_published=first,
            last_published=last,
        )

    def find_all(self, request: SearchRequest) -> Iterator[Article]:
        """Yield every article that matches, in the order of the request: as many as the total of `search`."""
        node, _ = parse(request.query)
        request = _normalised(request)
        collection = self.collection()
        order, _ = self._order(
            collection, self._find(collection, node, request), replace(request, page=1, size=collection.size or 1)
        )
        for start in range(0, len(order), MOST_HITS_A_PAGE):
            changes = [
                int(collection.segments[s].changes[d]) for s, d in collection.locate(order[start : start + MOST_HITS_A_PAGE])
            ]
            articles = self.archive.revisions_at(changes)
            yield from (articles[change] for change in changes)

    def highlights(self, query: str, article: Article, *, exact_marks: bool = False) -> dict[Slot, tuple[tuple[int, int], ...]]:
        """Return where `query` matches in an article: for the title, the lead and each block its sorted, disjoint ranges."""
        return highlights(parse(query)[0], article, exact_marks=exact_marks)

    def overview(self) -> Overview:
        """Return the archive at a glance, as of the newest commit."""
        collection = self.collection()
        masks = [segment.live for segment in collection.segments]
        first, last = _first_and_last_day(collection, masks)
        facets = count_facets(collection, masks, {}, {}, most=collection.size)
        return Overview(collection.size, first, last, facets, collection.snapshot.generation)

    def _find(self, collection: Collection, node: Node, request: SearchRequest) -> _Found:
        deadline = Deadline.after(self._time_limit)
        evaluations = [Evaluation(segment, exact_marks=request.exact_marks, deadline=deadline) for segment in collection.segments]
        selections = selection_masks(evaluations, request.selected)
        period = [evaluation.matches(Published(request.first_day, request.last_day)) for evaluation in evaluations]
        if request.first_day is None and request.last_day is None:
            period = [segment.live for segment in collection.segments]

        base = [evaluation.matches(node) & within for evaluation, within in zip(evaluations, period, strict=True)]
        complete, relaxed = base, False
        looser = _relaxed(node)
        # Decided before facets narrow, so that choosing a facet value never changes which documents are counted.
        if looser is not None and sum(int(mask.sum()) for mask in base) < full_matches_wanted(len(looser[0])):
            partial = [mask & within for mask, within in zip(_enough_of(looser, evaluations), period, strict=True)]
            relaxed = any((more & ~mask).any() for more, mask in zip(partial, base, strict=True))
            base = [mask | more for mask, more in zip(base, partial, strict=True)]
        return _Found(node, evaluations, base, selections, narrow(base, selections), narrow(complete, selections), relaxed)

    def _order(self, collection: Collection, found: _Found, request: SearchRequest) -> tuple[Array, Array]:
        """Return (places, scores) of the first page * size hits in order; places as Collection.locate takes them."""
        starts = np.cumsum([0] + [len(segment) for segment in collection.segments])
        places = np.concatenate(
            [np.flatnonzero(mask) + start for mask, start in zip(found.masks, starts, strict=False)] or [np.empty(0, np.int64)]
        )
        scores = np.zeros(places.size, np.float64)
        wanted = request.page * request.size
        if request.sort == "oldest":
            ranks = _pick(collection.oldest_first, found.masks)
        else:
            ranks = _pick(collection.newest_first, found.masks)
        if request.sort == "relevance" and places.size and leaves(found.node):
            ranking = Ranking(collection, found.evaluations, found.node, self._parameters)
            scores = np.concatenate(ranking.scores(found.masks))
            best = _top(scores, ranks, self._parameters.pair_candidates)
            candidate = np.zeros(places.size, bool)
            candidate[best] = True
            masks = []
            at = 0
            for mask in found.masks:
                size = int(mask.sum())
                narrowed = np.zeros(mask.size, bool)
                narrowed[np.flatnonzero(mask)[candidate[at : at + size]]] = True
                masks.append(narrowed)
                at += size
            scores[candidate] += np.concatenate(ranking.pair_scores(masks))
        best = _top(scores, ranks, wanted)
        return places[best], scores[best]

    def _hits(
        self, collection: Collection, found: _Found, request: SearchRequest, order: Array, scores: Array
    ) -> tuple[Hit, ...]:
        start = (request.page - 1) * request.size
        located = collection.locate(order[start:])
        changes = [int(collection.segments[segment].changes[document]) for segment, document in located]
        articles = self.archive.revisions_at(changes)
        hits = []
        for (segment, document), change, score in zip(located, changes, scores[start:].tolist(), strict=True):
            article = articles[change]
            match, missing = _explain(found, found.evaluations[segment], document)
            hits.append(
                Hit(
                    id=article.id,
                    permalink=permalink(article.id, article.title),
                    url=article.url,
                    title=article.title,
                    source=article.source,
                    section=article.section,
                    published=article.published.isoformat() if article.published else None,
                    tags=article.tags,
                    score=round(score, 6),
                    match=match,
                    missing=missing,
                    snippets=snippets(found.node, article, exact_marks=request.exact_marks),
                )
            )
        return tuple(hits)


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)


def _normalised(request: SearchRequest) -> SearchRequest:
    """Return the request with page and size in bounds and each facet value as the index stores it, however it was typed."""
    selected = {
        facet: tuple(dict.fromkeys(tag_key(value) if facet == "tag" else value.casefold() for value in values))
        for facet, values in request.selected.items()
        if values
    }
    return replace(request, selected=selected, page=max(1, request.page), size=min(max(1, request.size), MOST_HITS_A_PAGE))


def full_matches_wanted(parts: int) -> int:
    """Return how many articles must have every part of a query before those that lack some are left out.

    A row of two to four syllables means just that: only if nothing has them all is the nearest shown. A longer one is a headline or a
    sentence, which the article looked for rarely repeats whole, and the less likely the longer it is. Known-item MRR@10, headlines
    without marks: .713 with 1 always, .819 with 10, .871 if partial matches are never left out.
    """
    return 1 if parts < 5 else 10 * (parts - 4)


def _relaxed(node: Node) -> tuple[list[Node], list[Node]] | None:
    """Return (parts, conditions) of a query that can be matched in part: text parts that may be missing, conditions that must hold.

    None if there is nothing to relax: only a plain row of several parts can be matched in part.
    """
    if not isinstance(node, And):
        return None
    parts: list[Node] = [child for child in node.children if leaves(child)]
    conditions = [child for child in node.children if not leaves(child)]
    return (parts, conditions) if len(parts) > 1 else None


def _enough_of(looser: tuple[list[Node], list[Node]], evaluations: Sequence[Evaluation]) -> list[Array]:
    """Return the masks of documents with at least half of the parts; if there is none, with at least one."""
    parts, conditions = looser
    counts = []
    for evaluation in evaluations:
        count = np.zeros(len(evaluation.segment), np.uint8)
        for part in parts:
            count += evaluation.matches(part)
        count[~evaluation.matches(And(tuple(conditions)))] = 0
        counts.append(count)
    most = max((int(count.max()) for count in counts if count.size), default=0)
    needed = max(1, min(most, (len(parts) + 1) // 2))
    return [count >= needed for count in counts]


def _pick(ranks: Sequence[Array], masks: Sequence[Array]) -> Array:
    return np.concatenate([rank[mask] for rank, mask in zip(ranks, masks, strict=True)] or [np.empty(0, np.int32)])


def _top(scores: Array, ranks: Array, wanted: int) -> Array:
    """Return the indices of the best `wanted` by score, highest first, ties by rank, lowest first."""
    if wanted < scores.size:
        threshold = np.partition(scores, scores.size - wanted)[scores.size - wanted]
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


def _explain(found: _Found, evaluation: Evaluation, document: int) -> tuple[Match, tuple[str, ...]]:
    """Return how the document matches, and the typed syllables it lacks."""
    terms = list(dict.fromkeys(terms_in_order(found.node)))
    present = [term for term in terms if _has(evaluation, term, document)]
    missing = tuple(dict.fromkeys(term.text for term in terms if term not in present)) if found.relaxed else ()
    if missing:
        return "partial", missing
    marked = [term for term in present if is_marked(term.exact)]
    return ("exact" if all(evaluation.typed_mask(term)[document] for term in marked) else "unmarked"), ()


def _has(evaluation: Evaluation, term: Term | Prefix, document: int) -> bool:
    return any(evaluation.term_mask(field, term)[document] for field in evaluation.fields(term))


def _first_and_last_day(collection: Collection, masks: Sequence[Array]) -> tuple[str | None, str | None]:
    """Return the days (ISO, Vietnamese time) of the oldest and the newest masked document with a date."""
    dates = np.concatenate(
        [segment.published[mask] for segment, mask in zip(collection.segments, masks, strict=True)] or [np.empty(0, np.int64)]
    )
    dates = dates[dates != UNDATED]
    if not dates.size:
        return None, None
    day = [
        datetime.fromtimestamp(int(date), timezone.utc).astimezone(VIETNAM).date().isoformat()
        for date in (dates.min(), dates.max())
    ]
    return day[0], day[1]
