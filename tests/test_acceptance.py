from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.normalizer import bare, exact, is_marked, stripped
from searcher.query.acceptance import acceptance, beginning, may_lack_marks
from searcher.query.tree import Prefix, Term


def term(text: str) -> Term:
    return Term(exact(text), stripped(text), text, any_marks=may_lack_marks(exact(text)))


def prefix(text: str) -> Prefix:
    return Prefix(*beginning(text), text)


def admitted(node: Term | Prefix, written: str, exact_marks: bool, *, in_bare_text: bool = False) -> set[str]:
    accepted = acceptance(node, exact_marks=exact_marks)
    form = (lambda word: bare(exact(word))) if in_bare_text else exact
    return {word for word in written.split() if accepted.admits(form(word), stripped(word))}


@pytest.mark.parametrize(
    ("typed", "written", "found", "found_exactly"),
    [
        # marks that are typed must match
        ("đường", "đường Đường dường dương đương duong Duong đuong", "đường Đường", "đường Đường"),
        ("dân", "dân dàn đân dan", "dân", "dân"),
        ("đ", "đ d Ð", "đ Ð", "đ Ð"),
        # marks that are left out match anything
        ("duong", "đường dương duong Dưỡng dong", "đường dương duong Dưỡng", "duong"),
        ("y", "y ý ỷ", "y ý ỷ", "y"),
        # partly marked syllables widen nothing
        ("truơng", "truơng trường trương truong", "truơng", "truơng"),
        ("trương", "trương trường truong", "trương", "trương"),
        # one key for old and new tone placement, i and y
        ("hòa", "hòa hoà hoa hóa", "hòa hoà", "hòa hoà"),
        ("thuỷ", "thủy thuỷ thuy thúy", "thủy thuỷ", "thủy thuỷ"),
        ("kĩ", "kĩ kỹ ki ky kì", "kĩ kỹ", "kĩ kỹ"),
        ("ti", "ti ty tỉ tỷ", "ti ty tỉ tỷ", "ti ty"),
        # whole document numbers
        (
            "263/QĐ-TTg",
            "263/QĐ-TTg 263/QD-TTG 263/qđ-ttg 263/QĐ-BTC",
            "263/QĐ-TTg 263/qđ-ttg",
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
        ("trươ", "trương trường truong truọng truơng tru", "trương", "trương"),
        ("đư", "đường đưa duong dua duyệt dưa đua", "đường đưa", "đường đưa"),
        ("tru", "trương trường truong trung trú", "trương trường truong trung trú", "truong trung"),
        ("ki", "kinh kính kim kỹ kĩ kỳ kế", "kinh kính kim kỹ kĩ kỳ", "kinh kim"),
        ("kĩ", "kĩ kỹ kĩnh ky kinh", "kĩ kỹ kĩnh", "kĩ kỹ kĩnh"),
        ("hòa", "hoà hòa hoàng hoa hoá hoan", "hoà hòa hoàng", "hoà hòa hoàng"),
        ("2", "2 20 2022 12", "2 20 2022", "2 20 2022"),
    ],
)
def test_prefix(typed: str, written: str, found: str, found_exactly: str) -> None:
    assert admitted(prefix(typed), written, False) == set(found.split())
    assert admitted(prefix(typed), written, True) == set(found_exactly.split())


@pytest.mark.parametrize(
    ("node", "written", "found"),
    [
        # in a bare text marks may have been left out, and only there
        (term("đường"), "duong đường đương duongs", "duong đường"),
        (term("trương"), "truong trường", "truong"),
        (term("kĩ"), "ki ky kì", "ki ky"),
        (term("duong"), "duong đường", "duong đường"),
        (term("57"), "57 570", "57"),
        (prefix("trươ"), "truong truoc tru", "truong truoc"),
        (prefix("kĩ"), "ky kinh", "ky kinh"),
    ],
)
def test_bare_text(node: Term | Prefix, written: str, found: str) -> None:
    assert admitted(node, written, False, in_bare_text=True) == set(found.split())
    exactly = admitted(node, written, True, in_bare_text=True)
    assert exactly == {word for word in found.split() if exact(word) == node.exact and bare(exact(word)) == exact(word)}


def test_a_syllable_read_as_it_stands() -> None:
    phi = replace(term("phi"), any_marks=False)
    assert admitted(phi, "phi phí Phi phỉ", False) == {"phi", "Phi"}
    assert admitted(phi, "phi phí", False, in_bare_text=True) == {"phi"}
    assert admitted(phi, "phi", True, in_bare_text=True) == set()


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


@given(SYLLABLES)
def test_in_a_bare_text_a_syllable_is_found_under_any_marks(written: str) -> None:
    bare_form = bare(stripped(written))
    assert stripped(bare_form) == stripped(written) and not is_marked(bare_form)
    assert acceptance(term(written)).admits(bare_form, stripped(written))
    assert not acceptance(term(written), exact_marks=True).admits(bare_form, stripped(written))
    assert not acceptance(replace(term(written), any_marks=False), in_bare_text=False).admits(bare_form, stripped(written))
