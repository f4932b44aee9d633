"""A page saved or copied as plain text -> Article.

The shape is read off the lines alone: header lines (`Tiêu đề: …`), paragraphs between blank lines or one a line, short lines
without a full stop as headings, the picture line `<title> - Hình 1` with its caption and credit, "Tin liên quan" lists, lines of
#hashtags, and a comment form, at which the article ends. Invariant: every text of the article stands in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, NamedTuple

from corpus.article import Article, Block, RelatedLink
from corpus.errors import NotAnArticle
from corpus.hashtag import merge_tags, tag_key
from corpus.identity import without_tracking
from corpus.message import note
from corpus.reading.address import resolve
from corpus.reading.bound import bounded
from corpus.reading.container import HEAD, several_pages
from corpus.reading.page.byline import is_byline, is_source, names
from corpus.reading.page.caption import has_credit, split_credit, starts_with_credit
from corpus.reading.page.date import read_moment
from corpus.reading.page.encoding import Decoded, decode
from corpus.reading.page.label import label
from corpus.reading.page.publication_date import is_date_line
from language.text import clean
from language.timestamp import is_plausible, parse_iso

# A copied page is a few kilobytes; what is longer is a book or a log.
MAX_BYTES = 2_000_000
_MAX_TITLE = 250
_MAX_HEADING = 120
_MAX_CAPTION = 400
_MIN_PARAGRAPH = 80
_CAPTION_LINES = 3
_HEADER_LINES = 12
_WRAPPED = 120

_DATA = Path(__file__).resolve().parents[1] / "data"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_LABELLED = re.compile(r"([^\W\d_][^:]{1,14}?) ?: ?(\S.*)")
_HASHTAGS = re.compile(r"(?:[#＃][^\s#＃]+\s*)+")
_MARKDOWN = re.compile(r"#{1,6} (?=\S)")
_BULLET = re.compile(r"(?:[•●▪■◦‣·*+–—>»-]|\d{1,2}[.)]) ?(?=\w|[\"“‘(])")
_PICTURE = re.compile(r"(.+?) ?[-–—] ?(?:Hình|Ảnh)(?: ảnh)?(?: số)? \d{1,3}\.?")
_COMMENT_HEADING = re.compile(r"(?:trả lời|phản hồi|thảo luận|để lại|leave a|reply)\b.{0,40}", re.I)
_COMMENT_NOTICE = re.compile(r"email của bạn sẽ không được hiển thị|your email address will not be published", re.I)
_ENDED = re.compile(r"[.…:;,][\"”’»)\]]*$")
_TAKEN_FROM = re.compile(r"\W*(?:theo|(?:trích |dẫn )?nguồn(?: tin)?)[ :]+(.+?)\W*", re.I)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


class _Piece(NamedTuple):
    """What one or more lines of the file are; `extra` is a caption's credit or the address of a related article."""

    kind: Literal["text", "heading", "caption", "picture", "related", "tag"]
    text: str
    extra: str = ""


def read_plain_text(page: bytes, *, fetched_at: datetime | None = None) -> Article:
    """Return the article that `page` holds.

    Raises NotAnArticle when there is no title to be found, no paragraph, when `page` is no text, or is longer than MAX_BYTES.
    """
    decoded = _decoded(page)
    given, lines = _labelled([clean(line) for line in decoded.text.splitlines()])
    notes = [decoded.note] if decoded.note else []
    title, pieces = _title(given.get("title", ""), list(_pieces(_without_comments(lines))))
    published, pieces = _published(given.get("published", ""), pieces, notes)
    authors, source, pieces = _signature(pieces)
    lead, blocks = _body(given.get("lead", ""), pieces)
    if not title:
        raise NotAnArticle("text_no_title")
    if not any(block.kind == "paragraph" for block in blocks):
        raise NotAnArticle("text_no_paragraph")
    address = _address(given.get("url", "") or given.get("source", ""))
    text = "\n".join([title, lead, *(block.text for block in blocks)])
    values = {
        "title": title,
        "lead": lead,
        "blocks": blocks,
        "url": without_tracking(resolve("", address)),
        "authors": names(given["author"]) or (given["author"],) if "author" in given else authors,
        "source": _ADDRESS.sub("", given.get("source", "")).strip(" -–()") or source,
        "section": given.get("section", ""),
        "tags": merge_tags(_labels(given.get("tags", ""), pieces), text),
        "published": published,
        "modified": _moment(given.get("modified", ""), notes),
        "related": tuple(RelatedLink(piece.text, piece.extra) for piece in pieces if piece.kind == "related"),
    }
    found: dict[str, Any] = {name: value for name, value in values.items() if value}
    return bounded(Article(**found, fetched_at=fetched_at, notes=tuple(notes), origins=dict.fromkeys(found, "visible")))


