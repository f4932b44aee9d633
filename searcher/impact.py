"""Postings of all segments -> what each contributes to a document's score, remembered for the terms asked for lately.

The impact of a posting is its frequency divided by the length norm of BM25, (1 - b) + b * length / average length: all of the score that
does not depend on the query. Frequent syllables return in most queries, and theirs are the long lists.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NamedTuple

import numpy as np

from index.segment_file import Array
from searcher.collection import Collection

_MOST_BYTES = 64_000_000


class Impacts(NamedTuple):
    """Arrays of equal length: `places` of documents (see Collection.places) and `values` (float32). A prefix may name a place repeatedly."""

    places: Array
    values: Array


class ImpactCache:
    """Impacts of terms in one collection for one `b`. Safe to share between threads."""

    def __init__(self, collection: Collection, b: float, *, most_bytes: int = _MOST_BYTES) -> None:
        self._collection = collection
        self._b = b
        self._most_bytes = most_bytes
        self._kept: OrderedDict[tuple[str, bytes], Impacts] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def norms(self, lengths_field: str, places: Array) -> Array:
        """Return the length norms (float32) of documents in a text field."""
        norms: Array = np.float32(1 - self._b) + np.float32(self._b) * self._collection.relative_lengths(lengths_field)[places]
        return norms

    def of(self, field: str, lengths_field: str, term: bytes, *, prefix: bool) -> Impacts:
        """Return the impacts of a term (or of all terms that begin so) in `field`, whose documents are as long as `lengths_field` says."""
        if prefix:
            return self._compute(field, lengths_field, term, prefix)
        with self._lock:
            kept = self._kept.get((field, term))
            if kept is not None:
                self._kept.move_to_end((field, term))
                return kept
        found = self._compute(field, lengths_field, term, prefix)
        with self._lock:
            if (field, term) not in self._kept:
                self._kept[field, term] = found
                self._bytes += _size(found)
            while self._bytes > self._most_bytes:
                self._bytes -= _size(self._kept.popitem(last=False)[1])
        return found

    def _compute(self, field: str, lengths_field: str, term: bytes, prefix: bool) -> Impacts:
        places, frequencies = [np.empty(0, np.int32)], [np.empty(0, np.uint32)]
        for segment, start in zip(self._collection.segments, self._collection.starts, strict=False):
            postings = segment.field(field)
            ordinals = postings.terms.prefixed(term) if prefix else postings.terms.found(term)
            if ordinals:
                places.append(postings.docs(ordinals).astype(np.int32) + np.int32(start))
                frequencies.append(postings.freqs(ordinals))
        place = np.concatenate(places)
        return Impacts(place, np.concatenate(frequencies).astype(np.float32) / self.norms(lengths_field, place))


def impact_cache(collection: Collection, b: float) -> ImpactCache:
    """Return the one cache of a collection for this `b`."""
    return collection.kept(("impacts", b), lambda: ImpactCache(collection, b))


def _size(impacts: Impacts) -> int:
    return impacts.places.nbytes + impacts.values.nbytes + 200
