"""A syllable that the archive hardly knows -> the archive's own that are one slip of the finger away.

One slip is a letter too many, too few, another, or two neighbours changed about (Damerau, 1964), in stripped forms: marks are not slips.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from index.schema import TEXT_FIELDS, stripped_field
from index.segment_file import Array
from searcher.match.collection import Collection, once_a_commit

LONGEST = 16  # bytes; longer runs of letters are no words
LEAST = 2  # articles that have a term, or it may be somebody's slip itself


@dataclass(frozen=True)
class Vocabulary:
    """The stripped forms of an archive: sorted byte strings of LONGEST bytes, their lengths, and in how many articles each is."""

    terms: Array
    lengths: Array
    frequencies: Array

    def within_one_slip(self, term: str, *, most: int) -> dict[str, int]:
        """Return the forms one slip from the stripped form `term`, itself not among them, with their frequencies, most frequent first."""
        typed = np.frombuffer(term.encode(), np.uint8)
        if not 2 <= typed.size < LONGEST:
            return {}
        near: list[Array] = [np.empty(0, np.int64)]
        for length in (typed.size - 1, typed.size, typed.size + 1):
            numbers = np.flatnonzero(self.lengths == length)
            letters = self.terms[numbers].view(np.uint8).reshape(numbers.size, LONGEST)[:, :length]
            shorter = min(length, typed.size)
            prefix = _agreeing(letters[:, :shorter], typed[:shorter])
            suffix = _agreeing(letters[:, ::-1][:, :shorter], typed[::-1][:shorter])
            if length != typed.size:
                near.append(numbers[prefix + suffix >= shorter])
                continue
            near.append(numbers[prefix + suffix == length - 1])
            swapped = np.flatnonzero(prefix + suffix == length - 2)
            at = prefix[swapped]
            crossed = (letters[swapped, at] == typed[at + 1]) & (letters[swapped, at + 1] == typed[at])
            near.append(numbers[swapped[crossed]])
        found = np.concatenate(near)
        found = found[np.lexsort((found, -self.frequencies[found]))][:most]
        return {self.terms[number].decode(): int(self.frequencies[number]) for number in found.tolist()}


def _agreeing(letters: Array, typed: Array) -> Array:
    """Return for each row how many of its first letters are those typed."""
    count: Array = np.logical_and.accumulate(letters == typed, axis=1).sum(axis=1)
    return count


@once_a_commit
def vocabulary(collection: Collection) -> Vocabulary:
    """Return the vocabulary of a collection, made at the first need: some tenths of a second and 5 MB for 150,000 articles."""
    every, counts = collection.short_terms(map(stripped_field, TEXT_FIELDS), LONGEST)
    known = reduce(np.logical_and, (counts >= LEAST, np.char.str_len(every) > 1))
    return Vocabulary(every[known], np.char.str_len(every[known]), counts[known])
