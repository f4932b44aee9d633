"""The region of a story -> its lead and blocks in reading order, and what stands among them without being text of the article.

One pass over the lines from the headline to the end of the body decides for each what it is; a second looks at both ends, where
bylines, sources and calls to read on stand. A text printed twice (for phones and desktops) is taken once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from corpus.article import Block, BlockKind
from corpus.reading.page.byline import is_byline, names
from corpus.reading.page.caption import split_credit
from corpus.reading.page.date import without_date
from corpus.reading.page.label import fold, label
from corpus.reading.page.lead import find_lead, without_stamp
from corpus.reading.page.line_kind import LONGEST_BYLINE, SENTENCE, TERMINAL, Style, kind_of, style_of
from corpus.reading.page.node import HEADINGS, Line, Link, Node, Tree
from corpus.reading.page.page import Page
from corpus.reading.page.publication_date import is_date_line, is_dated_line
from corpus.reading.page.region import HEADLINE_WORDS, Region, heads_prose
from corpus.reading.page.table import rows
from corpus.reading.page.trim import trim

_POINTER = re.compile(r"^\s*(?:>+|»+|►|▶|➤|→|▪|\*\s*(?=(?:mời|xem|đọc))|[-+•]\s*(?=(?:xem thêm|đọc thêm|mời)))", re.I)
_BOILERPLATE = re.compile(
    r"©|\bcopyright\b|all rights? reserved|giấy phép (?:số|xuất bản|hoạt động)|ghi rõ nguồn|bản quyền thuộc|tổng biên tập|tòa soạn\s*:|toà soạn\s*:|"
    r"\bhotline\s*:|đường dây nóng\s*:",
    re.I,
)
# A player or a picture that moves, named in a line of its own; it is no text, and its name no caption.
_MOTION = re.compile(r"[\s>*»(\[•-]*(?:video|clip|audio|podcast)(?:\s+clip)?\s*[:：]", re.I)
_LONGEST_MOTION = 250
_BEGUN = 3  # paragraphs
_READ_ON = 80  # lines after the body
_REMEMBERED = 40
_LEAST_LETTERS = 3


@dataclass(frozen=True)
class Story:
    """What a reader reads: `lead`, `blocks`; and what was set apart: bylines, links to other articles, lines of hashtags."""

    lead: str
    blocks: tuple[Block, ...]
    bylines: tuple[str, ...]
    links: tuple[Link, ...]
    hashtags: tuple[str, ...]
    rows: int  # how many of the blocks are rows of tables


@dataclass
class _Reading:
    texts: list[tuple[str, Line]] = field(default_factory=list)  # (kind, line) in order
    bylines: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    hashtags: list[str] = field(default_factory=list)
    rows: int = 0
    paragraphs: int = 0
    total: int = 1  # the weight of the body
    remaining: int = 0  # and of what of it is still to come
    signed: Node | None = None  # the byline that stands near the end of the story
    late: bool = False  # less than two fifths of the body are still to come
    ended: bool = False  # the body proper is over, and so is what goes on from it
    places: set[int] = field(default_factory=set)  # numbers of the nodes around the texts
    place_hints: set[str] = field(default_factory=set)  # and what they are called
    targets: set[str] = field(default_factory=set)  # of `links`
    gathering: bool = True  # links lead to stories about the same thing, as far as the page says

    @property
    def nearly_over(self) -> bool:
        """Is less than a quarter of the body still to come?"""
        return self.remaining < self.total // 4

    def take_row(self, row: Line) -> None:
        """Add a row of a table, which is a text of its own."""
        self.texts.append(("paragraph", row))
        self.rows += 1

    def take(self, kind: str, line: Line) -> None:
        """Add a text of the story, and remember where it stands."""
        self.texts.append((kind, line))
        self.paragraphs += kind == "paragraph"
        self.gathering = True
        above = line.node.parent
        if above is not None:
            self.places.add(above.number)
            if above.hint != " ":
                self.place_hints.add(above.hint)


def read_story(page: Page) -> Story:
    """Return the story of a page whose body and page.headline are known."""
    start = page.headline.last + 1 if 0 <= page.headline.last < page.region.core.end else page.region.body.start
    if page.region.core.start - start > 60:
        start = page.region.body.start
    reading = _Reading()
    _read(page, start, reading)
    _read_on(page.tree, page.region, reading)
    outlets = _outlets(page)
    running = [(kind, line) for kind, line in reading.texts if kind != "caption"]
    before = sum(1 for _, line in running if line.number < page.region.core.start)
    headings = frozenset(index for index, (kind, _) in enumerate(running) if kind == "heading")
    leading = find_lead([line for _, line in running], before, headings, page.region, page.metadata)
    lead_lines = {running[index][1].number for index in leading}
    lead = without_stamp(" ".join(line.text for _, line in running if line.number in lead_lines), outlets)
    blocks = _blocks([(kind, line) for kind, line in reading.texts if line.number not in lead_lines], lead, outlets)
    blocks, signatures = trim(blocks, signed=bool(reading.bylines))
    reading.bylines += signatures
    return Story(lead, tuple(blocks), tuple(reading.bylines), tuple(reading.links), tuple(reading.hashtags), reading.rows)


def read_blocks(tree: Tree, region: Region) -> tuple[Block, ...]:
    """Return the blocks of a text that is story throughout, its leads and bylines among the paragraphs."""
    style = style_of(tree.lines, region)
    shown = [line for line in tree.lines if not line.media and not line.node.hidden]
    kinds = [kind_of(line, tree.lines, region, style) for line in shown]
    return tuple(
        _blocks(
            [(kind if kind in ("heading", "caption") else "paragraph", line) for kind, line in zip(kinds, shown, strict=True)],
            "",
            (),
        )
    )


def _read_on(tree: Tree, region: Region, reading: _Reading) -> None:
    """Gather what a box after the body calls related."""
    end = max(region.core.end, region.body.end)
    reading.gathering = reading.gathering and end > region.core.end
    for line in tree.lines[end : end + _READ_ON]:
        kind = "" if line.media else label(line.text)
        if kind == "comment" or "comment" in region.zones[line.node.number]:
            break
        reading.gathering = kind == "related" or reading.gathering and kind == ""
        if reading.gathering and line.is_link or "related" in region.zones[line.node.number]:
            _gather(line, region, reading)


def _outlets(page: Page) -> tuple[str, ...]:
    """Return how the page names its paper: what may stand before its leads."""
    named = [value.text for value in page.metadata.all("source")] + [re.split(r"\s[-–—|»]\s|[|»]", page.tree.title)[-1]]
    return tuple(name for name in named if 0 < len(name.split()) <= 6)


def _read(page: Page, start: int, reading: _Reading) -> None:
    """Take the lines from `start` to the end of the body, each for what it is, until what stands below stories begins."""
    core, lines = page.region.core, page.tree.lines
    style = style_of(lines[core.start : core.end], page.region)
    reading.remaining = page.region.prose(core)
    reading.total = max(1, reading.remaining)
    title = fold(page.headline.text)
    tables = rows(page.tree, core)
    number = start
    while number < max(core.end, page.region.body.end):
        line = lines[number]
        number += 1
        _come_to(line, page.region, reading)
        if _is_unseen(line, core):
            continue
        if line.number in tables:
            row, number = tables[line.number]
            reading.take_row(row)
            continue
        announced = _announced(line, lines, page.region)
        reading.gathering = announced == "related" or reading.gathering and announced == ""
        if _ends(line, announced, lines, page.region, reading):
            break
        if _is_aside(line, announced, page.region, reading):
            _gather(line, page.region, reading)
        elif _is_hashtags(line.text):
            reading.hashtags += line.text.split("#")[1:]
        elif _is_stamp(line, core, reading):
            beside = without_date(line.text)
            if _signs_comment(beside, reading):
                break
            _take_stamp(line, beside, core, reading)
        elif _is_teaser_line(line, lines):
            reading.links += line.links[:1]
        elif fold(line.text) != title and not _is_imprint(line, reading):
            _take(line, lines, page.region, style, reading)


def _come_to(line: Line, region: Region, reading: _Reading) -> None:
    """Keep account of how much of the body is still to come after `line`."""
    core = region.core
    reading.gathering = reading.gathering and line.number != core.end
    reading.remaining -= max(0, region.weights[line.number]) if core.start <= line.number < core.end else 0
    reading.late = reading.paragraphs >= _BEGUN and 5 * reading.remaining < 2 * reading.total


def _is_unseen(line: Line, core: Node) -> bool:
    """Is `line` a picture, or hidden while the body is not?"""
    return line.media or line.node.hidden and not core.hidden


def _is_stamp(line: Line, core: Node, reading: _Reading) -> bool:
    """Is `line` a date and little else, or above the story a date among authors and counters?"""
    above = line.number < core.start or not reading.paragraphs
    return is_date_line(line.text) or above and is_dated_line(line.text)


def _take_stamp(line: Line, beside: str, core: Node, reading: _Reading) -> None:
    """Keep the byline `beside` a date; a date after the body ends the story."""
    reading.bylines += [beside] if len(beside.split()) >= 2 else []
    reading.ended = line.number >= core.end


def _signs_comment(beside: str, reading: _Reading) -> bool:
    """Is `beside`, what stands beside a date, a reader's name, and the date the moment of his comment?"""
    return reading.late and reading.remaining > 0 and bool(names(beside))


