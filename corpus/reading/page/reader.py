"""Bytes of a page -> Article, or the reason why it is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import TypeVar

from corpus.article import Article, RelatedLink
from corpus.errors import NotAnArticle
from corpus.hashtag import merge_tags
from corpus.identity import without_tracking
from corpus.paper import masthead, site
from corpus.reading.address import resolve
from corpus.reading.bound import bounded
from corpus.reading.container import HEAD, pages_in_a_row, several_pages
from corpus.reading.page.byline import authors, is_byline, is_source
from corpus.reading.page.date import without_date
from corpus.reading.page.encoding import decode
from corpus.reading.page.label import fold, label, zones
from corpus.reading.page.main_text import main_lines
from corpus.reading.page.metadata import Metadata, page_url, read_metadata
from corpus.reading.page.publication import Publication, find_publication
from corpus.reading.page.region import HEADLINE_WORDS, Region, afterword, find_region
from corpus.reading.page.story import Story, read_story
from corpus.reading.page.tag import find_tags
from corpus.reading.page.title import Headline, find_headline
from corpus.reading.page.tree import Line, Node, Tree, parse
from corpus.reading.page.verdict import NO_TITLE, Evidence, refusal, refusal_without_story

_Part = TypeVar("_Part")

MAX_BYTES = 20_000_000
_MOST_LINKS = 30
_FOR = re.compile(r"^\s*theo\s+", re.I)
_QUOTED = frozenset(("figure", "figcaption", "blockquote", "nav"))
_ABOVE = 3  # lines above the headline that may name its author
_AFTER = 12  # lines after the story that may name its author
# A browser passes over the slash, the parser takes what follows for no part of the page.
_CLOSED_AT_ONCE = re.compile(r"<(html|head|body)(\s[^<>]*)?/>", re.I)
# What a mistake of ours or of a library raises over something that nobody writes.
_MISTAKES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_TOO_DEEP = "Trang lồng thẻ quá sâu nên không đọc được phần thân."


def read_page(page: bytes, *, url: str = "", fetched_at: datetime | None = None) -> Article:
    """Return the article on `page`, which was fetched from `url` at `fetched_at` (both may be unknown).

    Reads encodings, dates, titles and tags as Vietnamese pages write them; `origins` and `notes` of the result say where each value
    comes from and what was dropped. A date without offset is +07:00; dates more than two days after `fetched_at` (now, when unknown)
    are dropped. Time and memory are linear in the page. Raises NotAnArticle, with its reason in Vietnamese, for what is no article,
    no HTML, or larger than MAX_BYTES.
    """
    if len(page) > MAX_BYTES:
        raise NotAnArticle(f"Trang nặng {len(page) / 1e6:.0f} MB, quá giới hạn {MAX_BYTES // 1_000_000} MB của một bài báo.")
    if not page.strip():
        raise NotAnArticle("Trang trống, không có nội dung.")
    several = several_pages(page[:HEAD])
    if several:
        raise NotAnArticle(several)
    text, note = decode(page)
    _refuse_other_formats(text)
    text = _CLOSED_AT_ONCE.sub(r"<\1\2>", text)
    tree = parse(text)
    notes = [note] if note else []
    part = partial(_read_part, notes)
    metadata = part("siêu dữ liệu", lambda: read_metadata(tree, url), Metadata({}, frozenset(), ""))
    address = page_url(metadata, url)
    region = find_region(tree, main_lines(text, tree))
    if region is None:
        raise NotAnArticle(_TOO_DEEP if tree.cut else refusal_without_story(tree, address))
    headline = find_headline(tree, region, metadata)
    if headline is None:
        raise NotAnArticle(NO_TITLE)
    story = read_story(tree, region, metadata, headline)
    publication = part(
        "ngày đăng",
        lambda: find_publication(tree, region, metadata, headline, address or url, fetched_at),
        Publication(None, "", None, "", ()),
    )
    words = "\n".join([headline.text, story.lead, *(block.text for block in story.blocks)])
    no_tags: tuple[tuple[str, ...], str] = ((), "")
    tags, tags_origin = part("thẻ", lambda: _tags(tree, region, metadata, headline, story, words), no_tags)
    why = refusal(Evidence(tree, region, metadata, headline, story, publication, address or url, bool(tags)))
    if why:
        raise NotAnArticle(why)
    source, source_origin = part("tên báo", lambda: _source(tree, metadata, headline, address or url), ("", ""))
    section, section_origin = part("chuyên mục", lambda: _section(tree, metadata, headline, source), ("", ""))
    no_people: tuple[tuple[str, ...], str] = ((), "")
    people, people_origin = part("tác giả", lambda: _authors(tree, region, metadata, headline, story, source), no_people)
    no_links: tuple[RelatedLink, ...] = ()
    related = part("tin liên quan", lambda: _related(story, headline, address or url), no_links)
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
        "url": "" if not address else "given" if address == without_tracking(url) else "meta",
    }
    cut = ("Trang lồng thẻ quá sâu; phần cuối trang không đọc được.",) if tree.cut else ()
    article = Article(
        title=headline.text,
        blocks=story.blocks,
        lead=story.lead,
        url=address,
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


def _refuse_other_formats(text: str) -> None:
    head = text.lstrip("\ufeff \t\r\n")[:1000].lower()
    if "<" not in text[:20_000]:
        kind = "dữ liệu JSON" if head.startswith(("{", "[")) else "văn bản thường"
        raise NotAnArticle(f"Tệp này là {kind}, không phải trang web.")
    several = pages_in_a_row(text)
    if several:
        raise NotAnArticle(several)
    if head.startswith(("<?xml", "<rss", "<feed", "<urlset", "<sitemapindex")) and "<html" not in text[:5000].lower():
        raise NotAnArticle("Tệp này là nguồn tin RSS hoặc XML, không phải trang bài báo.")


def _read_part(notes: list[str], name: str, read: Callable[[], _Part], otherwise: _Part) -> _Part:
    """Return what `read` reads of a page, or `otherwise` where it fails: an article can do without, and its notes say so."""
    try:
        return read()
    except _MISTAKES as error:
        notes.append(f"Không đọc được {name}: bộ đọc gặp lỗi {type(error).__name__}.")
        return otherwise


def _tags(
    tree: Tree, region: Region, metadata: Metadata, headline: Headline, story: Story, text: str
) -> tuple[tuple[str, ...], str]:
    labels, origin = find_tags(tree, region, metadata, headline, story.hashtags, text)
    return merge_tags(labels, text), origin


def _source(tree: Tree, metadata: Metadata, headline: Headline, address: str) -> tuple[str, str]:
    """Return the name of the paper as the page states it, never its owner's; where it states none, the host."""
    host = site(address)
    for value in metadata.all("source"):
        if name := masthead(value.text, host):
            return name, value.origin
    if tree.title.startswith(headline.text):  # "Headline - Section - Paper"
        last = re.split(r"\s[-–—|»›:•]\s|[|»]", tree.title[len(headline.text) :])[-1].strip()
        if masthead(last, host):
            return last, "meta"
    parts = re.split(r"\s[-–—|»›:•]\s|[|»]", tree.title)
    if (
        fold(headline.text) not in fold(tree.title) and len(parts) > 1 and masthead(parts[0], host)
    ):  # every page has the paper's own title
        return parts[0].strip(), "meta"
    return (host, "url") if host else ("", "")


