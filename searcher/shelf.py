"""Places in a commit -> the articles that were indexed there, their headings and earlier versions: all that a search reads from the archive.

Invariant: what is handed out is what was indexed, its papers named as in the commit, whatever the archive has been given since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from corpus.archive import Archive, Revision
from corpus.archive.absence import Absence
from corpus.article import Article, Heading
from index.errors import IndexOutdated
from index.snapshot import ANOTHER_ARCHIVE
from searcher.match.collection import Collection


class Shelf:
    """The archive behind an index folder; places are (segment number, document) pairs.

    Every method raises IndexOutdated if the archive does not have what was indexed: another file has been put in its place.
    """

    def __init__(self, archive: Archive, folder: Path) -> None:
        self._archive = archive
        self._folder = folder

    def articles(self, collection: Collection, located: Sequence[tuple[int, int]]) -> list[Article]:
        """Return the articles at these places, in order, in the revisions that were indexed."""
        changes = [int(collection.segments[segment].changes[document]) for segment, document in located]
        articles = self._named_as_in(collection).revisions_at(changes)
        ids = [collection.segments[segment].ids[document].decode() for segment, document in located]
        if any(change not in articles or articles[change].id != each for change, each in zip(changes, ids, strict=True)):
            raise IndexOutdated(self._folder, ANOTHER_ARCHIVE)
        return [articles[change] for change in changes]

    def earlier(self, collection: Collection, segment: int, document: int) -> Iterator[tuple[Revision, Article]]:
        """Yield the versions of an article that came before the one indexed at this place, the newest first."""
        archive = self._named_as_in(collection)
        change = int(collection.segments[segment].changes[document])
        revisions = {each.change: each for each in archive.revisions(collection.segments[segment].ids[document].decode())}
        for older in archive.earlier([change]).get(change, ()):
            yield revisions[older], archive.revision(older)

    def absences(self, articles: Iterable[Article]) -> dict[str, Absence]:
        """Return which of the articles, by id, are no longer at their addresses now, and since when."""
        return self._archive.absences.of(article.id for article in articles)

    def headings(self, changes: Sequence[int]) -> list[Heading]:
        """Return the headings of the revisions that were indexed as `changes`, in order."""
        headings = self._archive.headings_at(changes)
        if len(headings) < len(changes):
            raise IndexOutdated(self._folder, ANOTHER_ARCHIVE)
        return [headings[change] for change in changes]

    def _named_as_in(self, collection: Collection) -> Archive:
        return collection.kept(self._archive.named_by, lambda: self._archive.named_by(collection.snapshot.provenance.papers))
