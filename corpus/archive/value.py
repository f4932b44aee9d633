"""A value as a row of the archive keeps it -> what was written. Damage of any kind raises ArchiveDamaged, which names the row."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime, timezone
from pathlib import Path

from corpus.errors import ArchiveDamaged
from corpus.message import told
from language.wording import Told

BROKEN_SEAL = told("broken_seal")


def damaged(path: Path, where: int | Told, why: Told | Exception) -> ArchiveDamaged:
    """Return the error for an archive file at `path` that is damaged at a change (its number) or another place."""
    place = told("at_change", number=where) if isinstance(where, int) else where
    return ArchiveDamaged("archive_damaged_at", path=path, where=place, reason=why if isinstance(why, Told) else str(why))


def moment(path: Path, where: int | Told, kept: str) -> datetime:
    """Return the date and time that is kept in ISO 8601."""
    try:
        return datetime.fromisoformat(kept)
    except (ValueError, TypeError) as error:
        raise damaged(path, where, error) from error


def number(path: Path, where: Told, kept: object) -> int:
    """Return a number that is kept."""
    if not isinstance(kept, int):
        raise damaged(path, where, told("no_number", value=repr(str(kept)[:40])))
    return kept


def page(path: Path, where: int | Told, body: bytes, sha256: bytes) -> bytes:
    """Return the raw page of which `body` is the compressed form."""
    try:
        content = zlib.decompress(body)
    except (zlib.error, TypeError) as error:
        raise damaged(path, where, error) from error
    if hashlib.sha256(content).digest() != sha256:
        raise damaged(path, where, BROKEN_SEAL)
    return content


def utc(moment: datetime | None) -> str:
    """Return `moment`, by default now, so that texts compare as the moments do."""
    return (moment or datetime.now(timezone.utc)).astimezone(timezone.utc).isoformat(timespec="microseconds")
