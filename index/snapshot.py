"""The index folder -> one commit of it, open for reading and never changing.

A Snapshot may be shared by threads. Later commits make new snapshots, which share the files of the segments they have in common.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path

from whoosh.index import TOC, EmptyIndexError

from index.codec import EXTENSION, ArraySegment
from index.errors import IndexMissing, IndexOutdated, SegmentDamaged
from index.schema import Provenance
from index.segment import SegmentReader
from index.segment_file import SegmentFile
from index.storage import DurableStorage

INDEX_FOLDER = "index"
"""The index's place in the data folder."""
INDEX_NAME = "MAIN"
_ATTEMPTS = 10


@dataclass(frozen=True)
class Snapshot:
    """One commit: its segments, opened, its number (`generation`) and what it was built from."""

    segments: tuple[SegmentReader, ...]
    generation: int
    provenance: Provenance

    def document_count(self) -> int:
        """Return the number of live documents."""
        return sum(int(segment.live.sum()) for segment in self.segments)


def latest_generation(folder: Path) -> int:
    """Return the number of the newest commit in an index folder; raise IndexMissing if there is none."""
    generation = int(TOC._latest_generation(DurableStorage(folder), INDEX_NAME)) if folder.is_dir() else -1
    if generation < 0:
        raise IndexMissing(folder)
    return generation


def read_toc(folder: Path) -> TOC:
    """Return Whoosh's table of contents of the newest commit; raise IndexMissing or SegmentDamaged."""
    latest_generation(folder)
    try:
        return TOC.read(DurableStorage(folder), INDEX_NAME)
    except EmptyIndexError as error:
        raise IndexMissing(folder) from error
    except (pickle.UnpicklingError, AttributeError, ImportError, TypeError) as error:
        # The table of contents is sealed, so it is as some version of us wrote it: another one.
        raise IndexOutdated(folder, "nó được ghi bằng một phiên bản khác của chương trình") from error


def open_snapshot(folder: Path, previous: Snapshot | None = None) -> Snapshot:
    """Open the newest commit in `folder`, reusing the open files of `previous`.

    Raises IndexMissing, IndexOutdated (another version of analysis or schema) or SegmentDamaged.
    """
    opened = {segment.file.path: segment.file for segment in previous.segments} if previous else {}
    for attempt in range(_ATTEMPTS):
        toc = read_toc(folder)
        check_version(folder, toc)
        try:
            segments = tuple(_open_segment(folder, segment, opened) for segment in toc.segments)
            return Snapshot(segments, toc.generation, toc.schema.provenance)
        except FileNotFoundError as error:
            # A commit between our reading the table of contents and opening its files has removed them: read the newer one.
            if attempt == _ATTEMPTS - 1 or latest_generation(folder) == toc.generation:
                raise SegmentDamaged(Path(error.filename), "thiếu tệp") from error
    raise AssertionError("unreachable")


def check_version(folder: Path, toc: TOC) -> None:
    """Raise IndexOutdated unless this program's analysis and schema wrote the commit."""
    provenance = getattr(toc.schema, "provenance", None)
    if provenance is None or provenance.version != Provenance("", 0).version:
        raise IndexOutdated(folder, "nó được dựng bằng phiên bản phân tích tiếng Việt khác")


def _open_segment(folder: Path, segment: ArraySegment, opened: dict[Path, SegmentFile]) -> SegmentReader:
    path = folder / segment.make_filename(EXTENSION)
    return SegmentReader(opened.get(path) or SegmentFile(path), segment.deleted_docs())
