"""The address of a paper -> the paper as it may be followed: its feeds, sitemaps and sections, as its own pages and robots.txt name them.

Every list is looked into before it is named: what does not answer, or is none, is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from corpus.archive.ledger import TargetKind
from corpus.errors import FetchFailed, NotAList
from corpus.gathering.source import Source
from corpus.gathering.visit import Visitor
from corpus.reading.address import resolve
from corpus.reading.link import Link, ListKind
from corpus.reading.page_process import PageProcess

MOST_FEEDS, MOST_SITEMAPS, MOST_SECTIONS = 12, 6, 12
_USUAL_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml", "/sitemap-news.xml", "/news-sitemap.xml")
_USUAL_FEEDS = ("/rss", "/rss.xml", "/feed")


@dataclass(frozen=True)
class Discovered:
    """A list that a paper has, how many addresses it names, and when the last of those is from."""

    kind: TargetKind
    url: str
    links: int
    last: datetime | None


def discover(url: str, source: Source, visitor: Visitor, process: PageProcess) -> tuple[Source, list[Discovered]]:
    """Return `source` with the lists that the site at `url` has, and what was found in each. Raises FetchFailed if its home page is not to be had."""
    home = visitor.visit(url, source).answer
    if home.status != 200:
        raise FetchFailed("answer_status", status=home.status)
    at = home.url
    links = _links(process, "home", home.content, at)
    feeds = [link.url for link in links if link.kind == "feed"] or [resolve(at, path) for path in _USUAL_FEEDS]
    sitemaps = visitor.sitemaps(at, source) or [resolve(at, path) for path in _USUAL_SITEMAPS]
    found = [*_looked_into("feed", feeds, MOST_FEEDS, source, visitor, process)]
    # A feed names what is new: a sitemap that is read beside it is for what is older, sections are for papers that have neither.
    found += _looked_into("sitemap", sitemaps, MOST_SITEMAPS, source, visitor, process)
    if not any(one.kind == "feed" for one in found):
        sections = [link.url for link in links if link.kind == "section"]
        found += _looked_into("section", sections, MOST_SECTIONS, source, visitor, process)
    named = {kind: tuple(one.url for one in found if one.kind == kind) for kind in ("feed", "sitemap", "section")}
    return replace(source, feeds=named["feed"], sitemaps=named["sitemap"], sections=named["section"]), found


def _looked_into(
    kind: ListKind, urls: list[str], most: int, source: Source, visitor: Visitor, process: PageProcess
) -> list[Discovered]:
    """Return those of `urls` that are lists of a kind, each once, the first `most`."""
    found: list[Discovered] = []
    for url in dict.fromkeys(urls):
        if len(found) == most:
            break
        if not source.has(url):
            continue
        try:
            answer = visitor.visit(url, source).answer
            links = process.read_links(kind, answer.content, url=answer.url) if answer.status == 200 else []
        except (FetchFailed, NotAList):
            continue  # it is no list that can be followed, and is not named
        moments = [link.at for link in links if link.at]
        if links and all(one.url != answer.url for one in found):
            assert kind != "home"
            found.append(Discovered(kind, answer.url, len(links), max(moments, default=None)))
    return found


def _links(process: PageProcess, kind: ListKind, content: bytes, url: str) -> list[Link]:
    try:
        return process.read_links(kind, content, url=url)
    except NotAList:
        return []  # a home page made by scripts names nothing; what papers usually have is tried
