"""A label -> where it stands in a Vietnamese dictionary: by letter (ă after a, đ after d), then by tone."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from language.mark import ACUTE, DOT, GRAVE, HOOK, TILDE

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACE = {letter: place for place, letter in enumerate(_LETTERS)}
_TONES = {tone: place for place, tone in enumerate((GRAVE, HOOK, TILDE, ACUTE, DOT), start=1)}  # as dictionaries order them


@lru_cache(100_000)
def alphabetical(label: str) -> tuple[tuple[tuple[int, str], ...], tuple[int, ...], str]:
    """Return the key that sorts labels as a dictionary does: letters first, then tones, then the label itself."""
    letters: list[tuple[int, str]] = []
    tones: list[int] = []
    for character in unicodedata.normalize("NFD", label.casefold()):
        if character in _TONES:
            tones.append(_TONES[character])
        elif letters and unicodedata.combining(character):
            letters[-1] = _letter(unicodedata.normalize("NFC", letters[-1][1] + character))
        elif character.isalnum():
            letters.append(_letter(character))
            tones.append(0)
    return tuple(letters), tuple(tones), label


def initial(label: str) -> str:
    """Return the letter of the alphabet under which a label stands, upper case; "#" for what begins with none."""
    letters = alphabetical(label)[0]
    return letters[0][1].upper() if letters and letters[0][1] in _PLACE else "#"


def _letter(character: str) -> tuple[int, str]:
    return _PLACE.get(character, -1 if character.isdigit() else len(_LETTERS)), character
