"""language.syllable: which letters can be a syllable of the language."""

from __future__ import annotations

import pytest

from language.syllable import is_syllable


@pytest.mark.parametrize("form", "ai y an nghieng nghi gi gin quy quoc khuyu ngoeo ruou duong xoong thuo bot uy oan yeu".split())
def test_syllables(form: str) -> None:
    assert is_syllable(form)


@pytest.mark.parametrize(
    "form", "kon plei ku taxi taxa tp jd hmong ede oto kontum pa1 cin gha ngie w a-b hoana".split() + ["", "đi"]
)
def test_no_syllables(form: str) -> None:
    assert not is_syllable(form)
