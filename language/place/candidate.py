"""A text -> every name of a place in it, with the kind written before it, and what else tells whether it is one.

No text is searched for thousands of names: it is read once, by its syllables that begin with a capital, and a table of first syllables says which
names may begin there. The longest that does is taken.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from language.document_kind import rows
from language.place.name import is_province, names, only_with_kind
from language.place.table import FORMS, Name
from language.place.unit import SHORT_KINDS, kind_before

_CAPITALS = "".join(filter(str.isupper, map(chr, range(0x41, min(sys.maxunicode, 0x1F00)))))
_SYLLABLE = re.compile(
    rf"(?<![\w'’])(?:[{re.escape(_CAPITALS)}]\w*(?:['’ʼ] ?[{re.escape(_CAPITALS)}]?\w+)?|(?<= )[0-9]{{1,2}}(?![\w.,/%-]))"
)
_NUMBERED = re.compile(
    r"(?<![\w.-])(?P<kind>[Qq]uận|QUẬN|[Pp]hường|PHƯỜNG|Q\.|P\.|Q(?=[0-9])|P(?=[0-9])) ?(?P<first>[0-9]{1,2})(?![\w/%]|[.,-][0-9])"
    r"(?P<more>(?:(?:, | và | - )[0-9]{1,2}(?![\w/%.]|,[0-9]))*)"
)
_NUMBER = re.compile("[0-9]+")
_WITHIN = (" ", "-", " - ", "–", " – ")
"""What may stand between two syllables of a name."""
_BEFORE = re.compile(
    r"(?<!\w)(?:đường|phố|cầu|sông|kênh|rạch|hồ|núi|đèo|vịnh|báo|tạp chí|đài|ông|bà|anh|chị|cô|em|bé|cháu|chú|bác|cụ|nghệ sĩ|ca sĩ|diễn viên|hoa hậu|"
    r"khách sạn|hầm|rạp|nhà hát|tập đoàn|chiến thắng|chiến dịch|giải|nobel|chùa|đền|ngã ba|ngã tư|cha|mẹ|vợ|chồng|con|tên) \Z",
    re.IGNORECASE,
)
_BEFORE_LESSER = re.compile(
    r"(?<!\w)(?:[0-9]+[A-Za-z]?|công ty|cầu vượt|phủ|ga|bến xe|bến phà|phà|đập|dãy|hang|suối|thác|chung cư|khu đô thị|tàu|nhà máy|quán|hãng|thương hiệu|giải|sân khấu|ngõ|hẻm) \Z",
    re.IGNORECASE,
)
"""Words after which a name is no province's but may be of something called like a lesser unit."""
_LONGEST_BEFORE = 14
_AFTER: Mapping[Name, tuple[str, ...]] = {
    ("thái", "bình"): ("dương",),
    ("sài", "gòn"): ("giải", "tiếp", "times"),
    ("hà", "nội"): ("mới",),
    ("bình", "dương"): ("vương",),
    ("hoà", "bình"): ("xanh", "group"),
}
"""Syllables with which a name is part of another that is no place."""
_OPENING = frozenset(
    "tại ở từ về đến theo cả riêng trong ngoài với và còn khi nếu như giữa qua sau trước nhiều người trên".split()
)
"""Words that begin a sentence before a name; their capital says nothing."""
_ABROAD = re.compile(
    r"(?:,| \(| -| của) ?(?:Trung Quốc|Quảng Tây|Đài Loan|Nhật Bản|Hàn Quốc|Lào(?! Cai)|Campuchia|Mỹ)\b|,? miền [^\W\d]+ Trung Quốc"
)


@dataclass(frozen=True)
class Candidate:
    """A name at text[start:end], its `kind`, "" if none is written before it, and the place `begin` where the kind or name begins.

    `doubtful`: it stands within other capitals or after a word that makes it a street, a person or the like; `personal`: as a person's given name.
    """

    begin: int
    start: int
    end: int
    name: Name
    kind: str
    doubtful: bool = False
    personal: bool = False


def candidates(text: str) -> list[Candidate]:
    """Return the candidates of clean `text`, sorted and disjoint. Linear in its length."""
    found = [*_capitalised(text), *_numbered(text)]
    found.sort(key=lambda each: (each.start, -each.end))
    disjoint: list[Candidate] = []
    for each in found:
        if not disjoint or each.begin >= disjoint[-1].end:
            disjoint.append(each)
    return disjoint


def _numbered(text: str) -> list[Candidate]:
    """Return the districts and wards that have numbers for names: quận 1, 3 và 10."""
    found = []
    for match in _NUMBERED.finditer(text):
        kind = "quận" if match["kind"][0] in "qQ" else "phường"
        starts = [match.span("first"), *(number.span() for number in _NUMBER.finditer(text, *match.span("more")))]
        for number, (start, end) in enumerate(starts):
            name = (FORMS[text[start:end]],)
            if name in names():
                found.append(Candidate(start if number else match.start(), start, end, name, "" if number else kind))
    return found


