"""Articles -> every revision of them, with all that the archive keeps of it, in the order in which they were archived.

Invariant: one revision is in memory at a time. Articles that are withdrawn have no history to give out.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from corpus.archive import value as archive_value
from corpus.archive.archive import Archive
from corpus.article import Article
from corpus.capture import Capture


@dataclass(frozen=True)
class KeptRevision:
    """A text of an article as of `change`, kept since `archived_at`, with the raw page it was read from by version `reader`, if there is one.

    `seen_at` is until when this is known to have been the text, as far as it bears on what comes after it (see Archive.add).
    """

    change: int
    article: Article
    archived_at: datetime
    seen_at: datetime
    page: bytes | None
    reader: int
    captures: tuple[Capture, ...]


def history(archive: Archive, articles: Iterable[str]) -> Iterator[KeptRevision]:
    """Yield the revisions of the articles with these ids, the oldest first. Raises what the archive raises."""
    changes = array("q")
    for article_id in articles:
        changes.extend(revision.change for revision in archive.revisions(article_id))
    for change in sorted(changes):
        revision = _revision(archive, change)
        if revision is not None:
            yield revision


def _revision(archive: Archive, change: int) -> KeptRevision | None:
    rows = archive.file.rows(
        "SELECT archived_at, article.change = number, seen, reader FROM change JOIN article ON id = article_id"
        " LEFT JOIN page ON page.change = number WHERE number = ? AND NOT withdrawn",
        change,
    )
    if not rows:
        return None  # withdrawn meanwhile
    archived, newest, seen, reader = rows[0]
    article = archive.revision(change).as_stated()
    archived_at = archive_value.moment(archive.file.path, change, archived)
    seen_at = archive_value.moment(archive.file.path, change, seen) if newest else article.fetched_at or archived_at
    page = archive.pages.of(article.id, change)
    return KeptRevision(change, article, archived_at, seen_at, page, reader or 0, tuple(archive.captures.of(change)))
