"""Text -> where it names a law of the National Assembly: `Luật Đất đai năm 2024`, `Bộ luật Lao động 2019`, `Hiến pháp 2013`.

A name ends where a law of the list (data/laws.txt) ends, the longest that fits; a law that is not on the list is found only where it
begins with a capital letter and its year follows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from language.normalizer import exact, stripped
from language.tone import new_style

CODE, LAW, CONSTITUTION = "Bộ luật", "Luật", "Hiến pháp"
YEAR = "(?:19[4-9][0-9]|20[0-9][0-9])"

_LONGEST = 220  # characters from the word "Luật" to the end of its year
# One set of letters to begin with, because the search for those is fast.
_TRIGGER = re.compile("[lLhH](?:(?<=[lL])(?:uật|uat|UẬT|UAT)|(?<=[hH])(?:iến pháp|ien phap|IẾN PHÁP)) ")
# What makes another thing of a following "luật": pháp luật, kỷ luật, khoa Luật, Công ước về Luật Biển, Công ty Luật.
_NO_LAW = re.compile(
    r"(?:\b(?:pháp|kỷ|kỉ|quy|quân|âm|đạo|giới|khoa|ngành|học|ĐH|đh|trường|viện|công ty|văn phòng|cử nhân|môn|nghề|cty|nxb)"
    r"|công ước[\w ]{0,40}) $",
    re.IGNORECASE,
)
_NO_LAW_BEFORE = ("háp ", "kỷ ", "kỉ ")
_TO_YEAR = re.compile(
    rf"(?: \(?(?:sửa đổi|sua doi)(?:,? bổ sung)?\)?)?(?: số:? ?[0-9]{{1,3}}/[0-9]{{4}}/QH[0-9]+)?,?"
    rf"(?: (?:ban hành )?(?:năm|nam)| \((?:năm )?)? ?(?P<year>{YEAR})(?![\w/%]|[-–.,][0-9])",
    re.IGNORECASE,
)
_NUMBERED = re.compile(rf" số:? ?[0-9]{{1,3}}/(?P<year>{YEAR})/QH[0-9]+", re.IGNORECASE)
_CONSTITUTION_YEAR = re.compile(rf"(?:năm |nam )?(?P<year>{YEAR})(?![\w/%]|[-–.,][0-9])", re.IGNORECASE)
_UNLISTED = re.compile(rf"([^\W\d_a-zđ][^\W\d_]*(?:,? [^\W\d_]+){{0,11}}?)(?: (?i:năm))? (?P<year>{YEAR})(?![\w/%]|[-–.,][0-9])")
_NOT_IN_NAME = re.compile(
    r"\b(?:đã|được|sẽ|từ|ngày|tháng|trong|ban hành|thông qua|hiệu lực|này|là|khóa|khoá|sư|cho|tại|theo|đến|sửa|bổ sung|mới|cũ|"
    r"kỳ họp|trình|của|hiện hành|luật|Luật)\b"
)
_OF_AN_AMENDMENT = re.compile(r"(?:một số điều|một số điểm) của (?:các )?(?:bộ )?$", re.IGNORECASE)


class LawName(NamedTuple):
    """A law named at text[start:end]; `year` is "" where none is said."""

    start: int
    end: int
    kind: str
    name: str
    year: str


def law_names(text: str) -> Iterator[LawName]:
    """Yield the laws that clean `text` names, in order. Linear in the text's length."""
    done = 0
    for trigger in _TRIGGER.finditer(text):
        if trigger.start() < done:
            continue
        found = _named_at(text, trigger.start(), trigger.end())
        if found:
            done = found.end
            yield found


def _named_at(text: str, start: int, after: int) -> LawName | None:
    """Return the law named by the word "Luật" or "Hiến pháp" at `start` and by the text from `after` on, None when it names none."""
    if text[start] in "hH":
        return _constitution(text, start, after)
    following = text[after : after + 8].partition(" ")[0]
    # Most that looks like the name of a law is none (pháp luật, luật sư): seen without a regular expression.
    if text.endswith(_NO_LAW_BEFORE, 0, start) or not (following[:1].isupper() or exact(following.rstrip(",")) in _first()):
        return None
    before = text[max(0, start - 60) : start]
    if before[-1:].isalnum() or _NO_LAW.search(before):
        return None
    code = re.search(r"\b(?:bộ|bo) $", before, re.IGNORECASE)
    begin = start - len(code[0]) if code else start
    place = _Place(
        begin,
        after,
        code is not None,
        text[start].isupper() and text[after : after + 1].isupper(),
        _OF_AN_AMENDMENT.search(text[max(0, begin - 30) : begin]) is not None,
    )
    rest = new_style(text[after : after + _LONGEST])
    pattern = _listed()[0].get(stripped(re.split(r"\W", following, maxsplit=1)[0]))
    listed = pattern.match(rest) if pattern else None
    return _listed_law(place, rest, listed) if listed else _unlisted_law(place, rest, text)


