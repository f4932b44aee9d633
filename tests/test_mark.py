"""language.mark: marks are taken off in one way everywhere."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.permalink import slug
from corpus.reading.page.label import fold
from language.mark import letters_of, marks, without_marks
from language.normalizer import stripped


@pytest.mark.parametrize(
    ("text", "bare", "taken"),
    [
        ("Đường sắt", "Duong sat", "\u0335\u031b\u031b\u0300\u0306\u0301"),
        ("đ", "d", "\u0335"),
        ("ƯỚC", "UOC", "\u031b\u031b\u0301"),
        ("nghiêng", "nghieng", "\u0302"),
        ("2022/NĐ-CP", "2022/ND-CP", "\u0335"),
        ("", "", ""),
    ],
)
def test_marks_by_themselves(text: str, bare: str, taken: str) -> None:
    for form in ("NFC", "NFD"):
        assert without_marks(unicodedata.normalize(form, text)) == bare
        assert marks(unicodedata.normalize(form, text)) == taken


def test_letters_keep_their_marks() -> None:
    assert letters_of("tiếng đồn") == ["t", "i", "e\u0302\u0301", "n", "g", " ", "đ", "o\u0302\u0300", "n"]


@given(st.text())
def test_taking_off_twice_is_once(text: str) -> None:
    bare = without_marks(text)
    assert without_marks(bare) == bare and marks(bare) == ""


@pytest.mark.parametrize("word", ["đường", "Nghị", "quyết", "khỏe", "thủy", "ƯỚC", "y", "Đắk"])
def test_every_room_takes_them_off_alike(word: str) -> None:
    bare = without_marks(word).casefold()
    assert slug(word) == fold(word) == stripped(word) == bare
