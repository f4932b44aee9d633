"""What could not be read -> a row that keeps it with the reason, until it is read after all or cleared.

Invariant: another page from the same place is another reject, and the earlier one stays; the same page again changes nothing but the reason.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone

from corpus.archive import value as archive_value
from corpus.archive.file import ArchiveFile


@dataclass(frozen=True)
class Reject:
    """Input that was refused: a file, or one `line` of it (None when it was the whole file)."""

    number: int
    origin: str
    line: int | None
    reason: str
    rejected_at: datetime


class Rejects:
    """The rejects in an archive's file. Raises what the file raises."""

    def __init__(self, file: ArchiveFile) -> None:
        self._file = file

    def keep(self, origin: str, reason: str, *, line: int | None = None, page: bytes | None = None) -> None:
        """Keep what was refused: `page` from file `origin`, or its `line`."""
        body, digest = (None, b"") if page is None else (zlib.compress(page), hashlib.sha256(page).digest())
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        with self._file.transaction():
            self._file.run(
                "INSERT INTO reject (origin, line, sha256, reason, rejected_at, page) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (origin, line, sha256) DO UPDATE SET reason = excluded.reason, rejected_at = excluded.rejected_at"
                " WHERE reason != excluded.reason",
                origin,
                line or 0,
                digest,
                reason,
                now,
                body,
            )
            self._file.seal("reject", "origin = ? AND line = ? AND sha256 = ?", origin, line or 0, digest)

    def clear(self, origin: str, line: int | None = None) -> None:
        """Forget whatever was refused there: the input has been read since, or needs no reading."""
        with self._file.transaction():
            self._file.run("DELETE FROM reject WHERE origin = ? AND line = ?", origin, line or 0)

    def clear_numbers(self, numbers: Iterable[int]) -> None:
        """Forget the rejects of these numbers."""
        listed = f"[{','.join(map(str, numbers))}]"
        with self._file.transaction():
            self._file.run("DELETE FROM reject WHERE number IN (SELECT value FROM json_each(?))", listed)

    def listed(self, limit: int = 100, offset: int = 0) -> list[Reject]:
        """Return refused input, the oldest first."""
        rows = self._file.rows(
            "SELECT number, origin, line, reason, rejected_at FROM reject ORDER BY number LIMIT ? OFFSET ?", limit, offset
        )
        path = self._file.path
        return [
            Reject(number, origin, line or None, reason, archive_value.moment(path, _place(number), at))
            for number, origin, line, reason, at in rows
        ]

    def page(self, number: int) -> bytes | None:
        """Return what was refused as reject `number`, if it was kept."""
        rows = self._file.rows("SELECT page, sha256 FROM reject WHERE number = ?", number)
        return archive_value.page(self._file.path, _place(number), *rows[0]) if rows and rows[0][0] is not None else None


def _place(number: int) -> str:
    return f"đầu vào bị loại {number}"
