"""Words that an article keeps side by side become its phrases."""

from __future__ import annotations

import pytest

from language.phrase import LEAST, phrases


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
    assert phrases([words.split()] * LEAST) == found
    assert phrases([words.split()] * (LEAST - 1)) == []


def test_a_phrase_never_reaches_from_one_text_into_the_next() -> None:
    assert phrases([["đạt"], ["chuẩn"]] * LEAST) == []
