"""One commit of the index -> what searching needs to know about all its documents together.

Everything here is computed from live documents only, so it does not depend on how the documents are spread over segments: the same archive
gives the same scores, counts and order whether it was indexed at once or day by day.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from index.inversion import best_label
from index.segment import UNDATED, SegmentReader
from index.segment_file import Array
from index.snapshot import Snapshot


@dataclass(frozen=True)
class FacetTable:
    """All values of one facet: `keys` sorted, `labels` to show.

    For each segment `numbers` has the place (in `keys`) of each of its terms, `docs` their documents end to end, `starts` where each begins.
    """

    keys: list[str]
    labels: list[str]
    numbers: list[Array]
    docs: list[Array]
    starts: list[Array]


class Collection:
    """The documents of one snapshot. Arrays called "per segment" are lists with an array for each segment, in the snapshot's order."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.segments: tuple[SegmentReader, ...] = snapshot.segments
        self.size = snapshot.document_count()
        self.average_length = lru_cache(None)(self._average_length)
        self.relative_lengths = lru_cache(None)(self._relative_lengths)
        self.facet = lru_cache(None)(self._facet)

    def _average_length(self, field: str) -> float:
        total = sum(int(segment.lengths(field)[segment.live].sum(dtype=np.int64)) for segment in self.segments)
        return total / self.size if total else 1.0

    def _relative_lengths(self, field: str) -> list[Array]:
        """Return per segment each document's length of `field` divided by the average length (float32)."""
        average = np.float32(self.average_length(field))
        return [segment.lengths(field).astype(np.float32) / average for segment in self.segments]

    @cached_property
    def newest_first(self) -> list[Array]:
        """Per segment, each document's rank among all by date, newest first, then by id; undated ones last (int32)."""
        return self._ranks(-1)

    @cached_property
    def oldest_first(self) -> list[Array]:
        """Per segment, each document's rank among all by date, oldest first, then by id; undated ones last (int32)."""
        return self._ranks(1)

    def _ranks(self, direction: int) -> list[Array]:
        if not self.segments:
            return []
        published = np.concatenate([segment.published for segment in self.segments])
        ids = np.concatenate([segment.ids for segment in self.segments])
        undated = published == UNDATED
        order = np.lexsort((ids, np.where(undated, 0, direction * published), undated))
        ranks = np.empty(order.size, np.int32)
        ranks[order] = np.arange(order.size, dtype=np.int32)
        return np.split(ranks, np.cumsum([len(segment) for segment in self.segments])[:-1])

    def _facet(self, name: str) -> FacetTable:
        labels: dict[str, str] = {}
        own: list[list[str]] = []
        for segment in self.segments:
            postings = segment.field(name)
            keys = [term.decode() for term in postings.terms]
            own.append(keys)
            # A value only deleted documents carry keeps a place in the table; its count is 0 and it is never shown.
            for key, label in zip(keys, postings.labels() or keys, strict=True):
                labels[key] = best_label(labels[key], label) if key in labels else label
        keys = sorted(labels)
        number = {key: place for place, key in enumerate(keys)}
        numbers = [np.fromiter(map(number.__getitem__, terms), np.int64, len(terms)) for terms in own]
        fields = [segment.field(name) for segment in self.segments]
        docs = [field.docs(range(len(field.terms))) for field in fields]
        starts = [np.cumsum(field.posting_counts()) - field.posting_counts() for field in fields]
        return FacetTable(keys, [labels[key] for key in keys], numbers, docs, starts)

    def facet_counts(self, name: str, masks: list[Array]) -> Array:
        """Return for each value of facet `name` how many of the masked documents carry it."""
        table: FacetTable = self.facet(name)
        counts = np.zeros(len(table.keys), np.int64)
        for numbers, docs, starts, mask in zip(table.numbers, table.docs, table.starts, masks, strict=True):
            if numbers.size:
                counts[numbers] += np.add.reduceat(mask[docs], starts, dtype=np.int64)
        return counts

    def locate(self, places: Array) -> list[tuple[int, int]]:
        """Return (segment number, document) for places, which number the documents of all segments end to end."""
        starts = np.cumsum([0] + [len(segment) for segment in self.segments])
        numbers = np.searchsorted(starts, places, side="right") - 1
        return [(int(number), int(place - starts[number])) for number, place in zip(numbers, places, strict=True)]
