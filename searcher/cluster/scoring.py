"""The evidence a query asks for (searcher.rank.evidence) -> how the cluster scores articles by it: BM25F, as searcher.rank.ranking does.

The formula is a script, the same for every query, so that it is compiled once; what a query asks for goes along as numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from index.cluster.connection import Body
from index.cluster.mapping import LENGTH_FIELDS
from index.schema import TEXT_FIELDS, stripped_field
from searcher.cluster.collection import ClusterCollection, stripped_term
from searcher.cluster.translation import EVERYTHING, Query, Translation, either
from searcher.deadline import Deadline
from searcher.query.tree import Node, Phrase, Prefix, Term
from searcher.rank.evidence import Evidence, Source, evidence, term_sources
from searcher.rank.weighting import RankingParameters, inverse_document_frequency

_FIELDS = tuple(LENGTH_FIELDS)
_MOST_FORMS, _MOST_SCORED = 512, 64
"""Forms of a prefix, the most frequent, that say how rare it is, and whose occurrences in an article count: a script knows single terms only."""
_LIKELIEST = 10_000
"""Matches, of each shard, that are scored where not all are."""

_NORMS = """
double[] norms = new double[params.lengths.size()];
for (int i = 0; i < norms.length; i++) {
  norms[i] = 1.0 / (1.0 - params.b + params.b * doc[params.lengths[i]].value / params.averages[i]);
}
"""
_TERMS = f"""
{_NORMS}
double score = params.also * _score;
for (def evidence : params.evidence) {{
  double tf = 0;
  for (def source : evidence.sources) {{
    int count = termFreq(source[0], source[1]);
    if (count > 0) {{ tf += source[2] * count * norms[source[3]]; }}
  }}
  double best = 0;
  for (def expansion : evidence.expansions) {{
    double other = 0;
    for (def source : expansion) {{
      int count = termFreq(source[0], source[1]);
      if (count > 0) {{ other += source[2] * count * norms[source[3]]; }}
    }}
    if (other > best) {{ best = other; }}
  }}
  double saturated = tf * (params.k1 + 1) / (tf + params.k1);
  double expanded = params.factor * best * (params.k1 + 1) / (best + params.k1);
  score += evidence.weight * Math.max(saturated, expanded);
}}
return score;
"""
"""The score by words and syllables (searcher.rank.ranking.Ranking.scores), and `also` times that of the query it stands around."""
_PHRASE = f"""
{_NORMS}
double body = _score;
int title = 0;
if (body >= params.apart / 2) {{
  while (params.apart * (title + 1.0) / (title + 2.0) <= body + params.rounding) {{ title++; }}
  body -= params.apart * title / (title + 1.0);
}}
double tf = params.weights[0] * norms[params.fields[0]] * title;
if (body > params.rounding) {{ tf += params.weights[1] * norms[params.fields[1]] * Math.round(body / (1.0 - body)); }}
return params.weight * params.factor * tf * (params.k1 + 1) / (tf + params.k1);
"""
"""What a phrase counts for that stands for something typed.

