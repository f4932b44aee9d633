"""Where, when and how a revision's page was fetched -> a row that is kept as evidence beside the page."""

from __future__ import annotations

from datetime import datetime, timezone

from corpus.archive import value as archive_value
from corpus.archive.file import ArchiveFile
from corpus.archive.seal import intact
from corpus.capture import Capture

__all__ = ["Capture", "Captures"]


class Captures:
    """The captures in an archive's file. Raises what the file raises."""

    def __init__(self, file: ArchiveFile) -> None:
        self._file = file

    def keep(self, change: int, capture: Capture, reader: int = 0) -> None:
        """Keep a capture whose page, read by version `reader` of the HTML reader, is of revision `change`; the same once more adds nothing.

        It stays with the revision that it was kept with first, if an article has had one text several times.
        """
        at = _utc(capture.captured_at)
        with self._file.transaction():
            kept = self._file.rows(
                "SELECT capture.change FROM change AS mine JOIN change AS its USING (article_id, content_hash)"
                " JOIN capture ON capture.change = its.number WHERE mine.number = ? AND url = ? AND captured_at = ?",
                change,
                capture.url,
                at,
            )
            key = (kept[0][0] if kept else change, capture.url, at)
            self._file.run(
                "INSERT INTO capture VALUES (?, ?, ?, ?, ?, NULL, ?, ?) ON CONFLICT DO UPDATE SET reader = max(reader, excluded.reader)"
                " WHERE sha256 = excluded.sha256",
                *key,
                capture.headers,
                capture.record,
                capture.sha256,
                reader,
            )
            self._file.seal("capture", "change = ? AND url = ? AND captured_at = ?", *key)

    def holds(self, capture: Capture, reader: int) -> bool:
        """Say whether this very capture is kept with an article that is not withdrawn, read by version `reader` or a later one."""
        rows = self._file.rows(
            "SELECT 1 FROM capture JOIN change ON number = capture.change JOIN article ON id = article_id WHERE sha256 = ?"
            " AND capture.url = ? AND captured_at = ? AND capture.record = ? AND reader >= ? AND NOT withdrawn LIMIT 1",
            capture.sha256,
            capture.url,
            _utc(capture.captured_at),
            capture.record,
            reader,
        )
        return bool(rows)

    def of(self, change: int) -> list[Capture]:
        """Return the captures of revision `change`, the oldest first."""
        rows = self._file.rows(
            f"SELECT url, captured_at, headers, record, sha256, {intact('capture')} FROM capture WHERE change = ? ORDER BY captured_at, url",
            change,
        )
        if not all(row[-1] for row in rows):
            raise archive_value.damaged(self._file.path, change, archive_value.BROKEN_SEAL)
        return [
            Capture(url, archive_value.moment(self._file.path, change, at), headers, record, sha256)
            for url, at, headers, record, sha256, _ in rows
        ]


def _utc(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat()
