"""The index folder -> one commit of it, open for reading and never changing.

A Snapshot may be shared by threads. Later commits make new snapshots, which share the files of the segments they have in common.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from whoosh.index import TOC

from corpus.archive import Archive
from index import schema
from index.codec import EXTENSION, ArraySegment
from index.contents import read_contents
from index.errors import IndexMissing, IndexOutdated, SegmentDamaged, told
from index.rights import FOLDER_RIGHT, readable
from index.schema import Provenance
from index.segment import SegmentReader
from index.segment_file import SegmentFile
from index.storage import DurableStorage

INDEX_FOLDER = "index"
"""The index's place in the data folder."""
INDEX_NAME = "MAIN"
_ATTEMPTS = 10
ANOTHER_ARCHIVE = told("other_archive")


@dataclass(frozen=True)
class Snapshot:
    """One commit: its segments, opened, its number (`generation`), and what it was built from.

    `stamp` is what `commit_stamp` said of it. `commit` tells it from every other commit, in this folder or another, now or later: numbers begin
    anew with an index that was removed, but segments are named by chance and never twice.
    """

    segments: tuple[SegmentReader, ...]
    generation: int
    provenance: Provenance
    stamp: tuple[int, ...]
    commit: str

    def document_count(self) -> int:
        """Return the number of live documents."""
        return sum(int(segment.live.sum()) for segment in self.segments)


def latest_generation(folder: Path) -> int:
    """Return the number of the newest commit in an index folder; raise IndexMissing if there is none, IndexUnreadable if we may not look."""
    with readable(folder, FOLDER_RIGHT):
        try:
            generation = int(TOC._latest_generation(os.listdir(folder), INDEX_NAME))
        except (FileNotFoundError, NotADirectoryError):
            generation = -1
    if generation < 0:
        raise IndexMissing(folder)
    return generation


def commit_stamp(folder: Path) -> tuple[int, ...]:
    """Return what changes whenever the newest commit does, also when the index is removed and made anew or restored from a copy.

    It costs a look at the folder, and means something on this machine only. Raises IndexMissing if there is no commit,
    IndexUnreadable if we may not look.
    """
    generation = latest_generation(folder)
    try:
        with readable(folder, FOLDER_RIGHT):
            status = (folder / TOC._filename(INDEX_NAME, generation)).stat()
    except FileNotFoundError:  # a newer one has just taken its place
        return (generation,)
    # A copy may keep the time of its content (cp -a), but not the time when its entry was made.
    return generation, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def read_toc(folder: Path) -> TOC:
    """Return Whoosh's table of contents of the newest commit.

    Raises IndexMissing, IndexOutdated, SegmentDamaged, IndexUnsafe, IndexUnreadable, and FileNotFoundError if a newer commit takes its place
    while we look.
    """
    name = TOC._filename(INDEX_NAME, latest_generation(folder))
    return read_contents(DurableStorage(folder).read(name), folder / name)


def open_snapshot(folder: Path, previous: Snapshot | None = None) -> Snapshot:
    """Open the newest commit in `folder`, reusing the open files of `previous`.

    Raises IndexMissing, IndexOutdated (another version of analysis or schema), SegmentDamaged, IndexUnsafe or IndexUnreadable.
    """
    opened = {segment.file.path: segment.file for segment in previous.segments} if previous else {}
    for _ in range(_ATTEMPTS):
        seen = commit_stamp(folder)
        try:
            toc = read_toc(folder)
            check_version(folder, toc)
            segments = tuple(_open_segment(folder, segment, opened) for segment in toc.segments)
            return Snapshot(segments, toc.generation, toc.schema.provenance, seen, _commit_name(toc))
        except FileNotFoundError as error:
            # A commit between our reading the table of contents and opening its files has removed them: read the newer one.
            missing = Path(error.filename)
            if commit_stamp(folder) == seen:
                break
    raise SegmentDamaged(missing, told("file_missing"))


def _commit_name(toc: TOC) -> str:
    # Which documents are deleted goes without saying: it follows from the watermark.
    said = repr((toc.schema.provenance, toc.generation, [segment.segid for segment in toc.segments]))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def check_version(folder: Path, toc: TOC) -> None:
    """Raise IndexOutdated unless this program's analysis and schema wrote the commit."""
    provenance = getattr(toc.schema, "provenance", None)
    if provenance is None or provenance.version != schema.VERSION:
        raise IndexOutdated(folder, told("other_analysis"))


def check_archive(folder: Path, provenance: Provenance, archive: Archive) -> None:
    """Raise IndexOutdated unless the index was built from this archive, as it is now or was before."""
    if provenance.archive != archive.traits.identity() or provenance.fingerprint != archive.fingerprint(provenance.watermark):
        raise IndexOutdated(folder, ANOTHER_ARCHIVE)


def _open_segment(folder: Path, segment: ArraySegment, opened: dict[Path, SegmentFile]) -> SegmentReader:
    path = folder / segment.make_filename(EXTENSION)
    return SegmentReader(opened.get(path) or SegmentFile(path), segment.deleted_docs())
