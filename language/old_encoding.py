"""Text that shows the codes of an encoding from before Unicode (TCVN3, VNI, VISCII) -> the Vietnamese text that was written.

Such a text is known by what reads as Vietnamese: its words are no syllables as they stand, and nearly all of them are once converted.
Invariant: a text most of whose marked words are syllables already is never touched.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from language.mark import ACUTE, DOT, TONES
from language.syllable import parts

# So much of a text is looked at.
_SAMPLE = 400_000
# A text converted must have so many marked words, so many of which are syllables; and so many more than there were before.
_FEWEST, _MOSTLY, _BETTER = 6, 0.85, 0.3
_ONLY_VIETNAMESE = re.compile("[\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")
_CODE = re.compile("[\x80-\xff]")
_WORD = re.compile(r"[^\s!-@\[-`{-~\u00a0\u2010-\u206f«»]+")
_ASCII = re.compile(r"[\x00-\x7f]+")
_STOPS = ("p", "t", "c", "ch")
_SHOUTED = 4  # letters of a line without a small one
# What windows-1252 has where Latin-1 has control codes.
_WINDOWS = {chr(code): bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_NAMES = {"TCVN3": "TCVN3 (ABC)", "VNI": "VNI", "VISCII": "VISCII"}
_FONTS = ((re.compile(r"(?:^|\+)\.Vn", re.I), "TCVN3"), (re.compile(r"(?:^|\+)VNI[-_ ]", re.I), "VNI"))
_CAPITALS = re.compile(r"\.Vn[A-Za-z ]*H(?![A-Za-z])")


@dataclass(frozen=True)
class _Encoding:
    """How codes are read: what letter each code is, and `codes`, which finds them, those of two characters first."""

    letters: dict[str, str]
    codes: re.Pattern[str]

    def read(self, text: str) -> str:
        return unicodedata.normalize("NFC", self.codes.sub(lambda code: self.letters[code[0]], text))


@dataclass(frozen=True)
class Restored:
    """A text in the letters that were meant, and the name of the encoding whose codes it had."""

    text: str
    encoding: str


def restored(text: str, *, instead_of: str | None = None) -> Restored | None:
    """Return what `text` says when it shows the codes of an old encoding, each byte as one character of Latin-1 or windows-1252.

    None when it reads as it stands, or no better in any of them. `instead_of` is another reading of the same bytes, which must read no better.
    """
    rival = text if instead_of is None else instead_of
    codes = len(_CODE.findall(rival[:_SAMPLE]))
    if instead_of is None and codes < _FEWEST or 3 * len(_ONLY_VIETNAMESE.findall(rival[:_SAMPLE])) > codes + 3:
        return None
    share = _reading(rival[:_SAMPLE])[0]
    best = max(_encodings(), key=lambda name: _reading(_encodings()[name].read(text[:_SAMPLE])))
    reads, words = _reading(_encodings()[best].read(text[:_SAMPLE]))
    if words < _FEWEST or reads < _MOSTLY or reads < share + _BETTER:
        return None
    return Restored(converted(text, best), _NAMES[best])


def converted(text: str, encoding: str) -> str:
    """Return `text`, whose characters are codes of an old `encoding` ("TCVN3", "VNI", "VISCII"), in the letters that were meant."""
    whole = _encodings()[encoding].read(text)
    return "".join(map(_capitals, whole.splitlines(keepends=True))) if encoding == "TCVN3" else whole


def font_encoding(font: str) -> str:
    """Return the encoding whose codes a text set in `font` has (".VnTime": "TCVN3"), "" for a font that has letters."""
    return next((encoding for pattern, encoding in _FONTS if pattern.search(font)), "")


def draws_capitals(font: str) -> bool:
    """Tell whether a font draws small letters as capitals, as .VnTimeH does."""
    return _CAPITALS.search(font) is not None


def reads_as_vietnamese(text: str) -> bool:
    """Tell whether most words of `text` that have a mark, or another sign that is not ASCII, are syllables."""
    share, words = _reading(text[:_SAMPLE])
    return not words or share >= _MOSTLY


@lru_cache(maxsize=1)
def _encodings() -> dict[str, _Encoding]:
    lines = files("language").joinpath("data/old_encodings.tsv").read_text("utf-8").splitlines()
    tables: dict[str, dict[str, str]] = {name: {} for name in _NAMES}
    for name, code, letter in (line.split("\t") for line in lines if not line.startswith("#")):
        tables[name][bytes.fromhex(code).decode("latin-1")] = letter
    return {name: _encoding(letters) for name, letters in tables.items()}


def _encoding(letters: dict[str, str]) -> _Encoding:
    windows = {shown: letters.get(code, shown) for code, shown in _WINDOWS.items()}
    mixed = {code[0] + code[1].lower(): letter for code, letter in letters.items() if len(code) == 2}
    every = {code: letters.get(code, shown) for code, shown in _WINDOWS.items()}
    every |= {shown: letter for shown, letter in windows.items() if shown != letter} | mixed | letters
    return _Encoding(every, re.compile("|".join(map(re.escape, sorted(every, key=len, reverse=True)))))


def _reading(text: str) -> tuple[float, int]:
    """Return which share of the words that are not ASCII throughout are syllables, and how many words that are."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return (sum(map(_is_syllable, words)) / len(words) if words else 0.0), len(words)


@lru_cache(maxsize=50_000)
def _is_syllable(word: str) -> bool:
    apart = unicodedata.normalize("NFD", word.lower()) if len(word) <= 10 else ""
    tones = [mark for mark in apart if mark in TONES]
    found = parts(unicodedata.normalize("NFC", "".join(letter for letter in apart if letter not in TONES)))
    if found is None or len(tones) > 1:
        return False
    return found["coda"] not in _STOPS or tones in ([ACUTE], [DOT])


def _capitals(line: str) -> str:
    """Return a line of TCVN3, in which small letters stand for capitals too, with capitals where the letters of ASCII are capitals."""
    plain = "".join(_ASCII.findall(line))
    if not any(map(str.islower, plain)):
        return line.upper() if sum(map(str.isupper, plain)) >= _SHOUTED else line
    return _WORD.sub(lambda word: _capital(word[0]), line)


def _capital(word: str) -> str:
    plain = "".join(_ASCII.findall(word))
    return word.upper() if plain.isupper() and len(plain) > 1 else word
