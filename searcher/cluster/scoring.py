"""The evidence a query asks for (searcher.rank.evidence) -> how the cluster scores articles by it: BM25F, as searcher.rank.ranking does.

The formula is one script, the same for every query, so that it is compiled once; what a query asks for goes along as numbers. Where far more articles
match than can be shown, those are scored so that Lucene's own BM25 has put first (`rescored`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from index.cluster.mapping import LENGTH_FIELDS
from index.schema import TEXT_FIELDS, stripped_field
from searcher.cluster.collection import ClusterCollection, stripped_term
from searcher.cluster.query import Query, Translation
from searcher.deadline import Deadline
from searcher.query.tree import Node, Phrase, Prefix, Term
from searcher.rank.evidence import Evidence, Source, evidence, term_sources
from searcher.rank.weighting import RankingParameters, inverse_document_frequency

_FIELDS = tuple(LENGTH_FIELDS)
_MOST_OF_PREFIX = 32
"""Forms of a prefix, the most frequent, whose occurrences are counted: the cluster counts those of terms only."""

_SOURCE = """
double[] norms = new double[params.lengths.size()];
for (int i = 0; i < norms.length; i++) {
  norms[i] = 1.0 / (1.0 - params.b + params.b * doc[params.lengths[i]].value / params.averages[i]);
}
double score = 0;
for (def evidence : params.evidence) {
  double tf = 0;
  for (def source : evidence.sources) {
    int count = termFreq(source[0], source[1]);
    if (count > 0) { tf += source[2] * count * norms[source[3]]; }
  }
  double best = 0;
  for (def expansion : evidence.expansions) {
    double other = 0;
    for (def phrase : expansion) {
      int least = 1 << 30;
      for (def terms : phrase[1]) {
        int count = 0;
        for (def term : terms) { count += termFreq(phrase[0], term); }
        if (count < least) { least = count; }
        if (count == 0) { break; }
      }
      other += phrase[2] * least * norms[phrase[3]];
    }
    if (other > best) { best = other; }
  }
  double saturated = tf * (params.k1 + 1) / (tf + params.k1);
  if (best > 0) {
    double expanded = params.factor * best * (params.k1 + 1) / (best + params.k1);
    if (expanded > saturated) { saturated = expanded; }
  }
  score += evidence.weight * saturated;
}
return score;
"""
"""The score by words and syllables (searcher.rank.ranking.Ranking.scores). A phrase counts as often as its rarest term: no more can be asked of a
script. The best are counted once more, exactly (searcher.cluster.reranking)."""


@dataclass(frozen=True)
class Scoring:
    """How one query's matches are scored. `parts` is what the script is given of each piece of evidence."""

    collection: ClusterCollection
    translation: Translation
    parameters: RankingParameters
    deadline: Deadline

    def scored(self, query: Query, node: Node) -> Query:
        """Return `query` with each article it matches scored by the evidence that `node` asks for."""
        return {"script_score": {"query": query, "script": self._script(node)}}

    def _script(self, node: Node) -> dict[str, Any]:
        statistics = self.collection.statistics()
        asked = evidence(node, self.parameters, exact_marks=self.translation.exact_marks)
        weights = self._weights(asked)
        return {
            "source": _SOURCE,
            "params": {
                "k1": self.parameters.k1,
                "b": self.parameters.b,
                "factor": self.parameters.expansion_factor,
                "lengths": [LENGTH_FIELDS[field] for field in _FIELDS],
                "averages": [statistics.average_lengths[field] for field in _FIELDS],
                "evidence": [
                    {
                        "weight": weight,
                        "sources": [each for source in own.sources for each in self._counted(source)],
                        "expansions": [self._expansion(expansion) for expansion in own.expansions],
                    }
                    for own, weight in zip(asked, weights, strict=True)
                    if weight
                ],
            },
        }

    def _weights(self, asked: Sequence[Evidence]) -> list[float]:
        """Return what each piece of evidence weighs, times how rare it is; 0 for what no article has."""
        groups = [self._frequency_groups(own) for own in asked]
        queries = [query for own in groups for group in own for _, query in group]
        counts = iter(self.collection.counts(queries, self.deadline))
        size = self.collection.statistics().articles
        weights = []
        for own, of_own in zip(asked, groups, strict=True):
            frequency = max(_most([(field, next(counts)) for field, _ in group], size) for group in of_own)
            weights.append(own.weight * inverse_document_frequency(size, frequency) if frequency else 0.0)
        return weights

    def _frequency_groups(self, own: Evidence) -> list[list[tuple[str, Query]]]:
        """Return what is to be counted of a piece of evidence, and of each thing that stands for it: queries, each with its text field."""
        groups = [_frequency_queries(own.sources)]
        for expansion in own.expansions:
            if isinstance(expansion, Term):
                groups.append(_frequency_queries(self._sources(expansion)))
            else:
                groups.append([(field, self.translation.leaf(field, expansion)) for field in fields_of(expansion)])
        return groups

    def _sources(self, term: Term | Prefix) -> list[Source]:
        return term_sources(term, self.parameters, exact_marks=self.translation.exact_marks)

    def _counted(self, source: Source) -> list[tuple[str, str, float, int]]:
        """Return what the script counts for a source: (field, term, weight, number of the norm)."""
        field, term = _indexed(source)
        norm = _FIELDS.index(source.lengths_field)
        if not source.prefix:
            return [(field, term, source.weight, norm)]
        forms = self.collection.beginning(source.field, source.term)[:_MOST_OF_PREFIX]
        return [(field, _indexed(source._replace(term=form))[1], source.weight, norm) for form in forms]

    def _expansion(self, expansion: Term | Phrase) -> list[tuple[str, list[list[str]], float, int]]:
        """Return what the script counts for an expansion: (field, the forms of each of its terms, weight, number of the norm)."""
        if isinstance(expansion, Term):
            return [
                (field, [[term]], weight, norm)
                for source in self._sources(expansion)
                for field, term, weight, norm in self._counted(source)
            ]
        forms = [self.translation.forms(term) for term in expansion.terms]
        return [
            (field, forms, self.parameters.field_weights[field], _FIELDS.index(field)) for field in fields_of(expansion)
        ]


def fields_of(node: Term | Prefix | Phrase) -> tuple[str, ...]:
    """Return the text fields in which `node` may stand."""
    return TEXT_FIELDS[:1] if node.title_only else TEXT_FIELDS


def _indexed(source: Source) -> tuple[str, str]:
    """Return (field, term) of the cluster's index for a source of the embedded engine's."""
    for field in TEXT_FIELDS:
        if source.field == stripped_field(field):
            return field, stripped_term(source.term)
    return source.field, source.term


def _frequency_queries(sources: Sequence[Source]) -> list[tuple[str, Query]]:
    found = []
    for source in sources:
        if not source.again:
            field, term = _indexed(source)
            found.append((source.lengths_field, {"prefix" if source.prefix else "term": {field: term}}))
    return found


def _most(counted: Sequence[tuple[str, int]], size: int) -> int:
    """Return in how many articles something is, at most: in the field where most have it, its forms there added up."""
    frequencies: dict[str, int] = {}
    for field, count in counted:
        frequencies[field] = min(frequencies.get(field, 0) + count, size)
    return max(frequencies.values(), default=0)
