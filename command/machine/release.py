"""The Python that runs, and its SQLite -> which releases they are, and whether these are still mended."""

from __future__ import annotations

import platform
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from command.machine import table
from language.wording import Told

Version = tuple[int, ...]
SOUND_SQLITE: tuple[Version, ...] = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""The first release in which a checkpoint and a commit at the same moment cannot damage a database, and those to which that was carried back:
sqlite.org/wal.html#walresetbug. Lục Báo's server makes checkpoints while others add."""


@dataclass(frozen=True)
class Releases:
    """Which Python and which SQLite."""

    python: Version
    sqlite: Version


def look_at_releases() -> Releases:
    """Return what runs."""
    return Releases(sys.version_info[:3], sqlite3.sqlite_version_info)


def told(releases: Releases) -> Told:
    """Return what runs, in a line."""
    names = (("python", _dotted(releases.python)), ("sqlite", _dotted(releases.sqlite)), ("system", platform.system()))
    return Told("command", "doctor.releases", names)


def hints(releases: Releases, today: date) -> Iterator[Told]:
    """Yield what is out of date."""
    name = _dotted(releases.python[:2])
    end = table("python_releases").get(name)
    if end is not None and date.fromisoformat(end) < today:
        yield Told("command", "doctor.python_ended", (("python", name), ("month", end[5:7]), ("year", end[:4])))
    newest, *carried_back = SOUND_SQLITE
    if releases.sqlite < newest and not any(releases.sqlite[:2] == each[:2] and releases.sqlite >= each for each in carried_back):
        names = (
            ("sqlite", _dotted(releases.sqlite)),
            ("sound", _dotted(newest)),
            ("also", ", ".join(map(_dotted, carried_back))),
        )
        yield Told("command", "doctor.sqlite_resets", names)


def _dotted(version: Version) -> str:
    return ".".join(map(str, version))
