"""Text -> the terms it is found by: the one analysis for indexing, queries and highlighting.

A term is a syllable (a run of letters or digits, with its marks; a number with its thousands parted, 1.500, is one too) or the
whole number of a document. None has white space in it, so text is worked on in pieces between white space, and each distinct piece
is worked out once. What is written with hyphens, stops or slashes has the terms of the same written with spaces (ki-lô-mét,
30/4, TP.HCM); so has TPHCM, in which no sign shows where the syllables part.

Invariant: every letter or digit of a text is in exactly one syllable, `terms` says the same as `tokens`, and the words of a text
are made of its syllables, each once and in order. Offsets are into the text as given, which should be clean (corpus.text.clean).
"""

from __future__ import annotations

import re
import unicodedata
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from typing import NamedTuple

from index import segmenter
from index.memo import Memo
from index.normalizer import GROUPED_NUMBER, exact, new_style, stripped


def _pyvi_version() -> str:
    try:
        return version("pyvi")
    except PackageNotFoundError:
        return "none"  # segmenting says so, with what to do about it


ANALYSIS_VERSION = f"3-pyvi{_pyvi_version()}"
"""Names everything that changes the terms of a text: this room's own rules and tables (count up), and pyvi's model."""

LONGEST_TERM = 255
"""Characters. A longer run of letters (a picture in base64) is cut into terms of this length, a longer word into syllables."""

# A mark that no precomposed letter takes up, or that text in NFD still has apart.
_MARK = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_SYLLABLE = re.compile(
    rf"(?<![0-9][.,]){GROUPED_NUMBER}(?![0-9]|\.[0-9])(?:[^\W_]|[{_MARK}]){{0,99}}"  # not 0912.345.678, 192.168.1.1
    r"|[Tt][Pp](?=[Hh][Cc][Mm](?![^\W_]))"
    rf"|[^\W_](?:[^\W_]|[{_MARK}]){{0,{LONGEST_TERM - 1}}}"
)
_PIECE = re.compile(r"\S+")
_HYPHEN_IN_WORD = re.compile(r"[-‐‑–](?<=[^\W\d_].)(?=[^\W\d_])")

# 57/2022/NĐ-CP, 68/2006/QH11; 263/QĐ-TTg; 12-NQ/TW. Not 30/4/2022, 3/9, 5.000/kg, 2/người. Small letters too, because a reader
# may type them. Lengths are bounded so that no text can make the search slow.
_ACRONYM = rf"[^\W\d_](?:[^\W_]|[{_MARK}]){{0,14}}"
_DOCUMENT_NUMBER = re.compile(
    rf"(?<![\w{_MARK}/.,\-])\d{{1,6}}[^\W\d_]?"
    rf"(?:/\d{{4}}/{_ACRONYM}|/{_ACRONYM}[-‐‑–]{_ACRONYM}|[-‐‑–]{_ACRONYM}/{_ACRONYM})"
    rf"(?:[-‐‑–/]{_ACRONYM}){{0,4}}(?![\w{_MARK}])"
)


class Token(NamedTuple):
    """A term where it stands: text[start:end], whose forms are `exact` and `stripped`; `position` counts syllables from 0."""

    start: int
    end: int
    position: int
    exact: str
    stripped: str


def tokens(text: str) -> list[Token]:
    """Return the terms of `text` in order. The whole number of a document stands before its first part, at the same position."""
    found: list[Token] = []
    position = 0
    for piece in _PIECE.finditer(text):
        offset = piece.start()
        for start, end, step in _spans(piece[0]):
            written = piece[0][start:end]
            found.append(Token(offset + start, offset + end, position, exact(written), stripped(written)))
            position += step
    return found


def terms(text: str) -> tuple[list[str], list[int] | range]:
    """Return the exact forms and the positions of `tokens(text)`, many times faster."""
    found = list(chain.from_iterable(map(_PIECE_TERMS.__getitem__, text.split())))
    # Only the whole number of a document has a slash in it; each stands at the position of the part after it.
    whole = [number for number, term in enumerate(found) if "/" in term] if "/" in text else []
    if not whole:
        return found, range(len(found))
    positions: list[int] = []
    for extra, (after, until) in enumerate(zip([-1, *whole], [*whole, len(found) - 1], strict=True)):
        positions += range(after + 1 - extra, until + 1 - extra)
    return found, positions


def words(text: str) -> list[str]:
    """Return pyvi's words of `text`, each syllable in exact form, joined by "_".

    Before, tone marks are brought to the new style, and hyphens within words made spaces: pyvi's dictionary has hoà and ô tô, not
    hòa and ô-tô. Where pyvi parts a syllable (1,5 | km) it goes whole to the word in which it begins: 1_5km.
    """
    prepared = _HYPHEN_IN_WORD.sub(" ", new_style(unicodedata.normalize("NFC", text)))
    pieces, joined = segmenter.segment(prepared)
    found = segmenter.join(chain.from_iterable(map(_PIECE_WORDS.__getitem__, pieces)), joined)
    if max(map(len, found), default=0) <= LONGEST_TERM:
        return found
    return [part for word in found for part in (word.split("_") if len(word) > LONGEST_TERM else (word,))]


def _spans(piece: str) -> list[tuple[int, int, int]]:
    """Return (start, end, step to the position after) of each term of a piece without white space."""
    found = [(*syllable.span(), 1) for syllable in _SYLLABLE.finditer(piece)]
    found += [(*number.span(), 0) for number in _DOCUMENT_NUMBER.finditer(piece)]
    return sorted(found, key=lambda span: (span[0], -span[1]))


def _piece_terms(piece: str) -> tuple[str, ...]:
    return tuple(exact(piece[start:end]) for start, end, _ in _spans(piece))


def _piece_words(piece: str) -> tuple[str, ...]:
    """Return for each of pyvi's syllables of a piece the exact forms of our syllables that begin in it.

    They are joined by "_"; those with no sign between them (TPHCM) by a space, which makes words of them.
    """
    ours = list(_SYLLABLE.finditer(piece))
    forms = []
    end = taken = 0
    for theirs in segmenter.split(piece):
        end += len(theirs)
        first = taken
        form = ""
        while taken < len(ours) and ours[taken].start() < end:
            if taken > first:
                form += "_" if ours[taken - 1].end() < ours[taken].start() else " "
            form += exact(ours[taken][0])
            taken += 1
        forms.append(form)
    return tuple(forms)


_PIECE_TERMS = Memo(_piece_terms)
_PIECE_WORDS = Memo(_piece_words)
