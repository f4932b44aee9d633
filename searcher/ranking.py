"""What was asked and which documents match -> how well each matches.

Evidence of an article's relevance, all of it weighed as BM25F does (Robertson, Zaragoza, "The Probabilistic Relevance Framework", 2009):
* the query's words (pyvi's compounds), if it was typed with marks;
* its syllables, each in the form the marks rule gives it;
and for the best candidates, pairs of neighbouring query syllables that are neighbours in the text, a sequential dependence model in the
sense of Metzler and Croft (2005) whose pair weights come from the candidates themselves (see RankingParameters).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from index import analyzer
from index.normalizer import is_marked
from index.posting import FieldPostings
from index.schema import TEXT_FIELDS, stripped_field, words_field
from index.segment import SegmentReader
from index.segment_file import Array
from searcher.collection import Collection
from searcher.evaluation import POSITION_BITS, Candidates, Evaluation, contains
from searcher.marks import acceptance
from searcher.query import Near, Node, Phrase, Prefix, Term, leaves


@dataclass(frozen=True)
class RankingParameters:
    """The numbers in the formulas. Measured by benchmarks/quality.py."""

    k1: float = 1.2
    b: float = 0.75
    field_weights: dict[str, float] = field(default_factory=lambda: {"title": 2.0, "body": 1.0})
    word_weight: float = 1.0
    syllable_weight: float = 0.5
    unmarked_frequency: float = 0.5
    """What an occurrence without marks counts for where marks were typed."""
    typed_frequency: float = 0.25
    """What an occurrence counts for, on top, that is spelled just as typed where no marks were typed."""
    pair_weight: float = 0.5
    pair_candidates: int = 200


def inverse_document_frequency(size: int, frequency: int) -> float:
    """Return ln(1 + (N - n + .5) / (n + .5)): never negative, as in Lucene's BM25."""
    return float(np.log1p((size - frequency + 0.5) / (frequency + 0.5)))


def saturation(frequencies: Array, k1: float) -> Array:
    """Return tf (k1 + 1) / (tf + k1) of length-normalised frequencies."""
    saturated: Array = frequencies * (k1 + 1) / (frequencies + k1)
    return saturated


class _Source(NamedTuple):
    """Postings that count towards a frequency: of a term (or all that begin so) in a field, and for how much.

    What is `again` is among another source's postings already, and does not count towards the document frequency.
    """

    field: str
    lengths_field: str
    term: str
    prefix: bool
    weight: float
    again: bool = False

    def prefixed(self, segment: SegmentReader) -> tuple[FieldPostings, range]:
        """Return the terms whose postings count, as ordinals of a field."""
        postings = segment.field(self.field)
        return postings, postings.terms.prefixed(self.term.encode())


def terms_in_order(node: Node) -> list[Term | Prefix]:
    """Return the terms of a query in the order typed, those inside phrases and nears included."""
    ordered: list[Term | Prefix] = []
    for leaf in leaves(node):
        ordered += leaf.terms if isinstance(leaf, (Phrase, Near)) else (leaf,)
    return ordered


class _Documents:
    """The candidates of one segment, their evaluation, and their length norms."""

    def __init__(self, collection: Collection, evaluation: Evaluation, start: int, span: slice, docs: Array, b: float) -> None:
        self.evaluation = evaluation
        self.start = start
        self.span = span
        """Where these candidates stand among all."""
        self.candidates = Candidates(docs, len(evaluation.segment))
        self._collection = collection
        self._b = b
        self._norms: dict[str, Array] = {}

    def inverse_norms(self, lengths_field: str) -> Array:
        """Return for each candidate 1 / (1 - b + b * length / average length) in a text field (float32)."""
        if lengths_field not in self._norms:
            every = self._collection.inverse_norms(lengths_field, self._b)
            self._norms[lengths_field] = every[self.start : self.start + len(self.evaluation.segment)][self.candidates.docs]
        return self._norms[lengths_field]


