"""A search request and a commit of an OpenSearch cluster -> the answers that the embedded engine gives (searcher.search)."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice, starmap
from pathlib import Path
from typing import TypeVar

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Heading
from corpus.facet import FacetName
from corpus.paper import PaperTable
from index.cluster.commit import Commit, check_not_behind
from index.cluster.connection import Cluster
from index.cluster.errors import ClusterIndexMissing, ClusterIndexOutdated, ClusterUnavailable
from index.cluster.mapping import VERSION
from index.errors import told as said_of_index
from index.lexicon import LEXICON_FOLDER
from index.snapshot import ANOTHER_ARCHIVE, Snapshot, check_archive, commit_stamp, open_snapshot
from searcher.answer import Arrival, Arrivals, Changed, Found, Matched, Overview, Period, Standing, Tally
from searcher.answering import TIME_LIMIT, Answering
from searcher.cluster.bearable import or_nothing
from searcher.cluster.collection import ClusterCollection, LexiconAlone
from searcher.cluster.explanation import scored_documents
from searcher.cluster.facet_aggregation import FacetCounting, every_value_of
from searcher.cluster.ranked_list import ClusterRetrieval, Document
from searcher.cluster.related import related
from searcher.cluster.steadiness import Steadiness, of_one_commit
from searcher.cluster.tallying import tally
from searcher.deadline import NEVER, Deadline
from searcher.engine import AWAY
from searcher.hit import make_hits, make_matches
from searcher.match.occurrence import Highlights
from searcher.meaning.interpretation import interpret
from searcher.query.tree import Node
from searcher.rank.retrieval import MOST_FACET_VALUES
from searcher.rank.weighting import RankingParameters
from searcher.request import MOST_HITS_A_PAGE, SearchRequest
from searcher.result import Coverage, FacetValue, ResultPage
from searcher.shelf import Shelf

_T = TypeVar("_T")


class ClusterSearcher(Answering[ClusterCollection, ClusterRetrieval]):
    """Answers searches of a cluster. Safe to share between threads; a new commit is picked up at the next search.

    `archive` is the archive that was indexed, and `lexicon` the folder of its lexicon. Besides what the methods of SearchEngine raise,
    every one raises ClusterUnavailable where the cluster gives no answer that is whole, but those that an article is shown by: `commit`, `papers`
    and `kept` are then of the newest commit that was seen, or of the lexicon before any was; `highlights`, `related` and `standing` lack what they
    cannot find out.
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
        """Raise IndexMissing or IndexOutdated if the index in the cluster or the lexicon cannot be used; `time_limit` is in seconds for each query.

        A cluster that is away is none that cannot be used.
        """
        super().__init__(archive, parameters, time_limit)
        self.cluster = cluster
        self._folder = lexicon
        self._lock = threading.Lock()
        self.steadiness = Steadiness(lambda: self._newest_commit(), cluster.shows_after, time_limit)
        self._collection: ClusterCollection | None = None
        self._aside: LexiconAlone | None = None
        self._last_known()

    search = of_one_commit(Answering.search)
    complete = of_one_commit(Answering.complete)
    examples = of_one_commit(Answering.examples)

    @classmethod
    def open(
        cls, cluster: Cluster, home: Path, archive: Archive | None = None, *, time_limit: float = TIME_LIMIT
    ) -> ClusterSearcher:
        """Open what a cluster has of the archive in a data folder, which is opened too unless it is given."""
        archive = archive or Archive.open(home / ARCHIVE_FILE, read_only=True)
        return cls(archive, home / LEXICON_FOLDER, cluster, time_limit=time_limit)

    def collection(self) -> ClusterCollection:
        """Return the newest commit; while an answer is made, that which it began with."""
        if (pinned := self.steadiness.collection) is not None:
            return pinned
        commit = self.steadiness.steady()
        current = self._collection
        if current is not None and not self._is_other(current, commit):
            return current
        with self._lock:
            commit = self.steadiness.steady()  # another thread may have seen a newer one
            current = self._collection
            if current is None or self._is_other(current, commit):
                self._collection = current = self._opened(commit, current.snapshot if current else None)
            return current

    def forget(self, collection: ClusterCollection) -> None:
        """Give up what was remembered of a commit: it may be of more."""
        with self._lock:
            if self._collection is collection:
                self._collection = None

    def _last_known(self) -> ClusterCollection | LexiconAlone:
        """Return the newest commit; while the cluster is away, the newest that was seen, and before any was, the lexicon by itself."""
        try:
            return self.collection()
        except AWAY:
            with self._lock:
                if self._collection is not None:
                    return self._collection
                if self._aside is None or commit_stamp(self._folder) != self._aside.snapshot.stamp:
                    self._aside = LexiconAlone(self._lexicon(None))
                return self._aside

    def _newest_commit(self) -> Commit:
        """Return what the index says of its newest commit. Raises IndexMissing, IndexOutdated."""
        index, meta = self.cluster.settings.index, self.cluster.meta()
        if not meta:
            raise ClusterIndexMissing(index)
        commit = Commit.of(meta)
        if commit is None or commit.version != VERSION:
            raise ClusterIndexOutdated(index, said_of_index("other_analysis"))
        return commit

    def _check(self, commit: Commit) -> None:
        """Raise IndexOutdated unless the commit was made of this archive, as it is now or was before; ArchiveBehind if it will be."""
        check_not_behind(commit, self.archive)
        if commit.archive != self.archive.traits.identity() or commit.fingerprint != self.archive.fingerprint(commit.watermark):
            raise ClusterIndexOutdated(self.cluster.settings.index, ANOTHER_ARCHIVE)

    def _is_other(self, collection: ClusterCollection, commit: Commit) -> bool:
        return collection.commit.state != commit.state or commit_stamp(self._folder) != collection.snapshot.stamp

    def _opened(self, commit: Commit, previous: Snapshot | None) -> ClusterCollection:
        self._check(commit)
        return ClusterCollection(self._lexicon(previous), self.cluster, commit)

    def _lexicon(self, previous: Snapshot | None) -> Snapshot:
        snapshot = open_snapshot(self._folder, previous)
        check_archive(self._folder, snapshot.provenance, self.archive)
        return snapshot

    def _shelf(self, collection: ClusterCollection) -> Shelf:
        """Return the archive as of a commit."""

        def make() -> Shelf:
            named = self.archive.named_by(collection.commit.papers)
            return Shelf(named, partial(ClusterIndexOutdated, self.cluster.settings.index, ANOTHER_ARCHIVE))

        return collection.kept(Shelf, make)

    def _retrieve(
        self, collection: ClusterCollection, node: Node, request: SearchRequest, deadline: Deadline
    ) -> ClusterRetrieval:
        return ClusterRetrieval(collection, node, request, deadline, self._parameters)

    def _newest(self, collection: ClusterCollection, node: Node, most: int, deadline: Deadline) -> list[tuple[int, str]]:
        found = self._retrieve(collection, node, SearchRequest(sort="newest", near=False), deadline)
        return [(each.change, each.article_id) for each in found.ordered(most)]

    @property
    def commit(self) -> str:
        """The stamp of the newest commit that was seen."""
        return self._last_known().stamp

    @property
    def papers(self) -> PaperTable | None:
        """The table by which the newest commit that was seen names papers."""
        return self._last_known().papers

    def kept(self, key: Callable[..., _T], make: Callable[[], _T]) -> _T:
        """Return what was made since the newest commit that was seen for `key`, or make it; what `make` raises is passed on, and nothing kept."""
        return self._last_known().kept(key, make)

    def _page(self, found: ClusterRetrieval, after: tuple[int, str] | None) -> ResultPage:
        request = found.request
        start = after[0] if after else (request.page - 1) * request.size
        counting = FacetCounting(found, most=MOST_FACET_VALUES)
        counted = counting.counted(found.prepare(counting.body()))
        found.collection.know(found.full, counted.total)
        near, groups = found.take_first_and_count(start + request.size, counted.total, counted.groups)
        order = found.ordered(start + request.size, fold=request.fold)
        if after and found.position(order[start - 1 : start], after[1]) is None:
            order = found.ordered(counted.total + near, fold=request.fold)
            last_seen = found.position(order, after[1])
            start = start if last_seen is None else last_seen + 1
        documents = scored_documents(found, order[start : start + request.size], unmarked=counted.unmarked)
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

    @of_one_commit
    def find_all(self, request: SearchRequest, *, time_limit: float = math.inf) -> Found[Article]:
        """Return every article that matches in full, in the order of the request, each once, whatever is indexed while they are read.

        Raises DeadlineExceeded if finding the first takes longer than `time_limit` seconds; reading them takes the time it needs.
        """
        collection = self.collection()
        found = self._retrieved_in_full(collection, request, time_limit)
        total, documents = found.all_ordered()
        return Found(total, self._read(collection, documents))

    @of_one_commit
    def find_matches(self, request: SearchRequest, *, with_snippets: bool, time_limit: float = math.inf) -> Found[Matched]:
        """Return what `find_all` does, and how each article matches; with snippets, each is looked into once more as it is read.

        Raises DeadlineExceeded as `find_all` does.
        """
        collection = self.collection()
        found = self._retrieved_in_full(collection, request, time_limit)
        total, documents = found.all_ordered()
        unmarked = found.unmarked()
        articles = ((each, each.id not in unmarked) for each in self._read(collection, documents))
        exact_marks = found.request.exact_marks
        return Found(total, make_matches(articles, found.node, exact_marks=exact_marks, with_snippets=with_snippets))

    def _read(self, collection: ClusterCollection, documents: Iterator[Document]) -> Iterator[Article]:
        while some := list(islice(documents, MOST_HITS_A_PAGE)):
            yield from self._shelf(collection).articles([(each.change, each.article_id) for each in some])

    @of_one_commit
    def arrivals(
        self, request: SearchRequest, most: int, *, before: int | None = None, time_limit: float | None = None
    ) -> Arrivals:
        """Return the articles that match in full in the order in which they, or their newest revisions, were archived: the last `most`.

        `before` goes on behind a change number seen. Raises DeadlineExceeded as `facets` does.
        """
        collection = self.collection()
        found = self._retrieved_in_full(collection, request, time_limit)
        total, latest = found.last_arrived(most + 1, before)
        revisions = [(each.change, each.article_id) for each in latest[:most]]
        shelf = self._shelf(collection)
        changes = [change for change, _ in revisions]
        archived = (heading.archived_at for heading in shelf.headings(changes))
        arrived = starmap(Arrival, zip(shelf.articles(revisions), changes, archived, strict=True))
        return Arrivals(total, tuple(arrived), len(latest) > most)

    @of_one_commit
    def changed(self, request: SearchRequest, after: int, *, time_limit: float = math.inf) -> Changed:
        """Return the articles whose newest change has a number above `after` and that match in full; reads none of them.

        Raises DeadlineExceeded as `find_all` does.
        """
        collection = self.collection()
        found = self._retrieved_in_full(collection, request, time_limit)
        until = collection.commit.watermark
        changes = {each.article_id: each.change for each in found.changed(after, until)}
        return Changed(until, changes)

    def in_order_of_id(self, start: int, stop: int) -> Iterator[Heading]:
        """Yield the headings of the newest commit's articles from number `start` to before `stop`, all counted in order of their ids."""
        collection, listed = self._listed(start, stop)
        for first in range(0, len(listed), MOST_HITS_A_PAGE):
            yield from self._shelf(collection).headings(listed[first : first + MOST_HITS_A_PAGE])

    @of_one_commit
    def _listed(self, start: int, stop: int) -> tuple[ClusterCollection, list[int]]:
        collection = self.collection()
        return collection, [*islice(collection.in_order_of_id(), start, stop)]

    @or_nothing(list[Article])
    @of_one_commit
    def related(self, article: Article, most: int) -> list[Article]:
        """Return at most `most` articles about what `article` is about, the nearest first; none of them is it or a copy of another.

        [] if finding them takes longer than a search may, or the cluster is away: the article is read without.
        """
        collection = self.collection()
        return self._shelf(collection).articles(related(collection, article, most, self._limited()))

    @or_nothing(partial(Highlights, {}, whole=False))
    def highlights(self, request: SearchRequest, article: Article, *, earlier: bool = False) -> Highlights:
        """Return where the request's query matches in an article, as searcher.answering does; nowhere while the cluster does not say what it means."""
        return super().highlights(request, article, earlier=earlier)

    @or_nothing(lambda: None)
    @of_one_commit
    def standing(self, request: SearchRequest, article_id: str) -> Standing | None:
        """Return where an article stands among the full matches, or None if it is neither on the page asked for nor before it.

        None too if finding or ordering them takes longer than a search may, or the cluster is away: the article is read without.
        """
        collection = self.collection()
        found = self._retrieved_in_full(collection, request)
        request = found.request
        wanted = request.page * request.size
        order = found.ordered(wanted + 1, fold=request.fold)
        here = found.position(order[:wanted], article_id)
        if here is None:
            return None
        groups = found.groups()
        beside = [place for place in (here - 1, here + 1) if 0 <= place < len(order)]
        articles = self._shelf(collection).articles([(order[place].change, order[place].article_id) for place in beside])
        return Standing(
            position=here + 1,
            total=groups,
            previous=articles[0] if here else None,
            next=articles[-1] if here + 1 < len(order) else None,
        )

    @of_one_commit
    def facets(self, request: SearchRequest, *, time_limit: float | None = None) -> dict[str, tuple[FacetValue, ...]]:
        """Return all facet values of the articles that `request` finds, however many.

        Raises DeadlineExceeded if finding them takes longer than `time_limit` seconds, by default as long as a search may take.
        """
        collection = self.collection()
        request = self._normalised(request, collection)
        found = self._retrieve(collection, interpret(collection, request).node, request, self._limited(time_limit))
        return every_value_of(found)

    @of_one_commit
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
        return tally(self._retrieved_in_full(self.collection(), request, time_limit), facet, period, most)

    def overview(self) -> Overview:
        """Return the archive at a glance, as of the newest commit; while the cluster is away, of the newest of which it was asked before."""
        try:
            return self._overview()
        except AWAY:
            seen = self._last_known().known(ClusterSearcher.overview)
            if seen is None:
                raise
            return seen

    @of_one_commit
    def _overview(self) -> Overview:
        collection = self.collection()

        def make() -> Overview:
            found = self._retrieve(collection, interpret(collection, SearchRequest()).node, SearchRequest(), NEVER)
            covered = self._coverage(collection)
            return Overview(
                covered.articles,
                covered.first_published,
                covered.last_published,
                every_value_of(found),
                collection.commit.generation,
            )

        return collection.kept(ClusterSearcher.overview, make)

    @of_one_commit
    def coverage(self) -> Coverage:
        """Return what the archive covers, as of the newest commit."""
        return self._coverage(self.collection())

    def _coverage(self, collection: ClusterCollection) -> Coverage:
        statistics = collection.statistics()
        return Coverage(statistics.articles, statistics.first_published, statistics.last_published)

    def health(self) -> Mapping[str, object]:
        """Return the cluster's state, `{"cluster": {"status", "nodes"}}`. Raises ClusterUnavailable if it is red, or no node answers.

        The state is "unknown" where nodes answer, but none manages them, or we may not ask.
        """
        self._newest_commit()
        try:
            said = self.cluster.health()
            status, nodes = str(said["status"]), int(said["number_of_nodes"])
        except (*AWAY, LookupError, TypeError, ValueError):
            return {"cluster": {"status": "unknown"}}
        if status == "red":
            raise ClusterUnavailable(said_of_index("cluster_shards"))
        return {"cluster": {"status": status, "nodes": nodes}}

    def probe(self, share: float) -> None:
        """Read the article that stands at `share`, 0 to below 1, of the newest commit's documents, and compare the commit with the archive.

        Raises what reading raises, and IndexOutdated if the archive is not the one that was indexed.
        """
        collection = self.collection()
        self._check(collection.commit)
        revision = collection.revision_at(share)
        if revision is not None:
            self._shelf(collection).articles([revision])
