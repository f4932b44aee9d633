"""The archive's SQLite file: a connection for each thread, transactions on disk when they end, errors that say what to do.

Invariant: no sqlite3.OperationalError or other trouble of the file leaves this module; it becomes one of corpus.errors.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus.archive import schema as archive_schema
from corpus.archive.seal import seal, teach
from corpus.archive.wal import NEXT_ERA, is_own_log, log_path, log_size
from corpus.errors import ArchiveBusy, ArchiveDamaged, ArchiveFull, ArchiveMissing, ArchiveReplaced, CopyFailed, CorpusError


class ArchiveFile:
    """An open file of the present schema. Its methods raise ArchiveMissing, ArchiveDamaged, ArchiveBusy and ArchiveFull."""

    def __init__(self, path: Path, *, create: bool, read_only: bool, wait: float) -> None:
        """Open the file at `path`, made first if `create`; wait up to `wait` seconds for other processes' locks.

        Raises ArchiveDamaged also when the log beside the file is another's, before SQLite reads it.
        """
        self.path = path
        self._read_only = read_only
        self._wait = wait
        self._lock = threading.Lock()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._closed = False
        if not path.exists():
            if not create or read_only:
                raise ArchiveMissing("no_archive", path=path)
            _create(path)
        _refuse_foreign_log(path)
        self._identity = _file_identity(path)
        try:
            with _translated(path):
                self._make_current(create and not read_only)
        except BaseException:
            self.close()
            raise

    def _make_current(self, create: bool) -> None:
        """See to it that the file has the present schema, waiting for another process that is making the same file."""
        until = time.monotonic() + self._wait
        while True:
            try:
                if not archive_schema.is_current(self._connection(), self.path):
                    self._bring_up_to_date(create)
                if not self._read_only and self.rows("PRAGMA journal_mode") != [("wal",)]:
                    self.rows("PRAGMA journal_mode=WAL")  # a backup is one file, without a log
                return
            except sqlite3.OperationalError as error:
                # Turning to a write-ahead log does not wait for other processes' locks, as other statements do.
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def _bring_up_to_date(self, create: bool) -> None:
        if not create and not self.rows("SELECT 1 FROM sqlite_master LIMIT 1"):
            raise ArchiveMissing("empty_archive", path=self.path)
        connection = _connect(self.path, read_only=False, wait=self._wait)
        try:
            archive_schema.migrate(connection, self.path)
        finally:
            connection.close()

    def close(self) -> None:
        """Close every thread's connection. Closing twice is allowed."""
        with self._lock:
            self._closed = True
            while self._connections:
                self._connections.popitem()[1].close()

    def __del__(self) -> None:
        # A Searcher lives as long as its process or its test; what is forgotten to be closed is closed with it.
        if hasattr(self, "_connections"):
            self.close()

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return all rows that `query` selects."""
        with _translated(self.path):
            return self._connection().execute(query, values).fetchall()

    def run(self, statement: str, *values: object) -> int:
        """Execute one statement inside a transaction and return the number of the row it inserted, if it did."""
        assert self._connection().in_transaction, "written outside a transaction, which names its era"
        with _translated(self.path):
            return self._connection().execute(statement, values).lastrowid or 0

    def seal(self, table: str, which: str, *values: object) -> None:
        """Take the hash of the rows of `table` that have been written and for which the condition `which` holds."""
        self.run(f"UPDATE {table} SET seal = {seal(table)} WHERE {which}", *values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all that this thread writes inside, on disk when the block ends, or nothing. Nested ones end with the outermost."""
        with _translated(self.path):
            connection = self._connection()
            if connection.in_transaction:
                yield
            else:
                with archive_schema.transaction(connection):
                    self.refuse_replaced()
                    connection.execute(NEXT_ERA)
                    yield

    def is_replaced(self) -> bool:
        """Say whether another file, or none, has taken the place of the one that is open."""
        return _file_identity(self.path) != self._identity

    def refuse_replaced(self) -> None:
        """Raise ArchiveReplaced if another file, or none, has taken the place of the one that is open."""
        if self.is_replaced():
            raise ArchiveReplaced("archive_replaced", path=self.path)

    def checkpoint(self, wait: float | None = None) -> bool:
        """Move all that is in the log into the file, and empty the log; then a copy of the file alone is whole.

        False when readers or a writer did not let us within `wait` seconds (default: as long as for locks), or this user may not write.
        """
        if not log_size(self.path):
            return True
        if not os.access(self.path, os.W_OK):
            return False
        with _translated(self.path):
            connection = _connect(self.path, read_only=False, wait=self._wait if wait is None else wait)
            try:
                return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                connection.close()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep all others from writing while the block runs; nothing is written in it."""
        with _translated(self.path):
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                self.refuse_replaced()
                yield
            finally:
                connection.execute("ROLLBACK")

    def log_age(self, now: float) -> float:
        """Return for how many seconds, at the time `now`, nothing has been added to the log; 0 if it is empty."""
        try:
            status = log_path(self.path).stat()
        except FileNotFoundError:
            return 0.0
        return now - status.st_mtime if status.st_size else 0.0

    def size(self) -> int:
        """Return the bytes on disk, those not yet moved from the log to the file included."""
        return self.path.stat().st_size + log_size(self.path)

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection; those of threads that ended are closed."""
        thread = threading.current_thread()
        connection = self._connections.get(thread)
        if connection is None:
            with self._lock:
                if self._closed:
                    raise ValueError(f"archive {self.path} is closed")
                for ended in [other for other in self._connections if not other.is_alive()]:
                    self._connections.pop(ended).close()
                connection = _connect(self.path, read_only=self._read_only, wait=self._wait)
                try:
                    self.refuse_replaced()  # one archive is never read from two files
                except ArchiveReplaced:
                    connection.close()
                    raise
                self._connections[thread] = connection
        return connection


