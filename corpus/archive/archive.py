"""Articles, their revisions and raw pages, and what was refused: one SQLite file, the source of truth for everything else.

Invariants. What a finished batch() wrote is on disk. Nothing is overwritten: another text under the same id is a new revision,
and every revision stays readable. Each article added, updated or withdrawn takes the next change number; numbers grow and are
never used twice, so whoever has seen the changes up to n needs only changes(n).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from typing import Literal

from corpus import record
from corpus.archive import value as archive_value
from corpus.archive.absence import Absences
from corpus.archive.capture import Capture, Captures
from corpus.archive.check import problems
from corpus.archive.difference import Differences
from corpus.archive.file import ArchiveFile
from corpus.archive.ledger import Ledger
from corpus.archive.page import END_OF_CHANGES, Pages
from corpus.archive.reject import Rejects
from corpus.archive.seal import intact
from corpus.archive.statistic import Statistics, stated_sources, statistics
from corpus.archive.trait import Traits
from corpus.archive.value import utc
from corpus.article import Article, Heading
from corpus.earlier import MOST_REVISIONS
from corpus.errors import ArchiveDamaged, IdentityTaken
from corpus.identity import canonical_url
from corpus.message import told
from corpus.paper import PaperTable, StatedSource
from language.wording import Told

# The archive's place in the data folder.
ARCHIVE_FILE = "archive.sqlite3"

Outcome = Literal["added", "updated", "unchanged"]

# Rows fetched at a time when all are asked for: no read transaction stays open in between, memory stays constant.
_PAGE_OF_ROWS = 500


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


class Archive:
    """An open archive. Safe to use from several threads and beside other processes; one process writes at a time.

    Every method raises ArchiveDamaged when the file is corrupt, ArchiveBusy when another process writes for longer than we
    wait, and ArchiveFull when the disk is. `file` is where it is kept, `pages` the raw pages, `rejects` what was refused, `captures` how
    pages were fetched, `absences` which articles are no longer at their addresses, `ledger` what was gathered, `differences` what
    changed between revisions, `traits` what is so of the whole.
    """

    def __init__(self, file: ArchiveFile, papers: PaperTable | None = None) -> None:
        self.file = file
        self.pages = Pages(file)
        self.rejects = Rejects(file)
        self.captures = Captures(file)
        self.absences = Absences(file)
        self.ledger = Ledger(file)
        self.differences = Differences(file)
        self.traits = Traits(file)
        self._papers = papers

    @classmethod
    def open(cls, path: str | Path, *, create: bool = False, read_only: bool = False, wait: float = 10.0) -> Archive:
        """Open the archive file at `path`; with `create`, make it if there is none. `wait` is in seconds.

        An archive of an older schema is brought up to date. Raises ArchiveMissing when there is none, ArchiveDamaged when the
        file is not an archive or was written by a newer version.
        """
        return cls(ArchiveFile(Path(path), create=create, read_only=read_only, wait=wait))

    def named_by(self, papers: PaperTable | None) -> Archive:
        """Return this archive, open in the same file, handing out articles with their papers' names by the table `papers`.

        Without a table, sources are as they were read.
        """
        return Archive(self.file, papers)

    def close(self) -> None:
        """Close the file in every thread. Closing twice is allowed."""
        self.file.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Writing

    def batch(self) -> AbstractContextManager[None]:
        """Make all changes inside one transaction: on disk when the block ends, undone when it raises. Batches may nest."""
        return self.file.transaction()

    def add(
        self,
        article: Article,
        page: bytes | None = None,
        *,
        origin: str = "",
        line: int | None = None,
        reader: int = 0,
        capture: Capture | None = None,
        seen_at: datetime | None = None,
    ) -> Outcome:
        """Keep `article`, and the raw `page` it was read from by version `reader` of the HTML reader, with how that was fetched.

        A text that the article has never had becomes its newest revision, and brings a withdrawn article back. A text that is
        among its revisions already is "unchanged"; its page is kept if there was none. So the same inputs once more, from the
        start and in any order, change nothing, even if one address occurs in them with several texts. There is one exception:
        an earlier text whose `fetched_at` is later than all we had of the article (where fetched_at is unknown, the time of
        archiving counts) says that the paper went back to it; it is a new revision, unless the article is withdrawn. When the text
        was seen, `seen_at` says in place of fetched_at.

        The rejects of the same `origin` and `line` are cleared. Raises IdentityTaken when the id belongs to another address.
        """
        article = article.as_stated()
        seen_at = seen_at or article.fetched_at
        url = canonical_url(article.url)
        with self.batch():
            if origin:
                self.rejects.clear(origin, line)
            kept, withdrawn, seen, current, change = self._known(article, url)
            later = seen_at is not None and utc(seen_at) > seen
            if change and (withdrawn or current == article.content_hash or not later):
                outcome: Outcome = "unchanged"
                if later:
                    self.file.run("UPDATE article SET seen = ? WHERE id = ?", utc(seen_at), article.id)
                    self.file.seal("article", "id = ?", article.id)
            else:
                change = self._append(article)
                self._keep_difference(article, change)
                outcome = "updated" if kept and not withdrawn else "added"
                self._make_current(article, change, url, max(seen, utc(seen_at)))
            if page is not None:
                self.pages.keep(change, page, reader)
            if capture is not None:
                self.captures.keep(change, capture.of_page(page), reader)
            return outcome

    def withdraw(self, article_id: str) -> bool:
        """Take the article out of search and of get(); its revisions stay readable. False when there is none to withdraw."""
        with self.batch():
            if not self.file.rows("SELECT 1 FROM article WHERE id = ? AND NOT withdrawn", article_id):
                return False
            change = self.file.run("INSERT INTO change (article_id, archived_at) VALUES (?, ?)", article_id, _now())
            self.file.seal("change", "number = ?", change)
            self.file.run("UPDATE article SET change = ?, withdrawn = 1 WHERE id = ?", change, article_id)
            self.file.seal("article", "id = ?", article_id)
            return True

    # Reading

    def get(self, article_id: str) -> Article | None:
        """Return the newest revision of the article, or None when there is none or it is withdrawn."""
        rows = self.file.rows(
            f"SELECT number, id, record, {intact('article')} AND {intact('change')} FROM article"
            " JOIN change ON number = article.change WHERE id = ? AND NOT withdrawn",
            article_id,
        )
        return self._decode(*rows[0]) if rows else None

    def revision(self, change: int) -> Article:
        """Return the article as of change number `change`. Raises KeyError when no revision has that number."""
        return self.revisions_at([change])[change]

    def revisions_at(self, changes: Sequence[int]) -> dict[int, Article]:
        """Return change number -> article for those of `changes` that are revisions."""
        found: dict[int, Article] = {}
        for start in range(0, len(changes), _PAGE_OF_ROWS):
            some = [change for change in changes[start : start + _PAGE_OF_ROWS] if 0 < change < END_OF_CHANGES]
            marks = ",".join("?" * len(some))
            rows = self.file.rows(
                f"SELECT number, article_id, record, {intact('change')} FROM change"
                f" WHERE number IN ({marks}) AND record IS NOT NULL",
                *some,
            )
            found.update((row[0], self._decode(*row)) for row in rows)
        return found

    def as_of(self, article_id: str, change: int) -> Article | None:
        """Return the article as it read after change number `change`, or None when there was none yet or it was withdrawn."""
        rows = self.file.rows(
            f"SELECT number, article_id, record, {intact('change')} FROM change WHERE article_id = ? AND number <= ?"
            " ORDER BY number DESC LIMIT 1",
            article_id,
            change,
        )
        return self._decode(*rows[0]) if rows and rows[0][2] is not None else None

    def earlier(self, changes: Sequence[int]) -> dict[int, list[int]]:
        """Return change number -> the numbers of the earlier revisions of its article, the newest first, for those of `changes` that have any.

        Of very many, those that count (see corpus.earlier).
        """
        found: dict[int, list[int]] = {}
        for start in range(0, len(changes), _PAGE_OF_ROWS):
            some = changes[start : start + _PAGE_OF_ROWS]
            rows = self.file.rows(
                "SELECT this.number, older.number FROM change AS this JOIN change AS older ON older.article_id = this.article_id"
                f" WHERE this.number IN ({','.join('?' * len(some))}) AND older.number < this.number AND older.content_hash IS NOT NULL"
                " ORDER BY this.number, older.number DESC",
                *some,
            )
            for change, older in rows:
                found.setdefault(change, []).append(older)
        return {change: older[:MOST_REVISIONS] for change, older in found.items()}

    def headings_at(self, changes: Sequence[int]) -> dict[int, Heading]:
        """Return change number -> heading for those of `changes` that are revisions, several times as fast as `revisions_at`."""
        found: dict[int, Heading] = {}
        for start in range(0, len(changes), _PAGE_OF_ROWS):
            some = changes[start : start + _PAGE_OF_ROWS]
            rows = self.file.rows(
                "SELECT number, article_id, archived_at, substr(record, 1, ?) FROM change "
                f"WHERE number IN ({','.join('?' * len(some))}) AND record IS NOT NULL",
                record.BEGINNING,
                *some,
            )
            for number, id, archived_at, beginning in rows:
                title = record.title_of(beginning)
                title = self.revision(number).title if title is None else title
                found[number] = Heading(id, title, archive_value.moment(self.file.path, number, archived_at))
        return found

    def revisions(self, article_id: str) -> list[Revision]:
        """Return every revision of the article, the oldest first; also those of a withdrawn one."""
        rows = self.file.rows(
            f"SELECT number, archived_at, content_hash, {intact('change')} FROM change"
            " WHERE article_id = ? AND record IS NOT NULL ORDER BY number",
            article_id,
        )
        for number, *_, as_written in rows:
            if not as_written:
                raise archive_value.damaged(self.file.path, number, archive_value.BROKEN_SEAL)
        return [
            Revision(number, article_id, archive_value.moment(self.file.path, number, at), content_hash)
            for number, at, content_hash, _ in rows
        ]

    def changes(self, after: int = 0) -> Iterator[Change]:
        """Yield the latest change of each article that changed after change number `after`, in order, in constant memory."""
        while rows := self.file.rows(
            "SELECT change, id, withdrawn FROM article WHERE change > ? ORDER BY change LIMIT ?", after, _PAGE_OF_ROWS
        ):
            for number, article_id, withdrawn in rows:
                after = archive_value.number(self.file.path, told("at_numbers"), number)
                yield Change(after, article_id, bool(withdrawn))

    def renamed(self, before: PaperTable | None, after: PaperTable, until: int) -> Iterator[Change]:
        """Yield the latest change, none after number `until`, of each article whose paper has another name by `after` than by `before`.

        In order, in constant memory; withdrawn articles have no name.
        """
        number, named_before, named_after = 0, self.named_by(before), self.named_by(after)
        while rows := self.file.rows(
            "SELECT change, id, CAST(source AS TEXT), source_origin, url FROM article WHERE change > ? AND change <= ? AND NOT withdrawn"
            " ORDER BY change LIMIT ?",
            number,
            until,
            _PAGE_OF_ROWS,
        ):
            for number, article_id, *stated in rows:
                if named_before._paper(*stated) != named_after._paper(*stated):
                    yield Change(number, article_id, withdrawn=False)

    def stated_sources(self) -> list[StatedSource]:
        """Return every source as it was read, with where it was found, its site's address and its number of articles not withdrawn."""
        return stated_sources(self.file)

    def last_seen(self, article_id: str) -> datetime | None:
        """Return when the article was last fetched, or archived where that is not known; None if there never was such an article."""
        rows = self.file.rows("SELECT seen FROM article WHERE id = ?", article_id)
        return archive_value.moment(self.file.path, told("row_article"), rows[0][0]) if rows else None

    def paper_names(self, article_ids: Iterable[str]) -> dict[str, str]:
        """Return article id -> the name of its paper ("" if it is unknown) for those of the articles that are not withdrawn."""
        names: dict[str, str] = {}
        wanted = iter(dict.fromkeys(article_ids))
        while some := list(islice(wanted, _PAGE_OF_ROWS)):
            for article_id, *stated in self.file.rows(
                "SELECT id, CAST(source AS TEXT), source_origin, url FROM article WHERE NOT withdrawn"
                f" AND id IN ({','.join('?' * len(some))})",
                *some,
            ):
                names[article_id] = self._paper(*stated)
        return names

    def last_change(self) -> int:
        """Return the number of the last change, 0 in an empty archive."""
        return archive_value.number(
            self.file.path, told("at_numbers"), self.file.rows("SELECT coalesce(max(change), 0) FROM article")[0][0]
        )

    def change_before_last(self, articles: int) -> int:
        """Return the change number after which so many articles follow, those withdrawn not counted; 0 if there are no more than these."""
        rows = self.file.rows("SELECT change FROM article WHERE NOT withdrawn ORDER BY change DESC LIMIT 1 OFFSET ?", articles)
        return archive_value.number(self.file.path, told("at_numbers"), rows[0][0]) if rows else 0

    def ids(self) -> Iterator[str]:
        """Yield the id of each article that is not withdrawn, sorted, in constant memory."""
        after = ""
        while rows := self.file.rows(
            "SELECT id FROM article WHERE id > ? AND NOT withdrawn ORDER BY id LIMIT ?", after, _PAGE_OF_ROWS
        ):
            yield from (row[0] for row in rows)
            after = rows[-1][0]

    def articles(self) -> Iterator[Article]:
        """Yield each article that is not withdrawn, by id, in constant memory."""
        after = ""
        while rows := self.file.rows(
            f"SELECT number, id, record, {intact('article')} AND {intact('change')} FROM article"
            " JOIN change ON number = article.change WHERE id > ? AND NOT withdrawn ORDER BY id LIMIT ?",
            after,
            _PAGE_OF_ROWS,
        ):
            yield from (self._decode(*row) for row in rows)
            after = rows[-1][1]

    def last_change_before(self, moment: datetime) -> int:
        """Return the number of the last change archived before `moment` (aware), 0 if there is none."""
        at = moment.astimezone(timezone.utc).isoformat(timespec="seconds")
        return int(self.file.rows("SELECT coalesce(max(number), 0) FROM change WHERE archived_at < ?", at)[0][0])

    def fingerprint(self, change: int) -> str:
        """Return what tells this change from another of the same number in an archive restored from an older copy; "" if there is none."""
        rows = self.file.rows("SELECT archived_at, article_id, content_hash FROM change WHERE number = ?", change)
        return "/".join(str(value) for value in rows[0]) if rows else ""

    def statistics(self) -> Statistics:
        """Count what there is."""
        return statistics(self.file, self._papers)

    def check(self) -> list[Told]:
        """Read everything and return what is told of each thing that is not as it was written; sound archives give none."""
        return problems(self.file)

    def _append(self, article: Article) -> int:
        change = self.file.run(
            "INSERT INTO change (article_id, archived_at, content_hash, record) VALUES (?, ?, ?, ?)",
            article.id,
            _now(),
            article.content_hash,
            record.encode(article),
        )
        self.file.seal("change", "number = ?", change)
        return change

    def _make_current(self, article: Article, change: int, url: str, seen: str) -> None:
        """Make the revision at `change` what the archive has of `article`, known at the canonical `url` and last `seen` then."""
        self.file.run(
            "INSERT INTO article (id, change, url, source, source_origin, published, seen) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET change = excluded.change, withdrawn = 0, source = excluded.source,"
            " source_origin = excluded.source_origin, published = excluded.published, seen = excluded.seen",
            article.id,
            change,
            url,
            article.source,
            article.origins.get("source", ""),
            article.published and article.published.astimezone(timezone.utc).isoformat(),
            seen,
        )
        self.file.seal("article", "id = ?", article.id)

    def _known(self, article: Article, url: str) -> tuple[bool, bool, str, str | None, int | None]:
        """Return whether there is an article of this id, whether it is withdrawn, when it was seen, and two things of its texts.

        The hash of the present one, None when it is withdrawn; and the change that brought this one last, None when it never had it.
        Raises IdentityTaken.
        """
        rows = self.file.rows(
            "SELECT url, withdrawn, seen, content_hash, (SELECT max(number) FROM change WHERE article_id = id"
            " AND content_hash = ?) FROM article JOIN change ON number = article.change WHERE id = ?",
            article.content_hash,
            article.id,
        )
        if not rows:
            return False, False, "", None, None
        if rows[0][0] != url:
            other = rows[0][0] or told("another_article")
            raise IdentityTaken("identity_taken", article=article.id, address=url or article.title, other=other)
        return True, bool(rows[0][1]), *rows[0][2:]

    def _keep_difference(self, article: Article, change: int) -> None:
        """Keep what differs from the revision before; nothing where that cannot be read: a text is kept whatever befell the last."""
        rows = self.file.rows(
            "SELECT max(number) FROM change WHERE article_id = ? AND number < ? AND record IS NOT NULL", article.id, change
        )
        older = rows[0][0]
        if older is None:
            return
        try:
            before = self.revision(older)
        except ArchiveDamaged:  # check says so
            return
        self.differences.keep(change, older, article.id, before, article)

    def _decode(self, change: int, article_id: str, kept: bytes, as_written: int) -> Article:
        if not as_written:
            raise archive_value.damaged(self.file.path, change, archive_value.BROKEN_SEAL)
        try:
            article = record.decode(kept, article_id)
        except ValueError as error:
            raise archive_value.damaged(self.file.path, change, error) from error
        return article.of_paper(self._paper(article.source, article.origins.get("source", ""), article.url))

    def _paper(self, source: str, origin: str, url: str) -> str:
        return source if self._papers is None else self._papers.name(source, origin, url)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
