"""A new revision of an article -> a row with what differs from the one before, worked out once: lists of changes read no texts.

Invariant: every revision that has one before it has a row, written with it; of an archive of an older schema, when it is brought up to date.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from corpus.archive import value as archive_value
from corpus.archive.file import ArchiveFile
from corpus.archive.seal import intact
from corpus.article import Article
from corpus.comparison import Piece
from corpus.difference import difference, lost
from corpus.message import told

_PAGE_OF_ROWS = 500
_MOST_FORMS = 20  # of a typed text, by which rows are chosen before they are looked at closely


@dataclass(frozen=True)
class Difference:
    """What revision `change` of an article, archived at `archived_at`, is told apart from revision `older` by.

    `parts` differ (see corpus.comparison.Part); `added` and `taken` are the words of title and text put in and taken out; `excerpt` shows the
    change that took out most.
    """

    change: int
    older: int
    article_id: str
    archived_at: datetime
    parts: tuple[str, ...]
    added: int
    taken: int
    excerpt: tuple[Piece, ...]


@dataclass(frozen=True)
class Size:
    """A difference in a list of all: its article, when it came, and the words put in and taken out."""

    change: int
    article_id: str
    archived_at: str
    words: int


class Differences:
    """The differences in an archive's file. Raises what the file raises."""

    def __init__(self, file: ArchiveFile) -> None:
        self._file = file

    def keep(self, change: int, older: int, article_id: str, old: Article, new: Article) -> None:
        """Keep what tells revision `change` from `older`, the one before."""
        self._file.run(
            "INSERT INTO difference (number, older, article_id, parts, added, taken, excerpt, lost, bare)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            change,
            older,
            article_id,
            *difference(old, new),
        )
        self._file.seal("difference", "number = ?", change)

    def sizes(self, after: int = 0) -> Iterator[Size]:
        """Yield the sizes of all differences of a number above `after`, in order, in constant memory."""
        while rows := self._file.rows(
            "SELECT difference.number, difference.article_id, archived_at, added + taken FROM difference"
            " JOIN change ON change.number = difference.number WHERE difference.number > ? ORDER BY difference.number LIMIT ?",
            after,
            _PAGE_OF_ROWS,
        ):
            yield from (Size(*row) for row in rows)
            after = rows[-1][0]

    def that_lost(self, typed: str) -> set[int]:
        """Return the numbers of the differences in which a typed text was taken out (see corpus.difference.Lost)."""
        sought = lost(typed)
        if sought is None:
            return set()
        column = "bare" if sought.is_bare else "lost"
        holding = " AND ".join(f"instr({column}, ?)" for _ in sought.forms[:_MOST_FORMS])
        found: set[int] = set()
        after = 0
        while rows := self._file.rows(
            f"SELECT number, {column} FROM difference WHERE number > ? AND {holding} ORDER BY number LIMIT ?",
            after,
            *sought.forms[:_MOST_FORMS],
            _PAGE_OF_ROWS,
        ):
            found.update(number for number, lines in rows if sought.is_in(lines))
            after = rows[-1][0]
        return found

    def at(self, changes: Iterable[int]) -> dict[int, Difference]:
        """Return change number -> difference for those of `changes` that have one."""
        found: dict[int, Difference] = {}
        for change in changes:
            for older, article_id, at, parts, added, taken, excerpt, as_written in self._file.rows(
                f"SELECT older, difference.article_id, archived_at, parts, added, taken, excerpt, {intact('difference')} FROM difference"
                " JOIN change ON change.number = difference.number WHERE difference.number = ?",
                change,
            ):
                place = told("at_difference", number=change)
                if not as_written:
                    raise archive_value.damaged(self._file.path, place, archive_value.BROKEN_SEAL)
                pieces = tuple(Piece(edit, text) for edit, text in json.loads(excerpt))
                moment = archive_value.moment(self._file.path, place, at)
                found[change] = Difference(change, older, article_id, moment, tuple(parts.split(",")), added, taken, pieces)
        return found
