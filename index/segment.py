"""One immutable segment: at most 65,536 documents, their postings and what is kept of each document.

For documents, beside the fields of index.posting: document/id (12 bytes), document/change (int64, the archive's change number),
document/published (int64, seconds since 1970 UTC; UNDATED if the article has no date), document/signature (see index.signature), document/sketch (see
index.sketch),
F/lengths (terms of text field F in each document),
and for each stripped field F/variants, F/variant_ends: which terms of the exact field have this stripped form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from corpus.identity import ID_LENGTH
from index.posting import FieldPostings, Postings
from index.schema import EARLIER, LABELLED_FIELDS, PHRASE_FIELD, POSITIONAL_FIELDS, TEXT_FIELDS, stripped_field, words_field
from index.segment_file import Array, SegmentFile, SegmentFileWriter
from index.signature import SIGNATURE_LENGTH
from index.sketch import SKETCH_LENGTH
from language.normalizer import stripped

UNDATED = np.iinfo(np.int64).min
_TEXT_FORMS = tuple(form(field) for form in (str, stripped_field, words_field) for field in TEXT_FIELDS)
FIELDS = ("id", *_TEXT_FORMS, EARLIER, stripped_field(EARLIER), *LABELLED_FIELDS, PHRASE_FIELD)
LENGTH_FIELDS = tuple(form(field) for field in TEXT_FIELDS for form in (str, words_field))


@dataclass(frozen=True)
class Documents:
    """What is kept of each document, in memory: arrays of shape (documents,), `signatures` and `sketches` of shape (documents, bytes of each)."""

    ids: Array
    changes: Array
    published: Array
    signatures: Array
    sketches: Array
    lengths: Mapping[str, Array]


def write_segment(path: Path, documents: Documents, postings_of: Callable[[str], Postings]) -> None:
    """Write a segment file and put it on disk; on any failure the file is removed. Each field is asked for once, in the order of FIELDS."""
    file = SegmentFileWriter(path)
    try:
        file.add("document/id", documents.ids.view(np.uint8))
        file.add("document/change", documents.changes)
        file.add("document/published", documents.published)
        file.add("document/signature", documents.signatures.reshape(-1))
        file.add("document/sketch", documents.sketches.reshape(-1))
        for field, lengths in documents.lengths.items():
            file.add(f"{field}/lengths", lengths.astype(np.uint32))
        terms: dict[str, list[bytes]] = {}
        for field in FIELDS:
            content = postings_of(field)
            content.write(file, field, documents.ids.size if field in _TEXT_FORMS else None)
            terms[field] = content.terms
        for field in POSITIONAL_FIELDS:
            _write_variants(file, stripped_field(field), terms[field], terms[stripped_field(field)])
        file.close()
    except BaseException:
        file.abandon()
        path.unlink(missing_ok=True)
        raise


def _write_variants(file: SegmentFileWriter, name: str, exact_terms: list[bytes], stripped_terms: list[bytes]) -> None:
    ordinal = {term: number for number, term in enumerate(stripped_terms)}
    group = np.fromiter((ordinal[stripped(term.decode()).encode()] for term in exact_terms), np.uint32, len(exact_terms))
    file.add(f"{name}/variants", np.argsort(group, kind="stable").astype(np.uint32))
    file.add(f"{name}/variant_ends", np.cumsum(np.bincount(group, minlength=len(stripped_terms))).astype(np.uint32))


class SegmentReader:
    """A segment on disk with the deletions of one commit: `live[d]` is False for a deleted document d."""

    def __init__(self, file: SegmentFile, deleted: frozenset[int] = frozenset()) -> None:
        self.file = file
        self.ids = file.read("document/id").view(f"S{ID_LENGTH}")
        self.changes = file.read("document/change")
        self.published = file.read("document/published")
        self.live = np.ones(self.ids.size, bool)
        self.live[list(deleted)] = False
        self.deleted = deleted
        self.field = lru_cache(None)(self._field)

    def __len__(self) -> int:
        """The number of documents, deleted ones included."""
        return int(self.ids.size)

    def _field(self, name: str) -> FieldPostings:
        return FieldPostings(self.file, name, len(self))

    @property
    def signatures(self) -> Array:
        """The signature of each document's text: shape (documents, SIGNATURE_LENGTH)."""
        return self.file.read("document/signature").reshape(-1, SIGNATURE_LENGTH)

    @property
    def sketches(self) -> Array:
        """The sketch of each document's text: shape (documents, SKETCH_LENGTH)."""
        return self.file.read("document/sketch").reshape(-1, SKETCH_LENGTH)

    def lengths(self, field: str) -> Array:
        """Return how many terms of `field` each document has (uint32)."""
        return self.file.read(f"{field}/lengths")

    def variants(self, field: str, stripped_ordinal: int) -> Array:
        """Return the ordinals of the terms of positional field `field` whose stripped form is the one with this ordinal."""
        name = stripped_field(field)
        ends = self.file.read(f"{name}/variant_ends")
        start = int(ends[stripped_ordinal - 1]) if stripped_ordinal else 0
        return self.file.read(f"{name}/variants", start, int(ends[stripped_ordinal]))

    def documents_with(self, ids: Array) -> Array:
        """Return the numbers of the live documents whose article id is among `ids` (12-byte strings)."""
        return np.flatnonzero(np.isin(self.ids, ids) & self.live)