class _Place(NamedTuple):
    """Where "Luật" or "Bộ luật" stands in a text: from `begin` to `after`, where the name would begin."""

    begin: int
    after: int
    is_code: bool  # it is "Bộ luật"
    capital: bool  # it and the name are written with capital letters
    amended: bool  # what follows is amended by another law, whose year may follow too


def _constitution(text: str, start: int, after: int) -> LawName | None:
    if text[max(0, start - 1) : start].isalnum():
        return None
    to_year = _CONSTITUTION_YEAR.match(text, after)
    return LawName(start, to_year.end(), CONSTITUTION, "", to_year["year"]) if to_year else None


def _listed_law(place: _Place, rest: str, listed: re.Match[str]) -> LawName | None:
    """Return the law whose listed name `rest`, the text from the name on, begins with."""
    _, names, codes = _listed()
    name, end = names[listed.lastgroup or ""], listed.end()
    kind = CODE if name in codes else LAW
    to_year = None if place.amended else _NUMBERED.match(rest, end) or _TO_YEAR.match(rest, end)
    if to_year:
        return LawName(place.begin, place.after + to_year.end(), kind, name, to_year["year"])
    follows = rest[end:]
    continues = re.match(r" [^\W\d_a-zđ]", follows) and follows[1].isupper() and not follows.startswith(" Việt Nam")
    # In small letters and without a year it may be the field of law: luật giáo dục.
    if continues or not (place.capital or place.is_code):
        return None
    return LawName(place.begin, place.after + end, kind, name, "")


def _unlisted_law(place: _Place, rest: str, text: str) -> LawName | None:
    """Return the law that is on no list, if a name with a capital letter and a year begin `rest`."""
    unlisted = _UNLISTED.match(rest) if place.capital and not place.amended else None
    if unlisted is None or _NOT_IN_NAME.search(unlisted[1]):
        return None
    name = text[place.after : place.after + unlisted.end(1)]
    return LawName(place.begin, place.after + unlisted.end(), CODE if place.is_code else LAW, name, unlisted["year"])


def _pattern(name: str) -> str:
    """Return a pattern of the ways of writing a listed name: commas, "và" and what is in brackets may be missing, i stands for y."""
    optional = re.search(r" \((.*)\)$", name)
    words = name[: optional.start()] if optional else name
    pattern = re.escape(words).replace(r"\ và\ ", r",?\ (?:(?:và|va|&)\ )?").replace(r",\ ", r",?\ ").replace(r"\ ", " ")
    for y, i in zip("yýỳỷỹỵ", "iíìỉĩị", strict=True):
        pattern = re.sub(rf"(?<=\b[hklmstHKLMST]){y}\b", f"[{y}{i}]", pattern)
    return pattern + (f"(?: {re.escape(optional[1])})?" if optional else "")


@cache
def _listed() -> tuple[dict[str, re.Pattern[str]], dict[str, str], frozenset[str]]:
    """Return the patterns of the listed laws by the stripped form of their first word, their names by group, and which are codes."""
    lines = files("language").joinpath("data/laws.txt").read_text("utf-8").splitlines()
    laws = [line for line in lines if line and not line.startswith("#")]
    names = sorted((line.removeprefix(f"{CODE} ") for line in laws), key=len, reverse=True)
    alternatives = defaultdict(list)
    for number, name in enumerate(names):
        marked = _pattern(new_style(name))
        bare = _pattern(stripped_name(name))
        alternatives[stripped(name.split()[0].rstrip(","))].append(f"(?P<law{number}>(?:{marked}|{bare})(?!\\w))")
    shown = {f"law{number}": re.sub(r"[()]", "", name) for number, name in enumerate(names)}
    codes = frozenset(re.sub(r"[()]", "", line.removeprefix(f"{CODE} ")) for line in laws if line.startswith(CODE))
    patterns = {first: re.compile("|".join(laws), re.IGNORECASE) for first, laws in alternatives.items()}
    return patterns, shown, codes


def stripped_name(name: str) -> str:
    """Return a name in stripped form, its spaces and signs kept."""
    return re.sub(r"[^\W_]+", lambda syllable: stripped(syllable[0]), name)


@cache
def _first() -> frozenset[str]:
    """Return the forms of the first words of all listed names."""
    words = [name.split()[0].rstrip(",").lower() for name in _listed()[1].values()]
    return frozenset(form for word in words for form in (exact(word), stripped(word)))
