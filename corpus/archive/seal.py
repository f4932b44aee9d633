"""A row of the archive -> the SHA-256 kept in it, its seal: over every other column as it was written.

Invariant: a value that changes, or changes its type, breaks its row's seal; so does a value that cannot be read. Of pages the seal covers the
SHA-256 that stands beside the body, not the body.
"""

from __future__ import annotations

import hashlib
import sqlite3

SEALED = {
    "trait": ("name", "value"),
    "article": ("id", "change", "withdrawn", "url", "source", "source_origin", "published", "seen"),
    "change": ("number", "article_id", "archived_at", "content_hash", "record"),
    "page": ("change", "sha256", "reader"),
    "reject": ("number", "origin", "line", "sha256", "reason", "rejected_at"),
    "capture": ("change", "url", "captured_at", "headers", "record", "sha256", "reader"),
    "difference": ("number", "older", "article_id", "parts", "added", "taken", "excerpt", "lost", "bare"),
    "absence": ("number", "article_id", "seen_at", "gone", "reason"),
    "target": (
        *("key", "url", "source", "kind", "found_in", "found_at", "due", "steps", "failures"),
        *("tried_at", "outcome", "etag", "modified", "article_id"),
    ),
    "visit": ("number", "url", "source", "kind", "visited_at", "status", "outcome", "reason", "bytes", "seconds"),
    "host": ("name", "failures", "rests_until", "robots", "robots_at"),
}
"""Table -> what its seal covers, in this order; the first column is the key."""


def seal(table: str) -> str:
    """Return the SQL expression for the seal of a row of `table`, from its columns."""
    columns = (f"typeof({table}.{column}), CAST({table}.{column} AS BLOB)" for column in SEALED[table])
    return f"row_hash({', '.join(columns)})"


def intact(table: str) -> str:
    """Return the SQL condition that a row of `table` is as it was written."""
    return f"({table}.seal IS {seal(table)})"


def teach(connection: sqlite3.Connection) -> None:
    """Let statements on `connection` use the expressions above."""
    connection.create_function("row_hash", -1, _row_hash, deterministic=True)


def _row_hash(*values: str | bytes | None) -> bytes:
    digest = hashlib.sha256()
    for value in values:
        content = value.encode() if isinstance(value, str) else value
        digest.update(b"-" if content is None else b"%d:%b" % (len(content), content))
    return digest.digest()
