"""A commit of the index -> which joined words and rows of syllables are one thing in it: ôtô and ô tô, Kontum and Kon Tum, ximăng and xi măng.

A joined word is a term of letters that is no Vietnamese syllable. What was typed as a row finds it, and the reverse, by what the archive writes:

* where one of the parts is no Vietnamese syllable (kon, plei, email), nothing else can be meant: both are taken;
* where all are syllables and the joined word has marks (ôtô, bêtông), it is taken unless it is so rare beside the row that it is a space left out
  by mistake (thànhphố);
* where all are syllables and it has none (sapa, taxa), chance puts such syllables side by side: it is taken only if the segmenter makes one word of
  the row where the archive has it (sa_pa; not ta | xa), or if the row hardly ever stands there but for it (cuba).

What is joined must be in the archive as it is typed, marks and all; of what was typed without marks any spelling will do that the rules allow.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from index.schema import TEXT_FIELDS, stripped_field
from language.analyzer import syllables, tokens, words
from language.compatibility import plain
from language.normalizer import exact, is_marked, stripped
from language.syllable import is_syllable
from searcher.deadline import Deadline
from searcher.match.collection import Collection, once_a_commit
from searcher.match.usage import Usage
from searcher.query.acceptance import beginning
from searcher.query.tree import Term

MOST_PARTS = 6
_LONGEST = 24  # bytes of a joined word
_MOST_ROWS = 4  # for one joined word
_RARE = 50
"""A form so many times rarer than the other is a slip: 1,005 ôtô beside 415 ô tô, but 2 làocai beside 140 Lào Cai, 1 vàkhông beside 1,430."""
_WORD_SHARE = 1 / 4
"""Of the articles that have the row, how many have it as one word: 411 of 415 for ô tô, 27 of 28 for sa pa; none of 100 for do nga (donga)."""
_BOUND = (
    1 / 10
)  # of the articles with the rarest part, how many have the whole row: 6 of 50 for cu ba, 2 of 1,000 for sau di (saudi)
_PREVALENT = 5  # times that the joined word must be more frequent where the segmenter does not know the row
_REMEMBERED = 4096
_VARIANTS = 8  # spellings of one part that are tried where the joined word itself is not in the archive


class Joint(NamedTuple):
    """A joined word and its parts, exact forms; `one_word` if the archive's segmenter too makes one word of the parts."""

    joined: str
    parts: tuple[str, ...]
    one_word: bool


