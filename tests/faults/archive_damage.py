"""An archive damaged in its bytes, or in any column of any table -> whatever is not reported by `check`, or makes a server fail.

`check` must report each damage, in sentences, unless every table reads as it did; no answer of a server over it may be a 5xx but 503.
Attempts go through all columns of all tables in turn before chance chooses.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
import sys
import tempfile
import zlib
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

import index_damage
from file_damage import DAMAGES
from site_answers import Answers, ask
from tally import Plan, Tally, read_plan

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.ledger import HostState, Named, Visit
from corpus.capture import Capture
from corpus.message import told

_BYTES = 0.3  # of the attempts, those on bytes
_OPTIONAL = (
    "page",
    "reject",
    "capture",
    "absence",
    "difference",
    "target",
    "visit",
    "host",
)  # an archive may do without any of their rows, so that one is missing cannot be told


def columns(path: Path) -> list[tuple[str, str]]:
    """Return (table, column) of all of an archive, those that SQLite keeps for itself included."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return [(table, row[1]) for table in tables for row in connection.execute(f"PRAGMA table_info({table})")]


def dump(path: Path) -> str:
    """Return a digest of every row of every table as it reads, "" if one does not."""
    digest = hashlib.sha256()
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.text_factory = bytes
            tables = [
                name.decode()
                for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            ]
            for table in tables:
                for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1"):
                    digest.update(repr([_unpacked(value) if table == "page" else value for value in row]).encode())
    except sqlite3.Error:
        return ""
    return digest.hexdigest()


def _unpacked(value: object) -> object:
    """Return what is packed in `value`: a byte behind the end of a packed page changes nothing of the page."""
    try:
        return zlib.decompressobj().decompress(value) if isinstance(value, bytes) else value
    except zlib.error:
        return value


def change(path: Path, table: str, column: str, chance: random.Random) -> str:
    """Change `column` in one row of `table`, and say how; "" if the table has no row, or takes no such value."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.text_factory = bytes
        rows = connection.execute(f"SELECT DISTINCT {column} FROM {table} ORDER BY 1").fetchall()
        if not rows:
            return ""
        (before,) = chance.choice(rows)
        values = (
            *(
                "khác",
                "",
                "1999-01-01T00:00:00+00:00",
                "9999-99-99",
                0,
                -1,
                7,
                2**62,
                1.5,
                b"\xff\xfe",
                b"",
                None,
                "<script>",
                "a" * 5000,
                "x\x00y",
            ),
            *(
                chance.choice(rows)[0],
                before + b"x" if isinstance(before, bytes) else before,
                before[:-1] if isinstance(before, bytes) else before,
            ),
        )
        after = chance.choice(values)
        how = chance.choice(("update", "update", "update", "update", "text", "text" if table in _OPTIONAL else "delete"))
        try:
            if how == "delete":
                connection.execute(f"DELETE FROM {table} WHERE {column} IS ?", (before,))
            else:
                new = "CAST(? AS TEXT)" if how == "text" else "?"  # text that may be no UTF-8
                connection.execute(f"UPDATE {table} SET {column} = {new} WHERE {column} IS ?", (after, before))
        except sqlite3.Error:
            return ""
        return f"{table}.{column}: {how} {before!r:.60} -> {after!r:.60}"


def spoil(path: Path, number: int, chance: random.Random) -> str:
    """Damage the archive at `path` and say how; "" if chance had chosen what cannot be done."""
    every = columns(path)
    if number >= len(every) and chance.random() < _BYTES:
        damage = chance.choice(DAMAGES)
        path.write_bytes(damage(path.read_bytes(), chance))
        return f"bytes: {damage.__name__}"
    table, column = every[number % len(every)]
    return change(path, table, column, chance)


def wrong(damaged: Answers, *, same: bool) -> list[str]:
    """Return what is wrong with how a damaged archive was told of; `same` says that it reads as it did."""
    found = [f"the server died: {damaged.died}"] if damaged.died else []
    if damaged.traceback:
        found.append(f"a traceback: {damaged.traceback}")
    failed = [f"{address} {answer}" for address, answer in damaged.answers.items() if answer[0] >= 500 and answer[0] != 503]
    # An export is broken off at an article that is damaged: its reader sees that the end is missing.
    told = ("ArchiveDamaged", "IndexOutdated")
    broken = [
        f"{address} {answer}" for address, answer in damaged.answers.items() if not answer[0] and not answer[1].startswith(told)
    ]
    if failed or broken:
        found.append(f"{len(failed)} answers failed, {len(broken)} were broken off by an exception: {[*failed, *broken][:3]}")
    if damaged.check != 3 and not same:
        found.append(f"check: {damaged.check} {damaged.said}")
    return found


def _gather(home: Path) -> None:
    """Put a row into each table of what is gathered, so that none is left out."""
    now = datetime(2026, 1, 5, 8, tzinfo=timezone.utc)
    with Archive.open(home / ARCHIVE_FILE) as archive, archive.batch():
        article = next(archive.articles())
        (revision, *_) = archive.revisions(article.id)
        archive.captures.keep(revision.change, Capture(article.url, now, b"HTTP/1.1 200 OK\r\n\r\n", sha256=b"x" * 32), 1)
        archive.absences.keep(article.id, gone=True, seen_at=now, reason=told("answer_status", status=404))
        archive.ledger.name("Báo", [Named(article.url, article.url, "article", now, article.id)], "", now)
        target = archive.ledger.target(article.url)
        assert target is not None
        archive.ledger.visited(target, Visit(article.url, "Báo", "article", now, 200, "added"), due=now, steps=1)
        archive.ledger.set_host(HostState("bao.example", 1, now, b"User-agent: *", now))


def attack(plan: Plan, folder: Path) -> Tally:
    """Make the attempts in `folder`."""
    tally = Tally("damages of the archive")
    home = index_damage.make(folder)
    _gather(home)
    with closing(sqlite3.connect(home / ARCHIVE_FILE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = dump(home / ARCHIVE_FILE)
    for number, chance in plan.attempts():
        place = folder / "hong"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(home.parent, place)
        how = spoil(place / "kho" / ARCHIVE_FILE, number, chance)
        if not how:
            continue
        same = dump(place / "kho" / ARCHIVE_FILE) == whole
        said = wrong(ask(place / "kho", index_damage.ASKED), same=same)
        tally.tried += 1
        if said:
            tally.fail(f"--seed {number}: {how}: {'; '.join(said)}")
    return tally


def main(arguments: list[str] | None = None) -> int:
    """Damage archives and look."""
    plan = read_plan(__doc__, tries=120, arguments=arguments)
    with tempfile.TemporaryDirectory(prefix="lucbao-damage-") as folder:
        return attack(plan, Path(folder)).close()


if __name__ == "__main__":
    sys.exit(main())
