"""A page -> the headline its readers see.

The headline on the page and the titles in the metadata are held against each other: metadata carries the paper's name, a shorter or
older title; the page has headings of boxes. What both agree on is the title, spelled as on the page.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from corpus.reading.address import parts_of
from corpus.reading.page.date import looks_like_date
from corpus.reading.page.label import fold, label
from corpus.reading.page.metadata import Metadata, Value
from corpus.reading.page.node import HEADINGS, Line, Node, Tree
from corpus.reading.page.region import Region

_LONGEST = 300
_SEPARATOR = re.compile(r"\s+[-–—|»›:•·_]+\s+|\s*[|»]\s*")
_TAG_SCORE = {"h1": 6.0, "h2": 3.0, "h3": 2.5, "h4": 1.5, "h5": 1.0, "h6": 1.0}
_LARGE_FONT = re.compile(
    r"font-size\s*:\s*(?:(?:1[89]|[2-5]\d)(?:\.\d+)?\s*p|1\.[5-9]|[2-3](?:\.\d+)?\s*r?em|x+-large|large)", re.I
)
_LARGE_SIZE = re.compile(r"\s*(?:\+[1-9]|[4-7])")
_ACCEPTED, _ACCEPTED_ALONE = 6.5, 0.5
_MOST_DECLARED = 20
_FARTHEST = 60  # lines between a headline and its story


@dataclass(frozen=True)
class Headline:
    """The title, where it was found, and its first and last line (-1, -1 when the page does not show it).

    `matched`: the page shows what its metadata says. `score` is how sure we are, 6.5 and more being sure.
    """

    text: str
    origin: str
    first: int
    last: int
    matched: bool
    score: float


def find_headline(tree: Tree, region: Region, metadata: Metadata) -> Headline | None:
    """Return the headline of the page, or None when nothing on it or in its metadata can be one."""
    declared = _declared(tree, metadata)
    outlets = {fold(value.text) for value in metadata.all("source")}
    best = _shown(tree, region, metadata, declared, outlets)
    if best is not None and best.score >= _ACCEPTED:
        return _spelled(best, declared)
    trusted = next((value for value in declared if value.text != tree.title or value.origin != "meta"), None)
    if trusted is not None and len(trusted.text.split()) >= 2 and (best is None or not best.matched):
        return Headline(_without_outlet(trusted.text, outlets), trusted.origin, -1, -1, False, 3.0)
    if best is not None and best.score >= _ACCEPTED_ALONE:
        return _spelled(best, declared)
    if len(tree.title.split()) >= 4:
        return Headline(_without_outlet(tree.title, outlets), "meta", -1, -1, False, 1.0)
    return None


def _declared(tree: Tree, metadata: Metadata) -> list[Value]:
    """Return the titles that machines are told, each once, and that of the browser's tab."""
    declared = [Value(value.text, value.origin) for value in metadata.all("title")] + [Value(tree.title, "meta")]
    return list(dict.fromkeys(value for value in declared if 0 < len(value.text) <= _LONGEST))[:_MOST_DECLARED]


def _shown(
    tree: Tree, region: Region, metadata: Metadata, declared: Sequence[Value], outlets: Collection[str]
) -> Headline | None:
    """Return the likeliest headline on the page; `outlets` are the folded names of its paper."""
    best: Headline | None = None
    titles = (*(value.text for value in declared), _slug(metadata))
    alike = cache(lambda text: max((_similarity(text, title) for title in titles), default=0.0))
    for node, lines in _candidates(tree, region, declared):
        text = " ".join(line.text for line in lines)
        match = alike(text)
        score = _score(node, lines, text, match, region, metadata) + _beside_date(tree, lines[-1].number)
        if fold(text) in outlets:
            score -= 8
        if best is None or score > best.score:
            best = Headline(text, "visible", lines[0].number, lines[-1].number, match >= 0.6, score)
    return best


