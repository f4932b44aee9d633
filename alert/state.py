"""alerts.sqlite3, beside the archive: how far each alert has looked, what it has told, and what is still to be delivered.

Invariant: a run with its told articles, its digest, its deliveries and the new watermark is one transaction, on disk when it ends. A delivery
is claimed, with the time of its next attempt, before it is sent, and done only when that is said: what dies in between is sent again.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from alert.errors import StateUnusable
from alert.message import decode, encode
from language.wording import Told

STATE_FILE = "alerts.sqlite3"
"""Its place in the data folder."""

PAUSES = (300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
"""Seconds from each attempt to the next; the last again and again. The first is longer than an attempt may take."""

KEPT_DIGESTS = 100
"""Runs of an alert of which the digest is kept once it is delivered; which articles were told is kept for ever."""

_APPLICATION, _VERSION = 0x4C756361, 1  # "Luca"
_SCHEMA = """
CREATE TABLE alert (name TEXT PRIMARY KEY, archive TEXT NOT NULL, watermark INTEGER NOT NULL, fingerprint TEXT NOT NULL, looked_at REAL NOT NULL);
-- A run that had something to tell. `digest` is what is sent, rendered then; NULL once nobody needs it any more.
CREATE TABLE run (
    number INTEGER PRIMARY KEY AUTOINCREMENT, alert TEXT NOT NULL, archive TEXT NOT NULL, watermark INTEGER NOT NULL, fingerprint TEXT NOT NULL,
    at REAL NOT NULL, digest TEXT
);
CREATE INDEX run_of_alert ON run (alert, number);
CREATE TABLE told (
    alert TEXT NOT NULL, article_id TEXT NOT NULL, change INTEGER NOT NULL, is_new INTEGER NOT NULL, run INTEGER NOT NULL REFERENCES run,
    PRIMARY KEY (alert, article_id)
) WITHOUT ROWID;
CREATE INDEX told_in_run ON told (run, change);
CREATE TABLE delivery (
    number INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL REFERENCES run, channel TEXT NOT NULL, target TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL, failure TEXT, delivered_at REAL
);
CREATE INDEX waiting ON delivery (next_at) WHERE delivered_at IS NULL;
CREATE INDEX delivery_of_run ON delivery (run);
"""


@dataclass(frozen=True)
class Position:
    """How far an alert has looked: all changes of an archive (its identity) up to `watermark`, known again by its `fingerprint`."""

    archive: str
    watermark: int
    fingerprint: str


@dataclass(frozen=True)
class News:
    """An article that an alert tells, as of `change`; not `is_new`: it was in the archive before, and then did not match."""

    article_id: str
    change: int
    is_new: bool


@dataclass(frozen=True)
class Delivery:
    """A digest on its way to one `target` by a `channel`, "mail" or "webhook"; `next_at` (seconds since 1970) it is tried again."""

    number: int
    run: int
    channel: str
    target: str
    attempts: int
    next_at: float
    failure: Told | None
    delivered_at: float | None


@dataclass(frozen=True)
class Run:
    """A run of an alert that had something to tell, and what became of its deliveries."""

    number: int
    at: datetime
    news: tuple[News, ...]
    total: int
    deliveries: tuple[Delivery, ...]


class State:
    """An open alerts.sqlite3. Every method raises StateUnusable when the file is."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        """Open the file in a data folder, made first unless `read_only`."""
        self.path = folder / STATE_FILE
        with self._translated():
            if not read_only and not self.path.exists():
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            # A reader too must be able to undo what a killed writer left by half: it is kept from writing by query_only.
            self._file = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=rw", uri=True, timeout=30, isolation_level=None)
            try:
                for pragma in ("synchronous=FULL", "fullfsync=ON", "foreign_keys=ON", "trusted_schema=OFF"):
                    self._file.execute(f"PRAGMA {pragma}")
                self._make_current(read_only)
            except BaseException:
                self._file.close()
                raise

    def _make_current(self, read_only: bool) -> None:
        if read_only:
            self._file.execute("PRAGMA query_only=ON")
        elif not self._pragma("user_version"):
            with self.transaction():
                if not self._pragma("user_version") and not self._rows("SELECT 1 FROM sqlite_master LIMIT 1"):
                    for statement in _SCHEMA.split(";\n"):
                        self._file.execute(statement)
                    self._file.execute(f"PRAGMA application_id={_APPLICATION}")
                    self._file.execute(f"PRAGMA user_version={_VERSION}")
        if (self._pragma("application_id"), self._pragma("user_version")) != (_APPLICATION, _VERSION):
            raise StateUnusable("state_not_ours", path=self.path)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> State:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # How far

    def looked_at(self, name: str) -> float | None:
        """Return when an alert last looked (seconds since 1970); None if it never did."""
        rows = self._rows("SELECT looked_at FROM alert WHERE name = ?", name)
        return float(rows[0][0]) if rows else None

    def positions(self, name: str) -> Iterator[Position]:
        """Yield how far an alert has looked, the last first, then after earlier runs that told something."""
        for row in self._rows("SELECT archive, watermark, fingerprint FROM alert WHERE name = ?", name):
            yield Position(*row)
        for row in self._rows("SELECT archive, watermark, fingerprint FROM run WHERE alert = ? ORDER BY number DESC", name):
            yield Position(*row)

    def has_told(self, name: str, article_ids: Iterable[str]) -> set[str]:
        """Return those of the articles that an alert has told."""
        query = "SELECT 1 FROM told WHERE alert = ? AND article_id = ?"
        return {article_id for article_id in article_ids if self._rows(query, name, article_id)}

    # Writing

    def note(
        self,
        name: str,
        position: Position,
        at: float,
        *,
        since: Position | None = None,
        news: Sequence[News] = (),
        digest: Mapping[str, object] | None = None,
        targets: Sequence[tuple[str, str]] = (),
    ) -> bool:
        """Keep that an alert has looked as far as `position` and what it tells: all of it, on disk, or nothing.

        `since` is how far it had looked before; False, and nothing changes, if another process has gone on from there meanwhile.
        """
        with self.transaction():
            if next(self.positions(name), None) != since:
                return False
            self._file.execute(
                "INSERT OR REPLACE INTO alert (name, archive, watermark, fingerprint, looked_at) VALUES (?, ?, ?, ?, ?)",
                (name, position.archive, position.watermark, position.fingerprint, at),
            )
            if news:
                run = self._file.execute(
                    "INSERT INTO run (alert, archive, watermark, fingerprint, at, digest) VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        name,
                        position.archive,
                        position.watermark,
                        position.fingerprint,
                        at,
                        json.dumps(digest, ensure_ascii=False),
                    ),
                ).lastrowid
                self._file.executemany(
                    "INSERT INTO told (alert, article_id, change, is_new, run) VALUES (?, ?, ?, ?, ?)",
                    [(name, each.article_id, each.change, each.is_new, run) for each in news],
                )
                self._file.executemany(
                    "INSERT INTO delivery (run, channel, target, next_at) VALUES (?, ?, ?, ?)",
                    [(run, channel, target, at) for channel, target in targets],
                )
                self._forget(name)
            return True

    def _forget(self, name: str) -> None:
        self._file.execute(
            "UPDATE run SET digest = NULL WHERE alert = ? AND digest IS NOT NULL AND number NOT IN"
            " (SELECT number FROM run WHERE alert = ? ORDER BY number DESC LIMIT ?)"
            " AND NOT EXISTS (SELECT 1 FROM delivery WHERE run = run.number AND delivered_at IS NULL)",
            (name, name, KEPT_DIGESTS),
        )

    def claim(self, delivery: Delivery, now: float) -> bool:
        """Note that one more attempt begins, and when the next one is due; False if another process has taken it."""
        pause = PAUSES[min(delivery.attempts, len(PAUSES) - 1)]
        with self.transaction():
            taken = self._file.execute(
                "UPDATE delivery SET attempts = attempts + 1, next_at = ? WHERE number = ? AND attempts = ? AND delivered_at IS NULL",
                (now + pause, delivery.number, delivery.attempts),
            )
            return taken.rowcount == 1

    def delivered(self, delivery: Delivery, now: float) -> None:
        """Note that the other side has taken it."""
        with self.transaction():
            self._file.execute("UPDATE delivery SET delivered_at = ?, failure = NULL WHERE number = ?", (now, delivery.number))

    def failed(self, delivery: Delivery, failure: Told) -> None:
        """Note why it has not."""
        with self.transaction():
            self._file.execute("UPDATE delivery SET failure = ? WHERE number = ?", (encode(failure), delivery.number))

    # Reading

    def due(self, now: float) -> list[Delivery]:
        """Return the deliveries to try now, the oldest first."""
        return self._deliveries("delivered_at IS NULL AND next_at <= ? ORDER BY number", now)

    def waiting(self) -> list[tuple[str, Delivery]]:
        """Return (alert, delivery) for all that is not delivered yet, the oldest first."""
        waiting = self._deliveries("delivered_at IS NULL ORDER BY number")
        return [(self._rows("SELECT alert FROM run WHERE number = ?", each.run)[0][0], each) for each in waiting]

    def digest(self, run: int) -> dict[str, Any]:
        """Return what a run that is not delivered yet sends."""
        digest: dict[str, Any] = json.loads(self._rows("SELECT digest FROM run WHERE number = ?", run)[0][0])
        return digest

    def runs(self, name: str, most: int, news: int) -> list[Run]:
        """Return the last runs of an alert that told something, the last first, of each at most so many news, the last change first."""
        return [
            Run(
                number,
                datetime.fromtimestamp(at, timezone.utc),
                tuple(
                    News(article_id, change, bool(is_new))
                    for article_id, change, is_new in self._rows(
                        "SELECT article_id, change, is_new FROM told WHERE run = ? ORDER BY change DESC LIMIT ?", number, news
                    )
                ),
                self._rows("SELECT count(*) FROM told WHERE run = ?", number)[0][0],
                tuple(self._deliveries("run = ? ORDER BY number", number)),
            )
            for number, at in self._rows("SELECT number, at FROM run WHERE alert = ? ORDER BY number DESC LIMIT ?", name, most)
        ]

    def _deliveries(self, which: str, *values: object) -> list[Delivery]:
        rows = self._rows(
            "SELECT number, run, channel, target, attempts, next_at, failure, delivered_at FROM delivery WHERE " + which, *values
        )
        return [
            Delivery(number, run, channel, target, attempts, next_at, decode(failure) if failure else None, delivered_at)
            for number, run, channel, target, attempts, next_at, failure, delivered_at in rows
        ]

    # The file

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all that is written inside, on disk when the block ends, or nothing."""
        with self._translated():
            self._file.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._file.execute("COMMIT")
            except BaseException:
                if self._file.in_transaction:  # an error of the disk has undone it already
                    self._file.execute("ROLLBACK")
                raise

    def _rows(self, query: str, *values: object) -> list[Any]:
        with self._translated():
            return self._file.execute(query, values).fetchall()

    def _pragma(self, name: str) -> int:
        return int(self._rows(f"PRAGMA {name}")[0][0])

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.ProgrammingError:
            raise  # our mistake, not the file's
        except (sqlite3.DatabaseError, OSError) as error:
            raise StateUnusable("state_unusable", path=self.path, reason=str(error)) from error
