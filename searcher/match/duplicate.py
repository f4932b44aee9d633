"""The signatures of a commit's documents -> which of them are copies of one text, as papers print one another's stories.

Two documents are copies if their signatures agree in ENOUGH places, and so are copies of copies. Pairs to compare are those that
agree in eight places in a row somewhere, so the time grows with the number of documents, not with its square.

Invariant: computed from live documents only, in an order of their own, so it does not depend on how they were batched.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.segment_file import Array
from index.signature import SIGNATURE_LENGTH
from searcher.match.collection import Collection, once_a_commit

ENOUGH = 103
"""Of 128: four fifths of all runs of five syllables are in both texts."""
_BAND = 8
_SLOT_BITS = 21
_NEIGHBOURS = 4  # documents compared with each one that has the same band
_PIECE = 1 << 16


@dataclass(frozen=True)
class Duplicates:
    """The documents that have copies: `places` ascending, and for each the number of its group. All others are in no group."""

    places: Array
    groups: Array

    def among(self, found: Array) -> tuple[Array, Array]:
        """Return the places that are True in `found` (a mask over places) and have copies there, and their groups."""
        here = np.flatnonzero(found[self.places])
        groups = self.groups[here]
        several = np.bincount(groups)[groups] > 1 if groups.size else np.empty(0, bool)
        return self.places[here[several]], groups[several]


@once_a_commit
def duplicates(collection: Collection) -> Duplicates:
    """Return the copies among the live documents."""
    places = collection.live_places
    signatures = collection.joined([segment.signatures for segment in collection.segments])[places] if places.size else places
    if places.size:
        order = np.argsort(collection.newest_first[places])
        places, signatures = places[order], signatures[order]
    first = components(links(signatures), places.size)
    members = np.flatnonzero(np.bincount(first, minlength=places.size)[first] > 1)
    members = members[np.argsort(places[members])]
    return Duplicates(places[members], np.unique(first[members], return_inverse=True)[1])


def links(signatures: Array) -> Array:
    """Return pairs (a, b), a < b, of documents whose signatures agree enough: shape (pairs, 2).

    Where more than a few documents have a band in common, each is compared with the next few only: copies of copies are copies.
    """
    if not signatures.size:
        return np.empty((0, 2), np.int64)
    told = np.flatnonzero(signatures.any(axis=1))
    bands = np.ascontiguousarray(signatures[told]).view(np.uint64).reshape(told.size, SIGNATURE_LENGTH // _BAND)
    pairs = []
    for band in bands.T:
        # Most are alone in their slot, and need not be sorted.
        slots = (band * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - _SLOT_BITS)
        shared = np.flatnonzero(np.bincount(slots.astype(np.int64), minlength=1 << _SLOT_BITS)[slots.astype(np.int64)] > 1)
        shared = shared[np.argsort(band[shared], kind="stable")]
        for apart in range(1, _NEIGHBOURS + 1):
            same = band[shared[apart:]] == band[shared[:-apart]]
            pairs.append(told[shared[:-apart][same]] * np.int64(len(signatures)) + told[shared[apart:][same]])
    first, second = np.divmod(np.unique(np.concatenate(pairs)), len(signatures))
    agree = np.zeros(first.size, bool)
    for start in range(0, first.size, _PIECE):
        piece = slice(start, start + _PIECE)
        agree[piece] = np.count_nonzero(signatures[first[piece]] == signatures[second[piece]], axis=1) >= ENOUGH
    return np.column_stack([first[agree], second[agree]])


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
