"""A query tree and one segment -> which documents match, as a mask, and where their terms stand, as arrays.

Term at a time: a posting list is one array operation, never a loop over postings. A mask is bool of shape (documents,), deleted documents
False. The exact total is the number of True in all masks: nothing is estimated, nothing skipped.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain

import numpy as np

from index.posting import FieldPostings, PostingList
from index.schema import EARLIER, TEXT_FIELDS, TITLE, stripped_field
from index.segment import UNDATED, SegmentReader
from index.segment_file import Array
from language.normalizer import BARE
from language.timestamp import VIETNAM
from searcher.deadline import Deadline
from searcher.match.near_positions import near_positions
from searcher.query.acceptance import Acceptance, acceptance
from searcher.query.tree import (
    Alternative,
    And,
    Earlier,
    Everything,
    FacetFilter,
    Leaf,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Published,
    Term,
)

POSITION_BITS = 32
_FEW = 16


class Candidates:
    """Documents of one segment, ascending (`docs`, int64), that a posting list is to be looked up for."""

    def __init__(self, docs: Array, size: int) -> None:
        """`size`: the number of documents of the segment."""
        self.docs = docs
        self._size = size

    @cached_property
    def index(self) -> Array:
        """For each document of the segment which candidate it is, -1 if none."""
        index = np.full(self._size, -1, np.int32)
        index[self.docs] = np.arange(self.docs.size, dtype=np.int32)
        return index

    def held(self, postings: PostingList) -> tuple[Array, Array]:
        """Return (which of the candidates hold the term, in which slots of its postings), both ascending."""
        if postings.docs is None:
            indices = postings.freqs[self.docs].nonzero()[0]
            return indices, self.docs[indices]
        if postings.docs.size > _FEW * self.docs.size:
            # Few candidates in a long list: looking each up costs less than going through the list.
            at = np.minimum(postings.docs.searchsorted(self.docs.astype(np.uint16)), postings.docs.size - 1)
            indices = (postings.docs[at] == self.docs).nonzero()[0]
            return indices, at[indices]
        index = self.index[postings.docs]
        slots = (index >= 0).nonzero()[0]
        return index[slots], slots


class Evaluation:
    """Evaluates queries over one segment; `without_bare_texts`, marks that are typed must stand in the present text, bare or not."""

    def __init__(
        self, segment: SegmentReader, *, exact_marks: bool, deadline: Deadline, with_bare_texts: Evaluation | None = None
    ) -> None:
        """`with_bare_texts`: the evaluation of which this is the one without them."""
        self.segment = segment
        self.exact_marks = exact_marks
        self._in_bare_text = with_bare_texts is None
        self._with_bare_texts = with_bare_texts or self
        self._deadline = deadline
        self._masks: dict[tuple[tuple[str, ...], Term | Prefix], Array] = {}
        self._positional: dict[Phrase | Near, Array] = {}
        self._starts: dict[tuple[str, Phrase], Array] = {}
        self._parts: dict[Node, Array] = {}
        self._lists: dict[tuple[str, str], PostingList | None] = {}

    def without_bare_texts(self) -> Evaluation:
        """Return an evaluation of the same segment for which marks that are typed must stand in the text."""
        return Evaluation(self.segment, exact_marks=self.exact_marks, deadline=self._deadline, with_bare_texts=self)

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
            case Alternative(typed, expansions):
                mask = self._evaluate(typed)
                for expansion in expansions:
                    mask = mask | self.part_mask(expansion)
                return mask
            case Not(child):
                return ~self._evaluate(child)
            case Earlier(leaf):
                return self._with_bare_texts._earlier_mask(leaf)
            case FacetFilter():
                return self.facet_mask(node.facet, *node.values)
            case Published():
                return self._published_mask(node)
            case Term() | Prefix():
                return self.term_mask(self.fields(node), node)
            case Phrase() | Near():
                if node not in self._positional:
                    self._positional[node] = np.logical_or.reduce(
                        [self._positional_mask(field, node) for field in self.fields(node)]
                    )
                return self._positional[node]

    def _all(self, children: Iterable[Node]) -> Array:
        mask = np.ones(len(self.segment), bool)
        for child in children:
            mask &= self._evaluate(child)
        return mask

    def _earlier_mask(self, leaf: Leaf) -> Array:
        """Return the mask of documents an earlier version of which has `leaf`, and the present one not."""
        match leaf:
            case Phrase() | Near():
                had = self._positional_mask(EARLIER, leaf)
            case Term() | Prefix():
                had = self.term_mask((EARLIER,), leaf)
        return had & ~self._evaluate(leaf) if had.any() else had

    @staticmethod
    def fields(node: Term | Prefix | Phrase | Near) -> tuple[str, ...]:
        """Return the text fields in which `node` may match."""
        return (TITLE,) if node.title_only else TEXT_FIELDS

    def term_mask(self, fields: tuple[str, ...], node: Term | Prefix) -> Array:
        """Return the mask of documents (deleted ones too) with a term in one of `fields` that `node` accepts. Not to be written to."""
        mask = self._masks.get((fields, node))
        if mask is None:
            mask = np.zeros(len(self.segment), bool)
            for field in fields:
                for postings, ordinals in self._term_ranges(field, node):
                    self._mark(mask, postings, ordinals)
            self._masks[fields, node] = mask
        return mask

    def _mark(self, mask: Array, postings: FieldPostings, ordinals: range) -> None:
        """Set `mask` True for the documents of these consecutive terms."""
        if len(ordinals) == 1:
            postings.posting_list(ordinals.start).mark(mask)
        else:
            mask[postings.docs(ordinals)] = True

    def posting_list(self, field: str, term: str) -> PostingList | None:
        """Return the postings of an index term, None if the segment does not have it."""
        if (field, term) not in self._lists:
            postings = self.segment.field(field)
            found = postings.terms.found(term.encode())
            self._lists[field, term] = postings.posting_list(found.start) if found else None
        return self._lists[field, term]

    def part_mask(self, node: Node) -> Array:
        """Return the mask of documents that match a part of the query, computed once. Not to be written to."""
        if node not in self._parts:
            self._parts[node] = self.matches(node)
        return self._parts[node]

    def accepted(self, node: Term | Prefix) -> Acceptance:
        """Return which index terms `node` accepts here."""
        return acceptance(node, exact_marks=self.exact_marks, in_bare_text=self._in_bare_text)

    def bare_mask(self, terms: Iterable[Term | Prefix]) -> Array:
        """Return the mask of documents that have one of `terms` in a bare text, where marks that were typed are not written."""
        mask = np.zeros(len(self.segment), bool)
        for node in terms:
            accepted = self.accepted(node)
            for form in accepted.exact:
                if form.startswith(BARE):
                    for field in self.fields(node):
                        postings = self.segment.field(field)
                        for ordinals in _ordinals(postings, form, accepted.prefix):
                            self._mark(mask, postings, ordinals)
        return mask

    def _term_ranges(self, field: str, node: Term | Prefix) -> list[tuple[FieldPostings, range]]:
        """Return the terms that `node` accepts in text field `field`, as ranges of ordinals.

        What a prefix reaches twice, by its stripped form and by its exact one, is in both.
        """
        accepted = self.accepted(node)
        lists: list[tuple[FieldPostings, range]] = []
        if accepted.stripped is not None:
            postings = self.segment.field(stripped_field(field))
            lists += [(postings, ordinals) for ordinals in _ordinals(postings, accepted.stripped, accepted.prefix)]
        if accepted.stripped is None or accepted.prefix:
            postings = self.segment.field(field)
            lists += [(postings, ordinals) for ordinals in _exact_ordinals(postings, accepted)]
        return lists

    def occurrences(self, field: str, node: Term | Prefix, candidates: Candidates) -> Array:
        """Return where `node` matches in `field` of the candidates: sorted keys `document << 32 | position` (int64)."""
        return self.all_occurrences(field, [node], candidates)[node]

    def all_occurrences(self, field: str, nodes: Iterable[Term | Prefix], candidates: Candidates) -> dict[Term | Prefix, Array]:
        """Return for each of `nodes` what `occurrences` does, in one pass."""
        if not candidates.docs.size:
            return dict.fromkeys(nodes, np.empty(0, np.int64))
        postings = self.segment.field(field)
        indices: list[Array] = []
        lists: list[tuple[PostingList, Array]] = []
        last: dict[Term | Prefix, int] = {}
        for node in dict.fromkeys(nodes):
            for ordinal in self._exact_terms(field, self.accepted(node)):
                self._deadline.check()
                found = postings.posting_list(ordinal)
                held, slots = candidates.held(found)
                if slots.size:
                    indices.append(held)
                    lists.append((found, slots))
            last[node] = len(lists)
        if not lists:
            return dict.fromkeys(last, np.empty(0, np.int64))
        freqs, positions = postings.positions_in(lists)
        keys = np.repeat(candidates.docs[np.concatenate(indices)] << POSITION_BITS, freqs) | positions
        bounds = np.cumsum(freqs)[np.cumsum([held.size for held in indices]) - 1].tolist()
        occurrences: dict[Term | Prefix, Array] = {}
        first = 0
        for node, end in last.items():
            here = keys[bounds[first - 1] if first else 0 : bounds[end - 1] if end else 0]
            if end > first + 1:
                here.sort(kind="stable")  # a few sorted runs: merged in linear time
            # A whole document number stands where its first part does, so a prefix may find the same position twice.
            occurrences[node] = distinct(here) if isinstance(node, Prefix) else here
            first = end
        return occurrences

    def _exact_terms(self, field: str, accepted: Acceptance) -> list[int]:
        """Return the terms of the exact field that are accepted. Only they have positions: a stripped form's are those of its variants."""
        postings = self.segment.field(field)
        ordinals: set[int] = set()
        if accepted.stripped is not None:
            for found in _ordinals(self.segment.field(stripped_field(field)), accepted.stripped, accepted.prefix):
                for stripped_ordinal in found:
                    ordinals.update(self.segment.variants(field, stripped_ordinal).tolist())
        if accepted.stripped is None or accepted.prefix:
            for found in _exact_ordinals(postings, accepted):
                ordinals.update(found)
        return sorted(ordinals)

    def _positional_mask(self, field: str, node: Phrase | Near) -> Array:
        mask = np.zeros(len(self.segment), bool)
        if isinstance(node, Phrase):
            mask[self.phrase_starts(field, node) >> POSITION_BITS] = True
            return mask
        holding = self._holding(field, node)
        if holding.docs.size:
            found = self.all_occurrences(field, node.terms, holding)
            mask[self._near_documents(node, [found[term] for term in node.terms])] = True
        return mask

    def _holding(self, field: str, node: Phrase | Near) -> Candidates:
        """Return the documents that hold every term of `node` in text field `field`."""
        masks = [self.term_mask((field,), term) for term in dict.fromkeys(node.terms)]
        return Candidates(np.flatnonzero(np.logical_and.reduce(masks)), len(self.segment))

    def phrase_starts(self, field: str, node: Phrase) -> Array:
        """Return where a phrase begins in text field `field`, deleted documents too: sorted keys as of `occurrences`. Not to be written to."""
        if (field, node) not in self._starts:
            self._starts[field, node] = self._phrase_starts(field, node)
        return self._starts[field, node]

    def _phrase_starts(self, field: str, node: Phrase) -> Array:
        documents = self._holding(field, node)
        if not documents.docs.size:
            return np.empty(0, np.int64)
        # The rarest term first: where it does not stand, the positions of the frequent ones need not be looked at.
        counts = [np.count_nonzero(self.term_mask((field,), term)) for term in node.terms]
        starts: Array | None = None
        for number in np.argsort(counts, kind="stable").tolist():
            keys = self.occurrences(field, node.terms[number], documents)
            keys = keys[np.searchsorted(keys, number) :] - number  # nothing begins before the first document
            starts = keys if starts is None else starts[contains(keys, starts)]
            documents = Candidates(distinct(starts >> POSITION_BITS), len(self.segment))
        assert starts is not None
        return starts

    def _near_documents(self, node: Near, positions: list[Array]) -> Array:
        """Return the documents that hold every term, each at a position of its own, within the distance."""
        reach = len(node.terms) - 1 + node.distance
        every, takers = np.unique(np.concatenate(positions), return_counts=True)
        starts = every
        for keys in positions:
            at = np.searchsorted(keys, starts)
            following = keys[np.minimum(at, keys.size - 1)]
            starts = starts[(at < keys.size) & (following - starts <= reach)]
        documents = distinct(starts >> POSITION_BITS)
        if (takers > 1).any():
            # Two terms may want the same position (`dan` and `dân`): only there is it worth asking one document after the other.
            documents = documents[[self._has_near_positions(document, positions, reach) for document in documents.tolist()]]
        return documents

    def _has_near_positions(self, document: int, positions: list[Array], reach: int) -> bool:
        self._deadline.check()
        bounds = (document << POSITION_BITS, (document + 1) << POSITION_BITS)
        here = [keys[slice(*np.searchsorted(keys, bounds))].tolist() for keys in positions]
        return bool(near_positions(here, reach))

    def facet_mask(self, facet: str, *values: str) -> Array:
        """Return the mask of documents that carry one of these facet values."""
        mask = np.zeros(len(self.segment), bool)
        postings = self.segment.field(facet)
        for ordinals in chain.from_iterable(_ordinals(postings, value, False) for value in values):
            self._mark(mask, postings, ordinals)
        return mask

    def _published_mask(self, node: Published) -> Array:
        published = self.segment.published
        mask: Array = published != UNDATED
        if node.first is not None:
            mask &= published >= midnight(node.first.year, node.first.month, node.first.day)
        if node.last is not None:
            mask &= published < midnight(node.last.year, node.last.month, node.last.day) + int(timedelta(days=1).total_seconds())
        return mask


