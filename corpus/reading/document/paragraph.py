"""Lines of a printed text -> paragraphs and headings, lines and syllables that the print broke joined again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from corpus.reading.document.layout import Column, Piece
from language.normalizer import stripped
from language.syllable import is_syllable
from language.text import clean

# What begins a paragraph of an official document, or an entry of a list.
_OPENS = re.compile(
    r"(?:(?:Phần|Chương|Mục|Tiểu mục|PHẦN|CHƯƠNG|MỤC)\s+(?:[IVXLC]+|\d+|thứ\b|[A-Z]\b)|(?:Điều|ĐIỀU)\s+\d+[a-zđ]?\b|\d{1,3}(?:\.\d{1,3}){0,3}[.)]\s"
    r"|[a-zđ][.)]\s|[IVXLC]{1,6}[.)]\s|[-–—+*•●▪■◦‣·]\s|(?:Căn cứ|Theo đề nghị|Xét đề nghị|Nơi nhận|Kính gửi)\b)"
)
_SECTION = re.compile(r"(?:Phần|Chương|Mục|Tiểu mục|Điều)\s+(?:[IVXLC]+|\d+[a-zđ]?|thứ\b)", re.I)
_ENDED = re.compile(r"[.:;!?…][\"”’»)\]]*$")
_BROKEN = re.compile(r"([^\W\d_]+)[-\u00ad\u2010]$")
_MAX_HEADING = 160
# How much smaller than a column a line is that ends its paragraph; how much larger than the text a heading is set.
_SHORT, _LARGER = 0.12, 1.12
_MARGIN = 8  # points
_NARROW = 20  # characters: no line of a paragraph that goes on is so short


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, in letters of a `size`; `heads` says whether it is the heading of what follows."""

    text: str
    size: float = 0.0
    bold: bool = False
    heads: bool = False


def paragraphs(columns: Sequence[Column]) -> list[Paragraph]:
    """Return the paragraphs and headings of all columns of a text, in order."""
    sizes: Counter[float] = Counter()
    heavy = 0
    for column in columns:
        for line in column.lines:
            sizes[round(line.size)] += len(line.text)
            heavy += line.bold * len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    all_bold = heavy * 2 > sizes.total()
    return [_judged(paragraph, body, all_bold) for paragraph in _joined(columns)]


def _joined(columns: Sequence[Column]) -> Iterator[Paragraph]:
    lines: list[Piece] = []
    rights: dict[int, float] = {}  # of columns that begin equally far from the left: a page may end with short lines only
    for column in columns:
        begins = round(min(line.left for line in column.lines) / _MARGIN)
        rights[begins] = max(rights.get(begins, 0.0), *(line.right for line in column.lines))
    for column in columns:
        left = min(line.left for line in column.lines)
        right = rights[round(left / _MARGIN)]
        leading = _leading(column.lines)
        for line in column.lines:
            # What goes on in the next column, or on the next page, was not ended in this one.
            goes_on = bool(lines) and (
                _continues(lines[-1], line, left, right, leading)
                if line is not column.lines[0]
                else _carries_over(lines[-1], line)
            )
            if not goes_on:
                if lines:
                    yield _paragraph(lines)
                lines = []
            lines.append(line)
        if lines and lines[-1].right < right - _SHORT * (right - left):
            yield _paragraph(lines)
            lines = []
    if lines:
        yield _paragraph(lines)


def _leading(lines: Sequence[Piece]) -> float:
    gaps = [above.base - below.base for above, below in zip(lines, lines[1:], strict=False) if above.base > below.base]
    return median(gaps) if gaps else 0.0


def _alike(above: Piece, below: Piece) -> bool:
    one, other = above.text.strip(), below.text.strip()
    told_apart = (
        one.isupper() != other.isupper() and min(len(one), len(other)) > 12 or above.bold > below.bold and other[:1].isupper()
    )
    return abs(above.size - below.size) < 0.6 and not told_apart


def _continues(above: Piece, below: Piece, left: float, right: float, leading: float) -> bool:
    text = below.text.strip()
    if above.alone or below.alone or not _alike(above, below) or _OPENS.match(text) or above.base - below.base > 1.4 * leading:
        return False
    indented = below.left > max(above.left, left) + 0.8 * below.size
    if above.right < right - _SHORT * (right - left) or len(above.text) < _NARROW:
        return text[:1].islower() and not _ENDED.search(above.text.strip())
    return not indented and not (below.left > left + 0.8 * below.size and _ENDED.search(above.text.strip()))


def _carries_over(above: Piece, below: Piece) -> bool:
    text = below.text.strip()
    if above.alone or below.alone or len(above.text) < _NARROW:
        return False
    return (
        abs(above.size - below.size) < 0.6
        and not _OPENS.match(text)
        and not _ENDED.search(above.text.strip())
        and not text.isupper()
    )


def _paragraph(lines: Sequence[Piece]) -> Paragraph:
    text = lines[0].text.strip()
    for line in lines[1:]:
        text = mended(text, line.text.strip())
    longest = max(lines, key=lambda line: len(line.text))
    return Paragraph(clean(text), longest.size, all(line.bold for line in lines))


def mended(above: str, below: str) -> str:
    """Return two lines as one. A hyphen that only broke a word at the end of the first line goes; one between syllables or numbers stays."""
    broken = _BROKEN.search(above)
    begun = re.match(r"[^\W\d_]+", below)
    if above.endswith("\u00ad"):
        return above[:-1] + below
    if not broken or not begun:
        attached = above.endswith("/") or re.search(r"\w[-–]$", above) is not None
        return above + below if attached else f"{above} {below}"
    halves = [stripped(half) for half in (broken[1], begun[0])]
    kept = not begun[0].islower() or all(map(is_syllable, halves)) and not is_syllable("".join(halves))
    return above + below if kept else above[:-1] + below


def _judged(paragraph: Paragraph, body: float, all_bold: bool) -> Paragraph:
    """Say whether a paragraph is a heading: a part of a law, larger than the text, or set in bold on a line of its own."""
    text = paragraph.text
    if len(text) > _MAX_HEADING or text.endswith((";", ",", ":")) or not any(map(str.isalpha, text)):
        return paragraph
    marked = paragraph.bold and not all_bold or text.isupper() and len(text) > 3
    sentence = _ENDED.search(text) is not None
    heads = (
        _SECTION.match(text) is not None
        and (marked or not sentence)
        or paragraph.size > _LARGER * body
        or marked
        and not sentence
    )
    return Paragraph(text, paragraph.size, paragraph.bold, heads)
