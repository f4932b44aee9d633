"""language.abbreviation: what an article explains, and the checked list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language import abbreviation
from language.abbreviation import MOST_SYLLABLES, explained, key, listed
from language.text import clean


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Hội đồng nhân dân (HĐND) tỉnh họp", ["HĐND = Hội đồng nhân dân"]),
        ("Hội đồng nhân dân ( HĐND ) tỉnh họp", ["HĐND = Hội đồng nhân dân"]),
        ("Uỷ ban nhân dân tỉnh (UBND tỉnh) họp", ["UBND = Uỷ ban nhân dân"]),
        ("Ủy ban nhân dân (UBND) tỉnh họp", ["UBND = Ủy ban nhân dân"]),
        ("HĐND (Hội đồng nhân dân) tỉnh họp", ["HĐND = Hội đồng nhân dân"]),
        ("Ban QLDA (quản lý dự án) 85", ["QLDA = quản lý dự án"]),
        ("Bộ Giáo dục và Đào tạo (Bộ GD-ĐT) cho biết", ["GD-ĐT = Giáo dục và Đào tạo"]),
        ("giáo dục và đào tạo (GD-ĐT, GD&ĐT)", ["GD-ĐT = giáo dục và đào tạo", "GD&ĐT = giáo dục và đào tạo"]),
        ("Sở Văn hóa, Thể thao và Du lịch (VH-TT-DL)", ["VH-TT-DL = Văn hóa, Thể thao và Du lịch"]),
        ("Sở Văn hóa, Thể thao và Du lịch (VH, TT & DL)", ["VH, TT & DL = Văn hóa, Thể thao và Du lịch"]),
        ("bảo hiểm xã hội (gọi tắt là BHXH)", ["BHXH = bảo hiểm xã hội"]),
        ("Đại học Quốc gia TP.HCM (ĐHQG TP.HCM)", ["ĐHQG = Đại học Quốc gia"]),
        ("“Hội đồng xét xử” (HĐXX) nghị án", ["HĐXX = Hội đồng xét xử"]),
        ("Liên đoàn Lao động (LĐLĐ) và Hội Nông dân (HND)", ["LĐLĐ = Liên đoàn Lao động", "HND = Hội Nông dân"]),
        ("đồng bằng sông Cửu Long (ĐBSCL)", ["ĐBSCL = đồng bằng sông Cửu Long"]),
        # đ is not d; a sentence's end is an end; initials that do not match, or only in part, are none.
        ("dự án đầu tư (DADT)", []),
        ("Ông là đại biểu. Quốc hội (ĐBQH)", []),
        ("Tổ chức Y tế thế giới (WHO)", []),
        ("nhân dân (HĐND)", []),
        ("ca sĩ Lan (SN 1990) và (TP Huế)", []),
        ("(HĐND)", []),
        ("thành phố (TP Huế)", []),
        ("công an (a)", []),
        ("", []),
    ],
)
def test_what_a_text_explains(text: str, pairs: list[str]) -> None:
    found = [" = ".join(sense.written) for sense in explained(clean(text))]
    assert [clean(pair) for pair in pairs] == found


def test_spellings_of_one_abbreviation_have_one_key() -> None:
    assert {key(written) for written in ("GD-ĐT", "GD & ĐT", "gd đt", "GD&ĐT")} == {"gd đt"}
    (sense,) = explained("Ủy ban nhân dân (UBND)")
    assert (sense.abbreviation, sense.expansion) == ("ubnd", key("Uỷ ban nhân dân"))


PIECES = st.sampled_from(
    ["hội", "đồng", "nhân", "dân", "và", "(", ")", "HĐND", "HĐ-ND", "TP.", ",", "“", "a/b", "Ủ", "\u0301", "(HĐ", "ND)"]
)


@given(st.lists(PIECES, max_size=40).map(" ".join) | st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    cleaned = clean(text)
    for sense in explained(cleaned):
        assert all(written in cleaned for written in sense.written)
        assert "\t" not in sense.abbreviation + sense.expansion
        assert sense.abbreviation != sense.expansion
        assert len(sense.expansion.split()) <= MOST_SYLLABLES


def test_hostile_text_is_read_in_linear_time() -> None:
    syllables = "và " * 60
    assert list(explained(f"{syllables}(VVVVVVVVVVVV VVVVVVVVVVVV)" * 200)) is not None
    assert list(explained("(" * 100_000)) == []


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("(AB)" * 50_000, 1),
        ("((AB)" * 50_000, 1),
        ("A (BC) " * 50_000, 40),  # as many as the words before the bracket differ at the beginning of the text
        ("và (VV) " * 50_000, 40),
        (" ".join(f"An{number} (AB)" for number in range(50_000)), abbreviation.MOST_BRACKETS),
    ],
)
def test_what_is_repeated_is_read_once(monkeypatch: pytest.MonkeyPatch, text: str, most: int) -> None:
    looked_at = []

    def counted(before: str, inside: str) -> Iterator[abbreviation.Pair]:
        looked_at.append(inside)
        return iter(())

    monkeypatch.setattr(abbreviation, "_pairs", counted)
    assert list(explained(text)) == []
    assert len(looked_at) <= most


def test_an_explanation_after_hostile_text_is_found() -> None:
    (sense,) = explained("(AB)" * 50_000 + " Hội đồng nhân dân (HĐND)")
    assert sense.written.abbreviation == "HĐND"


def test_the_list_is_well_formed() -> None:
    senses = listed()
    assert len(senses) > 200
    assert len({(sense.abbreviation, sense.expansion) for sense in senses}) == len(senses)
    assert len({sense.abbreviation for sense in senses}) == len(senses)
    for sense in senses:
        assert sense.abbreviation and len(sense.expansion.split()) > 1
        assert clean(sense.written.abbreviation) == sense.written.abbreviation
        assert clean(sense.written.expansion) == sense.written.expansion
