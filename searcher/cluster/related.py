"""An article -> the articles of the cluster that share most with it: see searcher.rank.related, whose words and weights are used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.article import Article
from index.cluster.mapping import LENGTH_FIELDS
from index.schema import TEXT_FIELDS, words_field
from searcher.cluster.collection import ClusterCollection
from searcher.cluster.translation import either
from searcher.deadline import Deadline
from searcher.rank.related import ENOUGH, USUAL, characteristic_of, likely_words

_SOURCE = """
double score = 0;
for (int i = 0; i < params.fields.size(); i++) {
  double norm = 1.0 / (1.0 - params.b + params.b * doc[params.lengths[i]].value / params.averages[i]);
  for (def word : params.words) {
    int count = termFreq(params.fields[i], word[0]);
    if (count > 0) { double tf = count * norm; score += word[1] * tf * (params.k1 + 1) / (tf + params.k1); }
  }
}
return score;
"""
_ASKED = 10  # documents for each that is wanted: copies are among them


def related(collection: ClusterCollection, article: Article, most: int, deadline: Deadline) -> list[tuple[int, str]]:
    """Return (change number, article id) of at most `most` articles, the nearest first, never the article itself; of copies only one."""
    counts = likely_words(article)
    frequencies = collection.counts([{"term": {words_field("body"): word}} for word in counts], deadline)
    statistics = collection.statistics()
    words = characteristic_of(counts, dict(zip(counts, frequencies, strict=True)), statistics.articles)
    if not words:
        return []
    having = either({"terms": {words_field(field): list(words)}} for field in TEXT_FIELDS)
    query = {"bool": {"filter": [having], "must_not": [{"term": {"id": article.id}}]}}
    [answer] = collection.ask(
        [
            {
                "query": {"script_score": {"query": query, "script": _script(words, statistics.average_lengths)}},
                "min_score": ENOUGH * sum(words.values()) * (USUAL.k1 + 1),
                "sort": [{"_score": "desc"}, {"id": "asc"}],
                "size": most * _ASKED,
                "docvalue_fields": ["id", "change"],
                "track_total_hits": False,
            }
        ],
        deadline,
    )
    return _distinct(answer["hits"]["hits"])[:most]


def _script(words: Mapping[str, float], averages: Mapping[str, float]) -> dict[str, Any]:
    fields = [words_field(field) for field in TEXT_FIELDS]
    return {
        "source": _SOURCE,
        "params": {
            "k1": USUAL.k1,
            "b": USUAL.b,
            "fields": fields,
            "lengths": [LENGTH_FIELDS[field] for field in fields],
            "averages": [averages[field] for field in fields],
            "words": [[word, weight] for word, weight in words.items()],
        },
    }


def _distinct(hits: Sequence[Mapping[str, Any]]) -> list[tuple[int, str]]:
    """Return the revisions of the hits, of those with equal scores only the first: they are mostly copies."""
    seen: set[float] = set()
    found = []
    for hit in hits:
        score = round(hit["_score"], 4)
        if score not in seen:
            seen.add(score)
            found.append((int(hit["fields"]["change"][0]), hit["fields"]["id"][0]))
    return found
