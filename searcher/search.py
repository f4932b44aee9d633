"""A search request and a commit of the index -> one page of hits with its exact total, facets and problems."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import starmap
from pathlib import Path
from typing import TypeVar, get_args

import numpy as np

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Heading
from corpus.facet import FACET_NAMES, LISTED, FacetName
from corpus.paper import PaperTable
from corpus.permalink import permalink
from index.errors import IndexOutdated
from index.resident import keep_within
from index.segment import LENGTH_FIELDS
from index.segment_file import Array
from index.snapshot import ANOTHER_ARCHIVE, INDEX_FOLDER, Snapshot, check_archive, commit_stamp, open_snapshot
from language.text import clean
from searcher.answer import Arrival, Arrivals, Changed, Found, Overview, Standing
from searcher.change import answers, changed
from searcher.deadline import Deadline, DeadlineExceeded
from searcher.help.completion import (
    LONGEST,
    TITLES_LOOKED_AT,
    Completion,
    arranged,
    complete_phrases,
    complete_tags,
    in_a_row_first,
    in_title,
)
from searcher.help.example import Example, choose_examples
from searcher.help.obstacle import obstacles
from searcher.help.only_earlier import only_earlier
from searcher.help.suggestion import best_suggestions, try_suggestions
from searcher.help.unknown import told, unknown_values, with_nearest
from searcher.hit import make_hits
from searcher.match.collection import Collection
from searcher.match.facet_count import EVERY
from searcher.match.occurrence import Highlights, highlights
from searcher.match.resolution import keys_of, names, resolved
from searcher.meaning.interpretation import interpret
from searcher.overview import coverage, overview
from searcher.query.tree import Node, as_of_then
from searcher.rank.related import related
from searcher.rank.retrieval import Retrieval, newest, retrieve, size_of, total_of
from searcher.rank.scored_document import scored_documents
from searcher.rank.weighting import RankingParameters
from searcher.request import MOST_HITS_A_PAGE, SearchRequest, Sort
from searcher.result import Coverage, FacetValue, Problem, ResultPage
from searcher.shelf import Shelf

_T = TypeVar("_T")

TIME_LIMIT = 2.0
_NOTHING = "xyzzy"
"""A word that no article has: asked for to warm up, it makes every way to help be tried."""


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

    def warm(self) -> None:
        """Make what is made once a commit: norms, orders, tables of facets, abbreviations, copies, terms, phrases, examples. No search then waits for it."""
        collection = self.collection()
        for field in LENGTH_FIELDS:
            collection.inverse_norms(field, self._parameters.b)
        for sort in get_args(Sort):
            self.search(SearchRequest(_NOTHING, sort=sort))
        for facet in LISTED:
            names(collection, facet)
        self.overview()
        self.complete(_NOTHING)
        self.examples()

    def search(self, request: SearchRequest, *, after: tuple[int, str] | None = None) -> ResultPage:
        """Return the page of hits asked for. Never raises for anything typed: what was not understood is among the problems.

        `after` goes on behind hits seen before instead of at the request's page: how many they were, and the id of the last. If a
        commit has moved that one, it is looked for, so nothing is shown twice; if it is gone, their number decides.
        """
        started = time.perf_counter()
        collection = self.collection()
        meant = interpret(collection, request)
        unknown = unknown_values(collection, request, meant.node)
        request = _normalised(request, collection)
        problems = meant.problems + tuple(told(collection, each) for each in unknown)
        deadline = Deadline.after(self._time_limit)
        try:
            found = retrieve(collection, meant.node, request, deadline)
            page = self._page(found, after, deadline)
            try:
                tried = try_suggestions(found, deadline)
                page = replace(page, suggestions=best_suggestions(tried), tried=tried, obstacles=obstacles(found))
                page = replace(page, only_earlier=only_earlier(found))
                page = page if page.total else replace(page, archive=self.coverage())
                unknown = tuple(with_nearest(found, each) for each in unknown)
            except DeadlineExceeded:  # the hits stand without
                page = replace(page, problems=(*page.problems, self._late("late_help")))
        except DeadlineExceeded:
            problems += (self._late("too_slow", len(request.query)),)
            page = ResultPage(request.query, 0, 0, request.page, request.size, 0, (), dict.fromkeys(FACET_NAMES, ()))
        keep_within(segment.file for segment in self._collection.segments)
        took = round((time.perf_counter() - started) * 1000, 1)
        problems += page.problems
        return replace(page, problems=problems, expansions=meant.expansions, bound=meant.bound, unknown=unknown, took_ms=took)

    def _late(self, code: str, end: int = 0) -> Problem:
        """Return the problem that time ran out, and for what; `end` is that of the query if all of it is concerned."""
        return Problem(0, end, code, (("seconds", f"{self._time_limit:g}"),))

    def resolved(self, request: SearchRequest) -> SearchRequest:
        """Return the request with each facet value as the archive has it, however it was typed."""
        return resolved(self.collection(), request)

    def meant(self, facet: FacetName, typed: str) -> tuple[str, ...]:
        """Return the keys of the values of a facet that `typed` means; () if no article has such."""
        return keys_of(self.collection(), facet, typed)

    def find_all(self, request: SearchRequest, *, time_limit: float = math.inf) -> Found:
        """Return every article that matches in full, in the order of the request: as many as the total of `search`.

        Raises DeadlineExceeded if finding them takes longer than `time_limit` seconds; reading them takes the time it needs.
        """
        collection = self.collection()
        request = replace(_normalised(request, collection), near=False)
        found = retrieve(collection, interpret(collection, request).node, request, Deadline.after(time_limit))
        order, _ = found.ordered(found.total, self._parameters)
        return Found(found.total, self._read(found.collection, order))

    def arrivals(
        self, request: SearchRequest, most: int, *, before: int | None = None, time_limit: float | None = None
    ) -> Arrivals:
        """Return the articles that match in full in the order in which they, or their newest revisions, were archived: the last `most`.

        `before` goes on behind a change number seen. Raises DeadlineExceeded as `facets` does.
        """
        collection = self.collection()
        request = replace(_normalised(request, collection), near=False)
        deadline = Deadline.after(self._time_limit if time_limit is None else time_limit)
        found = retrieve(collection, interpret(collection, request).node, request, deadline)
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
        return changed(collection, _normalised(request, collection), after, Deadline.after(time_limit))

    def matches(self, request: SearchRequest, article: Article) -> bool:
        """Tell whether an article, in this revision or an earlier one, matches in full what the request means now."""
        return answers(self.collection(), request, article)

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
        request = replace(_normalised(request, collection), near=False)
        try:
            found = retrieve(collection, interpret(collection, request).node, request, Deadline.after(self._time_limit))
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

    def highlights(self, request: SearchRequest, article: Article, *, earlier: bool = False) -> Highlights:
        """Return where the request's query matches in an article, as far as the time of a search suffices for finding it.

        In an `earlier` version, also where that has what is asked of such.
        """
        deadline = Deadline.after(self._time_limit)
        node = interpret(self.collection(), request).node
        return highlights(as_of_then(node) if earlier else node, article, exact_marks=request.exact_marks, deadline=deadline)

    def facets(self, request: SearchRequest, *, time_limit: float | None = None) -> dict[str, tuple[FacetValue, ...]]:
        """Return all facet values of the articles that `request` finds, however many.

        Raises DeadlineExceeded if finding them takes longer than `time_limit` seconds, by default as long as a search may take.
        """
        collection = self.collection()
        request = _normalised(request, collection)
        deadline = Deadline.after(self._time_limit if time_limit is None else time_limit)
        return retrieve(collection, interpret(collection, request).node, request, deadline).facets(most=EVERY)

    def kept(self, key: Callable[..., _T], make: Callable[[], _T]) -> _T:
        """Return what was made since the newest commit for `key`, the function whose answer it is, or make it.

        What `make` raises is passed on, and nothing is kept then: no answer that was cut short is given twice.
        """
        return self.collection().kept(key, make)

    def overview(self) -> Overview:
        """Return the archive at a glance, as of the newest commit."""
        return overview(self.collection())

    def examples(self) -> tuple[Example, ...]:
        """Return queries that show what can be asked, each of which finds articles of the newest commit; none if choosing takes too long."""
        collection, deadline = self.collection(), Deadline.after(self._time_limit)

        def total(request: SearchRequest, node: Node) -> int:
            return total_of(collection, request, deadline, node)

        with suppress(DeadlineExceeded):
            return collection.kept(choose_examples, lambda: choose_examples(collection, total))
        return ()

    def complete(self, text: str) -> tuple[Completion, ...]:
        """Return what the beginning of a query may become: at most eight tags, phrases and titles. Never raises for anything typed."""
        text = clean(text) + " " * text[-1:].isspace()
        if len(text) > LONGEST or not text.strip():
            return ()
        collection, deadline = self.collection(), Deadline.after(self._time_limit)

        def totals(requests: Sequence[SearchRequest]) -> list[int]:
            return [total_of(collection, request, deadline) for request in requests]

        with suppress(DeadlineExceeded):
            tags = complete_tags(collection, text, deadline)
            if text.startswith("#"):
                return arranged(tags, (), ())
            phrases, node = complete_phrases(collection, text, totals), in_title(text)
            revisions = collection.revisions(newest(collection, node, TITLES_LOOKED_AT, deadline)) if node else []
            headings = self._shelf(collection).headings([change for change, _ in revisions])
            best = in_a_row_first(text, headings)
            titles = [Completion(each.title, "title", permalink=permalink(each.article_id, each.title)) for each in best]
            return arranged(tags, phrases, titles)
        return ()

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

    def _page(self, found: Retrieval, after: tuple[int, str] | None, deadline: Deadline) -> ResultPage:
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
        documents = list(scored_documents(found, order[shown], scores[shown]))
        shelf = self._shelf(found.collection)
        hits, whole = make_hits(documents, found.node, shelf, exact_marks=request.exact_marks, deadline=deadline)
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


def _normalised(request: SearchRequest, collection: Collection) -> SearchRequest:
    """Return the request with page and size in bounds and each facet value as the archive has it, however it was typed."""
    size = min(max(1, request.size), MOST_HITS_A_PAGE)
    return replace(resolved(collection, request), page=max(1, request.page), size=size)


def _position(found: Retrieval, order: Array, article_id: str) -> int | None:
    """Return which of the docids in `order`, from 0, is that of an article or, where copies are folded, of the one that stands for it."""
    ids = found.collection.joined([segment.ids for segment in found.collection.segments])
    at = np.flatnonzero(ids[order] == article_id.encode())
    if found.request.fold and not at.size:
        copies, groups = found.copies
        own = groups[ids[copies] == article_id.encode()]
        at = np.flatnonzero(np.isin(order, copies[np.isin(groups, own)]))
    return int(at[0]) if at.size else None
