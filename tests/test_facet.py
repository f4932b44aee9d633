"""searcher.match.facet_count: what is chosen narrows or widens, and the count beside every value is the total that a click on it gives."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from corpus.article import Article, Block
from corpus.facet import FACET_NAMES, FACETS, NARROWING, FacetName
from language.timestamp import VIETNAM
from searcher.match.occurrence import matches
from searcher.meaning.interpretation import interpret
from searcher.parameter import parameters
from searcher.request import SearchRequest
from searcher.result import FacetValue
from searcher.search import Searcher
from web import create_app

TAGS = ("nông thôn mới", "Giáo dục", "học phí", "Hoà Bình", "hoa binh", "Hóa Bình", "Luật Đất đai")
AUTHORS = ("Lê Thị Mẫu", "LÊ THỊ MẪU", "Trần Văn Bình", "Đ.Minh", "TTXVN", "Ban Thời sự")
WORDS = "học phí nghề trường xã nông thôn mới 57/2022/NĐ-CP".split() + [
    "Luật Đất đai 2024",
    "Nghị định 15/2020/NĐ-CP",
    "tỉnh Sơn La",
    "tỉnh Nghệ An",
    "huyện Ba Chẽ",
]
NAMES = (
    "Bà Lê Thị Mẫu nói mọi việc đã xong tại Bộ Y tế.",
    "Theo ông Trần Văn Thử, EVN chưa xong mọi việc.",
    "Ông Trần Văn Thử và bà Lê Thị Mẫu đến Bộ Y tế, EVN.",
    "",
)
QUERIES = (
    "",
    "học",
    "trường",
    "nông thôn",
    "học -phí",
    "nghề OR mới",
    "#giao-duc",
    "-#nong_thon_moi",
    "nguồn:biển",
    "tac-gia:minh",
)


def chance_article(chance: random.Random, number: int) -> Article:
    return Article(
        title=" ".join(chance.sample(WORDS, 3)),
        blocks=(Block("paragraph", " ".join(chance.choice(WORDS) for _ in range(8))), Block("paragraph", NAMES[number % 4])),
        url=f"https://bao.example/{number}",
        source=chance.choice(("Báo Núi Sông", "Báo Biển Đông", "Bản tin cũ", "")),
        section=chance.choice(("Giáo dục", "Kinh tế", "")),
        tags=tuple(chance.sample(TAGS, chance.randint(0, 4))),
        authors=tuple(chance.sample(AUTHORS, chance.randint(0, 2))),
        published=datetime(2021, chance.randint(1, 6), chance.randint(1, 28), tzinfo=VIETNAM) if chance.random() < 0.9 else None,
    )


@pytest.fixture
def articles() -> list[Article]:
    chance = random.Random(13)
    return [chance_article(chance, number) for number in range(160)]


@pytest.fixture
def home(build: Callable[..., Path], articles: list[Article]) -> Path:
    return build(articles[:90], articles[90:], withdrawn=[article.id for article in articles[::19]])


@pytest.fixture
def searcher(home: Path) -> Searcher:
    return Searcher.open(home)


def chance_request(chance: random.Random, searcher: Searcher) -> SearchRequest:
    """Return a request that narrows by some of what the archive has, and by something that it has not."""
    known = searcher.overview().facets

    def some(most: int, kinds: int) -> dict[FacetName, tuple[str, ...]]:
        chosen: dict[FacetName, tuple[str, ...]] = {}
        for facet in chance.sample(FACET_NAMES, kinds):
            values = [value.value for value in known[facet]]
            chosen[facet] = tuple(chance.sample([*values, "không-có", "hoabinh"], min(most, len(values))))
        return chosen

    return SearchRequest(
        chance.choice(QUERIES),
        some(chance.randint(1, 3), chance.randint(0, 3)),
        first_day=chance.choice((None, None, date(2021, 2, 10))),
        last_day=chance.choice((None, None, date(2021, 5, 20))),
        excluded=some(1, chance.choice((0, 0, 1, 2))),
        widened=frozenset(facet for facet in NARROWING if chance.random() < 0.4),
    )


def click(request: SearchRequest, facet: FacetName, value: FacetValue) -> SearchRequest:
    """Return the request with a value chosen as well or, where it is chosen or excluded, without it."""
    chosen, excluded = request.selected.get(facet, ()), request.excluded.get(facet, ())
    if value.selected or value.excluded:
        return replace(
            request,
            selected={**request.selected, facet: tuple(other for other in chosen if other != value.value)},
            excluded={**request.excluded, facet: tuple(other for other in excluded if other != value.value)},
        )
    return replace(request, selected={**request.selected, facet: (*chosen, value.value)})


def test_facets_are_one_list() -> None:
    assert FACET_NAMES == (
        "tag",
        "source",
        "section",
        "author",
        "document",
        "place",
        "person",
        "organisation",
        "speaker",
        "month",
    )
    assert NARROWING == ("tag", "document", "place", "person", "organisation", "speaker")
    names = [name for kind in FACETS for name in kind.fields]
    assert len(names) == len(set(names))


@pytest.mark.slow
def test_every_count_is_the_total_of_its_click(searcher: Searcher) -> None:
    chance = random.Random(31)
    clicked = dict.fromkeys(FACET_NAMES, 0)
    for _ in range(45):
        request = searcher.resolved(chance_request(chance, searcher))
        page = searcher.search(request)
        assert set(page.facets) == set(FACET_NAMES)
        for facet in FACET_NAMES:
            assert len({value.value for value in page.facets[facet]}) == len(page.facets[facet])
            for value in page.facets[facet]:
                found = searcher.search(click(request, facet, value)).total
                assert found == value.count, (request, facet, value)
                clicked[facet] += 1
    assert min(clicked.values()) > 30, clicked


@pytest.mark.slow
def test_every_count_of_the_api_is_the_total_of_its_click(home: Path, searcher: Searcher) -> None:
    chance, app = random.Random(37), create_app(home)

    def answer(request: SearchRequest) -> dict[str, Any]:
        answered = app.test_client().get("/api/v1/search", query_string=parameters(request))
        assert answered.status_code == 200 and answered.json is not None
        return dict(answered.json)

    for _ in range(8):
        request = replace(searcher.resolved(chance_request(chance, searcher)), size=1)
        for facet, values in answer(request)["facets"].items():
            for value in chance.sample(values, min(4, len(values))):
                clicked = click(request, facet, FacetValue(**value))
                assert answer(clicked)["total"] == value["count"], (request, facet, value)
    app.extensions["lucbao"].close()


def test_what_is_counted_is_what_the_plain_definition_finds(searcher: Searcher, articles: list[Article]) -> None:
    live = [article for number, article in enumerate(articles) if number % 19]
    for query in ("#giao-duc", "-#nong_thon_moi", 'tác-giả:"le thi mau"', "nguồn:biển học", "chuyên-mục:kinh-te", "#hoabinh"):
        node = interpret(searcher.collection(), SearchRequest(query)).node
        found = {article.id for article in live if matches(node, article)}
        assert {article.id for article in searcher.find_all(SearchRequest(query))} == found != set()


def total(searcher: Searcher, *widened: FacetName, **selected: tuple[str, ...]) -> int:
    return searcher.search(SearchRequest("", selected, widened=frozenset(widened))).total  # type: ignore[arg-type]


def test_hashtags_and_documents_narrow_sources_sections_authors_and_months_widen(searcher: Searcher) -> None:
    one, other = total(searcher, tag=("giáo_dục",)), total(searcher, tag=("học_phí",))
    both, either = (total(searcher, *widened, tag=("giáo_dục", "học_phí")) for widened in ((), ("tag",)))
    assert 0 < both < min(one, other) <= max(one, other) < either == one + other - both
    for facet in FACET_NAMES:
        first, second = [value.value for value in searcher.overview().facets[facet]][:2]
        alone = max(total(searcher, **{facet: (value,)}) for value in (first, second))
        together = total(searcher, **{facet: (first, second)})
        assert together < alone if facet in NARROWING else together > alone, facet
    assert 0 < total(searcher, tag=("giáo_dục",), source=("báo núi sông",)) < one
    assert total(searcher, tag=("không_có",)) == 0


def test_a_month_counts_its_hits_whatever_months_are_chosen(searcher: Searcher) -> None:
    plain = searcher.search(SearchRequest("học"))
    chosen = searcher.search(SearchRequest("học", {"month": ("2021-03", "2021-04")}))
    assert [(month.value, month.count) for month in chosen.months] == [(month.value, month.count) for month in plain.months]
    assert [month.value for month in chosen.months if month.selected] == ["2021-03", "2021-04"]
    assert (chosen.anytime, plain.anytime) == (plain.total, plain.total)
    assert searcher.search(SearchRequest("học", first_day=date(2021, 5, 1))).anytime == plain.total


def test_several_hashtags_of_one_spelling_are_one_condition(searcher: Searcher) -> None:
    typed = SearchRequest("", {"tag": ("hoabinh", "giáo_dục")})
    assert searcher.resolved(typed).selected == {"tag": ("hoabinh", "giáo_dục")}
    found = list(searcher.find_all(typed))
    spelled = {"Hoà Bình", "Hóa Bình", "hoa binh"}
    assert found and all(spelled & set(article.tags) and "Giáo dục" in article.tags for article in found)
    value = next(value for value in searcher.search(typed).facets["tag"] if value.value == "hoabinh")
    assert (value.selected, set(value.label.split(" / "))) == (True, spelled)
    assert searcher.resolved(SearchRequest("", excluded={"tag": ("hoabinh",)})).excluded == {
        "tag": ("hoa_binh", "hoà_bình", "hoá_bình")
    }
