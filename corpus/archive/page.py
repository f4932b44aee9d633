"""The raw page that a revision was read from -> a row beside it, byte for byte; and whether a page needs reading at all.

Invariant: of a revision its first page is kept; another one of the same text is not.
"""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime

from corpus.archive import value as archive_value
from corpus.archive.file import ArchiveFile
from corpus.archive.value import utc

END_OF_CHANGES = 2**63
"""No change has this number or a greater one: SQLite's integers end before it."""


class Pages:
    """The raw pages in an archive's file. Raises what the file raises."""

    def __init__(self, file: ArchiveFile) -> None:
        self._file = file

    def of(self, article_id: str, change: int | None = None) -> bytes | None:
        """Return the raw page of the article's revision `change`, by default the newest page of an article not withdrawn."""
        if change is not None and not 0 < change < END_OF_CHANGES:
            return None
        rows = self._file.rows(
            "SELECT number, body, sha256 FROM change JOIN page ON page.change = number JOIN article ON id = article_id"
            " WHERE id = ? AND CASE WHEN ? IS NULL THEN NOT withdrawn ELSE number = ? END ORDER BY number DESC LIMIT 1",
            article_id,
            change,
            change,
        )
        return archive_value.page(self._file.path, *rows[0]) if rows else None

    def holds(self, page: bytes, reader: int, fetched_at: datetime | None = None) -> bool:
        """Say whether reading this page, fetched at `fetched_at`, and adding what it holds would change nothing.

        True when exactly this page is the source of any revision of an article that is not withdrawn, read by version `reader`
        or a later one, and was not fetched later than all we had of the article: then it may be the text the paper went back to.
        """
        rows = self._file.rows(
            "SELECT 1 FROM page JOIN change ON number = page.change JOIN article ON id = article_id"
            " WHERE sha256 = ? AND reader >= ? AND NOT withdrawn AND seen >= ? LIMIT 1",
            hashlib.sha256(page).digest(),
            reader,
            utc(fetched_at) if fetched_at else "",
        )
        return bool(rows)

    def keep(self, change: int, page: bytes, reader: int) -> None:
        """Keep the first page of a revision; of the same page once more, only that a newer reader has read it."""
        digest = hashlib.sha256(page).digest()
        kept = self._file.rows("SELECT sha256, reader FROM page WHERE change = ?", change)
        if not kept:
            self._file.run(
                "INSERT INTO page (change, sha256, reader, body) VALUES (?, ?, ?, ?)", change, digest, reader, zlib.compress(page)
            )
        elif kept[0][0] == digest and kept[0][1] < reader:
            self._file.run("UPDATE page SET reader = ? WHERE change = ?", reader, change)
        else:
            return
        self._file.seal("page", "change = ?", change)
