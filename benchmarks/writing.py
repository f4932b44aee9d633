"""Text as one writer types it -> as another would: marks left out, tones in the old or the new place, the raw keys of Telex or VNI.

Written for the benchmarks alone and on purpose without language.normalizer, which is what they measure. Text is in NFC.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

TONES = "\u0300\u0301\u0309\u0303\u0323"
KEYS = {"telex": "fsrxj", "vni": "21345"}


def _tones(letters: str) -> str:
    return "".join(unicodedata.normalize("NFC", letter + tone) for letter in letters for tone in TONES)


# The two styles differ in oa, oe and uy with nothing after them; after q the u belongs to the consonant.
_NEW = re.compile(f"[oO][{_tones('aeAE')}](?!\\w)|(?<![qQ])[uU][{_tones('yY')}](?!\\w)")
_OLD = re.compile(f"[{_tones('oO')}][aeAE](?!\\w)|(?<![qQ])[{_tones('uU')}][yY](?!\\w)")


def old_tones(text: str) -> str:
    """Return `text` as most newspapers write it, tones on the first letter of oa, oe, uy: hoà -> hòa, thuỷ -> thủy; quý stays."""
    return _NEW.sub(lambda found: unicodedata.normalize("NFC", found[0][0] + _tone(found[0][1]) + _bare(found[0][1])), text)


def new_tones(text: str) -> str:
    """Return `text` as schools write it, tones on the second letter of oa, oe, uy: hòa -> hoà, thủy -> thuỷ; của stays."""
    return _OLD.sub(lambda found: unicodedata.normalize("NFC", _bare(found[0][0]) + found[0][1] + _tone(found[0][0])), text)


def _bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]


def _tone(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[1:]


def unmarked(text: str) -> str:
    """Return `text` without any mark, đ made d: đường -> duong."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def without_marks(text: str, number: int) -> str:
    """Return `text` with the marks of one syllable left out: of n that have some that of `number` modulo n."""
    return _slipped(text, number, unmarked)


def without_one_mark(text: str, number: int) -> str:
    """Return `text` with one mark of one syllable left out, its last: đường -> đương, của -> cua."""
    return _slipped(text, number, _without_last_mark)


def _slipped(text: str, number: int, slip: Callable[[str], str]) -> str:
    marked = [found for found in re.finditer(r"\w+", text) if unmarked(found[0]) != found[0]]
    if not marked:
        return text
    start, end = marked[number % len(marked)].span()
    return text[:start] + slip(text[start:end]) + text[end:]


def _without_last_mark(syllable: str) -> str:
    letters = unicodedata.normalize("NFD", syllable)
    tones = [place for place, letter in enumerate(letters) if letter in TONES]
    places = tones or [place for place, letter in enumerate(letters) if unicodedata.combining(letter)]
    if not places:
        return unmarked(syllable)  # đ is all it has
    return unicodedata.normalize("NFC", letters[: places[-1]] + letters[places[-1] + 1 :])


def typed(syllable: str, method: str, *, tone_last: bool) -> str:
    """Return the keys that type a lower-case syllable in "telex" or "vni", the tone's at the end or right after its vowel."""
    keys, tone = "", ""
    for letter in syllable:
        base, *marks = sorted(unicodedata.normalize("NFD", letter), key=TONES.find)
        if base == "đ":
            keys += "dd" if method == "telex" else "d9"
            continue
        keys += base
        for mark in marks:
            if mark in TONES:
                tone = KEYS[method][TONES.index(mark)]
            elif method == "vni":
                keys += {"\u0302": "6", "\u031b": "7", "\u0306": "8"}[mark]
            else:
                keys += base if mark == "\u0302" else "w"
        if not tone_last:
            keys, tone = keys + tone, ""
    return keys + tone
