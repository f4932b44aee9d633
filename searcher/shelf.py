"""Revisions that a commit names -> their articles, headings and earlier versions: all that a search reads from the archive.

A revision is named by its change number and the id of its article. Invariant: what is handed out is what was indexed, its papers named
as in the commit, whatever the archive has been given since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from corpus.archive import Archive, Revision
from corpus.archive.absence import Absence
from corpus.article import Article, Heading
from index.errors import IndexingError


class Shelf:
    """The archive behind one commit.

    Every method raises what `outdated` gives if the archive does not have what was indexed: another file has been put in its place.
    """

    def __init__(self, archive: Archive, outdated: Callable[[], IndexingError]) -> None:
        """`archive` names papers as the commit does (Archive.named_by)."""
        self._archive = archive
        self._outdated = outdated

    def articles(self, revisions: Sequence[tuple[int, str]]) -> list[Article]:
        """Return the articles of these (change number, article id), in order, in the revisions that were indexed."""
        articles = self._archive.revisions_at([change for change, _ in revisions])
        if any(change not in articles or articles[change].id != article_id for change, article_id in revisions):
            raise self._outdated()
        return [articles[change] for change, _ in revisions]

    def earlier(self, change: int, article_id: str) -> Iterator[tuple[Revision, Article]]:
        """Yield the versions of an article that came before the one indexed as `change`, the newest first."""
        revisions = {each.change: each for each in self._archive.revisions(article_id)}
        for older in self._archive.earlier([change]).get(change, ()):
            yield revisions[older], self._archive.revision(older)

    def absences(self, articles: Iterable[Article]) -> dict[str, Absence]:
        """Return which of the articles, by id, are no longer at their addresses now, and since when."""
        return self._archive.absences.of(article.id for article in articles)

    def headings(self, changes: Sequence[int]) -> list[Heading]:
        """Return the headings of the revisions that were indexed as `changes`, in order."""
        headings = self._archive.headings_at(changes)
        if len(headings) < len(changes):
            raise self._outdated()
        return [headings[change] for change in changes]
