"""The article's own hashtags: those the page shows at the end of the story, else those it declares in its metadata.

Clouds of tags, trends in the header and the paper's own labels ("Tin nóng") are not the article's. Merging spellings and completing
tags that were cut off is corpus.hashtag's work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from corpus.reading.page.label import fold, is_internal, is_site_word, label, names_outlet, zones
from corpus.reading.page.metadata import Metadata
from corpus.reading.page.node import Line, Node, Tree
from corpus.reading.page.page import Page
from corpus.reading.page.region import Region

_MOST_WORDS, _LONGEST = 9, 60
_MOST = 40
# A page says "Từ khóa:" once or twice, and has no list of so many tags; lines of more links are no lists of tags either.
_MOST_LABELS, _MOST_LISTED, _MOST_LINKS = 50, 500, 500
_CLOUD = re.compile(r"cloud|trend|hot|popular|menu|\btop\b|header|nav")
_OUTSIDE = frozenset(("comment", "popup", "nav", "footer"))
_TARGET = re.compile(
    r"/(?:tags?|tu-khoa|tukhoa|keywords?|hashtag|chu-de|topics?|label)(?:[/?=-]|$)|[?&](?:tags?|keywords?|tukhoa)=|-tag\d*[./]|\.tag$|/tag\b",
    re.I,
)
_SEPARATOR = re.compile(r"\s*[,;|•·]\s*|\s*(?<!\w)#\s*")
_COUNTED = re.compile(r"\s\(\d{1,6}\)\s*$")
_TITLE_PART = re.compile(r"\s+[-–—|»›:•]\s+|\s*[|»]\s*")
# Of meta keywords fewer than so many in ten are of this article when the list is the site's.
_OWN_TENTHS = 6


def find_tags(page: Page, hashtags: Sequence[str], text: str) -> tuple[list[str], str]:
    """Return the tags as written, and their origin. `hashtags` are lines of "#a #b" of the story, `text` the article's text."""
    title = fold(page.headline.text)
    outlets = {fold(value.text) for value in page.metadata.all("source")}
    shown = _kept(_visible(page), title) or _kept(hashtags, title)
    if shown:
        return shown, "visible"
    folded = f" {title} {fold(text)} "
    for name, strict in (("tag", False), ("keyword", True)):
        for origin in ("json-ld", "meta", "microdata"):
            values = _declared(page.metadata, name, origin)
            labels = [tag for tag in _kept(values, title) if fold(tag) not in outlets]
            own = 10 * sum(f" {fold(tag)} " in folded for tag in labels) >= _OWN_TENTHS * len(labels)
            if strict and not own and _of_site(values, len(labels), page.metadata, page.tree.title, title):
                continue
            if labels and len(labels) <= _MOST:
                return labels, origin
    return [], ""


def _declared(metadata: Metadata, name: str, origin: str) -> list[str]:
    """Return what `metadata` has under `name` from `origin`, where many are one string part by part."""
    texts = (value.text for value in metadata.all(name) if value.origin == origin)
    return [part for text in texts for part in _SEPARATOR.split(text)]


def _of_site(keywords: Sequence[str], kept: int, metadata: Metadata, title: str, headline: str) -> bool:
    """Are these the keywords of the whole paper: its own name, "tin tức", and too many of them?"""
    named = {fold(value.text) for value in metadata.all("source")} | {fold(part) for part in _TITLE_PART.split(title)} - {
        headline
    }
    folded = {fold(keyword) for keyword in keywords}
    if headline not in fold(title):  # every page has the paper's own title, and so its keywords
        return True
    return (
        kept > 10
        or bool(folded & named)
        or any(names_outlet(keyword) for keyword in keywords)
        or any(is_site_word(keyword) for keyword in keywords)
    )


def _kept(labels: Iterable[str], title: str) -> list[str]:
    found: list[str] = []
    for written in labels:
        tag = _COUNTED.sub("", written).strip(" #,;:.\"'“”[]()")
        folded = fold(tag)
        if (
            not folded
            or len(tag) > _LONGEST
            or len(tag.split()) > _MOST_WORDS
            or is_internal(tag)
            or label(tag) in ("tag", "related", "other", "comment")
        ):
            continue
        if len(folded.split()) > 4 and (title.startswith(folded) or folded == title):  # keywords made by cutting the title
            continue
        found.append(tag)
    return found


def _visible(page: Page) -> list[str]:
    first = page.headline.last + 1 if page.headline.last >= 0 else page.region.core.start
    found: list[str] = []
    for labels in (
        _labelled(page.tree, page.region, first),
        _classed(page.tree, page.region, first),
        _related_to_tag(page.tree, page.region, first),
    ):
        found += labels
    if not found:
        lists = [
            line
            for line in page.tree.lines[first:]
            if _is_list(line)
            and not page.region.is_elsewhere(line)
            and not any(_CLOUD.search(node.hint) for node in line.node.upwards(3))
        ]
        found = [link.text for line in lists for link in line.links if _TARGET.search(link.target)]
        found = found if len(found) <= _MOST else []
    return found


def _labelled(tree: Tree, region: Region, first: int) -> Iterator[str]:
    """Yield what stands behind "Tags:" or "Từ khóa:", in its line or in the links after it."""
    lines = tree.lines
    labelling = 0
    for line in lines[first:]:
        if labelling == _MOST_LABELS:
            break
        if line.media or line.node.hidden or region.zones[line.node.number] & {"comment", "nav", "popup"}:
            continue
        if label(line.text) == "tag" or label(line.text.partition(":")[0]) == "tag":
            labelling += 1
            yield from _split(_beside(line) or _following(lines, line))


