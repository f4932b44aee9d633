"""Which syllables sound alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.confusion import confused


@pytest.mark.parametrize(
    ("one", "other"),
    [("trinh", "chinh"), ("suat", "xuat"), ("nghanh", "nganh"), ("dan", "gian"), ("lang", "nang"), ("ban", "bang")],
)
def test_syllables_that_sound_alike_are_confused_either_way(one: str, other: str) -> None:
    assert other in confused(one) and one in confused(other)


@pytest.mark.parametrize("word", ["facebook", "x", "", "57", "êđê"])
def test_what_is_no_syllable_is_confused_with_nothing(word: str) -> None:
    assert confused(word) == ()


@given(st.text(alphabet="acghintuoyrsx", max_size=7))
def test_nothing_is_confused_with_itself(syllable: str) -> None:
    assert syllable not in confused(syllable)
