"""An archive file -> what is told of each thing that is not as it was written.

Invariant: nothing is written, and no damage to one row keeps the others from being looked at: SQLite's own structure, the references
between rows, the numbers of changes, every row against its seal, each text and raw page against the hash that was taken of it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator

from corpus import record
from corpus.archive import change_number as archive_number
from corpus.archive.file import ArchiveFile
from corpus.archive.seal import SEALED, intact
from corpus.archive.wal import ERA
from corpus.errors import ArchiveDamaged
from corpus.message import told
from language.wording import Told

# Rows fetched at a time: no read transaction stays open in between, memory stays constant.
_PAGE_OF_ROWS = 500
_MOST_OF_A_KIND = 20

# What a row is called: its table -> the word, the key of the message that says which it is, and the columns in that.
_CALLED = {
    "trait": (told("row_trait"), "row_key", ("name",)),
    "article": (told("row_article"), "row_key", ("id",)),
    "change": (told("row_change"), "row_key_of_change", ("number", "article_id")),
    "page": (told("row_page"), "row_key", ("change",)),
    "reject": (told("row_reject"), "row_key_with_origin", ("number", "origin")),
    "capture": (told("row_capture"), "row_key_with_origin", ("change", "url")),
    "difference": (told("row_difference"), "row_key_of_change", ("number", "article_id")),
    "absence": (told("row_absence"), "row_key_of_change", ("number", "article_id")),
    "target": (told("row_target"), "row_key", ("key",)),
    "visit": (told("row_visit"), "row_key_with_origin", ("number", "url")),
    "host": (told("row_host"), "row_key", ("name",)),
}


def problems(file: ArchiveFile) -> list[Told]:
    """Read everything and return what is told of each thing that is not as it was written; sound archives give none."""
    found: list[Told] = []
    examinations: tuple[Callable[[ArchiveFile], Iterator[Told]], ...] = (
        _file_problems,
        _order_problems,
        archive_number.problems,
        _era_problems,
        _seal_problems,
        _record_problems,
        _page_problems,
        _reject_problems,
    )
    for examine in examinations:
        try:
            found += examine(file)
        except ArchiveDamaged as error:
            found.append(error.told)
    return found


def _file_problems(file: ArchiveFile) -> Iterator[Told]:
    for (said,) in file.rows("PRAGMA integrity_check(20)"):
        if said != "ok":
            yield told("check_database", reason=said)
    for table, row, parent, _ in file.rows("PRAGMA foreign_key_check"):
        yield told("check_reference", table=table, row=str(row), parent=parent)


def _order_problems(file: ArchiveFile) -> Iterator[Told]:
    for article_id, change, last in file.rows(
        f"SELECT {_legible('id')}, change, max(number) FROM article LEFT JOIN change ON article_id = id GROUP BY id"
        " HAVING change IS NOT max(number)"
    ):
        yield told("check_last_change", article=_said(article_id), written=_said(change), last=str(last))
    for article_id in file.rows(
        f"SELECT {_legible('id')} FROM article JOIN change ON number = article.change WHERE withdrawn IS NOT (record IS NULL)"
    ):
        yield told("check_withdrawn", article=_said(article_id[0]))


def _era_problems(file: ArchiveFile) -> Iterator[Told]:
    rows = file.rows(f"SELECT {_legible('line')} FROM era")
    if len(rows) != 1 or not ERA.fullmatch(rows[0][0] or b""):
        yield told("check_era")


def _seal_problems(file: ArchiveFile) -> Iterator[Told]:
    for table in SEALED:
        word, which, columns = _CALLED[table]
        read = ", ".join(map(_legible, columns))
        broken = file.rows(f"SELECT {read} FROM {table} WHERE NOT {intact(table)} LIMIT ?", _MOST_OF_A_KIND + 1)
        for values in broken[:_MOST_OF_A_KIND]:
            yield told("check_seal", row=word, key=told(which, **dict(zip(("key", "beside"), map(_said, values), strict=False))))
        if len(broken) > _MOST_OF_A_KIND:
            count = file.rows(f"SELECT count(*) FROM {table} WHERE NOT {intact(table)}")[0][0]
            yield told("check_seals", row=word, number=count)


def _record_problems(file: ArchiveFile) -> Iterator[Told]:
    """Yield what is told of records that are not the text whose hash was taken; broken seals are told of elsewhere."""
    after = 0
    while rows := file.rows(
        f"SELECT number, article_id, content_hash, record, {intact('change')} FROM change"
        " WHERE number > ? AND typeof(record) = 'blob' ORDER BY number LIMIT ?",
        after,
        _PAGE_OF_ROWS,
    ):
        for number, article_id, content_hash, kept, as_written in rows:
            if not as_written:
                continue
            try:
                article = record.decode(kept)
            except ValueError:
                yield told("check_record", article=article_id, number=number)
                continue
            if (article.id, article.content_hash) != (article_id, content_hash):
                yield told("check_content", article=article_id, number=number)
        after = rows[-1][0]


def _page_problems(file: ArchiveFile) -> Iterator[Told]:
    for (change,) in file.rows("SELECT change FROM page ORDER BY change"):
        for sha256, body in file.rows("SELECT sha256, body FROM page WHERE change = ?", change):
            if not _is_page(sha256, body):
                yield told("check_page", number=str(change))


def _reject_problems(file: ArchiveFile) -> Iterator[Told]:
    for (number,) in file.rows("SELECT number FROM reject ORDER BY number"):
        for sha256, page in file.rows("SELECT sha256, page FROM reject WHERE number = ?", number):
            if not (_is_page(sha256, page) if sha256 else page is None):
                yield told("check_reject", number=str(number))


def _is_page(sha256: bytes, body: bytes) -> bool:
    try:
        return hashlib.sha256(zlib.decompress(body)).digest() == sha256
    except (zlib.error, TypeError):
        return False


def _legible(expression: str) -> str:
    """Return the SQL `expression` as bytes: text that is no UTF-8 any more cannot be read as text."""
    return f"CAST({expression} AS BLOB)"


def _said(value: object) -> str:
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)