def _is_imprint(line: Line, reading: _Reading) -> bool:
    """Does `line`, at the very end of the body, name the paper, its editor or its rights?"""
    return reading.remaining < reading.total // 10 and _BOILERPLATE.search(line.text) is not None


def _announced(line: Line, lines: Sequence[Line], region: Region) -> str:
    """Return what a line says comes next ("related", "tag", …), by a label as "Đọc thêm:"; "" for a subheading of the story."""
    before_colon = label(line.text.partition(":")[0]) if line.links else ""
    announced = label(line.text) or (before_colon if before_colon in ("related", "tag") else "")
    inside = region.core.start <= line.number < region.core.end
    return "" if announced in ("related", "other") and inside and heads_prose(lines, line, region.weights) else announced


def _ends(line: Line, announced: str, lines: Sequence[Line], region: Region, reading: _Reading) -> bool:
    """Does `line` begin what stands below stories: tags, comments, a list of others?"""
    noise = region.noise[line.number]
    if announced in ("comment", "tag") and reading.nearly_over and line.number > region.core.start:
        return True
    if announced == "comment" and not noise and reading.paragraphs >= 2 and not line.is_link:
        return True
    boxed = noise and line.number + 1 < len(lines) and region.noise[line.number + 1]
    return announced == "other" and reading.late and not boxed


