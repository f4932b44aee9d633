"""Several segments -> one: postings are laid end to end by array, deleted documents left out.

Memory: the arrays of one field of the result at a time for each merge, plus pieces of at most _PIECE occurrences.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from pathlib import Path

import numpy as np

from index.inversion import best_label
from index.posting import FieldPostings, Postings, chunks, ranges
from index.segment import LENGTH_FIELDS, Documents, SegmentReader, write_segment
from index.segment_file import Array

_PIECE = 1_500_000


def merge_segments(readers: Sequence[SegmentReader], path: Path) -> int:
    """Write one segment file at `path` with the live documents of `readers`, in order; return their number."""
    live = [np.flatnonzero(reader.live) for reader in readers]
    new_docs: list[Array] = []
    base = 0
    for reader in readers:
        new_docs.append((np.cumsum(reader.live) - 1 + base).astype(np.int64))
        base += int(reader.live.sum())
    documents = Documents(
        np.concatenate([reader.ids[kept] for reader, kept in zip(readers, live, strict=True)]),
        np.concatenate([reader.changes[kept] for reader, kept in zip(readers, live, strict=True)]),
        np.concatenate([reader.published[kept] for reader, kept in zip(readers, live, strict=True)]),
        np.concatenate([reader.signatures[kept] for reader, kept in zip(readers, live, strict=True)]),
        np.concatenate([reader.sketches[kept] for reader, kept in zip(readers, live, strict=True)]),
        {
            field: np.concatenate([reader.lengths(field)[kept] for reader, kept in zip(readers, live, strict=True)])
            for field in LENGTH_FIELDS
        },
    )

    def merged(field: str) -> Postings:
        """Return the postings of a field; those of the one before are not needed any more."""
        for reader in readers:
            reader.file.release()
        return merge_field([reader.field(field) for reader in readers], [reader.live for reader in readers], new_docs)

    write_segment(path, documents, merged)
    return base


def merge_field(fields: Sequence[FieldPostings], live: Sequence[Array], new_docs: Sequence[Array]) -> Postings:
    """Return one field's postings over all segments; `new_docs[s][d]` is the new number of document d of segment s if `live[s][d]`."""
    dictionaries = [list(field.terms) for field in fields]
    terms = sorted(set().union(*dictionaries))
    ordinal = {term: number for number, term in enumerate(terms)}
    maps = [np.fromiter(map(ordinal.__getitem__, own), np.int64, len(own)) for own in dictionaries]
    kept = [_kept_counts(field, mask) for field, mask in zip(fields, live, strict=True)]
    counts = np.zeros(len(terms), np.int64)
    occurrences = np.zeros(len(terms), np.int64)
    for own, (postings, tokens) in zip(maps, kept, strict=True):
        counts[own] += postings
        occurrences[own] += tokens
    with_positions = fields[0].has_positions
    docs = np.empty(int(counts.sum()), np.uint16)
    freqs = np.empty(docs.size, np.uint32)
    positions = np.empty(int(occurrences.sum()) if with_positions else 0, np.uint32 if _wide(fields) else np.uint16)
    next_posting = np.cumsum(counts) - counts
    next_occurrence = np.cumsum(occurrences) - occurrences
    for field, own, (postings, tokens), mask, numbers in zip(fields, maps, kept, live, new_docs, strict=True):
        weights = field.posting_counts()
        for piece in chunks(tokens + weights, _PIECE):
            span = slice(piece.start, piece.stop)
            old_docs = field.docs(piece)
            keep = mask[old_docs]
            old_freqs = field.freqs(piece)
            to = ranges(next_posting[own[span]], postings[span])
            docs[to] = numbers[old_docs[keep]]
            freqs[to] = old_freqs[keep]
            if with_positions:
                to = ranges(next_occurrence[own[span]], tokens[span])
                positions[to] = field.positions(piece)[np.repeat(keep, old_freqs)]
        next_posting[own] += postings
        next_occurrence[own] += tokens
    present = counts > 0
    labels = _merge_labels(fields, maps, [postings > 0 for postings, _ in kept], len(terms))
    if not present.all():
        here = present.tolist()
        terms = list(compress(terms, here))
        labels = labels and list(compress(labels, here))
    return Postings(terms, counts[present], docs, freqs, positions if with_positions else None, labels)


def _wide(fields: Sequence[FieldPostings]) -> bool:
    return any(field.has_positions and field.positions(range(min(1, len(field.terms)))).dtype.itemsize > 2 for field in fields)


def _kept_counts(field: FieldPostings, live: Array) -> tuple[Array, Array]:
    """Return for each term how many of its postings, and how many of their occurrences, are in live documents."""
    counts = field.posting_counts()
    postings = np.zeros(counts.size, np.int64)
    tokens = np.zeros(counts.size, np.int64)
    for piece in chunks(counts, _PIECE):
        ends = np.cumsum(counts[piece.start : piece.stop])
        keep = live[field.docs(piece)]
        for out, amount in ((postings, keep), (tokens, field.freqs(piece) * keep)):
            total = np.concatenate(([0], np.cumsum(amount, dtype=np.int64)))[ends]
            out[piece.start : piece.stop] = np.diff(total, prepend=0)
    return postings, tokens


def _merge_labels(fields: Sequence[FieldPostings], maps: Sequence[Array], live: Sequence[Array], size: int) -> list[bytes] | None:
    merged: list[str] = [""] * size
    for field, own, alive in zip(fields, maps, live, strict=True):
        labels = field.labels()
        if labels is None:
            return None
        for number, label, here in zip(own.tolist(), labels, alive.tolist(), strict=True):
            if here:
                merged[number] = best_label(merged[number], label) if merged[number] else label
    return [label.encode() for label in merged]
