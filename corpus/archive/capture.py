"""Where, when and how a revision's page was fetched -> a row that is kept as evidence beside the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from corpus.archive import value as archive_value
from corpus.archive.file import ArchiveFile
from corpus.archive.seal import intact


@dataclass(frozen=True)
class Capture:
    """A page as it was at the address `url` at the moment `captured_at` (aware).

    `headers` are the status line and headers as the server sent them, empty where nobody knows; `record` is the id of the record of a web
    archive that the page came in, "" if it came from the server itself.
    """

    url: str
    captured_at: datetime
    headers: bytes = b""
    record: str = ""


class Captures:
    """The captures in an archive's file. Raises what the file raises."""

    def __init__(self, file: ArchiveFile) -> None:
        self._file = file

    def keep(self, change: int, capture: Capture) -> None:
        """Keep a capture of the page of revision `change`; the same once more changes nothing."""
        key = (change, capture.url, capture.captured_at.astimezone(timezone.utc).isoformat())
        with self._file.transaction():
            self._file.run("INSERT OR IGNORE INTO capture VALUES (?, ?, ?, ?, ?, NULL)", *key, capture.headers, capture.record)
            self._file.seal("capture", "change = ? AND url = ? AND captured_at = ? AND seal IS NULL", *key)

    def of(self, change: int) -> list[Capture]:
        """Return the captures of revision `change`, the oldest first."""
        rows = self._file.rows(
            f"SELECT url, captured_at, headers, record, {intact('capture')} FROM capture WHERE change = ? ORDER BY captured_at, url",
            change,
        )
        if not all(row[-1] for row in rows):
            raise archive_value.damaged(self._file.path, change, archive_value.BROKEN_SEAL)
        return [
            Capture(url, archive_value.moment(self._file.path, change, at), headers, record)
            for url, at, headers, record, _ in rows
        ]
