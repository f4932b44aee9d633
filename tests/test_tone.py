"""language.tone: a tone stands in one place everywhere: in terms, in tags, and in what raw Telex spells."""

from __future__ import annotations

import pytest

from corpus.hashtag import tag_key
from language.input_method import decode
from language.mark import ACUTE, DOT, GRAVE, HOOK
from language.normalizer import exact
from language.tone import new_style, with_tone, with_tone_in_place

OLD_AND_NEW = [("hòa", "hoà"), ("khỏe", "khoẻ"), ("thủy", "thuỷ"), ("qúy", "quý"), ("gìa", "già"), ("nghịêm", "nghiệm")]


@pytest.mark.parametrize(
    ("toneless", "tone", "toned"),
    [
        ("hoa", GRAVE, "hoà"),
        ("thuy", HOOK, "thuỷ"),
        ("quyên", HOOK, "quyển"),
        ("nươc", ACUTE, "nước"),
        ("cua", HOOK, "của"),
        ("giưa", "\u0303", "giữa"),
        ("rươu", DOT, "rượu"),
        ("taxi", ACUTE, None),
    ],
)
def test_where_a_tone_stands(toneless: str, tone: str, toned: str | None) -> None:
    assert with_tone(toneless, tone) == toned


@pytest.mark.parametrize(("old", "new"), OLD_AND_NEW)
def test_every_room_places_it_alike(old: str, new: str) -> None:
    assert with_tone_in_place(new_style(old)) == exact(old) == tag_key(old) == new


@pytest.mark.parametrize(
    ("keys", "syllable"), [("hoaf", "hoà"), ("khoer", "khoẻ"), ("thuyr", "thuỷ"), ("quys", "quý"), ("nghieemj", "nghiệm")]
)
def test_what_keys_spell_stands_so_too(keys: str, syllable: str) -> None:
    decoded = decode(keys)
    assert decoded is not None and decoded[0] == syllable == exact(syllable)


@pytest.mark.parametrize(
    ("one", "other"), [("kĩ thuật", "kỹ thuật"), ("lí luận", "lý luận"), ("hòa bình", "hoà bình"), ("mĩ", "Mỹ")]
)
def test_tags_are_one_where_terms_are(one: str, other: str) -> None:
    assert tag_key(one) == tag_key(other)
    assert [exact(part) for part in one.split()] == [exact(part) for part in other.split()]


@pytest.mark.parametrize(("one", "other"), [("thi", "thy"), ("chí", "chý"), ("qui", "quy")])
def test_tags_are_two_where_terms_are(one: str, other: str) -> None:
    assert tag_key(one) != tag_key(other) and exact(one) != exact(other)
