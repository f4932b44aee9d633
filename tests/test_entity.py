"""corpus.entity: every mention of a place or document at its place in the text, with the key that the facets have."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Block
from corpus.entity import entities
from corpus.facet import FACET, texts_of
from language.timestamp import VIETNAM


def article(title: str, lead: str = "", *blocks: str) -> Article:
    return Article(
        title,
        tuple(Block("paragraph", text) for text in blocks),
        url="https://bao.example/1",
        lead=lead,
        published=datetime(2022, 8, 1, tzinfo=VIETNAM),
    )


def test_what_is_named_where() -> None:
    named = article(
        "Bình Liêu (Quảng Ninh) được mùa",
        "Theo Nghị định số 57/2022/NĐ-CP",
        "Nghị định 57 nói rõ.",
        "Ở xã Hoành Mô, huyện Bình Liêu.",
    )
    assert [(each.kind, each.part, each.block, each.start, each.text, each.key) for each in entities(named)] == [
        ("place", "title", None, 0, "Bình Liêu", "quang-ninh.huyen-binh-lieu"),
        ("place", "title", None, 11, "Quảng Ninh", "quang-ninh"),
        ("document", "lead", None, 5, "Nghị định số 57/2022/NĐ-CP", "57/2022/nd-cp"),
        ("document", "blocks", 0, 0, "Nghị định 57", "57/2022/nd-cp"),
        ("place", "blocks", 1, 5, "Hoành Mô", "quang-ninh.huyen-binh-lieu.xa-hoanh-mo"),
        ("place", "blocks", 1, 21, "Bình Liêu", "quang-ninh.huyen-binh-lieu"),
    ]


def test_what_stays_open_has_no_key() -> None:
    (short, first, second) = entities(article("Nghị định 57", "Nghị định 57/2022/NĐ-CP", "Nghị định 57/2021/NĐ-CP"))
    assert (short.key, short.label) == ("", "")
    assert (first.key, second.key) == ("57/2022/nd-cp", "57/2021/nd-cp")
    (open_place,) = entities(article("Huyện Châu Thành họp"))
    assert (open_place.text, open_place.key) == ("Châu Thành", "")


WORDS = (
    "Nghị định 57",
    "Nghị định 57/2022/NĐ-CP",
    "57/2021/NĐ-CP",
    "huyện Bình Liêu",
    "Châu Thành",
    "tỉnh Quảng Ninh",
    "và",
    "họp.",
)


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), min_size=3, max_size=5))
def test_mentions_are_those_of_the_facets(texts: list[str]) -> None:
    named = article(*texts)
    found = entities(named)
    for each in found:
        at = {"title": 0, "lead": 1, "blocks": 2 + (each.block or 0)}[each.part]
        assert texts_of(named)[at][each.start : each.end] == each.text
    assert {each.key for each in found if each.kind == "document"} - {""} == set(FACET["document"].values_of(named))
    assert {each.key for each in found if each.kind == "place"} - {""} <= set(FACET["place"].values_of(named))


@pytest.mark.parametrize("text", ["", "Không có gì."])
def test_nothing_named(text: str) -> None:
    assert entities(article("Bài", text)) == []
