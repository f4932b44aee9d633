"""The Whoosh codec of our segments: Whoosh's reader and searcher on top of the arrays of index.segment.

Lucene calls this a codec too: what the postings are is Whoosh's affair, how they lie on disk is ours. Search evaluates the arrays directly
(searcher.match.evaluation); this interface keeps the index a Whoosh index, whose exhaustive searcher is the oracle in our tests.
Writing does not go through Whoosh's posting-by-posting interface: see index.inversion and index.merge.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.formats import Positions
from whoosh.matching import LeafMatcher
from whoosh.matching.mcore import ReadTooFar
from whoosh.reading import TermInfo, TermNotFound

from index.errors import SegmentDamaged
from index.posting import FieldPostings, single
from index.segment import LENGTH_FIELDS, SegmentReader
from index.segment_file import SegmentFile

EXTENSION = ".arrays"


class ArraySegment(base.Segment):  # type: ignore[misc]
    """A segment as the table of contents names it: where its file is and which documents this commit deletes."""

    def __init__(self, indexname: str, documents: int, segid: str | None = None) -> None:
        super().__init__(indexname)
        if segid is not None:
            self.segid = segid
        self._documents = documents
        self._deleted: frozenset[int] = frozenset()

    def codec(self) -> ArrayCodec:
        return ArrayCodec()

    def doc_count_all(self) -> int:
        return self._documents

    def deleted_count(self) -> int:
        return len(self._deleted)

    def deleted_docs(self) -> frozenset[int]:
        return self._deleted

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        self._deleted = self._deleted | {docnum} if delete else self._deleted - {docnum}

    def without(self, docnums: frozenset[int]) -> ArraySegment:
        """Return this segment with more documents deleted."""
        segment = ArraySegment(self.indexname, self._documents, self.segid)
        segment._deleted = self._deleted | docnums
        return segment

    def open(self, folder: Path) -> SegmentReader:
        """Open the segment's file in the index folder; raise SegmentDamaged if it is missing or damaged."""
        path = folder / self.make_filename(EXTENSION)
        try:
            return SegmentReader(SegmentFile(path), self._deleted)
        except FileNotFoundError as error:
            raise SegmentDamaged(path, "thiếu tệp") from error


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """Reads array segments for Whoosh."""

    length_stats = True

    def terms_reader(self, storage: Any, segment: ArraySegment) -> ArrayTermsReader:
        return ArrayTermsReader(segment.open(Path(storage.folder)))

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> ArrayPerDocumentReader:
        return ArrayPerDocumentReader(segment.open(Path(storage.folder)))

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:
        raise NotImplementedError("segments are written by index.inversion and index.merge")


class ArrayTermsReader(base.TermsReader):  # type: ignore[misc]
    """The term dictionaries of one segment. Terms are (field name, UTF-8 bytes)."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader
        self._names = sorted({name.split("/")[0] for name in reader.file.names() if name.endswith("/postings")})

    def _field(self, name: str) -> FieldPostings | None:
        return self._reader.field(name) if name in self._names else None

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        field = self._field(term[0])
        return field is not None and field.terms.ordinal(term[1]) is not None

    def indexed_field_names(self) -> list[str]:
        return self._names

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for name in self._names:
            for term in self._reader.field(name).terms:
                yield name, term

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for name in self._names:
            if name < fieldname:
                continue
            terms = self._reader.field(name).terms
            for ordinal in range(terms.rank(prefix) if name == fieldname else 0, len(terms)):
                yield name, terms.term(ordinal)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def _ordinal(self, fieldname: str, text: bytes) -> tuple[FieldPostings, int]:
        field = self._field(fieldname)
        ordinal = field.terms.ordinal(text) if field is not None else None
        if field is None or ordinal is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return field, ordinal

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        try:
            field, ordinal = self._ordinal(fieldname, text)
        except TermNotFound as error:
            raise KeyError((fieldname, text)) from error
        docs, freqs = field.docs(single(ordinal)), field.freqs(single(ordinal))
        lengths = self._reader.lengths(fieldname)[docs] if fieldname in LENGTH_FIELDS else np.ones(docs.size, np.uint32)
        return TermInfo(
            float(freqs.sum()), docs.size, int(lengths.min()), int(lengths.max()), float(freqs.max()), int(docs[0]), int(docs[-1])
        )

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArrayMatcher:
        field, ordinal = self._ordinal(fieldname, text)
        return ArrayMatcher(field, ordinal, (fieldname, text), scorer)


class ArrayMatcher(LeafMatcher):  # type: ignore[misc]
    """Walks one term's postings the way Whoosh expects. It offers no block quality: Whoosh's top-k skipping is wrong."""

    def __init__(self, field: FieldPostings, ordinal: int, term: tuple[str, bytes], scorer: Any = None) -> None:
        self.scorer = scorer
        self.format = Positions()
        self._term = term
        self._field = field
        self._ordinal = ordinal
        self._docs: list[int] = field.docs(single(ordinal)).tolist()
        self._freqs: list[int] = field.freqs(single(ordinal)).tolist()
        self._at = 0

    def term(self) -> tuple[str, bytes]:
        return self._term

    def is_active(self) -> bool:
        return self._at < len(self._docs)

    def copy(self) -> ArrayMatcher:
        twin = ArrayMatcher(self._field, self._ordinal, self._term, self.scorer)
        twin._at = self._at
        return twin

    def id(self) -> int:
        if not self.is_active():
            raise ReadTooFar
        return self._docs[self._at]

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._at += 1
        return True

    def skip_to(self, target: int) -> bool:
        if not self.is_active():
            raise ReadTooFar
        before = self._at
        self._at = max(before, int(np.searchsorted(self._docs, target)))
        return self._at > before

    def weight(self) -> float:
        return float(self._freqs[self._at])

    def value_as(self, astype: str) -> Any:
        if astype == "frequency":
            return self._freqs[self._at]
        if astype != "positions" or not self._field.has_positions:
            raise ValueError(f"field {self._term[0]} has no {astype}")
        start = sum(self._freqs[: self._at])
        return self._field.positions(single(self._ordinal))[start : start + self._freqs[self._at]].tolist()

    def supports(self, astype: str) -> bool:
        return astype == "frequency" or (astype == "positions" and self._field.has_positions)

    def spans(self) -> list[Any]:
        from whoosh.query.spans import Span

        return [Span(position) for position in self.value_as("positions")]

    def supports_block_quality(self) -> bool:
        return False

    def max_quality(self) -> float:
        return float("inf")

    def block_quality(self) -> float:
        return float("inf")


class ArrayPerDocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """What a segment keeps of each document, for Whoosh."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader

    def doc_count(self) -> int:
        return int(self._reader.live.sum())

    def doc_count_all(self) -> int:
        return len(self._reader)

    def has_deletions(self) -> bool:
        return bool(self._reader.deleted)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._reader.deleted

    def deleted_docs(self) -> frozenset[int]:
        return self._reader.deleted

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._reader.lengths(fieldname)[docnum]) if fieldname in LENGTH_FIELDS else default

    def field_length(self, fieldname: str) -> int:
        return int(self._reader.lengths(fieldname).sum(dtype=np.int64)) if fieldname in LENGTH_FIELDS else 0

    def min_field_length(self, fieldname: str) -> int:
        return int(self._reader.lengths(fieldname).min()) if fieldname in LENGTH_FIELDS else 0

    def max_field_length(self, fieldname: str) -> int:
        return int(self._reader.lengths(fieldname).max()) if fieldname in LENGTH_FIELDS else 0

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return {"id": self._reader.ids[docnum].decode()}
