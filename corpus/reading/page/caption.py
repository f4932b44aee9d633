"""Which lines of a story are captions of its pictures, and which words of a caption credit the photographer.

A caption is told by its markup (figcaption, the class, a cell under a picture) or by standing next to a picture and looking different
from the text: in italics, centred, without a full stop, with a credit, or the picture's own alt text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.article import Block
from corpus.reading.page.label import fold
from corpus.reading.page.node import HEADINGS, Line, Node
from corpus.reading.page.region import Region

_CREDIT = re.compile(
    r"(?P<before>^|[\s.,;:!?”\"'’)\]–—-]) ?[(\[]? ?"
    r"(?P<credit>(?:(?:bài\s*(?:và|,|-)\s*)?ảnh(?:\s+(?:minh\s+h[oọ][aạ]|tư\s+liệu|chụp\s+màn\s+hình|internet|đồ\s+h[oọ][aạ]|cắt\s+từ\s+\w+|do))?|nguồn(?:\s+ảnh)?|nguồn\s+video"
    r"|photo(?:\s+by)?|đồ\s+h[oọ][aạ]|video|clip|h[iì]nh|tranh|infographic) ?[:：] ?(?P<name>[^:：]{1,120}))$",
    re.I,
)
# "… cho người dân - Ảnh V.D", "… . Ảnh TTXVN", without a colon.
_BARE_CREDIT = re.compile(r"[.–—(-] ?(?P<credit>[ẢA]nh (?:của )?(?P<name>[A-ZĐÀ-Ỹ][\w.\-/&@ ]{0,40}))$")
# What may stand after a credit; it is taken off before, so that no pattern has to try where it begins.
_CLOSING = " .)]"
_TAIL = 300  # characters
_ILLUSTRATION = re.compile(
    r"(?:ảnh|hình|tranh)\s(?:chỉ\s(?:có\stính\schất|mang\stính)\s)?(?:minh\sh[oọ][aạ]|tư\sliệu|internet|cắt từ clip)$",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?…;][\"”'’)»\]]*$")
_PICTURE_WORDS = frozenset("image images img photo photos pic picture".split())
_LONGEST = 700
_FRAME_LEVELS, _FRAME_LINES = 12, 60
_SHORT, _LONG = 160, 400


def is_caption(lines: Sequence[Line], index: int, region: Region) -> bool:
    """Is line `index` a caption of a picture of the story?"""
    line = lines[index]
    if line.media or len(line.text) > _LONGEST:
        return False
    if "caption" in region.zones[line.node.number] - region.zones[region.core.number]:
        return True
    frame = _frame(line.node, region.core)
    if frame is not None and _is_framed(line, lines, frame):
        return True
    before, after = _picture_before(lines, index), _picture_after(lines, index)
    if before is None and after is None:
        return starts_with_credit(line.text) or bool(set(line.node.hint.split()) & _PICTURE_WORDS and is_illustration(line.text))
    if starts_with_credit(line.text) or is_illustration(line.text):
        return True
    if before is None or line.node.tag in HEADINGS:
        return False
    return _looks_apart(line, before, lines, index)


def _is_framed(line: Line, lines: Sequence[Line], frame: Node) -> bool:
    """Is `frame` around `line` made for a caption, or does it hold pictures and hardly more text than their captions?"""
    if frame.tag in ("figcaption", "caption"):
        return True
    if frame.end - frame.start > _FRAME_LINES or not _holds_picture(lines, frame):
        return False
    texts = [other for other in lines[frame.start : frame.end] if not other.media]
    pictures = frame.end - frame.start - len(texts)
    few = len(texts) <= 3 and sum(len(other.text) for other in texts) <= _LONGEST
    return few or (len(texts) <= 2 * pictures and len(line.text) < _LONG)


def split_credit(text: str) -> Block:
    """Return the caption `text` with its photo credit apart: "Một góc chợ. Ảnh: L. Nam" -> "Một góc chợ.", "Ảnh: L. Nam"."""
    start = max(0, len(text) - _TAIL)
    match = _credit(text[start:])
    if match is None or len(match["name"].split()) > 12:
        return Block("caption", text)
    shown = text[: start + match.start("credit")].rstrip(" (-–—[,;")
    return Block("caption", shown, match["credit"].strip(" .") if shown else match["credit"].strip())


def has_credit(text: str) -> bool:
    """Does `text` end by crediting a photographer?"""
    match = _credit(text[-200:])
    return match is not None and len(match["name"].split()) <= 12 and not fold(match["credit"]).startswith("nguon")


def starts_with_credit(text: str) -> bool:
    """Is all of `text` a credit ("Ảnh: Võ Hải")?"""
    match = _CREDIT.match(text.rstrip(_CLOSING)) if len(text) <= _TAIL else None
    return match is not None and fold(match["credit"]).startswith(("anh", "hinh", "photo", "nguon anh", "do hoa"))


def is_illustration(text: str) -> bool:
    """Does `text` end in "(Ảnh minh họa)"?"""
    return _ILLUSTRATION.search(text[-60:].rstrip(_CLOSING)) is not None


def _credit(text: str) -> re.Match[str] | None:
    text = text.rstrip(_CLOSING)
    return _CREDIT.search(text) or _BARE_CREDIT.search(text[-80:].rjust(len(text)))


def _frame(node: Node, core: Node) -> Node | None:
    """The figure or table around `node`, within the story."""
    for above in node.upwards(_FRAME_LEVELS):
        if above is core:
            return None
        if above.tag in ("figcaption", "caption", "figure", "table", "dl"):
            return above
    return None


def _holds_picture(lines: Sequence[Line], frame: Node) -> bool:
    return any(line.media for line in lines[frame.start : frame.end])


def _picture_before(lines: Sequence[Line], index: int) -> Line | None:
    return lines[index - 1] if index and lines[index - 1].media else None


def _picture_after(lines: Sequence[Line], index: int) -> Line | None:
    return lines[index + 1] if index + 1 < len(lines) and lines[index + 1].media else None


def _looks_apart(line: Line, picture: Line, lines: Sequence[Line], index: int) -> bool:
    """Does a line right under a picture look like a caption rather than like the text that goes on?"""
    if has_credit(line.text) or _says_what(line.text, picture):
        return True
    if line.is_bold and not line.is_italic and line.alignment != "center":
        return False
    usual = [other for other in lines[max(0, index - 12) : index + 12] if other.size > 120]
    if len(line.text) < _LONG and any(differs(line, usual) for differs in _DIFFERENCES):
        return True
    return len(line.text) < _SHORT and not _SENTENCE_END.search(line.text) and not line.text.endswith(":")


def _says_what(text: str, picture: Line) -> bool:
    """Does `text` say what the alt text of the picture says?"""
    alt = fold(picture.text)
    return len(alt) >= 15 and (fold(text).startswith(alt) or (alt.startswith(fold(text)) and len(text) >= 15))


def _is_centred(line: Line, usual: Sequence[Line]) -> bool:
    """Is `line` centred, while most of the `usual` lines around it are not?"""
    return line.alignment == "center" and sum(other.alignment == "center" for other in usual) * 2 <= len(usual)


def _is_small(line: Line, usual: Sequence[Line]) -> bool:
    """Is `line` set in small letters, while most of the `usual` lines around it are not?"""
    return line.is_small and sum(other.is_small for other in usual) * 2 <= len(usual)


def _is_marked(line: Line, usual: Sequence[Line]) -> bool:
    """Has `line` a class that none of the `usual` lines around it has?"""
    return bool(line.node.hint.strip()) and all(_markup(other) != _markup(line) for other in usual) and len(usual) >= 3


def _is_italic(line: Line, usual: Sequence[Line]) -> bool:
    """Is `line` in italics, whatever the `usual` lines are?"""
    return line.is_italic


def _is_named_picture(line: Line, usual: Sequence[Line]) -> bool:
    """Has `line` the class of a picture, whatever the `usual` lines have?"""
    return bool(set(line.node.hint.split()) & _PICTURE_WORDS)


# What tells a caption from the text, in the order in which it is looked for.
_DIFFERENCES = (_is_centred, _is_small, _is_marked, _is_italic, _is_named_picture)


def _markup(line: Line) -> tuple[str, str]:
    return line.node.tag, line.node.hint
