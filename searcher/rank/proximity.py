"""The best candidates of one segment and the positions of the query's terms in them -> how near one another, and how early, the terms stand.

Four kinds of evidence: two neighbouring query syllables one right after the other; the same two within a window, in any order; a query
syllable in the lead of the article; the whole query in a row. Each is a length-normalised frequency in every candidate, to be saturated and weighed as a term's is.
An expansion stands where its first syllable does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import Protocol, TypeAlias

import numpy as np

from index.schema import TEXT_FIELDS
from index.segment_file import Array
from language.normalizer import is_marked
from searcher.match.evaluation import POSITION_BITS, Candidates, contains, distinct
from searcher.query.tree import Phrase, Prefix, Term, as_typed
from searcher.rank.weighting import RankingParameters, inverse_document_frequency, saturation
from searcher.result import IngredientName

Form: TypeAlias = Term | Prefix | Phrase
Expansions: TypeAlias = Mapping[Term | Prefix, tuple[Term | Phrase, ...]]
_POSITION = (1 << POSITION_BITS) - 1
_KEY_BITS = POSITION_BITS + 16  # a segment has at most 65,536 documents
_DOCUMENT = (1 << 16) - 1
_NOWHERE = np.empty(0, np.int64)


class Occurrences(Protocol):
    """Says where terms stand in documents, in keys and with candidates as searcher.match.evaluation.Evaluation has them."""

    def all_occurrences(self, field: str, nodes: Iterable[Term | Prefix], candidates: Candidates) -> dict[Term | Prefix, Array]:
        """Return where each of `nodes` stands in a text field of the candidates."""
        ...

    def phrase_starts(self, field: str, node: Phrase) -> Array:
        """Return where a phrase begins in a text field."""
        ...


@dataclass(frozen=True)
class Proximity:
    """Saturated evidence: rows are pairs of neighbours (`pairs`, `windows`), distinct terms (`leads`) or all terms (one), columns candidates.

    That of all terms in a row is weighed already.
    """

    pairs: Array
    windows: Array
    leads: Array
    rows: Array


def proximity(
    terms: Sequence[Term | Prefix],
    expansions: Expansions,
    evaluation: Occurrences,
    candidates: Candidates,
    inverse_norms: Mapping[str, Array],
    parameters: RankingParameters,
) -> Proximity:
    """Return what the positions of `terms` in the candidates say; `inverse_norms` for each text field, of the candidates."""
    distinct_terms = list(dict.fromkeys(terms))
    neighbours = list(pairwise(terms))
    ways = [list(_neighbours(first, second, expansions, parameters.expansion_factor)) for first, second in neighbours]
    every_way = list(chain.from_iterable(ways))
    size = candidates.docs.size
    pairs = np.zeros((len(every_way), size), np.float32)
    windows = np.zeros((len(neighbours), size), np.float32)
    leads = np.zeros((len(distinct_terms), size), np.float32)
    lengths = np.array([_length(left) for left, _, _ in every_way], np.int64)
    in_row = np.zeros((1, size), np.float32)
    for name in TEXT_FIELDS:
        keys = _positions(name, distinct_terms, expansions, evaluation, candidates)
        every = {term: _union([keys[term], *(keys[form] for form in expansions.get(term, ()))]) for term in distinct_terms}
        weights = np.float32(parameters.field_weights[name]) * inverse_norms[name]
        before = _rows([keys[left] for left, _, _ in every_way])
        ends = before + lengths[before >> _KEY_BITS]
        after = _rows([keys[left] + _length(left) if right is None else keys[right] for left, right, _ in every_way])
        pairs += weights * _counts(before[contains(after, ends)], len(every_way), candidates)
        first, second = _rows([every[term] for term, _ in neighbours]), _rows([every[term] for _, term in neighbours])
        windows += weights * _counts(first[_within(first, second, parameters.window)], len(neighbours), candidates)
        in_row += weights * _counts(_in_a_row(terms, keys, parameters.longest_row), 1, candidates)
        if name == "body":
            standing = _rows([every[term] for term in distinct_terms])
            leads += weights * _counts(standing[(standing & _POSITION) < parameters.lead], len(distinct_terms), candidates)
    factors = np.array([factor for _, _, factor in every_way], np.float32)
    saturated = factors[:, None] * saturation(pairs, parameters.k1)
    if len(every_way) > len(neighbours):
        saturated = np.maximum.reduceat(saturated, [0, *accumulate(map(len, ways[:-1]))])
    saturated_row = parameters.row_weight * saturation(in_row, parameters.k1) + parameters.row_presence * (in_row > 0)
    return Proximity(saturated, saturation(windows, parameters.k1), saturation(leads, parameters.k1), saturated_row)


def _rows(positions: Sequence[Array]) -> Array:
    """Return several arrays of keys end to end, still ascending: the number of its array is above the bits of each key."""
    sizes = [keys.size for keys in positions]
    return np.concatenate([_NOWHERE, *positions]) + np.repeat(np.arange(len(sizes)) << _KEY_BITS, sizes)


def _counts(keys: Array, rows: int, candidates: Candidates) -> Array:
    """Return how many of the keys, as `_rows` gives them, each row has in each candidate: shape (rows, candidates)."""
    size = candidates.docs.size
    places = (keys >> _KEY_BITS) * size + candidates.index[(keys >> POSITION_BITS) & _DOCUMENT]
    return np.bincount(places, minlength=rows * size).reshape(rows, size)


def proximity_scores(
    terms: Sequence[Term | Prefix], found: Sequence[Proximity], size: int, articles: int, parameters: RankingParameters
) -> Array:
    """Return what the places of a query's terms add to the scores (float64) of `size` candidates, `found` end to end, of so many articles."""
    total = np.zeros(size, np.float64)
    for _, weights, saturated in _weighed(terms, found, size, articles, parameters):
        total += weights @ saturated
    return total


