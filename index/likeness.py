"""Signatures -> which of them are of copies of one text.

Two are if they agree in ENOUGH places, one of their bands among them, and so are copies of copies. Invariant: which are together does not depend on
the order in which they are given.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from index.segment_file import Array
from index.signature import BAND_LENGTH, SIGNATURE_LENGTH

ENOUGH = 103
"""Of 128: four fifths of all runs of five syllables are in both texts."""


def alike(signatures: Array) -> Array:
    """Return pairs (a, b) by which all that are copies are linked, directly or through others: shape (pairs, 2).

    `signatures` has the shape (texts, SIGNATURE_LENGTH). All that have a band in common are compared, but none that is known to be linked
    already: many copies of one text cost little more than two.
    """
    distinct, first, number = np.unique(signatures, axis=0, return_index=True, return_inverse=True)
    own = first[number.reshape(-1)]
    same = np.flatnonzero(own != np.arange(len(signatures)))
    pairs = [np.column_stack([own[same], same])]
    bands = np.ascontiguousarray(distinct).view(np.uint64).reshape(len(distinct), SIGNATURE_LENGTH // BAND_LENGTH)
    for band in bands.T:
        order = np.argsort(band, kind="stable")
        starts = np.flatnonzero(np.append(True, band[order][1:] != band[order][:-1]))
        sizes = np.diff(np.append(starts, order.size))
        for start, size in zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
            members = order[start : start + size]
            pairs += [first[members[link]] for link in _links(distinct[members])]
    return np.concatenate(pairs).astype(np.int64)


def _links(signatures: Array) -> Iterator[Array]:
    """Yield pairs by which those of a few signatures that agree in ENOUGH places are linked: from one to all that it finds first."""
    left = np.arange(len(signatures))
    found: list[int] = []
    while left.size:
        if not found:
            found, left = [int(left[0])], left[1:]
        here = found.pop()
        agree = np.count_nonzero(signatures[left] == signatures[here], axis=1) >= ENOUGH
        reached = left[agree]
        left = left[~agree]
        found += reached.tolist()
        yield np.column_stack([np.full(reached.size, here), reached])


def components(pairs: Array, size: int) -> Array:
    """Return for each of `size` documents the lowest number among those that it is linked with, directly or through others."""
    lowest = np.arange(size)
    first, second = pairs[:, 0], pairs[:, 1]
    while True:
        low = np.minimum(lowest[first], lowest[second])
        if np.array_equal(lowest[first], lowest[second]):
            return lowest
        np.minimum.at(lowest, lowest[first], low)
        np.minimum.at(lowest, lowest[second], low)
        while not np.array_equal(lowest, lowest[lowest]):
            lowest = lowest[lowest]
