"""A syllable or a text -> the same with each tone on the vowel where the new style has it. The one definition of placing tones, for every room."""

from __future__ import annotations

import re
import unicodedata

from language.mark import TONES
from language.memo import Memo
from language.syllable import parts

_VOWELS = "aeiouy\u0306\u0302\u031b"  # in NFD: with breve, circumflex, horn


def toned(letters: str) -> str:
    """Return each of `letters` with each tone: a pattern's set of letters."""
    return "".join(unicodedata.normalize("NFC", letter + tone) for letter in letters for tone in TONES)


# In the rimes oa, oe and uy the first letter is a glide, and the new style puts the tone on the second. The old style puts it on
# the glide where nothing follows (hòa, khỏe, thủy). Where something follows, both styles say toàn, huỳnh; "tòan" and "hùynh" are
# slips that cannot mean anything else. Vowel pairs whose first letter does carry the tone (của, mùa, nào, túi) are none of these
# three. In uyê the tone belongs to ê, and after q the u belongs to the consonant: both are left alone.
# The pattern begins with one set of letters because the search for those is fast.
_TONE_ON_GLIDE = re.compile(f"[{toned('oOuU')}](?:(?<=[{toned('oO')}])[aAeE]|(?<=[{toned('uU')}])(?<![qQ].)[yY](?![êÊ]))")


def _move_tone(match: re.Match[str]) -> str:
    glide = unicodedata.normalize("NFD", match[0][0])
    return glide[0] + unicodedata.normalize("NFC", match[0][1] + glide[1])


def new_style(text: str) -> str:
    """Return NFC `text` with tone marks in the new-style place: hòa -> hoà, thủy -> thuỷ, KHỎE -> KHOẺ.

    Keeps length, case and every other character, so offsets into `text` are offsets into the result.
    """
    return _TONE_ON_GLIDE.sub(_move_tone, text)


def with_tone(toneless: str, tone: str) -> str | None:
    """Return a syllable in small letters (NFC) with a tone (one of TONES) on the vowel of the nucleus that carries it; None if it is no syllable."""
    match = parts(toneless)
    if match is None:
        return None
    at = match.start("nucleus") + _tone_index(match["nucleus"], match["coda"])
    return unicodedata.normalize("NFC", toneless[: at + 1] + tone + toneless[at + 1 :])


def with_tone_in_place(syllable: str) -> str:
    """Return a syllable in small letters (NFC) with its tone on the vowel of the nucleus where the new style has it.

    nghịêm -> nghiệm, qúy -> quý, gìa -> già, cuả -> của, hòan -> hoàn. What is no syllable with one tone stays as it is.
    """
    return _IN_PLACE[syllable]


def _in_place(syllable: str) -> str:
    letters = unicodedata.normalize("NFD", syllable)
    tones = [letter for letter in letters if letter in TONES]
    if len(tones) != 1:
        return syllable
    if letters[letters.index(tones[0]) - 1] not in _VOWELS:
        return syllable
    toneless = unicodedata.normalize("NFC", letters.replace(tones[0], ""))
    return with_tone(toneless, tones[0]) or syllable


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
