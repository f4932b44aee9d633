from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.normalizer import exact, stripped
from searcher.marks import acceptance, beginning
from searcher.query import Prefix, Term


def term(text: str) -> Term:
    return Term(exact(text), stripped(text), text, any_marks=exact(text) == stripped(text))


def prefix(text: str) -> Prefix:
    return Prefix(*beginning(text), text)


def admitted(node: Term | Prefix, written: str, exact_marks: bool) -> set[str]:
    accepted = acceptance(node, exact_marks=exact_marks)
    return {word for word in written.split() if accepted.admits(exact(word), stripped(word))}


@pytest.mark.parametrize(
    ("typed", "written", "found", "found_exactly"),
    [
        # marks that are typed must match, or the article has none
        ("đường", "đường Đường dường dương đương duong Duong đuong", "đường Đường duong Duong", "đường Đường"),
        ("dân", "dân dàn đân dan", "dân dan", "dân"),
        ("đ", "đ d Ð", "đ d Ð", "đ Ð"),
        # marks that are left out match anything
        ("duong", "đường dương duong Dưỡng dong", "đường dương duong Dưỡng", "duong"),
        ("y", "y ý ỷ", "y ý ỷ", "y"),
        # partly marked syllables widen nothing
        ("truơng", "truơng trường trương truong", "truơng truong", "truơng"),
        ("trương", "trương trường truong", "trương truong", "trương"),
        # one key for old and new tone placement, i and y
        ("hòa", "hòa hoà hoa hóa", "hòa hoà hoa", "hòa hoà"),
        ("thuỷ", "thủy thuỷ thuy thúy", "thủy thuỷ thuy", "thủy thuỷ"),
        ("kĩ", "kĩ kỹ ki ky kì", "kĩ kỹ ki ky", "kĩ kỹ"),
        ("ti", "ti ty tỉ tỷ", "ti ty tỉ tỷ", "ti ty"),
        # whole document numbers
        (
            "263/QĐ-TTg",
            "263/QĐ-TTg 263/QD-TTG 263/qđ-ttg 263/QĐ-BTC",
            "263/QĐ-TTg 263/QD-TTG 263/qđ-ttg",
            "263/QĐ-TTg 263/qđ-ttg",
        ),
        ("263/QD-TTg", "263/QĐ-TTg 263/QD-TTG", "263/QĐ-TTg 263/QD-TTG", "263/QD-TTG"),
    ],
)
def test_term(typed: str, written: str, found: str, found_exactly: str) -> None:
    assert admitted(term(typed), written, False) == set(found.split())
    assert admitted(term(typed), written, True) == set(found_exactly.split())


@pytest.mark.parametrize(
    ("typed", "written", "found", "found_exactly"),
    [
        ("trươ", "trương trường truong truọng truơng tru", "trương truong", "trương"),
        ("đư", "đường đưa duong dua duyệt dưa đua", "đường đưa duong dua", "đường đưa"),
        ("tru", "trương trường truong trung trú", "trương trường truong trung trú", "truong trung"),
        ("ki", "kinh kính kim kỹ kĩ kỳ kế", "kinh kính kim kỹ kĩ kỳ", "kinh kim"),
        ("kĩ", "kĩ kỹ kĩnh ky kinh", "kĩ kỹ kĩnh ky kinh", "kĩ kỹ kĩnh"),
        ("hòa", "hoà hòa hoàng hoa hoá hoan", "hoà hòa hoàng hoa hoan", "hoà hòa hoàng"),
        ("2", "2 20 2022 12", "2 20 2022", "2 20 2022"),
    ],
)
def test_prefix(typed: str, written: str, found: str, found_exactly: str) -> None:
    assert admitted(prefix(typed), written, False) == set(found.split())
    assert admitted(prefix(typed), written, True) == set(found_exactly.split())


@pytest.mark.parametrize(
    ("node", "form", "as_typed"),
    [
        (term("đường"), "đường", True),
        (term("đường"), "duong", False),
        (term("duong"), "duong", True),
        (term("duong"), "đường", False),
        (term("hòa"), "hoà", True),
        (prefix("trươ"), "trương", True),
        (prefix("trươ"), "truong", False),
        (prefix("kĩ"), "kỹ", True),
    ],
)
def test_exact_marks_accept_only_the_spelling_typed(node: Term | Prefix, form: str, as_typed: bool) -> None:
    assert acceptance(node, exact_marks=True).admits(form, stripped(form)) is as_typed


SYLLABLES = st.text(st.sampled_from("aăâbdđeêghiklmnoôơpqrstuưvxyáàảãạắấéếíìóồớúừứýỳĐÂ"), min_size=1, max_size=6)


@given(SYLLABLES, SYLLABLES)
def test_terms_of_any_syllables(typed: str, written: str) -> None:
    forms = exact(written), stripped(written)
    found = acceptance(term(typed)).admits(*forms)
    exactly = acceptance(term(typed), exact_marks=True).admits(*forms)
    unmarked = acceptance(term(stripped(typed))).admits(*forms)
    assert exactly <= found <= unmarked
    assert acceptance(term(typed)).admits(exact(typed), stripped(typed))
    assert acceptance(prefix(typed)).admits(exact(typed), stripped(typed))


@given(SYLLABLES, SYLLABLES)
def test_prefix_finds_what_its_term_finds(typed: str, written: str) -> None:
    forms = exact(written), stripped(written)
    for exact_marks in (False, True):
        as_term = acceptance(term(typed), exact_marks=exact_marks).admits(*forms)
        as_prefix = acceptance(prefix(typed), exact_marks=exact_marks).admits(*forms)
        assert as_term <= as_prefix


@given(SYLLABLES, st.sampled_from("bcghkmnpt"))
def test_prefix_finds_what_goes_on(typed: str, more: str) -> None:
    longer = typed + more
    assert acceptance(prefix(typed)).admits(exact(longer), stripped(longer))
