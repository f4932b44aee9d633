"""The terms of a text -> its signature: 128 bytes, of which two texts share about as many as they share of all their runs of five syllables.

This is min-hashing (Broder, On the resemblance and containment of documents, 1997) with one byte kept of each minimum (Li and König, b-bit
minwise hashing, 2010). It is over stripped syllables, across paragraphs: copies of a story differ in marks and line breaks. What
stands before a lead or below a text, a paper's name, is a few syllables of hundreds and needs no rule.

Invariant: a signature depends on its own text only, not on other articles, the machine or the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from index.segment_file import Array
from language.memo import Memo
from language.normalizer import stripped

SIGNATURE_LENGTH = 128
SHORTEST = 80
"""Syllables. Shorter texts have an empty signature, all zeros: two notices of a few lines are alike without being copies."""
BAND_LENGTH = 8
"""Bytes. Only texts whose signatures have one of their bands, eight places in a row, in common are compared."""
_RUN = 5
_PIECE = 4096  # runs hashed at a time, so that no text takes much memory


def _random_odd(count: int, seed: int) -> Array:
    """Return odd 32-bit numbers by splitmix64 (Steele, Lea, Flood, 2014): the same for ever, whatever the library does."""
    state = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed)
    odd: Array = (_mixed(state) | np.uint64(1)).astype(np.uint32)
    return odd


def _mixed(keys: Array) -> Array:
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Array = keys ^ (keys >> np.uint64(31))
    return mixed


_FACTORS = _random_odd(SIGNATURE_LENGTH, 1)
_SUMMANDS = _random_odd(SIGNATURE_LENGTH, 2)
_SYLLABLE_HASH = Memo(lambda term: crc32(stripped(term).encode()))


def signature(terms: Sequence[str]) -> Array:
    """Return the signature of the text with these terms (exact forms): uint8, SIGNATURE_LENGTH, all zeros if they are fewer than SHORTEST."""
    if len(terms) < SHORTEST:
        return np.zeros(SIGNATURE_LENGTH, np.uint8)
    syllables = np.fromiter(map(_SYLLABLE_HASH.__getitem__, terms), np.uint64, len(terms))
    runs = np.zeros(len(terms) - _RUN + 1, np.uint64)
    for place in range(_RUN):
        runs = _mixed(runs + syllables[place : place + runs.size])
    lowest = np.full(SIGNATURE_LENGTH, np.iinfo(np.uint32).max, np.uint32)
    for start in range(0, runs.size, _PIECE):
        lowest = np.minimum(lowest, (runs[start : start + _PIECE, None].astype(np.uint32) * _FACTORS + _SUMMANDS).min(axis=0))
    # The high bits of a minimum are nearly all zero; those in the middle are as good as random.
    found: Array = (lowest >> np.uint32(8)).astype(np.uint8)
    return found


def bands(drawn: bytes) -> list[str]:
    """Return the names of a signature's bands: two signatures have one in common if they agree in all its places."""
    starts = range(0, SIGNATURE_LENGTH, BAND_LENGTH)
    return [f"{number}:{drawn[start : start + BAND_LENGTH].hex()}" for number, start in enumerate(starts)]
