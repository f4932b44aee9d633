"""The signatures of a commit's documents -> which of them are copies of one text, as papers print one another's stories.

Two documents are copies if their signatures agree in ENOUGH places, and so are copies of copies. Pairs to compare are those that
agree in eight places in a row somewhere, so the time grows with the number of documents, not with its square.

Invariant: computed from live documents only, in an order of their own, so it does not depend on how they were batched.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.likeness import ENOUGH, components
from index.segment_file import Array
from index.signature import BAND_LENGTH, SIGNATURE_LENGTH
from searcher.match.collection import Collection, once_a_commit
from searcher.match.evaluation import distinct

_SLOT_BITS = 21
_NEIGHBOURS = 4  # documents compared with each one that has the same band
_PIECE = 1 << 16


@dataclass(frozen=True)
class Duplicates:
    """The documents that have copies: `docids` ascending, and for each the number of its group. All others are in no group."""

    docids: Array
    groups: Array

    def among(self, found: Array) -> tuple[Array, Array]:
        """Return the docids that are True in `found` (a mask over docids) and have copies there, and their groups."""
        here = np.flatnonzero(found[self.docids])
        groups = self.groups[here]
        several = np.bincount(groups)[groups] > 1 if groups.size else np.empty(0, bool)
        return self.docids[here[several]], groups[several]


@once_a_commit
def duplicates(collection: Collection) -> Duplicates:
    """Return the copies among the live documents."""
    docids = collection.live_docids
    signatures = collection.joined([segment.signatures for segment in collection.segments])[docids] if docids.size else docids
    if docids.size:
        order = np.argsort(collection.newest_first[docids])
        docids, signatures = docids[order], signatures[order]
    first = components(links(signatures), docids.size)
    members = np.flatnonzero(np.bincount(first, minlength=docids.size)[first] > 1)
    members = members[np.argsort(docids[members])]
    return Duplicates(docids[members], np.unique(first[members], return_inverse=True)[1])


def links(signatures: Array) -> Array:
    """Return pairs (a, b), a < b, of documents whose signatures agree enough: shape (pairs, 2).

    Where more than a few documents have a band in common, each is compared with the next few only: copies of copies are copies.
    """
    if not signatures.size:
        return np.empty((0, 2), np.int64)
    told = np.flatnonzero(signatures.any(axis=1))
    bands = np.ascontiguousarray(signatures[told]).view(np.uint64).reshape(told.size, SIGNATURE_LENGTH // BAND_LENGTH)
    pairs = []
    for band in bands.T:
        # Most are alone in their slot, and need not be sorted.
        slots = (band * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - _SLOT_BITS)
        shared = np.flatnonzero(np.bincount(slots.astype(np.int64), minlength=1 << _SLOT_BITS)[slots.astype(np.int64)] > 1)
        shared = shared[np.argsort(band[shared], kind="stable")]
        for apart in range(1, _NEIGHBOURS + 1):
            same = band[shared[apart:]] == band[shared[:-apart]]
            pairs.append(told[shared[:-apart][same]] * np.int64(len(signatures)) + told[shared[apart:][same]])
    first, second = np.divmod(distinct(np.sort(np.concatenate(pairs))), len(signatures))
    agree = np.zeros(first.size, bool)
    for start in range(0, first.size, _PIECE):
        piece = slice(start, start + _PIECE)
        agree[piece] = np.count_nonzero(signatures[first[piece]] == signatures[second[piece]], axis=1) >= ENOUGH
    return np.column_stack([first[agree], second[agree]])
