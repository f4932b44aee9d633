"""The best candidates of a query, with their tokens as the cluster keeps them -> what the places of the query's terms, and likeness to the first few, add to their scores.

The same evidence by the same code as the embedded engine's (searcher.rank.proximity, searcher.rank.feedback); only where a term stands is read here from the tokens of the few
candidates, not from postings.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Sequence

import numpy as np

from index.cluster.document import FieldTokens, code, decode_documents, kept
from index.schema import TEXT_FIELDS
from index.segment_file import Array
from index.sketch import SKETCH_LENGTH
from searcher.cluster.collection import ClusterCollection
from searcher.match.evaluation import POSITION_BITS, Candidates, contains, distinct
from searcher.query.tree import Node, Phrase, Prefix, Term
from searcher.rank.evidence import expansions_of, terms_in_order
from searcher.rank.feedback import feedback_scores
from searcher.rank.proximity import Proximity, proximity, proximity_ingredients, proximity_scores
from searcher.rank.weighting import RankingParameters
from searcher.result import IngredientName

_BITS = 16
_LOW = np.uint32((1 << _BITS) - 1)


class Places:
    """Where the terms of `node` stand in the candidates with these `tokens` (base64)."""

    def __init__(
        self,
        collection: ClusterCollection,
        node: Node,
        tokens: Sequence[str],
        parameters: RankingParameters,
        *,
        exact_marks: bool,
    ) -> None:
        self._terms = terms_in_order(node)
        self._size = len(tokens)
        self._parameters = parameters
        self._articles = collection.statistics().articles
        self._found: list[Proximity] = []
        if self._terms and tokens:
            occurrences = TokenOccurrences(collection, tokens, exact_marks=exact_marks)
            averages = collection.statistics().average_lengths
            norms = {
                name: np.float32(1)
                / (
                    np.float32(1 - parameters.b)
                    + np.float32(parameters.b / averages[name]) * occurrences.lengths(name).astype(np.float32)
                )
                for name in TEXT_FIELDS
            }
            found = proximity(self._terms, expansions_of(node), occurrences, occurrences.candidates, norms, parameters)
            self._found.append(found)

    def scores(self) -> Array:
        """Return what the places add to the scores (float64) of the candidates."""
        if not self._found:
            return np.zeros(self._size, np.float64)
        return proximity_scores(self._terms, self._found, self._size, self._articles, self._parameters)

    def ingredients(self) -> Iterable[tuple[IngredientName, str, Array]]:
        """Return what `scores` is the sum of: see searcher.rank.proximity."""
        if not self._found:
            return ()
        return proximity_ingredients(self._terms, self._found, self._size, self._articles, self._parameters)


def likeness_scores(sketches: Sequence[str], scores: Sequence[float], parameters: RankingParameters) -> Array:
    """Return what likeness to the first few adds to the scores (float64) of candidates, given best first with their `sketches` (base64)."""
    drawn = np.frombuffer(b"".join(map(kept, sketches)), np.uint8).reshape(-1, SKETCH_LENGTH)
    return feedback_scores(drawn, np.array(scores), parameters)


class TokenOccurrences:
    """Where terms stand in the candidates, which are numbered from 0 in the order of their tokens."""

    def __init__(self, collection: ClusterCollection, tokens: Sequence[str], *, exact_marks: bool) -> None:
        self.candidates = Candidates(np.arange(len(tokens)), len(tokens))
        self._collection = collection
        self._exact_marks = exact_marks
        decoded = zip(TEXT_FIELDS, decode_documents([b64decode(each + "==") for each in tokens]), strict=True)
        self._fields = {name: (found.codes, _keys(found)) for name, found in decoded}

    def lengths(self, field: str) -> Array:
        """Return how many terms a text field has in each candidate."""
        return np.bincount(self._fields[field][1] >> POSITION_BITS, minlength=self.candidates.docs.size)

    def all_occurrences(self, field: str, nodes: Iterable[Term | Prefix], candidates: Candidates) -> dict[Term | Prefix, Array]:
        """Return where each of `nodes` stands in a text field: see Evaluation.occurrences."""
        codes, keys = self._fields[field]
        wanted = {node: self._codes(node) for node in nodes}
        # Nearly all terms are none of these, which the low bits of a code tell at once.
        likely = np.zeros(1 << _BITS, bool)
        for own in wanted.values():
            likely[own & _LOW] = True
        here = np.flatnonzero(likely[codes & _LOW])
        codes, keys = codes[here], keys[here]
        found = {node: keys[contains(own, codes)] for node, own in wanted.items()}
        return {node: distinct(own) if isinstance(node, Prefix) else own for node, own in found.items()}

    def phrase_starts(self, field: str, node: Phrase) -> Array:
        """Return where a phrase begins in a text field."""
        found = self.all_occurrences(field, node.terms, self.candidates)
        starts = found[node.terms[0]]
        for number, term in enumerate(node.terms[1:], start=1):
            starts = starts[contains(found[term] - number, starts)]
        return starts

    def _codes(self, node: Term | Prefix) -> Array:
        forms = self._collection.forms_of(node, self._exact_marks)
        return np.unique(np.array([code(form) for form in forms], np.uint32))


def _keys(found: FieldTokens) -> Array:
    """Return where each term stands, as candidate << 32 | position: ascending."""
    documents = np.repeat(np.arange(found.ends.size), np.diff(found.ends, prepend=0))
    return (documents << POSITION_BITS) | found.positions
