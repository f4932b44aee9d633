from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.match import near_positions as near
from searcher.match.near_positions import near_positions


@pytest.mark.parametrize(
    ("places", "reach", "found"),
    [
        ([[1], [3]], 2, [1, 3]),
        ([[1], [3]], 1, []),
        ([[3], [1]], 2, [1, 3]),
        ([[1, 9], [3, 20]], 2, [1, 3]),
        ([[1, 5], [3]], 2, [1, 3, 5]),
        ([[1], [2], []], 9, []),
        # one place is not enough for two terms
        ([[4], [4]], 5, []),
        ([[4, 6], [4]], 5, [4, 6]),
        ([[1, 2], [1, 2], [1, 2]], 9, []),
        ([[1, 2, 3], [1, 2], [1, 2]], 2, [1, 2, 3]),
        # the middle one is near to both, they are not near to each other
        ([[0], [5], [10]], 5, []),
    ],
)
def test_near_positions(places: list[list[int]], reach: int, found: list[int]) -> None:
    assert near_positions(places, reach) == found


@given(st.lists(st.lists(st.integers(0, 14), unique=True, max_size=5), min_size=1, max_size=4), st.integers(0, 8))
def test_every_choice_is_found(places: list[list[int]], reach: int) -> None:
    choices = [choice for choice in product(*places) if len(set(choice)) == len(choice) and max(choice) - min(choice) <= reach]
    assert near_positions(places, reach) == sorted({place for choice in choices for place in choice})


def test_many_terms_in_a_long_text() -> None:
    everywhere = range(2000)
    assert near_positions([everywhere] * 64, 63) == list(everywhere)
    assert near_positions([everywhere] * 64, 62) == []


def test_windows_that_differ_little_are_matched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    matched: list[int] = []
    real = near._assignable

    def assignable(takers: Sequence[int], terms: int) -> bool:
        matched.append(len(takers))
        return real(takers, terms)

    monkeypatch.setattr(near, "_assignable", assignable)
    everywhere = list(range(3000))
    assert near_positions([everywhere] * 8, 44) == everywhere
    assert near_positions([everywhere] * 3 + [everywhere[::2], everywhere[1::2]], 44) == everywhere
    assert near_positions([list(everywhere) for _ in range(8)], 6) == []
    assert len(matched) < 40 and max(matched) <= 8
