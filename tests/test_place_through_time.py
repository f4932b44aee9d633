"""The facet of places, and searcher.help.place_through_time: what is found by a place, and what the query's places became, counted as a click shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from corpus.article import Article, Block
from language.timestamp import VIETNAM
from searcher.request import SearchRequest
from searcher.search import Searcher

TEXTS = {
    "Cam chín": "Tỉnh Vĩnh Phúc được mùa cam.",
    "Quýt chín": "Huyện Tam Đảo (Vĩnh Phúc) được mùa quýt.",
    "Chè xanh": "Tỉnh Phú Thọ được mùa chè.",
    "Mía ngọt": "Tỉnh Hoà Bình được mùa mía.",
    "Hồi thơm": "Huyện Bình Liêu, tỉnh Quảng Ninh được mùa hồi.",
    "Quế thơm": "Xã Hoành Mô, huyện Bình Liêu được mùa quế.",
    "Lúa nước": "Huyện Châu Thành (Long An) và huyện Châu Thành (Bến Tre) được mùa lúa.",
    "Sen hồng": "Huyện Châu Thành được mùa sen.",
}


@pytest.fixture
def searcher(build: Callable[..., Path]) -> Searcher:
    articles = [
        Article(
            title, (Block("paragraph", text),), url=f"https://bao.example/{n}", published=datetime(2022, 8, n + 1, tzinfo=VIETNAM)
        )
        for n, (title, text) in enumerate(TEXTS.items())
    ]
    return Searcher.open(build(articles[:5], articles[5:]))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('nơi:"Phú Thọ"', "Cam chín|Chè xanh|Mía ngọt|Quýt chín"),
        ('nơi:"Vĩnh Phúc"', "Cam chín|Quýt chín"),
        ('noi:"vinh phuc" quýt', "Quýt chín"),
        ("place:tam-dao", "Quýt chín"),
        ('nơi:"huyện Bình Liêu"', "Hồi thơm|Quế thơm"),
        ("nơi:Quảng Ninh", "Hồi thơm|Quế thơm"),
        ('nơi:"xã Hoành Mô"', "Quế thơm"),
        ("nơi:quang-ninh.xa-hoanh-mo", "Quế thơm"),
        ('nơi:"Châu Thành"', "Lúa nước"),
        ('nơi:"Châu Thành (Bến Tre)"', "Lúa nước"),
        ('được mùa -nơi:"Phú Thọ"', "Hồi thơm|Lúa nước|Quế thơm|Sen hồng"),
        ('nơi:"Sơn La"', ""),
    ],
)
def test_what_lies_in_a_place_is_found_by_it(searcher: Searcher, query: str, found: str) -> None:
    page = searcher.search(SearchRequest(query))
    assert "|".join(sorted(hit.title for hit in page.hits)) == found


def test_a_place_that_no_article_names_is_said(searcher: Searcher) -> None:
    (problem,) = searcher.search(SearchRequest('nơi:"Sơn La"')).problems
    assert problem.in_words("vi") == "Kho không có bài nhắc đến nơi “Sơn La”."


@pytest.mark.parametrize(
    ("query", "offers"),
    [
        ("vĩnh phúc", [("Vĩnh Phúc", "Phú Thọ", "became", 'nơi:"Phú Thọ"', 4)]),
        ("được mùa vinh phuc", [("Vĩnh Phúc", "Phú Thọ", "became", 'được mùa nơi:"Phú Thọ"', 4)]),
        ('"tỉnh Vĩnh Phúc" cam', [("Vĩnh Phúc", "Phú Thọ", "became", 'nơi:"Phú Thọ" cam', 1)]),
        ('nơi:"Hoà Bình"', [("Hòa Bình", "Phú Thọ", "became", 'nơi:"Phú Thọ"', 4)]),
        (
            "Phú Thọ",
            [
                ("Phú Thọ", "Hòa Bình", "made_of", 'nơi:"Hòa Bình"', 1),
                ("Phú Thọ", "Vĩnh Phúc", "made_of", 'nơi:"Vĩnh Phúc"', 2),
            ],
        ),
        (
            "huyện Bình Liêu",
            [("Huyện Bình Liêu (Quảng Ninh)", "Xã Hoành Mô (Quảng Ninh)", "became", 'nơi:"Xã Hoành Mô (Quảng Ninh)"', 1)],
        ),
        ("bình liêu", []),
        ("quảng ninh", []),
        ("-vĩnh phúc được", []),
        ('"mùa vĩnh phúc"', []),
        ("", []),
    ],
)
def test_what_a_place_became_is_offered(searcher: Searcher, query: str, offers: list[tuple[str, str, str, str, int]]) -> None:
    found = searcher.search(SearchRequest(query)).places
    assert [(each.name, each.other, each.relation, each.query, each.total) for each in found] == offers
    for each in found:
        assert searcher.search(SearchRequest(each.query)).total == each.total


def test_the_count_is_under_the_same_filters(searcher: Searcher) -> None:
    request = SearchRequest("vĩnh phúc", {"place": ("vinh-phuc.huyen-tam-dao",)})
    (offer,) = searcher.search(request).places
    assert offer.total == 1
