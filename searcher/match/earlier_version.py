"""What is asked of earlier versions of an article, and those versions -> where it stands in them.

Invariant: what is marked is an occurrence of a leaf that the present version lacks; each leaf is shown in the newest version that has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpus.archive import Revision
from corpus.article import Article
from searcher.deadline import Deadline, DeadlineExceeded
from searcher.match.occurrence import Finder, finder_of
from searcher.match.snippet import snippets
from searcher.query.tree import Earlier, Leaf, Or
from searcher.result import EarlierVersion

MOST_VERSIONS = 3
"""Versions of one article that a hit shows."""
_SNIPPETS = 2  # of one version


def earlier_versions(
    asked: Sequence[Earlier], versions: Iterable[tuple[Revision, Article]], path: str, *, exact_marks: bool, deadline: Deadline
) -> tuple[tuple[EarlierVersion, ...], bool]:
    """Return the newest of the `versions` (newest first) that have what is `asked`, and whether there was time to find them all.

    `path` is the article's permalink.
    """
    left = [each.leaf for each in asked]
    found: list[EarlierVersion] = []
    try:
        for revision, article in versions:
            if not left or len(found) == MOST_VERSIONS:
                break
            here = _leaves_in(left, article, finder_of(Or(tuple(left)), exact_marks=exact_marks), deadline)
            if here:
                excerpt = snippets(Or(tuple(here)), article, exact_marks=exact_marks, most=_SNIPPETS, deadline=deadline)
                if not excerpt.whole:
                    return tuple(found), False
                shown = tuple(snippet for snippet in excerpt.snippets if snippet.marks)
                found.append(
                    EarlierVersion(revision.change, revision.archived_at.isoformat(), f"{path}?ban={revision.change}", shown)
                )
                left = [leaf for leaf in left if leaf not in here]
    except DeadlineExceeded:
        return tuple(found), False
    return tuple(found), True


def _leaves_in(leaves: Sequence[Leaf], article: Article, finder: Finder, deadline: Deadline) -> list[Leaf]:
    """Return which of `leaves`, those that `finder` looks for in this order, occur in an article."""
    numbers = {occurrence.leaf for _, found in finder.find_in(article, deadline) for occurrence in found}
    return [leaf for number, leaf in enumerate(leaves) if number in numbers]
