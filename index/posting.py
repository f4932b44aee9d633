"""The postings of one field of one segment: which documents hold a term, how often, and at which positions.

Stored for field F, terms in dictionary order (see index.term), documents ascending within a term. A term's postings take one of three
forms, whichever suits how many documents hold it:
  LISTED   its document numbers
  GAPPED   no two of its documents are more than 255 apart, nor the first from 0: each one's distance from the one before
  DENSE    a third of the documents and more (text fields only): no document numbers, but a frequency for every document, 0 included
A *slot* is a posting of a listed or gapped term; of a dense term, a document.
  F/terms, F/ends      the dictionary
  F/postings           uint32, for each term where its postings end
  F/forms              uint8, for each term the form of its postings
  F/docs, F/gaps       uint16 of the listed (a segment holds at most 65,536 documents), uint8 of the gapped
  F/freqs              uint8 for each slot, 255 meaning "255 or more", then F/often (slots) and F/counts tell; absent if all are 1
  F/occurrences        uint64, for each term where its positions end (only fields with positions)
  F/steps              uint32, the occurrences of a term before each STEP-th slot of it but the first
  F/positions          positions of the occurrences, posting by posting
  F/labels, F/label_ends   what to show for each term (only facets)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from index.segment_file import Array, SegmentFile, SegmentFileWriter
from index.term import TermDictionary, encode_terms

MAX_DOCUMENTS = 1 << 16
LISTED, GAPPED, DENSE = range(3)
STEP = 32
_STEP_SLOTS = np.arange(STEP)
_REMEMBERED = 256
_OFTEN = 255
_WIDEST_GAP = 255
_DENSE_FROM = 3  # a term is dense if one document of so many holds it


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

    def write(self, file: SegmentFileWriter, name: str, documents: int | None = None) -> None:
        """Append this field to a segment file under `name`; `documents` is how many the segment has, if terms may be dense."""
        content, ends = encode_terms(self.terms)
        posting_ends = np.cumsum(self.counts, dtype=np.int64)
        file.add(f"{name}/terms", content)
        file.add(f"{name}/ends", ends)
        file.add(f"{name}/postings", posting_ends.astype(np.uint32))
        gaps, forms = self._gaps(posting_ends, documents)
        file.add(f"{name}/forms", forms)
        form = np.repeat(forms, self.counts)
        file.add(f"{name}/gaps", gaps[form == GAPPED].astype(np.uint8))
        file.add(f"{name}/docs", self.docs[form == LISTED].astype(np.uint16, copy=False))
        del gaps, form
        if self.freqs.size and self.freqs.max() > 1 or (forms == DENSE).any():
            self._write_freqs(file, name, posting_ends, forms, documents)
        if self.positions is not None:
            self._write_positions(file, name, posting_ends, forms, documents)
        if self.labels is not None:
            labels, label_ends = encode_terms(self.labels)
            file.add(f"{name}/labels", labels)
            file.add(f"{name}/label_ends", label_ends)

    def _gaps(self, posting_ends: Array, documents: int | None) -> tuple[Array, Array]:
        """Return each posting's distance from the document before it, and each term's form."""
        docs = self.docs.astype(np.uint16, copy=False)
        gaps = np.empty_like(docs)
        if not docs.size:
            return gaps, np.zeros(len(self.terms), np.uint8)
        starts = posting_ends - self.counts
        np.subtract(docs[1:], docs[:-1], out=gaps[1:])  # wraps around between terms, where the next line sets it right
        gaps[starts] = docs[starts]
        forms = np.where(np.maximum.reduceat(gaps, starts) <= _WIDEST_GAP, GAPPED, LISTED).astype(np.uint8)
        if documents is not None:
            forms[self.counts * _DENSE_FROM >= documents] = DENSE
        return gaps, forms

    def _slots(self, posting_ends: Array, forms: Array, documents: int | None) -> Iterator[tuple[Array, Array]]:
        """Yield (frequencies, slots of each term), in order: of one dense term, or of all the terms between two dense ones."""
        first = 0
        for dense in [*np.flatnonzero(forms == DENSE).tolist(), len(self.terms)]:
            start = int(posting_ends[first - 1]) if first else 0
            stop = int(posting_ends[dense - 1]) if dense else 0
            if dense > first:
                yield self.freqs[start:stop], self.counts[first:dense]
            if dense < len(self.terms):
                assert documents is not None
                row = np.zeros(documents, self.freqs.dtype)
                span = slice(stop, int(posting_ends[dense]))
                row[self.docs[span]] = self.freqs[span]
                yield row, np.array([row.size])
            first = dense + 1

    def _write_freqs(self, file: SegmentFileWriter, name: str, posting_ends: Array, forms: Array, documents: int | None) -> None:
        often, counts, slot = [np.empty(0, np.uint32)], [np.empty(0, np.uint32)], 0
        file.begin(f"{name}/freqs", np.dtype(np.uint8))
        for freqs, _ in self._slots(posting_ends, forms, documents):
            file.append(np.minimum(freqs, _OFTEN).astype(np.uint8))
            here = np.flatnonzero(freqs >= _OFTEN)
            often.append((here + slot).astype(np.uint32))
            counts.append(freqs[here].astype(np.uint32))
            slot += freqs.size
        file.add(f"{name}/often", *often)
        file.add(f"{name}/counts", *counts)

    def _write_positions(
        self, file: SegmentFileWriter, name: str, posting_ends: Array, forms: Array, documents: int | None
    ) -> None:
        assert self.positions is not None
        starts = posting_ends - self.counts
        occurrences = np.cumsum(np.add.reduceat(self.freqs, starts, dtype=np.int64) if starts.size else starts)
        wide = bool(self.positions.size) and int(self.positions.max()) > 0xFFFF
        file.add(f"{name}/occurrences", occurrences.astype(np.uint64))
        file.begin(f"{name}/steps", np.dtype(np.uint32))
        for freqs, slots in self._slots(posting_ends, forms, documents):
            file.append(_steps(freqs, slots))
        file.add(f"{name}/positions", self.positions.astype(np.uint32 if wide else np.uint16, copy=False))


def _steps(freqs: Array, slots: Array) -> Array:
    """Return the part of F/steps for some terms with so many `slots` each, and these `freqs` end to end."""
    blocks = (slots + STEP - 1) // STEP
    within = ranges(np.zeros(blocks.size, np.int64), blocks)
    sums = np.add.reduceat(freqs, np.repeat(np.cumsum(slots) - slots, blocks) + STEP * within, dtype=np.int64)
    before = np.cumsum(sums) - sums
    steps: Array = (before - np.repeat(before[within == 0], blocks))[within > 0]
    return steps.astype(np.uint32)


def _starts(sizes: Array) -> Array:
    """Return where each of consecutive runs of these sizes begins, and where the last one ends (int64)."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)))


