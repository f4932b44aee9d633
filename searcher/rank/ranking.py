"""What was asked and which documents match -> how well each matches.

First every document that matches is scored by the query's words and syllables, weighed as BM25F does (searcher.rank.evidence). Then the best are
looked at once more: how near one another and how early the query's syllables stand in them (searcher.rank.proximity), a sequential dependence
model whose weights come from these candidates themselves, which is better than from the whole collection and needs no index of pairs.

An expansion (searcher.meaning.expansion) stands for the syllables it expands in all of it: an article that has only the expansion scores as if it
had what was typed there, times a factor; of one that has both, the better counts, never the sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from index.schema import TEXT_FIELDS
from index.segment_file import Array
from searcher.match.collection import Collection
from searcher.match.evaluation import POSITION_BITS, Candidates, Evaluation, distinct
from searcher.query.tree import Node, Phrase, Term
from searcher.rank.evidence import Evidence, Source, evidence, expansions_of, term_sources, terms_in_order
from searcher.rank.proximity import Proximity, proximity, proximity_ingredients, proximity_scores
from searcher.rank.weighting import RankingParameters, inverse_document_frequency, saturation
from searcher.result import IngredientName


class _Documents:
    """The candidates of one segment, their evaluation, and their length norms."""

    def __init__(self, collection: Collection, evaluation: Evaluation, start: int, span: slice, docs: Array, b: float) -> None:
        self.evaluation = evaluation
        self.span = span
        """Where these candidates stand among all."""
        self.candidates = Candidates(docs, len(evaluation.segment))
        self._collection = collection
        self._start = start
        self._b = b
        self._norms: dict[str, Array] = {}

    def __len__(self) -> int:
        return int(self.candidates.docs.size)

    def inverse_norms(self, lengths_field: str) -> Array:
        """Return for each candidate 1 / (1 - b + b * length / average length) in a text field (float32)."""
        if lengths_field not in self._norms:
            every = self._collection.inverse_norms(lengths_field, self._b)
            self._norms[lengths_field] = every[self._start : self._start + len(self.evaluation.segment)][self.candidates.docs]
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
        self._expansions = expansions_of(node)
        self._exact_marks = any(evaluation.exact_marks for evaluation in evaluations)
        self._evidence: list[Evidence] = evidence(node, parameters, exact_marks=self._exact_marks)

    def _by_segment(self, candidates: Array) -> list[_Documents]:
        """Return the candidates, docids in ascending order, segment by segment; segments without any are left out."""
        starts = self._collection.starts
        bounds = np.searchsorted(candidates, starts).tolist()
        return [
            _Documents(self._collection, evaluation, start, slice(low, high), candidates[low:high] - start, self._parameters.b)
            for evaluation, start, low, high in zip(self._evaluations, starts, bounds, bounds[1:], strict=False)
            if high > low
        ]

    def scores(self, candidates: Array) -> Array:
        """Return the scores (float64) of candidates, docids in ascending order, by words and syllables."""
        return self._scores(candidates, self._evidence)

    def _scores(self, candidates: Array, asked: Sequence[Evidence]) -> Array:
        segments = self._by_segment(candidates)
        total = np.zeros(candidates.size, np.float64)
        # What stands for several syllables is in the evidence of each.
        expanded = {
            each.expansions: [self._expanded(documents, each.expansions) for documents in segments]
            for each in asked
            if each.expansions
        }
        expansion_frequency = {each: self._expansion_frequency(each) for every in expanded for each in every}
        for _, _, weight, sources, expansions in asked:
            frequency = max([self._document_frequency(sources), *map(expansion_frequency.__getitem__, expansions)])
            if not frequency:
                continue
            idf = inverse_document_frequency(self._collection.size, frequency)
            for number, documents in enumerate(segments):
                saturated = saturation(self._frequencies(documents, sources), self._parameters.k1)
                if expansions:
                    np.maximum(saturated, expanded[expansions][number], out=saturated)
                total[documents.span] += (weight * idf) * saturated
        return total

    def _frequencies(self, documents: _Documents, sources: Sequence[Source]) -> Array:
        """Return the frequencies of what the sources stand for in the candidates, normalised and weighed (float32)."""
        tf = np.zeros(len(documents), np.float32)
        candidates = documents.candidates
        for source in sources:
            weight = np.float32(source.weight)
            if source.prefix:
                postings, ordinals = source.prefixed(documents.evaluation.segment)
                index = candidates.index[postings.docs(ordinals)]
                wanted = index >= 0
                freqs = np.bincount(index[wanted], postings.freqs(ordinals)[wanted], tf.size).astype(np.float32)
                tf += weight * documents.inverse_norms(source.lengths_field) * freqs
                continue
            found = documents.evaluation.posting_list(source.field, source.term)
            if found is None:
                continue
            norms = documents.inverse_norms(source.lengths_field)
            if found.docs is None:
                tf += weight * norms * found.freqs[candidates.docs]
                continue
            indices, slots = candidates.held(found)
            if indices.size:
                tf[indices] += weight * norms[indices] * found.freqs[slots]
        return tf

    def _expanded(self, documents: _Documents, expansions: Sequence[Term | Phrase]) -> Array:
        """Return what the best of the expansions counts for in each candidate, saturated."""
        best = np.maximum.reduce([self._expansion_frequencies(documents, expansion) for expansion in expansions])
        saturated: Array = np.float32(self._parameters.expansion_factor) * saturation(best, self._parameters.k1)
        return saturated

    def _expansion_frequencies(self, documents: _Documents, expansion: Term | Phrase) -> Array:
        """Return the same as `_frequencies` of an expansion."""
        if isinstance(expansion, Term):
            return self._frequencies(documents, self._sources(expansion))
        tf = np.zeros(len(documents), np.float32)
        for name in Evaluation.fields(expansion):
            index = documents.candidates.index[documents.evaluation.phrase_starts(name, expansion) >> POSITION_BITS]
            counts = np.bincount(index[index >= 0], minlength=tf.size).astype(np.float32)
            tf += np.float32(self._parameters.field_weights[name]) * documents.inverse_norms(name) * counts
        return tf

    def _sources(self, term: Term) -> list[Source]:
        return term_sources(term, self._parameters, exact_marks=self._exact_marks)

    def _document_frequency(self, sources: Sequence[Source]) -> int:
        """Return in how many live documents what the sources stand for is, at most: in the field where most have it."""
        frequencies: dict[str, int] = {}
        for source in sources:
            if source.again:
                continue
            total = frequencies.get(source.lengths_field, 0)
            for evaluation in self._evaluations:
                live = evaluation.segment.live if evaluation.segment.deleted else None
                if source.prefix:
                    postings, ordinals = source.prefixed(evaluation.segment)
                    total += postings.posting_count(ordinals) if live is None else int(live[postings.docs(ordinals)].sum())
                else:
                    found = evaluation.posting_list(source.field, source.term)
                    if found is not None:
                        total += found.count if live is None else int(live[found.documents()].sum())
            frequencies[source.lengths_field] = min(total, self._collection.size)
        return max(frequencies.values(), default=0)

    def _expansion_frequency(self, expansion: Term | Phrase) -> int:
        """Return the same of an expansion."""
        if isinstance(expansion, Term):
            return self._document_frequency(self._sources(expansion))
        return max(
            sum(
                int(evaluation.segment.live[distinct(evaluation.phrase_starts(name, expansion) >> POSITION_BITS)].sum())
                for evaluation in self._evaluations
            )
            for name in Evaluation.fields(expansion)
        )

    def proximity_scores(self, candidates: Array) -> Array:
        """Return what the places of the query's syllables add to the scores of candidates (few, the best), docids in ascending order."""
        if not self._terms or not candidates.size:
            return np.zeros(candidates.size, np.float64)
        return proximity_scores(
            self._terms, self._proximity(candidates), candidates.size, self._collection.size, self._parameters
        )

    def _proximity(self, candidates: Array) -> list[Proximity]:
        segments = self._by_segment(candidates)
        return [
            proximity(
                self._terms,
                self._expansions,
                documents.evaluation,
                documents.candidates,
                {name: documents.inverse_norms(name) for name in TEXT_FIELDS},
                self._parameters,
            )
            for documents in segments
        ]

    def ingredients(self, documents: Array, candidates: Array) -> Iterator[tuple[IngredientName, str, Array]]:
        """Yield what the scores of `documents` are the sum of: a name, what of the query it is of, and what it gives each.

        Docids in any order; `candidates`, in ascending order, are those that `proximity_scores` is added to.
        """
        ascending, which = np.unique(documents, return_inverse=True)
        for own in self._evidence:
            yield own.name, own.of, self._scores(ascending, [own])[which]
        if self._terms and candidates.size:
            at = np.minimum(np.searchsorted(candidates, documents), candidates.size - 1)
            looked_at = candidates[at] == documents
            found = self._proximity(candidates)
            articles = self._collection.size
            for name, of, added in proximity_ingredients(self._terms, found, candidates.size, articles, self._parameters):
                yield name, of, added[at] * looked_at
