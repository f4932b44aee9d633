"""One commit of the index -> what searching needs to know about all its documents together.

Everything here is computed from live documents only, so it does not depend on how the documents are spread over segments: the same archive
gives the same scores, counts and order whether it was indexed at once or day by day.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from itertools import accumulate, pairwise
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import numpy as np

from index.inversion import best_label
from index.posting import FieldPostings, ranges
from index.segment import UNDATED, SegmentReader
from index.segment_file import Array
from index.sketch import SKETCH_LENGTH
from index.snapshot import Snapshot

_T = TypeVar("_T")
_K = TypeVar("_K")
_P = ParamSpec("_P")
_FEW = 8


@dataclass(frozen=True)
class FacetValues:
    """All values of one facet: `keys` sorted, `labels` to show, and in how many live documents each is (`totals`, int64).

    A value of total 0 is there for no reader: it has no number.
    """

    keys: list[str]
    labels: list[str]
    totals: Array

    def number(self, key: str) -> int | None:
        """Return which value has this key, None if no live document has it."""
        at = bisect_left(self.keys, key)
        return at if at < len(self.keys) and self.keys[at] == key and self.totals[at] else None


@dataclass(frozen=True)
class FacetTable(FacetValues):
    """All values of one facet, and which documents have them.

    The documents of value v are `docids[starts[v]:starts[v + 1]]`. The other way round, `values` are the numbers (in `keys`) of the values of
    all documents, docid after docid; docid p has those from `ends[p - 1]` to `ends[p]`.
    """

    docids: Array
    starts: Array
    values: Array
    ends: Array

    def docids_of(self, number: int) -> Array:
        """Return the docids of the documents that carry a value, deleted ones too."""
        return self.docids[self.starts[number] : self.starts[number + 1] if number + 1 < len(self.keys) else None]

    def values_of(self, found: Array) -> tuple[Array, Array]:
        """Return (places, values): the values of the docids `found`, document after document, and which of these each belongs to."""
        starts, sizes = self._spans(found)
        return np.repeat(np.arange(found.size), sizes), self.values[ranges(starts, sizes)]

    def _spans(self, found: Array) -> tuple[Array, Array]:
        """Return where in `values` those of the docids `found` begin, and how many they are."""
        starts = np.where(found, self.ends[found - 1], 0)
        return starts, self.ends[found] - starts

    def counts(self, found: Array) -> Array:
        """Return for each value how many of the docids `found` carry it."""
        if found.size * _FEW < self.ends.size:
            return np.bincount(self.values[ranges(*self._spans(found))], minlength=len(self.keys))
        if not self.keys:
            return np.empty(0, np.int64)
        held = np.zeros(self.ends.size, bool)
        held[found] = True
        return np.add.reduceat(held[self.docids], self.starts, dtype=np.int64)


class Collection:
    """The documents of one snapshot. A document's *docid* is its number when the segments' documents are counted end to end."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.segments: tuple[SegmentReader, ...] = snapshot.segments
        self.size = snapshot.document_count()
        self.starts: list[int] = [0, *accumulate(len(segment) for segment in self.segments)]
        """The docid of each segment's first document, and the number of docids."""
        self.docids = self.starts[-1]
        self.inverse_norms = lru_cache(None)(self._inverse_norms)
        self.facet_table = lru_cache(None)(self._facet_table)
        self._lock = threading.Lock()
        self._kept: dict[object, Any] = {}
        self._making: dict[object, threading.RLock] = {}

    def kept(self, key: Callable[..., _T] | tuple[Callable[..., _T], Hashable], make: Callable[[], _T]) -> _T:
        """Return what was made before for `key`, the function whose answer it is (and what it was asked), or make it.

        Whoever asks for the same meanwhile waits for it, nobody else does. Nothing is kept of a `make` that raises. See `once_a_commit`.
        """
        if key not in self._kept:
            with self._lock:
                making = self._making.setdefault(key, threading.RLock())
            with making:
                if key not in self._kept:
                    self._kept[key] = make()
        return cast(_T, self._kept[key])

    def known(self, key: Callable[..., _T]) -> _T | None:
        """Return what was made before for `key`; None if nothing was."""
        return cast("_T | None", self._kept.get(key))

    def joined(self, arrays: Sequence[Array]) -> Array:
        """Return arrays per segment as one array over docids."""
        return np.concatenate(arrays) if arrays else np.empty(0, bool)

    def parted(self, array: Array) -> list[Array]:
        """Return an array over docids as arrays per segment: views of it."""
        return [array[start:end] for start, end in pairwise(self.starts)]

    @cached_property
    def live_mask(self) -> Array:
        """For each docid whether its document is live."""
        return self.joined([segment.live for segment in self.segments])

    @cached_property
    def live(self) -> Array | None:
        """For each docid whether its document is live; None if all are."""
        return self.live_mask if self.size < self.docids else None

    @cached_property
    def live_docids(self) -> Array:
        """The docids of the live documents, ascending."""
        return np.flatnonzero(self.live_mask)

    def _inverse_norms(self, field: str, b: float) -> Array:
        """Return for each docid 1 / (1 - b + b * its document's length of `field` / average length of live documents) (float32)."""
        lengths = self.joined([segment.lengths(field) for segment in self.segments])
        total = int((lengths if self.live is None else lengths[self.live]).sum(dtype=np.int64))
        average = total / self.size if total else 1.0
        inverse: Array = np.float32(1) / (np.float32(1 - b) + np.float32(b / average) * lengths.astype(np.float32))
        return inverse

    @cached_property
    def newest_first(self) -> Array:
        """For each docid its document's rank among all by date, newest first, then by id; undated ones last (int32)."""
        return self._ranks(-1)

    @cached_property
    def oldest_first(self) -> Array:
        """For each docid its document's rank among all by date, oldest first, then by id; undated ones last (int32)."""
        return self._ranks(1)

    def _ranks(self, direction: int) -> Array:
        published = self.joined([segment.published for segment in self.segments])
        ids = self.joined([segment.ids for segment in self.segments])
        undated = published == UNDATED
        order = np.lexsort((ids, np.where(undated, 0, direction * published), undated))
        ranks = np.empty(order.size, np.int32)
        ranks[order] = np.arange(order.size, dtype=np.int32)
        return ranks

    def facet(self, name: str) -> FacetValues:
        """Return the values of a facet that can be asked for: those that these documents have."""
        return self.facet_table(name)

    def _facet_table(self, name: str) -> FacetTable:
        labels: dict[str, str] = {}
        own: list[list[str]] = []
        alive = [_live_counts(segment, segment.field(name)) for segment in self.segments]
        for segment, counts in zip(self.segments, alive, strict=True):
            postings = segment.field(name)
            keys = [term.decode() for term in postings.terms]
            own.append(keys)
            # A value that only deleted documents carry keeps a place in the table; its count is 0 and it is never shown.
            for key, label, is_there in zip(keys, postings.labels() or keys, (counts > 0).tolist(), strict=True):
                known = labels.get(key)
                labels[key] = best_label(known, label) if known and is_there else known or (label if is_there else "")
        keys = sorted(labels)
        number = {key: docid for docid, key in enumerate(keys)}
        values, docids = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
        totals = np.zeros(len(keys), np.int64)
        for segment, terms, start, counts in zip(self.segments, own, self.starts, alive, strict=False):
            postings = segment.field(name)
            numbers = np.fromiter(map(number.__getitem__, terms), np.int32, len(terms))
            totals[numbers] += counts
            values.append(np.repeat(numbers, postings.posting_counts()))
            docids.append(postings.docs(range(len(terms))).astype(np.int32) + np.int32(start))
        value, docid = np.concatenate(values), np.concatenate(docids)
        by_value = np.argsort(value, kind="stable")
        counts = np.bincount(value, minlength=len(keys))
        return FacetTable(
            keys,
            [labels[key] for key in keys],
            totals,
            docid[by_value],
            np.cumsum(counts) - counts,
            value[np.argsort(docid, kind="stable")],
            np.cumsum(np.bincount(docid, minlength=self.docids), dtype=np.int64),
        )

    def short_terms(self, fields: Iterable[str], longest: int) -> tuple[Array, Array]:
        """Return (terms, frequencies) of all terms of `fields` of at most `longest` bytes that live documents have.

        Byte strings in ascending order; in how many documents each is, those of several fields added up.
        """
        terms, frequencies = [np.empty(0, f"S{longest}")], [np.empty(0, np.int64)]
        for field in fields:
            for segment in self.segments:
                postings = segment.field(field)
                ordinals, short = postings.terms.short_terms(longest)
                terms.append(short)
                frequencies.append(_live_counts(segment, postings)[ordinals])
        every = np.concatenate(terms)
        order = np.argsort(every, kind="stable")  # of sorted runs: merged in linear time
        every = every[order]
        firsts = np.flatnonzero(np.append(True, every[1:] != every[:-1])) if every.size else order
        counts = np.add.reduceat(np.concatenate(frequencies)[order], firsts) if every.size else order
        return every[firsts][counts > 0], counts[counts > 0]

    def locate(self, docids: Array) -> list[tuple[int, int]]:
        """Return (segment number, document) for docids."""
        numbers = (np.searchsorted(self.starts, docids, side="right") - 1).tolist()
        return [(number, docid - self.starts[number]) for number, docid in zip(numbers, docids.tolist(), strict=True)]

    def sketches(self, docids: Array) -> Array:
        """Return the sketches (index.sketch) of the documents at `docids`, in their order: shape (docids, SKETCH_LENGTH)."""
        found = np.empty((docids.size, SKETCH_LENGTH), np.uint8)
        numbers = np.searchsorted(self.starts, docids, side="right") - 1
        for number in np.unique(numbers).tolist():
            here = numbers == number
            found[here] = self.segments[number].sketches[docids[here] - self.starts[number]]
        return found

    def revisions(self, docids: Array) -> list[tuple[int, str]]:
        """Return (change number, article id) of the revisions that are the documents at `docids`."""
        located = [(self.segments[number], document) for number, document in self.locate(docids)]
        return [(int(segment.changes[document]), segment.ids[document].decode()) for segment, document in located]


def once_a_commit(make: Callable[Concatenate[Collection, _P], _T]) -> Callable[Concatenate[Collection, _P], _T]:
    """Decorate a function of a collection: its answer is worked out once for a commit, and kept with the collection.

    If it takes more than the collection, of what can be the key of a dict, each answer is kept for what was asked.
    """

    @wraps(make)
    def kept(collection: Collection, /, *asked: _P.args, **named: _P.kwargs) -> _T:
        key = (make, (asked, tuple(named.items()))) if asked or named else make
        return collection.kept(key, lambda: make(collection, *asked, **named))

    return kept


def remember(known: dict[_K, _T], key: _K, answer: _T, most: int) -> None:
    """Add to what is remembered of a commit: of `most` answers and more it starts afresh. Threads may share `known`."""
    if len(known) >= most:
        known.clear()
    known[key] = answer


def _live_counts(segment: SegmentReader, postings: FieldPostings) -> Array:
    """Return for each term of a field how many live documents have it."""
    counts = postings.posting_counts()
    if not segment.deleted or not counts.size:
        return counts
    docs = postings.docs(range(counts.size))
    live: Array = np.add.reduceat(segment.live[docs], np.cumsum(counts) - counts, dtype=np.int64)
    return live
