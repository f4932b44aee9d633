"""A value as a row of the archive keeps it -> what was written, or ArchiveDamaged that names the row: no damage is another kind of error."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime
from pathlib import Path

from corpus.errors import ArchiveDamaged

BROKEN_SEAL = "không khớp mã băm đã ghi"


def damaged(path: Path, where: int | str, why: object) -> ArchiveDamaged:
    """Return the error for an archive file at `path` that is damaged at a change (its number) or another place (its words)."""
    where = f"thay đổi {where}" if isinstance(where, int) else where
    return ArchiveDamaged(
        f"Kho {path} bị hỏng ở {where} ({why}). Hãy chạy “lucbao check”, rồi đưa bản sao lưu vào bằng “lucbao restore TỆP”."
    )


def moment(path: Path, where: int | str, kept: str) -> datetime:
    """Return the date and time that is kept in ISO 8601."""
    try:
        return datetime.fromisoformat(kept)
    except (ValueError, TypeError) as error:
        raise damaged(path, where, error) from error


def number(path: Path, where: str, kept: object) -> int:
    """Return a number that is kept."""
    if not isinstance(kept, int):
        raise damaged(path, where, f"{str(kept)[:40]!r} không phải số")
    return kept


def page(path: Path, where: int | str, body: bytes, sha256: bytes) -> bytes:
    """Return the raw page of which `body` is the compressed form."""
    try:
        content = zlib.decompress(body)
    except (zlib.error, TypeError) as error:
        raise damaged(path, where, error) from error
    if hashlib.sha256(content).digest() != sha256:
        raise damaged(path, where, BROKEN_SEAL)
    return content