def _candidates(tree: Tree, region: Region, declared: Sequence[Value]) -> Iterator[tuple[Node, list[Line]]]:
    """Yield what may be the headline: headings and the like above the story or at its head, and lines the metadata quotes."""
    until = min(region.core.end, region.core.start + 4)
    wanted = {fold(value.text) for value in declared}
    for node in tree.nodes:
        if node.start >= until:
            break
        texts = _short_texts(tree, node)
        if not texts:
            continue
        first, alone = texts[0], len(texts) == 1
        if _is_heading(node, region) or (
            alone and (_is_close(node, first, region) or _stands_out(node, first) or fold(first.text) in wanted)
        ):
            yield node, texts


def _short_texts(tree: Tree, node: Node) -> list[Line]:
    """Return the lines of text in `node`; none where they are hidden, or too many or too long for a headline."""
    if node.hidden or node.end - node.start > 12:
        return []
    texts = [line for line in tree.lines[node.start : node.end] if not line.media]
    return texts if len(texts) <= 3 and sum(len(line.text) for line in texts) <= _LONGEST else []


def _is_heading(node: Node, region: Region) -> bool:
    """Does markup say that `node` is a heading, or the headline itself?"""
    return (
        node.tag in HEADINGS or "title" in region.zones[node.number] or "headline" in node.attributes.get("itemprop", "").lower()
    )


def _is_close(node: Node, line: Line, region: Region) -> bool:
    """Is `line` all that `node` is, no link, and near where the story begins?"""
    return node is line.node and -4 < region.core.start - line.number <= 8 and not line.is_link


def _beside_date(tree: Tree, last: int) -> float:
    """Return what a date beside line `last` adds to the score of a headline that ends there: papers print it under or over it."""
    texts = [line.text for line in tree.lines[last + 1 : last + 4] if not line.media][:2]
    texts += [line.text for line in tree.lines[max(0, last - 1) : last] if not line.media]
    return 1.0 if any(len(text) < 100 and looks_like_date(text) for text in texts) else 0.0


def _stands_out(node: Node, line: Line) -> bool:
    large = node.tag == "font" and bool(_LARGE_SIZE.match(node.attributes.get("size", "")))
    return line.is_bold or large or bool(_LARGE_FONT.search(node.attributes.get("style", "")))


def _score(node: Node, lines: Sequence[Line], text: str, match: float, region: Region, metadata: Metadata) -> float:
    """Return how much speaks for `text`, of the `lines` in `node`, being the headline; `match` is how much metadata agrees."""
    around = region.zones[node.number] | region.zones[lines[0].node.number]
    own = next((above for above in node.upwards(1) if above.tag in HEADINGS), node)
    score = _markup_score(node, own, lines[0], around)
    score += 8 * match if match >= 0.6 else 0.0
    for points in (*_place_points(lines, region), *_doubts(own, lines, text, match, around, region, metadata)):
        score += points
    return score


def _markup_score(node: Node, own: Node, first: Line, around: frozenset[str]) -> float:
    """Return how much markup speaks for the headline that begins with `first`; `own` is the <h1> or the like around `node`."""
    score = _TAG_SCORE.get(own.tag, 0.0)
    score += 2 if "title" in around else 0
    score += 3 if node.attributes.get("itemprop") == "headline" else 0
    return score + (1.0 if _stands_out(node, first) and own.tag not in HEADINGS else 0.0)


def _place_points(lines: Sequence[Line], region: Region) -> Iterator[float]:
    """Yield how much the place of `lines` speaks for or against a headline: it stands right before the story."""
    distance = region.core.start - lines[-1].number
    yield -min(4.0, 0.25 * max(0, distance - 1))
    yield 1.5 if region.body.start <= lines[0].number else 0.0
    yield 1.0 if distance <= 4 else 0.0
    yield -3.0 if distance > _FARTHEST else 0.0


def _doubts(
    own: Node, lines: Sequence[Line], text: str, match: float, around: frozenset[str], region: Region, metadata: Metadata
) -> Iterator[float]:
    """Yield what speaks against a headline: a subheading, a lead, a menu, a link, a label, a date, a sentence."""
    words = len(text.split())
    if match < 0.6 and _is_subheading(own, lines[0], region):
        yield -2.0 if text[-1].isalnum() else -4.0
    if "lead" in around and "title" not in around or words > 45:
        yield -6.0
    if region.noise[lines[0].number]:
        yield -6.0
    if _leads_away(lines, metadata):
        yield -4.0
    if label(text) or looks_like_date(text) and words < 8:
        yield -8.0
    if words < 3:
        yield -3.0
    if text.endswith((".", ":", ";")) and not text.endswith("..."):
        yield -2.0


