from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.hashtag import MAX_LABEL, MAX_TAGS, merge_tags, tag_key


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("#Đời_sống", "đời_sống"),
        ("#đời_sống", "đời_sống"),
        ("đời sống", "đời_sống"),
        ("# Đời  Sống", "đời_sống"),
        ("ĐỜI SỐNG", "đời_sống"),
        ("#Ðời_sống", "đời_sống"),  # U+00D0
        (unicodedata.normalize("NFD", "#đời_sống"), "đời_sống"),
        ("#hòa_bình", "hoà_bình"),
        ("hoà bình", "hoà_bình"),
        ("khỏe", "khoẻ"),
        ("thủy lợi", "thuỷ_lợi"),
        ("hoàn toàn", "hoàn_toàn"),
        ("quý", "quý"),
        ("mùa lúa", "mùa_lúa"),
        ("của cải", "của_cải"),
        ("COVID-19", "covid_19"),
        ("24/7", "24_7"),
        ("Nghị quyết 57-NQ/TW", "nghị_quyết_57_nq_tw"),
        ("dat dai", "dat_dai"),
        ("#", ""),
        ("— …", ""),
        ("", ""),
    ],
)
def test_tag_key(label: str, key: str) -> None:
    assert tag_key(label) == key


@given(st.one_of(st.text(), st.text(st.sampled_from("aAđĐÐÒòỏỦủyYqQeEhH_#- /\u0300\u0309İß"))))
def test_a_key_is_its_own_and_fit_for_a_path(label: str) -> None:
    key = tag_key(label)
    assert tag_key(key) == key
    assert not set(key) & set("/?#%&. ")


TEXT = (
    "Quảng Ninh luôn xác định xây dựng NTM là việc lâu dài. Năm nay, Quảng Ninh và huyện Bình Liêu cùng về đích.\n"
    "Ban Chấp hành Đảng bộ huyện họp. Theo Ban Chấp hành Đảng bộ tỉnh, quá trình xây dựng còn dài.\n"
    "Đời sống người dân khá lên; đời sống văn hoá cũng vậy. Dịch Covid-19 đã qua. XÂY DỰNG NTM\n"
    "Hà Nội giúp đỡ. Tiền lương tăng."
)


@pytest.mark.parametrize(
    ("labels", "merged"),
    [
        (["#Đời_sống", "#đời_sống", "đời sống"], ("Đời sống",)),
        (["#quảng_ninh"], ("Quảng Ninh",)),
        (["#xây_dựng_ntm", "#xây_dựng_ntm"], ("xây dựng NTM",)),
        (["#ban_chấp_hành_đảng_bộ"], ("Ban Chấp hành Đảng bộ",)),
        (["#quá_trình_xây_dựng"], ("quá trình xây dựng",)),
        (["covid 19"], ("Covid-19",)),
        (["#hà_nội"], ("Hà Nội",)),  # only at the start of a sentence, but its second capital vouches
        (["tiền lương"], ("tiền lương",)),  # this capital says nothing
        (["Xây Dựng NTM"], ("xây dựng NTM",)),
        (["#huyện_bình_liê"], ("huyện Bình Liêu",)),
        (["#huyện_bình_liê", "huyện Bình Liêu"], ("huyện Bình Liêu",)),
        (["#huyện_bình"], ("huyện Bình",)),  # whole in the text: not cut
        (["bình đ"], ("bình đ",)),  # no continuation
        (["#an"], ("an",)),  # one syllable is no clue
        (["y tế", "giáo dục", "y tế"], ("y tế", "giáo dục")),
        (["#", "", "…", "#a,"], ("a",)),
        (["x" * (MAX_LABEL + 1)], ()),
        ([], ()),
    ],
)
def test_merge_tags(labels: list[str], merged: tuple[str, ...]) -> None:
    assert merge_tags(labels, TEXT) == merged


def test_two_continuations_complete_nothing() -> None:
    assert merge_tags(["#huyện_bình_li"], "huyện Bình Liêu và huyện Bình Linh") == ("huyện bình li",)


def test_a_tone_mark_in_the_other_place_is_the_same_syllable() -> None:
    assert merge_tags(["#hoà_bình"], "tỉnh Hòa Bình") == ("Hòa Bình",)
    assert merge_tags(["#huyện_lệ_thủ"], "ở huyện Lệ Thủy") == ("huyện Lệ Thủy",)


def test_a_phrase_does_not_run_over_the_end_of_a_sentence() -> None:
    assert merge_tags(["quảng ninh"], "ở Quảng. Ninh nói") == ("quảng ninh",)


@pytest.mark.parametrize(
    ("given_labels", "best"),
    [
        (["đời sống", "Đời sống"], "Đời sống"),
        (["QUẢNG NINH", "Quảng Ninh", "quảng ninh", "Quảng ninh"], "Quảng Ninh"),
        (["Xây Dựng Ntm", "xây dựng NTM"], "xây dựng NTM"),
        (["XÂY DỰNG", "xây dựng"], "xây dựng"),
        (["UBND"], "UBND"),
    ],
)
def test_without_a_text_the_best_cased_spelling_is_shown(given_labels: list[str], best: str) -> None:
    assert merge_tags(given_labels, "") == (best,)
    assert merge_tags(given_labels[::-1], "") == (best,)


def test_tags_are_limited() -> None:
    assert len(merge_tags((f"thẻ {n}" for n in range(100_000)), "")) == MAX_TAGS


WORDS = st.sampled_from(
    "Quảng quảng Ninh ninh huyện Bình bình Liêu Liê liê NTM xây dựng Hòa hoà thủ thủy . , - _ # \n".split(" ")
)
PHRASES = st.lists(WORDS, max_size=25).map(" ".join)


@given(st.lists(PHRASES, max_size=6), PHRASES)
def test_merging_twice_is_once(labels: list[str], text: str) -> None:
    merged = merge_tags(labels, text)
    assert merge_tags(merged, text) == merged
    assert merge_tags(merged, "") == merged
    keys = [tag_key(label) for label in merged]
    assert len(set(keys)) == len(keys) and all(keys)
    assert not any("_" in label or label.startswith("#") for label in merged)


def test_labels_given_again_and_again_are_one_tag() -> None:
    text = "Xã Đồng Vạn xây dựng nông thôn mới. " * 3000
    assert merge_tags(["#nông_thôn_mới", "xã_đồng_vạ"] * 500_000, text) == ("nông thôn mới", "Xã Đồng Vạn")


def test_phrases_that_overlap_are_all_found() -> None:
    assert merge_tags(["a_a_b"], "a a a b, a a B, a a B, a a B") == ("a a B",)


def test_a_phrase_ends_where_a_sentence_does_and_begins_where_a_syllable_does() -> None:
    assert merge_tags(["hoà_bìn"], "Xoà Bình. Hoà. Bình an, tỉnh Hoà Bình") == ("Hoà Bình",)
    assert merge_tags(["thôn_mới"], "Nông-thôn Mới, nông-thôn Mới, thôn mớim") == ("thôn Mới",)
