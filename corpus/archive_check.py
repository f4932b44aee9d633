"""An archive file -> sentences about what is not as it was written.

Invariant: nothing is written, and no damage to one row keeps the others from being looked at: SQLite's own structure, the
references between rows, each revision and its raw page against the hash that was taken of them.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator

from corpus import record
from corpus.archive_file import ArchiveFile
from corpus.errors import ArchiveDamaged

# Rows fetched at a time: no read transaction stays open in between, memory stays constant.
_PAGE_OF_ROWS = 500


def problems(file: ArchiveFile) -> list[str]:
    """Read everything and return one sentence for each thing that is not as it was written; sound archives give none."""
    found: list[str] = []
    for examine in (_file_problems, _record_problems, _page_problems):
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
    for article_id, change, last in file.rows(
        "SELECT id, change, max(number) FROM article LEFT JOIN change ON article_id = id GROUP BY id"
        " HAVING change IS NOT max(number)"
    ):
        yield f"Bài {article_id}: thay đổi cuối được ghi là {change}, thực ra là {last}."


def _record_problems(file: ArchiveFile) -> Iterator[str]:
    after = 0
    while rows := file.rows(
        "SELECT number, article_id, content_hash, record FROM change WHERE number > ? AND record IS NOT NULL"
        " ORDER BY number LIMIT ?",
        *(after, _PAGE_OF_ROWS),
    ):
        for number, article_id, content_hash, kept in rows:
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
            try:
                intact = hashlib.sha256(zlib.decompress(body)).digest() == sha256
            except zlib.error:
                intact = False
            if not intact:
                yield f"Thay đổi {change}: trang gốc không khớp mã băm đã ghi."