def _beside(labelling: Line) -> list[str]:
    """The links in the line of a label, or the words behind its colon."""
    linked = [link.text for link in labelling.links if label(link.text) != "tag"]
    after = labelling.text.partition(":")[2]
    if linked or len(after) >= 400:
        return linked
    return [part for part in _SEPARATOR.split(after) if part.strip()]


def _following(lines: Sequence[Line], labelling: Line) -> list[str]:
    """The short links after a label, as long as they stand in the same list as it."""
    frame = _list_around(lines, labelling)
    found: list[str] = []
    for line in lines[labelling.number + 1 : min(frame.end, labelling.number + _MOST_LISTED)]:
        if line.media:
            continue
        if not _is_list(line) and not (line.text.startswith("#") and len(line.text) < _LONGEST):
            break
        found += [link.text for link in line.links] or [line.text]
    short = [text for text in found if len(text.split()) <= _MOST_WORDS]
    # A list of headlines under "Chủ đề" is no list of tags.
    return short if sum(len(text.split()) >= 7 for text in found) * 2 <= len(found) else []


def _list_around(lines: Sequence[Line], labelling: Line) -> Node:
    frame = labelling.node
    for above in labelling.node.upwards(3):
        frame = above
        if above.end > labelling.number + 1:
            break
    return frame


def _classed(tree: Tree, region: Region, first: int) -> Iterator[str]:
    """Yield the links, or parted words, of nodes whose class says they hold tags."""
    done = -1
    for node in tree.nodes:
        if node.start < first or node.number <= done or not _says_tags(node):
            continue
        if _is_outside(node, region) or _is_too_large(node, region) or _is_apart(tree, region, node):
            continue
        done = node.last
        lines = [line for line in tree.lines[node.start : node.end] if not line.media]
        parts = list(_split(_linked(lines) or _parted(lines)))
        if sum(len(text.split()) >= 8 for text in parts) * 2 <= len(parts):
            yield from parts


def _says_tags(node: Node) -> bool:
    """Does the class of `node`, which is no whole page, say that it holds tags?"""
    return "tag" in zones(node.hint) and not node.hidden and node.tag not in ("body", "html")


def _is_outside(node: Node, region: Region) -> bool:
    """Does `node` stand in a cloud of tags, or in a part of the page that is none of the article?"""
    return any(_CLOUD.search(above.hint) for above in node.upwards(2)) or bool(region.zones[node.number] & _OUTSIDE)


def _is_too_large(node: Node, region: Region) -> bool:
    """Does `node` hold the story too, or more lines than there are tags?"""
    return node.holds(region.core) or node.end - node.start > _MOST + 10


def _linked(lines: Sequence[Line]) -> list[str]:
    """Return the tags of `lines` that have links, and those beside the links; none where nothing is linked."""
    if not any(line.links for line in lines):
        return []
    return [text for line in lines for text in (*_unlinked(line), *(link.text for link in line.links))]


def _parted(lines: Sequence[Line]) -> list[str]:
    """Return the tags of `lines` without links, which commas or the like part."""
    texts = (line.text.partition(":")[2] or line.text for line in lines if len(line.text) < 400)
    return [part for text in texts for part in _SEPARATOR.split(text)]


def _is_apart(tree: Tree, region: Region, node: Node) -> bool:
    """Does what `node` says belong to another story, to the section or to a word in a sentence, and not to the article?"""
    around = region.zones[node.number] - region.zones[region.core.number]
    lines = [line for line in tree.lines[node.start : node.end] if not line.media]
    if not lines or "sidebar" in around:
        return True
    # A box of tags may be called "tag-related" itself.
    if region.is_elsewhere(lines[0], node) and not zones(node.hint) & {"related", "other"}:
        return True
    within_prose = node.block is not node and region.weights[lines[0].number] > 0 and not lines[0].is_link
    above = node.end <= region.core.start and len(lines) == 1 and len(lines[0].links) == 1 and lines[0].is_link
    return within_prose or above


def _unlinked(line: Line) -> list[str]:
    """Return the tags of a line that are no links, beside those that are."""
    pieces: list[str] = []
    end = len(line.text)
    for link in reversed(line.links[:_MOST_LINKS]):
        start = line.text.rfind(link.text, 0, end)
        if start >= 0:
            pieces.append(line.text[start + len(link.text) : end])
            end = start
    rest = " | ".join([line.text[:end], *reversed(pieces)])
    return [part for part in _SEPARATOR.split(rest) if label(part) != "tag" and any(character.isalpha() for character in part)]


def _related_to_tag(tree: Tree, region: Region, first: int) -> Iterator[str]:
    """Yield links with rel=tag; those of WordPress categories say "category tag" and are sections."""
    shown: dict[int, dict[str, list[str]]] = {}  # by line and target
    for node in tree.nodes:
        relations = node.attributes.get("rel", "").lower().split()
        if node.tag == "a" and "tag" in relations and "category" not in relations and node.start >= first:
            if any(_CLOUD.search(above.hint) for above in node.upwards(3)):
                continue
            if node.start < len(tree.lines) and region.is_elsewhere(tree.lines[node.start], node):
                continue
            target = node.attributes.get("href", "")
            for line in tree.lines[node.start : node.end]:
                if line.number not in shown:
                    shown[line.number] = {}
                    for link in line.links:
                        shown[line.number].setdefault(link.target, []).append(link.text)
                yield from shown[line.number].pop(target, ())


def _is_list(line: Line) -> bool:
    """Is `line` made of links, and no headline of another article?"""
    return not line.media and line.is_link and all(len(link.text.split()) <= _MOST_WORDS for link in line.links)


def _split(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (part for part in _SEPARATOR.split(text) if part)
