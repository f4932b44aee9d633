"""The data folder -> what disk it is on, how much room and how much patience that has.

What is acknowledged is on disk: after every batch of articles `lucbao add` waits until the disk says so, so a disk that takes long makes it slow.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile

from command.errors import reason
from command.machine import table
from language.wording import Told

SLOW_SYNC = 0.02
"""Seconds of one fsync; an SSD takes a few milliseconds, a turning disk that is busy with nothing else ten."""
SLOW_WRITE = 30_000_000
"""Bytes a second, written in one go."""
_SPARE = 1_000_000_000  # bytes beside what an index built anew takes
_TRIES = 9
_PIECE, _PIECES = 1 << 20, 16
_MEGABYTE = 1_000_000
_MOUNTS = Path("/proc/self/mountinfo")


@dataclass(frozen=True)
class Disk:
    """A folder and its disk: `folder` the data folder, or what is above it where that is not there yet, `kind` of file system ("" if unknown),
    bytes `free` and `wanted`, seconds of an fsync, bytes written a second; `refused` says why nothing could be written."""

    folder: Path
    kind: str
    free: int
    wanted: int
    sync: float = 0.0
    rate: float = 0.0
    refused: Told | str = ""


def look_at_disk(home: Path, index: str) -> Disk:
    """Return what a data folder lies on, with its folder `index`. Files without a name are written to it for a moment."""
    home = home.absolute()
    folder = next(one for one in (home, *home.parents) if os.path.isdir(one))  # of what may not be entered that is not known
    kind = file_system(_MOUNTS.read_text(encoding="utf-8"), folder.resolve()) if _MOUNTS.exists() else ""
    wanted = _SPARE + sum(_size(Path(within) / name) for within, _, names in os.walk(home / index) for name in names)
    free = shutil.disk_usage(folder).free
    try:
        return Disk(folder, kind, free, wanted, _seconds_of_sync(folder), _bytes_a_second(folder))
    except OSError as error:
        return Disk(folder, kind, free, wanted, refused=reason(error))


def told(disk: Disk) -> Told:
    """Return what the disk is, in a line."""
    names = (("folder", disk.folder), ("kind", disk.kind or sys.platform), ("free", disk.free // _MEGABYTE))
    if disk.refused:
        return Told("command", "doctor.disk_unwritten", names)
    speed = (("sync", f"{disk.sync * 1000:.0f}" if disk.sync >= 0.001 else "<1"), ("rate", int(disk.rate) // _MEGABYTE))
    return Told("command", "doctor.disk", (*names, *speed))


def hints(disk: Disk) -> Iterator[Told]:
    """Yield what is the matter with it."""
    matter = table("file_systems").get(disk.kind)
    if matter is not None:
        yield Told("command", f"doctor.disk_{matter}", (("folder", disk.folder), ("kind", disk.kind)))
    if disk.refused:
        yield Told("command", "doctor.disk_refused", (("folder", disk.folder), ("reason", disk.refused)))
    elif disk.sync > SLOW_SYNC:
        yield Told("command", "doctor.slow_sync", (("sync", f"{disk.sync * 1000:.0f}"),))
    elif disk.rate < SLOW_WRITE:
        yield Told("command", "doctor.slow_write", (("rate", int(disk.rate) // _MEGABYTE),))
    if disk.free < disk.wanted:
        yield Told("command", "doctor.disk_full", (("free", disk.free // _MEGABYTE), ("wanted", disk.wanted // _MEGABYTE)))


def file_system(mounts: str, folder: Path) -> str:
    """Return the kind of file system on which a folder lies, "" if none of `mounts` (proc(5), mountinfo) has it."""
    found, deepest = "", -1
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        point = Path(re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), before.split(" ")[4]))
        if folder.is_relative_to(point) and len(point.parts) >= deepest:  # of two at one place the later covers the earlier
            found, deepest = after.split(" ")[0], len(point.parts)
    return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # a merge has taken it away meanwhile
        return 0


def _seconds_of_sync(folder: Path) -> float:
    taken = []
    with TemporaryFile(dir=folder) as file:
        for _ in range(_TRIES):
            file.write(bytes(4096))
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - started)
    return median(taken)


def _bytes_a_second(folder: Path) -> float:
    piece = os.urandom(_PIECE)  # what compresses is no measure
    with TemporaryFile(dir=folder) as file:
        started = time.perf_counter()
        for _ in range(_PIECES):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
        return _PIECE * _PIECES / (time.perf_counter() - started)
