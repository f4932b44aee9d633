"""The postings of one field of one segment: which documents hold a term, how often, and at which positions.

Stored for field F, terms in dictionary order (see index.term), documents ascending within a term:
  F/terms, F/ends      the dictionary
  F/postings           uint32, for each term where its postings end
  F/narrow             uint8, for each term 1 if no two of its documents are more than 255 apart, nor the first from 0: mostly the frequent
                       terms, which hold nine postings of ten
  F/gaps               uint8, of the narrow terms: each document's distance from the one before, the first's from 0
  F/docs               uint16, of the other terms: the document numbers (a segment holds at most 65,536 documents)
  F/freqs              uint8 frequencies, 255 meaning "255 or more", then F/often (posting numbers) and F/counts tell; absent if all are 1
  F/occurrences        uint64, for each term where its positions end (only fields with positions)
  F/positions          positions of the occurrences, posting by posting
  F/labels, F/label_ends   what to show for each term (only facets)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.segment_file import Array, SegmentFile, SegmentFileWriter
from index.term import TermDictionary, encode_terms

MAX_DOCUMENTS = 1 << 16
_OFTEN = 255
_NARROW = 255


def ranges(starts: Array, counts: Array) -> Array:
    """Return the concatenation of arange(start, start + count) for each pair, as int64."""
    before = np.cumsum(counts, dtype=np.int64) - counts
    return np.repeat(starts.astype(np.int64) - before, counts) + np.arange(int(counts.sum()), dtype=np.int64)


@dataclass(frozen=True)
class Postings:
    """A field's postings in memory, the form in which they are built and merged.

    `counts[t]` postings belong to term t, `docs` and `freqs` hold them end to end, `positions` (or None) the occurrences end to end.
    """

    terms: list[bytes]
    counts: Array
    docs: Array
    freqs: Array
    positions: Array | None = None
    labels: list[bytes] | None = None

    def write(self, file: SegmentFileWriter, name: str) -> None:
        """Append this field to a segment file under `name`."""
        content, ends = encode_terms(self.terms)
        posting_ends = np.cumsum(self.counts, dtype=np.int64)
        file.add(f"{name}/terms", content)
        file.add(f"{name}/ends", ends)
        file.add(f"{name}/postings", posting_ends.astype(np.uint32))
        gaps, narrow = self._gaps(posting_ends)
        in_narrow = np.repeat(narrow, self.counts)
        file.add(f"{name}/narrow", narrow.astype(np.uint8))
        file.add(f"{name}/gaps", gaps[in_narrow].astype(np.uint8))
        file.add(f"{name}/docs", self.docs[~in_narrow].astype(np.uint16, copy=False))
        if self.freqs.size and self.freqs.max() > 1:
            often = np.flatnonzero(self.freqs >= _OFTEN)
            file.add(f"{name}/freqs", np.minimum(self.freqs, _OFTEN).astype(np.uint8))
            file.add(f"{name}/often", often.astype(np.uint32))
            file.add(f"{name}/counts", self.freqs[often].astype(np.uint32))
        if self.positions is not None:
            starts = posting_ends - self.counts
            occurrences = np.cumsum(np.add.reduceat(self.freqs, starts, dtype=np.int64) if starts.size else starts)
            wide = bool(self.positions.size) and int(self.positions.max()) > 0xFFFF
            file.add(f"{name}/occurrences", occurrences.astype(np.uint64))
            file.add(f"{name}/positions", self.positions.astype(np.uint32 if wide else np.uint16, copy=False))
        if self.labels is not None:
            labels, label_ends = encode_terms(self.labels)
            file.add(f"{name}/labels", labels)
            file.add(f"{name}/label_ends", label_ends)

    def _gaps(self, posting_ends: Array) -> tuple[Array, Array]:
        """Return each posting's distance from the document before it, and for each term whether all of its distances fit 8 bits."""
        docs = self.docs.astype(np.uint16, copy=False)
        gaps = np.empty_like(docs)
        if not docs.size:
            return gaps, np.zeros(len(self.terms), bool)
        starts = posting_ends - self.counts
        np.subtract(docs[1:], docs[:-1], out=gaps[1:])  # wraps around between terms, where the next line sets it right
        gaps[starts] = docs[starts]
        return gaps, np.maximum.reduceat(gaps, starts) <= _NARROW


