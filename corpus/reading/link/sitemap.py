"""A sitemap, an index of sitemaps, a news sitemap, or a plain list of addresses -> the addresses, with the days they changed.

Read element by element, so that 50,000 addresses take little memory; entities are not resolved, nothing is fetched.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from corpus.errors import NotAList
from corpus.reading.address import resolve
from corpus.reading.link.feed import read_feed
from corpus.reading.link.link import Link
from language.text import clean
from language.timestamp import is_plausible, parse_iso

_ENTRIES: dict[str, Literal["article", "sitemap"]] = {"url": "article", "sitemap": "sitemap"}
_FEEDS = ("rss", "feed", "RDF")
_DATES = ("publication_date", "lastmod")  # the first of them that a paper states says most


def read_sitemap(content: bytes, url: str) -> Iterator[Link]:
    """Yield what the sitemap at `url` names. Raises NotAList if it is none."""
    from lxml import etree  # type: ignore[import-untyped]

    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        yield from _plain(content, url)
        return
    values: dict[str, str] = {}
    root, last = "", None
    reading = etree.iterparse(
        io.BytesIO(content), events=("start", "end"), recover=True, resolve_entities=False, no_network=True, huge_tree=False
    )
    try:
        for event, element in reading:
            name = _local(element.tag)
            if not root:
                root = name
                if root in _FEEDS:
                    yield from read_feed(content, url)
                    return
                if root not in ("urlset", "sitemapindex"):
                    raise NotAList("list_no_sitemap")
            if event == "start":
                continue
            if name in _ENTRIES and values:
                if last:
                    yield last
                last, values = _link(_ENTRIES[name], values, url), {}
            elif name in ("loc", "title", *_DATES):
                values.setdefault(name, element.text or "")
            if name in _ENTRIES:
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:  # what came before it has been named
        if not root:
            raise NotAList("list_no_sitemap") from error
    if last and content.rstrip().endswith(b">"):  # else it was cut, perhaps within the last address
        yield last


def _link(kind: Literal["article", "sitemap"], values: dict[str, str], base: str) -> Link | None:
    address = resolve(base, values.get("loc", ""))
    moments = (parse_iso(values[name]) for name in _DATES if name in values)
    at: datetime | None = next((moment for moment in moments if moment and is_plausible(moment)), None)
    return Link(kind, address, clean(values.get("title", "")), at) if address else None


def _plain(content: bytes, url: str) -> Iterator[Link]:
    """Yield the addresses of a text that has one on each line."""
    lines = content.decode("utf-8-sig", "replace").split()
    addresses = [resolve(url, line) for line in lines if line.lower().startswith(("http://", "https://"))]
    if not addresses or len(addresses) * 2 < len(lines):
        raise NotAList("list_no_sitemap")
    yield from (Link("article", address) for address in addresses if address)


def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""  # comments and the like have functions for tags
