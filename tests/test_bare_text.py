from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Block
from language.bare_text import bare_texts
from language.normalizer import stripped
from language.syllable import is_syllable, needs_mark
from searcher.match.occurrence import matches
from searcher.query.parser import parse

MARKED = "Tỉnh yêu cầu các huyện di dời dân trước khi bão vào, bảo đảm an toàn cho học sinh."
TELEGRAM = "Con bao so 3 gay mua lon o ven bien, nhieu nha bi ngap nuoc va duong bi sat lo."


@pytest.mark.parametrize(
    ("text", "alone", "among_marked"),
    [
        (TELEGRAM, True, True),
        ("Dien khan: nuoc lu dang len nhanh", True, True),
        ("DIEN KHAN: NUOC LU DANG LEN NHANH", True, True),
        ("Quang Nam - Da Nang: khan truong ung pho bao", True, True),
        ("Tong thong Donald Trump gap Thu tuong hom nay", True, True),
        ("De nghi UBND cac xa bao cao truoc 17h ngay 5/9", True, True),
        # a row of names that have no marks: chance may do that among texts with marks
        ("Nha Trang, Kon Tum, Gia Lai", True, False),
        ("Ảnh: Lam Anh, Nam Phong", False, False),
        (MARKED, False, False),
        ("Bão số 3 gây mưa to ở ba xã ven sông Lô, gió to, cây gãy", False, False),
        ("phi công bao gồm ba anh em", False, False),
        # four syllables are too few by themselves
        ("Nuoc lu len nhanh", False, False),
        # quoted English is not Vietnamese, nor is a title of a film
        ("The government said that it can do so in the long run, to help the poor", False, False),
        ("The House That Jack Built (Lars von Trier)", False, False),
        ("Ho Chi Minh City to host tennis event", False, False),
        ("Minh Anh (Theo The Korea Times)", False, False),
        ("Website: http://namcuong.com.vn/", False, False),
        ("12/7/2022, 30 km, 57", False, False),
        ("", False, False),
    ],
)
def test_a_text_is_bare_or_not(text: str, alone: bool, among_marked: bool) -> None:
    assert bare_texts([text]) == [alone]
    assert bare_texts([MARKED, text, MARKED]) == [False, among_marked, False]


def test_a_short_text_is_as_the_longer_ones_of_its_article() -> None:
    assert bare_texts(["Bao so 3", TELEGRAM]) == [True, True]
    assert bare_texts(["Bao so 3", MARKED]) == [False, False]
    assert bare_texts(["Nha Trang", TELEGRAM, MARKED, MARKED]) == [False, True, False, False]
    assert bare_texts(["Breaking news", TELEGRAM]) == [False, True]
    assert bare_texts(["Bão số 3", TELEGRAM]) == [False, True]


@given(
    st.lists(
        st.sampled_from([TELEGRAM, MARKED, "Nha Trang", "Bão số 3", "The end", "", "Kon Tum, Gia Lai, Phan Thanh"]), max_size=6
    )
)
def test_texts_with_marks_are_never_bare_and_each_is_judged(texts: list[str]) -> None:
    judged = bare_texts(texts)
    assert len(judged) == len(texts)
    assert not any(is_bare and text in (MARKED, "Bão số 3", "The end", "") for text, is_bare in zip(texts, judged, strict=True))


@pytest.mark.parametrize(
    ("letters", "needs"),
    [("truong", True), ("hoc", True), ("dien", True), ("xuan", True), ("benh", True), ("keu", True), ("bot", True), ("yen", True)]
    + [("phi", False), ("bao", False), ("nha", False), ("thoang", False), ("quang", False), ("anh", False)]
    + [("bhyt", False), ("kon", False), ("the", False)],
)
def test_what_needs_a_mark(letters: str, needs: bool) -> None:
    assert needs_mark(letters) is needs
    assert is_syllable(letters) or not needs


ARTICLE = Article("Điện khẩn", (Block("paragraph", MARKED), Block("paragraph", TELEGRAM)), url="https://bao.example/1")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("đường", True),  # in the telegram's duong
        ('"sạt lở"', True),
        ("sắt", True),  # so it may be meant
        ("biển", True),
        ("gốm", False),
        ('"bão vào"', True),
        ("tiêu-đề:điện", True),
        ("tiêu-đề:điển", False),
    ],
)
def test_marks_are_asked_of_the_text(query: str, found: bool) -> None:
    node = parse(query)[0]
    assert matches(node, ARTICLE) is found
    if stripped(query) == query or "vào" in query or "điện" in query:
        return
    assert not matches(node, replace(ARTICLE, blocks=ARTICLE.blocks[:1]))
    assert not matches(node, ARTICLE, exact_marks=True)
