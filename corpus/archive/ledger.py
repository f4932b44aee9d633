"""What was gathered from papers' servers, and what is to be: every address, when it was tried, what came, when it is due again.

Invariant: what a visit found and the note of the visit are one transaction (the caller's batch), so a program that is killed goes on where it
was: nothing that was noted is asked for again before it is due. The ledger is bounded: MOST_VISITS, MOST_LEFT.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal, NamedTuple, cast

from corpus.archive import value as archive_value
from corpus.archive.file import ArchiveFile
from corpus.archive.seal import intact
from corpus.message import decode, encode, told
from language.wording import Told

MOST_VISITS = 200_000
"""Visits that are kept, the newest."""
MOST_LEFT = 200_000
"""Addresses that are kept of those that are no articles and are never due again, the newest."""
_TRIMMED_EVERY = 500  # visits

TargetKind = Literal["article", "feed", "sitemap", "section"]
Outcome = Literal["added", "updated", "unchanged", "gone", "refused", "forbidden", "failed", "listed"]

_TARGET = "key, url, source, kind, found_in, due, steps, failures, outcome, etag, modified, article_id"


class Named(NamedTuple):
    """An address that is to be visited at `due` (aware), by its key; `article_id` is that of an article the archive has from there."""

    key: str
    url: str
    kind: TargetKind
    due: datetime | None
    article_id: str | None = None


@dataclass(frozen=True)
class Target:
    """An address as the ledger knows it before a visit."""

    key: str
    url: str
    source: str
    kind: TargetKind
    found_in: str
    due: datetime | None
    steps: int
    failures: int
    outcome: str
    etag: str
    modified: str
    article_id: str | None


@dataclass(frozen=True)
class Visit:
    """What came of one visit: the server's `status` (0: no answer), the `outcome`, why where something was left, bytes and seconds."""

    url: str
    source: str
    kind: TargetKind
    visited_at: datetime
    status: int
    outcome: Outcome
    words: Told | None = None
    bytes: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class HostState:
    """How many times running a host failed, until when it is left alone, and its robots.txt as of `robots_at`."""

    name: str
    failures: int = 0
    rests_until: datetime | None = None
    robots: bytes | None = None
    robots_at: datetime | None = None


