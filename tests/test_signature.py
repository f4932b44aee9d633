"""index.signature: what share of two signatures agrees is what share of their runs of five syllables is in both."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.signature import SHORTEST, SIGNATURE_LENGTH, signature
from language import analyzer

SYLLABLES = [f"{first}{rime}" for first in "b c d đ g h k l m n".split() for rime in "a ă â e ê i o ô ơ u".split()]


def text_of(seed: int, length: int) -> list[str]:
    return [SYLLABLES[number] for number in np.random.default_rng(seed).integers(0, len(SYLLABLES), length)]


def agreement(one: list[str], other: list[str]) -> float:
    return float(np.mean(signature(one) == signature(other)))


def shared_runs(one: list[str], other: list[str]) -> float:
    first, second = ({tuple(terms[at : at + 5]) for at in range(len(terms) - 4)} for terms in (one, other))
    return len(first & second) / len(first | second)


@pytest.mark.parametrize("kept", [0, 50, 200, 320, 380, 400])
@pytest.mark.parametrize("seed", range(5))
def test_agreement_is_the_share_of_common_runs(kept: int, seed: int) -> None:
    one = text_of(seed, 400)
    other = one[:kept] + text_of(seed + 100, 400 - kept)
    assert agreement(one, other) == pytest.approx(shared_runs(one, other), abs=0.15)


@given(st.integers(0, 99), st.integers(SHORTEST, 6000))
def test_marks_make_no_difference(seed: int, length: int) -> None:
    terms = text_of(seed, length)
    bare = analyzer.terms(" ".join(terms).translate(str.maketrans("ăâđêôơ", "aadeoo")))[0]
    assert signature(terms).tolist() == signature(bare).tolist()


def test_a_long_text_is_hashed_in_pieces_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = text_of(3, 10_000)
    whole = signature(terms).tolist()
    monkeypatch.setattr("index.signature._PIECE", 7)
    assert signature(terms).tolist() == whole


@pytest.mark.parametrize(("length", "empty"), [(0, True), (1, True), (79, True), (80, False)])
def test_a_short_text_has_none(length: int, empty: bool) -> None:
    found = signature(text_of(1, length))
    assert found.shape == (SIGNATURE_LENGTH,) and (not found.any()) == empty


def test_the_same_for_ever() -> None:
    """If this fails, indexes on people's disks have other signatures than those made now: raise the number in index.schema.VERSION."""
    assert signature("tỉnh quảng ninh công bố quyết định phê duyệt quy hoạch".split() * 10)[:8].tolist() == [
        12,
        54,
        253,
        47,
        166,
        15,
        200,
        117,
    ]
