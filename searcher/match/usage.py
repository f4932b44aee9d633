"""Rows of syllables that may have been meant -> the one that the archive's own texts use most.

The model is the index itself: it keeps where each exact form stands, so what stands beside what is counted when it is asked, in the newest
articles that have the syllables, and how often the words of the segmenter occur. Nothing is stored for it, nothing has to be kept up to date, and withdrawn articles do not count.
The articles looked into are chosen by date and id, so the answer does not depend on how they were batched.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple, TypeAlias

import numpy as np

from index.schema import TEXT_FIELDS, stripped_field, words_field
from index.segment_file import Array
from language.normalizer import BARE, is_marked, stripped
from searcher.deadline import Deadline
from searcher.match.collection import Collection, once_a_commit, remember
from searcher.match.evaluation import POSITION_BITS, Candidates, Evaluation, distinct
from searcher.query.tree import Phrase, Term

SAMPLE = 4000
"""Articles looked into for a row: the newest that have all its syllables, and a fourth as many for each pair of neighbours."""
MOST_VARIANTS = 16
_RARE = 1 / 400
"""Forms so many times rarer than the most frequent one of the same letters are slips of the pen, not variants."""
_SMOOTHING = 4.0
"""Smoothing of P(form | form before): added to the occurrences of a pair, in the share that the form has of all text."""
_BEAM = 24
_WORD_WEIGHT = 1.0
_LONGEST_WORD = 4
_SYLLABLES_AN_ARTICLE = 300
_REMEMBERED = 1024
_COUNTS_REMEMBERED = 1 << 13
_APART = {field: number << (POSITION_BITS - 2) for number, field in enumerate(TEXT_FIELDS)}
"""Added to the positions of a field, so that no row reaches from title into body."""
# Measured by benchmarks/restoration.py on compounds of unseen articles (600): sample 400 .850, 1,000 .893, 4,000 .908; word weight .3, .6, 1:
# .887, .893, .898 at sample 1,000; at most 10 variants .905, all .910. Titles looked into too: headlines .896 to .903 (985), seen ones .923 to .977.

Row: TypeAlias = tuple[int, ...]
"""A way to write a row: for each syllable the number of the choice that is taken."""


class Choice(NamedTuple):
    """A form that one syllable of the row may have, and what it costs to take it (natural logarithm; 0 for what was typed)."""

    exact: str
    cost: float = 0.0


@once_a_commit
def _restored(_: Collection) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return what is remembered of a commit: rows as typed -> as the archive writes them."""
    return {}


@once_a_commit
def _counts(_: Collection) -> dict[tuple[str, str], int]:
    """Return what is remembered of a commit: a field and a term of it -> in how many articles it stands."""
    return {}


@once_a_commit
def _variants(_: Collection) -> dict[str, dict[str, int]]:
    """Return what is remembered of a commit: stripped forms -> their variants, with their frequencies."""
    return {}


