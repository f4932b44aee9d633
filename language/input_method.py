"""A syllable typed in raw Telex or VNI, because the input method was off -> the Vietnamese syllable that was meant.

Telex: aa ee oo aw ow uw dd, tones s f r x j; VNI: 6 ^, 7 horn, 8 breve, 9 đ, tones 1 to 5. Keys may come right after their letter or anywhere
later in the syllable. What has no key, or would not be built like a Vietnamese syllable, is not decoded; whether the result is a word at all
the caller asks the archive, for `was`, `max` and `a1` would decode too.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, TypeAlias

from language.mark import ACUTE, BREVE, CIRCUMFLEX, DOT, GRAVE, HOOK, HORN, TILDE
from language.tone import with_tone

Method: TypeAlias = Literal["telex", "vni"]

_LONGEST = 12  # "nghieengf" has nine letters
_VOWELS = "aeiouy"
_TONE_KEYS: dict[str, str] = dict(zip("fsrxj21345", (GRAVE, ACUTE, HOOK, TILDE, DOT) * 2, strict=True))
_BUILT = re.compile(
    r"(?P<onset>ngh?|nh|gh|gi(?=[aeiouy])|g|kh|k|ph|qu|th|tr|ch|[bcdđhlmnrstvxp])?(?P<nucleus>[aeiouy]{1,3})(?P<coda>ch|nh|ng|[cmnpt])?"
)


def decode(typed: str) -> tuple[str, Method] | None:
    """Return the syllable that `typed` spells in Telex or VNI and which of them it was; None if it is neither.

    The tone stands in the new-style place; a capital first letter stays one.
    """
    raw = typed.lower()
    if not raw.isascii() or not raw.isalnum() or len(raw) > _LONGEST:
        return None
    method: Method = "telex" if raw.isalpha() else "vni"
    syllable = _Syllable(raw[0])
    for key in raw[1:]:
        if not (syllable.press_telex(key) if method == "telex" else syllable.press_vni(key)):
            return None
    if raw[0] == "w" and not syllable.start_with_horn():
        return None
    decoded = syllable.written()
    if decoded is None or decoded == raw:
        return None
    return (decoded.capitalize() if typed[0].isupper() else decoded), method


class _Syllable:
    """What an input method has in hand while keys are pressed: letters, the mark of each, and the tone."""

    def __init__(self, first: str) -> None:
        self.letters = [first]
        self.marks = [""]
        self.tone = ""

    def press_telex(self, key: str) -> bool:
        """Take one key; False if it can mean nothing here."""
        if key in "sfrxj" and self._vowels():
            return self._set_tone(key)
        if key == "d" and (self.letters == ["d"] or (self._vowels() and self.letters[0] == "d")):
            return self._cross_d()
        if key in "aeo" and (last := self._last(key)) is not None and not self.marks[last]:
            self.marks[last] = CIRCUMFLEX
            return True
        if key == "w":
            return self._horn_or_breve("aou") or self._insert_horned_u()
        return self._append(key)

    def press_vni(self, key: str) -> bool:
        """Take one key; False if it can mean nothing here."""
        if key in "12345":
            return bool(self._vowels()) and self._set_tone(key)
        if key == "6":
            places = [place for place in self._vowels() if self.letters[place] in "aeo" and not self.marks[place]]
            if places:
                self.marks[places[-1]] = CIRCUMFLEX
            return bool(places)
        if key == "7":
            return self._horn_or_breve("ou")
        if key == "8":
            return self._horn_or_breve("a")
        if key == "9":
            return self._cross_d()
        return not key.isdigit() and self._append(key)

    def start_with_horn(self) -> bool:
        """Read a first w as ư."""
        self.letters[0], self.marks[0] = "u", HORN
        return True

    def written(self) -> str | None:
        """Return the syllable in NFC; None if no Vietnamese syllable is built so."""
        built = _BUILT.fullmatch("".join(self.letters))
        if built is None:
            return None
        start, end = built.span("nucleus")
        nucleus, coda = built["nucleus"], built["coda"]
        if coda in ("c", "ch", "p", "t") and self.tone not in (ACUTE, DOT):
            return None
        if nucleus.startswith("uo") and HORN in self.marks[start : start + 2]:
            # ươ needs something after it, and then both letters have the horn; with nothing after it is uơ (thuở).
            self.marks[start : start + 2] = [HORN, HORN] if coda or len(nucleus) > 2 else ["", HORN]
        if any(mark and not start <= place < end for place, mark in enumerate(self.marks)):
            return None
        toneless = unicodedata.normalize("NFC", "".join(map(str.__add__, self.letters, self.marks)))
        return with_tone(toneless, self.tone) if self.tone else toneless

    def _vowels(self) -> list[int]:
        """Return the places of vowels, that of qu and gi not counted where another follows."""
        places = [place for place, letter in enumerate(self.letters) if letter in _VOWELS]
        glide = "".join(self.letters[:2]) in ("qu", "gi")
        return places[1:] if glide and len(places) > 1 else places

    def _last(self, letter: str) -> int | None:
        return next((place for place in reversed(self._vowels()) if self.letters[place] == letter), None)

    def _append(self, key: str) -> bool:
        self.letters.append(key)
        self.marks.append("")
        return key.isalpha()

    def _set_tone(self, key: str) -> bool:
        if self.tone:
            return False
        self.tone = _TONE_KEYS[key]
        return True

    def _cross_d(self) -> bool:
        crossed = self.letters[0] == "d"
        self.letters[0] = "đ" if crossed else self.letters[0]
        return crossed

    def _horn_or_breve(self, letters: str) -> bool:
        """Put the horn on uo, u or o, or the breve on a: on the last vowel that takes it, in ua on u."""
        places = [place for place in self._vowels() if self.letters[place] in letters and not self.marks[place]]
        if not places:
            return False
        last = places[-1]
        if self.letters[last] == "a" and last - 1 in places and self.letters[last - 1] == "u":
            last -= 1
        self.marks[last] = BREVE if self.letters[last] == "a" else HORN
        if self.letters[last] == "o" and last - 1 in places and self.letters[last - 1] == "u":
            self.marks[last - 1] = HORN
        return True

    def _insert_horned_u(self) -> bool:
        """Read w as ư where no vowel came before it: nhwng, tw."""
        if self._vowels():
            return False
        self.letters.append("u")
        self.marks.append(HORN)
        return True
