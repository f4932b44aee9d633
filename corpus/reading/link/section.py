"""A page of a section, or a paper's home page -> where its links lead, and the next page of the list.

Which of the links are articles is not decided here: that is seen in their addresses (corpus.gathering.address_shape).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.errors import NotAList, NotAnArticle
from corpus.reading.address import parts_of, resolve
from corpus.reading.link.link import Link
from corpus.reading.page.encoding import decode
from language.mark import without_marks
from language.text import clean

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
_FEED_PATH = re.compile(r"(?:\.rss|/feed|/rss|\.atom|/rss/[\w./-]+)/?$", re.I)
_NEXT = re.compile(r"(?:trang )?(?:sau|tiep|tiep theo|ke tiep)|next(?: page)?|older|cu hon|xem them|[>»›→]{1,2}")
_NEXT_PATH = re.compile(r"(?:[/?&_.-](?:page|trang|p|paged)[=/_-]?)([2-9]|\d{2,4})(?=$|[/.?&])", re.I)
_SECTION_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){0,4}(?:\.\w{2,5})?/?")


def read_section(content: bytes, url: str) -> Iterator[Link]:
    """Yield where the links of the page at `url` lead, and its next page. Raises NotAList if it has no link at all."""
    soup = _soup(content)
    base = _base(soup, url)
    found = False
    for anchor in soup.find_all("a", href=True):
        address = resolve(base, str(anchor["href"]))
        if not address:
            continue
        found = True
        text = clean(anchor.get_text(" "))[:300]
        is_next = "next" in _relations(anchor) or _NEXT.fullmatch(without_marks(text.casefold())) is not None
        further = _NEXT_PATH.search(address)
        if is_next or (further and text.isdecimal()):
            yield Link("next", address)
        else:
            yield Link("article", address, text)
    for link in soup.find_all("link", rel="next", href=True):
        if address := resolve(base, str(link["href"])):
            found = True
            yield Link("next", address)
    if not found:
        raise NotAList("list_no_links")


def read_home(content: bytes, url: str) -> Iterator[Link]:
    """Yield the feeds and sections that a paper's home page names, those of its own host only. Raises NotAList if it has none."""
    soup = _soup(content)
    base, host = _base(soup, url), parts_of(url).hostname
    found = False
    for link in soup.find_all("link", href=True):
        if str(link.get("type", "")).lower() in _FEED_TYPES and (address := resolve(base, str(link["href"]))):
            found = True
            yield Link("feed", address, clean(str(link.get("title", ""))))
    bars = soup.find_all(["nav", "header"]) + soup.select("[role=navigation], [class*=menu], [class*=nav]")
    in_bars = {id(anchor) for bar in bars for anchor in bar.find_all("a", href=True)}
    for anchor in soup.find_all("a", href=True):
        address = resolve(base, str(anchor["href"]))
        if not address or parts_of(address).hostname != host:
            continue
        path = parts_of(address).path
        if _FEED_PATH.search(path):
            found = True
            yield Link("feed", address, clean(anchor.get_text(" "))[:300])
        elif id(anchor) in in_bars and _SECTION_NAME.fullmatch(path.strip("/").lower() or "-") and not parts_of(address).query:
            found = True
            yield Link("section", address.partition("#")[0], clean(anchor.get_text(" "))[:300])
    if not found:
        raise NotAList("list_no_links")


def _soup(content: bytes) -> BeautifulSoup:
    from bs4 import BeautifulSoup

    try:
        text = decode(content).text
    except NotAnArticle as refusal:
        raise NotAList(refusal.told.code, **dict(refusal.told.values)) from refusal
    return BeautifulSoup(text, "lxml")


def _base(soup: BeautifulSoup, url: str) -> str:
    return next((address for given in soup.find_all("base", href=True) if (address := resolve(url, str(given["href"])))), url)


def _relations(anchor: Tag) -> list[str]:
    related = anchor.get("rel")
    return related.lower().split() if isinstance(related, str) else [str(each).lower() for each in related or ()]
