"""Text as written -> the same in plain letters, digits and signs, with the place in the text that each of them came from.

Compatibility forms are undone (m² = m2, ﬁ = fi, Ⅱ = II, ½ = 1/2, ㎡ = m2, fullwidth ＡＢ = AB); letters that are typed for others which look the
same are these (ƣ = ư, Ɖ = Đ, ð = đ, a Cyrillic or Greek letter among Latin ones); what serves as an apostrophe is one. A word all in Cyrillic or
Greek stays so.

Invariant: plain text is its own plain text; white space is neither made nor lost; only a combining mark is not composed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

_APOSTROPHES = "’‘‛`´′＇ʹʻʼʽʾʿˈˊˋꞋꞌ"
# Latin letters that fonts show alike. Combining marks are no letters here: ƣ̀ is ừ once composed.
_LATIN = {
    "ƣ": "ư",
    "Ƣ": "Ư",
    "Ɖ": "Đ",
    "ɖ": "đ",
    "Ð": "Đ",
    "ð": "đ",
    "ı": "i",
    "ɑ": "a",
    "ɡ": "g",
    **dict.fromkeys(_APOSTROPHES, "'"),
}
_FOREIGN = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαοινκρχ",
        "ABESIJKMHOPCTYXaesijopcyxhdqwABEZHIKMNOPTYXaoivkpx",
        strict=True,
    )
)
_UNFOLDED = "…‥™℠"  # a row of stops is no more than this one sign; a trade mark is no letters of the name before it
_DEGREE = "º"  # as it is typed for °: its compatibility form would be the letter o
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"
_SLASH = "\u2044"
"""The fraction slash: in the compatibility form of ½, and before digits that are no part of the number they follow (10⁶, 2½)."""
_ODD = re.compile(f"[{''.join(_LATIN)}{_DEGREE}\u0370-\u03ff\u0400-\u04ff\u0500-\u052f]")
_MARKS = "\u0300-\u036f"
_WORD = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])+")
_IS_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_IS_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")


def plain(text: str) -> str:
    """Return `text` in plain letters, digits and signs."""
    if is_plain(text):
        return text
    return "".join(_folded(text))


def plain_with_origins(text: str) -> tuple[str, Sequence[int]]:
    """Return (plain text, for each of its characters the index in `text` of the one it came from)."""
    if is_plain(text):
        return text, range(len(text))
    folded = _folded(text)
    return "".join(folded), [index for index, letters in enumerate(folded) for _ in letters]


def is_plain(text: str) -> bool:
    """Tell quickly whether `text` is plain text."""
    if text.isascii():
        return True
    if not unicodedata.is_normalized("NFKC", text):
        kept = text
        for sign in _UNFOLDED:
            kept = kept.replace(sign, "")
        if not unicodedata.is_normalized("NFKC", kept):
            return False
    return not _ODD.search(text)


def _folded(text: str) -> list[str]:
    """Return for each character of `text` what it is in plain text."""
    folded: list[str] = []
    for before, letter in zip(" " + text, text, strict=False):
        plain_letter = _letter(letter)
        apart = letter in _RAISED and before not in _RAISED or _SLASH in plain_letter
        folded.append(_SLASH + plain_letter if apart and letter != _SLASH and before.isnumeric() else plain_letter)
    joined = "".join(folded)
    if _IS_FOREIGN.search(joined):
        latin = iter(_WORD.sub(_among_latin, joined))
        folded = ["".join(next(latin) for _ in letters) for letters in folded]
    return folded


@cache
def _letter(letter: str) -> str:
    if letter in _LATIN:
        return _LATIN[letter]
    if letter == _DEGREE:
        return "°"
    if letter in _UNFOLDED:
        return letter
    form = unicodedata.normalize("NFKC", letter)
    # The form of a spacing accent is a space with a combining one, which is another thing.
    return letter if " " in form else "".join(_LATIN.get(each, each) for each in form)


def _among_latin(word: re.Match[str]) -> str:
    """Return a word of letters, in which those of other alphabets are Latin if any is."""
    letters = word[0]
    if not (_IS_FOREIGN.search(letters) and _IS_LATIN.search(letters)):
        return letters
    return "".join(
        _FOREIGN[letter] if letter in _FOREIGN and _is_itself(letters, at) else letter for at, letter in enumerate(letters)
    )


def _is_itself(letters: str, at: int) -> bool:
    """Tell whether a letter only looks Latin also with the marks after it: they make another letter of some (ι with a circumflex is ῖ)."""
    end = at + 1
    while end < len(letters) and unicodedata.combining(letters[end]):
        end += 1
    composed = unicodedata.normalize("NFC", letters[at:end])[0]
    return composed == letters[at] or composed in _FOREIGN
