"""An RSS or Atom feed, broken or not -> the articles that it names."""

from __future__ import annotations

import calendar
import io
from collections.abc import Iterator
from datetime import datetime, timezone
from time import struct_time
from typing import Any

from corpus.errors import NotAList
from corpus.reading.address import resolve
from corpus.reading.link.link import Link
from language.text import clean
from language.timestamp import is_plausible


def read_feed(content: bytes, url: str, content_type: str = "") -> Iterator[Link]:
    """Yield the articles of the feed at `url`. Raises NotAList if it is no feed."""
    import feedparser

    headers = {"content-location": url, "content-type": _type(content, content_type)}
    # As a file: a text that looks like a path or an address would be opened.
    feed = feedparser.parse(io.BytesIO(content), response_headers=headers, resolve_relative_uris=False, sanitize_html=False)
    if not feed.get("version") and not feed.get("entries"):
        raise NotAList("list_no_feed")
    base = resolve(url, str(feed.feed.get("link", ""))) or url
    for entry in feed.entries:
        address = resolve(base, _address(entry))
        if address:
            yield Link("article", address, clean(str(entry.get("title", ""))), _moment(entry))


def _type(content: bytes, content_type: str) -> str:
    """Return the media type by which to read a feed: what is UTF-8 is that, whatever the server or nobody says."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return content_type
    return "application/xml; charset=utf-8"


def _address(entry: Any) -> str:
    """Return where an entry leads: its link, or an id that is an address."""
    for written in (entry.get("link"), *(link.get("href") for link in entry.get("links", ()) if link.get("rel") == "alternate")):
        if written:
            return str(written)
    name = str(entry.get("id", ""))
    return name if name.lower().startswith(("http://", "https://")) else ""


def _moment(entry: Any) -> datetime | None:
    for name in ("published_parsed", "updated_parsed"):
        read = dict.get(entry, name)  # its own `get` takes one date for the other, with a warning
        if isinstance(read, struct_time):
            try:
                moment = datetime.fromtimestamp(calendar.timegm(read), timezone.utc)
            except (ValueError, OverflowError, OSError):  # the year 0, the 40th of May
                continue
            if is_plausible(moment):
                return moment
    return None
