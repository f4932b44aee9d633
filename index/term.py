"""The term dictionary of one field: sorted terms, end to end in one array of bytes, found by binary search.

Invariant: a term's ordinal is its rank in byte order, so a prefix is a contiguous range of ordinals and of postings.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from index.segment_file import Array

_REMEMBERED = 2048


class TermDictionary:
    """Maps terms (UTF-8 bytes) to ordinals 0..len-1 and back. What was looked up lately is remembered: queries ask for the same few again."""

    def __init__(self, content: Array, ends: Array) -> None:
        """`content`: uint8, all terms in order; `ends`: for each term where it ends in `content`."""
        self._content = content
        self._ends = ends
        # Single elements are read several times as fast this way.
        self._letters, self._places = content.data, ends.data
        self.found = lru_cache(_REMEMBERED)(self._found)

    def __len__(self) -> int:
        return int(self._ends.size)

    def term(self, ordinal: int) -> bytes:
        """Return the term with this ordinal."""
        start = self._places[ordinal - 1] if ordinal else 0
        return bytes(self._letters[start : self._places[ordinal]])

    def __iter__(self) -> Iterator[bytes]:
        content, start = self._content.tobytes(), 0
        for end in self._ends.tolist():
            yield content[start:end]
            start = end

    def short_terms(self, longest: int) -> tuple[Array, Array]:
        """Return (ordinals, terms) of the terms of at most `longest` bytes; `terms` is an array of byte strings of that width."""
        ends = self._ends.astype(np.int64)
        lengths = np.diff(ends, prepend=0)
        ordinals = np.flatnonzero(lengths <= longest)
        counts = lengths[ordinals]
        padding = np.zeros(longest, np.uint8)
        rows = sliding_window_view(np.concatenate([self._content, padding]), longest)[ends[ordinals] - counts]
        rows[np.arange(longest) >= counts[:, None]] = 0  # what stands behind a term
        return ordinals, rows.view(f"S{longest}").ravel()

    def rank(self, term: bytes) -> int:
        """Return how many terms sort before `term`."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.term(middle) < term:
                low = middle + 1
            else:
                high = middle
        return low

    def ordinal(self, term: bytes) -> int | None:
        """Return the ordinal of `term`, or None if it is not in the dictionary."""
        rank = self.rank(term)
        return rank if rank < len(self) and self.term(rank) == term else None

    def _found(self, term: bytes) -> range:
        """Return the range of just the ordinal of `term`, empty if it is not in the dictionary."""
        ordinal = self.ordinal(term)
        return range(0) if ordinal is None else range(ordinal, ordinal + 1)

    def prefixed(self, prefix: bytes) -> range:
        """Return the ordinals of the terms that begin with `prefix`, itself included."""
        # 0xFF never occurs in UTF-8, so this is the least string above every continuation of the prefix.
        return range(self.rank(prefix), self.rank(prefix + b"\xff"))


def encode_terms(terms: list[bytes]) -> tuple[Array, Array]:
    """Return (content, ends) of sorted distinct `terms`, as TermDictionary reads them."""
    content = np.frombuffer(b"".join(terms), np.uint8)
    ends = np.cumsum(np.fromiter(map(len, terms), np.int64, len(terms)), dtype=np.int64)
    return content, ends.astype(np.uint32)
