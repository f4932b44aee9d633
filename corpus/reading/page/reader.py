"""Bytes of a page -> Article, or the reason why it is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from corpus.article import Article, RelatedLink
from corpus.errors import NotAnArticle
from corpus.hashtag import merge_tags
from corpus.identity import without_tracking
from corpus.message import note, told
from corpus.paper import masthead, site
from corpus.reading.address import resolve
from corpus.reading.bound import bounded
from corpus.reading.container import HEAD, pages_in_a_row, several_pages
from corpus.reading.page.author import find_authors
from corpus.reading.page.encoding import decode
from corpus.reading.page.label import fold, label
from corpus.reading.page.main_text import main_lines
from corpus.reading.page.metadata import Metadata, page_url, read_metadata
from corpus.reading.page.node import Line
from corpus.reading.page.page import Page
from corpus.reading.page.publication_date import Publication, find_publication
from corpus.reading.page.region import find_region
from corpus.reading.page.story import Story, read_story
from corpus.reading.page.tag import find_tags
from corpus.reading.page.title import find_headline
from corpus.reading.page.tree import parse
from corpus.reading.page.verdict import NO_TITLE, Evidence, is_home, refusal, refusal_without_story
from language.wording import Told

_Part = TypeVar("_Part")

MAX_BYTES = 20_000_000
_MOST_LINKS = 30
# A browser passes over the slash, the parser takes what follows for no part of the page.
_CLOSED_AT_ONCE = re.compile(r"<(html|head|body)(\s[^<>]*)?/>", re.I)
# What a mistake of ours or of a library raises over something that nobody writes.
_MISTAKES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def read_page(page: bytes, *, url: str = "", fetched_at: datetime | None = None) -> Article:
    """Return the article on `page`, which was fetched from `url` at `fetched_at` (both may be unknown).

    Reads encodings, dates, titles and tags as Vietnamese pages write them; `origins` and `notes` of the result say where each value
    comes from and what was dropped. A date without offset is +07:00; dates more than two days after `fetched_at` (now, when unknown)
    are dropped. Time and memory are linear in the page. Raises NotAnArticle, with its reason, for what is no article,
    no HTML, or larger than MAX_BYTES.
    """
    _refuse_other_files(page)
    text, repaired = decode(page)
    _refuse_other_formats(text)
    text = _CLOSED_AT_ONCE.sub(r"<\1\2>", text)
    tree = parse(text)
    notes = [repaired] if repaired else []
    part = partial(_read_part, notes)
    metadata = part(told("part_metadata"), lambda: read_metadata(tree, url), Metadata({}, frozenset(), ""))
    address = page_url(metadata, url)
    region = find_region(tree, main_lines(text, tree))
    if region is None:
        raise NotAnArticle("page_too_deep" if tree.cut else refusal_without_story(tree, address))
    headline = find_headline(tree, region, metadata)
    if headline is None:
        raise NotAnArticle(NO_TITLE)
    read = Page(tree, region, metadata, headline, address or url)
    story = read_story(read)
    publication = part(
        told("part_published"),
        lambda: find_publication(read, fetched_at),
        Publication(None, "", None, "", ()),
    )
    words = "\n".join([headline.text, story.lead, *(block.text for block in story.blocks)])
    no_tags: tuple[tuple[str, ...], str] = ((), "")
    tags, tags_origin = part(told("part_tags"), lambda: _tags(read, story, words), no_tags)
    why = refusal(Evidence(read, story, publication, bool(tags)))
    if why:
        raise NotAnArticle(why)
    source, source_origin = part(told("part_source"), lambda: _source(read), ("", ""))
    section, section_origin = part(told("part_section"), lambda: _section(read, source), ("", ""))
    no_people: tuple[tuple[str, ...], str] = ((), "")
    people, people_origin = part(told("part_authors"), lambda: find_authors(read, story, source), no_people)
    no_links: tuple[RelatedLink, ...] = ()
    related = part(told("part_related"), lambda: _related(story, read), no_links)
    own = "" if is_home(address) else address
    origins = {
        "title": headline.origin,
        "lead": _lead_origin(story, metadata) if story.lead else "",
        "blocks": "visible" if story.blocks else "",
        "published": publication.origin,
        "modified": publication.modified_origin,
        "authors": people_origin,
        "source": source_origin,
        "section": section_origin,
        "tags": tags_origin,
        "url": _address_origin(own, url),
    }
    cut = (note("note_cut_deep"),) if tree.cut else ()
    article = Article(
        title=headline.text,
        blocks=story.blocks,
        lead=story.lead,
        url=own,
        authors=people,
        source=source,
        section=section,
        tags=tags,
        published=publication.published,
        modified=publication.modified,
        fetched_at=fetched_at,
        related=related,
        origins={name: origin for name, origin in origins.items() if origin},
        notes=(*notes, *cut, *metadata.notes, *publication.notes),
    )
    return bounded(article)


def _refuse_other_files(page: bytes) -> None:
    if len(page) > MAX_BYTES:
        raise NotAnArticle("page_too_large", size=len(page) / 1e6, most=MAX_BYTES // 1_000_000)
    if not page.strip():
        raise NotAnArticle("page_empty")
    several = several_pages(page[:HEAD])
    if several:
        raise NotAnArticle("several_pages", kind=several)


def _refuse_other_formats(text: str) -> None:
    head = text.lstrip("\ufeff \t\r\n")[:1000].lower()
    if "<" not in text[:20_000]:
        raise NotAnArticle("page_json" if head.startswith(("{", "[")) else "page_plain")
    several = pages_in_a_row(text)
    if several:
        raise NotAnArticle("several_pages", kind=several)
    if head.startswith(("<?xml", "<rss", "<feed", "<urlset", "<sitemapindex")) and "<html" not in text[:5000].lower():
        raise NotAnArticle("page_feed")


def _read_part(notes: list[str], part: Told, read: Callable[[], _Part], otherwise: _Part) -> _Part:
    """Return what `read` reads of a page, or `otherwise` where it fails: an article can do without, and its notes say so."""
    try:
        return read()
    except _MISTAKES as error:
        notes.append(note("note_part_unread", part=part, error=type(error).__name__))
        return otherwise


def _tags(page: Page, story: Story, text: str) -> tuple[tuple[str, ...], str]:
    labels, origin = find_tags(page, story.hashtags, text)
    return merge_tags(labels, text), origin


def _source(page: Page) -> tuple[str, str]:
    """Return the name of the paper as the page states it, never its owner's; where it states none, the host."""
    host = site(page.address)
    for value in page.metadata.all("source"):
        if name := masthead(value.text, host):
            return name, value.origin
    if page.tree.title.startswith(page.headline.text):  # "Headline - Section - Paper"
        last = re.split(r"\s[-–—|»›:•]\s|[|»]", page.tree.title[len(page.headline.text) :])[-1].strip()
        if masthead(last, host):
            return last, "meta"
    parts = re.split(r"\s[-–—|»›:•]\s|[|»]", page.tree.title)
    if (
        fold(page.headline.text) not in fold(page.tree.title) and len(parts) > 1 and masthead(parts[0], host)
    ):  # every page has the paper's own title
        return parts[0].strip(), "meta"
    return (host, "url") if host else ("", "")


