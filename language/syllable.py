"""Letters -> whether they can be a Vietnamese syllable, and what its parts are.

A syllable is an onset, a nucleus of one to three vowels, and a coda; only some vowels stand together, and only some of these before a coda.
"""

from __future__ import annotations

import re

from language.mark import without_marks

_ONSET = (
    "(?P<onset>(?:gi(?=[aăâeêoôơuư])|b|c(?=[aăâoôơuư])|ch|d|đ|g(?=[aăâoôơuưi])|gh(?=[eêi])|h|k(?=[eêiy])|kh|l|m|n|ng(?=[aăâoôơuư])|ngh(?=[eêi])"
    "|nh|p|ph|qu(?=[aăâeêioôơy])|r|s|t|th|tr|v|x)?)"
)
_BEFORE_CODA = "a ă â e ê i o ô ơ u ư y iê yê uô ươ oa oă oe uâ uê uơ uy uyê oo ôô".split()
_OPEN = "a e ê i o ô ơ u ư y ia iu iêu ua ui uôi ưa ưi ưu ươi ươu ai ao au ay âu ây eo êu oi ôi ơi oa oai oao oay oe oeo uây uê uơ uy uya uyu yêu".split()
_CODA = "c ch m n ng nh p t".split()


def _pattern(strip: bool) -> re.Pattern[str]:
    def either(parts: list[str]) -> str:
        forms = {without_marks(part) if strip else part for part in parts}
        return "|".join(sorted(forms, key=lambda form: (-len(form), form)))

    onset = _ONSET.replace("đ|", "") if strip else _ONSET
    return re.compile(
        f"{onset}(?P<nucleus>(?:{either(_BEFORE_CODA)})(?=(?:{either(_CODA)})\\Z)|(?:{either(_OPEN)})\\Z)(?P<coda>.*)"
    )


_WITH_MARKS = _pattern(strip=False)
_WITHOUT_MARKS = _pattern(strip=True)


def parts(letters: str) -> re.Match[str] | None:
    """Return the onset, nucleus and coda (groups of the match) of letters in small case (NFC), without a tone; None if they are no syllable."""
    return _WITH_MARKS.match(letters)


def is_syllable(stripped: str) -> bool:
    """Tell whether letters in small case without any mark can be a Vietnamese syllable: `nghieng`, `an`, `y`; not `kon`, `taxi`, `tp`."""
    return _WITHOUT_MARKS.match(stripped) is not None


def needs_mark(stripped: str) -> bool:
    """Tell whether letters without any mark are no syllable as they stand, only with some mark: `truong`, `it`, `benh`; not `phi` or `bhyt`.

    A syllable that ends in p, t, c or ch has a tone that is written, and some vowels stand together only with a mark of their own.
    """
    if not is_syllable(stripped):
        return False
    match = parts(stripped)
    return match is None or match["coda"] in ("p", "t", "c", "ch") or (match["nucleus"], match["coda"]) == ("e", "nh")
