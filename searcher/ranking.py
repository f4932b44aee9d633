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

import numpy as np

from index import analyzer
from index.normalizer import is_marked
from index.posting import FieldPostings, single
from index.schema import TEXT_FIELDS, words_field
from index.segment_file import Array
from searcher.collection import Collection
from searcher.evaluation import Evaluation, contains
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
    pair_weight: float = 0.5
    pair_candidates: int = 200


def inverse_document_frequency(size: int, frequency: int) -> float:
    """Return ln(1 + (N - n + .5) / (n + .5)): never negative, as in Lucene's BM25."""
    return float(np.log1p((size - frequency + 0.5) / (frequency + 0.5)))


def saturation(frequencies: Array, k1: float) -> Array:
    """Return tf (k1 + 1) / (tf + k1) of length-normalised frequencies."""
    saturated: Array = frequencies * (k1 + 1) / (frequencies + k1)
    return saturated


@dataclass(frozen=True)
class _Source:
    """A posting list that counts towards a frequency, and for how much."""

    postings: FieldPostings
    ordinals: range
    lengths_field: str
    weight: float


def terms_in_order(node: Node) -> list[Term | Prefix]:
    """Return the terms of a query in the order typed, those inside phrases and nears included."""
    ordered: list[Term | Prefix] = []
    for leaf in leaves(node):
        ordered += leaf.terms if isinstance(leaf, (Phrase, Near)) else (leaf,)
    return ordered


class Ranking:
    """Scores the candidates of one query. `evaluations` are per segment, in the collection's order."""

    def __init__(
        self, collection: Collection, evaluations: Sequence[Evaluation], node: Node, parameters: RankingParameters
    ) -> None:
        self._collection = collection
        self._evaluations = evaluations
        self._parameters = parameters
        self._terms = terms_in_order(node)

    def scores(self, masks: Sequence[Array]) -> list[Array]:
        """Return per segment the scores (float64) of the masked documents, in ascending document order."""
        slots = [np.cumsum(mask) - 1 for mask in masks]
        totals = [np.zeros(int(mask.sum()), np.float64) for mask in masks]
        for weight, sources in self._evidence():
            frequency = max(self._document_frequencies(sources), default=0)
            if not frequency:
                continue
            weight *= inverse_document_frequency(self._collection.size, frequency)
            for number, mask in enumerate(masks):
                tf = self._frequencies(number, sources[number], mask, slots[number], totals[number].size)
                totals[number] += weight * saturation(tf, self._parameters.k1)
        return totals

    def _evidence(self) -> list[tuple[float, list[list[_Source]]]]:
        """Return (weight, sources per segment) for each piece of evidence."""
        found = [
            (self._parameters.word_weight, [self._word_sources(e, word) for e in self._evaluations]) for word in self._words()
        ]
        syllable_weight = self._parameters.syllable_weight if found else 1.0
        for term in dict.fromkeys(self._terms):
            found.append((syllable_weight, [self._term_sources(e, term) for e in self._evaluations]))
        return found

    def _words(self) -> list[str]:
        if not any(isinstance(term, Term) and is_marked(term.exact) for term in self._terms):
            return []
        return analyzer.words(" ".join(term.text for term in self._terms if isinstance(term, Term)))

    def _word_sources(self, evaluation: Evaluation, word: str) -> list[_Source]:
        sources = []
        for name in TEXT_FIELDS:
            postings = evaluation.segment.field(words_field(name))
            if found := postings.terms.found(word.encode()):
                sources.append(_Source(postings, found, words_field(name), self._parameters.field_weights[name]))
        return sources

    def _term_sources(self, evaluation: Evaluation, term: Term | Prefix) -> list[_Source]:
        sources = []
        for name in evaluation.fields(term):
            for postings, ordinals in evaluation.posting_lists(name, term):
                weight = self._parameters.field_weights[name]
                for ordinal in ordinals:
                    here = postings.terms.term(ordinal).decode()
                    marks_missing = isinstance(term, Term) and is_marked(term.exact) and here != term.exact
                    sources.append(
                        _Source(
                            postings,
                            single(ordinal),
                            name,
                            weight * (self._parameters.unmarked_frequency if marks_missing else 1),
                        )
                    )
        return sources

    def _document_frequencies(self, sources: list[list[_Source]]) -> list[int]:
        """Return for each field's posting lists the number of live documents in them (an upper bound if there are several lists)."""
        counts: dict[str, int] = {}
        for evaluation, here in zip(self._evaluations, sources, strict=True):
            for source in here:
                docs = evaluation.documents(source.postings, source.ordinals)
                count = int(evaluation.segment.live[docs].sum()) if evaluation.segment.deleted else docs.size
                counts[source.lengths_field] = counts.get(source.lengths_field, 0) + count
        return [min(count, self._collection.size) for count in counts.values()]

    def _frequencies(self, number: int, sources: list[_Source], mask: Array, slot: Array, size: int) -> Array:
        """Return the weighted, length-normalised frequency of one piece of evidence in each candidate of a segment."""
        tf = np.zeros(size, np.float64)
        for source in sources:
            docs = self._evaluations[number].documents(source.postings, source.ordinals)
            wanted = mask[docs]
            docs, freqs = docs[wanted], source.postings.freqs(source.ordinals)[wanted]
            tf[slot[docs]] += source.weight * freqs / self._length_norm(number, source.lengths_field, docs)
        return tf

    def _length_norm(self, number: int, lengths_field: str, docs: Array) -> Array:
        b = self._parameters.b
        norm: Array = (1 - b) + b * self._collection.relative_lengths(lengths_field)[number][docs]
        return norm

    def pair_scores(self, masks: Sequence[Array]) -> list[Array]:
        """Return per segment what neighbouring query syllables add to the scores of the masked documents (the best candidates)."""
        slots = [np.cumsum(mask) - 1 for mask in masks]
        totals = [np.zeros(int(mask.sum()), np.float64) for mask in masks]
        candidates = sum(total.size for total in totals)
        positions: dict[tuple[int, str, Term | Prefix], Array] = {}

        def keys(number: int, name: str, term: Term | Prefix) -> Array:
            where = (number, name, term)
            if where not in positions:
                positions[where] = self._evaluations[number].occurrences(name, term, masks[number])
            return positions[where]

        for first, second in pairwise(self._terms):
            frequencies = [np.zeros(total.size, np.float64) for total in totals]
            for number, tf in enumerate(frequencies):
                for name in TEXT_FIELDS:
                    left = keys(number, name, first)
                    together = left[contains(keys(number, name, second), left + 1)]
                    docs, counts = np.unique(together >> 32, return_counts=True)
                    tf[slots[number][docs]] += (
                        self._parameters.field_weights[name] * counts / self._length_norm(number, name, docs)
                    )
            holding = sum(int((tf > 0).sum()) for tf in frequencies)
            if holding:
                weight = self._parameters.pair_weight * inverse_document_frequency(candidates, holding)
                for total, tf in zip(totals, frequencies, strict=True):
                    total += weight * saturation(tf, self._parameters.k1)
        return totals
