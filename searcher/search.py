"""A search request and a commit of the index -> one page of hits with its exact total, facets and problems."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import starmap
from pathlib import Path
from typing import TypeVar

import numpy as np

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Heading
from corpus.facet import FacetName
from corpus.paper import PaperTable
from index.errors import IndexOutdated
from index.resident import keep_within
from index.segment import LENGTH_FIELDS
from index.segment_file import Array
from index.snapshot import ANOTHER_ARCHIVE, INDEX_FOLDER, Snapshot, check_archive, commit_stamp, open_snapshot
from searcher.answer import Arrival, Arrivals, Changed, Found, Matched, Overview, Period, Standing, Tally
from searcher.answering import TIME_LIMIT, Answering
from searcher.change import changed
from searcher.deadline import Deadline, DeadlineExceeded
from searcher.hit import make_hits, make_matches
from searcher.match.collection import Collection
from searcher.match.facet_count import EVERY
from searcher.match.tally import tally
from searcher.meaning.interpretation import interpret
from searcher.overview import coverage, overview
from searcher.query.tree import Node
from searcher.rank.related import related
from searcher.rank.retrieval import Retrieval, newest, retrieve, size_of
from searcher.rank.scored_document import scored_documents
from searcher.rank.weighting import RankingParameters
from searcher.request import MOST_HITS_A_PAGE, SearchRequest
from searcher.result import Coverage, FacetValue, ResultPage
from searcher.shelf import Shelf

_T = TypeVar("_T")


class Searcher(Answering[Collection, Retrieval]):
    """Answers searches over one data folder. Safe to share between threads; a new commit is picked up at the next search."""

    def __init__(
        self, archive: Archive, index_folder: Path, *, parameters: RankingParameters | None = None, time_limit: float = TIME_LIMIT
    ) -> None:
        """Raise IndexMissing, IndexOutdated or SegmentDamaged if the index cannot be read; `time_limit` is in seconds for each query."""
        super().__init__(archive, parameters, time_limit)
        self._folder = index_folder
        self._lock = threading.Lock()
        self._collection = self._opened()

    @classmethod
    def open(cls, home: Path, archive: Archive | None = None, *, time_limit: float = TIME_LIMIT) -> Searcher:
        """Open the index in a data folder over its archive, which is opened too unless it is given; raises what Archive.open and the constructor raise."""
        archive = archive or Archive.open(home / ARCHIVE_FILE, read_only=True)
        return cls(archive, home / INDEX_FOLDER, time_limit=time_limit)

    def collection(self) -> Collection:
        """Return the newest commit."""
        current = self._collection
        if commit_stamp(self._folder) != current.snapshot.stamp:
            with self._lock:
                if commit_stamp(self._folder) != self._collection.snapshot.stamp:
                    self._collection = self._opened(self._collection.snapshot)
                current = self._collection
        return current

    def _opened(self, previous: Snapshot | None = None) -> Collection:
        snapshot = open_snapshot(self._folder, previous)
        check_archive(self._folder, snapshot.provenance, self.archive)
        return Collection(snapshot)

    def _shelf(self, collection: Collection) -> Shelf:
        """Return the archive as of a commit."""

        def make() -> Shelf:
            papers = collection.snapshot.provenance.papers
            return Shelf(self.archive.named_by(papers), partial(IndexOutdated, self._folder, ANOTHER_ARCHIVE))

        return collection.kept(Shelf, make)

    @property
    def commit(self) -> str:
        """The stamp of the newest commit."""
        return self.collection().snapshot.commit

    @property
    def papers(self) -> PaperTable | None:
        """The table by which the newest commit names papers."""
        return self.collection().snapshot.provenance.papers

    def _retrieve(self, collection: Collection, node: Node, request: SearchRequest, deadline: Deadline) -> Retrieval:
        return retrieve(collection, node, request, deadline)

    def _newest(self, collection: Collection, node: Node, most: int, deadline: Deadline) -> list[tuple[int, str]]:
        return collection.revisions(newest(collection, node, most, deadline))

    def warm(self) -> None:
        """Make what is made once a commit: norms, and all that Answering.warm says."""
        collection = self.collection()
        for field in LENGTH_FIELDS:
            collection.inverse_norms(field, self._parameters.b)
        super().warm()

    def search(self, request: SearchRequest, *, after: tuple[int, str] | None = None) -> ResultPage:
        """Return the page of hits asked for: see Answering.search."""
        page = super().search(request, after=after)
        keep_within(segment.file for segment in self._collection.segments)
        return page

    def find_all(self, request: SearchRequest, *, time_limit: float = math.inf) -> Found[Article]:
        """Return every article that matches in full, in the order of the request: as many as the total of `search`.

        Raises DeadlineExceeded if finding them takes longer than `time_limit` seconds; reading them takes the time it needs.
        """
        collection = self.collection()
        found = self._retrieved_in_full(collection, request, time_limit)
        order, _ = found.ordered(found.total, self._parameters)
        return Found(found.total, self._read(found.collection, order))

    def find_matches(self, request: SearchRequest, *, with_snippets: bool, time_limit: float = math.inf) -> Found[Matched]:
        """Return what `find_all` does, and how each article matches; with snippets, each is looked into once more as it is read.

        Raises DeadlineExceeded as `find_all` does.
        """
        found = self._retrieved_in_full(self.collection(), request, time_limit)
        order, _ = found.ordered(found.total, self._parameters)
        spelled = found.collection.joined(found.spelled)[order].tolist()
        articles = zip(self._read(found.collection, order), spelled, strict=True)
        exact_marks = found.request.exact_marks
        return Found(found.total, make_matches(articles, found.node, exact_marks=exact_marks, with_snippets=with_snippets))

    def arrivals(
        self, request: SearchRequest, most: int, *, before: int | None = None, time_limit: float | None = None
    ) -> Arrivals:
        """Return the articles that match in full in the order in which they, or their newest revisions, were archived: the last `most`.

        `before` goes on behind a change number seen. Raises DeadlineExceeded as `facets` does.
        """
        collection = self.collection()
        found = self._retrieved_in_full(collection, request, time_limit)
        docids = found.last_arrived(most + 1, before=before)
        shelf, revisions = self._shelf(collection), collection.revisions(docids[:most])
        changes = [change for change, _ in revisions]
        headings = shelf.headings(changes)
        latest = zip(shelf.articles(revisions), changes, (heading.archived_at for heading in headings), strict=True)
        return Arrivals(found.total, tuple(starmap(Arrival, latest)), docids.size > most)

    def changed(self, request: SearchRequest, after: int, *, time_limit: float = math.inf) -> Changed:
        """Return the articles whose newest change has a number above `after` and that match in full; reads none of them.

        Raises DeadlineExceeded as `find_all` does.
        """
        collection = self.collection()
        return changed(collection, self._normalised(request, collection), after, Deadline.after(time_limit))

    def in_order_of_id(self, start: int, stop: int) -> Iterator[Heading]:
        """Yield the headings of the newest commit's articles from number `start` to before `stop`, all counted in order of their ids."""
        collection = self.collection()
        ids = collection.joined([segment.ids for segment in collection.segments])
        live = np.flatnonzero(collection.joined([segment.live for segment in collection.segments]))
        changes = collection.joined([segment.changes for segment in collection.segments])
        listed = changes[live[np.argsort(ids[live], kind="stable")][start:stop]].tolist()
        for first in range(0, len(listed), MOST_HITS_A_PAGE):
            yield from self._shelf(collection).headings(listed[first : first + MOST_HITS_A_PAGE])

    def related(self, article: Article, most: int) -> list[Article]:
        """Return at most `most` articles about what `article` is about, the nearest first; none of them is it or a copy of another."""
        collection = self.collection()
        return self._shelf(collection).articles(collection.revisions(related(collection, article, most)))

    def standing(self, request: SearchRequest, article_id: str) -> Standing | None:
        """Return where an article stands among the full matches, or None if it is neither on the page asked for nor before it.

        None too if finding or ordering them takes longer than a search may: the article is read without.
        """
        collection = self.collection()
        try:
            found = self._retrieved_in_full(collection, request)
            request = found.request
            order, _ = found.ordered(request.page * request.size + 1, self._parameters, fold=request.fold)
        except DeadlineExceeded:
            return None
        here = _position(found, order[: request.page * request.size], article_id)
        if here is None:
            return None
        beside = [place for place in (here - 1, here + 1) if 0 <= place < order.size]
        articles = self._shelf(collection).articles(collection.revisions(order[beside]))
        return Standing(
            position=here + 1,
            total=found.groups if request.fold else found.total,
            previous=articles[0] if here else None,
            next=articles[-1] if here + 1 < order.size else None,
        )

    def _read(self, collection: Collection, docids: Array) -> Iterator[Article]:
        for start in range(0, len(docids), MOST_HITS_A_PAGE):
            yield from self._shelf(collection).articles(collection.revisions(docids[start : start + MOST_HITS_A_PAGE]))

    def facets(self, request: SearchRequest, *, time_limit: float | None = None) -> dict[str, tuple[FacetValue, ...]]:
        """Return all facet values of the articles that `request` finds, however many.

        Raises DeadlineExceeded if finding them takes longer than `time_limit` seconds, by default as long as a search may take.
        """
        collection = self.collection()
        request = self._normalised(request, collection)
        node = interpret(collection, request).node
        return retrieve(collection, node, request, self._limited(time_limit)).facets(most=EVERY)

    def tally(
        self,
        request: SearchRequest,
        facet: FacetName | None,
        period: Period | None,
        *,
        most: int,
        time_limit: float | None = None,
    ) -> Tally:
        """Return how many articles match in full by the `most` frequent values of a facet, by periods, or by both.

        Raises DeadlineExceeded as `facets` does.
        """
        found = self._retrieved_in_full(self.collection(), request, time_limit)
        return tally(found.collection, np.flatnonzero(found.collection.joined(found.masks)), facet, period, most)

    def overview(self) -> Overview:
        """Return the archive at a glance, as of the newest commit."""
        return overview(self.collection())

    def health(self) -> Mapping[str, object]:
        """Return nothing: all that this engine needs is in the data folder."""
        return {}

    def probe(self, share: float) -> None:
        """Read the article that stands at `share`, 0 to below 1, of the newest commit's documents, and compare the commit with the archive.

        Raises what reading raises, and IndexOutdated if the archive is not the one that was indexed.
        """
        collection = self.collection()
        check_archive(self._folder, collection.snapshot.provenance, self.archive)
        if collection.size:
            docids = np.flatnonzero(collection.joined([segment.live for segment in collection.segments]))
            self._shelf(collection).articles(collection.revisions(docids[[int(share * docids.size)]]))

    def coverage(self) -> Coverage:
        """Return what the archive covers, as of the newest commit."""
        return coverage(self.collection())

    def _page(self, found: Retrieval, after: tuple[int, str] | None) -> ResultPage:
        request = found.request
        start = after[0] if after else (request.page - 1) * request.size
        order, scores = found.ordered(start + request.size, self._parameters, fold=request.fold)
        if after and _position(found, order[start - 1 : start], after[1]) is None:
            order, scores = found.ordered(size_of(found.shown), self._parameters, fold=request.fold)
            last_seen = _position(found, order, after[1])
            start = start if last_seen is None else last_seen + 1
        first, last = found.first_and_last_day()
        facets = found.facets()
        shown = slice(start, start + request.size)
        explanations = found.explained(order[shown], self._parameters) if request.explain else [()] * order[shown].size
        documents = list(scored_documents(found, order[shown], scores[shown], explanations))
        shelf = self._shelf(found.collection)
        hits, whole = make_hits(documents, found.node, shelf, exact_marks=request.exact_marks, deadline=found.deadline)
        in_months = request.selected.get("month") or request.excluded.get("month")
        return ResultPage(
            query=request.query,
            total=found.total,
            near=size_of(found.near),
            unmarked=found.total - size_of(found.spelled),
            page=start // request.size + 1,
            size=request.size,
            took_ms=0,
            hits=hits,
            facets=facets,
            months=found.facet_counts.months() if in_months else facets["month"],
            anytime=found.facet_counts.anytime() if in_months or request.first_day or request.last_day else found.total,
            first_published=first,
            last_published=last,
            start=start,
            groups=found.groups if request.fold else size_of(found.shown),
            problems=() if whole else (self._late("late_snippets"),),
        )


def _position(found: Retrieval, order: Array, article_id: str) -> int | None:
    """Return which of the docids in `order`, from 0, is that of an article or, where copies are folded, of the one that stands for it."""
    ids = found.collection.joined([segment.ids for segment in found.collection.segments])
    at = np.flatnonzero(ids[order] == article_id.encode())
    if found.request.fold and not at.size:
        copies, groups = found.copies
        own = groups[ids[copies] == article_id.encode()]
        at = np.flatnonzero(np.isin(order, copies[np.isin(groups, own)]))
    return int(at[0]) if at.size else None