class PostingList:
    """The postings of one term. `freqs[s]` is the frequency in slot s; `docs` are the documents of the slots, None if the term is dense."""

    def __init__(self, ordinal: int, count: int, docs: Array | None, freqs: Array) -> None:
        self.ordinal = ordinal
        self.count = count
        """The number of documents that hold the term."""
        self.docs = docs
        self.freqs = freqs

    def documents(self) -> Array:
        """Return the documents that hold the term, ascending."""
        return self.freqs.nonzero()[0] if self.docs is None else self.docs

    def mark(self, mask: Array) -> None:
        """Set `mask` True for each document that holds the term."""
        if self.docs is None:
            mask |= self.freqs != 0
        else:
            mask[self.docs] = True


class FieldPostings:
    """A field of a segment as it lies on disk. Arrays returned are read-only or fresh; shapes are (postings,) or (occurrences,)."""

    def __init__(self, file: SegmentFile, name: str, documents: int) -> None:
        self._file = file
        self._name = name
        self._documents = documents
        self.terms = TermDictionary(file.read(f"{name}/terms"), file.read(f"{name}/ends"))
        self._posting_ends = file.read(f"{name}/postings")
        self._forms = file.read(f"{name}/forms")
        self._has_freqs = f"{name}/freqs" in file
        self.has_positions = f"{name}/positions" in file
        self.posting_list = lru_cache(_REMEMBERED)(self._posting_list)
        counts = self.posting_counts()
        slots = np.where(self._forms == DENSE, documents, counts)
        # Where each term's part of an array begins.
        self._first_gap = _starts(counts * (self._forms == GAPPED)).astype(np.uint32)
        self._first_doc = _starts(counts * (self._forms == LISTED)).astype(np.uint32)
        self._first_slot = _starts(slots).astype(np.uint32)
        if self.has_positions:
            self._occurrence_ends = file.read(f"{name}/occurrences")
            self._first_step = _starts((slots - 1) // STEP).astype(np.uint32)

    def _read(self, part: str, start: int = 0, stop: int | None = None) -> Array:
        return self._file.read(f"{self._name}/{part}", start, stop)

    @staticmethod
    def _span(ends: Array, ordinals: range) -> tuple[int, int]:
        if not ordinals:
            return 0, 0
        return (int(ends[ordinals.start - 1]) if ordinals.start else 0), int(ends[ordinals.stop - 1])

    def posting_counts(self) -> Array:
        """Return the number of postings of every term."""
        return np.diff(self._posting_ends.astype(np.int64), prepend=0)

    def posting_count(self, ordinals: range) -> int:
        """Return the number of postings of these consecutive terms together."""
        start, stop = self._span(self._posting_ends, ordinals)
        return stop - start

    def _posting_list(self, ordinal: int) -> PostingList:
        """Return the postings of one term. What was asked for lately is remembered, for queries ask for the same few again."""
        docs = None if self._forms[ordinal] == DENSE else self._documents_of(ordinal)
        freqs = self._slot_freqs(int(self._first_slot[ordinal]), int(self._first_slot[ordinal + 1]))
        return PostingList(ordinal, self.posting_count(single(ordinal)), docs, freqs)

    def _documents_of(self, ordinal: int) -> Array:
        """Return the documents of a term that is not dense."""
        if self._forms[ordinal] == LISTED:
            return self._read("docs", int(self._first_doc[ordinal]), int(self._first_doc[ordinal + 1]))
        gaps = self._read("gaps", int(self._first_gap[ordinal]), int(self._first_gap[ordinal + 1]))
        return np.cumsum(gaps, dtype=np.uint16)

    def _slot_freqs(self, start: int, stop: int) -> Array:
        """Return the frequencies in these slots: uint8 as stored if none is 255 or more, uint32 otherwise."""
        if not self._has_freqs:
            return np.ones(stop - start, np.uint8)
        freqs = self._read("freqs", start, stop)
        often = self._read("often")
        if often.size:
            low, high = np.searchsorted(often, (start, stop))
            if high > low:
                freqs = freqs.astype(np.uint32)
                freqs[often[low:high].astype(np.int64) - start] = self._read("counts", int(low), int(high))
        return freqs

    def docs(self, ordinals: range) -> Array:
        """Return the document numbers (uint16) of these consecutive terms, ascending within each term."""
        forms = self._forms[ordinals.start : ordinals.stop]
        before = self._span(self._posting_ends, ordinals)[0]
        counts: Array = np.diff(self._posting_ends[ordinals.start : ordinals.stop].astype(np.int64), prepend=before)
        docs = np.empty(int(counts.sum()), np.uint16)
        form = np.repeat(forms, counts)
        docs[form == LISTED] = self._read("docs", int(self._first_doc[ordinals.start]), int(self._first_doc[ordinals.stop]))
        gapped: Array = counts[forms == GAPPED]
        sums = np.cumsum(
            self._read("gaps", int(self._first_gap[ordinals.start]), int(self._first_gap[ordinals.stop])), dtype=np.int64
        )
        docs[form == GAPPED] = sums - np.repeat(np.concatenate(([0], sums))[np.cumsum(gapped) - gapped], gapped)
        starts = np.cumsum(counts) - counts
        for number in np.flatnonzero(forms == DENSE).tolist():
            row = self.posting_list(ordinals.start + number).documents()
            docs[starts[number] : starts[number] + row.size] = row
        return docs

    def freqs(self, ordinals: range) -> Array:
        """Return how often each document of `docs(ordinals)` holds its term (uint32)."""
        if not ordinals:
            return np.empty(0, np.uint32)
        freqs = self._slot_freqs(int(self._first_slot[ordinals.start]), int(self._first_slot[ordinals.stop]))
        # The slots of a dense term that hold nothing are no postings.
        return (freqs[freqs > 0] if (self._forms[ordinals.start : ordinals.stop] == DENSE).any() else freqs).astype(np.uint32)

    def positions_in(self, lists: Sequence[tuple[PostingList, Array]]) -> tuple[Array, Array]:
        """Return (frequencies, positions end to end) of some slots, ascending, of several terms, term after term.

        One pass for all terms, because a query asks for few slots of many.
        """
        sizes = np.array([slots.size for _, slots in lists], np.int64)
        numbers = np.repeat(np.arange(len(lists)), sizes)
        slots = np.concatenate([slots for _, slots in lists])
        counts = np.concatenate([postings.freqs[slots] for postings, slots in lists]).astype(np.int64)
        before = np.empty(slots.size, np.int64)
        few = np.zeros(len(lists), bool)
        stop = 0
        for number, (postings, held) in enumerate(lists):
            freqs = postings.freqs
            start, stop = stop, stop + held.size
            if self._has_freqs and freqs.dtype == np.uint8 and held.size * STEP <= freqs.size:
                few[number] = True
            else:
                before[start:stop] = freqs.cumsum(dtype=np.int64)[held] - counts[start:stop]
        ordinals = np.array([postings.ordinal for postings, _ in lists])
        if few.any():
            chosen = few[numbers]
            before[chosen] = self._occurrences_before(ordinals[few], ordinals[numbers[chosen]], slots[chosen])
        for ordinal in ordinals.tolist():
            self.positions(single(ordinal))  # compares the checksums
        first = np.where(ordinals, self._occurrence_ends[ordinals - 1], 0).astype(np.int64)
        return counts, self._file.unchecked(f"{self._name}/positions")[ranges(before + first[numbers], counts)]

    def _occurrences_before(self, ordinals: Array, of: Array, slots: Array) -> Array:
        """Return how many occurrences of its term come before each slot: those before the last step, and a short sum.

        `ordinals` are the terms, `of` the term of each slot, none of whose frequencies is 255 or more and whose freqs have been read.
        """
        block = slots // STEP
        first = self._first_slot[of] + block * STEP
        freqs = self._file.unchecked(f"{self._name}/freqs")
        window = np.minimum(first[:, None] + _STEP_SLOTS, freqs.size - 1)
        since: Array = (freqs[window] * ((slots - block * STEP)[:, None] > _STEP_SLOTS)).sum(axis=1, dtype=np.int64)
        for ordinal in ordinals.tolist():
            self._read("steps", int(self._first_step[ordinal]), int(self._first_step[ordinal + 1]))  # compares the checksums
        later = np.flatnonzero(block)
        steps = self._file.unchecked(f"{self._name}/steps")
        since[later] += steps[self._first_step[of[later]] + block[later] - 1]
        return since

    def positions(self, ordinals: range) -> Array:
        """Return the positions of all occurrences of these consecutive terms, `freqs(ordinals)` of them for each posting."""
        return self._read("positions", *self._span(self._occurrence_ends, ordinals))

    def labels(self) -> list[str] | None:
        """Return what to show for each term of a facet, in order of ordinals; None for a text field."""
        if f"{self._name}/labels" not in self._file:
            return None
        dictionary = TermDictionary(self._read("labels"), self._read("label_ends"))
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
