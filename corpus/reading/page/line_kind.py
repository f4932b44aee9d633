"""A line of a story -> what it is: "paragraph", "heading", "caption", "byline" or "tag".

Markup tells most of it; what is set in bold or in capitals is a heading only where the rest of the body is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.reading.page.byline import is_byline
from corpus.reading.page.caption import is_caption
from corpus.reading.page.node import HEADINGS, Line
from corpus.reading.page.region import Region

TERMINAL = re.compile(r"[.,;:…!]['\"”’)»\]]*$")
SENTENCE = 60  # characters: what is shorter is hardly one
LONGEST_BYLINE = 100
_LONGEST_MARKED_BYLINE = 120
_LONGEST_HEADING = 250
_LONGEST_SENTENCE_HEADING = 120
_HEADING_LINES = 3  # a heading around more was never closed
# A bold question is a heading, unless somebody is asked it: then it is part of an interview.
_LONGEST_QUESTION = 60
_ADDRESS = re.compile(r"\b(?:thưa|ông|bà|anh|chị|pv|phóng viên|vậy)\b|^[-–—]", re.I)


@dataclass(frozen=True)
class Style:
    """How a body is set: most of it in bold; an `interview` with bold questions; `markup`, the tags and classes of paragraphs."""

    mostly_bold: bool
    interview: bool
    markup: frozenset[tuple[str, str]]


def style_of(lines: Sequence[Line], region: Region) -> Style:
    """Return how `lines`, those of a body, are set."""
    prose = [line for line in lines if line.size > 60 and not line.media]
    asked = any(line.is_bold and line.text.endswith("?") and _ADDRESS.search(line.text) for line in lines if not line.media)
    markup = {(line.node.tag, line.node.hint) for line in lines if region.weights[line.number] > 0}
    return Style(sum(line.is_bold for line in prose) * 2 > len(prose), asked, frozenset(markup))


def kind_of(line: Line, lines: Sequence[Line], region: Region, style: Style) -> str:
    """Return what `line`, one of all the `lines` of a page, is in a story set in `style`."""
    around = region.zones[line.node.number] - region.zones[region.core.number]
    if "tag" in around and len(line.text) < SENTENCE:
        return "tag"
    if is_caption(lines, line.number, region):
        return "caption"
    quoted = any(node.tag == "blockquote" for node in line.node.upwards(3))
    if _is_marked_byline(line.text, around, quoted) or _is_byline_above(line, region) or _is_byline_at_right(line):
        return "byline"
    if len(line.text) > _LONGEST_HEADING:
        return "paragraph"
    if _is_marked_heading(line):
        return "heading"
    if quoted:
        return "paragraph"
    if _is_bold_heading(line, style):
        return "paragraph" if _is_asked(line.text, style) else "heading"
    return "heading" if _is_in_capitals(line) else "paragraph"


def _is_marked_byline(text: str, around: frozenset[str], quoted: bool) -> bool:
    """Does markup call `text` author or source, and is it no sentence and no quotation?"""
    marked = around & {"author", "source"} and len(text) < _LONGEST_MARKED_BYLINE and not quoted
    return bool(marked) and not TERMINAL.search(text)


def _is_byline_above(line: Line, region: Region) -> bool:
    """Is `line` a byline between the headline and the body?"""
    return line.number < region.core.start and is_byline(line.text)


def _is_byline_at_right(line: Line) -> bool:
    """Is `line` set at the right, as names under a story are, and no sentence?"""
    return line.alignment == "right" and len(line.text) <= LONGEST_BYLINE and not line.text.endswith((".", ":", "?"))


def _is_marked_heading(line: Line) -> bool:
    """Does `line` stand in an <h2> or the like, and is it no long sentence?"""
    headed = any(node.tag in HEADINGS and node.end - node.start <= _HEADING_LINES for node in line.node.upwards(2))
    return headed and not (len(line.text) > _LONGEST_SENTENCE_HEADING and line.text.endswith("."))


def _is_bold_heading(line: Line, style: Style) -> bool:
    """Is `line` set in bold, unlike most of the body, and is it no sentence?"""
    return line.is_bold and not style.mostly_bold and not TERMINAL.search(line.text) and line.alignment != "right"


def _is_asked(text: str, style: Style) -> bool:
    """Is `text`, set in bold, a question to somebody?"""
    return text.endswith("?") and (style.interview or len(text) > _LONGEST_QUESTION)


def _is_in_capitals(line: Line) -> bool:
    """Is `line` some words in capitals, and no sentence?"""
    text = line.text
    return text.isupper() and 2 <= len(text.split()) <= 20 and line.alignment != "right" and not TERMINAL.search(text)