class FieldPostings:
    """A field of a segment as it lies on disk. Arrays returned are read-only or fresh; shapes are (postings,) or (occurrences,)."""

    def __init__(self, file: SegmentFile, name: str) -> None:
        self._file = file
        self._name = name
        self.terms = TermDictionary(file.read(f"{name}/terms"), file.read(f"{name}/ends"))
        self._posting_ends = file.read(f"{name}/postings")
        self._narrow = file.read(f"{name}/narrow").view(bool)
        # Before each term, and after the last: how many postings of narrow terms there are.
        self._narrow_before = np.zeros(self._narrow.size + 1, np.uint32)
        np.cumsum(self.posting_counts() * self._narrow, out=self._narrow_before[1:])
        self.has_positions = f"{name}/positions" in file
        self._has_freqs = f"{name}/freqs" in file
        if self.has_positions:
            self._occurrence_ends = file.read(f"{name}/occurrences")

    @staticmethod
    def _span(ends: Array, first: int, last: int) -> tuple[int, int]:
        return (int(ends[first - 1]) if first else 0), (int(ends[last]) if last >= first else 0)

    def extent(self, ordinals: range) -> tuple[int, int]:
        """Return where the postings of these consecutive terms begin and end."""
        if not ordinals:
            return 0, 0
        return self._span(self._posting_ends, ordinals[0], ordinals[-1])

    def posting_counts(self) -> Array:
        """Return the number of postings of every term."""
        return np.diff(self._posting_ends.astype(np.int64), prepend=0)

    def docs(self, ordinals: range) -> Array:
        """Return the document numbers (uint16) of these consecutive terms, ascending within each term."""
        start, stop = self.extent(ordinals)
        first, last = int(self._narrow_before[ordinals.start]), int(self._narrow_before[ordinals.stop])
        if first == last:
            return self._file.read(f"{self._name}/docs", start - first, stop - last)
        sums = np.cumsum(self._file.read(f"{self._name}/gaps", first, last), dtype=np.uint16 if len(ordinals) == 1 else np.int64)
        if len(ordinals) == 1:
            return sums
        narrow = self._narrow[ordinals.start : ordinals.stop]
        counts: Array = np.diff(self._posting_ends[ordinals.start : ordinals.stop].astype(np.int64), prepend=start)
        before = np.concatenate(([0], sums))[np.cumsum(counts[narrow]) - counts[narrow]]
        docs = np.empty(stop - start, np.uint16)
        in_narrow = np.repeat(narrow, counts)
        docs[in_narrow] = sums - np.repeat(before, counts[narrow])
        docs[~in_narrow] = self._file.read(f"{self._name}/docs", start - first, stop - last)
        return docs

    def freqs(self, ordinals: range) -> Array:
        """Return how often each document of `docs(ordinals)` holds its term (uint32)."""
        start, stop = self.extent(ordinals)
        if not self._has_freqs:
            return np.ones(stop - start, np.uint32)
        freqs = self._file.read(f"{self._name}/freqs", start, stop).astype(np.uint32)
        often = self._file.read(f"{self._name}/often")
        low, high = np.searchsorted(often, (start, stop))
        if high > low:
            freqs[often[low:high].astype(np.int64) - start] = self._file.read(f"{self._name}/counts", int(low), int(high))
        return freqs

    def positions(self, ordinals: range) -> Array:
        """Return the positions of all occurrences of these consecutive terms, `freqs(ordinals)` of them for each posting."""
        if not ordinals:
            return np.empty(0, np.uint16)
        return self._file.read(f"{self._name}/positions", *self._span(self._occurrence_ends, ordinals[0], ordinals[-1]))

    def labels(self) -> list[str] | None:
        """Return what to show for each term of a facet, in order of ordinals; None for a text field."""
        if f"{self._name}/labels" not in self._file:
            return None
        dictionary = TermDictionary(self._file.read(f"{self._name}/labels"), self._file.read(f"{self._name}/label_ends"))
        return [label.decode() for label in dictionary]


def single(ordinal: int) -> range:
    """Return the range of just this ordinal."""
    return range(ordinal, ordinal + 1)


def chunks(weights: Sequence[int] | Array, most: int) -> list[range]:
    """Split 0..len(weights)-1 into consecutive ranges whose weights sum to at most `most` (a heavier single one stands alone)."""
    ends = np.cumsum(weights, dtype=np.int64)
    out: list[range] = []
    start = 0
    while start < len(ends):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + most, side="right")))
        out.append(range(start, stop))
        start = stop
    return out