def distinct(ascending: Array) -> Array:
    """Return each of the ascending values once."""
    return ascending[np.append(True, ascending[1:] != ascending[:-1])] if ascending.size else ascending


def _exact_ordinals(postings: FieldPostings, accepted: Acceptance) -> list[range]:
    return [found for form in sorted(accepted.exact) for found in _ordinals(postings, form, accepted.prefix)]


def _ordinals(postings: FieldPostings, form: str, prefix: bool) -> list[range]:
    """Return the ordinals of the term `form`, or of the terms that begin with it: one range or none."""
    find = postings.terms.prefixed if prefix else postings.terms.found
    found = find(form.encode())
    return [found] if found else []


def midnight(year: int, month: int, day: int) -> int:
    # timestamp() of a year-1 date in UTC+7 would lie before datetime.min.
    return int((datetime(year, month, day, tzinfo=VIETNAM) - datetime(1970, 1, 1, tzinfo=VIETNAM)).total_seconds()) - 7 * 3600


def contains(sorted_keys: Array, wanted: Array) -> Array:
    """Return for each of `wanted` whether it is among `sorted_keys`."""
    if not sorted_keys.size:
        return np.zeros(wanted.size, bool)
    at = np.minimum(np.searchsorted(sorted_keys, wanted), sorted_keys.size - 1)
    found: Array = sorted_keys[at] == wanted
    return found