A script may ask how often a term is in a text, but not how often a phrase is. The score of intervals tells: it is n / (n + 1) if there are n. That of
the title comes `apart` times as large as that of the body, so that both can be read from their sum."""
_APART, _ROUNDING = 1024.0, 1e-3


@dataclass(frozen=True)
class Scoring:
    """How the matches of one request are scored."""

    collection: ClusterCollection
    translation: Translation
    parameters: RankingParameters
    deadline: Deadline

    def lookups(self, node: Node) -> int:
        """Return in how many terms the script looks each match up."""
        asked = evidence(node, self.parameters, exact_marks=self.translation.exact_marks)
        parts = [self._parts(own, 1.0) for own in asked]
        return sum(len(part["sources"]) + sum(map(len, part["expansions"])) for part in parts)

    def scored(self, query: Query, node: Node) -> Query:
        """Return `query` with each article it matches scored by the evidence that `node` asks for."""
        return self._scored_by(query, self._weighed(node))

    def alone(self, query: Query, node: Node) -> list[tuple[Evidence, Query]]:
        """Return each piece of evidence that `node` asks for, and `query` with each article it matches scored by that alone."""
        return [(own, self._scored_by(query, [(own, weight)])) for own, weight in self._weighed(node)]

    def _weighed(self, node: Node) -> list[tuple[Evidence, float]]:
        """Return the evidence that `node` asks for and any article has, and what it weighs."""
        asked = evidence(node, self.parameters, exact_marks=self.translation.exact_marks)
        return [(own, weight) for own, weight in zip(asked, self._weights(asked), strict=True) if weight]

    def _scored_by(self, query: Query, weighed: Sequence[tuple[Evidence, float]]) -> Query:
        simple = [each for each in weighed if not _phrases(each[0])]
        others = [self._with_phrases(own, weight) for own, weight in weighed if _phrases(own)]
        query = {"bool": {"filter": [query], "should": others}} if others else {"bool": {"filter": [query]}}
        return self._scored(query, _TERMS, also=1, evidence=[self._parts(*each) for each in simple])

    def likeliest(self, query: Query, node: Node) -> Body:
        """Return the search for the best of what matches `query`, where that is so much that scoring all of it takes too long.

        Lucene's own BM25, which need not look at every match, chooses the likeliest; those are scored as `scored` does. So the best of them are the
        best of all but for what its score is far too low for.
        """
        asked = evidence(node, self.parameters, exact_marks=self.translation.exact_marks)
        weighed = zip(asked, self._weights(asked), strict=True)
        window = {
            "window_size": _LIKELIEST,
            "query": {"rescore_query": self.scored(EVERYTHING, node), "query_weight": 0, "rescore_query_weight": 1},
        }
        return {"query": {"bool": {"filter": [query], "should": [self._likely(*each) for each in weighed]}}, "rescore": window}

    def _likely(self, own: Evidence, weight: float) -> Query:
        typed = self._any_of(own.sources, weight)
        others = []
        for expansion in own.expansions:
            expanded = weight * self.parameters.expansion_factor
            if isinstance(expansion, Phrase):
                phrase = (self.translation.leaf(field, expansion) for field in fields_of(expansion))
                others.append({"constant_score": {"filter": either(phrase), "boost": expanded}})
            else:
                others.append(self._any_of(self._sources(expansion), expanded))
        return {"dis_max": {"queries": [typed, *others]}} if others else typed

    def _any_of(self, sources: Sequence[Source], weight: float) -> Query:
        """Return the query for any of the sources. Lucene weighs each term of a field by how rare it is there: that is taken out again."""
        terms = [each for source in sources if not source.again for each in self._counted(source)]
        counts = self.collection.counts([{"term": {field: term}} for field, term, *_ in terms], self.deadline)
        size = self.collection.statistics().articles
        boosted = [
            {"term": {field: {"value": term, "boost": weight * own / inverse_document_frequency(size, count)}}}
            for (field, term, own, _), count in zip(terms, counts, strict=True)
            if count
        ]
        return either(boosted)

    def _with_phrases(self, own: Evidence, weight: float) -> Query:
        """Return what a piece of evidence counts for that phrases may stand for: the best of what is typed and what stands for it."""
        typed = self._scored(EVERYTHING, _TERMS, also=0, evidence=[self._parts(own, weight)])
        return {"dis_max": {"queries": [typed, *(self._phrase(phrase, weight) for phrase in _phrases(own))]}}

    def _phrase(self, phrase: Phrase, weight: float) -> Query:
        rule = {"all_of": {"ordered": True, "max_gaps": 0, "intervals": self.translation.rules(phrase.terms)}}
        boosts = {"title": _APART, "body": 1.0}
        found = [{"intervals": {field: {**rule, "boost": boosts[field]}}} for field in fields_of(phrase)]
        weights = [self.parameters.field_weights[field] for field in TEXT_FIELDS]
        query = {"bool": {"should": found, "minimum_should_match": 1}}
        numbers = [_FIELDS.index(field) for field in TEXT_FIELDS]
        known = {"weight": weight, "weights": weights, "fields": numbers, "apart": _APART, "rounding": _ROUNDING}
        return self._scored(query, _PHRASE, **known)

    def _scored(self, query: Query, source: str, **more: Any) -> Query:
        statistics = self.collection.statistics()
        params = {
            "k1": self.parameters.k1,
            "b": self.parameters.b,
            "factor": self.parameters.expansion_factor,
            "lengths": [LENGTH_FIELDS[field] for field in _FIELDS],
            "averages": [statistics.average_lengths[field] for field in _FIELDS],
            **more,
        }
        return {"script_score": {"query": query, "script": {"source": source, "params": params}}}

    def _parts(self, own: Evidence, weight: float) -> dict[str, Any]:
        """Return what the script is given of a piece of evidence."""
        terms = [expansion for expansion in own.expansions if not isinstance(expansion, Phrase)]
        return {
            "weight": weight,
            "sources": [each for source in own.sources for each in self._counted(source)],
            "expansions": [[each for source in self._sources(term) for each in self._counted(source)] for term in terms],
        }

    def frequency_queries(self, node: Node) -> list[Query]:
        """Return what is to be counted before anything is scored by the evidence that `node` asks for."""
        asked = evidence(node, self.parameters, exact_marks=self.translation.exact_marks)
        return [query for own in asked for group in self._frequency_groups(own) for _, query in group]

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
        groups = [self._frequency_queries(own.sources)]
        for expansion in own.expansions:
            if isinstance(expansion, Term):
                groups.append(self._frequency_queries(self._sources(expansion)))
            else:
                groups.append([(field, self.translation.leaf(field, expansion)) for field in fields_of(expansion)])
        return groups

    def _frequency_queries(self, sources: Sequence[Source]) -> list[tuple[str, Query]]:
        return [
            (source.lengths_field, {"term": {field: term}})
            for source in sources
            if not source.again
            for field, term in self._terms(source, _MOST_FORMS)
        ]

    def _terms(self, source: Source, most: int) -> list[tuple[str, str]]:
        """Return (field, term) of the cluster's index for a source; of what begins so, at most `most` terms, the most frequent."""
        if not source.prefix:
            return [_indexed(source)]
        return [_indexed(source._replace(term=form)) for form in self.collection.beginning(source.field, source.term)[:most]]

    def _sources(self, term: Term | Prefix) -> list[Source]:
        return term_sources(term, self.parameters, exact_marks=self.translation.exact_marks)

    def _counted(self, source: Source) -> list[tuple[str, str, float, int]]:
        """Return what the script counts for a source: (field, term, weight, number of the norm)."""
        norm = _FIELDS.index(source.lengths_field)
        return [(field, term, source.weight, norm) for field, term in self._terms(source, _MOST_SCORED)]


def _phrases(own: Evidence) -> list[Phrase]:
    return [expansion for expansion in own.expansions if isinstance(expansion, Phrase)]


def fields_of(node: Term | Prefix | Phrase) -> tuple[str, ...]:
    """Return the text fields in which `node` may stand."""
    return TEXT_FIELDS[:1] if node.title_only else TEXT_FIELDS


def _indexed(source: Source) -> tuple[str, str]:
    """Return (field, term) of the cluster's index for a source of the embedded engine's."""
    for field in TEXT_FIELDS:
        if source.field == stripped_field(field):
            return field, stripped_term(source.term)
    return source.field, source.term


def _most(counted: Sequence[tuple[str, int]], size: int) -> int:
    """Return in how many articles something is, at most: in the field where most have it, its forms there added up."""
    frequencies: dict[str, int] = {}
    for field, count in counted:
        frequencies[field] = min(frequencies.get(field, 0) + count, size)
    return max(frequencies.values(), default=0)
