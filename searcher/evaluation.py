"""A query tree and one segment -> which documents match, as a mask, and where their terms stand, as arrays.

Term at a time: a posting list is one array operation, never a loop over postings. A mask is bool of shape (documents,), deleted documents
False. The exact total is the number of True in all masks: nothing is estimated, nothing skipped.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from corpus.timestamp import VIETNAM
from index.normalizer import is_marked
from index.posting import FieldPostings, ranges, single
from index.schema import TEXT_FIELDS, stripped_field
from index.segment import UNDATED, SegmentReader
from index.segment_file import Array
from searcher.marks import Acceptance, acceptance
from searcher.near import near_places
from searcher.query import And, Everything, FacetFilter, Near, Node, Not, Or, Phrase, Prefix, Published, Term

POSITION_BITS = 32


class DeadlineExceeded(Exception):
    """Raised when a query takes longer than it may."""


@dataclass
class Deadline:
    """A point in time (seconds of time.monotonic) after which `check` raises DeadlineExceeded."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return a deadline that many seconds from now."""
        return cls(time.monotonic() + seconds)

    def check(self) -> None:
        """Raise DeadlineExceeded if the time is over."""
        if time.monotonic() > self.at:
            raise DeadlineExceeded


class Evaluation:
    """Evaluates queries over one segment."""

    def __init__(self, segment: SegmentReader, *, exact_marks: bool, deadline: Deadline) -> None:
        self.segment = segment
        self.exact_marks = exact_marks
        self._deadline = deadline
        self._masks: dict[tuple[tuple[str, ...], Term | Prefix], Array] = {}
        self._parts: dict[Node, Array] = {}
        self._typed: dict[Term | Prefix, Array] = {}
        self._documents: dict[tuple[FieldPostings, range], Array] = {}

    def matches(self, node: Node) -> Array:
        """Return the mask of live documents that match `node`."""
        return self._evaluate(node) & self.segment.live

    def _evaluate(self, node: Node) -> Array:
        """Return a mask that takes no account of deletions. Not to be written to."""
        self._deadline.check()
        match node:
            case Everything():
                return np.ones(len(self.segment), bool)
            case And(children):
                return self._all(children)
            case Or(children):
                mask = np.zeros(len(self.segment), bool)
                for child in children:
                    mask |= self._evaluate(child)
                return mask
            case Not(child):
                return ~self._evaluate(child)
            case FacetFilter(facet, value):
                return self.facet_mask(facet, value)
            case Published():
                return self._published_mask(node)
            case Term() | Prefix():
                return self.term_mask(self.fields(node), node)
            case Phrase() | Near():
                mask = np.zeros(len(self.segment), bool)
                for field in self.fields(node):
                    mask |= self._positional_mask(field, node)
                return mask

    def _all(self, children: Iterable[Node]) -> Array:
        mask = np.ones(len(self.segment), bool)
        for child in children:
            mask &= self._evaluate(child)
        return mask

    @staticmethod
    def fields(node: Term | Prefix | Phrase | Near) -> tuple[str, ...]:
        """Return the text fields in which `node` may match."""
        return TEXT_FIELDS[:1] if node.title_only else TEXT_FIELDS

    def term_mask(self, fields: tuple[str, ...], node: Term | Prefix) -> Array:
        """Return the mask of documents (deleted ones too) with a term in one of `fields` that `node` accepts. Not to be written to."""
        mask = self._masks.get((fields, node))
        if mask is None:
            mask = np.zeros(len(self.segment), bool)
            for field in fields:
                for postings, ordinals in self.posting_lists(field, node):
                    mask[self.documents(postings, ordinals)] = True
            self._masks[fields, node] = mask
        return mask

    def documents(self, postings: FieldPostings, ordinals: range) -> Array:
        """Return the documents of these consecutive terms (see FieldPostings.docs), decoded once for the whole query."""
        found = self._documents.get((postings, ordinals))
        if found is None:
            found = self._documents[postings, ordinals] = postings.docs(ordinals)
        return found

    def part_mask(self, node: Node) -> Array:
        """Return the mask of documents that match a part of the query, computed once. Not to be written to."""
        if node not in self._parts:
            self._parts[node] = self.matches(node)
        return self._parts[node]

    def typed_mask(self, node: Term | Prefix) -> Array:
        """Return the mask of documents that have `node` in just the spelling typed, marks and all."""
        if node not in self._typed:
            mask = np.zeros(len(self.segment), bool)
            for field in self.fields(node):
                postings = self.segment.field(field)
                for ordinals in _ordinals(postings, node.exact, isinstance(node, Prefix)):
                    mask[self.documents(postings, ordinals)] = True
            self._typed[node] = mask
        return self._typed[node]

    def posting_lists(self, field: str, node: Term | Prefix) -> list[tuple[FieldPostings, range]]:
        """Return the posting lists of the terms that `node` accepts in text field `field`, as ranges of ordinals.

        A prefix that some lists reach twice, by its stripped form and by its exact one, is in both.
        """
        accepted = acceptance(node, exact_marks=self.exact_marks)
        lists: list[tuple[FieldPostings, range]] = []
        if accepted.stripped is not None:
            postings = self.segment.field(stripped_field(field))
            lists += [(postings, ordinals) for ordinals in _ordinals(postings, accepted.stripped, accepted.prefix)]
        if accepted.stripped is None or accepted.prefix:
            postings = self.segment.field(field)
            lists += [(postings, ordinals) for ordinals in self._exact_ordinals(postings, accepted)]
        return lists

    def _exact_ordinals(self, postings: FieldPostings, accepted: Acceptance) -> list[range]:
        lists = [found for form in sorted(accepted.exact) for found in _ordinals(postings, form, accepted.prefix)]
        if accepted.prefix:
            for form in sorted(accepted.unmarked - accepted.exact):
                for ordinals in _ordinals(postings, form, True):
                    lists += self._unmarked(postings, ordinals)
        return lists

    def _unmarked(self, postings: FieldPostings, ordinals: range) -> list[range]:
        """Return the runs of `ordinals` whose terms have no marks."""
        runs: list[range] = []
        for ordinal in ordinals:
            if ordinal % 1024 == 0:
                self._deadline.check()
            if is_marked(postings.terms.term(ordinal).decode()):
                continue
            if runs and runs[-1].stop == ordinal:
                runs[-1] = range(runs[-1].start, ordinal + 1)
            else:
                runs.append(single(ordinal))
        return runs

    def occurrences(self, field: str, node: Term | Prefix, candidates: Array) -> Array:
        """Return where `node` matches in `field` of the candidate documents: sorted keys `document << 32 | position` (int64).

        `candidates` is a mask.
        """
        keys = [
            self._keys(postings, ordinals, candidates)
            for postings, ordinals in self._positional_lists(field, acceptance(node, exact_marks=self.exact_marks))
        ]
        keys = [found for found in keys if found.size]
        if not keys:
            return np.empty(0, np.int64)
        if len(keys) == 1:
            return keys[0]
        merged = np.concatenate(keys)
        merged.sort(kind="stable")  # a few sorted runs: merged in linear time
        # A whole document number stands where its first part does, so a prefix may find the same place twice.
        return merged[np.append(True, merged[1:] != merged[:-1])] if isinstance(node, Prefix) else merged

    def _positional_lists(self, field: str, accepted: Acceptance) -> list[tuple[FieldPostings, range]]:
        # Only the exact field keeps positions: those of a stripped form are those of the forms it stands for.
        postings = self.segment.field(field)
        ordinals: set[int] = set()
        if accepted.stripped is not None:
            for found in _ordinals(self.segment.field(stripped_field(field)), accepted.stripped, accepted.prefix):
                for stripped_ordinal in found:
                    ordinals.update(self.segment.variants(field, stripped_ordinal).tolist())
        if accepted.stripped is None or accepted.prefix:
            for found in self._exact_ordinals(postings, accepted):
                ordinals.update(found)
        return [(postings, single(ordinal)) for ordinal in sorted(ordinals)]

    def _keys(self, postings: FieldPostings, ordinals: range, candidates: Array) -> Array:
        self._deadline.check()
        docs = self.documents(postings, ordinals)
        wanted = candidates[docs]
        if not wanted.any():
            return np.empty(0, np.int64)
        freqs = postings.freqs(ordinals).astype(np.int64)
        positions = postings.positions(ordinals)
        if not wanted.all():
            starts = np.cumsum(freqs) - freqs
            docs, freqs, starts = docs[wanted], freqs[wanted], starts[wanted]
            positions = positions[ranges(starts, freqs)]
        return np.repeat(docs.astype(np.int64) << POSITION_BITS, freqs) | positions

    def _positional_mask(self, field: str, node: Phrase | Near) -> Array:
        candidates = np.ones(len(self.segment), bool)
        for term in node.terms:
            candidates &= self.term_mask((field,), term)
        mask = np.zeros(len(self.segment), bool)
        if candidates.any():
            found = {term: self.occurrences(field, term, candidates) for term in set(node.terms)}
            places = [found[term] for term in node.terms]
            mask[_phrase_documents(places) if isinstance(node, Phrase) else self._near_documents(node, places)] = True
        return mask

    def _near_documents(self, node: Near, places: list[Array]) -> Array:
        """Return the documents that hold every term, each at a position of its own, within the distance."""
        reach = len(node.terms) - 1 + node.distance
        every, takers = np.unique(np.concatenate(places), return_counts=True)
        starts = every
        for keys in places:
            at = np.searchsorted(keys, starts)
            following = keys[np.minimum(at, keys.size - 1)]
            starts = starts[(at < keys.size) & (following - starts <= reach)]
        documents = np.unique(starts >> POSITION_BITS)
        if (takers > 1).any():
            # Two terms may want the same place (`dan` and `dân`): only there is it worth asking one document after the other.
            documents = documents[[self._has_near_places(document, places, reach) for document in documents.tolist()]]
        return documents

    def _has_near_places(self, document: int, places: list[Array], reach: int) -> bool:
        self._deadline.check()
        bounds = (document << POSITION_BITS, (document + 1) << POSITION_BITS)
        here = [keys[slice(*np.searchsorted(keys, bounds))].tolist() for keys in places]
        return bool(near_places(here, reach))

    def facet_mask(self, facet: str, value: str) -> Array:
        """Return the mask of documents that carry this facet value."""
        mask = np.zeros(len(self.segment), bool)
        postings = self.segment.field(facet)
        for ordinals in _ordinals(postings, value, False):
            mask[postings.docs(ordinals)] = True
        return mask

    def _published_mask(self, node: Published) -> Array:
        published = self.segment.published
        mask: Array = published != UNDATED
        if node.first is not None:
            mask &= published >= _midnight(node.first.year, node.first.month, node.first.day)
        if node.last is not None:
            mask &= published < _midnight(node.last.year, node.last.month, node.last.day) + int(timedelta(days=1).total_seconds())
        return mask


