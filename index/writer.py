"""The archive's changes since the watermark -> one more commit of the index.

Each batch of changed articles becomes a small segment, written by a worker process; segments are merged into larger ones; a commit is one
rename of Whoosh's table of contents, which carries the watermark too. What is interrupted is taken up again from the last commit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
from whoosh.index import TOC, clean_files

from corpus.archive import Archive, Change
from corpus.archive.paper_file import load_papers
from corpus.article import Article
from corpus.disk import is_full, synchronize
from corpus.identity import ID_LENGTH
from corpus.paper import PaperTable
from index import schema
from index.batch import batched, worked, workers
from index.codec import EXTENSION, ArraySegment
from index.errors import IndexBusy, IndexingError, IndexMissing, IndexOutdated, IndexWriteFailed, SegmentDamaged, told
from index.inversion import invert
from index.merge import merge_segments
from index.posting import MAX_DOCUMENTS
from index.report import IndexReport
from index.schema import Provenance, create_schema
from index.snapshot import INDEX_NAME, check_archive, check_version, read_toc
from index.storage import DurableStorage
from language.wording import Told

BATCH = 1000
_BATCHES_A_COMMIT = 8
_FAN_IN = 8
_PENDING = "pending_"


def update_index(
    archive_path: Path,
    folder: Path,
    *,
    rebuild: bool = False,
    newest: int | None = None,
    processes: int = 2,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> IndexReport:
    """Bring the index in `folder` up to the archive; `progress(done, total)` counts change numbers of the archive.

    Papers are named by the table beside the archive (see corpus.archive.paper_file); where it has changed since, so have the articles it names anew.
    With `newest`, it begins with so many of the articles, those archived or changed last, and begins anew before it has more than twice as many.
    Raises SourcesInvalid if that table is not as it should be, IndexBusy if another process writes the index, IndexUnsafe if somebody else may,
    IndexUnreadable, IndexWriteFailed if the disk is full or a worker died; what was committed stays.
    """
    with Archive.open(archive_path, read_only=True) as archive, _wrapped_errors(folder):
        papers = load_papers(archive_path.parent, archive)
        storage = DurableStorage(folder).create()
        with _locked(storage, folder):
            try:
                return _Run(archive, archive_path, papers, storage, folder, newest, processes, progress).update(rebuild)
            finally:
                _sweep(storage, folder)


@contextmanager
def _locked(storage: DurableStorage, folder: Path) -> Iterator[None]:
    lock = storage.lock(f"{INDEX_NAME}_WRITELOCK")
    if not lock.acquire():
        raise IndexBusy(folder)
    try:
        yield
    finally:
        lock.release()


def _sweep(storage: DurableStorage, folder: Path) -> None:
    """Remove what belongs to no commit: files this run, or one that was killed, left unfinished."""
    for pattern in (f"{_PENDING}*", f"_{INDEX_NAME}_*.toc.*"):
        for path in folder.glob(pattern):
            path.unlink()
    try:
        toc = read_toc(folder)
    except IndexingError:
        return  # nothing committed yet, or by another version: the next commit removes the rest
    clean_files(storage, INDEX_NAME, toc.generation, toc.segments)


@contextmanager
def _wrapped_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason: Told | str = told("disk_full") if is_full(error) else str(error)
        if isinstance(error, PermissionError):
            reason = told("may_not_write", path=error.filename or folder)
        raise IndexWriteFailed("index_not_written", folder=folder, reason=reason) from error
    except BrokenProcessPool as error:
        raise IndexWriteFailed("worker_died") from error


@dataclass
class _Run:
    """One run under the lock. `segments` is what the next commit will name; `new` are those of them that this run wrote."""

    archive: Archive
    archive_path: Path
    papers: PaperTable
    storage: DurableStorage
    folder: Path
    newest: int | None
    processes: int
    progress: Callable[[int, int], None]

    def update(self, rebuild: bool) -> IndexReport:
        self.generation, self.segments, provenance, reason = self._start(rebuild)
        self.provenance = replace(provenance, papers=self.papers)
        start = provenance.watermark
        again = self._renamed(provenance)
        total = len(again) + self.archive.last_change() - start
        indexed = removed = renamed = 0
        # A rebuild commits once, at its end: until then readers keep the old index.
        commit_often = reason is None
        self.progress(0, total)
        with workers(self.processes if total > BATCH else 1) as executor:
            for number, (changes, written) in enumerate(self._write_batches(executor, again), start=1):
                removed += self._delete(changes)
                documents = self._add(written)
                self.segments = self._merge(final=False)
                if changes[-1].number <= start:  # no commit before all of these are done: it has one table for all its articles
                    renamed += documents
                else:
                    indexed += documents
                    self.provenance = replace(self.provenance, watermark=changes[-1].number)
                    if commit_often and number % _BATCHES_A_COMMIT == 0:
                        self._commit()
                self.progress(renamed + self.provenance.watermark - start, total)
            if self.provenance != provenance or reason is not None or self.generation < 0:
                self.segments = self._merge(final=indexed + renamed > BATCH)
                self._commit()
        return IndexReport(indexed, removed, len(self.segments), reason, renamed)

    def _renamed(self, provenance: Provenance) -> list[Change]:
        """Return the changes of indexed articles whose papers have other names now than by the table they were indexed with."""
        if provenance.papers == self.papers or not self.segments:
            return []
        first = min(int(segment.open(self.folder).changes.min()) for segment in self.segments)
        renamed = self.archive.renamed(provenance.papers, self.papers, provenance.watermark)
        return [change for change in renamed if change.number >= first]  # those before are not in an index of the newest only

    def _outgrows(self, toc: TOC, most: int) -> bool:
        """Say whether the index would have more than `most` articles with those changed since its commit."""
        room = max(0, most - sum(segment.doc_count() for segment in toc.segments))
        watermark: int = toc.schema.provenance.watermark
        return self.archive.last_change() - watermark > room and self.archive.change_before_last(room) > watermark

    def _start(self, rebuild: bool) -> tuple[int, list[ArraySegment], Provenance, Told | None]:
        """Return the generation, segments and provenance to go on from, and why everything must be built anew, if it must."""
        start = 0 if self.newest is None else self.archive.change_before_last(self.newest)
        fresh = Provenance(self.archive.traits.identity(), start, schema.VERSION, papers=self.papers)
        try:
            toc = read_toc(self.folder)
            check_version(self.folder, toc)
            check_archive(self.folder, toc.schema.provenance, self.archive)
            for segment in toc.segments:
                segment.open(self.folder)
        except IndexMissing:
            return -1, [], fresh, None
        except (IndexOutdated, SegmentDamaged) as error:
            return int(TOC._latest_generation(self.storage, INDEX_NAME)), [], fresh, error.reason
        if rebuild:
            return toc.generation, [], fresh, told("asked_to_rebuild")
        if self.newest is not None and self._outgrows(toc, 2 * self.newest):
            return toc.generation, [], fresh, told("outgrown", articles=2 * self.newest)
        return toc.generation, list(toc.segments), toc.schema.provenance, None

    def _write_batches(
        self, executor: Executor | None, again: Sequence[Change]
    ) -> Iterator[tuple[list[Change], tuple[Path, int] | None]]:
        """Yield each batch of changes, those to index `again` before those since the watermark, both in order.

        With each comes the segment file written for it and its number of documents.
        """
        batches = chain(batched(again, BATCH), batched(self.archive.changes(self.provenance.watermark), BATCH))
        yield from worked(
            executor,
            2 * self.processes,
            batches,
            lambda batch: partial(_write_batch, self.archive_path, self._pending_path(), batch, self.papers),
        )

    def _pending_path(self) -> Path:
        # Whoosh removes what looks like a segment and is not in the table of contents: unfinished files have another name.
        return self.folder / f"{_PENDING}{ArraySegment._random_id()}{EXTENSION}"

    def _delete(self, changes: Sequence[Change]) -> int:
        """Delete every document of the changed articles; return how many articles were withdrawn."""
        ids = np.array([change.article_id for change in changes], f"S{ID_LENGTH}")
        kept = []
        for segment in self.segments:
            documents = frozenset(segment.open(self.folder).documents_with(ids).tolist())
            kept.append(segment.without(documents) if documents else segment)
        self.segments = kept
        return sum(change.withdrawn for change in changes)

    def _add(self, written: tuple[Path, int] | None) -> int:
        if written is None:
            return 0
        path, documents = written
        segment = ArraySegment(INDEX_NAME, documents)
        os.replace(path, self.folder / segment.make_filename(EXTENSION))
        self.segments.append(segment)
        return documents

    def _merge(self, *, final: bool) -> list[ArraySegment]:
        """Merge small segments by size tiers, and those that are mostly deleted; empty ones go."""
        segments = [segment for segment in self.segments if segment.doc_count()]
        while group := choose_merge(segments, final=final):
            readers = [segment.open(self.folder) for segment in group]
            path = self._pending_path()
            documents = merge_segments(readers, path)
            merged = ArraySegment(INDEX_NAME, documents)
            os.replace(path, self.folder / merged.make_filename(EXTENSION))
            segments = [segment for segment in segments if segment not in group] + [merged]
        return segments

    def _commit(self) -> None:
        synchronize(self.folder)
        self.archive.file.refuse_replaced()  # workers open the file anew: what they read may be another archive's
        watermark = self.provenance.watermark
        self.provenance = replace(self.provenance, fingerprint=self.archive.fingerprint(watermark))
        self.generation += 1
        TOC(create_schema(self.provenance), self.segments, self.generation).write(self.storage, INDEX_NAME)
        clean_files(self.storage, INDEX_NAME, self.generation, self.segments)


def choose_merge(segments: Sequence[ArraySegment], *, final: bool = False) -> list[ArraySegment]:
    """Return segments to merge into one now, or none.

    Once there are _FAN_IN segments of one tier (tier t: live documents in [8^t, 8^(t+1))), they are merged, so a document is rewritten a
    logarithmic number of times. `final`, the end of a large run, packs everything small together as far as one segment holds it.
    """
    for segment in segments:
        if segment.deleted_count() * 2 > segment.doc_count_all():
            return [segment]
    small = sorted((segment for segment in segments if segment.doc_count() <= MAX_DOCUMENTS // 2), key=ArraySegment.doc_count)
    tiers: dict[int, list[ArraySegment]] = {}
    for segment in small:
        tiers.setdefault(0 if final else (segment.doc_count().bit_length() - 1) // 3, []).append(segment)
    for tier in tiers.values():
        if len(tier) >= (2 if final else _FAN_IN):
            group: list[ArraySegment] = []
            size = 0
            for segment in tier:
                if size + segment.doc_count() > MAX_DOCUMENTS:
                    break
                group.append(segment)
                size += segment.doc_count()
            if len(group) >= 2:
                return group
    return []


def _write_batch(archive_path: Path, path: Path, changes: Sequence[Change], papers: PaperTable) -> tuple[Path, int] | None:
    """Write a segment of the articles behind `changes`; None if all of them are withdrawals."""
    present = [change.number for change in changes if not change.withdrawn]
    if not present:
        return None
    with Archive.open(archive_path, read_only=True) as archive:
        articles = archive.named_by(papers).revisions_at(present)
        earlier = archive.earlier(present)

        def earlier_of(change: int) -> Iterator[Article]:
            return map(archive.revision, earlier.get(change, ()))

        return path, invert(((number, articles[number]) for number in present), path, earlier_of)
