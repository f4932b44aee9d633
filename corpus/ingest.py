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
from corpus.archive.archive import Outcome
from corpus.article import Article
from corpus.errors import IdentityTaken, NotAnArticle
from corpus.message import told
from corpus.reading.file_kind import DOCUMENTS
from corpus.reading.input import Input, attached, inputs
from corpus.reading.jsonl import read_line, unread_date
from corpus.reading.page_process import PageProcess
from corpus.reading.web_archive.exchange import KeptArticle, read_kept
from language.wording import Told

# To be raised whenever the readers of pages and text files improve: what an older version read is then read again.
READER = 4
# Rejects listed in a report; the archive keeps more.
LISTED = 100

# A batch ends at whichever comes first. The writing transaction opens only when the batch is full, so others can write between.
_BATCH_ARTICLES = 500
_BATCH_SECONDS = 1.0
_BATCH_BYTES = 16_000_000
_AHEAD = 8
# Bytes of a line or text that are read in no time, whatever they are.
_LIGHT = 50_000
# Of what was refused in one file, so many bytes are kept, and so many reasons; of the others only their number.
_KEPT_BYTES = 5_000_000
_KEPT_REJECTS = 1_000


@dataclass(frozen=True)
class Rejected:
    """Input that is in no article, or a date that is in none: file `origin`, or one line of it."""

    origin: str
    line: int | None
    words: Told

    def in_words(self, language: str) -> str:
        """Return why, as a sentence in a language."""
        return self.words.in_words(language)

    @property
    def reason(self) -> str:
        """Why, in the first language."""
        return str(self.words)


@dataclass(frozen=True)
class IngestReport:
    """What became of the inputs so far, all of it on disk; `rejects` lists the first LISTED of the `rejected`.

    `undated` counts the articles of which a given date could not be read; `unread_dates` lists the first LISTED of them, with the note.
    `passed_files` and `passed_folders` say how many of each kind (".pdf", "hidden", as it is told) stood in a folder and were not for us,
    `passed_records` the same of web archives ("image/png").
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    rejects: tuple[Rejected, ...] = ()
    undated: int = 0
    unread_dates: tuple[Rejected, ...] = ()
    passed_files: Mapping[Told, int] = field(default_factory=dict)
    passed_folders: Mapping[Told, int] = field(default_factory=dict)
    passed_records: Mapping[Told, int] = field(default_factory=dict)

    @property
    def saved(self) -> int:
        """How many articles that were in the inputs the archive has."""
        return self.added + self.updated + self.unchanged

    @property
    def seen(self) -> int:
        """How many inputs there were: each is added, updated, unchanged, rejected or passed over."""
        read = self.saved + self.rejected
        return read + sum(sum(passed.values()) for passed in (self.passed_files, self.passed_folders, self.passed_records))


class _Rejects:
    """Keeps what is refused, of each file up to a number of lines and bytes; more is counted. Files come one after another."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._origin = ""
        self._kept = self._bytes = self._left = 0

    def keep(self, given: Input, reason: Told) -> None:
        """Keep an input with the `reason` why it was refused, or count it."""
        if given.origin != self._origin:
            self._origin, self._kept, self._bytes, self._left = given.origin, 0, 0, 0
        if given.line is not None and self._kept == _KEPT_REJECTS:
            self._left += 1
            return
        size = len(given.content)
        page = given.content if 0 < size <= _KEPT_BYTES - self._bytes else None
        self._archive.rejects.keep(given.origin, self._told(given, reason), line=given.line, page=page)
        self._kept, self._bytes = self._kept + 1, self._bytes + (size if page else 0)
        self._left = 0 if given.line is None else self._left

    def tell(self) -> None:
        """Keep a reject of the whole file that says how many of its lines were only counted, if any were."""
        if self._left:
            self._archive.rejects.keep(self._origin, self._more())

    def end(self, origin: str) -> None:
        """Take `origin` as read to its end: a reject of it as a whole is cleared, or says how many lines were only counted."""
        self._archive.rejects.clear(origin)
        if origin == self._origin:
            self.tell()

    def _told(self, given: Input, reason: Told) -> Told:
        return told("and_more_lines", reason=reason, more=self._more()) if given.line is None and self._left else reason

    def _more(self) -> Told:
        return told("more_lines", count=self._left, most=_KEPT_REJECTS)


