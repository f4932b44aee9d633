"""The "Tin liên quan" entries of an article -> links for readers: to the archive's own copy where it has one."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.archive import Archive
from corpus.article import Article
from corpus.identity import article_id, canonical_url
from corpus.permalink import permalink

_MOST_RELATED = 20


@dataclass(frozen=True)
class Related:
    """A "Tin liên quan" entry: the permalink if the archive has the article, else "", and the address the paper gave."""

    title: str
    permalink: str
    url: str


def related(kept: Archive, article: Article) -> list[Related]:
    """Return the paper's own related articles, with permalinks to those that the archive has."""
    found = []
    for link in article.related[:_MOST_RELATED]:
        known = kept.get(article_id(link.url, [])) if canonical_url(link.url) else None
        title = link.title or (known.title if known else link.url)
        found.append(Related(title, permalink(known.id, known.title) if known else "", link.url))
    return found
