"""An archive file -> sentences about what is not as it was written.

Invariant: nothing is written, and no damage to one row keeps the others from being looked at: SQLite's own structure, the references
between rows, the numbers of changes, every row against its seal, each text and raw page against the hash that was taken of it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator

from corpus import record
from corpus.archive import number as archive_number
from corpus.archive.file import ArchiveFile
from corpus.archive.log import ERA
from corpus.archive.seal import SEALED, intact
from corpus.errors import ArchiveDamaged

# Rows fetched at a time: no read transaction stays open in between, memory stays constant.
_PAGE_OF_ROWS = 500
_MOST_OF_A_KIND = 20

# What a row is called: its table -> the word, and the columns that say which it is.
_CALLED = {
    "trait": ("Đặc điểm của kho", "name"),
    "article": ("Bài", "id"),
    "change": ("Thay đổi", "number || ' (bài ' || article_id || ')'"),
    "page": ("Trang gốc của thay đổi", "change"),
    "reject": ("Đầu vào bị loại", "number || ' (' || origin || ')'"),
}


def problems(file: ArchiveFile) -> list[str]:
    """Read everything and return one sentence for each thing that is not as it was written; sound archives give none."""
    found: list[str] = []
    examinations: tuple[Callable[[ArchiveFile], Iterator[str]], ...] = (
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
            found.append(str(error))
    return found


def _file_problems(file: ArchiveFile) -> Iterator[str]:
    for (said,) in file.rows("PRAGMA integrity_check(20)"):
        if said != "ok":
            yield f"Cơ sở dữ liệu: {said}."
    for table, row, parent, _ in file.rows("PRAGMA foreign_key_check"):
        yield f"Bảng {table}, dòng {row}: thiếu dòng tương ứng trong bảng {parent}."


def _order_problems(file: ArchiveFile) -> Iterator[str]:
    for article_id, change, last in file.rows(
        f"SELECT {_legible('id')}, change, max(number) FROM article LEFT JOIN change ON article_id = id GROUP BY id"
        " HAVING change IS NOT max(number)"
    ):
        yield f"Bài {_said(article_id)}: thay đổi cuối được ghi là {_said(change)}, thực ra là {last}."
    for article_id in file.rows(
        f"SELECT {_legible('id')} FROM article JOIN change ON number = article.change WHERE withdrawn IS NOT (record IS NULL)"
    ):
        yield f"Bài {_said(article_id[0])}: có được gỡ hay không thì hai bảng nói khác nhau."


def _era_problems(file: ArchiveFile) -> Iterator[str]:
    rows = file.rows(f"SELECT {_legible('line')} FROM era")
    if len(rows) != 1 or not ERA.fullmatch(rows[0][0] or b""):
        yield "Bảng era không đọc được."


def _seal_problems(file: ArchiveFile) -> Iterator[str]:
    for table in SEALED:
        word, which = _CALLED[table]
        broken = file.rows(f"SELECT {_legible(which)} FROM {table} WHERE NOT {intact(table)} LIMIT ?", _MOST_OF_A_KIND + 1)
        for (key,) in broken[:_MOST_OF_A_KIND]:
            yield f"{word} {_said(key)}: có giá trị không khớp mã băm đã ghi."
        if len(broken) > _MOST_OF_A_KIND:
            count = file.rows(f"SELECT count(*) FROM {table} WHERE NOT {intact(table)}")[0][0]
            yield f"{word}: cả thảy {count} dòng không khớp mã băm đã ghi."


def _record_problems(file: ArchiveFile) -> Iterator[str]:
    """Look at those whose seals are whole: what is in the records is the text that was hashed when it was read."""
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
                yield f"Bài {article_id}, thay đổi {number}: bản ghi không đọc được."
                continue
            if (article.id, article.content_hash) != (article_id, content_hash):
                yield f"Bài {article_id}, thay đổi {number}: nội dung không khớp mã băm đã ghi."
        after = rows[-1][0]


def _page_problems(file: ArchiveFile) -> Iterator[str]:
    for (change,) in file.rows("SELECT change FROM page ORDER BY change"):
        for sha256, body in file.rows("SELECT sha256, body FROM page WHERE change = ?", change):
            if not _is_page(sha256, body):
                yield f"Thay đổi {change}: trang gốc không khớp mã băm đã ghi."


def _reject_problems(file: ArchiveFile) -> Iterator[str]:
    for (number,) in file.rows("SELECT number FROM reject ORDER BY number"):
        for sha256, page in file.rows("SELECT sha256, page FROM reject WHERE number = ?", number):
            if not (_is_page(sha256, page) if sha256 else page is None):
                yield f"Đầu vào bị loại {number}: trang đã giữ không khớp mã băm đã ghi."


def _is_page(sha256: bytes, body: bytes) -> bool:
    try:
        return hashlib.sha256(zlib.decompress(body)).digest() == sha256
    except (zlib.error, TypeError):
        return False


def _legible(expression: str) -> str:
    """Return the expression as bytes, which can be read whatever has become of the text."""
    return f"CAST({expression} AS BLOB)"


def _said(value: object) -> str:
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)