def _is_aside(line: Line, announced: str, region: Region, reading: _Reading) -> bool:
    """Is `line` a label, a link to another story, a button, a video: none of the story's texts?"""
    if region.noise[line.number] or line.is_link or announced not in ("", "tag") or announced == "tag" and reading.nearly_over:
        return True
    if _POINTER.match(line.text) and line.links:
        return True
    return _MOTION.match(line.text) is not None and len(line.text) <= _LONGEST_MOTION


def _take(line: Line, lines: Sequence[Line], region: Region, style: Style, reading: _Reading) -> None:
    """Add a line to the texts or the bylines of the story, unless it stands outside."""
    core = region.core
    kind = kind_of(line, lines, region, style)
    if kind == "byline" and line.number < core.end:
        reading.bylines.append(line.text)
        reading.signed = line.node if reading.late else None
    elif _is_biography(line, region) or reading.signed and not _goes_on(line, reading):
        return
    elif line.number >= core.end and _is_signature(line, kind):
        reading.ended = True
    elif kind != "tag" and not reading.ended and _is_within(line, kind, region, style):
        reading.take(kind, line)
        if reading.late and line.is_bold and is_byline(line.text):
            reading.signed = line.node


def _is_signature(line: Line, kind: str) -> bool:
    """Does `line` name an author, by its markup or by its words?"""
    return kind == "byline" or is_byline(line.text)


def _is_within(line: Line, kind: str, region: Region, style: Style) -> bool:
    """Is `line` a caption, in the core of the body, or outside of it and the story's all the same?"""
    inside = region.core.start <= line.number < region.core.end
    return kind == "caption" or inside or _belongs(line, region, style)


def _is_biography(line: Line, region: Region) -> bool:
    return "author" in region.zones[line.node.number] - region.zones[region.core.number] and len(line.text) > SENTENCE


def _goes_on(line: Line, reading: _Reading) -> bool:
    """Does `line`, after a byline, stand where the story's paragraphs stand, and not in a box of its own?"""
    above, signed = line.node.parent, reading.signed
    if signed is None or line.node is signed or above is signed.parent:
        return True
    return above is None or above.number in reading.places or above.hint in reading.place_hints


