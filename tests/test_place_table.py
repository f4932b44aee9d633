"""language.place.table and language.place.name: what places are called, what they lie in and became, and what a reader means."""

from __future__ import annotations

import pytest

from language.normalizer import stripped
from language.place import may_be_asked_for, named, places, predecessors
from language.place.unit import COMMUNE, DISTRICT, PROVINCE


def test_as_many_as_the_official_lists_have() -> None:
    today = [place for place in places().values() if place.until is None]
    before = [place for place in places().values() if str(place.until) == "2025-06-30"]
    assert [sum(place.level == level for place in today) for level in (PROVINCE, DISTRICT, COMMUNE)] == [34, 0, 3321]
    kept = [
        place
        for place in today
        if place.level == PROVINCE and place.key in {other.around[-1].key for other in before if other.around}
    ]
    assert len(kept) + sum(place.level == PROVINCE for place in before) == 63
    assert [sum(place.level == level for place in before) for level in (DISTRICT, COMMUNE)] == [696, 10_035]


def test_every_key_leads_somewhere_and_everything_ends_in_what_there_is_today() -> None:
    for key, place in places().items():
        assert place.key == key and place.today
        assert all(last.until is None for last in place.today)
        assert place.lies_in[0] == key and set(place.lies_in) <= set(places())
        assert (place.until is None) == (not place.became)


@pytest.mark.parametrize(
    ("key", "became"),
    [
        ("vinh-phuc", ["phu-tho"]),
        ("hoa-binh", ["phu-tho"]),
        ("ha-tay", ["ha-noi"]),
        ("thua-thien-hue", ["hue"]),
        ("quang-nam", ["da-nang"]),
        ("ho-chi-minh.quan-2", ["ho-chi-minh.thanh-pho-thu-duc"]),
        ("quang-ninh.huyen-hoanh-bo", ["quang-ninh.thanh-pho-ha-long"]),
        ("vinh-phu", ["phu-tho", "vinh-phuc"]),
        ("quang-ninh.huyen-binh-lieu.xa-hoanh-mo", ["quang-ninh.xa-hoanh-mo"]),
        ("quang-ninh", []),
    ],
)
def test_what_a_place_became(key: str, became: list[str]) -> None:
    assert list(places()[key].became) == became
    for successor in became:
        assert key in [place.key for place in predecessors(places()[successor])]


def test_what_a_district_became() -> None:
    assert {"Xã Bình Liêu", "Xã Hoành Mô", "Xã Lục Hồn"} <= {
        place.full_name for place in places()["quang-ninh.huyen-binh-lieu"].today
    }


def test_what_a_place_lies_in() -> None:
    assert places()["vinh-phuc.huyen-tam-dao"].lies_in == ("vinh-phuc.huyen-tam-dao", "vinh-phuc", "phu-tho")
    assert places()["quang-ninh.huyen-binh-lieu.xa-hoanh-mo"].lies_in == (
        "quang-ninh.huyen-binh-lieu.xa-hoanh-mo",
        "quang-ninh.huyen-binh-lieu",
        "quang-ninh",
        "quang-ninh.xa-hoanh-mo",
    )


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("quang-ninh", "Quảng Ninh"),
        ("quang-ninh.huyen-binh-lieu", "Huyện Bình Liêu (Quảng Ninh)"),
        ("quang-ninh.huyen-binh-lieu.xa-hoanh-mo", "Xã Hoành Mô (Bình Liêu, Quảng Ninh)"),
        ("quang-ninh.xa-hoanh-mo", "Xã Hoành Mô (Quảng Ninh)"),
    ],
)
def test_labels_lead_back_to_their_place(key: str, label: str) -> None:
    assert places()[key].label == label
    assert key in [place.key for place in named(label)]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("quảng ninh", ["quang-ninh"]),
        ("tinh quang ninh", ["quang-ninh"]),
        ("quang_ninh", ["quang-ninh"]),
        ("Quáng Ninh", []),
        ("H. Bình Liêu", ["quang-ninh.huyen-binh-lieu"]),
        ("huyen binh lieu", ["quang-ninh.huyen-binh-lieu"]),
        ("xã Bình Liêu", ["quang-ninh.xa-binh-lieu"]),
        ("Châu Thành (Long An)", ["long-an.huyen-chau-thanh"]),
        ("chau thanh, ben tre", ["ben-tre.huyen-chau-thanh"]),
        ("TP.HCM", ["ho-chi-minh"]),
        ("sai gon", ["ho-chi-minh"]),
        ("đắc lắc", ["dak-lak"]),
        ("kontum", ["kon-tum"]),
        ("quan 1", ["ho-chi-minh.quan-1"]),
        ("phú thọ", ["phu-tho"]),
        ("Vinh Phúc", ["vinh-phuc"]),
        ("không đâu cả", []),
        ("", []),
    ],
)
def test_what_a_reader_means(typed: str, keys: list[str]) -> None:
    assert [place.key for place in named(typed)] == keys


def test_a_name_of_many_is_all_of_them() -> None:
    assert {place.around[-1].name for place in named("huyện châu thành")} == {
        "An Giang", "Bến Tre", "Đồng Tháp", "Hậu Giang", "Kiên Giang", "Long An", "Sóc Trăng", "Tây Ninh", "Tiền Giang", "Trà Vinh"
    }  # fmt: skip


def test_whatever_a_province_or_a_kind_and_name_may_be_asked_for() -> None:
    for place in places().values():
        if place.level == PROVINCE:
            assert may_be_asked_for(place.name) and may_be_asked_for(stripped(place.name).upper()), place
        else:
            assert may_be_asked_for(place.full_name) and may_be_asked_for(stripped(place.full_name)), place
    for spelling in ("Sài Gòn", "TP.HCM", "BR-VT", "Đắc Lắc", "kontum", "thua thien hue", "H. Bình Liêu"):
        assert may_be_asked_for(spelling) == bool(named(spelling)), spelling
    for other in ("nông thôn mới", "trường", "an ninh", ""):
        assert not may_be_asked_for(other)
