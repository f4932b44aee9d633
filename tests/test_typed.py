from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.text import clean
from searcher.query.typed import read_typed

# Letters and marks that compose in every way there is: Vietnamese, Hangul, Indic, and what is dropped, replaced or decomposed.
LETTERS = "aeoưđÐ \t\u0300\u0301\u0323\u0321\u031b\u0302\u1100\u1161\u11a8\u09c7\u09be\u0958\u0344\u2260\u212a\u200b\u034f\ud800\U0001d15e\u2000"


@pytest.mark.parametrize(
    ("typed", "text", "pieces"),
    [
        ("hòa", "hòa", ["h", "ò", "a"]),
        ("ho\u0300a", "hòa", ["h", "o\u0300", "a"]),
        ("o\u031b\u0323", "ợ", ["o\u031b\u0323"]),
        ("\u200ba\u200bb\u200b", "ab", ["a", "b"]),
        ("o\u200b\u0300", "ò", ["o\u200b\u0300"]),
        ("Ða\n\tb", "Đa  b", ["Ð", "a", "\n", "\t", "b"]),
        ("a\ud800", "a\ufffd", ["a", "\ud800"]),
    ],
)
def test_typed(typed: str, text: str, pieces: list[str]) -> None:
    read = read_typed(typed)
    assert read.text == text
    spans = [read.span(place, place + 1) for place in range(len(text))]
    assert [typed[start:end] for start, end in spans] == pieces


@given(st.text(st.sampled_from(LETTERS), max_size=12) | st.text(st.characters(exclude_categories=()), max_size=20))
def test_text_is_what_cleaning_gives(typed: str) -> None:
    read = read_typed(typed)
    assert clean(read.text) == clean(typed)
    assert unicodedata.is_normalized("NFC", read.text)
    assert len(read.starts) == len(read.ends) == len(read.text)
    assert list(read.starts) == sorted(read.starts)
    assert all(0 <= start < end <= len(typed) for start, end in zip(read.starts, read.ends, strict=True))