def _section(page: Page, source: str) -> tuple[str, str]:
    known = [(value.text.split(",")[0].strip(), value.origin) for value in page.metadata.all("section")]
    crumbs = [
        (name, "visible")
        for line in page.tree.lines[max(0, page.headline.first - 6) : max(0, page.headline.first)]
        for name in _crumbs(line)
    ]
    for name, origin in (*known, *reversed(crumbs)):
        folded = fold(name)
        if (
            2 <= len(name) <= 40
            and folded not in (fold(page.headline.text), fold(source))
            and label(name) != "share"
            and "http" not in name
        ):
            return name, origin
    return "", ""


def _crumbs(line: Line) -> list[str]:
    """The sections a line above the headline leads to: "Trang chủ › Kinh tế", or "Kinh tế" alone."""
    if line.media or not line.links or len(line.links) > 4 or len(line.text) > 200:
        return []
    return [link.text for link in line.links if len(link.text.split()) <= 6 and label(link.text) != "share"]


def _address_origin(address: str, given: str) -> str:
    if not address:
        return ""
    return "given" if address == without_tracking(given) else "meta"


def _lead_origin(story: Story, metadata: Metadata) -> str:
    lead = fold(story.lead)
    return next((value.origin for value in metadata.all("description") if lead and lead in fold(value.text)), "visible")


def _related(story: Story, page: Page) -> tuple[RelatedLink, ...]:
    found: dict[str, RelatedLink] = {}
    for link in story.links:
        if fold(link.text) != fold(page.headline.text):
            found.setdefault(link.target or link.text, RelatedLink(link.text, resolve(page.address, link.target)))
    return tuple(found.values())[:_MOST_LINKS]