class Usage:
    """Asks one commit of the index. Raises DeadlineExceeded when the time is over."""

    def __init__(self, collection: Collection, deadline: Deadline) -> None:
        self._collection = collection
        self._evaluations = [Evaluation(segment, exact_marks=True, deadline=deadline) for segment in collection.segments]
        self._counts = _counts(collection)

    def frequency(self, exact: str) -> int:
        """Return in how many articles an exact form stands: in bodies, or in titles if that is more."""
        return max(self._postings(field, exact) for field in TEXT_FIELDS)

    def word_frequency(self, row: Sequence[str]) -> int:
        """Return in how many articles the segmenter makes one word of a row of exact forms: in bodies, or in titles if that is more."""
        return max(self._postings(words_field(field), "_".join(row)) for field in TEXT_FIELDS)

    def row_frequency(self, row: Sequence[str]) -> int:
        """Return in how many articles exact forms stand side by side: in bodies, or in titles if that is more."""
        phrase = Phrase(tuple(Term(form, stripped(form), form) for form in row))
        return max(
            sum(
                int(np.count_nonzero(each.segment.live[distinct(each.phrase_starts(field, phrase) >> POSITION_BITS)]))
                for each in self._evaluations
            )
            for field in TEXT_FIELDS
        )

    def _postings(self, field: str, term: str) -> int:
        count = self._counts.get((field, term))
        if count is None:
            count = sum(_live_count(each, field, term) for each in self._evaluations)
            remember(self._counts, (field, term), count, _COUNTS_REMEMBERED)
        return count

    def variants(self, bare: str) -> dict[str, int]:
        """Return the exact forms whose stripped form is `bare` with their frequencies, most frequent first, rare slips left out."""
        known = _variants(self._collection)
        variants = known.get(bare)
        if variants is None:
            variants = self._find_variants(bare)
            remember(known, bare, variants, _REMEMBERED)
        return dict(variants)

    def _find_variants(self, bare: str) -> dict[str, int]:
        forms: set[str] = set()
        for segment in self._collection.segments:
            for field in TEXT_FIELDS:
                postings = segment.field(field)
                for ordinal in segment.field(stripped_field(field)).terms.found(bare.encode()):
                    forms.update(postings.terms.term(int(own)).decode() for own in segment.variants(field, ordinal))
        forms = {form for form in forms if not form.startswith(BARE)}
        found = sorted(((self.frequency(form), form) for form in forms), key=lambda pair: (-pair[0], pair[1]))
        return {form: count for count, form in found[:MOST_VARIANTS] if count >= found[0][0] * _RARE}

    def best(self, choices: Sequence[Sequence[Choice]]) -> tuple[str, ...]:
        """Return the form to take for each syllable: as the whole row is spelled where it stands, else the likeliest.

        A beam over pairs of neighbours finds the likely rows; the words in them (pyvi's compounds) have a say too.
        """
        rows = self._rows(choices)

        def merit(row: Row) -> tuple[float, Row]:
            forms = tuple(own[number].exact for own, number in zip(choices, row, strict=True))
            cost = sum(own[number].cost for own, number in zip(choices, row, strict=True))
            return rows[row] - cost + _WORD_WEIGHT * self._word_likelihood(forms), row

        best = max(rows, key=merit) if len(rows) > 1 else next(iter(rows))
        return tuple(own[number].exact for own, number in zip(choices, best, strict=True))

    def _rows(self, choices: Sequence[Sequence[Choice]]) -> dict[Row, float]:
        """Return the rows that may be taken, each with the logarithm of how likely it is."""
        holding = [self._holding(own) for own in choices]
        whole = np.logical_and.reduce(holding)
        if np.count_nonzero(whole) <= SAMPLE:  # a row stands nowhere else: mostly the pairs need not be looked for
            standing = self._standing(choices, [self._positions(own, whole) for own in choices])
            if standing:
                return standing
        wanted = np.zeros(self._collection.docids, bool)
        self._take_newest(wanted, whole, SAMPLE)
        if len(choices) > 2:
            for left, right in zip(holding, holding[1:], strict=False):
                self._take_newest(wanted, left & right, SAMPLE // 4)
        positions = [self._positions(own, mask & wanted) for own, mask in zip(choices, holding, strict=True)]
        return self._standing(choices, positions) or self._likely(choices, positions)

    def _holding(self, choices: Iterable[Choice]) -> Array:
        """Return the mask over docids of the live articles that have a syllable with the letters of one of the choices."""
        bare = sorted({stripped(choice.exact) for choice in choices})
        masks = []
        for evaluation in self._evaluations:
            mask = np.zeros(len(evaluation.segment), bool)
            for field, term in product(map(stripped_field, TEXT_FIELDS), bare):
                postings = evaluation.posting_list(field, term)
                if postings is not None:
                    postings.mark(mask)
            masks.append(mask & evaluation.segment.live)
        return self._collection.joined(masks)

    def _take_newest(self, wanted: Array, mask: Array, most: int) -> None:
        docids = np.flatnonzero(mask)
        if docids.size > most:
            docids = docids[np.argpartition(self._collection.newest_first[docids], most)[:most]]
        wanted[docids] = True

    def _positions(self, choices: Sequence[Choice], mask: Array) -> tuple[Array, Array]:
        """Return (keys, numbers): where a choice stands in the masked articles, as sorted keys, and which it is."""
        keys, numbers = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        starts = self._collection.starts
        terms = [Term(choice.exact, stripped(choice.exact), choice.exact) for choice in choices]
        for evaluation, start, end in zip(self._evaluations, starts, starts[1:], strict=False):
            here = Candidates(np.flatnonzero(mask[start:end]), end - start)
            if here.docs.size:
                for field, apart in _APART.items():
                    found = evaluation.all_occurrences(field, terms, here)
                    for number, term in enumerate(terms):
                        keys.append(found[term] + (start << POSITION_BITS) + apart)
                        numbers.append(np.full(found[term].size, number))
        every, which = np.concatenate(keys), np.concatenate(numbers)
        order = np.argsort(every, kind="stable")
        return every[order], which[order]

    @staticmethod
    def _standing(choices: Sequence[Sequence[Choice]], positions: Sequence[tuple[Array, Array]]) -> dict[Row, float]:
        """Return the rows that stand side by side in the sample, each with the logarithm of how often."""
        keys, codes = positions[0]
        for (following, numbers), own in zip(positions[1:], choices[1:], strict=True):
            held, at = _followed(keys, following)
            keys, codes = keys[held] + 1, codes[held] * len(own) + numbers[at]
        rows = {}
        for code, count in zip(*(found.tolist() for found in np.unique(codes, return_counts=True)), strict=True):
            row = []
            for own in reversed(choices):
                code, number = divmod(code, len(own))
                row.append(number)
            rows[tuple(reversed(row))] = math.log(count)
        return rows

    def _likely(self, choices: Sequence[Sequence[Choice]], positions: Sequence[tuple[Array, Array]]) -> dict[Row, float]:
        """Return the likely rows with the logarithms of the products of P(form | form before)."""
        total = max(1, self._collection.size) * _SYLLABLES_AN_ARTICLE
        shares = [np.array([max(self.frequency(choice.exact), 0.01) / total for choice in own]) for own in choices]
        rows: dict[Row, float] = {(number,): math.log(share) for number, share in enumerate(shares[0].tolist())}
        for at in range(1, len(choices)):
            (keys, numbers), (following, next_numbers) = positions[at - 1], positions[at]
            held, where = _followed(keys, following)
            pairs = np.zeros((len(choices[at - 1]), len(choices[at])))
            np.add.at(pairs, (numbers[held], next_numbers[where]), 1)
            times = np.bincount(numbers, minlength=len(choices[at - 1]))[:, None]
            step = np.log((pairs + _SMOOTHING * shares[at]) / (times + _SMOOTHING))
            costs = [choice.cost for choice in choices[at]]
            longer = [
                (score + chance, (*row, number))
                for row, score in rows.items()
                for number, chance in enumerate(step[row[-1]].tolist())
            ]
            longer.sort(key=lambda pair: (costs[pair[1][-1]] - pair[0], pair[1]))
            rows = {row: score for score, row in longer[:_BEAM]}
        return rows

    def restored(self, row: Sequence[str]) -> tuple[str, ...]:
        """Return a row of exact forms as the archive writes it: those without marks may have some. Remembered for this commit."""
        remembered = _restored(self._collection)
        key = tuple(row)
        best = remembered.get(key)
        if best is None:
            best = self.best([[Choice(form) for form in self._restorations(exact)] for exact in row])
            remember(remembered, key, best, _REMEMBERED)
        return best

    def _restorations(self, exact: str) -> list[str]:
        return [exact] if is_marked(exact) else list(self.variants(exact)) or [exact]

    def first_word(self, forms: Sequence[str]) -> int:
        """Return how many syllables the first word has when a row of exact forms is cut into words in the likeliest way."""
        return self._cut(forms)[1]

    def _word_likelihood(self, forms: Sequence[str]) -> float:
        """Return how likely the row is if cut into words in the best way: the logarithm of the product of the words' shares."""
        return self._cut(forms)[0]

    def _cut(self, forms: Sequence[str]) -> tuple[float, int]:
        """Return what `_word_likelihood` and `first_word` do: (likelihood, syllables of the first word)."""
        best = [(0.0, 0)]
        for end in range(1, len(forms) + 1):
            cuts = []
            for start in range(max(0, end - _LONGEST_WORD), end):
                count = max(self._postings(words_field(field), "_".join(forms[start:end])) for field in TEXT_FIELDS)
                if count or end - start == 1:
                    share = max(count, 0.5) / (max(1, self._collection.size) * _SYLLABLES_AN_ARTICLE)
                    likelihood, first = best[start]
                    cuts.append((likelihood + math.log(share), first or end))
            best.append(max(cuts))
        return best[-1]


def _live_count(evaluation: Evaluation, field: str, term: str) -> int:
    """Return in how many live documents of a segment a term of a field stands."""
    segment = evaluation.segment
    if not segment.deleted:
        postings = segment.field(field)
        return postings.posting_count(postings.terms.found(term.encode()))
    found = evaluation.posting_list(field, term)
    return int(np.count_nonzero(segment.live[found.documents()])) if found else 0


def _followed(keys: Array, following: Array) -> tuple[Array, Array]:
    """Return which of `keys` have one of `following` right after them (mask), and where in `following` these stand."""
    if not following.size:
        return np.zeros(keys.size, bool), np.empty(0, np.int64)
    at = np.minimum(np.searchsorted(following, keys + 1), following.size - 1)
    held = following[at] == keys + 1
    return held, at[held]
