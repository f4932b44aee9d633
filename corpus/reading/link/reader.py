"""The bytes of a list, as a server sent them, and what it is taken for -> the addresses in it, each once."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from corpus.errors import NotAList
from corpus.reading.link.feed import read_feed
from corpus.reading.link.link import Link, ListKind
from corpus.reading.link.section import read_home, read_section
from corpus.reading.link.sitemap import read_sitemap

MAX_LIST = 50_000_000
"""Bytes of a list, unfolded: what the sitemap protocol allows."""
MOST_LINKS = 50_000
"""Links taken from one list: as many as the sitemap protocol allows."""


def read_links(kind: ListKind, content: bytes, *, url: str, content_type: str = "") -> list[Link]:
    """Return what the list at `url` names, in its order. Raises NotAList when it is none, or none that can be read."""
    content = _unfolded(content)
    if kind == "feed":
        return _once(read_feed(content, url, content_type))
    if kind == "sitemap":
        return _once(read_sitemap(content, url))
    return _once(read_home(content, url) if kind == "home" else read_section(content, url))


def _unfolded(content: bytes) -> bytes:
    """Return what a file compressed with gzip holds; servers send sitemaps so, whatever they say of it."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    unfolding = zlib.decompressobj(wbits=31)
    try:
        unfolded = unfolding.decompress(content, MAX_LIST)
    except zlib.error as error:
        raise NotAList("list_not_unfolded") from error
    if unfolding.unconsumed_tail:
        raise NotAList("list_too_large", most=MAX_LIST // 1_000_000)
    return unfolded


def _once(links: Iterable[Link]) -> list[Link]:
    found: dict[str, Link] = {}
    for link in links:
        found.setdefault(link.url, link)
        if len(found) == MOST_LINKS:
            break
    return list(found.values())
