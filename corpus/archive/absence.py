"""An article that is no longer at its address, or is there again -> a row that says since when, and why.

Invariant: of one article, rows say by turns that it is gone and that it is back; nothing of its text changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone

from corpus.archive import value as archive_value
from corpus.archive.file import ArchiveFile
from corpus.archive.seal import intact
from corpus.message import decode, encode, told
from language.wording import Told

_COLUMNS = f"number, article_id, seen_at, gone, reason, {intact('absence')}"


@dataclass(frozen=True)
class Absence:
    """As of `seen_at` (aware) an article is `gone` from its address, or back; `words` say how that showed."""

    number: int
    article_id: str
    seen_at: datetime
    gone: bool
    words: Told


class Absences:
    """The absences in an archive's file. Raises what the file raises."""

    def __init__(self, file: ArchiveFile) -> None:
        self._file = file

    def keep(self, article_id: str, *, gone: bool, seen_at: datetime, reason: Told) -> bool:
        """Keep that an article of the archive is gone, or is back. False, and nothing changes, when that is what is known of it."""
        with self._file.transaction():
            last = self._file.rows("SELECT gone FROM absence WHERE article_id = ? ORDER BY number DESC LIMIT 1", article_id)
            if bool(last and last[0][0]) == gone:
                return False
            moment = seen_at.astimezone(timezone.utc).isoformat(timespec="seconds")
            number = self._file.run(
                "INSERT INTO absence (article_id, seen_at, gone, reason) VALUES (?, ?, ?, ?)",
                article_id,
                moment,
                gone,
                encode(reason),
            )
            self._file.seal("absence", "number = ?", number)
            return True

    def of(self, article_ids: Iterable[str]) -> dict[str, Absence]:
        """Return article id -> since when it is gone, for those of `article_ids` that are gone now."""
        found: dict[str, Absence] = {}
        for article_id in article_ids:
            rows = self._file.rows(
                f"SELECT {_COLUMNS} FROM absence WHERE article_id = ? ORDER BY number DESC LIMIT 1", article_id
            )
            found.update((article_id, absence) for absence in self._read(rows) if absence.gone)
        return found

    def since(self, article_id: str) -> datetime | None:
        """Return since when an article is gone, None if it is at its address as far as is known."""
        absence = self.of([article_id]).get(article_id)
        return absence.seen_at if absence else None

    def newest(self, limit: int, before: int | None = None) -> list[Absence]:
        """Return absences, the newest first; only those of a smaller number than `before`."""
        rows = self._file.rows(
            f"SELECT {_COLUMNS} FROM absence WHERE number < ? ORDER BY number DESC LIMIT ?",
            2**63 - 1 if before is None else before,
            limit,
        )
        return list(self._read(rows))

    def every(self) -> Iterator[Absence]:
        """Yield all of them, the oldest first, in constant memory."""
        after = 0
        while rows := self._file.rows(f"SELECT {_COLUMNS} FROM absence WHERE number > ? ORDER BY number LIMIT 500", after):
            yield from self._read(rows)
            after = rows[-1][0]

    def at(self, numbers: Iterable[int]) -> dict[int, Absence]:
        """Return number -> absence for those of `numbers` that there are."""
        rows = (self._file.rows(f"SELECT {_COLUMNS} FROM absence WHERE number = ?", number) for number in numbers)
        return {each.number: each for row in rows for each in self._read(row)}

    def last(self) -> int:
        """Return the number of the newest, 0 if there is none."""
        return int(self._file.rows("SELECT coalesce(max(number), 0) FROM absence")[0][0])

    def _read(self, rows: Iterable[tuple[int, str, str, int, str, int]]) -> Iterator[Absence]:
        for number, article_id, at, gone, reason, as_written in rows:
            place = told("at_absence", number=number)
            if not as_written:
                raise archive_value.damaged(self._file.path, place, archive_value.BROKEN_SEAL)
            yield Absence(number, article_id, archive_value.moment(self._file.path, place, at), bool(gone), decode(reason))
