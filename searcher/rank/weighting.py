"""The numbers and formulas of ranking.

Sources: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), for BM25F; Metzler and Croft, "A Markov
Random Field Model for Term Dependencies" (2005), for neighbouring terms as evidence; Rocchio, "Relevance Feedback in Information Retrieval" (1971), for
likeness to the first few. What each ingredient gains is in docs/measurements/ranking.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from index.segment_file import Array


@dataclass(frozen=True)
class RankingParameters:
    """The numbers in the formulas, tuned by benchmarks/quality.py."""

    k1: float = 1.2
    b: float = 0.75
    field_weights: dict[str, float] = field(default_factory=lambda: {"title": 2.0, "body": 1.0})
    word_weight: float = 1.0
    syllable_weight: float = 0.5
    """Of a syllable that is part of a word which counts too."""
    lone_syllable_weight: float = 1.25
    """Of a syllable that is in no such word, where other syllables of the query are."""
    unmarked_frequency: float = 0.5
    """What an occurrence without marks counts for where marks were typed."""
    typed_frequency: float = 0.25
    """What an occurrence counts for, on top, that is spelled just as typed where no marks were typed."""
    expansion_factor: float = 0.9
    """What evidence by an expansion counts for beside the same by the typed form."""
    candidates: int = 300
    """How many of the best are looked at for what follows."""
    pair_weight: float = 0.5
    """Of two neighbouring query syllables, one right after the other in the text."""
    wordless_pair_weight: float = 0.75
    """The same where no word counts, because none was typed with marks: neighbours must say what words would."""
    few_pairs: float = 3.0
    """Pairs count 1 + this / their number times as much: in a short query they are most of what it says."""
    window_weight: float = 0.4
    """Of the same two at most `window` positions apart, in any order."""
    window: int = 8
    row_weight: float = 0.5
    """Of the whole query in one row, by how often it stands so."""
    row_presence: float = 2.0
    """The same on top if it stands so at all: what a short query means comes before its syllables apart."""
    longest_row: int = 6
    """Terms of a query that is looked for in a row. A longer one is a headline, and who has it whole refers to the article looked for."""
    lead_weight: float = 0.5
    """Of a query syllable among the first `lead` positions of the body."""
    lead: int = 60
    feedback_weight: float = 0.5
    """Of likeness to the first few, in shares of the score of the first."""
    feedback_documents: int = 3
    """How many of the first are taken for right: the second counts half as much as the first, the third a third."""


def inverse_document_frequency(size: int, frequency: int) -> float:
    """Return ln(1 + (N - n + .5) / (n + .5)): never negative, as in Lucene's BM25."""
    return float(np.log1p((size - frequency + 0.5) / (frequency + 0.5)))


def saturation(frequencies: Array, k1: float) -> Array:
    """Return tf (k1 + 1) / (tf + k1) of length-normalised frequencies."""
    saturated: Array = frequencies * (k1 + 1) / (frequencies + k1)
    return saturated