def _decoded(page: bytes) -> Decoded:
    """Return the text of `page`, if it is one text."""
    if len(page) > MAX_BYTES:
        raise NotAnArticle("text_too_large", most=MAX_BYTES // 1_000_000)
    several = several_pages(page[:HEAD])
    if several:
        raise NotAnArticle("several_pages", kind=several)
    decoded = decode(page)
    if 100 * len(_CONTROL.findall(decoded.text)) > len(decoded.text):
        raise NotAnArticle("text_binary")
    return decoded


@cache
def _headers() -> dict[str, str]:
    rows = (_DATA / "plain_text_labels.tsv").read_text("utf-8").splitlines()
    return dict(row.split("\t") for row in rows if row and not row.startswith("#"))


def _labelled(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Take the labelled lines out of the first and the last few lines: (attribute -> its first value, the other lines)."""
    filled = [number for number, line in enumerate(lines) if line]
    head, tail = filled[:_HEADER_LINES], filled[_HEADER_LINES:][-_HEADER_LINES:]
    values: dict[str, str] = {}
    kept = list(lines)
    for number in head + tail:
        match = _LABELLED.fullmatch(lines[number])
        name = _headers().get(match[1].casefold(), "") if match else ""
        if match is None or not name or name in values or len(match[2]) > _MAX_TITLE and name != "lead":
            continue
        if number in head and (name != "url" or _ADDRESS.search(match[2])) or name in ("source", "author", "tags"):
            values[name] = match[2]
            kept[number] = ""
    return values, kept


def _without_comments(lines: list[str]) -> list[str]:
    """Cut off the comment form and all that follows it."""
    for number, line in enumerate(lines):
        if _COMMENT_NOTICE.match(line):
            above = next((n for n in range(number - 1, -1, -1) if lines[n]), 0)
            heading = label(lines[above]) == "comment" or _COMMENT_HEADING.fullmatch(lines[above])
            return lines[: above if heading else number]
    whole, below = sum(map(len, lines)), 0
    for number in range(len(lines) - 1, 0, -1):
        below += len(lines[number])
        # Without the notice, "Bình luận" may also head a part of the article: then much of the text comes after it.
        if label(lines[number]) == "comment" and 3 * below < whole:
            return lines[:number]
    return lines


def _pieces(lines: list[str]) -> Iterator[_Piece]:
    """Say of each line, or group of lines between blank ones, what it is."""
    listing: Literal["", "open", "bulleted"] = ""  # are we below "Tin liên quan"?
    for group in map(_told_apart, _groups(lines)):
        yield from group.pieces
        listing = "open" if group.announces else listing
        for run in group.runs:
            bulleted = listing != "" and all(map(_BULLET.match, run))
            titles = bulleted or listing == "open" and all(len(line) <= _MAX_TITLE and not line.endswith(".") for line in run)
            yield from map(_related, run) if titles else _prose(run)
            # Entries without bullets end with their group.
            listing = "bulleted" if bulleted else ""


class _Group(NamedTuple):
    """What a group of lines holds: `pieces` of a line each, and `runs` of the lines between these.

    `announces`: it has a line "Tin liên quan", with nothing behind it.
    """

    pieces: list[_Piece]
    runs: list[list[str]]
    announces: bool


def _told_apart(group: list[str]) -> _Group:
    """Tell the lines that say themselves what they are from those that stand together."""
    pieces: list[_Piece] = []
    runs: list[list[str]] = [[]]
    announces = False
    for line in group:
        said = label(line)
        before, colon, after = line.partition(":")
        if _HASHTAGS.fullmatch(line):
            pieces += (_Piece("tag", part) for part in re.split("[#＃]", line) if part)
            runs.append([])
        elif colon and after and label(before) == "related" and len(line) <= _MAX_TITLE:
            pieces.append(_related(after))
            runs.append([])
        elif said in ("related", "share"):
            announces = announces or said == "related"
            runs.append([])
        else:
            runs[-1].append(line)
    return _Group(pieces, [run for run in runs if run], announces)


def _groups(lines: list[str]) -> list[list[str]]:
    """Return the lines between blank ones, those of a wrapped paragraph made one; where no line is blank each is a paragraph."""
    groups = [list(group) for filled, group in groupby(lines, bool) if filled]
    if len(groups) == 1:
        return _spread(groups[0])
    inner = [line for group in groups for line in group[:-1] if not _special(line)]
    flowing = sum(len(line) > 50 and not _ENDED.search(line) for line in inner)
    if len(inner) > 2 and max(map(len, inner)) <= _WRAPPED and flowing > len(inner) / 2:
        return [group if any(map(_special, group)) else [" ".join(group)] for group in groups]
    return groups


def _spread(lines: list[str]) -> list[list[str]]:
    """Return each line as a group, those of a picture as one."""
    spread: list[list[str]] = []
    for line in lines:
        if spread and (starts_with_credit(line) or _PICTURE.fullmatch(spread[-1][-1])):
            spread[-1].append(line)
        else:
            spread.append([line])
    return spread


def _special(line: str) -> bool:
    return bool(
        _HASHTAGS.fullmatch(line) or _PICTURE.fullmatch(line) or _BULLET.match(line) or label(line) or starts_with_credit(line)
    )


def _related(line: str) -> _Piece:
    title = _ADDRESS.sub("", _BULLET.sub("", line, count=1)).strip(" -–—|:()<>")
    return _Piece("related", title or line.strip(), _address(line))


def _address(text: str) -> str:
    """Return the first web address in `text`, or ""."""
    address = _ADDRESS.search(text)
    return address[0].rstrip(").,;>") if address else ""


def _prose(lines: Sequence[str]) -> Iterator[_Piece]:
    """Tell paragraphs, headings, pictures and captions of one group apart."""
    waiting: list[str] = []  # lines that a credit after them would make a caption
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        picture = _PICTURE.fullmatch(line)
        if picture:
            yield from map(_paragraph, waiting)
            yield _Piece("picture", picture[1])
            below = lines[number : number + _CAPTION_LINES + 1]
            ends = (n for n, text in enumerate(below) if starts_with_credit(text) or _PICTURE.fullmatch(text))
            end = next(ends, len(below))
            waiting = list(below[: end if end <= _CAPTION_LINES else 1])
            number += len(waiting)
            if waiting and (number == len(lines) or not starts_with_credit(lines[number])):
                yield _caption(" ".join(waiting))
                waiting = []
        elif starts_with_credit(line) and sum(map(len, waiting)) <= _MAX_CAPTION:
            yield _Piece("caption", " ".join(waiting), split_credit(line).credit)
            waiting = []
        else:
            waiting.append(line)
            if len(waiting) > _CAPTION_LINES:
                yield _paragraph(waiting.pop(0))
    yield from map(_paragraph, waiting)


def _paragraph(line: str) -> _Piece:
    marked = _MARKDOWN.match(line)
    if marked:
        return _Piece("heading", line[marked.end() :])
    return _caption(line) if len(line) <= _MAX_CAPTION and has_credit(line) else _Piece("text", line)


def _caption(text: str) -> _Piece:
    caption = split_credit(text)
    return _Piece("caption", caption.text, caption.credit)


def _title(given: str, pieces: list[_Piece]) -> tuple[str, list[_Piece]]:
    """Return the title, and the pieces without it: as labelled, or the first line, or as the picture line has it."""
    pictured = next((piece.text for piece in pieces if piece.kind == "picture"), "")
    first = _opening(pieces)
    title = given or pictured
    # Pictures are often named after the title, in other words; a first line that has nothing of it is a heading.
    taken = first if first and _may_be_title(first) and (not title or _says_again(first.text, title)) else None
    if taken:
        title = given or taken.text
    return title, [piece for piece in pieces if piece.kind != "picture" and piece is not taken]


def _opening(pieces: list[_Piece]) -> _Piece | None:
    """Return the first text or heading that is no date."""
    return next((piece for piece in pieces if piece.kind in ("text", "heading") and not is_date_line(piece.text)), None)


def _may_be_title(piece: _Piece) -> bool:
    return len(piece.text) <= _MAX_TITLE and (piece.kind == "heading" or not _ENDED.search(piece.text))


def _says_again(text: str, title: str) -> bool:
    """Does `title` have half of the words of `text`?"""
    said = set(tag_key(text).split("_"))
    return 2 * len(said & set(tag_key(title).split("_"))) >= len(said)


def _published(given: str, pieces: list[_Piece], notes: list[str]) -> tuple[datetime | None, list[_Piece]]:
    """Return when the article came out, as labelled or from a line at the top that is a date, and the pieces without that line."""
    if given:
        return _moment(given, notes), pieces
    for number, piece in enumerate(pieces[:4]):
        if piece.kind == "text" and is_date_line(piece.text):
            return _moment(piece.text, notes), pieces[:number] + pieces[number + 1 :]
    return None, pieces


def _moment(text: str, notes: list[str]) -> datetime | None:
    if not text:
        return None
    moment = parse_iso(text)
    if moment is None and (read := read_moment(text)):
        moment = read.aware
    if moment is None or not is_plausible(moment):
        notes.append(note("note_no_publication", text=text[:40]))
        return None
    return moment


def _labels(given: str, pieces: list[_Piece]) -> list[str]:
    """Return the tags as written: those in lines of #hashtags, then those of the labelled line."""
    return [piece.text for piece in pieces if piece.kind == "tag"] + re.split("[,;#]", given)


def _signature(pieces: list[_Piece]) -> tuple[tuple[str, ...], str, list[_Piece]]:
    """Take byline and "Theo <source>" off the end of the text: (authors, source, the other pieces)."""
    authors: tuple[str, ...] = ()
    source = ""
    for piece in [piece for piece in pieces if piece.kind == "text"][:1:-1][:2]:
        if not is_byline(piece.text):
            break
        taken = _TAKEN_FROM.fullmatch(piece.text)
        if is_source(piece.text) and taken and not source:
            source = taken[1]
        elif not authors:
            authors = names(piece.text)
        pieces = [other for other in pieces if other is not piece]
    return authors, source, pieces


def _body(lead: str, pieces: list[_Piece]) -> tuple[str, tuple[Block, ...]]:
    """Return the lead, as given or the first paragraph of several, and the blocks after it."""
    blocks: list[Block] = []
    following: _Piece | None = None  # the nearest text or heading below
    for piece in reversed(pieces):
        if piece.kind == "caption":
            blocks.append(Block("caption", piece.text, piece.extra))
        elif piece.kind in ("text", "heading"):
            heading = piece.kind == "heading" or following is not None and _heads(piece.text, following)
            blocks.append(Block("heading" if heading else "paragraph", piece.text))
            following = piece
    blocks.reverse()
    paragraphs = [number for number, block in enumerate(blocks) if block.kind == "paragraph"]
    if not lead and len(paragraphs) > 1:
        lead = blocks.pop(paragraphs[0]).text
    return lead, tuple(blocks)


def _heads(text: str, following: _Piece) -> bool:
    """Is `text` the heading of what follows: short, no sentence, above a paragraph?"""
    short = len(text) <= _MAX_HEADING and not _ENDED.search(text) and not text[0].islower() and not _BULLET.match(text)
    return short and following.kind == "text" and len(following.text) >= max(_MIN_PARAGRAPH, len(text))