class Ranking:
    """Scores the candidates of one query. `evaluations` are per segment, in the collection's order."""

    def __init__(
        self, collection: Collection, evaluations: Sequence[Evaluation], node: Node, parameters: RankingParameters
    ) -> None:
        self._collection = collection
        self._evaluations = evaluations
        self._parameters = parameters
        self._terms = terms_in_order(node)

    def _by_segment(self, candidates: Array) -> list[_Documents]:
        """Return the candidates, places in ascending order, segment by segment; segments without any are left out."""
        starts = self._collection.starts
        bounds = np.searchsorted(candidates, starts).tolist()
        return [
            _Documents(self._collection, evaluation, start, slice(low, high), candidates[low:high] - start, self._parameters.b)
            for evaluation, start, low, high in zip(self._evaluations, starts, bounds, bounds[1:], strict=False)
            if high > low
        ]

    def scores(self, candidates: Array) -> Array:
        """Return the scores (float64) of candidates, places in ascending order."""
        segments = self._by_segment(candidates)
        total = np.zeros(candidates.size, np.float64)
        for weight, sources in self._evidence():
            frequencies: dict[str, int] = {}
            for source in sources:
                if not source.again:
                    frequency = frequencies.get(source.lengths_field, 0) + self._document_frequency(source)
                    frequencies[source.lengths_field] = min(frequency, self._collection.size)
            if not any(frequencies.values()):
                continue
            idf = inverse_document_frequency(self._collection.size, max(frequencies.values()))
            for documents in segments:
                tf = np.zeros(documents.candidates.docs.size, np.float32)
                for source in sources:
                    self._add(tf, documents, source)
                total[documents.span] += (weight * idf) * saturation(tf, self._parameters.k1)
        return total

    @staticmethod
    def _add(tf: Array, documents: _Documents, source: _Source) -> None:
        """Add a source's normalised frequencies to those of the candidates."""
        candidates = documents.candidates
        if source.prefix:
            postings, ordinals = source.prefixed(documents.evaluation.segment)
            index = candidates.index[postings.docs(ordinals)]
            wanted = index >= 0
            freqs = np.bincount(index[wanted], postings.freqs(ordinals)[wanted], tf.size).astype(np.float32)
            tf += np.float32(source.weight) * documents.inverse_norms(source.lengths_field) * freqs
            return
        found = documents.evaluation.posting_list(source.field, source.term)
        if found is None:
            return
        norms = documents.inverse_norms(source.lengths_field)
        if found.docs is None:
            tf += np.float32(source.weight) * norms * found.freqs[candidates.docs]
            return
        indices, slots = candidates.held(found)
        if indices.size:
            tf[indices] += np.float32(source.weight) * norms[indices] * found.freqs[slots]

    def _document_frequency(self, source: _Source) -> int:
        """Return how many postings of live documents a source has."""
        total = 0
        for evaluation in self._evaluations:
            live = evaluation.segment.live if evaluation.segment.deleted else None
            if source.prefix:
                postings, ordinals = source.prefixed(evaluation.segment)
                total += postings.posting_count(ordinals) if live is None else np.count_nonzero(live[postings.docs(ordinals)])
            else:
                found = evaluation.posting_list(source.field, source.term)
                if found is not None:
                    total += found.count if live is None else np.count_nonzero(live[found.documents()])
        return int(total)

    def _evidence(self) -> list[tuple[float, list[_Source]]]:
        """Return (weight, sources) for each piece of evidence: each word, each syllable."""
        words = self._words()
        weights = self._parameters.field_weights
        found = [
            (
                self._parameters.word_weight,
                [_Source(words_field(name), words_field(name), word, False, weights[name]) for name in TEXT_FIELDS],
            )
            for word in words
        ]
        syllable_weight = self._parameters.syllable_weight if words else 1.0
        return found + [(syllable_weight, self._term_sources(term)) for term in dict.fromkeys(self._terms)]

    def _words(self) -> list[str]:
        if not any(isinstance(term, Term) and is_marked(term.exact) for term in self._terms):
            return []
        return analyzer.words(" ".join(term.text for term in self._terms if isinstance(term, Term)))

    def _term_sources(self, term: Term | Prefix) -> list[_Source]:
        sources = []
        accepted = acceptance(term, exact_marks=any(evaluation.exact_marks for evaluation in self._evaluations))
        for name in Evaluation.fields(term):
            weight = self._parameters.field_weights[name]
            if accepted.stripped is not None:
                sources.append(_Source(stripped_field(name), name, accepted.stripped, accepted.prefix, weight))
                typed = weight * self._parameters.typed_frequency
                sources.append(_Source(name, name, term.exact, accepted.prefix, typed, again=True))
                continue
            for form in sorted(accepted.exact):
                marks_missing = form in accepted.unmarked and form != term.exact
                here = weight * (self._parameters.unmarked_frequency if marks_missing else 1)
                sources.append(_Source(name, name, form, accepted.prefix, here))
        return sources

    def pair_scores(self, candidates: Array) -> Array:
        """Return what neighbouring query syllables add to the scores of candidates (few, the best), places in ascending order."""
        pairs = list(pairwise(self._terms))
        if not pairs:
            return np.zeros(candidates.size, np.float64)
        segments = self._by_segment(candidates)
        tf = np.zeros((len(pairs), candidates.size), np.float32)
        for documents in segments:
            for name in TEXT_FIELDS:
                keys = documents.evaluation.all_occurrences(name, self._terms, documents.candidates)
                weights = np.float32(self._parameters.field_weights[name]) * documents.inverse_norms(name)
                for row, (first, second) in zip(tf[:, documents.span], pairs, strict=True):
                    left = keys[first]
                    together = left[contains(keys[second], left + 1)] >> POSITION_BITS
                    if together.size:
                        row += weights * np.bincount(documents.candidates.index[together], minlength=row.size)
        total = np.zeros(candidates.size, np.float64)
        for row in tf:
            holding = int(np.count_nonzero(row))
            if holding:
                weight = self._parameters.pair_weight * inverse_document_frequency(candidates.size, holding)
                total += weight * saturation(row, self._parameters.k1)
        return total
