"""A row of syllables typed with marks -> the row that the archive writes instead, where it hardly ever writes what was typed.

The syllables of `Nguyên Xuân Phúc` stand in many articles, but never side by side, and `Nguyễn Xuân Phúc` does in hundreds: asked of rows, a wrong mark
shows even where the query finds much. What rows the archive keeps writing its dictionaries say (searcher.help.phrase_table), so that a query without
such a mark costs nothing; how often what was typed stands in it, and what may have been meant, is then counted, and remembered for the commit.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import starmap
from typing import NamedTuple

import numpy as np

from index.schema import TEXT_FIELDS
from index.segment_file import Array
from language.confusion import confused
from language.mark import marks
from language.normalizer import is_marked, stripped
from searcher.deadline import Deadline
from searcher.help.phrase_table import LONGEST_PHRASE, phrases
from searcher.match.collection import Collection, once_a_commit, remember
from searcher.match.evaluation import POSITION_BITS, Candidates, Evaluation, contains, distinct
from searcher.query.tree import Term

_LIKELIER = 20
"""How many times as often as the row typed the archive must have the other one, where that has another mark."""
_LIKELIER_WITH_MARKS = 4  # where marks were only left out
_SLIPS, _SLIPS_SHARE = 10, 400
"""A row of two syllables that stands in more articles, and one more for each 400 with the other, is no slip: `có thẻ`."""
_LEAST = 2  # articles that have a row which is offered
_LOOKED_AT = 4  # rows of a query, for the time it takes
_SELDOMER = 10  # times that a row is rarer than one a syllable shorter
_MOST_CHANGED = 2  # syllables of a row
_REMEMBERED = 4096
_CHUNK = 256  # articles looked into at a time


class _Respelling(NamedTuple):
    """What the terms from `start` to before `end` of a row may have meant, and how often the archive's dictionaries have that."""

    start: int
    end: int
    forms: tuple[str, ...]
    frequency: int

    @property
    def weight(self) -> int:
        """How much speaks for it. Longer rows are rarer by nature (`bộ trưởng trưởng` 4, `bộ trưởng` 1,652): they weigh more."""
        return int(self.frequency * _SELDOMER ** (self.end - self.start))


@once_a_commit
def _frequencies(_: Collection) -> dict[tuple[bool, int, tuple[str, ...]], int]:
    """Return what is remembered of a commit: (are marks exact, where counting ends, a row) -> how many articles have it."""
    return {}


class Rows:
    """Asks one commit how often exact forms stand side by side, and remembers it. Raises DeadlineExceeded when the time is over."""

    def __init__(self, collection: Collection, deadline: Deadline, *, exact_marks: bool) -> None:
        self.collection = collection
        self._exact_marks = exact_marks
        self._evaluations = [Evaluation(each, exact_marks=exact_marks, deadline=deadline) for each in collection.segments]
        self._known = _frequencies(collection)

    def frequency(self, forms: tuple[str, ...], *, most: int) -> int:
        """Return how many articles have these exact forms in a row; `most` if no fewer: counting ends there."""
        asked = (self._exact_marks, most, forms)
        count = self._known.get(asked)
        if count is None:
            count = self._counted([Term(form, stripped(form), form) for form in forms], most)
            remember(self._known, asked, count, _REMEMBERED)
        return count

    def _counted(self, terms: Sequence[Term], most: int) -> int:
        count = 0
        for evaluation in self._evaluations:
            having = np.zeros(len(evaluation.segment), bool)
            for field in TEXT_FIELDS:
                held = np.logical_and.reduce([evaluation.term_mask((field,), term) for term in terms])
                documents = np.flatnonzero(held & evaluation.segment.live & ~having)
                for first in range(0, documents.size, _CHUNK):
                    having[_in_a_row(evaluation, field, terms, documents[first : first + _CHUNK])] = True
                    if count + np.count_nonzero(having) >= most:
                        return most
            count += np.count_nonzero(having)
        return count


def _in_a_row(evaluation: Evaluation, field: str, terms: Sequence[Term], documents: Array) -> Array:
    """Return those of a segment's documents that have the terms in a row in a field."""
    positions = evaluation.all_occurrences(field, terms, Candidates(documents, len(evaluation.segment)))
    starts = positions[terms[0]]
    for number, term in enumerate(terms[1:], start=1):
        starts = starts[contains(positions[term] - number, starts)]
    return distinct(starts >> POSITION_BITS)


