"""A sitemap, an index of sitemaps, a news sitemap, or a plain list of addresses -> the addresses, with the days they changed.

Read element by element, so that 50,000 addresses take little memory; entities are not resolved, nothing is fetched.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

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
    reading = etree.iterparse(
        io.BytesIO(content), events=("start", "end"), recover=True, resolve_entities=False, no_network=True, huge_tree=False
    )
    try:
        root = _local(next(reading)[1].tag)
    except (etree.XMLSyntaxError, StopIteration) as error:
        raise NotAList("list_no_sitemap") from error
    if root in _FEEDS:
        yield from read_feed(content, url)
        return
    if root not in ("urlset", "sitemapindex"):
        raise NotAList("list_no_sitemap")
    last = None
    for link in _entries(reading, url):
        if last:
            yield last
        last = link
    if last and content.rstrip().endswith(b">"):  # else it was cut, perhaps within the last address
        yield last


def _entries(reading: Iterator[tuple[str, Any]], url: str) -> Iterator[Link]:
    """Yield the entries of a sitemap up to where its markup ends or breaks."""
    from lxml import etree

    values: dict[str, str] = {}
    with contextlib.suppress(etree.XMLSyntaxError):  # what came before it has been named
        for event, element in reading:
            name = _local(element.tag)
            if event == "end" and name in ("loc", "title", *_DATES):
                values.setdefault(name, element.text or "")
            elif event == "end" and name in _ENTRIES:
                if link := _link(_ENTRIES[name], values, url):
                    yield link
                values = {}
                _forget(element)


def _forget(element: Any) -> None:
    """Let go of an element that was read, and of those before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


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
