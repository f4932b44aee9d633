"""A page and its story -> who wrote it: what readers see, else what machines are told. Names themselves are read by corpus.reading.page.byline."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import takewhile

from corpus.reading.page.byline import authors, is_byline, is_source
from corpus.reading.page.date import without_date
from corpus.reading.page.label import fold, zones
from corpus.reading.page.node import Line, Node
from corpus.reading.page.page import Page
from corpus.reading.page.region import HEADLINE_WORDS, Region, afterword
from corpus.reading.page.story import Story

_ABOVE = 3  # lines above the headline that may name its author
_AFTER = 12  # lines after the story that may name its author
_FOR = re.compile(r"^\s*theo\s+", re.I)
_QUOTED = frozenset(("figure", "figcaption", "blockquote", "nav"))


def find_authors(page: Page, story: Story, source: str) -> tuple[tuple[str, ...], str]:
    """Return the names of the authors of a page by the paper `source`, and where they were found ("" if nowhere)."""
    after = afterword(page.tree, page.region)
    places = {line.number for line in after[:_AFTER]} | set(range(max(0, page.headline.first - _ABOVE), page.region.core.end))
    marked = _marked(page, places)
    taken = [line for line in story.bylines if is_source(line) and not authors([line], ()) and line not in marked]
    outlets = [source, *(value.text for value in page.metadata.all("source")), *taken]
    if _marks_source(page, places):
        marked = [_FOR.sub("", text) for text in marked]  # the paper it was taken from has a place of its own
    declared, origin = _declared(page, outlets)
    last = list(takewhile(is_byline, (line.text for line in after[:3])))
    shown = authors([*marked, *story.bylines], outlets) or authors(last, outlets)
    # What readers see goes before what machines are told, unless that is the same people and more.
    if {fold(name) for name in shown} <= {fold(name) for name in declared}:
        return declared, origin
    return shown, "visible"


def _marked(page: Page, places: Collection[int]) -> list[str]:
    """Return what stands in the nodes at `places`, lines of the page, whose markup says they name its author."""
    return [
        _undated(text)
        for node in page.tree.nodes
        if node.start in places and node.end - node.start <= 3 and _is_author(node)
        if _is_own(node, page)
        for text in _texts(node, page.tree.lines)
    ]


def _is_author(node: Node) -> bool:
    """Does the class or the relation of `node` say that it names an author?"""
    return "author" in zones(node.hint) or "author" in node.attributes.get("rel", "").split()


def _is_own(node: Node, page: Page) -> bool:
    """Is the person in `node` named for this story?"""
    line = page.tree.lines[node.start]
    return not page.region.is_elsewhere(line, node) and not _is_quoted(node, line, page.region)


def _texts(node: Node, lines: Sequence[Line]) -> list[str]:
    """Return the text of `node` itself, else of the lines in it."""
    return [node.text] if node.text else [line.text for line in lines[node.start : node.end] if not line.media]


def _marks_source(page: Page, places: Collection[int]) -> bool:
    """Does markup at `places` say where the story was taken from?"""
    return any("source" in zones(node.hint) and node.start in places for node in page.tree.nodes)


def _declared(page: Page, outlets: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Return the authors that machines are told of, and where: the first of its origins that names some."""
    for origin in ("json-ld", "meta", "microdata"):
        declared = authors((value.text for value in page.metadata.all("author") if value.origin == origin), outlets)
        if declared:
            return declared, origin
    return (), ""


def _is_quoted(node: Node, line: Line, region: Region) -> bool:
    """Is the person in `node` none of the authors: of a picture, a quotation, or another story whose title is in `line`?"""
    if any(len(link.text.split()) >= HEADLINE_WORDS and not is_byline(link.text) for link in line.links):
        return True
    return "caption" in region.zones[node.number] or node.within(_QUOTED, 6)


def _undated(text: str) -> str:
    return without_date(text) if any(character.isdigit() for character in text) else text
