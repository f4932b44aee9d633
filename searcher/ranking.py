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
from index.schema import TEXT_FIELDS, stripped_field, words_field
from index.segment_file import Array
from searcher.collection import Collection
from searcher.evaluation import POSITION_BITS, Evaluation, contains
from searcher.impact import Impacts, impact_cache
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


# A candidate is looked up in a list of postings if that is so many times longer than there are candidates.
_FEW = 16


class _Source(NamedTuple):
    """Postings that count towards a frequency: of a term (or all that begin so) in a field, and for how much.

    What is `again` is among another source's postings already, and does not count towards the document frequency.
    """

    field: str
    lengths_field: str
    term: bytes
    prefix: bool
    weight: float
    again: bool = False


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
        self._impacts = impact_cache(collection, parameters.b)
        self._terms = terms_in_order(node)

    def scores(self, candidates: Array) -> Array:
        """Return the scores (float64) of candidates, places in ascending order."""
        slots = self._slots(candidates)
        total = np.zeros(candidates.size, np.float64)
        for weight, sources in self._evidence():
            tf = np.zeros(candidates.size, np.float64)
            frequencies: dict[str, int] = {}
            for source in sources:
                found = self._impacts.of(source.field, source.lengths_field, source.term, prefix=source.prefix)
                self._add(tf, candidates, slots, found, source)
                if not source.again:
                    frequency = frequencies.get(source.lengths_field, 0) + self._document_frequency(found.places)
                    frequencies[source.lengths_field] = min(frequency, self._collection.size)
            if any(frequencies.values()):
                idf = inverse_document_frequency(self._collection.size, max(frequencies.values()))
                total += weight * idf * saturation(tf, self._parameters.k1)
        return total

    @staticmethod
    def _add(tf: Array, candidates: Array, slots: Array, found: Impacts, source: _Source) -> None:
        """Add a source's impacts to the frequencies of the candidates."""
        if source.prefix:
            slot = slots[found.places]
            wanted = slot >= 0
            tf += np.bincount(slot[wanted], source.weight * found.values[wanted], tf.size)
        elif found.places.size > _FEW * candidates.size:
            # Few candidates in a long list: looking each up costs less than going through the list.
            at = np.minimum(np.searchsorted(found.places, candidates), found.places.size - 1)
            held = np.flatnonzero(found.places[at] == candidates)
            tf[held] += source.weight * found.values[at[held]]
        else:
            slot = slots[found.places]
            wanted = slot >= 0
            tf[slot[wanted]] += source.weight * found.values[wanted]

    def _slots(self, candidates: Array) -> Array:
        """Return for every place which candidate it is, -1 if none."""
        slots = np.full(self._collection.places, -1, np.int32)
        slots[candidates] = np.arange(candidates.size, dtype=np.int32)
        return slots

    def _document_frequency(self, places: Array) -> int:
        live = self._collection.live
        return places.size if live is None else int(np.count_nonzero(live[places]))

    def _evidence(self) -> list[tuple[float, list[_Source]]]:
        """Return (weight, sources) for each piece of evidence: each word, each syllable."""
        words = self._words()
        weights = self._parameters.field_weights
        found = [
            (
                self._parameters.word_weight,
                [_Source(words_field(name), words_field(name), word.encode(), False, weights[name]) for name in TEXT_FIELDS],
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
                sources.append(_Source(stripped_field(name), name, accepted.stripped.encode(), accepted.prefix, weight))
                typed = weight * self._parameters.typed_frequency
                sources.append(_Source(name, name, term.exact.encode(), accepted.prefix, typed, again=True))
                continue
            for form in sorted(accepted.exact):
                marks_missing = form in accepted.unmarked and form != term.exact
                here = weight * (self._parameters.unmarked_frequency if marks_missing else 1)
                sources.append(_Source(name, name, form.encode(), accepted.prefix, here))
        return sources

    def pair_scores(self, candidates: Array) -> Array:
        """Return what neighbouring query syllables add to the scores of candidates (few, the best), places in ascending order."""
        slots = self._slots(candidates)
        mask = slots >= 0
        norms = {name: self._impacts.norms(name, candidates) for name in TEXT_FIELDS}
        keys = {(name, term): self._keys(name, term, mask) for name in TEXT_FIELDS for term in set(self._terms)}
        total = np.zeros(candidates.size, np.float64)
        for first, second in pairwise(self._terms):
            tf = np.zeros(candidates.size, np.float64)
            for name in TEXT_FIELDS:
                left = keys[name, first]
                together = left[contains(keys[name, second], left + 1)] >> POSITION_BITS
                if together.size:
                    counts = np.bincount(slots[together], minlength=candidates.size)
                    tf += self._parameters.field_weights[name] * counts / norms[name]
            holding = int(np.count_nonzero(tf))
            if holding:
                weight = self._parameters.pair_weight * inverse_document_frequency(candidates.size, holding)
                total += weight * saturation(tf, self._parameters.k1)
        return total

    def _keys(self, field: str, term: Term | Prefix, mask: Array) -> Array:
        """Return where a term stands in the masked documents of all segments: sorted keys `place << 32 | position`."""
        found = [np.empty(0, np.int64)]
        starts = self._collection.starts
        for evaluation, start, end in zip(self._evaluations, starts, starts[1:], strict=False):
            here = mask[start:end]
            if here.any():
                found.append(evaluation.occurrences(field, term, here) + (int(start) << POSITION_BITS))
        return np.concatenate(found)
