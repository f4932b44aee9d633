"""An article -> the articles that share most with it, by the words that are characteristic of it.

The article's words are weighed by tf-idf (its title's count double), the heaviest few are looked up in the postings of title and body, and
documents are scored as for a query of these words (BM25, each word as heavy as it is in the article). Words that one document in
twenty has are not looked up: they say nothing, and theirs are the long lists. So the time is bounded, whatever the article.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from corpus.article import Article
from index.posting import FieldPostings
from index.schema import TEXT_FIELDS, words_field
from index.segment_file import Array
from language import analyzer
from searcher.match.collection import Collection
from searcher.rank.weighting import RankingParameters, inverse_document_frequency, saturation

_MOST_TEXT = 20_000  # characters of an article that are looked at: what it is about stands in its beginning
_MOST_WORDS = 120  # candidates whose frequency is looked up
_CHARACTERISTIC = 20
_TOO_FREQUENT = 0.05  # of all documents
_FEW = 10  # documents are never too many
ENOUGH = 0.12
"""The share of the article's own score that a related one must have. Chosen by reading the lists of a hundred articles."""
USUAL = RankingParameters()
"""The numbers of BM25."""


def related(collection: Collection, article: Article, most: int) -> Array:
    """Return the docids of at most `most` live documents, the nearest first, never the article itself.

    Of articles with equal scores only one is returned: they are mostly copies.
    """
    words = characteristic(collection, article)
    if not words:
        return np.empty(0, np.int64)
    scores = np.zeros(collection.docids, np.float64)
    for number, segment in enumerate(collection.segments):
        start = collection.starts[number]
        here = scores[start : start + len(segment)]
        for name in TEXT_FIELDS:
            postings = segment.field(words_field(name))
            norms = collection.inverse_norms(words_field(name), USUAL.b)[start : start + len(segment)]
            for word, weight in words.items():
                ordinals = postings.terms.found(word.encode())
                docs = postings.docs(ordinals)
                tf = postings.freqs(ordinals) * norms[docs]
                here[docs] += weight * saturation(tf, USUAL.k1)
        here[~segment.live | (segment.ids == article.id.encode())] = 0
    return _nearest(collection, scores, most, ENOUGH * sum(words.values()) * (USUAL.k1 + 1))


def characteristic(collection: Collection, article: Article) -> dict[str, float]:
    """Return the article's words that tell it from others, with their tf-idf."""
    counts = likely_words(article)
    found = {
        word: sum(_frequency(segment.field(words_field("body")), word) for segment in collection.segments) for word in counts
    }
    return characteristic_of(counts, found, collection.size)


def likely_words(article: Article) -> dict[str, int]:
    """Return the words of an article that may tell it from others, with how often it has them, in its title counted twice more."""
    # Each has a space after it: so many blocks have as many characters.
    body = " ".join([article.lead, *(block.text for block in article.blocks[:_MOST_TEXT])])[:_MOST_TEXT]
    counts = Counter(analyzer.words(body))
    for word in analyzer.words(article.title[:_MOST_TEXT]):
        counts[word] += 2
    # A compound or a name says more than a syllable, and a word that returns more than one that does not.
    likely = sorted(counts, key=lambda word: (-counts[word] * (1 + word.count("_")), word))[:_MOST_WORDS]
    return {word: counts[word] for word in likely}


def characteristic_of(counts: Mapping[str, int], frequencies: Mapping[str, int], size: int) -> dict[str, float]:
    """Return the words that say most of an article, with their tf-idf: `counts` in it, `frequencies` of `size` articles with them."""
    weights: dict[str, float] = {}
    for word, found in frequencies.items():
        if 1 < found <= max(_FEW, _TOO_FREQUENT * size):
            weights[word] = (1 + np.log(counts[word])) * inverse_document_frequency(size, found)
    heaviest = sorted(weights, key=lambda word: (-weights[word], word))[:_CHARACTERISTIC]
    return {word: weights[word] for word in heaviest}


def _frequency(postings: FieldPostings, word: str) -> int:
    return postings.posting_count(postings.terms.found(word.encode()))


def _nearest(collection: Collection, scores: Array, most: int, enough: float) -> Array:
    """Return the docids of the highest scores; of equal ones, which belong to copies of one text, only that with the smallest id."""
    docids = np.flatnonzero(scores >= enough)
    rounded = np.round(scores[docids], 6)
    nearest = []
    for score in np.unique(rounded)[::-1][:most]:
        same = docids[rounded == score]
        ids = [id for _, id in collection.revisions(same)]
        nearest.append(same[ids.index(min(ids))])
    return np.array(nearest, np.int64)
