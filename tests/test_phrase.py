"""Words that an article keeps side by side become its phrases; those of many articles the archive's (searcher.help.phrase_table)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pytest

from index.schema import PHRASE_FIELD
from index.segment_file import Array
from language.phrase import phrases
from searcher.help import phrase_table


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("trường đạt chuẩn", ["trường đạt", "đạt chuẩn"]),
        ("thủ_tướng chính_phủ", ["thủ_tướng chính_phủ"]),
        ("xây_dựng nông_thôn mới", ["xây_dựng nông_thôn", "nông_thôn mới"]),
        ("uỷ_ban nhân_dân_tỉnh", []),  # five syllables
        ("năm 2024", []),
        ("57/2022/nđ-cp nghị_định", []),
        ("trường", []),
        ("", []),
    ],
)
def test_what_is_repeated_is_a_phrase(words: str, found: list[str]) -> None:
    assert phrases([words.split()] * 3) == found
    assert phrases([words.split()] * 2) == []


def test_a_phrase_never_reaches_from_one_text_into_the_next() -> None:
    assert phrases([["đạt"], ["chuẩn"]] * 3) == []


class Dictionaries:
    """A collection of a thousand articles that has nothing but its dictionaries: in how many of them a word or a pair of words is."""

    size = 1000

    def __init__(self, words: dict[str, int], pairs: dict[str, int]) -> None:
        self._words, self._pairs = words, pairs

    def kept(self, _: str, make: Callable[[], phrase_table.Phrases]) -> phrase_table.Phrases:
        return make()

    def short_terms(self, fields: Iterable[str], longest: int) -> tuple[Array, Array]:
        counts = self._pairs if list(fields) == [PHRASE_FIELD] else self._words
        return np.array([term.encode() for term in counts], f"S{longest}"), np.array([*counts.values()])


@pytest.mark.parametrize(
    ("pair", "count", "known"),
    [
        # Of two words that every article has, a thousand have both by chance.
        ("của tỉnh", 20, False),
        ("của tỉnh", 21, True),
        ("đạt chuẩn", 1, False),
        ("đạt chuẩn", 2, True),
    ],
)
def test_words_stand_together_by_chance_or_are_a_phrase(pair: str, count: int, known: bool) -> None:
    words = {"của": 1000, "tỉnh": 1000, "đạt": 10, "chuẩn": 10, "nông_thôn": 2, "xa_lạ": 1}
    found = phrase_table.phrases(Dictionaries(words, {pair: count}))  # type: ignore[arg-type]
    assert [form.decode() for form in found.forms] == [*([pair.replace(" ", "_")] if known else []), "nông_thôn"]