def _is_teaser_line(line: Line, lines: Sequence[Line]) -> bool:
    """Is `line` a linked headline with what belongs to it: who wrote it and when, or under a picture its summary?"""
    if not line.links:
        return False
    head, rest = line.links[0].text, line.text[len(line.links[0].text) :].lstrip(" -–|•")
    if not line.text.startswith(head) or len(head.split()) < HEADLINE_WORDS:
        return False
    if rest and _is_byline_or_date(rest):
        return True
    picture = lines[line.number - 1] if line.number else line
    if not picture.media or not picture.links or not rest[:1].isupper():
        return False
    card = line.node.parent if line.node.parent is not None and line.node.parent.end - line.node.parent.start == 2 else line.node
    return any(node is line.node or node is card for node in picture.node.upwards(3))


def _is_byline_or_date(text: str) -> bool:
    """Does `text` say who wrote another story, or when?"""
    return len(text) <= LONGEST_BYLINE and (is_byline(text) or is_date_line(text))


def _belongs(line: Line, region: Region, style: Style) -> bool:
    """Is a line outside of the core still the story's: prose before it, or after it in the same markup?"""
    set_off = line.number < region.core.start and (line.is_bold or line.node.tag in HEADINGS)
    if region.weights[line.number] <= 0 or len(line.text) < SENTENCE and not set_off:
        return "lead" in region.zones[line.node.number] and line.number < region.core.start
    if line.number < region.core.start:
        return True
    return (line.node.tag, line.node.hint) in style.markup and TERMINAL.search(line.text) is not None


def _gather(line: Line, region: Region, reading: _Reading) -> None:
    """Keep the links of a line that leads to other articles."""
    around = region.zones[line.node.number]
    inside = line.number < region.core.end
    if around & {"share", "comment", "ad", "nav", "popup", "tag", "other"} or "footer" in around and not inside:
        return
    if not reading.gathering and "related" not in around:
        return
    for link in line.links:
        if len(link.text.split()) >= HEADLINE_WORDS and link.target not in reading.targets:
            reading.links.append(link)
            reading.targets.add(link.target)


def _is_hashtags(text: str) -> bool:
    parts = text.split("#")
    return len(parts) > 1 and not parts[0].strip() and all(0 < len(part.strip()) <= 60 for part in parts[1:])


def _blocks(texts: Sequence[tuple[str, Line]], lead: str, outlets: Sequence[str]) -> list[Block]:
    """Make blocks, each text once: pages print stories a second time for other screens, and the lead as first paragraph too."""
    blocks: list[Block] = []
    seen = {fold(lead)} if lead else set()
    # Photo stories print each paragraph under its picture too, and some print no others.
    paragraphs = {fold(line.text) for kind, line in texts if kind == "paragraph"}
    for kind, line in texts:
        text = line.text
        key = fold(text)
        if kind == "caption" and _is_paragraph_too(key, paragraphs):
            kind = "paragraph"
        if _is_left_out(line, key, seen):
            continue
        if lead and all(block.kind == "caption" for block in blocks) and fold(without_stamp(text, outlets)) in seen:
            continue
        seen.add(key)
        if kind == "caption":
            _add_caption(blocks, split_credit(text))
        else:
            name: BlockKind = "heading" if kind == "heading" else "paragraph"
            blocks.append(Block(name, text))
    return blocks


def _is_paragraph_too(key: str, paragraphs: Collection[str]) -> bool:
    """Is the folded text of a caption one of the `paragraphs`, or are there no others?"""
    return len(key) >= _REMEMBERED and (key in paragraphs or not paragraphs)


def _is_left_out(line: Line, key: str, seen: Collection[str]) -> bool:
    """Is there nothing to read in `line`, or was its folded text, long enough to be known again, `seen` before?"""
    return _is_blank(line) and not is_byline(line.text) or len(key) >= _REMEMBERED and key in seen


def _add_caption(blocks: list[Block], caption: Block) -> None:
    """Add `caption` to `blocks`; a mere credit belongs to the caption before it."""
    previous = blocks[-1] if blocks else None
    if not caption.text and previous is not None and previous.kind == "caption" and not previous.credit:
        blocks[-1] = Block("caption", previous.text, caption.credit)
    else:
        blocks.append(caption)


def _is_blank(line: Line) -> bool:
    """Is there nothing to read in `line`: counters, asterisks, the clock of a player? A row of figures is something."""
    if line.node.tag == "tr":
        return not any(character.isalnum() for character in line.text)
    return sum(character.isalpha() for character in line.text) < _LEAST_LETTERS
