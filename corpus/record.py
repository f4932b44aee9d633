"""Article <-> the bytes the archive keeps of it: compressed JSON with every attribute, readable without this program.

Invariant: decode(encode(article)) == article. Records outlive versions: an attribute that a record lacks has its default,
one that only a newer version knows is passed over.
"""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from typing import Any

from corpus.article import Article, Block, RelatedLink

_MOMENTS = ("published", "modified", "fetched_at")
_TEXTS = ("title", "lead", "url", "source", "section")
_LISTS = ("authors", "tags", "notes")
_TITLE = '{"title":'  # how every record begins whose article has a title
_ORIGINS = '"origins":'
BEGINNING = 1000  # bytes of a record that tell nearly every title


def encode(article: Article) -> bytes:
    """Return `article` as zlib-compressed UTF-8 JSON, attributes with default values left out."""
    record: dict[str, Any] = {name: getattr(article, name) for name in (*_TEXTS, *_LISTS)}
    record["blocks"] = [[block.kind, block.text, block.credit] for block in article.blocks]
    record["related"] = [[link.title, link.url] for link in article.related]
    record["origins"] = dict(article.origins)
    for name in _MOMENTS:
        moment: datetime | None = getattr(article, name)
        record[name] = moment and moment.isoformat()
    kept = {name: value for name, value in record.items() if value}
    return zlib.compress(json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode())


def decode(record: bytes, article_id: str = "") -> Article:
    """Return the article `encode` was given, with `article_id` as its id if that is known, so that no one computes it again.

    Raises ValueError when `record` is damaged.
    """
    try:
        kept = json.loads(zlib.decompress(record))
        values: dict[str, Any] = {name: kept[name] for name in (*_TEXTS, "origins") if name in kept}
        values |= {name: tuple(kept[name]) for name in _LISTS if name in kept}
        values |= {name: datetime.fromisoformat(kept[name]) for name in _MOMENTS if name in kept}
        blocks = tuple(Block(kind, text, credit) for kind, text, credit in kept.get("blocks", ()))
        related = tuple(RelatedLink(title, url) for title, url in kept.get("related", ()))
        article = Article(**{"title": "", **values}, blocks=blocks, related=related)
        if article_id:
            article = article.known_as(article_id)
        return article
    except (zlib.error, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"damaged record: {error}") from error


def origin_of_source(record: bytes | None) -> str:
    """Return where the source of the article in `record` was found; "" where that is not known, also of a damaged record."""
    try:
        text = zlib.decompress(record or b"").decode()
        at = text.rfind(_ORIGINS)  # inside a text its quotes would be escaped
        return "" if at < 0 else str(json.JSONDecoder().raw_decode(text, at + len(_ORIGINS))[0].get("source", ""))
    except (zlib.error, ValueError, TypeError):
        return ""  # Archive.check tells of it


def title_of(beginning: bytes) -> str | None:
    """Return the title in the first bytes of a record, "" if the article has none; None if these bytes are too few to tell."""
    try:
        text = zlib.decompressobj().decompress(beginning, BEGINNING).decode(errors="ignore")
        return str(json.JSONDecoder().raw_decode(text, len(_TITLE))[0]) if text.startswith(_TITLE) else ""
    except (zlib.error, ValueError, TypeError):
        return None
