"""A text -> its letters without their marks, and the marks by themselves. The one definition of taking marks off, for every room.

A mark is a tone, the breve, circumflex or horn of a vowel, the stroke of đ, and any other combining sign.
"""

from __future__ import annotations

import unicodedata
from itertools import filterfalse

GRAVE, ACUTE, HOOK, TILDE, DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
"""The tones huyền, sắc, hỏi, ngã and nặng."""
TONES = GRAVE + ACUTE + HOOK + TILDE + DOT
CIRCUMFLEX, BREVE, HORN = "\u0302", "\u0306", "\u031b"
_STROKE = "\u0335"
_STROKED = str.maketrans({"đ": "d" + _STROKE, "Đ": "D" + _STROKE})


def without_marks(text: str) -> str:
    """Return `text` (NFC or NFD) without any mark, đ made d; case and everything else stay."""
    return "".join(filterfalse(unicodedata.combining, _apart(text)))


def marks(text: str) -> str:
    """Return the marks of `text` by themselves, in order."""
    return "".join(filter(unicodedata.combining, _apart(text)))


def letters_of(text: str) -> list[str]:
    """Return the letters of `text`, each in NFD with its marks; đ is a letter of its own."""
    found: list[str] = []
    for letter in unicodedata.normalize("NFD", text):
        if unicodedata.combining(letter) and found:
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _apart(text: str) -> str:
    return unicodedata.normalize("NFD", text.translate(_STROKED))
