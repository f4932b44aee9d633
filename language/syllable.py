"""Letters -> whether they can be a Vietnamese syllable, and on which of its vowels the tone stands.

A syllable is an onset, a nucleus of one to three vowels, and a coda; only some vowels stand together, and only some of these before a coda.
"""

from __future__ import annotations

import re
import unicodedata

from language.memo import Memo

_TONES = "\u0300\u0301\u0309\u0303\u0323"  # huyền, sắc, hỏi, ngã, nặng
_VOWELS = "aeiouy\u0306\u0302\u031b"  # in NFD: with breve, circumflex, horn
_ONSET = (
    "(?P<onset>(?:gi(?=[aăâeêoôơuư])|b|c(?=[aăâoôơuư])|ch|d|đ|g(?=[aăâoôơuưi])|gh(?=[eêi])|h|k(?=[eêiy])|kh|l|m|n|ng(?=[aăâoôơuư])|ngh(?=[eêi])"
    "|nh|p|ph|qu(?=[aăâeêioôơy])|r|s|t|th|tr|v|x)?)"
)
_BEFORE_CODA = "a ă â e ê i o ô ơ u ư y iê yê uô ươ oa oă oe uâ uê uơ uy uyê oo ôô".split()
_OPEN = "a e ê i o ô ơ u ư y ia iu iêu ua ui uôi ưa ưi ưu ươi ươu ai ao au ay âu ây eo êu oi ôi ơi oa oai oao oay oe oeo uây uê uơ uy uya uyu yêu".split()
_CODA = "c ch m n ng nh p t".split()


def _pattern(strip: bool) -> re.Pattern[str]:
    def either(parts: list[str]) -> str:
        forms = {_bare(part) if strip else part for part in parts}
        return "|".join(sorted(forms, key=lambda form: (-len(form), form)))

    onset = _ONSET.replace("đ|", "") if strip else _ONSET
    return re.compile(
        f"{onset}(?P<nucleus>(?:{either(_BEFORE_CODA)})(?=(?:{either(_CODA)})\\Z)|(?:{either(_OPEN)})\\Z)(?P<coda>.*)"
    )


def _bare(letters: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", letters) if not unicodedata.combining(letter))


_WITH_MARKS = _pattern(strip=False)
_WITHOUT_MARKS = _pattern(strip=True)


def is_syllable(stripped: str) -> bool:
    """Tell whether letters in small case without any mark can be a Vietnamese syllable: `nghieng`, `an`, `y`; not `kon`, `taxi`, `tp`."""
    return _WITHOUT_MARKS.match(stripped) is not None


def needs_mark(stripped: str) -> bool:
    """Tell whether letters without any mark are no syllable as they stand, only with some mark: `truong`, `it`, `benh`; not `phi` or `bhyt`.

    A syllable that ends in p, t, c or ch has a tone that is written, and some vowels stand together only with a mark of their own.
    """
    if not is_syllable(stripped):
        return False
    match = _WITH_MARKS.match(stripped)
    return match is None or match["coda"] in ("p", "t", "c", "ch") or (match["nucleus"], match["coda"]) == ("e", "nh")


def with_tone_in_place(syllable: str) -> str:
    """Return a syllable in small letters (NFC) with its tone on the vowel of the nucleus where the new style has it.

    nghịêm -> nghiệm, qúy -> quý, gìa -> già, cuả -> của, hòan -> hoàn. What is no syllable with one tone stays as it is.
    """
    return _IN_PLACE[syllable]


def _in_place(syllable: str) -> str:
    letters = unicodedata.normalize("NFD", syllable)
    tones = [letter for letter in letters if letter in _TONES]
    if len(tones) != 1:
        return syllable
    if letters[letters.index(tones[0]) - 1] not in _VOWELS:
        return syllable
    toneless = unicodedata.normalize("NFC", letters.replace(tones[0], ""))
    match = _WITH_MARKS.match(toneless)
    if match is None:
        return syllable
    at = match.start("nucleus") + _tone_index(match["nucleus"], match["coda"])
    return unicodedata.normalize("NFC", toneless[: at + 1] + tones[0] + toneless[at + 1 :])


def _tone_index(nucleus: str, coda: str) -> int:
    """Return on which vowel of the nucleus the tone stands: the last that has a mark of its own (ê, ơ of ươ), else the main vowel."""
    marked = [index for index, vowel in enumerate(nucleus) if vowel in "ăâêôơư"]
    if nucleus == "ưu":
        return 0
    if marked:
        return marked[-1]
    if coda or nucleus in ("oa", "oe", "uy"):
        return len(nucleus) - 1
    return 1 if len(nucleus) == 3 else 0


_IN_PLACE = Memo(_in_place)
