"""The blocks of a story -> the same without what stands at both ends: bylines, calls to read on, headings over nothing, credits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.article import Block
from corpus.reading.page.byline import is_byline, split_byline
from corpus.reading.page.caption import starts_with_credit

_CALL = re.compile(
    r"^[\s*>»(\[-]*(?:mời\s+(?:quý\s+)?(?:bạn|độc giả|quý vị|các bạn|bạn đọc|quý độc giả)[^.]{0,40}(?:đón xem|đón đọc|theo dõi|tham gia|gửi|đọc thêm|xem thêm|xem tiếp|xem video|xem clip|chia sẻ)"
    r"|quý\s+(?:độc giả|vị|khách)[^.]{0,60}(?:gửi|liên hệ|truy cập|theo dõi)|(?:bạn đọc|độc giả)\s+(?:có thể|quan tâm)|xem\s+(?:thêm|tiếp|video|clip)\b|đọc\s+(?:thêm|tiếp)\b"
    r"|theo dõi\b.{0,60}\b(?:trên|facebook|zalo|youtube)|tải (?:ngay )?ứng dụng|mọi (?:thông tin|ý kiến|chi tiết)[^.]{0,80}(?:gửi|liên hệ)|(?:còn nữa|còn tiếp|hết|kỳ sau)\b[^a-zà-ỹ]*.{0,80}$"
    r"|(?:video|clip|nguồn|đồ họa)\s*:|(?:kỳ|bài)\s+(?:tới|tiếp|tiếp theo|sau)\s*:)|^\s*(?:>\s?>|»|►|▶)",
    re.I,
)
_NOTE = re.compile(r"\s*[*(]")
_LONGEST_NOTE = 150


def trim(blocks: Sequence[Block], *, signed: bool) -> tuple[list[Block], list[str]]:
    """Return `blocks` without their ends, and the bylines there, in order. `signed`: the story has bylines elsewhere too."""
    kept = list(blocks)
    running = [index for index, block in enumerate(kept) if block.kind != "caption"]
    dropped, last = _cut_end(kept, running)
    unsigned = len(running) > 2 and not (last or signed)
    if unsigned and _is_name(kept[running[0]]):  # over the story of which nobody else is the author
        last.append(kept[running[0]].text)
        dropped.add(running[0])
    return [block for index, block in enumerate(kept) if index not in dropped], last[::-1]


def _cut_end(blocks: list[Block], running: Sequence[int]) -> tuple[set[int], list[str]]:
    """Return which of the `running` blocks stand after the end of the text, and the bylines there, the last first."""
    dropped: set[int] = set()
    last: list[str] = []
    for index in reversed(running):
        text = blocks[index].text
        if is_byline(text) and len(running) - len(dropped) > 1:
            last.append(text)
        elif _is_note(text) and not last:  # "* Tên nhân vật đã được thay đổi" stands after it
            continue
        elif not _is_no_end(blocks[index]):
            if not last:
                blocks[index], last = _without_byline(blocks[index])
            break
        dropped.add(index)
    return dropped, last


def _without_byline(block: Block) -> tuple[Block, list[str]]:
    """Return the last block of a text without the byline that ends it, and that byline."""
    if block.kind != "paragraph":
        return block, []
    text, byline = split_byline(block.text)
    return Block("paragraph", text), [byline] if byline else []


def _is_note(text: str) -> bool:
    """Is `text` a remark under the story, with an asterisk or in brackets?"""
    return _NOTE.match(text) is not None and len(text) <= _LONGEST_NOTE


def _is_no_end(block: Block) -> bool:
    """Is `block` nothing that a story ends with: a heading, a call to action, a credit?"""
    return block.kind == "heading" or _is_call(block.text) or starts_with_credit(block.text)


def _is_call(text: str) -> bool:
    """Does `text` call readers to read on, to write or to follow, and announce nothing that comes after it?"""
    return _CALL.match(text) is not None and not text.endswith(":")


def _is_name(block: Block) -> bool:
    """Is `block` a paragraph that is nothing but a byline?"""
    return block.kind == "paragraph" and is_byline(block.text)
