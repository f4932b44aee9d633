"""A page that a browser saved as MHTML -> Article: its main part is read as the page it is."""

from __future__ import annotations

import email
from datetime import datetime

from corpus.article import Article
from corpus.errors import NotAnArticle
from corpus.reading.page import read_page


def read_mhtml(content: bytes, *, url: str = "", fetched_at: datetime | None = None) -> Article:
    """Return the article on a page saved from `url`. Raises NotAnArticle as `read_page` does, and for a file without a page."""
    try:
        parts = [
            part
            for part in email.message_from_bytes(content.removeprefix(b"\xef\xbb\xbf").lstrip()).walk()
            if not part.is_multipart()
        ]
        pages = [part for part in parts if part.get_content_type() in ("text/html", "application/xhtml+xml")]
        # Frames are parts too: the page itself is the one from its address, or the first.
        named = [part for part in pages if url and str(part.get("Content-Location", "")).strip() == url]
        payload = (named or pages)[0].get_payload(decode=True) if pages else None
    except RecursionError as error:
        raise NotAnArticle("letter_too_deep") from error
    if not isinstance(payload, bytes):
        raise NotAnArticle("mhtml_without_page")
    return read_page(payload, url=url, fetched_at=fetched_at)