def _section(tree: Tree, metadata: Metadata, headline: Headline, source: str) -> tuple[str, str]:
    known = [(value.text.split(",")[0].strip(), value.origin) for value in metadata.all("section")]
    crumbs = [
        (name, "visible") for line in tree.lines[max(0, headline.first - 6) : max(0, headline.first)] for name in _crumbs(line)
    ]
    for name, origin in (*known, *reversed(crumbs)):
        folded = fold(name)
        if (
            2 <= len(name) <= 40
            and folded not in (fold(headline.text), fold(source))
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


def _authors(
    tree: Tree, region: Region, metadata: Metadata, headline: Headline, story: Story, source: str
) -> tuple[tuple[str, ...], str]:
    after = afterword(tree, region)
    places = {line.number for line in after[:_AFTER]} | set(range(max(0, headline.first - _ABOVE), region.core.end))
    marked = [
        _undated(text)
        for node in tree.nodes
        if node.start in places and node.end - node.start <= 3
        if ("author" in zones(node.hint) or "author" in node.attributes.get("rel", "").split())
        if not region.is_elsewhere(tree.lines[node.start], node) and not _is_quoted(node, tree.lines[node.start], region)
        for text in ([node.text] if node.text else [line.text for line in tree.lines[node.start : node.end] if not line.media])
    ]
    taken = [line for line in story.bylines if is_source(line) and not authors([line], ()) and line not in marked]
    outlets = [source, *(value.text for value in metadata.all("source")), *taken]
    if any("source" in zones(node.hint) and node.start in places for node in tree.nodes):
        marked = [_FOR.sub("", text) for text in marked]  # the paper it was taken from has a place of its own
    declared: tuple[str, ...] = ()
    origin = ""
    for origin in ("json-ld", "meta", "microdata"):
        declared = authors((value.text for value in metadata.all("author") if value.origin == origin), outlets)
        if declared:
            break
    last = list(takewhile(is_byline, (line.text for line in after[:3])))
    shown = authors([*marked, *story.bylines], outlets) or authors(last, outlets)
    # What readers see goes before what machines are told, unless that is the same people and more.
    if {fold(name) for name in shown} <= {fold(name) for name in declared}:
        return declared, origin if declared else ""
    return shown, "visible"


def _is_quoted(node: Node, line: Line, region: Region) -> bool:
    """Does `node` name who took a picture, said a sentence or wrote the story whose title stands beside it in `line`?"""
    if any(len(link.text.split()) >= HEADLINE_WORDS and not is_byline(link.text) for link in line.links):
        return True
    return "caption" in region.zones[node.number] or node.within(_QUOTED, 6)


def _undated(text: str) -> str:
    return without_date(text) if any(character.isdigit() for character in text) else text


def _lead_origin(story: Story, metadata: Metadata) -> str:
    lead = fold(story.lead)
    return next((value.origin for value in metadata.all("description") if lead and lead in fold(value.text)), "visible")


def _related(story: Story, headline: Headline, base: str) -> tuple[RelatedLink, ...]:
    found: dict[str, RelatedLink] = {}
    for link in story.links:
        if fold(link.text) != fold(headline.text):
            found.setdefault(link.target or link.text, RelatedLink(link.text, resolve(base, link.target)))
    return tuple(found.values())[:_MOST_LINKS]
