"""The query as typed -> the clean text that the index's analysis expects, with a way back to what was typed.

Invariant: `text` is clean as language.text.clean makes articles, but that white space is kept (each as one space), and every range
of `text` has a span in the typed string.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from language.text import clean
from searcher.query.tree import Span


@dataclass(frozen=True)
class Typed:
    """Clean text; its character i came from the code points `starts[i]` to `ends[i]` of the typed string."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """Return where text[start:end], which must not be empty, was typed."""
        return self.starts[start], self.ends[end - 1]


def read_typed(typed: str) -> Typed:
    """Return the clean text of `typed`: NFC, Đ as U+0110, invisible characters gone, whatever was typed. Linear time."""
    kept = [(place, letter) for place, typed_letter in enumerate(typed) if (letter := _clean_letter(typed_letter))]
    text = "".join(letter for _, letter in kept)
    if unicodedata.is_normalized("NFC", text):
        return Typed(text, [place for place, _ in kept], [place + 1 for place, _ in kept])
    composed: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster in _clusters(kept):
        letters = _composed("".join(letter for _, letter in cluster))
        composed.append(letters)
        starts += [cluster[0][0]] * len(letters)
        ends += [cluster[-1][0] + 1] * len(letters)
    return Typed("".join(composed), starts, ends)


@lru_cache(4096)
def _clean_letter(letter: str) -> str:
    """Return what clean makes of one letter by itself: one letter or none. Composition is the caller's."""
    if letter.isspace():
        return " "
    cleaned = clean(letter)
    return cleaned if len(cleaned) < 2 else letter


def _clusters(letters: Iterable[tuple[int, str]]) -> Iterable[list[tuple[int, str]]]:
    """Cut a text where composition never reaches across: before each letter that does not compose with what precedes it."""
    cluster: list[tuple[int, str]] = []
    for place, letter in letters:
        if cluster and not unicodedata.combining(unicodedata.normalize("NFD", letter)[0]):
            # Hangul and some Indic letters compose although they are no combining marks; such a cluster is short.
            before = "".join(other for _, other in cluster)
            if _composed(before + letter) == _composed(before) + _composed(letter):
                yield cluster
                cluster = []
        cluster.append((place, letter))
    if cluster:
        yield cluster


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
