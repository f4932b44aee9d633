from __future__ import annotations

import pytest

from language.alphabet import alphabetical, initial


@pytest.mark.parametrize(
    "labels",
    [
        ["an", "ăn", "ân", "ba"],
        ["dân", "đất", "đường", "em"],
        ["ma", "mà", "mả", "mã", "má", "mạ", "mác"],
        ["nông thôn", "Nông thôn mới", "nước sạch"],
        ["2024", "57/2022", "an sinh"],
        ["ô nhiễm", "ơn", "phòng"],
    ],
)
def test_labels_stand_as_in_a_dictionary(labels: list[str]) -> None:
    assert sorted(labels, key=alphabetical) == labels


@pytest.mark.parametrize(
    ("label", "letter"), [("đất đai", "Đ"), ("Ấm", "Â"), ("#OCOP", "O"), ("2024", "#"), ("", "#"), ("яблоко", "#")]
)
def test_a_label_stands_under_a_letter(label: str, letter: str) -> None:
    assert initial(label) == letter