class Joints:
    """The joints of one commit. Threads may share it."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._letters, _ = collection.short_terms(map(stripped_field, TEXT_FIELDS), _LONGEST)
        self._joined = lru_cache(_REMEMBERED)(self._find_joined)
        self._parted = lru_cache(_REMEMBERED)(self._find_parted)
        self.together = lru_cache(_REMEMBERED)(self._together)

    def joined(self, row: Sequence[Term], *, exact_marks: bool = False) -> tuple[Joint, ...]:
        """Return the joined words that a row of two and more typed terms also stands for."""
        letters = [_letters(term.text) for term in row]
        key = "".join(bare for _, bare in letters)
        if not self._has(key) or is_syllable(key) or not all(own.isalpha() for own, _ in letters):
            return ()
        typed = tuple((term.stripped, True) if term.any_marks and not exact_marks else (term.exact, False) for term in row)
        return self._joined(key, tuple(len(own) for own, _ in letters), typed)

    def parted(self, term: Term, *, exact_marks: bool = False) -> tuple[Joint, ...]:
        """Return the rows that a typed term also stands for."""
        letters, _ = _letters(term.text)
        if not letters.isalpha():  # typed apart: H'Mông, J.D.
            row = tuple(token.exact for token in syllables(tokens(term.text)))
            return (Joint(term.exact, row, False),) if term.exact.isalpha() and len(row) > 1 and self.together(row) else ()
        if len(letters) < 2 or is_syllable(term.stripped) or len(letters) > _LONGEST:
            return ()
        return self._parted(exact(letters), term.any_marks and not exact_marks)

    def _has(self, key: str) -> bool:
        encoded = key.encode()
        if len(encoded) > _LONGEST:
            return False
        at = int(self._letters.searchsorted(encoded))
        return at < self._letters.size and bool(self._letters[at] == encoded)

    def _usage(self) -> Usage:
        return Usage(self._collection, Deadline(math.inf))

    def _together(self, row: tuple[str, ...]) -> int:
        """Return in how many articles a row of exact forms stands, in bodies, or in titles if that is more."""
        return self._usage().row_frequency(row)

    def _find_joined(self, key: str, lengths: tuple[int, ...], typed: tuple[tuple[str, bool], ...]) -> tuple[Joint, ...]:
        usage = self._usage()
        found = []
        for joined, frequency in usage.variants(key).items():
            row = _cut(joined, lengths)
            if row and all(map(_is_spelled, row, typed)):
                found.append((joined, row, frequency))
        taken = [(joined, row, frequency) for joined, row, frequency in found if self._are_one(usage, joined, row, frequency)]
        # ôtô written without its marks (oto) is what marks left out may mean, once ôtô is.
        if any(is_marked(joined) for joined, *_ in taken) and all(any_marks for _, any_marks in typed):
            taken = found
        return tuple(Joint(joined, row, self._is_one_word(usage, row, frequency)) for joined, row, frequency in taken)

    def _is_one_word(self, usage: Usage, row: tuple[str, ...], frequency: int) -> bool:
        known = usage.word_frequency(row)
        return known > 0 and known >= self.together(row) * _WORD_SHARE and frequency * _RARE >= self.together(row)

    def _find_parted(self, form: str, any_marks: bool) -> tuple[Joint, ...]:
        usage = self._usage()
        spellings = usage.variants(stripped(form)) if any_marks else {}
        spellings.setdefault(form, usage.frequency(form))
        found = [
            Joint(joined, row, False)
            for joined, frequency in spellings.items()
            for row in _cuts(joined)
            if all(map(usage.frequency, row))
            and self._are_one(usage, joined, row, max(1, frequency), slips=True)
            and self.together(row) * (_RARE if _has_no_initial(row) else _PREVALENT) >= max(1, frequency)
        ]
        if any_marks and not any(spellings.values()):
            found = [joint for row in _cuts(form) for joint in self._known_words(usage, row)]
        found.sort(key=lambda joint: -self.together(joint.parts))
        return tuple(found[:_MOST_ROWS])

    def _known_words(self, usage: Usage, bare_parts: Sequence[str]) -> Iterator[Joint]:
        """Yield the words of two parts that the archive has with marks where only their letters were typed, joined: ô tô for oto."""
        if len(bare_parts) != 2:
            return
        first, second = (list(usage.variants(stripped(part)))[:_VARIANTS] for part in bare_parts)
        for row in ((one, other) for one in first for other in second):
            known = usage.word_frequency(row)
            if known and known >= self.together(row) * _WORD_SHARE:
                yield Joint(exact("".join(row)), row, True)

    def _are_one(self, usage: Usage, joined: str, row: tuple[str, ...], frequency: int, *, slips: bool = False) -> bool:
        """Tell whether a joined word and a row of its parts are one thing; with `slips` also if the joined word is a slip."""
        native = [is_syllable(stripped(part)) for part in row]
        if not all(native):
            # A letter before a syllable (s | trong) is as likely chance; in Mnông, Mgar it cannot be.
            return _has_no_initial(row) or is_marked(joined) or not native[-1]
        if is_marked(joined):
            return slips or frequency * _RARE >= usage.word_frequency(row) and frequency * _RARE >= self.together(row)
        if slips and len(row) > 2:
            return True
        if known := usage.word_frequency(row):
            together = self.together(row)
            return known >= together * _WORD_SHARE and (slips or frequency * _RARE >= together)
        return self._are_bound(usage, row, frequency)

    def _are_bound(self, usage: Usage, row: tuple[str, ...], frequency: int) -> bool:
        """Tell whether the parts of a row that is no known word hardly stand but together or joined."""
        rarest = min(map(usage.frequency, row))
        if frequency >= _PREVALENT * _BOUND * rarest and self.together(row):
            together = self.together(row)
            return together >= _BOUND * rarest and frequency >= _PREVALENT * together
        return words(" ".join(row)) == ["_".join(row)] and not self.together(row)


def _has_no_initial(row: Sequence[str]) -> bool:
    """Tell whether no part is a single consonant."""
    return all(len(part) > 1 or is_syllable(stripped(part)) for part in row)


@once_a_commit
def joints(collection: Collection) -> Joints:
    """Return the joints of a collection."""
    return Joints(collection)


@lru_cache(_REMEMBERED)
def _letters(text: str) -> tuple[str, str]:
    """Return the letters of `text`, in small case, with marks and without; it may be less than a syllable (ti of tivi)."""
    letters = unicodedata.normalize("NFC", plain(text).casefold())
    return letters, beginning(letters)[1]


def _cut(joined: str, lengths: Sequence[int]) -> tuple[str, ...]:
    """Return a joined word cut into parts of these lengths, in exact form; () if the lengths are not that of the word."""
    if len(joined) != sum(lengths):
        return ()
    ends = np.cumsum(lengths).tolist()
    return tuple(exact(joined[end - length : end]) for end, length in zip(ends, lengths, strict=True))


def _is_spelled(part: str, typed: tuple[str, bool]) -> bool:
    form, any_marks = typed
    return (stripped(part) if any_marks else part) == form


def _cuts(joined: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows that letters may be cut into: two parts of any kind, or up to MOST_PARTS syllables."""
    for at in range(1, len(joined)):
        yield exact(joined[:at]), exact(joined[at:])
    yield from (tuple(map(exact, parts)) for parts in _in_syllables(joined, MOST_PARTS) if len(parts) > 2)


def _in_syllables(letters: str, most: int) -> Iterator[tuple[str, ...]]:
    if not letters:
        yield ()
    for end in range(1, min(len(letters), 7) + 1) if most else ():
        if is_syllable(stripped(letters[:end])):
            for rest in _in_syllables(letters[end:], most - 1):
                yield (letters[:end], *rest)
