"""Files and folders -> articles in the archive, and rejects with their reasons for what is none.

Invariants. One bad file, page or line never stops a run. What `progress` was told is on disk. A run that was killed can be started
again with the same paths: what is archived already, in whichever revision, is found unchanged, without being read a second time
where that takes long.
"""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from corpus.archive import Archive
from corpus.article import Article
from corpus.errors import IdentityTaken, NotAnArticle
from corpus.jsonl import UNREAD_DATE, PageReader, read_line
from corpus.page_process import PageProcess
from corpus.source import Source, sources

# To be raised whenever the readers of pages and text files improve: what an older version read is then read again.
READER = 2
# Rejects listed in a report; the archive keeps them all.
LISTED = 100

# A batch ends at whichever comes first. The writing transaction opens only when the batch is full, so others can write between.
_BATCH_ARTICLES = 500
_BATCH_SECONDS = 1.0
_BATCH_BYTES = 16_000_000
_AHEAD = 8
# Of what was refused, longer pages are not kept.
_KEPT_REJECT = 5_000_000


@dataclass(frozen=True)
class Rejected:
    """Input that is in no article, or a date that is in none: file `origin`, or one line of it."""

    origin: str
    line: int | None
    reason: str


@dataclass(frozen=True)
class IngestReport:
    """What became of the inputs so far, all of it on disk; `rejects` lists the first LISTED of the `rejected`.

    `undated` counts the articles of which a given date could not be read; `unread_dates` lists the first LISTED of them, with the note.
    `passed_files` and `passed_folders` say how many of each kind (".pdf", "ẩn") stood in a folder and were not for us.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    rejects: tuple[Rejected, ...] = ()
    undated: int = 0
    unread_dates: tuple[Rejected, ...] = ()
    passed_files: Mapping[str, int] = field(default_factory=dict)
    passed_folders: Mapping[str, int] = field(default_factory=dict)

    @property
    def seen(self) -> int:
        """How many inputs there were: each is added, updated, unchanged, rejected or passed over."""
        read = self.added + self.updated + self.unchanged + self.rejected
        return read + sum(self.passed_files.values()) + sum(self.passed_folders.values())


class _Reading(NamedTuple):
    """What was read from a source: an article, a reason why not, or neither when the archive holds its page already."""

    source: Source
    article: Article | None = None
    page: bytes | None = None
    reason: str = ""


def ingest(
    paths: Iterable[str | Path],
    archive: Archive,
    *,
    progress: Callable[[IngestReport], None] | None = None,
    fetched_at: datetime | None = None,
    processes: int = 2,
) -> IngestReport:
    """Read everything at `paths` into `archive`: HTML, .txt, .jsonl, .jsonl.gz, and folders of them.

    `progress` is called after each batch, about once a second. `fetched_at` is when the pages were fetched, if known. HTML is read
    in at most `processes` other processes. Raises only what the archive raises (ArchiveBusy, ArchiveFull, ArchiveDamaged): the
    batches before are on disk then.
    """
    report = IngestReport()
    batch: list[_Reading] = []
    size, started = 0, time.monotonic()
    with closing(_readings(paths, archive, fetched_at, max(1, min(processes, os.cpu_count() or 1)))) as readings:
        for reading in readings:
            batch.append(reading)
            size += len(reading.source.content)
            if len(batch) >= _BATCH_ARTICLES or size >= _BATCH_BYTES or time.monotonic() - started >= _BATCH_SECONDS:
                report = _write(batch, archive, report)
                batch, size, started = [], 0, time.monotonic()
                if progress:
                    progress(report)
    if batch:
        report = _write(batch, archive, report)
    if progress:
        progress(report)
    return report


def _readings(
    paths: Iterable[str | Path], archive: Archive, fetched_at: datetime | None, processes: int
) -> Generator[_Reading, None, None]:
    """Yield what each source holds, in order, while those after it are being read."""
    with ExitStack() as stack:
        # Left in reverse order, also when the run is broken off: nothing new is begun, readers are stopped, threads end.
        idle: SimpleQueue[PageProcess] = SimpleQueue()
        workers = [stack.enter_context(PageProcess()) for _ in range(processes)]
        pool = stack.enter_context(ThreadPoolExecutor(processes))
        for worker in workers:
            idle.put(worker)
            stack.callback(worker.stop)
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)

        def read_page(page: bytes, *, url: str = "", fetched_at: datetime | None = None) -> Article:
            process = idle.get()
            try:
                return process.read_page(page, url=url, fetched_at=fetched_at)
            finally:
                idle.put(process)

        pending: deque[Future[_Reading]] = deque()
        for source in sources(paths):
            whole = source.kind in ("html", "text")
            if source.kind.startswith("passed") or (whole and archive.holds_page(source.content, READER, fetched_at)):
                pending.append(_done(_Reading(source)))
            elif source.kind == "html" or (source.kind == "line" and b'"html' in source.content):
                pending.append(pool.submit(_read, source, read_page, fetched_at))
            else:
                pending.append(_done(_read(source, read_page, fetched_at)))
            while pending and (len(pending) > _AHEAD or pending[0].done()):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def _done(reading: _Reading) -> Future[_Reading]:
    future: Future[_Reading] = Future()
    future.set_result(reading)
    return future


def _read(source: Source, read_page: PageReader, fetched_at: datetime | None) -> _Reading:
    page: bytes | None = source.content
    try:
        if source.kind == "html":
            article = read_page(source.content, fetched_at=fetched_at)
        elif source.kind == "text":
            from corpus.plain_text import read_plain_text  # loads the HTML libraries, for what the two readers share

            article = read_plain_text(source.content, fetched_at=fetched_at)
        elif source.kind == "line":
            article, page = read_line(source.content, read_page=read_page)
            article = article if article.fetched_at else replace(article, fetched_at=fetched_at)
        else:
            return _Reading(source, reason=source.reason)
    except NotAnArticle as refusal:
        return _Reading(source, reason=refusal.reason)
    return _Reading(source, article, page)


def _write(batch: list[_Reading], archive: Archive, report: IngestReport) -> IngestReport:
    """Write `batch` in one transaction and return the report with its figures; they count only when it is on disk."""
    counts = {"added": report.added, "updated": report.updated, "unchanged": report.unchanged}
    passed = {"passed file": Counter(report.passed_files), "passed folder": Counter(report.passed_folders)}
    rejects = list(report.rejects)
    rejected, undated, unread_dates = report.rejected, report.undated, list(report.unread_dates)
    with archive.batch():
        for source, article, page, reason in batch:
            if source.kind in passed:
                passed[source.kind][source.reason] += 1
                continue
            if article is not None:
                try:
                    reader = READER if source.kind != "line" else 0
                    counts[archive.add(article, page, origin=source.origin, line=source.line, reader=reader)] += 1
                    note = next((note for note in article.notes if note.startswith(UNREAD_DATE)), "")
                    undated += bool(note)
                    if note and len(unread_dates) < LISTED:
                        unread_dates.append(Rejected(source.origin, source.line, note))
                    continue
                except IdentityTaken as error:
                    reason = str(error)
            if reason:
                kept = source.content if 0 < len(source.content) <= _KEPT_REJECT else None
                archive.reject(source.origin, reason, line=source.line, page=kept)
                rejected += 1
                rejects += [Rejected(source.origin, source.line, reason)] if len(rejects) < LISTED else []
            else:
                archive.clear_reject(source.origin, source.line)
                counts["unchanged"] += source.kind != "sound"
    return IngestReport(
        **counts,
        rejected=rejected,
        rejects=tuple(rejects),
        undated=undated,
        unread_dates=tuple(unread_dates),
        passed_files=passed["passed file"],
        passed_folders=passed["passed folder"],
    )
