"""Article -> the JSON object that programs are given of it: what the paper published, with the names that Article gives it."""

from __future__ import annotations

from typing import Any

from corpus.article import Article
from corpus.permalink import permalink


def article_json(article: Article, base: str = "") -> dict[str, Any]:
    """Return the object, ready for json.dumps; `base`, the address of the site, stands before the permalink."""
    return {
        "id": article.id,
        "permalink": base + permalink(article.id, article.title),
        "url": article.url,
        "title": article.title,
        "lead": article.lead,
        "blocks": [{"kind": block.kind, "text": block.text, "credit": block.credit} for block in article.blocks],
        "authors": article.authors,
        "source": article.source,
        "stated_source": article.stated_source,
        "section": article.section,
        "tags": article.tags,
        "published": article.published.isoformat() if article.published else None,
        "modified": article.modified.isoformat() if article.modified else None,
        "fetched_at": article.fetched_at.isoformat() if article.fetched_at else None,
        "content_hash": article.content_hash,
    }
