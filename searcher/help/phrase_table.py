"""The index's dictionaries of one commit -> the rows of syllables that the archive keeps writing: words, and words that stand together.

Sorted stripped keys, as arrays, made at the first need after a commit; no text is read for them. For completions, and for telling what a row of
syllables is usually spelled like.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.schema import PHRASE_FIELD, TEXT_FIELDS, words_field
from index.segment_file import Array
from language.normalizer import stripped
from searcher.match.collection import Collection, once_a_commit

LONGEST_PHRASE = 4
"""Syllables of a row that is asked for."""
_LONGEST_KEY = 32  # bytes of a phrase
_LEAST = 2  # articles that have a phrase
_LEAST_LIFT = 0.02  # articles that come back to two words, of those that would have both by chance: `của tỉnh` has less


@dataclass(frozen=True)
class Phrases:
    """Words of several syllables, and words that stand together (language.phrase), syllables joined by "_".

    `keys` are their stripped forms, sorted, `forms` their exact forms (byte strings); in how many articles.
    """

    keys: Array
    forms: Array
    frequencies: Array

    def beginning_with(self, key: str, *, most: int) -> list[str]:
        """Return at most `most` phrases whose stripped form begins with `key`, most frequent first."""
        wanted = key.encode()
        first, last = np.searchsorted(self.keys, np.array([wanted, wanted + b"\xff"]))
        frequencies = self.frequencies[first:last]
        order = np.lexsort((np.arange(frequencies.size), -frequencies))[:most]
        return [self.forms[first + number].decode() for number in order.tolist()]

    def spellings(self, keys: Sequence[str]) -> list[dict[str, int]]:
        """Return for each stripped form the phrases that are spelled so but for marks, with their frequencies."""
        wanted = [key.encode() for key in keys]
        first = np.searchsorted(self.keys, np.array(wanted, "S")).tolist()
        last = np.searchsorted(self.keys, np.array(wanted, "S"), side="right").tolist()
        return [
            {self.forms[at].decode(): int(self.frequencies[at]) for at in range(start, end)}
            for start, end in zip(first, last, strict=True)
        ]


@once_a_commit
def phrases(collection: Collection) -> Phrases:
    """Return the phrases of a collection, made at the first need."""
    words, articles = collection.short_terms(map(words_field, TEXT_FIELDS), _LONGEST_KEY)
    known = dict(zip(words.tolist(), articles.tolist(), strict=True))
    several = (articles >= _LEAST) & (words.view(np.uint8).reshape(-1, _LONGEST_KEY) == ord("_")).any(axis=1)
    frequencies = dict(zip(words[several].tolist(), articles[several].tolist(), strict=True))
    pairs, articles = collection.short_terms([PHRASE_FIELD], _LONGEST_KEY)
    several = articles >= _LEAST
    for pair, count in zip(pairs[several].tolist(), articles[several].tolist(), strict=True):
        first, second = pair.split(b" ")
        if count > _LEAST_LIFT * (known.get(first, 0) * known.get(second, 0) / max(1, collection.size)):
            frequencies.setdefault(b"%s_%s" % (first, second), count)
    keys = np.array([_bare(form.decode()) for form in frequencies], f"S{_LONGEST_KEY}")
    order = np.argsort(keys, kind="stable")
    return Phrases(
        keys[order], np.array(list(frequencies), keys.dtype)[order], np.array(list(frequencies.values()), np.int64)[order]
    )


def _bare(form: str) -> bytes:
    return "_".join(map(stripped, form.split("_"))).encode()
