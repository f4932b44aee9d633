"""The terms of an article -> its sketch: 128 bytes, by which any two articles are compared in what they are about.

This is random projection (Bingham and Mannila, Random projection in dimensionality reduction, 2001), for text also called random indexing. Each term
stands for a direction, 256 signs drawn by a hash of it; an article points where the sum of its terms' directions does, each weighed by how often
the article has it; of the sum, four bits are kept of each number. The angle between two such sums is nearly that between the articles' vectors of
terms, which nobody would have room for. Nothing is learned from an archive: vectors learned by a singular value decomposition gain no more
(docs/measurements/ranking.md), and would have to be learned again.

Invariant: a sketch depends on its own text only, not on other articles, the machine or the run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import shake_128
from itertools import islice

import numpy as np

from index.segment_file import Array
from language.memo import Memo

SKETCH_LENGTH = 128
"""Bytes. Each holds two numbers: the first 128 in the high bits, the others in the low ones."""
DIMENSIONS = 2 * SKETCH_LENGTH
_HIGHEST = 7  # numbers go from -7 to 7, and are kept 7 higher
_WIDTH = 2.5
"""Standard deviations of a sum that are told apart: what is further out counts as much as this."""
_SCALE = 16
"""Weights are whole numbers, so many to one: their sums are the same in whatever order they are added up."""
_PIECE = 4096  # terms added up at a time, so that no text takes much memory
_SIGNS = Memo(lambda term: shake_128(term.encode()).digest(DIMENSIONS // 8))


def sketch(terms: Iterable[str]) -> Array:
    """Return the sketch of the text with these terms: uint8, SKETCH_LENGTH. Of no terms, that of no direction."""
    counts = Counter(terms)
    sums = np.zeros(DIMENSIONS, np.float64)
    remaining = iter(counts.items())
    while piece := list(islice(remaining, _PIECE)):
        signs = np.frombuffer(b"".join(_SIGNS[term] for term, _ in piece), np.uint8)
        weights = np.rint(_SCALE * np.log1p([count for _, count in piece])).astype(np.float32)
        # Signs are 0 and 1 here: twice what those with 1 add up to, less the sum of all.
        sums += 2 * (weights @ np.unpackbits(signs).reshape(-1, DIMENSIONS).astype(np.float32)) - weights.sum()
    deviation = np.sqrt(np.mean(sums**2)) or 1.0
    kept = np.clip(np.rint(sums * (_HIGHEST / (_WIDTH * deviation))), -_HIGHEST, _HIGHEST).astype(np.int8) + _HIGHEST
    high, low = kept.astype(np.uint8).reshape(2, SKETCH_LENGTH)
    packed: Array = high << 4 | low
    return packed


def directions(sketches: Array) -> Array:
    """Return where texts with these sketches, of shape (texts, SKETCH_LENGTH), point: (texts, DIMENSIONS), numbers from -7 to 7 (float32)."""
    return np.concatenate([sketches >> 4, sketches & 15], axis=1).astype(np.float32) - _HIGHEST