def _is_subheading(own: Node, first: Line, region: Region) -> bool:
    """Does the line `first` stand in the story, and in no <h1>?"""
    return first.number >= region.core.start and own.tag != "h1"


def _leads_away(lines: Sequence[Line], metadata: Metadata) -> bool:
    """Is a headline nothing but a link, and to another article?"""
    return all(line.is_link for line in lines) and not _leads_home(lines, metadata)


def _slug(metadata: Metadata) -> str:
    """The words of the address, which papers make of the title: "…/cong-bo-quy-hoach-tinh-20230101.html"."""
    addresses = (metadata.canonical, *(value.text for value in metadata.all("url")))
    names = [parts_of(address).path.rstrip("/").rsplit("/", 1)[-1] for address in addresses if address]
    words = [re.sub(r"\.\w{2,5}$|[^a-z-]", "", name.lower()).replace("-", " ").split() for name in names]
    return next((" ".join(found) for found in sorted(words, key=len, reverse=True) if len(found) >= 4), "")


def _leads_home(lines: Sequence[Line], metadata: Metadata) -> bool:
    """Does the link in a headline lead to the article itself?"""
    own = {parts_of(address).path for address in (metadata.canonical, *(value.text for value in metadata.all("url"))) if address}
    paths = {parts_of(link.target).path for line in lines for link in line.links}
    return bool(paths & own - {"", "/"})


def _similarity(shown: str, declared: str) -> float:
    """Return from 0 to 1 how much a declared title is the one shown; 1 also if only names of a section or paper are added."""
    left, right = fold(shown), fold(declared)
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    if any(fold(part) == left for part in (*_heads(declared), *_tails(declared))):
        return 1.0
    ours, theirs = set(left.split()), set(right.split())
    common = len(ours & theirs)
    if len(ours) >= 4 and (right.startswith(left + " ") or left.startswith(right + " ")):
        return max(0.85, common / max(len(ours), len(theirs)))
    if common >= 4 and common in (len(ours), len(theirs)) and common * 3 >= max(len(ours), len(theirs)):
        return max(0.7, common / len(ours | theirs))  # one is the other, shortened
    return common / len(ours | theirs)


def _heads(text: str) -> Iterable[str]:
    """Yield `text` without its last part, its last two and so on: "Title - Section - Paper" -> "Title - Section", "Title"."""
    cuts = [match.start() for match in _SEPARATOR.finditer(text)]
    return (text[:cut] for cut in reversed(cuts))


def _tails(text: str) -> Iterable[str]:
    """Yield `text` without its first part, its first two and so on: "Paper - Headline" -> "Headline"."""
    return (text[match.end() :] for match in _SEPARATOR.finditer(text))


def _without_outlet(text: str, outlets: set[str]) -> str:
    """Cut the paper's name and short names of sections off the end of a title that only the metadata has."""
    for match in reversed(list(_SEPARATOR.finditer(text))):
        head, tail = text[: match.start()], text[match.end() :]
        if len(head.split()) < 4 or (len(tail.split()) > 5 and fold(tail) not in outlets):
            break
        text = head
    return text


def _spelled(headline: Headline, declared: Sequence[Value]) -> Headline:
    """Give the headline its origin, and where the page prints it in capitals only, the spelling of the metadata."""
    same = [
        (value, head) for value in declared for head in (value.text, *_heads(value.text)) if fold(head) == fold(headline.text)
    ]
    if not same:
        return headline
    value, spelling = next(((value, head) for value, head in same if not head.isupper()), same[0])
    text = spelling if headline.text.isupper() and spelling.casefold() == headline.text.casefold() else headline.text
    return Headline(text, value.origin, headline.first, headline.last, True, headline.score)