def proximity_ingredients(
    terms: Sequence[Term | Prefix], found: Sequence[Proximity], size: int, articles: int, parameters: RankingParameters
) -> Iterator[tuple[IngredientName, str, Array]]:
    """Yield what `proximity_scores` is the sum of: a name, what of the query it is of, and what it adds to each score."""
    typed = [as_typed(term) for term in terms]
    of: dict[IngredientName, Iterable[str]] = {
        "pair": map(" ".join, pairwise(typed)),
        "window": map(" … ".join, pairwise(typed)),
        "lead": map(as_typed, dict.fromkeys(terms)),
        "row": [" ".join(typed)],
    }
    for name, weights, saturated in _weighed(terms, found, size, articles, parameters):
        yield from ((name, each, weight * row) for each, weight, row in zip(of[name], weights, saturated, strict=True))


def _weighed(
    terms: Sequence[Term | Prefix], found: Sequence[Proximity], size: int, articles: int, parameters: RankingParameters
) -> Iterator[tuple[IngredientName, Array, Array]]:
    """Yield each kind of evidence, in every candidate (a row for each pair or term), and what its rows weigh.

    How rare a pair, or a syllable in a lead, is among these candidates weighs it. The query in a row is weighed by how rare it is among all
    articles, as if no other had it: where most candidates have it, as for a short query, it still is what was asked.
    """
    marked = any(is_marked(term.exact) for term in terms)
    pair_weight = parameters.pair_weight if marked else parameters.wordless_pair_weight
    kinds: tuple[tuple[IngredientName, float, list[Array], int], ...] = (
        ("pair", pair_weight * (1 + parameters.few_pairs / max(1, len(terms) - 1)), [each.pairs for each in found], size),
        ("window", parameters.window_weight, [each.windows for each in found], size),
        ("lead", parameters.lead_weight, [each.leads for each in found], size),
        ("row", 1.0, [each.rows for each in found], articles),
    )
    for name, weight, parts, among in kinds:
        saturated = np.concatenate(parts, axis=1)
        holding = np.count_nonzero(saturated, axis=1).tolist()
        weights = [weight * inverse_document_frequency(among, number) if number else 0.0 for number in holding]
        yield name, np.array(weights), saturated


def _positions(
    field: str, terms: Sequence[Term | Prefix], expansions: Expansions, evaluation: Occurrences, candidates: Candidates
) -> dict[Form, Array]:
    """Return where each term, and each expansion, begins in the candidates: sorted keys as Evaluation.occurrences gives them."""
    also = dict.fromkeys(form for term in terms for form in expansions.get(term, ()))
    single = [form for form in also if not isinstance(form, Phrase)]
    keys: dict[Form, Array] = {}
    for term, found in evaluation.all_occurrences(field, [*terms, *single], candidates).items():
        keys[term] = found
    for form in also:
        if isinstance(form, Phrase):
            starts = evaluation.phrase_starts(field, form)
            keys[form] = starts[candidates.index[starts >> POSITION_BITS] >= 0]
    return keys


def _in_a_row(terms: Sequence[Term | Prefix], keys: Mapping[Form, Array], longest: int) -> Array:
    """Return where all the terms, two to `longest`, stand one after the other as typed."""
    starts = keys[terms[0]] if 1 < len(terms) <= longest else _NOWHERE
    for number, term in enumerate(terms[1:], start=1):
        starts = starts[contains(keys[term], starts + number)]
    return starts


def _union(keys: Sequence[Array]) -> Array:
    return keys[0] if len(keys) == 1 else distinct(np.sort(np.concatenate(keys)))


def _within(positions: Array, others: Array, window: int) -> Array:
    """Return for each of `positions` whether one of the others, not itself, is at most `window` positions away."""
    if not others.size or not positions.size:
        return np.zeros(positions.size, bool)
    after = np.searchsorted(others, positions, side="right")
    before = np.searchsorted(others, positions) - 1
    following = (after < others.size) & (others[np.minimum(after, others.size - 1)] - positions <= window)
    near: Array = following | ((before >= 0) & (positions - others[np.maximum(before, 0)] <= window))
    return near


def _neighbours(
    first: Term | Prefix, second: Term | Prefix, expansions: Expansions, factor: float
) -> Iterator[tuple[Form, Form | None, float]]:
    """Yield (form, form that follows it, what that counts for) of all that counts as two typed terms side by side.

    They may stand as typed, or as an expansion of one or of each. A form that stands for both at once has None after it.
    """
    yield first, second, 1.0
    before, after = expansions.get(first, ()), expansions.get(second, ())
    for form in before:
        yield form, None if form in after else second, factor
    for form in after:
        if form not in before:
            yield first, form, factor
            yield from ((left, form, factor) for left in before if left not in after)


def _length(form: Form) -> int:
    """Return how many positions a form takes up."""
    return len(form.terms) if isinstance(form, Phrase) else 1