class _Outcome(NamedTuple):
    """What was read from an input: an article, a reason why not, or neither when the archive holds its page already.

    `kept` is what another archive kept beside the article, if it comes from one.
    """

    given: Input
    article: Article | None = None
    page: bytes | None = None
    reason: Told | None = None
    kept: KeptArticle | None = None


def ingest(
    paths: Iterable[str | Path],
    archive: Archive,
    *,
    progress: Callable[[IngestReport], None] | None = None,
    fetched_at: datetime | None = None,
    processes: int = 2,
    columns: Mapping[str, str] | None = None,
) -> IngestReport:
    """Read everything at `paths` into `archive`: files of all kinds that docs/reading.md names, and folders of them.

    `columns` says which columns of tables hold what (key of JSONL -> name of the column). `progress` is called after each batch, about once a
    second. `fetched_at` is when the pages were fetched, if known and not said by themselves. HTML and documents are read in at most
    `processes` other processes. Raises only what the archive raises (ArchiveBusy, ArchiveFull, ArchiveDamaged): the batches before are on
    disk then.
    """
    report = IngestReport()
    kept = _Rejects(archive)
    batch: list[_Outcome] = []
    size, started = 0, time.monotonic()
    given = inputs(paths, columns)
    with closing(_readings(given, archive, fetched_at, max(1, min(processes, os.cpu_count() or 1)))) as readings:
        for reading in readings:
            batch.append(reading)
            size += len(reading.given.content) + len(reading.given.page or b"")
            if len(batch) >= _BATCH_ARTICLES or size >= _BATCH_BYTES or time.monotonic() - started >= _BATCH_SECONDS:
                report = _write(batch, archive, kept, report)
                batch, size, started = [], 0, time.monotonic()
                if progress:
                    progress(report)
    if batch:
        report = _write(batch, archive, kept, report)
    if progress:
        progress(report)
    return report


def _readings(
    all_given: Iterable[Input], archive: Archive, fetched_at: datetime | None, processes: int
) -> Generator[_Outcome, None, None]:
    """Yield what each input holds, in order, while those after it are being read."""
    with ExitStack() as stack:
        # Left in reverse order, also when the run is broken off: nothing new is begun, readers are stopped, threads end.
        idle: SimpleQueue[PageProcess] = SimpleQueue()
        workers = [stack.enter_context(PageProcess()) for _ in range(processes)]
        pool = stack.enter_context(ThreadPoolExecutor(processes))
        for worker in workers:
            idle.put(worker)
            stack.callback(worker.stop)
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)

        def read_apart(given: Input) -> list[_Outcome]:
            process = idle.get()
            try:
                # The letter comes last: once the archive holds it, it holds what was attached to it.
                return [_read(part, fetched_at, process) for part in (*_attached(given, process), given)]
            finally:
                idle.put(process)

        pending: deque[Future[list[_Outcome]]] = deque()
        for given in all_given:
            if given.kind.startswith("passed") or _holds(archive, given, fetched_at):
                pending.append(_done(_Outcome(given)))
            elif _is_heavy(given):
                pending.append(pool.submit(read_apart, given))
            else:
                pending.append(_done(_read(given, fetched_at)))
            while pending and (len(pending) > _AHEAD or pending[0].done()):
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()


def _done(reading: _Outcome) -> Future[list[_Outcome]]:
    future: Future[list[_Outcome]] = Future()
    future.set_result([reading])
    return future


def _holds(archive: Archive, given: Input, fetched_at: datetime | None) -> bool:
    """Would reading the page, text or document in `given` change nothing?"""
    if given.capture is not None:
        return archive.captures.holds(given.capture.of_page(given.content), READER)
    whole = given.kind in ("html", "text", *DOCUMENTS)
    return whole and archive.pages.holds(given.content, READER, given.saved.at or fetched_at)


def _attached(given: Input, process: PageProcess) -> list[Input]:
    """Return what is attached to a letter; none for anything else."""
    if given.kind != "letter":
        return []
    try:
        files = process.attachments(given.content)
    except NotAnArticle as refusal:
        return [Input("refused", f"{given.origin} ›", reason=refusal.told)]
    return [part for name, content in files for part in attached(given.origin, name, content) if part.kind != "sound"]


