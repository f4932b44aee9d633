"""The papers of an archive -> one round of visits: their lists, the articles that are due; what came is in the archive and its ledger.

Invariant: what a visit brought and the note of it are one transaction. So a round that is killed goes on where it was, and what was noted is not
asked for again before it is due.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from queue import SimpleQueue
from typing import NamedTuple

from corpus.archive import Archive
from corpus.archive.capture import Capture
from corpus.archive.ledger import Named, Outcome, Target, TargetKind, Visit
from corpus.archive.statistic import addresses
from corpus.article import Article
from corpus.errors import FetchFailed, IdentityTaken, NotAList, NotAnArticle
from corpus.gathering.address_shape import AddressShapes
from corpus.gathering.fetch import Answer, Fetcher
from corpus.gathering.manners import Manners
from corpus.gathering.round_report import RoundCount, RoundReport
from corpus.gathering.schedule import first_return, next_visit
from corpus.gathering.source import Source
from corpus.gathering.version import key_of
from corpus.gathering.visit import Forbidden, Resting, ServerFailed, Visited, Visitor
from corpus.identity import article_id, canonical_url
from corpus.ingest import READER, ingest
from corpus.message import told
from corpus.reading.link import Link, ListKind
from corpus.reading.page_process import OF_THE_READER, PageProcess
from language.wording import Told

RECENT = timedelta(days=7)
"""How old an article of a sitemap may be that is taken without `since`."""
_LEARNED = 2_000  # addresses by which a paper's articles are known
_AT_ONCE = 50  # targets taken from the ledger at a time
_HTML = ("text/html", "application/xhtml+xml", "")
_ACCEPT = {
    "feed": "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5",
    "sitemap": "application/xml, */*;q=0.5",
}
_PAGE = "text/html, application/xhtml+xml"
_GONE = (404, 410)


class _Found(NamedTuple):
    """What a visit to an article came to."""

    outcome: Outcome
    words: Told | None = None
    article_id: str | None = None
    status: int = 0  # of a server that answered that it cannot


class Gatherer:
    """Gathers for one archive. `close` it, or use it in a with statement."""

    def __init__(
        self,
        archive: Archive,
        fetcher: Fetcher,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
        processes: int = 2,
        stop: threading.Event | None = None,
    ) -> None:
        """Read pages in so many other `processes`. When `stop` is set, nothing more is begun."""
        self._archive = archive
        self._ledger = archive.ledger
        self._now = now
        self._stop = stop or threading.Event()
        manners = Manners(self._ledger, now=now, sleep=self._stop.wait)
        self._visitor = Visitor(self._ledger, fetcher, manners, now=now)
        self._readers: SimpleQueue[PageProcess] = SimpleQueue()
        self._resources = ExitStack()
        self._resources.callback(fetcher.close)
        for _ in range(processes):
            self._readers.put(self._resources.enter_context(PageProcess()))

    def __enter__(self) -> Gatherer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End connections and the reading processes."""
        self._resources.close()

    def round(
        self, sources: Sequence[Source], *, since: datetime | None = None, progress: Callable[[RoundReport], None] | None = None
    ) -> RoundReport:
        """Visit the lists of all `sources`, then whatever is due, papers side by side; return when nothing more is.

        With `since`, sitemaps are gone through for all articles from that moment on. Raises what the archive raises; what came before is kept.
        """
        report = RoundCount(progress)
        followed = [source for source in sources if source.is_followed]
        with ThreadPoolExecutor(max(1, min(len(followed), 16))) as pool:
            running = [pool.submit(self._gather, source, since, report) for source in followed]
            try:
                for each in running:
                    each.result()
            except BaseException:
                self._stop.set()
                raise
        return report.told()

    def fetch_one(self, url: str, source: Source) -> Visit:
        """Visit one address of a paper as an article, whether or not it is due. Returns what came of it."""
        now = self._now()
        key = key_of(url)
        self._ledger.name(source.name, [Named(key, url, "article", now)], "", now)
        target = self._ledger.target(key)
        assert target is not None
        rests = self._visit_article(target, source, RoundCount(None))
        if rests:
            return Visit(url, source.name, "article", now, 0, "failed", rests)
        (visit,) = self._ledger.visits(1)
        return visit

    # Lists

    def _gather(self, source: Source, since: datetime | None, report: RoundCount) -> None:
        for folder in source.folders:
            if not self._stop.is_set():
                taken = ingest([folder], self._archive, processes=1)
                report.count({"added": taken.added, "updated": taken.updated, "refused": taken.rejected})
        shapes = AddressShapes(self._known_addresses(source)) if source.sections else AddressShapes()
        now = self._now()
        lists: list[tuple[TargetKind, str]] = list(source.lists())
        self._ledger.name(source.name, (Named(url, url, kind, now) for kind, url in lists), "", now)
        seen: set[str] = set()
        while lists and not self._stop.is_set():
            kind, url = lists.pop(0)
            target = self._ledger.target(url)
            if url not in seen and target is not None:
                seen.add(url)
                lists += self._visit_list(target, source, shapes, since, report, len(seen))
        self._visit_due(source, report)

    def _known_addresses(self, source: Source) -> list[str]:
        return [url for url in addresses(self._archive.file, _LEARNED, source.hosts) if source.wants(url)]

    def _visit_list(
        self, target: Target, source: Source, shapes: AddressShapes, since: datetime | None, report: RoundCount, number: int
    ) -> list[tuple[TargetKind, str]]:
        """Visit a list, take up what it names, and return the lists that it leads to."""
        kind: ListKind = target.kind if target.kind != "article" else "section"
        named, further = 0, []
        condition = {} if since else {"etag": target.etag, "modified": target.modified}
        try:
            visited = self._visitor.visit(target.url, source, accept=_ACCEPT.get(kind, _PAGE), **condition)
        except Resting as rest:
            report.note("failed", target.url, rest.told)
            return []
        except FetchFailed as error:
            self._note(target, source, report, _failed(error), None)
            return []
        answer = visited.answer
        if answer.status != 200:
            kept = answer.status == 304
            words = None if kept else told("answer_status", status=answer.status)
            self._note(target, source, report, _Found("unchanged" if kept else "failed", words), visited, keep=kept)
            return []
        try:
            links = self._links(kind, answer)
        except NotAList as error:
            self._note(target, source, report, _Found("refused", error.told), visited)
            return []
        now = self._now()
        wanted = list(self._wanted(links, kind, source, shapes, since, now))
        with self._archive.batch():
            named = self._ledger.name(source.name, wanted, target.url, now)
            further = list(self._further(links, kind, source, since, now, number, named))
            self._ledger.name(source.name, (Named(url, url, each, now) for each, url in further), target.url, now)
            self._note(target, source, report, _Found("listed"), visited, named=named)
        return further

    def _links(self, kind: ListKind, answer: Answer) -> list[Link]:
        process = self._readers.get()
        try:
            return process.read_links(kind, answer.content, url=answer.url, content_type=answer.headers.get("content-type", ""))
        finally:
            self._readers.put(process)

    def _wanted(
        self, links: Iterable[Link], kind: ListKind, source: Source, shapes: AddressShapes, since: datetime | None, now: datetime
    ) -> Iterator[Named]:
        """Yield the articles among the links of a list, each with when it is to be read."""
        oldest = since or (now - RECENT if kind == "sitemap" else None)
        for link in links:
            if link.kind != "article" or not source.wants(link.url):
                continue
            if oldest and (link.at < oldest if link.at else since is None):
                continue  # a sitemap names all that a paper ever had
            if kind == "section" and not shapes.likely(link.url):
                continue
            key = key_of(link.url)
            if self._ledger.target(key) is None:
                yield self._new(key, link.url, now)

    def _new(self, key: str, url: str, now: datetime) -> Named:
        """Return an address not known yet: read now, or, if the archive has its article from elsewhere, when it is time to come back."""
        known = article_id(url, ())
        seen = self._archive.last_seen(known)
        if seen is None:
            return Named(key, url, "article", now)
        return Named(key, url, "article", first_return(seen, now), known)

    def _further(
        self,
        links: Iterable[Link],
        kind: ListKind,
        source: Source,
        since: datetime | None,
        now: datetime,
        number: int,
        named: int,
    ) -> Iterator[tuple[TargetKind, str]]:
        """Yield the lists to look at next: sitemaps that changed lately, the next page of a section as long as there is something new."""
        for link in links:
            if not source.has(link.url):
                continue
            if link.kind == "sitemap":
                recent = link.at is None or link.at >= (since or now - RECENT)
                if recent:
                    yield "sitemap", link.url
            elif (
                link.kind == "next"
                and kind == "section"
                and (named or since)
                and number < source.depth * max(1, len(source.sections))
            ):
                yield "section", link.url
                return

    # Articles

    def _visit_due(self, source: Source, report: RoundCount) -> None:
        now = self._now()
        while not self._stop.is_set():
            targets = self._ledger.due(source.name, ("article",), now, _AT_ONCE)
            if not targets:
                return
            for target in targets:
                if self._stop.is_set() or self._visit_article(target, source, report):
                    return  # what was not tried stays due

    def _visit_article(self, target: Target, source: Source, report: RoundCount) -> Told | None:
        """Visit an address of an article; what comes is kept with the note of the visit.

        Returns why its host is left alone, if it is: then it was not asked, and nothing is noted.
        """
        if not source.wants(target.url):
            self._note(target, source, report, _Found("forbidden", told("address_not_wanted")), None)
            return None
        try:
            visited = self._visitor.visit(target.url, source, etag=target.etag, modified=target.modified, accept=_PAGE)
        except Resting as rest:
            report.note("failed", target.url, rest.told)
            return rest.told
        except FetchFailed as error:
            self._note(target, source, report, _failed(error), None)
            return None
        answer = visited.answer
        fetched_at = self._now()
        article, words = self._read(answer, fetched_at) if answer.status == 200 else (None, None)
        with self._archive.batch():
            found = self._keep(target, answer, article, words, fetched_at)
            self._note(target, source, report, found, visited, keep=answer.status == 304)
        return None

    def _read(self, answer: Answer, fetched_at: datetime) -> tuple[Article | None, Told | None]:
        """Return the article on a page, or why there is none."""
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in _HTML:
            return None, told("answer_of_kind", kind=kind[:100])
        process = self._readers.get()
        try:
            return process.read_page(answer.content, url=answer.url, fetched_at=fetched_at), None
        except NotAnArticle as refusal:
            return None, refusal.told
        finally:
            self._readers.put(process)

    def _keep(self, target: Target, answer: Answer, article: Article | None, words: Told | None, fetched_at: datetime) -> _Found:
        """Keep what came of a visit to an article's address."""
        if answer.status == 304:
            return _Found("unchanged", article_id=target.article_id)
        if article is None:
            words = words or told("answer_status", status=answer.status)
            lost = (answer.status in _GONE or answer.status == 200) and words.code not in OF_THE_READER
            if target.article_id and lost and self._archive.get(target.article_id):
                self._archive.absences.keep(target.article_id, gone=True, seen_at=fetched_at, reason=words)
                return _Found("gone", words, target.article_id)
            return _Found("refused" if lost else "failed", words)
        capture = Capture(answer.url, fetched_at, answer.head)
        try:
            outcome = self._archive.add(article, answer.content, origin=target.url, reader=READER, capture=capture)
        except IdentityTaken as error:
            return _Found("refused", error.told)
        back = told("article_is_back")
        self._archive.absences.keep(article.id, gone=False, seen_at=fetched_at, reason=back)
        if target.article_id and target.article_id != article.id and self._archive.get(target.article_id):
            moved = told("article_moved", address=article.url[:300])
            self._archive.absences.keep(target.article_id, gone=True, seen_at=fetched_at, reason=moved)
        self._name_versions(target, answer, article)
        return _Found(outcome, article_id=article.id)

    def _name_versions(self, target: Target, answer: Answer, article: Article) -> None:
        """Take up the other addresses that the page has as known: the same article is not fetched from each of them."""
        keys = {key_of(url): url for url in (answer.url, article.url) if canonical_url(url)}
        others = [Named(key, url, "article", None, article.id) for key, url in keys.items() if key != target.key]
        self._ledger.name(target.source, others, target.url, self._now())

    def _note(
        self,
        target: Target,
        source: Source,
        report: RoundCount,
        found: _Found,
        visited: Visited | None,
        *,
        keep: bool = False,
        named: int = 0,
    ) -> None:
        """Note a visit in the ledger: what came of it, and when the next is due. With `keep`, the answer's tags stay those of before."""
        now = self._now()
        answer = visited.answer if visited else None
        due, steps, failures = next_visit(target, found.outcome, now)
        visit = Visit(
            url=target.url,
            source=source.name,
            kind=target.kind,
            visited_at=now,
            status=answer.status if answer else found.status,
            outcome=found.outcome,
            words=found.words,
            bytes=len(answer.content) if answer else 0,
            seconds=round(answer.seconds, 3) if answer else 0.0,
        )
        whole = found.outcome in ("added", "updated", "unchanged", "listed") and visited is not None
        etag = target.etag if keep else visited.etag if visited and whole else ""
        modified = target.modified if keep else visited.modified if visited and whole else ""
        self._ledger.visited(
            target, visit, due=due, steps=steps, failures=failures, etag=etag, modified=modified, article_id=found.article_id
        )
        report.note(found.outcome, target.url, found.words, named)


def _failed(error: FetchFailed) -> _Found:
    """Return what is noted of a visit without an answer."""
    status = error.status if isinstance(error, ServerFailed) else 0
    return _Found("forbidden" if isinstance(error, Forbidden) else "failed", error.told, status=status)
