"""Text -> the terms it is found by: the one analysis for indexing, queries and highlighting.

A term is a syllable (a run of letters, or of digits, with its marks; a number with its thousands parted, 1.500, is one too) or a whole that
stands for several: the number of a document, a time (8h30), a name with an apostrophe (H'Mông), initials (J.D.). None has white space in it,
so text is worked on in pieces between white space, and each distinct piece is worked out once. What is written with hyphens, stops or
slashes has the terms of the same written with spaces (ki-lô-mét, 30/4, TP.HCM), and so has what is written with no sign where the syllables
part: 30km, 100USD, Covid19, QL1A, TPHCM. A sign that stands for several syllables (½, ㎡) is each of them.

Invariant: every letter or digit of a text is in exactly one syllable, but for such a sign; `terms` says the same as `tokens`, and the words of
a text are made of its syllables, each once and in order. Offsets are into the text as given, which should be clean (language.text.clean).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import accumulate, chain
from typing import NamedTuple

from language import segmenter
from language.compatibility import is_plain, plain, plain_with_origins
from language.document_kind import SIGNS
from language.memo import Memo
from language.normalizer import APOSTROPHISED, GROUPED_NUMBER, INITIALS, TIME, exact, stripped
from language.syllable import is_syllable
from language.tone import new_style


def _pyvi_version() -> str:
    try:
        return version("pyvi")
    except PackageNotFoundError:
        return "none"  # segmenting says so, with what to do about it


ANALYSIS_VERSION = f"4-pyvi{_pyvi_version()}"
"""Names everything that changes the terms of a text: this room's own rules and tables (count up), and pyvi's model."""

LONGEST_TERM = 255
"""Characters. A longer run of letters (a picture in base64) is cut into terms of this length, a longer word into syllables."""

# A mark that no precomposed letter takes up, or that text in NFD still has apart.
_MARK = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_SYLLABLE = re.compile(
    rf"(?<![0-9][.,]){GROUPED_NUMBER}(?![0-9]|\.[0-9])"  # not 0912.345.678, 192.168.1.1
    r"|[Tt][Pp](?=[Hh][Cc][Mm](?![^\W\d_]))"
    rf"|\d[\d{_MARK}]{{0,{LONGEST_TERM - 1}}}"
    rf"|[^\W\d_](?:[^\W\d_]|[{_MARK}]){{0,{LONGEST_TERM - 1}}}"
)
_PIECE = re.compile(r"\S+")
_SIGNS_AROUND = ".,:;!?…()[]\"“”'‘’-–"
_HYPHEN_IN_WORD = re.compile(r"[-‐‑–](?<=[^\W\d_].)(?=[^\W\d_])")

# 57/2022/NĐ-CP, 68/2006/QH11; 263/QĐ-TTg; 12-NQ/TW. Not 30/4/2022, 3/9, 5.000/kg, 2/người. Small letters too, because a reader
# may type them. Lengths are bounded so that no text can make the search slow.
_ACRONYM = rf"[^\W\d_](?:[^\W_]|[{_MARK}]){{0,14}}"
_DOCUMENT_NUMBER = (
    rf"(?<![\w{_MARK}/.,\-])(?:(?:{SIGNS})(?=[0-9]))?(?P<number>\d{{1,6}}[^\W\d_]?"
    rf"(?:/\d{{4}}/{_ACRONYM}|/{_ACRONYM}[-‐‑–]{_ACRONYM}|[-‐‑–]{_ACRONYM}/{_ACRONYM})"
    rf"(?:[-‐‑–/]{_ACRONYM}){{0,4}})(?![\w{_MARK}])"
)
_WHOLE = re.compile(
    rf"{_DOCUMENT_NUMBER}|(?<![\w:.,/-])(?P<time>{TIME})(?![^\W_]|[:.,/][0-9])"
    rf"|(?<![\w{_MARK}.'-])(?P<name>{APOSTROPHISED}|{INITIALS})(?![\w{_MARK}'-])"
)


class Token(NamedTuple):
    """A term where it stands: text[start:end], whose forms are `exact` and `stripped`; `position` counts syllables from 0."""

    start: int
    end: int
    position: int
    exact: str
    stripped: str


def tokens(text: str) -> list[Token]:
    """Return the terms of `text` in order.

    A whole (57/2022/NĐ-CP) comes just before its first syllable (57) and has the same position.
    """
    found: list[Token] = []
    position = 0
    for piece in _PIECE.finditer(text):
        offset = piece.start()
        written, origins = plain_with_origins(piece[0])
        for start, end, step in _spans(written):
            form = written[start:end]
            found.append(Token(offset + origins[start], offset + origins[end - 1] + 1, position, exact(form), stripped(form)))
            position += step
    return found


def syllables(found: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens of one text that are syllables. A whole, left out, has the position of the token after it."""
    for index, token in enumerate(found):
        if index + 1 == len(found) or found[index + 1].position != token.position:
            yield token


