"""An article -> where it names places, persons and bodies, and who says what in it. Worked out once for all facets that ask of the same article.

Texts are numbered: the title, the lead, the blocks.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from corpus.article import Article
from language.actor import Named, Quotation, actors, quotations
from language.place import Mention, mentions
from language.timestamp import VIETNAM

_KEPT = 4  # articles


def texts_of(article: Article) -> tuple[str, ...]:
    """Return title, lead and blocks."""
    return (article.title, article.lead, *(block.text for block in article.blocks))


def day_of(article: Article) -> date | None:
    """Return the day of an article in Vietnam, None if it has none."""
    return article.published.astimezone(VIETNAM).date() if article.published else None


@lru_cache(_KEPT)
def place_mentions(article: Article) -> tuple[Mention, ...]:
    """Return where an article names places."""
    return tuple(mentions(texts_of(article), day=day_of(article), paper=article.source))


@lru_cache(_KEPT)
def actor_mentions(article: Article) -> tuple[Named, ...]:
    """Return where an article names persons and bodies; who wrote it is no person of its story."""
    return tuple(actors(texts_of(article), place_mentions(article), authors=article.authors))


@lru_cache(_KEPT)
def said(article: Article) -> tuple[Quotation, ...]:
    """Return what persons say in an article."""
    return tuple(quotations(texts_of(article), actor_mentions(article)))
