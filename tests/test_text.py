from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.text import clean

# Letters, spaces and marks that Vietnamese pages are made of, and what creeps in between.
TROUBLE = st.text(
    st.sampled_from(
        "aăâđeêoơuưyÐðĐ ấầạ\u0300\u0301\u0309\u0323\u0302\u031b \t\n\r\u00a0\u200b\ufeff\u00ad\u2028\u3000\x00\x85\ud800"
    )
)


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("  Quảng\u00a0Ninh \n\t về đích ", "Quảng Ninh về đích"),
        (unicodedata.normalize("NFD", "Đường sắt Lào Cai"), "Đường sắt Lào Cai"),
        ("Ðường sắt", "Đường sắt"),  # U+00D0
        ("ðường", "đường"),
        ("nông\u200b thôn\u00ad mới", "nông thôn mới"),
        ("\ufeffTiêu đề", "Tiêu đề"),
        ("xã\u2028hội\x85hoá\x1fmới", "xã hội hoá mới"),
        ("a\x00b\x08c\x7fd", "abcd"),
        ("chữ \ud800 lẻ", "chữ \ufffd lẻ"),
        ("hòa bình, hoà bình", "hòa bình, hoà bình"),  # tone placement stays as written
        ("o\u031b\u0301", "ớ"),
        ("o\u200b\u0301", "ó"),  # an invisible character between letter and mark
        ("“Đúng – 100%…”", "“Đúng – 100%…”"),
        ("", ""),
        ("\u200b \ufeff", ""),
    ],
)
def test_clean(written: str, cleaned: str) -> None:
    assert clean(written) == cleaned


@given(st.one_of(st.text(), TROUBLE))
def test_cleaning_twice_is_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == " ".join(once.split())
    assert "\u00d0" not in once and "\u200b" not in once
    once.encode()  # no lone surrogate is left


@given(TROUBLE)
def test_composed_and_decomposed_text_are_one(text: str) -> None:
    assert clean(unicodedata.normalize("NFD", text)) == clean(unicodedata.normalize("NFC", text))


def test_a_tower_of_marks_is_cut_short() -> None:
    tower = clean("a" + "\u0301\u0323" * 500_000 + " b")
    assert tower.endswith(" b") and len(tower) < 40


@pytest.mark.parametrize(
    "marks", ["\u0301", "\u0323\u0301", "\u0591\u05b0", "\u0f71\u0f72", "\u0f73", "\u0344", "\u0e38\u0e48", "\U0001d165"]
)
def test_of_a_stack_of_marks_the_first_are_kept_whatever_script_they_are_of(marks: str) -> None:
    cleaned = clean("a" + marks * 300_000 + " b")
    assert cleaned.endswith(" b") and len(cleaned) <= 35
    assert clean(cleaned) == cleaned


def test_a_row_of_signs_is_no_stack() -> None:
    assert clean("—" * 500 + "…" * 500 + "x") == "—" * 500 + "…" * 500 + "x"
