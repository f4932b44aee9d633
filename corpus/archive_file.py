"""The archive's SQLite file: a connection for each thread, transactions on disk when they end, errors that say what to do.

Invariant: no sqlite3.OperationalError or other trouble of the file leaves this module; it becomes one of corpus.errors.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus import archive_schema
from corpus.errors import ArchiveBusy, ArchiveDamaged, ArchiveFull, ArchiveMissing, CorpusError


class ArchiveFile:
    """An open file of the present schema. Its methods raise ArchiveMissing, ArchiveDamaged, ArchiveBusy and ArchiveFull."""

    def __init__(self, path: Path, *, create: bool, read_only: bool, wait: float) -> None:
        """Open the file at `path`, made first if `create`; wait up to `wait` seconds for other processes' locks."""
        self.path = path
        self._read_only = read_only
        self._wait = wait
        self._lock = threading.Lock()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._closed = False
        if not path.exists():
            if not create or read_only:
                raise ArchiveMissing(f"Chưa có kho ở {path}. Hãy nạp bài bằng lệnh “lucbao add”.")
            _create(path)
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
                return
            except sqlite3.OperationalError as error:
                # Turning to a write-ahead log does not wait for other processes' locks, as other statements do.
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def _bring_up_to_date(self, create: bool) -> None:
        if not create and not self.rows("SELECT 1 FROM sqlite_master LIMIT 1"):
            raise ArchiveMissing(f"Tệp {self.path} trống, chưa phải kho. Hãy nạp bài bằng lệnh “lucbao add”.")
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
        """Execute one statement and return the number of the row it inserted, if it did."""
        with _translated(self.path):
            return self._connection().execute(statement, values).lastrowid or 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all that this thread writes inside, on disk when the block ends, or nothing. Nested ones end with the outermost."""
        with _translated(self.path):
            connection = self._connection()
            if connection.in_transaction:
                yield
            else:
                with archive_schema.transaction(connection):
                    yield

    def size(self) -> int:
        """Return the bytes on disk, those not yet moved from the log to the file included."""
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

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
                self._connections[thread] = connection
        return connection


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
        # fullfsync: without it macOS reports data as written that is still in the drive's cache.
        for pragma in ("synchronous=FULL", "fullfsync=ON", "foreign_keys=ON", "trusted_schema=OFF"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _create(path: Path) -> None:
    """Make an empty file at `path`, readable by its owner alone, and the folders above it. Raises ArchiveMissing, ArchiveFull."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise ArchiveMissing(f"Không tạo được kho ở {path}: {error.strerror}. Hãy chọn thư mục dữ liệu khác.") from error


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
        return ArchiveBusy(f"Kho {path} đang được một lệnh khác ghi. Hãy đợi lệnh đó xong rồi chạy lại.")
    if "full" in said or name in ("SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_TRUNCATE", "SQLITE_IOERR_SHMSIZE"):
        return ArchiveFull(f"Không ghi được vào kho {path}: đĩa đầy. Hãy dọn chỗ rồi chạy lại; những bài đã báo xong vẫn còn.")
    if "unable to open" in said or "readonly" in said or "authoriz" in said:
        return ArchiveMissing(f"Không mở được kho {path}: {said}. Hãy xem quyền đọc, ghi của tệp và thư mục chứa nó.")
    return ArchiveDamaged(f"Kho {path} bị hỏng ({said}). Hãy khôi phục tệp này từ bản sao lưu; chỉ mục thì dựng lại được từ kho.")
