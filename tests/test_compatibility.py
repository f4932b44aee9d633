"""language.compatibility: what is undone, what stays, and where each letter came from."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from language.compatibility import plain, plain_with_origins

letters = st.text(st.one_of(st.sampled_from("aƣƠđ½²₂10⁶ʼ’º™…\u0430в Ωμ½ﬁⅡ㎡℃１Ａ／\u0301"), st.characters()), max_size=20)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("5 km², 5㎢, 10 m³", "5 km2, 5km2, 10 m3"),
        ("CO₂ và H₂O", "CO2 và H2O"),
        ("quý Ⅱ, ⅳ", "quý II, iv"),
        ("½ 1¼", "1⁄2 1⁄1⁄4"),
        ("10⁶ 10¹²", "10⁄6 10⁄12"),
        ("ＵＢＮＤ（１２３）", "UBND(123)"),
        ("30℃ 30ºC", "30°C 30°C"),
        ("№ 5", "No 5"),
        ("ﬁle ﬂow", "file flow"),
        ("Thủ tƣớng, ƢỚC", "Thủ tướng, ƯỚC"),
        ("Ɖà Nẵng, Ðắk Lắk, ðường", "Đà Nẵng, Đắk Lắk, đường"),
        ("v\u0430n ph\u043eng", "van phong"),
        ("ΤΡΗCM", "TPHCM"),
        ("HʼMông H’Mông H`Mông H´Mông", "H'Mông H'Mông H'Mông H'Mông"),
        # What is no other way of writing letters stays.
        ("Москва, Μαρία, αβ", "Москва, Μαρία, αβ"),
        ("5 μm", "5 μm"),
        ("vân vân… Vietnam™", "vân vân… Vietnam™"),
        ("Người dân Hòa Bình nói: “được” – 100%", "Người dân Hòa Bình nói: “được” – 100%"),
    ],
)
def test_plain(written: str, read: str) -> None:
    assert plain(written) == read


@given(letters)
def test_plain_text_is_its_own_plain_text(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(letters)
def test_origins_are_in_order_and_white_space_stays(text: str) -> None:
    read, origins = plain_with_origins(text)
    places = list(origins)
    assert read == plain(text)
    assert len(places) == len(read)
    assert places == sorted(places) and set(places) == set(range(len(text)))
    assert [place for place in places if text[place].isspace()] == [
        place for place, letter in enumerate(text) if letter.isspace()
    ]
    assert len(read.split()) == len(text.split())


@example("A\u1fd6")
@example("A\u1fe8")
@given(letters)
def test_composed_and_decomposed_text_are_one(text: str) -> None:
    forms = {unicodedata.normalize("NFC", plain(unicodedata.normalize(form, text))) for form in ("NFC", "NFD")}
    assert len(forms) == 1