def copy_file(path: Path, target: Path, progress: Callable[[int, int], None], *, wait: float = 10.0) -> None:
    """Write what the archive file at `path`, of whatever version, holds at this moment to `target`, as one file without a log.

    Others may go on writing. `progress` is told the pages done and all. Raises CopyFailed if `target` cannot be written.
    """
    _refuse_foreign_log(path)
    with _translated(path):
        source = _connect(path, read_only=True, wait=wait)
        try:
            source.execute("BEGIN")  # all of one moment
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            _copy(source, target, progress)
        finally:
            source.close()


def _copy(source: sqlite3.Connection, target: Path, progress: Callable[[int, int], None]) -> None:
    try:
        copy = sqlite3.connect(target, isolation_level=None)
        try:
            copy.execute("PRAGMA synchronous=FULL")
            source.backup(copy, pages=1000, progress=lambda _, left, every: progress(every - left, every))
            copy.execute("PRAGMA journal_mode=DELETE")
        finally:
            copy.close()
    except sqlite3.OperationalError as error:
        raise CopyFailed("copy_not_written", path=target, reason=str(error)) from error


def side_files(path: Path) -> tuple[Path, Path]:
    """Return where SQLite keeps the log of the file at `path`, and the log's index."""
    return log_path(path), path.with_name(f"{path.name}-shm")


def _refuse_foreign_log(path: Path) -> None:
    if not is_own_log(path):
        raise ArchiveDamaged("foreign_log", log=log_path(path).name, path=path)


def _connect(path: Path, *, read_only: bool, wait: float) -> sqlite3.Connection:
    """Open the file at `path`, which must exist; wait up to `wait` seconds for other processes' locks."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}",
        uri=True,
        timeout=wait,
        isolation_level=None,  # transactions begin and end where archive.py says so
        check_same_thread=False,  # close() comes from one thread for all; no connection is used by two
    )
    try:
        teach(connection)
        # fullfsync: without it macOS reports data as written that is still in the drive's cache.
        for pragma in ("synchronous=FULL", "fullfsync=ON", "foreign_keys=ON", "trusted_schema=OFF"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _file_identity(path: Path) -> tuple[int, int] | None:
    """Return what tells the file at `path` from another at the same place; None if there is none."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _create(path: Path) -> None:
    """Make an empty file at `path`, readable by its owner alone, and the folders above it. Raises ArchiveMissing, ArchiveFull."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise ArchiveMissing("archive_not_made", path=path, reason=str(error.strerror)) from error


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Raise SQLite's errors as ours, each with what to do next."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.ProgrammingError | sqlite3.IntegrityError | sqlite3.DataError):
            raise  # our mistake, not the file's
        raise _translate(error, path) from error


def _translate(error: sqlite3.DatabaseError, path: Path) -> CorpusError:
    said = str(error)
    name = getattr(error, "sqlite_errorname", "")  # since Python 3.11
    if "locked" in said or "busy" in said:
        return ArchiveBusy("archive_busy", path=path)
    if "full" in said or name in ("SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_TRUNCATE", "SQLITE_IOERR_SHMSIZE"):
        return ArchiveFull("archive_full", path=path)
    if "unable to open" in said or "readonly" in said or "authoriz" in said:
        return ArchiveMissing("archive_not_opened", path=path, reason=said)
    return ArchiveDamaged("archive_damaged", path=path, reason=said)
