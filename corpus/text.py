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
_STACKED_MARKS = re.compile("([\u0300-\u036f]{32})[\u0300-\u036f]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Return `text` in NFC on one line: white space folded to single spaces, Đ as U+0110, invisible characters gone.

    Idempotent: clean(clean(x)) == clean(x). Tone placement, case and punctuation stay as written.
    """
    text = _LONE_SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text)).replace("Ð", "Đ").replace("ð", "đ")
    return " ".join(unicodedata.normalize("NFC", _STACKED_MARKS.sub(r"\1", text)).split())