def _capitalised(text: str) -> list[Candidate]:
    spans = [match.span() for match in _SYLLABLE.finditer(text)]
    forms = [FORMS[text[start:end]] for start, end in spans]
    beginning = _beginning()
    found: list[Candidate] = []
    number, after = 0, -1  # the syllable looked at; that behind the last candidate
    while number < len(forms):
        seconds = beginning.get(forms[number])
        length = _length(text, spans, forms, number, seconds) if seconds else 0
        if not length:
            number += 1
            continue
        stop = number + length
        candidate = _candidate(text, spans, forms, number, stop, after)
        if candidate is not None:
            found.append(candidate)
            after = stop
        number = stop if candidate is not None else number + 1
    return found


def _length(
    text: str, spans: list[tuple[int, int]], forms: list[str], first: int, seconds: Mapping[str, tuple[Name, ...]]
) -> int:
    """Return of how many syllables the longest name is that begins with the syllable `first`, 0 if none does."""
    rests = seconds.get(forms[first + 1], ()) if first + 1 < len(forms) else ()
    for rest in rests:
        stop = first + 1 + len(rest)
        if tuple(forms[first + 1 : stop]) == rest and all(
            text[spans[number][1] : spans[number + 1][0]] in _WITHIN for number in range(first, stop - 1)
        ):
            return len(rest) + 1
    return 1 if "" in seconds else 0


def _candidate(text: str, spans: list[tuple[int, int]], forms: list[str], first: int, stop: int, after: int) -> Candidate | None:
    """Return the candidate that the syllables from `first` to before `stop` are, None if they are part of something else."""
    start, end = spans[first][0], spans[stop - 1][1]
    name = tuple(forms[first:stop])
    follows = forms[stop] if stop < len(forms) and text[end : spans[stop][0]] == " " else ""
    if name[0].isdecimal() or follows in _AFTER.get(name, ()) or _ABROAD.match(text, end):
        return None
    continued = bool(follows) and not follows.isdecimal() and follows not in _surnames() and follows not in SHORT_KINDS
    kind, begin = kind_before(text, start)
    if kind:
        return Candidate(begin, start, end, name, kind, doubtful=continued)
    return _without_kind(text, spans, forms, first, stop, after, continued=continued)


def _without_kind(
    text: str, spans: list[tuple[int, int]], forms: list[str], first: int, stop: int, after: int, *, continued: bool
) -> Candidate | None:
    """Return the candidate that a name by itself is; `continued` by a word with a capital, it may be a part of another name."""
    start, end, name = spans[first][0], spans[stop - 1][1], tuple(forms[first:stop])
    is_byline = (
        start == 0 and end == len(text) and not is_province(name)
    )  # a line of its own is the name of who wrote the article
    if is_byline or name in only_with_kind() or _holds_province(text, spans, forms, first, stop):
        return None
    row = _row_before(text, spans, first, after)
    opens = row == first - 1 and forms[row] in _OPENING
    is_given = row < first and not opens and not _surnames().isdisjoint(forms[row:first])
    is_otherwise = _names_otherwise(text, start, name)
    doubtful = continued or is_otherwise or row < first and not opens
    return Candidate(start, start, end, name, "", doubtful, personal=is_given or is_otherwise)


def _names_otherwise(text: str, start: int, name: Name) -> bool:
    """Say whether the word before `start` makes the name that of a street, a station, a person."""
    begin = max(0, start - _LONGEST_BEFORE)
    if _BEFORE.search(text, begin, start):
        return True
    return _BEFORE_LESSER.search(text, begin, start) is not None and not is_province(name)


def _holds_province(text: str, spans: list[tuple[int, int]], forms: list[str], first: int, stop: int) -> bool:
    """Say whether a province's name begins within the lesser name from `first` to before `stop` and ends behind it: Nam Hà in Nam Hà Tĩnh."""
    if is_province(tuple(forms[first:stop])):
        return False
    for number in range(first + 1, stop):
        length = _length(text, spans, forms, number, _beginning().get(forms[number], {}))
        if number + length > stop and is_province(tuple(forms[number : number + length])):
            return True
    return False


def _row_before(text: str, spans: list[tuple[int, int]], first: int, after: int) -> int:
    """Return the first syllable of the row of capitals that stands before the syllable `first`, itself if none does; UBND, THPT … are of no row."""
    row = first
    all_capitals = text[slice(*spans[first])].isupper()
    while row > max(0, after) and text[spans[row - 1][1] : spans[row][0]] == " ":
        before = text[slice(*spans[row - 1])]
        if len(before) > 1 and before.isupper() and not all_capitals:
            break
        row -= 1
    return row


@cache
def _beginning() -> Mapping[str, Mapping[str, tuple[Name, ...]]]:
    """Return what follows the first syllable of each name by its second ("" if the name ends there), the longest first."""
    found: dict[str, dict[str, list[Name]]] = defaultdict(lambda: defaultdict(list))
    for first, *rest in names():
        found[first][rest[0] if rest else ""].append(tuple(rest))
    return {
        first: {second: tuple(sorted(rests, key=len, reverse=True)) for second, rests in seconds.items()}
        for first, seconds in found.items()
    }


@cache
def _surnames() -> frozenset[str]:
    return frozenset(FORMS[surname] for (surname,) in rows("surnames.txt"))
