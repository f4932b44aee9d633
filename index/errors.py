"""Every way in which the index room can fail, each with what locates the trouble. What is said stands in messages/<language>.json."""

from __future__ import annotations

from pathlib import Path

from language.errors import ToldError
from language.wording import Told

ROOM = "index"


def told(code: str, **values: object) -> Told:
    """Return message `code` of this room with `values` in its places."""
    return Told(ROOM, code, tuple(values.items()))


class IndexingError(ToldError):
    """Base of the errors below."""

    room = ROOM


class IndexMissing(IndexingError):
    """Raised when there is no index yet in the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__("no_index", folder=folder)
        self.folder = folder


class IndexOutdated(IndexingError):
    """Raised when the index was built by another version of analysis or schema, or from another archive."""

    def __init__(self, folder: Path, reason: Told) -> None:
        super().__init__("index_outdated", folder=folder, reason=reason)
        self.folder = folder
        self.reason = reason


class SegmentDamaged(IndexingError):
    """Raised when a file of the index is truncated, changed or missing. Nothing is answered from such a file."""

    def __init__(self, path: Path, reason: Told) -> None:
        super().__init__("segment_damaged", path=path, reason=reason)
        self.path = path
        self.reason = reason


class IndexUnsafe(IndexingError):
    """Raised when somebody else could have written the index: it is not even looked into."""

    def __init__(self, path: Path, reason: Told, remedy: str) -> None:
        super().__init__("index_unsafe", path=path, reason=reason, remedy=remedy)
        self.path = path
        self.reason = reason


class IndexUnreadable(IndexingError):
    """Raised when the index, or a file of it, may not be read: it is there, and nothing says that it is damaged."""

    def __init__(self, path: Path, right: Told) -> None:
        super().__init__("index_unreadable", path=path, right=right)
        self.path = path
        self.right = right


class IndexBusy(IndexingError):
    """Raised when another process is writing the index in a folder, or that behind an alias of the cluster."""

    def __init__(self, folder: Path | str) -> None:
        super().__init__("index_busy", folder=folder)
        self.folder = folder


class IndexWriteFailed(IndexingError):
    """Raised when a batch could not be written (disk full, a worker process died); what was committed before stays."""
