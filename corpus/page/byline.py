"""Lines that say who wrote an article and where it was taken from -> names; and which lines of a story are such lines.

Vietnamese papers print them under the headline or as the last lines of the body: "Võ Hải", "Ca Tiếu (theo online-tech-tips)",
"Bài và ảnh: T. Tùng", "Theo EW", "Nguồn: TTXVN".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpus.page.date import without_date
from corpus.page.label import fold, label, names_outlet

_LONGEST = 90
_MOST_WORDS = 14
_PREFIX = re.compile(
    r"^(?:bài\s*(?:viết)?\s*(?:,|và|-|&)\s*ảnh|tin\s*(?:,|và|-|&)\s*ảnh|tin|bài|tác giả|người viết|viết bởi|đăng bởi|thực hiện|tổng hợp|biên tập|biên dịch"
    r"|lược dịch|dịch|theo|nguồn|nguồn tin|by|ghi|posted by|pv|phóng viên|bút danh|người đăng|cập nhật bởi|trích nguồn|sưu tầm)\s*[:：]?\s*(?=\S)",
    re.I,
)
_SOURCE = re.compile(
    r"^[\s(\[*-]*(?:theo|nguồn|nguồn tin|trích nguồn|dẫn nguồn)\s*[:：]?\s+(?P<source>\S.{0,70}?)[\s)\]]*\.?$", re.I
)
_ROLE = re.compile(
    r"^(?:nội dung|thiết kế|trình bày|đồ họa|đồ hoạ|kỹ thuật|kĩ thuật|tổ chức(?: thực hiện| nội dung| sản xuất)?|chỉ đạo(?: nội dung| sản xuất)?|biên tập|thực hiện|sản xuất"
    r"|ảnh|video|clip|bài|bài viết|hình ảnh|minh họa|hoạ sĩ|họa sĩ|dựng hình|quay phim|tác giả|thể hiện|mỹ thuật|concept)(?:\s*(?:,|-|–|và|&)\s*\w+){0,3}\s*:",
    re.I,
)
_WITHIN = re.compile(
    r"\s*[(\[][^()\[\]]{0,60}[)\]]\s*|\s+(?:ghi|thực hiện|tổng hợp|lược dịch|biên dịch|dịch|t/h|th|lược ghi|lược thuật)\.?\s*$|\s+(?:theo)\s+.{1,50}$",
    re.I,
)
# "Theo Hoàng Nam (Báo X)": who wrote it, and for whom.
_TAKEN = re.compile(r"^[\s(]*theo\s+(?P<name>[^()]{3,40})\s*\([^()]{2,50}\)\s*$", re.I)
# "(TTXVN/Vietnam+)" and nothing else.
_BRACED = re.compile(r"^[(\[]\s*[^()\[\]]{2,40}[)\]]\s*\.?$")
_WRITTEN = re.compile(r"^(?:nội dung|bài|bài viết|tác giả|thực hiện|thể hiện)\b", re.I)
_JOINER = re.compile(r"\s+(?:và|cùng|&|-|–|—|\||/|\+)\s+|\s*[,;/|]\s*|(?<=[A-Za-zÀ-ỹ])[–—](?=[A-ZĐÀ-Ỹ])")
_NAME_WORD = re.compile(
    r"(?:[A-ZĐÀ-Ý\u0102\u0110\u0128\u0168\u01a0\u01af\u1ea0-\u1ef9][\w'’]*\.?|[A-ZĐ]\.(?:[A-ZĐ]\.?)*|[A-ZĐ]{1,4})(?:-[A-ZĐ]\w*)*"
)
_HANDLE = re.compile(r"https?://|www\.|@|\.(?:vn|com|net|org|edu|gov)\b", re.I)
_DESK = re.compile(r"^(?:nhóm\s+)?(?:pv|phóng viên|bbt|ban biên tập|tòa soạn)\b", re.I)
# What a sentence has and a name has not.
_VERB = re.compile(r"\b(?:là|đã|được|bị|cho|của|không|trong|những|các|này|với|tại|khi|đến|như|một)\b", re.I)
MOST_AUTHORS = 12


def is_byline(text: str) -> bool:
    """Is `text`, a line at the head or end of a story, a byline or a line that names its source?"""
    text = without_date(text) if any(c.isdigit() for c in text) else text.strip()
    if not text or len(text) > _LONGEST or len(text.split()) > _MOST_WORDS:
        return False
    if _ROLE.match(text) or _BRACED.match(text):
        return True
    if _SOURCE.match(text) and not (text.rstrip(")").endswith(".") and len(text.split()) > 6) and not text.endswith((":", "?")):
        return True
    return bool(names(text)) and (not text.endswith((".", "?", "!", ":")) or bool(re.search(r"\b[A-ZĐ]\.$", text)))


def is_source(text: str) -> bool:
    """Is `text` a line that only names where the article was taken from ("Theo EW")?"""
    return len(text) <= _LONGEST and (_SOURCE.match(text) or _BRACED.match(text)) is not None


def names(text: str) -> tuple[str, ...]:
    """Return the names in a byline, () when it is none: each of 1 to 6 capitalised words."""
    if len(text) > 2 * _LONGEST or label(text):
        return ()
    role = _ROLE.match(text)
    text = text[role.end() :] if role else text
    prefix = _PREFIX.match(text)
    bare = _WITHIN.sub(" ", text[prefix.end() :] if prefix else text).strip(" -–—:|*•()[].,'\"")
    bare = _PREFIX.sub("", bare) if prefix else bare
    found = []
    for part in _JOINER.split(bare):
        part = part.strip(" .")
        if not part:
            continue
        words = part.split()
        if len(words) > 6 or _HANDLE.search(part) or _VERB.search(part) or not all(_NAME_WORD.fullmatch(word) for word in words):
            return ()
        if len(words) == 1 and len(part) < 2 or all(label(word) for word in words):
            return ()
        found.append(part)
    return tuple(found)


def authors(candidates: Iterable[str], outlets: Iterable[str]) -> tuple[str, ...]:
    """Return the people among `candidates` (bylines, metadata), each once, in order; papers and desks are no people."""
    papers = {fold(name) for name in outlets if name}
    found: dict[str, str] = {}
    for candidate in candidates:
        taken = _TAKEN.match(candidate)
        candidate = taken["name"] if taken else candidate
        if _HANDLE.search(candidate) or is_source(candidate) or _ROLE.match(candidate) and not _WRITTEN.match(candidate):
            continue
        for name in names(candidate):
            key = fold(name)
            if (
                key in papers
                or names_outlet(name)
                or _DESK.match(name)
                or any(key and f" {key} " in f" {paper} " for paper in papers)
            ):
                continue
            found.setdefault(key, name)
    return tuple(found.values())[:MOST_AUTHORS]
