"""An archive file and the write-ahead log (-wal) that lies beside it -> whether the log is that file's.

SQLite replays whatever log lies beside a file, even the log of an archive in whose place a backup was copied, and destroys the
backup by it. To tell, each transaction of ours has an era, a name drawn by chance, and writes it with the era before it into the
one row of the table `era`, which has a page of its own. A log belongs to a file if its first transaction follows the era that
stands in the file, or if the file's era is one of the log's own: then a part of the log has been moved into the file already.

Invariant: nothing is written, and a log that tells nothing of eras (an older version's, a migration's) is let pass.
"""

from __future__ import annotations

import re
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

NEXT_ERA = "UPDATE era SET line = 'era:' || substr(line, -32) || ':' || lower(hex(randomblob(16)))"
ERA = re.compile(rb"era:([0-9a-f]{32}):([0-9a-f]{32})")

# https://www.sqlite.org/fileformat2.html#the_write_ahead_log
_HEADER = struct.Struct(">IIIIIIII")
_FRAME = struct.Struct(">IIIIII")
_MAGIC = (0x377F0682, 0x377F0683)
_LEAF = 0x0D


def log_path(path: Path) -> Path:
    """Return where the log of the archive file at `path` lies."""
    return path.with_name(f"{path.name}-wal")


def log_size(path: Path) -> int:
    """Return the bytes of the log of the archive file at `path`, 0 if there is none; it comes and goes as others open and close the file."""
    try:
        return log_path(path).stat().st_size
    except FileNotFoundError:
        return 0


def is_own_log(path: Path) -> bool:
    """Say whether the archive file at `path` may be opened with the log beside it, if there is one."""
    log = log_path(path)
    try:
        for _ in range(2):  # another process may be moving the log into the file while we look
            if not path.stat().st_size or not log.stat().st_size:
                return True
            era, page = _era_of_file(path)
            eras = list(_eras_of_log(log, page)) if era else []
            if not eras or era == eras[0][0] or any(era == after for _, after in eras):
                return True
    except FileNotFoundError:  # there is none, or whoever had it open last has just removed it
        return True
    return False


def _era_of_file(path: Path) -> tuple[bytes, int]:
    """Return the era in the file itself, whatever its log says, and the number of its page; (b"", 0) if there is none."""
    try:
        # immutable: the log is left aside, and nothing is locked.
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as connection:
            page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'era'").fetchone()
            line = connection.execute("SELECT line FROM era").fetchone() if page else None
    except sqlite3.DatabaseError:  # not SQLite's, or damaged: whoever opens it will be told
        return b"", 0
    found = ERA.fullmatch(str(line[0]).encode()) if line else None
    return (found[2], int(page[0])) if found else (b"", 0)


def _eras_of_log(log: Path, wanted: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield, for each transaction in the log, the era before it and its own."""
    with log.open("rb") as file:
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return
        magic, _, size, _, *salts = _HEADER.unpack(header)[:6]
        if magic not in _MAGIC:
            return
        while len(frame := file.read(_FRAME.size)) == _FRAME.size:
            number, _, *frame_salts = _FRAME.unpack(frame)[:4]
            if frame_salts != salts:  # left over from before the log began anew
                return
            if number != wanted:
                file.seek(size, 1)
                continue
            found = _era_on_page(file.read(size))
            if found:
                yield found


def _era_on_page(page: bytes) -> tuple[bytes, bytes] | None:
    """Return (the era before, its own) as a page of the table `era` has them; None if there are none."""
    if len(page) < 512 or page[0] != _LEAF or page[3:5] != b"\0\1":
        return None
    found = ERA.search(page, int.from_bytes(page[8:10], "big"))
    return (found[1], found[2]) if found else None