class Ledger:
    """The ledger in an archive's file. Raises what the file raises."""

    def __init__(self, file: ArchiveFile) -> None:
        self._file = file

    # Addresses

    def name(self, source: str, targets: Iterable[Named], found_in: str, now: datetime) -> int:
        """Take up the addresses that are not known yet; return how many that were."""
        new = 0
        with self._file.transaction():
            for key, url, kind, due, article_id in targets:
                if self._file.rows("SELECT 1 FROM target WHERE key = ?", key):
                    continue
                self._file.run(
                    "INSERT INTO target (key, url, source, kind, found_in, found_at, due, article_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    *(key, url, source, kind, found_in, _kept(now), _kept(due), article_id),
                )
                self._file.seal("target", "key = ?", key)
                new += 1
        return new

    def target(self, key: str) -> Target | None:
        """Return what is known of an address."""
        return next(iter(self._targets("key = ?", key)), None)

    def due(self, source: str, kinds: Sequence[TargetKind], now: datetime, limit: int) -> list[Target]:
        """Return addresses of a paper that are due, those first that have never been visited, then the longest due."""
        marks = ",".join("?" * len(kinds))
        where = f"source = ? AND kind IN ({marks}) AND due <= ? ORDER BY tried_at IS NOT NULL, due, key LIMIT ?"
        return self._targets(where, source, *kinds, _kept(now), limit)

    def next_due(self, source: str) -> datetime | None:
        """Return when the next address of a paper is due."""
        (row,) = self._file.rows("SELECT min(due) FROM target WHERE source = ? AND due IS NOT NULL", source)
        return self._moment(row[0])

    def visited(
        self,
        target: Target,
        visit: Visit,
        *,
        due: datetime | None,
        steps: int,
        failures: int = 0,
        etag: str = "",
        modified: str = "",
        article_id: str | None = None,
    ) -> None:
        """Note a visit to an address, and when the next is due."""
        with self._file.transaction():
            self._file.run(
                "UPDATE target SET due = ?, steps = ?, failures = ?, tried_at = ?, outcome = ?, etag = ?, modified = ?,"
                " article_id = coalesce(?, article_id) WHERE key = ?",
                *(_kept(due), steps, failures, _kept(visit.visited_at), visit.outcome, etag, modified, article_id, target.key),
            )
            self._file.seal("target", "key = ?", target.key)
            number = self._file.run(
                "INSERT INTO visit (url, source, kind, visited_at, status, outcome, reason, bytes, seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                *(visit.url, visit.source, visit.kind, _kept(visit.visited_at), visit.status, visit.outcome),
                *(encode(visit.words) if visit.words else "", visit.bytes, visit.seconds),
            )
            self._file.seal("visit", "number = ?", number)
            if number % _TRIMMED_EVERY == 0:
                self._trim(number)

    def _trim(self, last: int) -> None:
        self._file.run("DELETE FROM visit WHERE number <= ?", last - MOST_VISITS)
        self._file.run(
            "DELETE FROM target WHERE key IN (SELECT key FROM target WHERE due IS NULL AND article_id IS NULL"
            " ORDER BY tried_at DESC LIMIT -1 OFFSET ?)",
            MOST_LEFT,
        )

    def _targets(self, where: str, *values: object) -> list[Target]:
        rows = self._file.rows(f"SELECT {_TARGET}, {intact('target')} FROM target WHERE {where}", *values)
        for key, *_, as_written in rows:
            if not as_written:
                raise archive_value.damaged(self._file.path, told("at_ledger", row=str(key)), archive_value.BROKEN_SEAL)
        return [
            Target(key, url, source, kind, found_in, self._moment(due), *last)
            for key, url, source, kind, found_in, due, *last, _ in rows
        ]

    # Visits

    def visits(self, limit: int, *, source: str | None = None, since: datetime | None = None) -> list[Visit]:
        """Return visits, the newest first, of one paper if it is named."""
        rows = self._file.rows(
            "SELECT url, source, kind, visited_at, status, outcome, reason, bytes, seconds FROM visit"
            " WHERE (? IS NULL OR source = ?) AND visited_at >= ? ORDER BY number DESC LIMIT ?",
            *(source, source, _kept(since) or "", limit),
        )
        return [
            Visit(
                url,
                of,
                cast(TargetKind, kind),
                self._known(at),
                status,
                cast(Outcome, outcome),
                decode(why) if why else None,
                size,
                seconds,
            )
            for url, of, kind, at, status, outcome, why, size, seconds in rows
        ]

    def sources(self) -> list[str]:
        """Return the papers that were gathered from."""
        return [str(row[0]) for row in self._file.rows("SELECT DISTINCT source FROM visit ORDER BY source")]

    def moments(self, source: str, outcomes: Sequence[Outcome], since: datetime) -> list[datetime]:
        """Return when visits to a paper had one of `outcomes`, from `since` on, the oldest first."""
        marks = ",".join("?" * len(outcomes))
        rows = self._file.rows(
            f"SELECT visited_at FROM visit WHERE source = ? AND visited_at >= ? AND outcome IN ({marks}) ORDER BY visited_at",
            *(source, _kept(since), *outcomes),
        )
        return [self._known(row[0]) for row in rows]

    def last(self, source: str, outcomes: Sequence[Outcome]) -> datetime | None:
        """Return when a visit to a paper last had one of `outcomes`; None if none is known."""
        marks = ",".join("?" * len(outcomes))
        (row,) = self._file.rows(
            f"SELECT max(visited_at) FROM visit WHERE source = ? AND outcome IN ({marks})", source, *outcomes
        )
        return self._moment(row[0])

    def first(self, source: str) -> datetime | None:
        """Return when a paper was first visited, as far as visits are kept."""
        (row,) = self._file.rows("SELECT min(visited_at) FROM visit WHERE source = ?", source)
        return self._moment(row[0])

    def last_visit(self) -> int:
        """Return the number of the last visit, 0 if there was none."""
        return int(self._file.rows("SELECT coalesce(max(number), 0) FROM visit")[0][0])

    # Hosts

    def host(self, name: str) -> HostState:
        """Return what is known of a host."""
        rows = self._file.rows(
            f"SELECT failures, rests_until, robots, robots_at, {intact('host')} FROM host WHERE name = ?", name
        )
        if not rows:
            return HostState(name)
        failures, rests_until, robots, robots_at, as_written = rows[0]
        if not as_written:
            raise archive_value.damaged(self._file.path, told("at_ledger", row=name), archive_value.BROKEN_SEAL)
        return HostState(name, failures, self._moment(rests_until), robots, self._moment(robots_at))

    def set_host(self, state: HostState) -> None:
        """Keep what is known of a host now."""
        with self._file.transaction():
            self._file.run(
                "INSERT OR REPLACE INTO host (name, failures, rests_until, robots, robots_at) VALUES (?, ?, ?, ?, ?)",
                *(state.name, state.failures, _kept(state.rests_until), state.robots, _kept(state.robots_at)),
            )
            self._file.seal("host", "name = ?", state.name)

    def resting(self, now: datetime) -> list[HostState]:
        """Return the hosts that are left alone now."""
        rows = self._file.rows("SELECT name FROM host WHERE rests_until > ? ORDER BY name", _kept(now))
        return [self.host(str(row[0])) for row in rows]

    def _moment(self, kept: str | None) -> datetime | None:
        return None if kept is None else self._known(kept)

    def _known(self, kept: str) -> datetime:
        return archive_value.moment(self._file.path, told("at_ledger", row=str(kept)), kept)


def _kept(moment: datetime | None) -> str | None:
    """Return a moment so that texts compare as moments do."""
    return moment.astimezone(timezone.utc).isoformat(timespec="microseconds") if moment else None