def wholes(found: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens of one text so that each stretch comes once: wholes, and the syllables outside of them."""
    end = 0
    for index, token in enumerate(found):
        if token.start >= end:
            yield token
            if index + 1 < len(found) and found[index + 1].position == token.position:
                end = token.end


def lone_syllable(piece: str) -> str | None:
    """Return the one syllable of a piece without white space, if it is seen at a glance that the piece has no other and no whole; else None."""
    letters = piece.strip(_SIGNS_AROUND)
    at_a_glance = letters.isalpha() and len(letters) <= LONGEST_TERM and is_plain(letters) and letters[:2].lower() != "tp"
    return letters if at_a_glance else None


def terms(text: str) -> tuple[list[str], list[int] | range]:
    """Return the exact forms and the positions of `tokens(text)`, many times faster."""
    pieces = text.split()
    in_pieces = list(map(_PIECE_TERMS.__getitem__, pieces))
    found = list(chain.from_iterable(in_pieces))
    if _WithWholes not in map(type, in_pieces):
        return found, range(len(found))
    # Each whole stands at the position of the part after it.
    return found, list(accumulate(chain.from_iterable(map(_PIECE_STEPS.__getitem__, pieces)), initial=0))[:-1]


def words(text: str) -> list[str]:
    """Return pyvi's words of `text`, each syllable in exact form, joined by "_".

    Before, tone marks are brought to the new style, and hyphens within words made spaces: pyvi's dictionary has hoà and ô tô, not
    hòa and ô-tô. Where pyvi parts a syllable it goes whole to the word in which it begins.
    """
    written = text if is_plain(text) else _PIECE.sub(_plain_piece, text)
    prepared = _HYPHEN_IN_WORD.sub(" ", new_style(unicodedata.normalize("NFC", written)))
    pieces, joined = segmenter.segment(prepared)
    found = segmenter.join(chain.from_iterable(map(_PIECE_WORDS.__getitem__, pieces)), joined)
    if max(map(len, found), default=0) <= LONGEST_TERM:
        return found
    return [part for word in found for part in (word.split("_") if len(word) > LONGEST_TERM else (word,))]


def _plain_piece(piece: re.Match[str]) -> str:
    return plain(piece[0])


def _spans(piece: str) -> list[tuple[int, int, int]]:
    """Return (start, end, step) of each term of a plain piece; `step` positions on stands the next: 0 after a whole, else 1."""
    found = [(*syllable.span(), 1) for syllable in _SYLLABLE.finditer(piece)]
    found += [(*whole.span(whole.lastgroup or 0), 0) for whole in _WHOLE.finditer(piece) if not is_syllable(stripped(whole[0]))]
    return sorted(found, key=lambda span: (span[0], -span[1]))


class _WithWholes(tuple[str, ...]):
    """The terms of a piece that has a whole. A type of its own, so that `terms` quickly sees where there is none."""


def _piece_terms(piece: str) -> tuple[str, ...]:
    written = plain(piece)
    spans = _spans(written)
    found = tuple(exact(written[start:end]) for start, end, _ in spans)
    return found if all(step for _, _, step in spans) else _WithWholes(found)


def _piece_steps(piece: str) -> tuple[int, ...]:
    """Return for each term of a piece how many positions further the next term stands."""
    return tuple(step for _, _, step in _spans(plain(piece)))


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
_PIECE_STEPS = Memo(_piece_steps)
_PIECE_WORDS = Memo(_piece_words)
