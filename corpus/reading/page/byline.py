"""Lines that say who wrote an article and where it was taken from -> names; and which lines of a story are such lines.

Vietnamese papers print them under the headline or as the last lines of the body: "Võ Hải", "Ca Tiếu (theo online-tech-tips)",
"Bài và ảnh: T. Tùng", "Vi Thành - TTXVN", "Theo EW", "Nguồn: TTXVN". Who is a person is decided in person.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from corpus.reading.page.date import without_date
from corpus.reading.page.label import fold, label
from corpus.reading.page.person import has_surname, is_paper, person

MOST_AUTHORS = 12
_LONGEST = 90
_MOST_WORDS = 14
_MAKERS = (
    r"bài\s*viết|bài|tin|tác giả|người viết|viết bởi|đăng bởi|bởi|thực hiện|tổng hợp|biên tập|biên dịch|lược dịch|dịch|nội dung|thể hiện"
    r"|phóng viên|pv|ctv|bút danh|người đăng|cập nhật bởi|sưu tầm|ghi chép|ghi|posted by|by"
)
_OTHERS = (
    r"thiết kế|trình bày|đồ họa|đồ hoạ|kỹ thuật|kĩ thuật|tổ chức(?: thực hiện| nội dung| sản xuất)?|chỉ đạo(?: nội dung| sản xuất)?|sản xuất"
    r"|nhóm ảnh|ảnh|video|clip|hình ảnh|minh họa|minh hoạ|hoạ sĩ|họa sĩ|dựng hình|quay phim|mỹ thuật|concept"
)
_ROLE_LIST = rf"(?:{_MAKERS}|{_OTHERS})(?:\s*(?:,|-|–|và|&|/|\+)\s*(?:{_MAKERS}|{_OTHERS}|\w+)){{0,3}}"
# "Bài và ảnh:", "Thiết kế:" at the start of a line, or after the name of somebody else.
_ROLE = re.compile(rf"(?:^|(?<=[\s.,;|–-])|(?<=[a-zà-ỹ]))(?P<role>{_ROLE_LIST})\s*[:：]", re.I)
_WRITTEN = re.compile(rf"\b(?:{_MAKERS})\b", re.I)
# "Tin, ảnh Vi Thành", "Thực hiện Vi Thành", without a colon.
_PREFIX = re.compile(
    rf"^(?:(?:bài|tin)\s*(?:viết)?\s*(?:,|và|-|&)\s*ảnh|{_MAKERS})\s+(?=[A-ZĐ\u00c0-\u00dd\u0102\u0128\u0168\u01a0\u01af\u1ea0-\u1ef9])",
    re.I,
)
_SOURCE = re.compile(
    r"^[\s(\[*>-]*(?:theo\s*[:：]?\s+|(?:trích |dẫn )?nguồn(?: tin)?\s*[:：]\s*)(?P<source>\S.{0,70}?)[\s)\]]*\.?$", re.I
)
_PAPER = re.compile(r"(?:báo|tạp chí|trang|cổng|kênh|hãng|đài|tờ)\b|[a-z0-9-]+(?:\.[a-z]{2,})+\b|[a-z]{6,}$", re.I)
_CLAUSE = re.compile(r",\s+[a-zà-ỹ]|\b(?:là|đã|được|bị|sẽ|của|không|những|này|đó|khi|thì|mà)\b")
_ENDED = re.compile(r"[.?!:…]$")
# After the end of a sentence, capitalised words and nothing else.
_INLINE = re.compile(r"(?:[.!?…][\"”’)]?|\./\.)\s(?P<byline>[^.!?:…\s](?:[^.!?:…]|(?<=\b[^\W\d_])\.){4,50})$")
_INITIAL = re.compile(r"\b[A-ZĐ]\.$")
# "Theo Hoàng Nam (Báo X)", "Theo Hoàng Nam/Báo X": who wrote it, and for whom.
_TAKEN = re.compile(r"^[\s(]*theo\s+(?P<name>[^()/:]{3,40}?)\s*(?:\([^()]{2,50}\)|(?:/|\s[-–—]\s)\s*\S.{1,50}?)[\s)]*$", re.I)
# "(TTXVN/Vietnam+)" and nothing else.
_BRACED = re.compile(r"^[(\[]\s*(?P<inside>[^()\[\]]{2,60})[)\]]\s*\.?$")
_BRACES = re.compile(r"\s*[(\[][^()\[\]]{0,80}[)\]]?\s*")
_TAIL = re.compile(
    r"(?:^|\s+)(?:ghi|thực hiện|tổng hợp|sưu tầm|lược dịch|biên dịch|dịch|t\s?/\s?h|th|lược ghi|lược thuật)\.?\s*$|\s+(?:phóng viên|nhà báo|biên tập viên|cộng tác viên|tác giả)$"
    r"|[\s|•,–-]+(?:ngày(?: đăng)?|lượt (?:xem|đọc)|số lượt \w+|views?)\s*:.{0,60}$|[\s,/–-]+theo\s(?!dõi).{1,60}$",
    re.I,
)
_JOINER = re.compile(
    r"\s+(?:và|cùng|&|-|–|—|\||/|\+)\s+|\s*[,;/|]\s*|(?<=[A-Za-zÀ-ỹ.])[–—](?=[A-ZĐÀ-Ỹ])|(?<=\.)-(?=[A-ZĐÀ-Ỹ])|\s+[-–—](?=\S)|(?<=\S)[-–—]\s+"
)
_CAPITALS_JOINED = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_ROLE_AFTER = re.compile(r"[,(;]|\s[-–—]\s")
# "Vi ThànhTTXVN": the agency glued to its man.
_GLUED = re.compile(r"(?<=[a-zà-ỹ])(?=[A-ZĐ]{3,}\b)")


def is_byline(text: str) -> bool:
    """Is `text`, a line at the head or end of a story, a byline or a line that names its source?"""
    ended = _is_ended(text.strip())
    text = without_date(text) if any(c.isdigit() for c in text) else text.strip()
    if not text or len(text) > _LONGEST or len(text.split()) > _MOST_WORDS:
        return False
    role = _ROLE.match(text)
    if role is not None and not _WRITTEN.search(role["role"]):
        return not text.endswith(":")
    if is_source(text):
        return not ended or len(text.split()) <= 6 and not text.endswith((":", "?"))
    return not ended and _is_of_names(text)


def _is_ended(text: str) -> bool:
    """Does `text` end as a sentence does, and not with an initial ("Nguyễn V.")?"""
    return _ENDED.search(text) is not None and not _INITIAL.search(text)


def _is_of_names(text: str) -> bool:
    """Does `text` name people, or papers and nothing else?"""
    people = _people(text)
    papers = [part.strip() for part in _JOINER.split(_BRACES.sub(" ", text)) if part.strip()]
    return people is not None and (any(people) or bool(papers) and all(map(is_paper, papers)))


def split_byline(text: str) -> tuple[str, str]:
    """Return the last paragraph of a story and the byline that ends it, "" when none does: "… xong việc. Vi Thành"."""
    match = _INLINE.search(text[-_LONGEST:])
    if match is None or len(text) < _LONGEST or not names(match["byline"]) or " " not in match["byline"]:
        return text, ""
    return text[: len(text) - len(match["byline"])].rstrip(), match["byline"]


def is_source(text: str) -> bool:
    """Is `text` a line that only names where the article was taken from ("Theo EW", "(TTXVN/Vietnam+)")?"""
    if len(text) > _LONGEST:
        return False
    braced = _BRACED.match(text)
    if braced is not None:
        inside = braced["inside"]
        return (
            not _SOURCE.match(inside)
            and not any(_people(inside) or ())
            and not _CLAUSE.search(inside)
            and len(inside.split()) <= 6
            or bool(_SOURCE.match(inside))
        )
    match = _SOURCE.match(text)
    if match is None or len(match["source"].split()) > 10 or match["source"].endswith(","):
        return False
    source = match["source"]
    return (source[0].isupper() or _PAPER.match(source) is not None) and _CLAUSE.search(source) is None


def names(text: str) -> tuple[str, ...]:
    """Return the people named in a byline, each of 1 to 6 capitalised words; () when it names none or is no byline."""
    return tuple(filter(None, _people(text) or ()))


def authors(candidates: Iterable[str], outlets: Iterable[str]) -> tuple[str, ...]:
    """Return the people among `candidates` (bylines, metadata), each once, in order; papers and desks are no people."""
    papers = {fold(name) for name in outlets if name}
    found: dict[str, str] = {}
    for candidate in candidates:
        for name in _named(candidate, papers):
            key = fold(name)
            if key and key not in papers and not any(f" {key} " in f" {paper} " for paper in papers):
                found.setdefault(key, name)
    return tuple(found.values())[:MOST_AUTHORS]


def _named(candidate: str, papers: set[str]) -> Iterator[str]:
    taken = _TAKEN.match(candidate)
    if taken is not None:
        yield from names(taken["name"])
    elif is_source(candidate):
        source = _SOURCE.match(candidate)
        name = person(source["source"]) if source and source["source"][0].isupper() and fold(candidate).startswith("theo") else ""
        if name and has_surname(name):
            yield name
    else:
        people = _people(candidate)
        if people is None and len(candidate) <= _LONGEST and not _ENDED.search(candidate):
            # "Lương Vi Thành, huyện Đồng Vạn", in a place for authors.
            name = person(_ROLE_AFTER.split(candidate, maxsplit=1)[0]) or ""
            people = (name,) if len(name.split()) >= 2 else ()
        yield from filter(None, people or ())


def _people(text: str) -> tuple[str, ...] | None:
    """Return the person in each part of a byline, "" for each part that is a paper, desk or place; None when it is no byline."""
    if len(text) > 2 * _LONGEST or label(text):
        return None
    found: list[str] = []
    for piece in _written(_GLUED.sub(" - ", text)):
        prefix = _PREFIX.match(piece)
        bare = piece[prefix.end() :] if prefix else piece
        braced = _BRACED.match(bare)
        bare = braced["inside"] if braced else _BRACES.sub(" ", bare)
        bare = ("" if is_paper(bare.strip()) else _TAIL.sub("", bare)).strip(" -–—:|*•()[],;'\"")
        joined = _CAPITALS_JOINED.sub(" - ", bare) if bare.isupper() else bare
        if not bare or is_source(bare):
            found += [""] if piece.strip() else []
            continue
        for part in filter(None, (part.strip(" .") for part in _JOINER.split(joined))):
            name = person(part)
            if name is None:
                return None
            found.append(name)
    return tuple(found)


def _written(text: str) -> Iterator[str]:
    """Yield the pieces of a line that say who wrote, not who took pictures: "Bài: Vi Thành - Ảnh: Hà Mến" -> "Vi Thành -"."""
    roles = list(_ROLE.finditer(text))
    before = text[: roles[0].start()] if roles else text
    # "Xem video: …" names nobody.
    yield before if not roles or not before.strip() or " " in before.strip(" -–|.,;") else "?"
    for role, end in zip(roles, [*(role.start() for role in roles[1:]), len(text)], strict=False):
        if _WRITTEN.search(role["role"]):
            yield text[role.end() : end]
