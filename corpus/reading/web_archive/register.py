"""The records of web archives that may be read -> the order to read them in, and which of them belong together.

Kept in a temporary file, so that memory does not grow with the number of records. Captures come in the order of their dates, whatever the
order of the records; articles that we wrote ourselves come first, in the order of the records.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Literal, NamedTuple

from corpus.reading.web_archive.stream import Place

Kind = Literal["response", "revisit", "resource", "article"]


class Entry(NamedTuple):
    """A record: number `number`, from 1, of all; at an offset of the file with number `source`.

    `at` is when it was captured (UTC, ISO 8601), `refers` the id of the record it is about, `refers_url` and `refers_at` where and when that
    was captured; each is "" where the record does not say. An "article" is one of ours, a "resource" may be the page of one.
    """

    number: int
    source: int
    offset: int
    inside: int
    kind: Kind
    id: str = ""
    url: str = ""
    at: str = ""
    digest: str = ""
    refers: str = ""
    refers_url: str = ""
    refers_at: str = ""

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(self.offset, self.inside)


class Register:
    """Entries, added in any order and then read."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)  # a temporary file of SQLite's own
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(f"CREATE TABLE entry ({', '.join(Entry._fields)}, PRIMARY KEY (number))")
        for column in ("id", "digest", "refers", "refers_url", "url"):
            self._database.execute(f"CREATE INDEX entry_by_{column} ON entry ({column}) WHERE {column} != ''")

    def close(self) -> None:
        """Delete the file."""
        self._database.close()

    def add(self, entry: Entry) -> None:
        """Enter a record."""
        self._database.execute(f"INSERT INTO entry VALUES ({', '.join('?' * len(entry))})", entry)

    def ordered(self) -> Iterator[Entry]:
        """Yield what is to be read, a page that one of our articles is about only with that."""
        yield from self._entries(
            "kind != 'resource' AND NOT (kind = 'response' AND EXISTS (SELECT 1 FROM entry AS article WHERE article.kind = 'article'"
            " AND article.refers = entry.id AND article.refers != ''))"
            " ORDER BY kind != 'article', CASE WHEN kind = 'article' THEN '' ELSE at END, number"
        )

    def pages_of_none(self) -> Iterator[Entry]:
        """Yield the resources that no article of ours is about."""
        yield from self._entries(
            "kind = 'resource' AND NOT EXISTS (SELECT 1 FROM entry AS article WHERE article.kind = 'article'"
            " AND article.refers = entry.id AND article.refers != '')"
        )

    def referred(self, entry: Entry) -> Entry | None:
        """Return the record that holds the page an article is about, or that a revisit found again; None if it is not here."""
        asked = [
            ("id = ? AND id != '' AND kind IN ('response', 'resource')", (entry.refers,)),
            ("digest = ? AND digest != '' AND kind = 'response' ORDER BY url != ?, number", (entry.digest, entry.url)),
            ("url = ? AND url != '' AND at = ? AND kind = 'response'", (entry.refers_url, entry.refers_at)),
        ]
        for condition, values in asked[: 1 if entry.kind == "article" else None]:
            found = next(self._entries(f"{condition} LIMIT 1", *values), None)
            if found is not None:
                return found
        return None

    def _entries(self, condition: str, *values: str) -> Iterator[Entry]:
        with closing(self._database.execute(f"SELECT * FROM entry WHERE {condition}", values)) as rows:
            yield from map(Entry._make, rows)