def _phrase_documents(places: list[Array]) -> Array:
    """Return the documents in which each of the terms, whose places are given in order, stands right after the one before."""
    keys = places[0]
    for distance, following in enumerate(places[1:], start=1):
        keys = keys[contains(following, keys + distance)]
    return keys >> POSITION_BITS


def _ordinals(postings: FieldPostings, form: str, prefix: bool) -> list[range]:
    """Return the ordinals of the term `form`, or of the terms that begin with it: one range or none."""
    find = postings.terms.prefixed if prefix else postings.terms.found
    found = find(form.encode())
    return [found] if found else []


def _midnight(year: int, month: int, day: int) -> int:
    # timestamp() of a year-1 date in UTC+7 would lie before datetime.min.
    return int((datetime(year, month, day, tzinfo=VIETNAM) - datetime(1970, 1, 1, tzinfo=VIETNAM)).total_seconds()) - 7 * 3600


def contains(sorted_keys: Array, wanted: Array) -> Array:
    """Return for each of `wanted` whether it is among `sorted_keys`."""
    if not sorted_keys.size:
        return np.zeros(wanted.size, bool)
    at = np.minimum(np.searchsorted(sorted_keys, wanted), sorted_keys.size - 1)
    found: Array = sorted_keys[at] == wanted
    return found
