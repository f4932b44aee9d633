"""An article and its earlier revisions -> the texts that those had and the article has no more.

Invariant: what occurs within one text of an earlier revision, and nowhere in the article, occurs in one of the texts returned. Work is bounded: of an
article with more revisions than MOST_REVISIONS, or with more lost text than MOST_TEXT, the newest count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corpus.article import Article
from language.bare_text import bare_texts

MOST_REVISIONS = 200
"""Earlier revisions of one article that are looked at: the newest."""
MOST_TEXT = 4_000_000
"""Characters of lost texts of one article, but one text at least."""


def judged_texts(article: Article) -> list[tuple[str, bool]]:
    """Return title, lead and blocks of an article that are not empty, each with whether it is bare (language.bare_text)."""
    texts = [article.title, article.lead, *(block.text for block in article.blocks)]
    return [(text, is_bare) for text, is_bare in zip(texts, bare_texts(texts), strict=True) if text]


def lost_texts(article: Article, earlier: Iterable[Article]) -> Iterator[tuple[str, bool]]:
    """Yield each text of the `earlier` revisions (the newest first) that is none of the article's, once, with whether it is bare."""
    known = set(judged_texts(article))
    length = 0
    for revision in earlier:
        for judged in judged_texts(revision):
            if judged in known:
                continue
            known.add(judged)
            length += len(judged[0])
            if length > MOST_TEXT and length > len(judged[0]):
                return
            yield judged
