"""An archive file of any version -> one of the present schema.

Invariant: a file is either wholly at schema version len(STEPS) or untouched; a file that is not ours is never written to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus import difference, record
from corpus.archive.seal import seal, teach
from corpus.errors import ArchiveDamaged

# "LucB", so that file(1) and we can tell our files from other people's.
APPLICATION_ID = 0x4C756342

# Statements that take a file from schema version n to n + 1. Steps are only ever added: files of every version are out there.
STEPS: tuple[str, ...] = (
    """
    CREATE TABLE trait (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    INSERT INTO trait VALUES ('identity', lower(hex(randomblob(16))));

    -- One row an article, `change` is its latest one. `url` is canonical, `published` in UTC, both for questions about the whole.
    -- `seen`, in UTC with microseconds, is the latest fetched_at of all that was added; of unknown ones, the time of archiving.
    CREATE TABLE article (
        id TEXT PRIMARY KEY,
        change INTEGER NOT NULL UNIQUE REFERENCES change DEFERRABLE INITIALLY DEFERRED,
        withdrawn INTEGER NOT NULL DEFAULT 0,
        url TEXT NOT NULL,
        source TEXT NOT NULL,
        published TEXT,
        seen TEXT NOT NULL
    ) WITHOUT ROWID;

    -- Append only. A row without record says that the article was withdrawn. AUTOINCREMENT: numbers are never used twice.
    CREATE TABLE change (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        article_id TEXT NOT NULL REFERENCES article DEFERRABLE INITIALLY DEFERRED,
        archived_at TEXT NOT NULL,
        content_hash TEXT,
        record BLOB,
        CHECK ((content_hash IS NULL) = (record IS NULL))
    );
    CREATE INDEX change_of_article ON change (article_id, number);

    -- The raw page a revision was read from, as it arrived, and the version of the reader that read it last.
    CREATE TABLE page (
        change INTEGER PRIMARY KEY REFERENCES change,
        sha256 BLOB NOT NULL,
        reader INTEGER NOT NULL,
        body BLOB NOT NULL
    );
    CREATE INDEX page_by_sha256 ON page (sha256);

    -- Of what could not be kept, or not be read at all, `sha256` is empty: one such row for each line and file.
    CREATE TABLE reject (
        number INTEGER PRIMARY KEY,
        origin TEXT NOT NULL,
        line INTEGER NOT NULL,
        sha256 BLOB NOT NULL,
        reason TEXT NOT NULL,
        rejected_at TEXT NOT NULL,
        page BLOB,
        UNIQUE (origin, line, sha256)
    );
    """,
    """
    -- Where `source` was found (see Article.origins): whether a page stated it or a person gave it.
    ALTER TABLE article ADD COLUMN source_origin TEXT NOT NULL DEFAULT '';
    UPDATE article SET source_origin = origin_of_source((SELECT record FROM change WHERE number = article.change));
    """,
    # From here on each row carries its seal, and the file its era (see corpus.archive.wal).
    "".join(
        f"ALTER TABLE {table} ADD COLUMN seal BLOB; UPDATE {table} SET seal = {seal(table)};"
        for table in ("trait", "article", "change", "page", "reject")
    )
    + """
    CREATE TABLE era (line TEXT NOT NULL);
    INSERT INTO era VALUES ('era:' || lower(hex(zeroblob(16))) || ':' || lower(hex(randomblob(16))));
    """,
    """
    -- Where and when a revision's page was fetched, and what the server said with it (the status line and headers as they were received,
    -- empty where nobody knows); `record` is the id of the record of a web archive (WARC) that it came in, if it did.
    CREATE TABLE capture (
        change INTEGER NOT NULL REFERENCES change,
        url TEXT NOT NULL,
        captured_at TEXT NOT NULL,
        headers BLOB NOT NULL,
        record TEXT NOT NULL,
        seal BLOB,
        PRIMARY KEY (change, url, captured_at)
    ) WITHOUT ROWID;

    -- Append only: the article was no longer at its address (`gone`), or was there again.
    CREATE TABLE absence (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        article_id TEXT NOT NULL REFERENCES article,
        seen_at TEXT NOT NULL,
        gone INTEGER NOT NULL,
        reason TEXT NOT NULL,
        seal BLOB
    );
    CREATE INDEX absence_of_article ON absence (article_id, number);
    """,
    """
    -- The ledger of gathering. An address that a paper named: `key` is that of all its versions, `url` what is asked for, `due` when next, NULL
    -- for never again. `outcome` and `reason` are of the last visit; `steps` counts the visits that found the article.
    CREATE TABLE target (
        key TEXT PRIMARY KEY,
        url TEXT NOT NULL,
        source TEXT NOT NULL,
        kind TEXT NOT NULL,
        found_in TEXT NOT NULL,
        found_at TEXT NOT NULL,
        due TEXT,
        steps INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,
        tried_at TEXT,
        outcome TEXT NOT NULL DEFAULT '',
        etag TEXT NOT NULL DEFAULT '',
        modified TEXT NOT NULL DEFAULT '',
        article_id TEXT,
        seal BLOB
    ) WITHOUT ROWID;
    CREATE INDEX target_due ON target (source, kind, due) WHERE due IS NOT NULL;
    CREATE INDEX target_of_article ON target (article_id) WHERE article_id IS NOT NULL;

    -- What came of each visit, the newest so many; `status` is 0 where the server did not answer.
    CREATE TABLE visit (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        url TEXT NOT NULL,
        source TEXT NOT NULL,
        kind TEXT NOT NULL,
        visited_at TEXT NOT NULL,
        status INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        reason TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        seconds REAL NOT NULL,
        seal BLOB
    );
    CREATE INDEX visit_of_source ON visit (source, visited_at);

    -- What a host told or showed of how often it may be asked.
    CREATE TABLE host (
        name TEXT PRIMARY KEY,
        failures INTEGER NOT NULL,
        rests_until TEXT,
        robots BLOB,
        robots_at TEXT,
        seal BLOB
    ) WITHOUT ROWID;
    """,
    # The function is that of corpus.difference; a record that is damaged has no row.
    f"""
    CREATE TABLE difference (
        number INTEGER PRIMARY KEY REFERENCES change,
        older INTEGER NOT NULL REFERENCES change,
        article_id TEXT NOT NULL REFERENCES article,
        parts TEXT NOT NULL,
        added INTEGER NOT NULL,
        taken INTEGER NOT NULL,
        excerpt TEXT NOT NULL,
        lost TEXT NOT NULL,
        bare TEXT NOT NULL,
        seal BLOB
    );
    INSERT INTO difference
        SELECT new.number, old.number, new.article_id, difference(0, old.record, new.record), difference(1, old.record, new.record),
            difference(2, old.record, new.record), difference(3, old.record, new.record), difference(4, old.record, new.record),
            difference(5, old.record, new.record), NULL
        FROM change AS new JOIN change AS old ON old.number = (
            SELECT max(number) FROM change WHERE article_id = new.article_id AND number < new.number AND record IS NOT NULL
        )
        WHERE new.record IS NOT NULL AND difference(0, old.record, new.record) IS NOT NULL;
    UPDATE difference SET seal = {seal("difference")};
    """,
    f"""
    -- What was fetched then, which need not be the page that is kept of the revision (X'' where nobody knows), and which version of the
    -- HTML reader found the revision's text in it.
    ALTER TABLE capture ADD COLUMN sha256 BLOB NOT NULL DEFAULT X'';
    ALTER TABLE capture ADD COLUMN reader INTEGER NOT NULL DEFAULT 0;
    UPDATE capture SET seal = {seal("capture")};
    CREATE INDEX capture_by_sha256 ON capture (sha256);
    """,
)


def is_current(connection: sqlite3.Connection, path: Path) -> bool:
    """Say whether the file has the present schema. Raises ArchiveDamaged when it is not ours or of a newer version."""
    # In this order: another process may be making the archive, and what it commits is seen from one question to the next.
    empty = not connection.execute("SELECT EXISTS (SELECT 1 FROM sqlite_master)").fetchone()[0]
    version = _version(connection)
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application != APPLICATION_ID and (application or version or not empty):
        raise ArchiveDamaged("no_archive_of_ours", path=path)
    if version > len(STEPS):
        raise ArchiveDamaged("newer_archive", path=path, version=version, known=len(STEPS))
    return version == len(STEPS)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file to the present schema in one transaction; a file that has it stays as it is.

    Raises ArchiveDamaged when the file is not ours or of a newer version.
    """
    if is_current(connection, path):
        return
    connection.execute("PRAGMA journal_mode=WAL")
    connection.create_function("origin_of_source", 1, record.origin_of_source, deterministic=True)
    teach(connection)
    difference.teach(connection)
    with transaction(connection):
        if not is_current(connection, path):  # another process may have been faster
            for step in STEPS[_version(connection) :]:
                for statement in _statements(step):  # executescript() would commit half-way
                    connection.execute(statement)
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version={len(STEPS)}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write all that is done inside, or nothing. When it ends without an error, all of it is on disk."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite rolls back by itself when the disk is full
            connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for part in script.split(";"):
        statement += f"{part};"
        if sqlite3.complete_statement(statement):  # else the semicolon stood in a comment or a string
            yield statement
            statement = ""


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
