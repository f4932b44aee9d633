"""A search request and a commit of an OpenSearch cluster -> the answers that the embedded engine gives (searcher.search)."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import islice, starmap
from pathlib import Path
from typing import TypeVar, get_args

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Heading
from corpus.facet import FACET_NAMES, LISTED, FacetName
from corpus.paper import PaperTable
from corpus.permalink import permalink
from index.cluster.commit import Commit, read_commit
from index.cluster.connection import Cluster
from index.errors import IndexOutdated
from index.lexicon import LEXICON_FOLDER
from index.snapshot import ANOTHER_ARCHIVE, Snapshot, check_archive, commit_stamp, open_snapshot
from language.text import clean
from searcher.answer import Arrival, Arrivals, Changed, Found, Overview, Standing
from searcher.change import answers
from searcher.cluster.collection import ClusterCollection
from searcher.cluster.facet import FacetCounting, every_value_of
from searcher.cluster.query import EVERYTHING, every
from searcher.cluster.related import related
from searcher.cluster.retrieval import ClusterRetrieval, Document
from searcher.deadline import NEVER, Deadline, DeadlineExceeded
from searcher.help.completion import (
    LONGEST,
    MOST_TITLED,
    Completion,
    arranged,
    complete_phrases,
    complete_tags,
    in_a_row_first,
    titled,
)
from searcher.help.example import Example, choose_examples
from searcher.help.obstacle import obstacles
from searcher.help.only_earlier import only_earlier
from searcher.help.suggestion import best_suggestions, try_suggestions
from searcher.help.unknown import told, unknown_values, with_nearest
from searcher.hit import make_hits
from searcher.match.facet_count import EVERY
from searcher.match.occurrence import Highlights, highlights
from searcher.match.resolution import keys_of, names, resolved
from searcher.meaning.interpretation import interpret
from searcher.query.tree import as_of_then
from searcher.rank.retrieval import MOST_FACET_VALUES
from searcher.rank.weighting import RankingParameters
from searcher.request import MOST_HITS_A_PAGE, SearchRequest, Sort
from searcher.result import Coverage, FacetValue, Problem, ResultPage
from searcher.shelf import Shelf

_T = TypeVar("_T")

TIME_LIMIT = 2.0
_NOTHING = "xyzzy"
_PAGE = 1000  # documents asked for at a time where all are wanted


class ClusterSearcher:
    """Answers searches of a cluster. Safe to share between threads; a new commit is picked up at the next search.

    `archive` is the archive that was indexed, and `lexicon` the folder of its lexicon. Besides what the methods of SearchEngine raise,
    every one raises ClusterUnavailable where the cluster gives no answer that is whole.
    """

    def __init__(
        self,
        archive: Archive,
        lexicon: Path,
        cluster: Cluster,
        *,
        parameters: RankingParameters | None = None,
        time_limit: float = TIME_LIMIT,
    ) -> None:
        """Raise IndexMissing or IndexOutdated if the index in the cluster or the lexicon cannot be used; `time_limit` is in seconds for each query."""
        self.archive = archive
        self.cluster = cluster
        self._folder = lexicon
        self._parameters = parameters or RankingParameters()
        self._time_limit = time_limit
        self._lock = threading.Lock()
        self._collection = self._opened(read_commit(cluster), None)

    @classmethod
    def open(cls, home: Path, cluster: Cluster, archive: Archive | None = None, *, time_limit: float = TIME_LIMIT) -> ClusterSearcher:
        """Open what a cluster has of the archive in a data folder, which is opened too unless it is given."""
        archive = archive or Archive.open(home / ARCHIVE_FILE, read_only=True)
        return cls(archive, home / LEXICON_FOLDER, cluster, time_limit=time_limit)

    def collection(self) -> ClusterCollection:
        """Return the newest commit."""
        commit = read_commit(self.cluster)
        current = self._collection
        if self._is_other(current, commit):
            with self._lock:
                if self._is_other(self._collection, commit):
                    self._collection = self._opened(commit, self._collection.snapshot)
                current = self._collection
        return current

    def _is_other(self, collection: ClusterCollection, commit: Commit) -> bool:
        return collection.commit != commit or commit_stamp(self._folder) != collection.snapshot.stamp

    def _opened(self, commit: Commit, previous: Snapshot | None) -> ClusterCollection:
        commit.check(self.archive)
        snapshot = open_snapshot(self._folder, previous)
        check_archive(self._folder, snapshot.provenance, self.archive)
        return ClusterCollection(snapshot, self.cluster, commit)

    def _shelf(self, collection: ClusterCollection) -> Shelf:
        """Return the archive as of a commit."""

        def make() -> Shelf:
            named = self.archive.named_by(collection.commit.papers)
            return Shelf(named, partial(IndexOutdated, self._folder, ANOTHER_ARCHIVE))

        return collection.kept(Shelf, make)

    def _retrieval(
        self, collection: ClusterCollection, request: SearchRequest, deadline: Deadline
    ) -> ClusterRetrieval:
        node = interpret(collection, request).node
        return ClusterRetrieval(collection, node, request, deadline, self._parameters)

    def _limited(self, time_limit: float | None) -> Deadline:
        return Deadline.after(self._time_limit if time_limit is None else time_limit)

    @property
    def commit(self) -> str:
        """The stamp of the newest commit."""
        return self.collection().stamp

    @property
    def papers(self) -> PaperTable | None:
        """The table by which the newest commit names papers."""
        return self.collection().commit.papers

    def warm(self) -> None:
        """Make what is made once a commit. No search then waits for it."""
        collection = self.collection()
        for sort in get_args(Sort):
            self.search(SearchRequest(_NOTHING, sort=sort))
        for facet in LISTED:
            names(collection, facet)
        self.overview()
        self.complete(_NOTHING)
        self.examples()

    def search(self, request: SearchRequest, *, after: tuple[int, str] | None = None) -> ResultPage:
        """Return the page of hits asked for. Never raises for anything typed: what was not understood is among the problems.

        `after` goes on behind hits seen before: see Searcher.search.
        """
        started = time.perf_counter()
        collection = self.collection()
        meant = interpret(collection, request)
        unknown = unknown_values(collection, request, meant.node)
        request = _normalised(request, collection)
        problems = meant.problems + tuple(told(collection, each) for each in unknown)
        deadline = Deadline.after(self._time_limit)
        try:
            found = ClusterRetrieval(collection, meant.node, request, deadline, self._parameters)
            page = self._page(found, after)
            try:
                tried = try_suggestions(found, deadline)
                page = replace(page, suggestions=best_suggestions(tried), tried=tried, obstacles=obstacles(found, deadline))
                page = replace(page, only_earlier=only_earlier(found, deadline))
                page = page if page.total else replace(page, archive=self.coverage())
                unknown = tuple(with_nearest(found, each, deadline) for each in unknown)
            except DeadlineExceeded:  # the hits stand without
                page = replace(page, problems=(*page.problems, self._late("late_help")))
        except DeadlineExceeded:
            problems += (self._late("too_slow", len(request.query)),)
            page = ResultPage(request.query, 0, 0, request.page, request.size, 0, (), dict.fromkeys(FACET_NAMES, ()))
        took = round((time.perf_counter() - started) * 1000, 1)
        problems += page.problems
        return replace(page, problems=problems, expansions=meant.expansions, bound=meant.bound, unknown=unknown, took_ms=took)

    def _late(self, code: str, end: int = 0) -> Problem:
        return Problem(0, end, code, (("seconds", f"{self._time_limit:g}"),))

    def _page(self, found: ClusterRetrieval, after: tuple[int, str] | None) -> ResultPage:
        request = found.request
        start = after[0] if after else (request.page - 1) * request.size
        counting = FacetCounting(found, most=MOST_FACET_VALUES)
        bodies = [found.first_body(start + request.size), counting.body(), found.shown_body()]
        first, counts, shown = found.ask(bodies)
        found.take_first(first)
        counted = counting.counted(counts)
        near, groups = found.shown_counts(shown, counted.total)
        order = found.ordered(start + request.size, fold=request.fold)
        if after and found.position(order[start - 1 : start], after[1]) is None:
            order = found.ordered(counted.total + near, fold=request.fold)
            last_seen = found.position(order, after[1])
            start = start if last_seen is None else last_seen + 1
        documents = found.scored_documents(order[start : start + request.size], fold=request.fold)
        hits, whole = make_hits(
            documents, found.node, self._shelf(found.collection), exact_marks=request.exact_marks, deadline=found.deadline
        )
        return ResultPage(
            query=request.query,
            total=counted.total,
            near=near,
            unmarked=counted.unmarked,
            page=start // request.size + 1,
            size=request.size,
            took_ms=0,
            hits=hits,
            facets=counted.facets,
            months=counted.months,
            anytime=counted.anytime,
            first_published=counted.first_published,
            last_published=counted.last_published,
            start=start,
            groups=groups,
            problems=() if whole else (self._late("late_snippets"),),
        )

    def resolved(self, request: SearchRequest) -> SearchRequest:
        """Return the request with each facet value as the archive has it, however it was typed."""
        return resolved(self.collection(), request)

    def meant(self, facet: FacetName, typed: str) -> tuple[str, ...]:
        """Return the keys of the values of a facet that `typed` means; () if no article has such."""
        return keys_of(self.collection(), facet, typed)

    def find_all(self, request: SearchRequest, *, time_limit: float = math.inf) -> Found:
        """Return every article that matches in full, in the order of the request, each once, whatever is indexed while they are read.

        Raises DeadlineExceeded if finding the first takes longer than `time_limit` seconds; reading them takes the time it needs.
        """
        collection = self.collection()
        request = replace(_normalised(request, collection), near=False)
        found = self._retrieval(collection, request, Deadline.after(time_limit))
        total, documents = found.all_ordered()
        return Found(total, self._read(collection, documents))

    def _read(self, collection: ClusterCollection, documents: Iterator[Document]) -> Iterator[Article]:
        while some := list(islice(documents, MOST_HITS_A_PAGE)):
            yield from self._shelf(collection).articles([(each.change, each.article_id) for each in some])

    def arrivals(
        self, request: SearchRequest, most: int, *, before: int | None = None, time_limit: float | None = None
    ) -> Arrivals:
        """Return the articles that match in full in the order in which they, or their newest revisions, were archived: the last `most`.

        `before` goes on behind a change number seen. Raises DeadlineExceeded as `facets` does.
        """
        collection = self.collection()
        request = replace(_normalised(request, collection), near=False)
        found = self._retrieval(collection, request, self._limited(time_limit))
        total, latest = found.last_arrived(most + 1, before)
        revisions = [(each.change, each.article_id) for each in latest[:most]]
        shelf = self._shelf(collection)
        changes = [change for change, _ in revisions]
        archived = (heading.archived_at for heading in shelf.headings(changes))
        arrived = starmap(Arrival, zip(shelf.articles(revisions), changes, archived, strict=True))
        return Arrivals(total, tuple(arrived), len(latest) > most)

    def changed(self, request: SearchRequest, after: int, *, time_limit: float = math.inf) -> Changed:
        """Return the articles whose newest change has a number above `after` and that match in full; reads none of them.

        Raises DeadlineExceeded as `find_all` does.
        """
        collection = self.collection()
        request = replace(_normalised(request, collection), near=False)
        found = self._retrieval(collection, request, Deadline.after(time_limit))
        until = collection.commit.watermark
        changes = {each.article_id: each.change for each in found.changed(after, until)}
        return Changed(until, changes)

    def matches(self, request: SearchRequest, article: Article) -> bool:
        """Tell whether an article, in this revision or an earlier one, matches in full what the request means now."""
        return answers(self.collection(), request, article)

    def in_order_of_id(self, start: int, stop: int) -> Iterator[Heading]:
        """Yield the headings of the newest commit's articles from number `start` to before `stop`, all counted in order of their ids."""
        collection = self.collection()
        documents = islice(collection.in_order_of_id(), start, stop)
        while some := list(islice(documents, MOST_HITS_A_PAGE)):
            yield from self._shelf(collection).headings(some)

    def related(self, article: Article, most: int) -> list[Article]:
        """Return at most `most` articles about what `article` is about, the nearest first; none of them is it or a copy of another."""
        collection = self.collection()
        return self._shelf(collection).articles(related(collection, article, most, Deadline.after(self._time_limit)))

    def standing(self, request: SearchRequest, article_id: str) -> Standing | None:
        """Return where an article stands among the full matches, or None if it is neither on the page asked for nor before it.

        None too if finding or ordering them takes longer than a search may: the article is read without.
        """
        collection = self.collection()
        request = replace(_normalised(request, collection), near=False)
        found = self._retrieval(collection, request, Deadline.after(self._time_limit))
        try:
            wanted = request.page * request.size
            order = found.ordered(wanted + 1, fold=request.fold)
            here = found.position(order[:wanted], article_id)
            if here is None:
                return None
            [shown] = found.ask([found.shown_body()])
            _, groups = found.shown_counts(shown, found.total)
        except DeadlineExceeded:
            return None
        beside = [place for place in (here - 1, here + 1) if 0 <= place < len(order)]
        articles = self._shelf(collection).articles([(order[place].change, order[place].article_id) for place in beside])
        return Standing(
            position=here + 1,
            total=groups,
            previous=articles[0] if here else None,
            next=articles[-1] if here + 1 < len(order) else None,
        )

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
        found = self._retrieval(collection, _normalised(request, collection), self._limited(time_limit))
        return every_value_of(found)

    def kept(self, key: Callable[..., _T], make: Callable[[], _T]) -> _T:
        """Return what was made since the newest commit for `key`, the function whose answer it is, or make it.

        What `make` raises is passed on, and nothing is kept then: no answer that was cut short is given twice.
        """
        return self.collection().kept(key, make)

    def overview(self) -> Overview:
        """Return the archive at a glance, as of the newest commit."""
        collection = self.collection()

        def make() -> Overview:
            found = ClusterRetrieval(collection, interpret(collection, SearchRequest()).node, SearchRequest(), NEVER)
            covered = self._coverage(collection)
            return Overview(
                covered.articles,
                covered.first_published,
                covered.last_published,
                every_value_of(found),
                collection.commit.generation,
            )

        return collection.kept(ClusterSearcher.overview, make)

    def coverage(self) -> Coverage:
        """Return what the archive covers, as of the newest commit."""
        return self._coverage(self.collection())

    def _coverage(self, collection: ClusterCollection) -> Coverage:
        statistics = collection.statistics()
        return Coverage(statistics.articles, statistics.first_published, statistics.last_published)

    def examples(self) -> tuple[Example, ...]:
        """Return queries that show what can be asked, each of which finds articles of the newest commit; none if choosing takes too long."""
        collection, deadline = self.collection(), Deadline.after(self._time_limit)
        with suppress(DeadlineExceeded):
            return collection.kept(choose_examples, lambda: choose_examples(collection, self._totals(collection, deadline)))
        return ()

    def complete(self, text: str) -> tuple[Completion, ...]:
        """Return what the beginning of a query may become: at most eight tags, phrases and titles. Never raises for anything typed."""
        text = clean(text) + " " * text[-1:].isspace()
        if len(text) > LONGEST or not text.strip():
            return ()
        collection, deadline = self.collection(), Deadline.after(self._time_limit)
        with suppress(DeadlineExceeded):
            tags = complete_tags(collection, text, deadline)
            phrases = [] if text.startswith("#") else complete_phrases(collection, text, self._totals(collection, deadline))
            headings = [] if text.startswith("#") else self._titled(collection, text, deadline)
            best = in_a_row_first(text, headings)
            titles = [Completion(each.title, "title", permalink=permalink(each.article_id, each.title)) for each in best]
            return arranged(tags, phrases, titles)
        return ()

    def _titled(self, collection: ClusterCollection, text: str, deadline: Deadline) -> list[Heading]:
        node = titled(text)
        if node is None:
            return []
        found = ClusterRetrieval(collection, node, SearchRequest(sort="newest", near=False), deadline)
        return self._shelf(collection).headings([each.change for each in found.ordered(MOST_TITLED)])

    def probe(self, share: float) -> None:
        """Read the article that stands at `share`, 0 to below 1, of the newest commit's documents, and compare the commit with the archive.

        Raises what reading raises, and IndexOutdated if the archive is not the one that was indexed.
        """
        collection = self.collection()
        collection.commit.check(self.archive)
        revision = collection.revision_at(share)
        if revision is not None:
            self._shelf(collection).articles([revision])


def _normalised(request: SearchRequest, collection: ClusterCollection) -> SearchRequest:
    """Return the request with page and size in bounds and each facet value as the archive has it, however it was typed."""
    size = min(max(1, request.size), MOST_HITS_A_PAGE)
    return replace(resolved(collection, request), page=max(1, request.page), size=size)
