"""Every way in which the index room can fail, each with what locates the trouble."""

from __future__ import annotations

from pathlib import Path


class IndexingError(Exception):
    """Base of the errors below."""


class IndexMissing(IndexingError):
    """Raised when there is no index yet in the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Chưa có chỉ mục ở {folder}. Hãy chạy `lucbao index`.")
        self.folder = folder


class IndexOutdated(IndexingError):
    """Raised when the index was built by another version of analysis or schema, or from another archive."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"Chỉ mục ở {folder} không còn dùng được: {reason}. Hãy chạy `lucbao index --rebuild`.")
        self.folder = folder
        self.reason = reason


class SegmentDamaged(IndexingError):
    """Raised when a file of the index is truncated, changed or missing. Nothing is answered from such a file."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"Tệp chỉ mục {path} bị hỏng ({reason}). Hãy chạy `lucbao index --rebuild` để dựng lại từ kho bài.")
        self.path = path
        self.reason = reason


class IndexUnsafe(IndexingError):
    """Raised when somebody else could have written the index: it is not even looked into."""

    def __init__(self, path: Path, reason: str, remedy: str) -> None:
        super().__init__(
            f"Không mở chỉ mục: {path} {reason}, nên không biết ai đã ghi nó. Nếu tin nó, hãy chạy `{remedy}`; nếu không, "
            "hãy xoá thư mục chỉ mục rồi chạy `lucbao index` để dựng lại từ kho bài."
        )
        self.path = path
        self.reason = reason


class IndexUnreadable(IndexingError):
    """Raised when the index, or a file of it, may not be read: it is there, and nothing says that it is damaged."""

    def __init__(self, path: Path, right: str) -> None:
        super().__init__(
            f"Không có quyền đọc chỉ mục: với {path}, người dùng đang chạy chương trình cần quyền {right}. Hãy cấp quyền ấy "
            "(`chmod`, `chown`) hoặc chạy bằng người dùng sở hữu chỉ mục."
        )
        self.path = path
        self.right = right


class IndexBusy(IndexingError):
    """Raised when another process is writing the index."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Một tiến trình khác đang ghi chỉ mục ở {folder}. Hãy đợi nó xong rồi chạy lại `lucbao index`.")
        self.folder = folder


class IndexWriteFailed(IndexingError):
    """Raised when a batch could not be written (disk full, a worker process died); what was committed before stays."""
