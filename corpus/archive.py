"""Articles, their revisions and raw pages, and what was refused: one SQLite file, the source of truth for everything else.

Invariants. What a finished batch() wrote is on disk. Nothing is overwritten: another text under the same id is a new revision,
and every revision stays readable. Each article added, updated or withdrawn takes the next change number; numbers grow and are
never used twice, so whoever has seen the changes up to n needs only changes(n).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Literal

from corpus import record
from corpus.archive_file import ArchiveFile
from corpus.article import Article
from corpus.errors import ArchiveDamaged, IdentityTaken
from corpus.identity import canonical_url
from corpus.timestamp import VIETNAM

# The archive's place in the data folder.
ARCHIVE_FILE = "archive.sqlite3"

Outcome = Literal["added", "updated", "unchanged"]

# Rows fetched at a time when all are asked for: no read transaction stays open in between, memory stays constant.
_PAGE_OF_ROWS = 500
_END_OF_CHANGES = 2**63


@dataclass(frozen=True)
class Change:
    """The latest change of one article: as of change `number` it reads as get() says, or is withdrawn."""

    number: int
    article_id: str
    withdrawn: bool


@dataclass(frozen=True)
class Revision:
    """One text of an article, kept since `archived_at`; Archive.revision(change) gives the text itself."""

    change: int
    article_id: str
    archived_at: datetime
    content_hash: str


@dataclass(frozen=True)
class Reject:
    """Input that was refused: a file, or one `line` of it (None when it was the whole file)."""

    number: int
    origin: str
    line: int | None
    reason: str
    rejected_at: datetime


@dataclass(frozen=True)
class Statistics:
    """Figures about the whole archive; `sources` counts articles, the largest first; `bytes` is the size on disk.

    The first and last date of publication are Vietnamese time.
    """

    articles: int
    revisions: int
    withdrawn: int
    pages: int
    rejects: int
    bytes: int
    first_published: datetime | None
    last_published: datetime | None
    sources: tuple[tuple[str, int], ...]


class Archive:
    """An open archive. Safe to use from several threads and beside other processes; one process writes at a time.

    Every method raises ArchiveDamaged when the file is corrupt, ArchiveBusy when another process writes for longer than we
    wait, and ArchiveFull when the disk is.
    """

    def __init__(self, file: ArchiveFile) -> None:
        self._file = file

    @classmethod
    def open(cls, path: str | Path, *, create: bool = False, read_only: bool = False, wait: float = 10.0) -> Archive:
        """Open the archive file at `path`; with `create`, make it if there is none. `wait` is in seconds.

        An archive of an older schema is brought up to date. Raises ArchiveMissing when there is none, ArchiveDamaged when the
        file is not an archive or was written by a newer version.
        """
        return cls(ArchiveFile(Path(path), create=create, read_only=read_only, wait=wait))

    def close(self) -> None:
        """Close the file in every thread. Closing twice is allowed."""
        self._file.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Writing

    def batch(self) -> AbstractContextManager[None]:
        """Make all changes inside one transaction: on disk when the block ends, undone when it raises. Batches may nest."""
        return self._file.transaction()

    def add(
        self, article: Article, page: bytes | None = None, *, origin: str = "", line: int | None = None, reader: int = 0
    ) -> Outcome:
        """Keep `article`, and the raw `page` it was read from by version `reader` of the HTML reader.

        The same content again is "unchanged"; its page is kept if there was none. A withdrawn article that is added comes back.
        The reject of the same `origin` and `line`, if any, is cleared. Raises IdentityTaken when the id belongs to another
        address.
        """
        url = canonical_url(article.url)
        published = article.published and article.published.astimezone(timezone.utc).isoformat()
        with self.batch():
            if origin:
                self.clear_reject(origin, line)
            kept = self._file.rows(
                "SELECT change, withdrawn, url, content_hash FROM article JOIN change ON number = change WHERE id = ?", article.id
            )
            if kept and kept[0][2] != url:
                raise IdentityTaken(f"Mã bài {article.id} của {url or article.title} đã thuộc về {kept[0][2] or 'một bài khác'}.")
            if kept and kept[0][3] == article.content_hash:
                change = kept[0][0]
                outcome: Outcome = "unchanged"
            else:
                change = self._append(article)
                outcome = "updated" if kept and not kept[0][1] else "added"
                self._file.run(
                    "INSERT INTO article (id, change, url, source, published) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
                    " SET change = excluded.change, withdrawn = 0, source = excluded.source, published = excluded.published",
                    *(article.id, change, url, article.source, published),
                )
            if page is not None:
                self._keep_page(change, page, reader)
            return outcome

    def reject(self, origin: str, reason: str, *, line: int | None = None, page: bytes | None = None) -> None:
        """Keep what was refused: `page` from file `origin`, or its `line`. The same again changes nothing."""
        body = None if page is None else zlib.compress(page)
        with self.batch():
            self._file.run(
                "INSERT INTO reject (origin, line, reason, rejected_at, page) VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin, line)"
                " DO UPDATE SET reason = excluded.reason, rejected_at = excluded.rejected_at, page = excluded.page"
                " WHERE reason != excluded.reason OR page IS NOT excluded.page",
                *(origin, line or 0, reason, _now(), body),
            )

    def clear_reject(self, origin: str, line: int | None = None) -> None:
        """Forget that the input was refused: it has been read since, or needs no reading."""
        self._file.run("DELETE FROM reject WHERE origin = ? AND line = ?", origin, line or 0)

    def withdraw(self, article_id: str) -> bool:
        """Take the article out of search and of get(); its revisions stay readable. False when there is none to withdraw."""
        with self.batch():
            if not self._file.rows("SELECT 1 FROM article WHERE id = ? AND NOT withdrawn", article_id):
                return False
            change = self._file.run("INSERT INTO change (article_id, archived_at) VALUES (?, ?)", article_id, _now())
            self._file.run("UPDATE article SET change = ?, withdrawn = 1 WHERE id = ?", change, article_id)
            return True

    # Reading

    def get(self, article_id: str) -> Article | None:
        """Return the newest revision of the article, or None when there is none or it is withdrawn."""
        rows = self._file.rows(
            "SELECT number, record FROM article JOIN change ON number = change WHERE id = ? AND NOT withdrawn", article_id
        )
        return self._decode(*rows[0]) if rows else None

    def revision(self, change: int) -> Article:
        """Return the article as of change number `change`. Raises KeyError when no revision has that number."""
        return self.revisions_at([change])[change]

    def revisions_at(self, changes: Sequence[int]) -> dict[int, Article]:
        """Return change number -> article for those of `changes` that are revisions."""
        found: dict[int, Article] = {}
        for start in range(0, len(changes), _PAGE_OF_ROWS):
            some = [change for change in changes[start : start + _PAGE_OF_ROWS] if 0 < change < _END_OF_CHANGES]
            marks = ",".join("?" * len(some))
            rows = self._file.rows(f"SELECT number, record FROM change WHERE number IN ({marks}) AND record IS NOT NULL", *some)
            found.update((number, self._decode(number, kept)) for number, kept in rows)
        return found

    def revisions(self, article_id: str) -> list[Revision]:
        """Return every revision of the article, the oldest first; also those of a withdrawn one."""
        rows = self._file.rows(
            "SELECT number, archived_at, content_hash FROM change WHERE article_id = ? AND record IS NOT NULL ORDER BY number",
            article_id,
        )
        return [Revision(number, article_id, datetime.fromisoformat(at), content_hash) for number, at, content_hash in rows]

    def page(self, article_id: str, change: int | None = None) -> bytes | None:
        """Return the raw page of the article's revision `change`, by default the newest page of an article not withdrawn."""
        if change is not None and not 0 < change < _END_OF_CHANGES:
            return None
        rows = self._file.rows(
            "SELECT number, body FROM change JOIN page ON page.change = number JOIN article ON id = article_id"
            " WHERE id = ? AND CASE WHEN ? IS NULL THEN NOT withdrawn ELSE number = ? END ORDER BY number DESC LIMIT 1",
            *(article_id, change, change),
        )
        return self._decompress(*rows[0]) if rows else None

    def holds_page(self, page: bytes, reader: int) -> bool:
        """Say whether exactly this page is the source of an article as it stands, read by version `reader` or a later one."""
        rows = self._file.rows(
            "SELECT 1 FROM page JOIN article ON article.change = page.change WHERE sha256 = ? AND reader >= ?",
            *(hashlib.sha256(page).digest(), reader),
        )
        return bool(rows)

    def changes(self, after: int = 0) -> Iterator[Change]:
        """Yield the latest change of each article that changed after change number `after`, in order, in constant memory."""
        while rows := self._file.rows(
            "SELECT change, id, withdrawn FROM article WHERE change > ? ORDER BY change LIMIT ?", after, _PAGE_OF_ROWS
        ):
            for number, article_id, withdrawn in rows:
                yield Change(number, article_id, bool(withdrawn))
            after = rows[-1][0]

    def last_change(self) -> int:
        """Return the number of the last change, 0 in an empty archive."""
        return int(self._file.rows("SELECT coalesce(max(change), 0) FROM article")[0][0])

    def ids(self) -> Iterator[str]:
        """Yield the id of each article that is not withdrawn, sorted, in constant memory."""
        after = ""
        while rows := self._file.rows(
            "SELECT id FROM article WHERE id > ? AND NOT withdrawn ORDER BY id LIMIT ?", after, _PAGE_OF_ROWS
        ):
            yield from (row[0] for row in rows)
            after = rows[-1][0]

    def articles(self) -> Iterator[Article]:
        """Yield each article that is not withdrawn, by id, in constant memory."""
        after = ""
        while rows := self._file.rows(
            "SELECT id, number, record FROM article JOIN change ON number = change WHERE id > ? AND NOT withdrawn"
            " ORDER BY id LIMIT ?",
            *(after, _PAGE_OF_ROWS),
        ):
            yield from (self._decode(number, kept) for _, number, kept in rows)
            after = rows[-1][0]

    def rejects(self, limit: int = 100, offset: int = 0) -> list[Reject]:
        """Return refused input, the oldest first."""
        rows = self._file.rows(
            "SELECT number, origin, line, reason, rejected_at FROM reject ORDER BY number LIMIT ? OFFSET ?", limit, offset
        )
        return [
            Reject(number, origin, line or None, reason, datetime.fromisoformat(at)) for number, origin, line, reason, at in rows
        ]

    def rejected_page(self, number: int) -> bytes | None:
        """Return what was refused as reject `number`, if it was kept."""
        rows = self._file.rows("SELECT page FROM reject WHERE number = ?", number)
        return zlib.decompress(rows[0][0]) if rows and rows[0][0] is not None else None

    def identity(self) -> str:
        """Return 32 random hexadecimal digits drawn when the archive was made: what was built from another archive can tell."""
        return str(self._file.rows("SELECT value FROM trait WHERE name = 'identity'")[0][0])

    def notice(self) -> str:
        """Return what every reader of the archive must be told, such as that it is invented; mostly nothing."""
        rows = self._file.rows("SELECT value FROM trait WHERE name = 'notice'")
        return str(rows[0][0]) if rows else ""

    def set_notice(self, text: str) -> None:
        """Keep what every reader of the archive must be told."""
        with self.batch():
            self._file.run("INSERT OR REPLACE INTO trait VALUES ('notice', ?)", text)

    def statistics(self) -> Statistics:
        """Count what there is."""
        articles, withdrawn, first, last = self._file.rows(
            "SELECT count(*) FILTER (WHERE NOT withdrawn), count(*) FILTER (WHERE withdrawn),"
            " min(published) FILTER (WHERE NOT withdrawn), max(published) FILTER (WHERE NOT withdrawn) FROM article"
        )[0]
        revisions, pages, rejects = self._file.rows(
            "SELECT (SELECT count(content_hash) FROM change), (SELECT count(*) FROM page), (SELECT count(*) FROM reject)"
        )[0]
        sources = self._file.rows(
            "SELECT source, count(*) FROM article WHERE NOT withdrawn GROUP BY source ORDER BY count(*) DESC, source"
        )
        return Statistics(
            articles=articles,
            revisions=revisions,
            withdrawn=withdrawn,
            pages=pages,
            rejects=rejects,
            bytes=self._file.size(),
            first_published=first and datetime.fromisoformat(first).astimezone(VIETNAM),
            last_published=last and datetime.fromisoformat(last).astimezone(VIETNAM),
            sources=tuple((source, count) for source, count in sources),
        )

    def check(self) -> list[str]:
        """Read everything and return one sentence for each thing that is not as it was written; sound archives give none."""
        problems: list[str] = []
        for examine in (self._check_file, self._check_records, self._check_pages):
            try:
                problems += examine()
            except ArchiveDamaged as error:
                problems.append(str(error))
        return problems

    def _check_file(self) -> Iterator[str]:
        for (said,) in self._file.rows("PRAGMA integrity_check(20)"):
            if said != "ok":
                yield f"Cơ sở dữ liệu: {said}."
        for table, row, parent, _ in self._file.rows("PRAGMA foreign_key_check"):
            yield f"Bảng {table}, dòng {row}: thiếu dòng tương ứng trong bảng {parent}."
        for article_id, change, last in self._file.rows(
            "SELECT id, change, max(number) FROM article LEFT JOIN change ON article_id = id GROUP BY id"
            " HAVING change IS NOT max(number)"
        ):
            yield f"Bài {article_id}: thay đổi cuối được ghi là {change}, thực ra là {last}."

    def _check_records(self) -> Iterator[str]:
        after = 0
        while rows := self._file.rows(
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

    def _check_pages(self) -> Iterator[str]:
        for (change,) in self._file.rows("SELECT change FROM page ORDER BY change"):
            for sha256, body in self._file.rows("SELECT sha256, body FROM page WHERE change = ?", change):
                try:
                    intact = hashlib.sha256(zlib.decompress(body)).digest() == sha256
                except zlib.error:
                    intact = False
                if not intact:
                    yield f"Thay đổi {change}: trang gốc không khớp mã băm đã ghi."

    def _append(self, article: Article) -> int:
        return self._file.run(
            "INSERT INTO change (article_id, archived_at, content_hash, record) VALUES (?, ?, ?, ?)",
            *(article.id, _now(), article.content_hash, record.encode(article)),
        )

    def _keep_page(self, change: int, page: bytes, reader: int) -> None:
        """Keep the first page of a revision; of the same page once more, only that a newer reader has read it."""
        digest = hashlib.sha256(page).digest()
        kept = self._file.rows("SELECT sha256, reader FROM page WHERE change = ?", change)
        if not kept:
            self._file.run("INSERT INTO page VALUES (?, ?, ?, ?)", change, digest, reader, zlib.compress(page))
        elif kept[0][0] == digest and kept[0][1] < reader:
            self._file.run("UPDATE page SET reader = ? WHERE change = ?", reader, change)

    def _decode(self, change: int, kept: bytes) -> Article:
        try:
            return record.decode(kept)
        except ValueError as error:
            raise self._damaged(change, error) from error

    def _decompress(self, change: int, body: bytes) -> bytes:
        try:
            return zlib.decompress(body)
        except zlib.error as error:
            raise self._damaged(change, error) from error

    def _damaged(self, change: int, error: Exception) -> ArchiveDamaged:
        path = self._file.path
        return ArchiveDamaged(f"Kho {path} bị hỏng ở thay đổi {change} ({error}). Hãy khôi phục tệp này từ bản sao lưu.")


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
