"""Text as it arrives -> text as every room uses it. Decided once here, so that later offsets are offsets into this text."""

from __future__ import annotations

import re
import unicodedata

# Zero-width and directional marks, fillers, the soft hyphen, the byte order mark, and control characters other than white space.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)
# No letter carries so many marks; normalising a long run of them takes time quadratic in its length.
_MOST_MARKS = 32
_NO_LETTERS = re.compile(rf"[^\w\s\x00-\x7f]{{{_MOST_MARKS + 1},}}")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Return `text` in NFC on one line: white space folded to single spaces, Đ as U+0110, invisible characters gone.

    Idempotent: clean(clean(x)) == clean(x). Tone placement, case and punctuation stay as written.
    """
    text = _LONE_SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text)).replace("Ð", "Đ").replace("ð", "đ")
    return " ".join(composed(text).split())


def composed(text: str) -> str:
    """Return `text` in NFC, of the marks on one letter the first 32; in time linear in its length, whatever marks there are."""
    return without_stacks(unicodedata.normalize("NFC", without_stacks(text)))  # a mark may be taken apart into several


def without_stacks(text: str) -> str:
    """Return `text` with the first 32 marks, of any script, that stand on one letter."""
    return _NO_LETTERS.sub(_thinned, text)


def _thinned(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)