def _is_heavy(given: Input) -> bool:
    """May reading `given` take long, or load the HTML libraries? Then it is another process's work, which can be stopped."""
    if given.kind in ("line", "article"):
        return len(given.content) > _LIGHT or b"<" in given.content or b"\\u003" in given.content or b'"html' in given.content
    return given.kind in ("html", *DOCUMENTS) or given.kind == "text" and len(given.content) > _LIGHT


def _read(given: Input, fetched_at: datetime | None, process: PageProcess | None = None) -> _Outcome:
    """Read `given` in `process`, or here."""
    page: bytes | None = given.content
    kept: KeptArticle | None = None
    url, saved_at = (given.capture.url, given.capture.captured_at) if given.capture else given.saved
    fetched_at = saved_at or fetched_at
    try:
        if given.kind == "html":
            assert process is not None
            article = process.read_page(given.content, url=url, fetched_at=fetched_at)
        elif given.kind in DOCUMENTS:
            assert process is not None
            article = process.read_document(given.kind, given.content, url=url, fetched_at=fetched_at)
        elif given.kind == "text":
            from corpus.reading.plain_text import read_plain_text  # loads the HTML libraries, for what the two readers share

            read_text = process.read_text if process else read_plain_text
            article = read_text(given.content, fetched_at=fetched_at)
        elif given.kind == "line":
            article, page = (process.read_line if process else read_line)(given.content)
            article = article if article.fetched_at else replace(article, fetched_at=fetched_at)
        elif given.kind == "article":
            article, _ = (process.read_line if process else read_line)(given.content)
            kept = read_kept(given.content, article)
            article, page = kept.article, given.page
        else:
            return _Outcome(given, reason=given.reason)
    except NotAnArticle as refusal:
        return _Outcome(given, reason=refusal.told)
    return _Outcome(given, article, page, kept=kept)


def _write(batch: list[_Outcome], archive: Archive, kept: _Rejects, report: IngestReport) -> IngestReport:
    """Write `batch` in one transaction and return the report with its figures; they count only when it is on disk."""
    counts = {"added": report.added, "updated": report.updated, "unchanged": report.unchanged}
    passed = {
        "passed file": Counter(report.passed_files),
        "passed folder": Counter(report.passed_folders),
        "passed record": Counter(report.passed_records),
    }
    rejects = list(report.rejects)
    rejected, undated, unread_dates = report.rejected, report.undated, list(report.unread_dates)
    with archive.batch():
        for given, article, page, reason, kept_beside in batch:
            if given.kind in passed and given.reason:
                passed[given.kind][given.reason] += 1
                continue
            if article is not None:
                try:
                    counts[_add(archive, given, article, page, kept_beside)] += 1
                    unread = unread_date(article)
                    undated += bool(unread)
                    if unread and len(unread_dates) < LISTED:
                        unread_dates.append(Rejected(given.origin, given.line, unread))
                    continue
                except IdentityTaken as error:
                    reason = error.told
            if reason:
                kept.keep(given, reason)
                rejected += 1
                rejects += [Rejected(given.origin, given.line, reason)] if len(rejects) < LISTED else []
            elif given.kind == "sound":
                kept.end(given.origin)
            else:
                archive.rejects.clear(given.origin, given.line)
                counts["unchanged"] += 1
        kept.tell()
    return IngestReport(
        **counts,
        rejected=rejected,
        rejects=tuple(rejects),
        undated=undated,
        unread_dates=tuple(unread_dates),
        passed_files=passed["passed file"],
        passed_folders=passed["passed folder"],
        passed_records=passed["passed record"],
    )


def _add(archive: Archive, given: Input, article: Article, page: bytes | None, kept: KeptArticle | None) -> Outcome:
    """Keep an article, with all that is known of how its page was captured."""
    if kept is None:
        capture, reader = given.capture, READER if given.kind != "line" else 0
        return archive.add(article, page, origin=given.origin, line=given.line, reader=reader, capture=capture)
    reader = min(kept.reader, READER)
    outcome = archive.add(article, page, origin=given.origin, line=given.line, reader=reader, seen_at=kept.seen_at)
    for capture in kept.captures:
        archive.add(article, reader=reader, capture=capture, seen_at=kept.seen_at)
    return outcome