def respelled(rows: Rows, row: Sequence[Term]) -> dict[Term, str]:
    """Return the terms of a row (none with a digit) that the archive spells otherwise beside their neighbours -> its spelling."""
    taken: list[_Respelling] = []
    likeliest_first = sorted(_candidates(rows.collection, row), key=lambda each: -each.weight)
    for each in likeliest_first[:_LOOKED_AT]:
        if all(each.end <= other.start or other.end <= each.start for other in taken) and _is_likelier(rows, each, row):
            taken.append(each)
    return {
        term: form
        for each in taken
        for term, form in zip(row[each.start : each.end], each.forms, strict=True)
        if form != term.exact
    }


def _candidates(collection: Collection, row: Sequence[Term]) -> list[_Respelling]:
    """Return what parts of a row may have meant: what the dictionaries have, unless they have what was typed nearly as often."""
    spans = _spans(len(row))
    typed: list[tuple[int, int, int]] = []
    candidates: list[_Respelling] = []
    plain = ["_".join(term.stripped for term in row[start:end]) for start, end in spans]
    for (start, end), spellings in zip(spans, phrases(collection).spellings(plain), strict=True):
        typed.append((start, end, spellings.pop("_".join(term.exact for term in row[start:end]), 0)))
        candidates += _spelled(row, start, end, spellings)
    known = {at for start, end, count in typed if count > _SLIPS for at in range(start, end)}
    confusable = [(start, end, bare) for start, end in spans for bare in _confused(row, start, end, known)]
    for (start, end, _), spellings in zip(
        confusable, phrases(collection).spellings([bare for *_, bare in confusable]), strict=True
    ):
        candidates += _spelled(row, start, end, spellings)
    return [each for each in candidates if not any(_speaks_against(own, each, row) for own in typed)]


def _spans(length: int) -> list[tuple[int, int]]:
    """Return where in a row of this length a phrase may stand, the longest first."""
    sizes = range(min(LONGEST_PHRASE, length), 1, -1)
    return [(start, start + size) for size in sizes for start in range(length - size + 1)]


def _spelled(row: Sequence[Term], start: int, end: int, spellings: Mapping[str, int]) -> Iterator[_Respelling]:
    """Yield the most frequent of the spellings of terms start to end of a row, if it may have been meant."""
    if spellings:
        form, count = max(spellings.items(), key=lambda pair: (pair[1], pair[0]))
        forms = tuple(form.split("_"))
        changed = [pair for pair in zip(row[start:end], forms, strict=True) if pair[1] != pair[0].exact]
        # What accepts any marks finds the other spelling already, so another syllable must be wrong.
        is_new = any(not term.any_marks or stripped(other) != term.stripped for term, other in changed)
        if len(changed) <= _MOST_CHANGED and is_new and all(starmap(_may_be, changed)):
            yield _Respelling(start, end, forms, count)


def _confused(row: Sequence[Term], start: int, end: int, known: Container[int]) -> Iterator[str]:
    """Yield stripped forms of terms `start` to before `end`, one that is not `known` replaced by one that sounds alike."""
    bare = [term.stripped for term in row[start:end]]
    for place, syllable in enumerate(bare):
        if start + place not in known:
            for other in confused(syllable):
                yield "_".join((*bare[:place], other, *bare[place + 1 :]))


def _speaks_against(known: tuple[int, int, int], meant: _Respelling, row: Sequence[Term]) -> bool:
    """Say whether terms as typed, `known` as (start, end, how often written), are too frequent for a respelling to change one."""
    start, end, count = known
    changed = [at for at, form in enumerate(meant.forms, start=meant.start) if form != row[at].exact and start <= at < end]
    return bool(changed) and meant.frequency <= count * (
        _LIKELIER if any(is_marked(row[at].exact) for at in changed) else _LIKELIER_WITH_MARKS
    )


def _may_be(term: Term, form: str) -> bool:
    """Say whether a term may be a slip for `form`: the same letters with other marks, or other letters with the same marks."""
    return stripped(form) == term.stripped or marks(form) == marks(term.exact)


def _is_likelier(rows: Rows, meant: _Respelling, row: Sequence[Term]) -> bool:
    """Say whether the row that is meant stands in the archive so much more often than the one typed that this may be a slip."""
    typed = tuple(term.exact for term in row[meant.start : meant.end])
    changed = [(one, other) for one, other in zip(typed, meant.forms, strict=True) if one != other]
    only_left_out = not any(is_marked(one) or stripped(other) != one for one, other in changed)
    times = _LIKELIER_WITH_MARKS if only_left_out else _LIKELIER
    most = max(_SLIPS, meant.frequency // times) + 1
    own = rows.frequency(typed, most=most)
    if own == most:
        return False
    # The dictionaries know of words and of what single articles repeat: the row that is meant may stand in more.
    count = meant.frequency if meant.frequency > own * times else rows.frequency(meant.forms, most=own * times + 1)
    if not only_left_out and len(typed) == 2 and own > _SLIPS + count / _SLIPS_SHARE:
        return False
    return count >= _LEAST and count > own * times
