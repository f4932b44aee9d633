"""One part of a byline -> the person it names: "PGS.TS Lương Vi Thành" -> "Lương Vi Thành", "TTXVN" and "Hà Nội" -> nobody.

Ranks and titles come off; agencies, papers, desks and places are no people. The words are data (corpus/data/byline_words.tsv).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from corpus.reading.page.label import fold, label, names_outlet

_WORDS = Path(__file__).resolve().parents[2] / "data" / "byline_words.tsv"
_MOST_WORDS = 6
_HANDLE = re.compile(r"https?://|www\.|@|\.(?:vn|com|net|org|edu|gov)\b", re.I)
_LETTERS = re.compile(r"(?:[^\W\d_]+(?:['’][^\W\d_]+)*\.?)+(?:-[^\W\d_]+)*")
# Words of sentences, which no name has.
_SENTENCE = re.compile(r"\b(?:là|đã|được|bị|cho|của|không|trong|những|các|này|với|tại|khi|một|cũng)\b", re.I)
# One Vietnamese syllable without its marks. Capitals that are none ("TTXVN") abbreviate an agency or a desk.
_CHANNEL = re.compile(r"[A-ZĐ]{2,}\d{1,2}")
_SYLLABLE = re.compile(r"(?:ngh?|gh|gi|ch|kh|nh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?")
_LEAST_ACRONYM = 3
# So captions and sentences begin, not bylines.
_SPOKEN_OF = frozenset(("Ông", "Bà", "Chị", "Cụ", "Bé", "ÔNG", "BÀ", "CHỊ", "CỤ", "BÉ"))
_LONGEST_NAME = 8


@lru_cache(maxsize=20_000)
def person(part: str) -> str | None:
    """Return the name of the person whom `part` of a byline names, "" when it names none, None when it is no name at all."""
    part = part.strip(" -–—:|*•()[].,;'\"“”")
    if _is_nobody(part):
        return ""
    bare = _untitled(part)
    if _is_nobody(bare):
        return ""
    words = bare.split()
    if not _is_name(bare, words):
        return None
    return "" if len(words) == 1 and _is_acronym(bare) else bare


def _is_nobody(text: str) -> bool:
    return not text or is_paper(text) or _is_office(text)


def _is_name(text: str, words: Sequence[str]) -> bool:
    """May `text`, of these `words`, be a name, and neither a sentence nor a label?"""
    if len(words) > _MOST_WORDS or words[0] in _SPOKEN_OF or _SENTENCE.search(text) or not all(map(_is_capitalised, words)):
        return False
    return len(text) > 1 and not label(text) and not all(map(label, words))


def has_surname(name: str) -> bool:
    """Does `name` begin as the full name of a Vietnamese does?"""
    words = name.split()
    return len(words) >= 2 and words[0].casefold() in _rows("surname")


@lru_cache(maxsize=20_000)
def is_paper(text: str) -> bool:
    """Is `text` the name or address of an agency, a paper or a desk?"""
    folded = fold(text)
    if folded in _folded("agency") or folded in _folded("desk") or _CHANNEL.fullmatch(text):
        return True
    if len(text.split()) > _LONGEST_NAME or _SENTENCE.search(text):
        return False
    untitled = _untitled(text)
    if untitled != text:
        return not untitled or is_paper(untitled)
    beginning = folded.startswith(tuple(f"{word} " for word in _folded("desk…")))
    named = names_outlet(text) or text.casefold().startswith(tuple(f"{word} " for word in _rows("outlet")))
    return beginning or named or (_HANDLE.search(text) is not None and " " not in text)


def is_place(text: str) -> bool:
    """Is `text` a town, province or country?"""
    return text.casefold().strip(" .") in _rows("place")


def _is_office(text: str) -> bool:
    return (
        is_place(text)
        or _HANDLE.search(text) is not None
        or text.casefold().startswith(tuple(f"{word} " for word in _rows("office")))
    )


def _untitled(part: str) -> str:
    while (match := _titles().match(part)) is not None:
        part = part[match.end() :].lstrip(" .,:;-–—")
    return part


def _is_capitalised(word: str) -> bool:
    return word[0].isupper() and _LETTERS.fullmatch(word) is not None


def _is_acronym(word: str) -> bool:
    return word.isupper() and word.isalpha() and len(word) >= _LEAST_ACRONYM and _SYLLABLE.fullmatch(fold(word)) is None


@cache
def _rows(kind: str) -> frozenset[str]:
    rows = (row.partition("\t") for row in _WORDS.read_text(encoding="utf-8").splitlines() if row and not row.startswith("#"))
    return frozenset(word for found, _, word in rows if found == kind)


@cache
def _folded(kind: str) -> frozenset[str]:
    """The folded words of a kind; those of "desk…" are beginnings."""
    return frozenset(fold(word) for word in _rows(kind.rstrip("…")) if word.endswith("…") == kind.endswith("…"))


@cache
def _titles() -> re.Pattern[str]:
    """What stands before a name: ranks as written, joined by dots or spaces, and titles in any case."""
    ranks = "|".join(map(re.escape, sorted(_rows("rank"), key=len, reverse=True)))
    titles = "|".join(map(re.escape, sorted(_rows("title"), key=len, reverse=True)))
    return re.compile(rf"(?:(?:{ranks})(?:\.\s*|,\s*|\s+|$)|(?i:{titles})(?:\s+|$))(?=[^\W\d_]|[-–—]|$)")
