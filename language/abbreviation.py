"""Running text -> the abbreviations it explains: `Hội đồng nhân dân (HĐND)`, `HĐND (Hội đồng nhân dân)`.

A pair is taken only where the letters of the abbreviation are, in order, the first letters of the syllables beside it, connectives
(và, về, …) alone left out: the idea of Schwartz and Hearst (2003) with Vietnamese syllables for words, which makes it strict. Words that
stand in both (`UBND tỉnh`, `Bộ GD-ĐT`) are left out of the pair. Foreign ones (`Tổ chức Y tế thế giới (WHO)`) say nothing of where their
expansion begins; the well-known ones are in data/abbreviations.tsv.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from language.analyzer import syllables, terms, tokens
from language.mark import letters_of

MOST_SYLLABLES = 14
"""Syllables of an expansion at most; what is longer is no expansion."""
MOST_BRACKETS = 10_000
"""Brackets of one text that are read at most, brackets in a row counted as one. A megabyte of news has some hundreds."""
_BEFORE = 160  # characters before a bracket
_MOST_LETTERS = 12  # of an abbreviation
_MOST_WORDS = 8  # of what stands in the brackets beside the abbreviation
CONNECTIVES = frozenset("và về của các cho với theo trên tại trong".split())
"""Syllables of an expansion for which its abbreviation need not have a letter: GDĐT, giáo dục *và* đào tạo."""
_BRACKETS = re.compile(r"\(([^()\n]{2,120})\)")
_LEAD_IN = re.compile(r"(?:(?:sau đây |dưới đây |thường )?(?:gọi|viết|tên) (?:tắt )?(?:là|:)?|tức)\s*[:\"“']?\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_BREAKS = '.;:!?…()"“”'
_NOT_BREAK = re.compile(r"\b(?:TP|Tp|Q|P|TX|TT)\.")  # TP. Hồ Chí Minh is no end of a sentence


class Pair(NamedTuple):
    """An abbreviation and what it stands for, as written."""

    abbreviation: str
    expansion: str


@dataclass(frozen=True, order=True)
class Sense:
    """What an abbreviation stands for. `abbreviation` and `expansion` are keys (see `key`), `written` how to show them."""

    abbreviation: str
    expansion: str
    written: Pair


def key(written: str) -> str:
    """Return the exact forms of the syllables of `written`, joined by spaces: the same for GD-ĐT and GD & ĐT."""
    return " ".join(token.exact for token in syllables(tokens(written)))


@cache
def listed() -> tuple[Sense, ...]:
    """Return the well-known abbreviations of data/abbreviations.tsv, each spelling by itself."""
    lines = (files("language") / "data" / "abbreviations.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    pairs = [Pair(spelling.strip(), expansion) for spellings, expansion in rows for spelling in spellings.split(";")]
    return tuple(Sense(key(pair.abbreviation), key(pair.expansion), pair) for pair in pairs)


def explained(text: str) -> Iterator[Sense]:
    """Yield the abbreviations that `text` explains, in order. Linear in the text, of whose brackets at most MOST_BRACKETS are read."""
    if "(" not in text:
        return
    read: set[str] = set()
    for brackets in _BRACKETS.finditer(text):
        before = text[max(0, brackets.start() - _BEFORE) : brackets.start()]
        if before.rstrip().endswith(("(", ")")) or before + brackets[0] in read:
            continue
        if len(read) == MOST_BRACKETS:
            return
        read.add(before + brackets[0])
        for pair in _pairs(_clause(before), brackets[1]):
            sense = Sense(key(pair.abbreviation), key(pair.expansion), pair)
            if not any("/" in term for term in terms(pair.expansion)[0]):  # the number of a document
                yield sense


def _clause(text: str) -> str:
    """Return what follows the last break of `text`, which ends where a bracket opens."""
    shielded = _NOT_BREAK.sub(lambda match: match[0][:-1] + " ", text).rstrip().rstrip('"“”')
    start = max(map(shielded.rfind, _BREAKS)) + 1
    return text[start:].rstrip().rstrip("\"“”' ")


def _pairs(before: str, inside: str) -> Iterator[Pair]:
    standing = list(_WORD.finditer(before))
    if not standing:
        return
    lead_in = _LEAD_IN.match(inside)
    inside = inside[lead_in.end() :] if lead_in else inside
    pieces = re.split(r"[,;]|\s[-–]\s|\bhoặc\b|\bhay\b", inside)
    # First as a whole: what parts (GD-ĐT, GD&ĐT) also stands within one, (VH, TT & DL), whose last part alone would fit as well.
    for parts in ([inside], pieces):
        read = [
            found
            for part in parts
            if _may_be_short(words := list(_WORD.finditer(part)))
            and (found := _aligned(part, words, before, standing[-MOST_SYLLABLES - _MOST_WORDS :]))
        ]
        if read:
            yield from read
            break
    # The other way round: the abbreviation is the longest row of words before the bracket whose letters use up what is inside.
    long = list(_WORD.finditer(pieces[0]))
    if 2 <= len(long) <= MOST_SYLLABLES:
        for first in range(max(0, len(standing) - 4), len(standing)):
            if _may_be_short(standing[first:]):
                found = _aligned(before, standing[first:], pieces[0], long, whole=True)
                if found:
                    yield found
                    return


def _may_be_short(words: Sequence[re.Match[str]]) -> bool:
    return (
        0 < len(words) <= _MOST_WORDS
        and any(map(_is_short, words))
        and sum(len(word[0]) for word in words if _is_short(word)) > 1
    )


def _is_short(word: re.Match[str]) -> bool:
    return word[0].isupper() and word[0].isalpha() and len(word[0]) <= _MOST_LETTERS


def _aligned(
    short_text: str, short: Sequence[re.Match[str]], long_text: str, long: Sequence[re.Match[str]], *, whole: bool = False
) -> Pair | None:
    """Return the pair if the words of `short` stand for the last words of `long` (`whole`: for all of them), else None."""
    signs = _signs(short)
    syllables = [word[0] for word in long]

    @cache  # without which a row of connectives would be tried in every way
    def align(sign: int, place: int) -> list[int] | None:
        """Return the indexes of the syllables that the signs from `sign` on stand for, at most `place`; None if one has none."""
        if sign == len(signs):
            return [] if not whole or place < 0 else None
        if place < 0:
            return None
        asked, syllable = signs[sign], syllables[place]
        rest = align(sign + 1, place - 1) if asked.fits(syllable) else None
        if rest is not None:
            return [place, *rest]
        if sign and syllable.casefold() in CONNECTIVES:
            return align(sign, place - 1)
        # A part may stand as it is: TP HCM for TP Hồ Chí Minh.
        if asked.is_letter and sign == asked.first and syllable == short[asked.word][0]:
            rest = align(asked.after, place - 1)
            return None if rest is None else [*[place] * (asked.after - sign), *rest]
        return None

    found = align(0, len(syllables) - 1)
    if found is None:
        return None
    stands_for: dict[int, list[int]] = {}
    for sign, place in zip(signs, found, strict=True):
        stands_for.setdefault(sign.word, []).append(place)
    # What stands in both, at either end, is no abbreviation.
    numbers = [
        number
        for number, places in sorted(stands_for.items())
        if _is_short(short[number]) and (len(short[number][0]) == 1 or syllables[places[0]] != short[number][0])
    ]
    if max((len(short[number][0]) for number in numbers), default=0) < 2:
        return None
    first, last = min(stands_for[numbers[0]]), max(stands_for[numbers[-1]])
    if last - first + 1 > MOST_SYLLABLES or len(set(found)) < 2 or first == last:
        return None
    return Pair(
        short_text[short[numbers[0]].start() : short[numbers[-1]].end()], long_text[long[first].start() : long[last].end()]
    )


class _Sign(NamedTuple):
    """A sign of a short form: a word that must stand in the long form too, or a letter that begins one.

    `word` is the number of its word, whose signs, counted from the end of the short form, are those from `first` to before `after`.
    """

    text: str
    is_letter: bool
    word: int
    first: int
    after: int

    def fits(self, syllable: str) -> bool:
        return _initial(syllable) == _initial(self.text) if self.is_letter else syllable.casefold() == self.text.casefold()


def _signs(short: Sequence[re.Match[str]]) -> list[_Sign]:
    """Return the signs of a short form, the last first."""
    signs: list[_Sign] = []
    for number, word in reversed(list(enumerate(short))):
        is_short = _is_short(word)
        letters = word[0][::-1] if is_short else [word[0]]
        first = len(signs)
        signs += [_Sign(letter, is_short, number, first, first + len(letters)) for letter in letters]
    return signs


def _initial(word: str) -> str:
    """Return the first letter without marks; đ is a letter of its own."""
    return letters_of(word[0].casefold())[0][0]
