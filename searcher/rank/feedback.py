"""The sketches of the best candidates -> what it adds to each one's score that it is about the same as the first few.

This is relevance feedback (Rocchio, Relevance feedback in information retrieval, 1971) without a reader: the first few are taken for right. What several
articles tell of one event, each in its own words, so stands together. All candidates have something in common, the query's own terms to begin
with; that is taken away first, for what tells these apart is what counts.
"""

from __future__ import annotations

import numpy as np

from index.segment_file import Array
from index.sketch import directions
from searcher.rank.weighting import RankingParameters

_UNLIKE = 10
"""What candidates have in common is the mean of them and of so many others that have nothing in common: of a few it says little."""
_NO_LENGTH = 1e-3
"""A vector that is shorter has no direction: what is left of equal ones is what was rounded."""


def feedback_scores(sketches: Array, scores: Array, parameters: RankingParameters) -> Array:
    """Return what likeness to the first few adds to the scores (float64) of candidates, given best first with the sketch of each.

    At most `feedback_weight` times the score of the first, nothing where one is less like them than candidates are to one another.
    """
    if not scores.size:
        return np.zeros(0, np.float64)
    found = _of_length_one(directions(sketches))
    apart = _of_length_one(found - found.sum(axis=0) / (len(found) + _UNLIKE))
    first = apart[: parameters.feedback_documents]
    meant = _of_length_one((1 / np.arange(1, len(first) + 1, dtype=np.float32)) @ first)
    likeness = np.maximum((apart * meant).sum(axis=1), 0).astype(np.float64)  # row by row: equal ones stay equal
    added: Array = parameters.feedback_weight * float(scores[0]) * likeness
    return added


def _of_length_one(vectors: Array) -> Array:
    """Return vectors, along the last axis, made as long as 1; one without a direction stays 0."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Array = vectors / np.where(lengths > _NO_LENGTH, lengths, 1)
    return scaled
