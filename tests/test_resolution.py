"""searcher.match.resolution and searcher.help.unknown: what a facet value means as it is typed, and what is offered where it means nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.article import Article, Block
from corpus.facet import FacetName
from searcher.match.resolution import Name, _known_keys, keys_of
from searcher.request import SearchRequest
from searcher.search import Searcher


def paper(number: int, title: str, **more: object) -> Article:
    text = (Block("paragraph", "Nghị định 57/2022/NĐ-CP và Luật Đất đai 2024."),) if number == 1 else ()
    return Article(title=title, blocks=text, url=f"https://bao.example/{number}", **more)  # type: ignore[arg-type]


@pytest.fixture
def searcher(build: Callable[..., Path]) -> Searcher:
    first = paper(
        1,
        "mận chín",
        source="Báo Núi Sông",
        section="Kinh tế",
        tags=("Luật Đất đai", "Hoà Bình", "kĩ thuật"),
        authors=("LÊ THỊ MẪU", "Reuters"),
    )
    second = paper(2, "bão về", source="Báo Biển Đông", section="Thời sự", tags=("hoa bình", "luận án"), authors=("Lê Thị Mẫu",))
    third = paper(
        3, "mận và bão", source="Biển Đông chiều", section="Kinh tế", tags=("luật đất đai", "Hoa-Bình 2"), authors=("T.Lê",)
    )
    return Searcher.open(build([first, second], [third]))


@pytest.mark.parametrize(
    ("facet", "typed", "keys"),
    [
        ("tag", "luật_đất_đai", ["luật_đất_đai"]),
        ("tag", "luat_dat_dai", ["luật_đất_đai"]),
        ("tag", "LUAT-DAT-DAI", ["luật_đất_đai"]),
        ("tag", "#Luat dat dai", ["luật_đất_đai"]),
        ("tag", "luatdatdai", ["luật_đất_đai"]),
        ("tag", "luật dat dai", ["luật_đất_đai"]),
        ("tag", "luậtdatdai", []),  # one syllable is typed, and its marks are not those of the three
        ("tag", "luận đất đai", []),
        ("tag", "luật đất dài", []),
        ("tag", "ki-thuat", ["kỹ_thuật"]),
        ("tag", "kỹ thuật", ["kỹ_thuật"]),
        ("tag", "hoa_bình", ["hoa_bình"]),  # exactly one of them
        ("tag", "hòa bình", ["hoà_bình"]),
        ("tag", "hoa binh", ["hoa_bình", "hoà_bình"]),
        ("tag", "luat dat", []),
        ("source", "bao nui song", ["báo núi sông"]),
        ("source", "BAO_NUI_SONG", ["báo núi sông"]),
        ("source", "núi sông", ["báo núi sông"]),
        ("source", "nui-song", ["báo núi sông"]),
        ("source", "chiều", ["biển đông chiều"]),
        ("source", "nùi sông", []),
        ("source", "biển đông", []),  # part of two
        ("source", "ui son", []),
        ("section", "kinh-te", ["kinh tế"]),
        ("section", "kinh", []),
        ("author", "lê thị mẫu", ["lê thị mẫu"]),
        ("author", "le-thi-mau", ["lê thị mẫu"]),
        ("author", "T. LE", ["t lê"]),
        ("author", "reuters", []),
        ("document", "57/2022/nd-cp", ["57/2022/nd-cp"]),
        ("document", "luat dat dai 2024", ["luat dat dai 2024"]),
        ("month", "2031-07", []),
        ("tag", "…", []),
    ],
)
def test_what_a_typed_value_means(searcher: Searcher, facet: FacetName, typed: str, keys: list[str]) -> None:
    assert list(keys_of(searcher.collection(), facet, typed)) == keys


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("#luat_dat_dai", "mận chín|mận và bão"),
        ("-#luat-dat-dai", "bão về"),
        ('nguồn:"bao nui song"', "mận chín"),
        ("nguon:nui_song", "mận chín"),
        ("chuyên-mục:kinh-te bão", "mận và bão"),
        ('tác-giả:"le thi mau"', "bão về|mận chín"),
        ('tac_gia:"lê thị mẫu"', "bão về|mận chín"),
        ("author:T.LÊ", "mận và bão"),
        ("-tác-giả:le-thi-mau", "mận và bão"),
        ("(#hoa-binh OR author:t-le)", "bão về|mận chín|mận và bão"),
        ("văn-bản:57/2022/nd-cp", "mận chín"),
    ],
)
def test_in_the_query(searcher: Searcher, query: str, found: str) -> None:
    page = searcher.search(SearchRequest(query))
    assert not page.problems and not page.unknown
    assert sorted(hit.title for hit in page.hits) == found.split("|")
    assert {article.title for article in searcher.find_all(SearchRequest(query))} == set(found.split("|"))


def test_beside_the_query(searcher: Searcher) -> None:
    for facet, typed, found in (("tag", "luat-dat-dai", 2), ("source", "nui song", 1), ("author", "LE THI MAU", 2)):
        assert searcher.search(SearchRequest("", {facet: (typed,)})).total == found  # type: ignore[dict-item]
        assert searcher.search(SearchRequest("", excluded={facet: (typed,)})).total == 3 - found  # type: ignore[dict-item]
    assert searcher.resolved(SearchRequest("", {"tag": ("luat-dat-dai",)})).selected == {"tag": ("luật_đất_đai",)}
    page = searcher.search(SearchRequest("", {"tag": ("luat-dat-dai",)}))
    assert [(value.value, value.selected) for value in page.facets["tag"]][0] == ("luật_đất_đai", True)


def test_what_finds_nothing_is_said_and_the_nearest_offered(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest("mận #luận_đất_đai"))
    assert (page.total, [problem.code for problem in page.problems]) == (0, ["unknown_tag"])
    assert page.problems[0].in_words("vi") == "Kho không có hashtag “luận_đất_đai”."
    assert page.problems[0].in_words("en") == "The archive has no hashtag “luận_đất_đai”."
    assert (page.problems[0].start, page.problems[0].end) == (4, 17)
    first = page.unknown[0].nearest[0]
    assert (first.value, first.label, first.count, first.query) == ("luật_đất_đai", "Luật Đất đai", 2, "mận #luật_đất_đai")


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("nguồn:nùi-sông", 'nguồn:"Báo Núi Sông"'),
        ("chuyên-mục:kinh", 'chuyên-mục:"Kinh tế"'),
        ("tác-giả:mẫu mận", 'tác-giả:"Lê Thị Mẫu" mận'),
        ("-#luat_dat_da bão", "-#luật_đất_đai bão"),
        ("văn-bản:57/2022", 'văn-bản:"Nghị định 57/2022/NĐ-CP"'),
    ],
)
def test_an_offer_counts_what_a_click_on_it_shows(searcher: Searcher, query: str, offered: str) -> None:
    page = searcher.search(SearchRequest(query))
    assert len(page.unknown) == len(page.problems) == 1
    nearest = page.unknown[0].nearest
    assert offered in [value.query for value in nearest]
    for value in nearest:
        assert searcher.search(SearchRequest(value.query)).total == value.count > 0


def test_part_of_the_names_of_several_sources_is_said(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest('nguồn:"bien dong"'))
    assert page.problems[0].in_words("vi") == "“bien dong” là một phần tên của 2 nguồn; hãy chọn một."
    assert {(value.label, value.count) for value in page.unknown[0].nearest} == {("Báo Biển Đông", 1), ("Biển Đông chiều", 1)}


def test_unknown_values_chosen_beside_the_query(searcher: Searcher) -> None:
    page = searcher.search(SearchRequest("mận", {"tag": ("luat dat da",)}, excluded={"source": ("bao nu",)}))
    assert [(each.facet, each.place) for each in page.unknown] == [("tag", "selected"), ("source", "excluded")]
    assert page.total == 0
    first = page.unknown[0].nearest[0]
    assert (first.value, first.query, first.count) == ("luật_đất_đai", "mận", 2)


@pytest.mark.slow
def test_a_value_is_looked_for_once_however_often_it_is_asked(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Name] = []
    is_part_of = Name.is_part_of

    def counted(self: Name, other: Name) -> bool:
        looks.append(other)
        return is_part_of(self, other)

    monkeypatch.setattr(Name, "is_part_of", counted)
    page = searcher.search(SearchRequest("mận " + "nguồn:đông OR nguồn:sông " * 60))
    assert [problem.code for problem in page.problems if problem.code == "several_sources"] == ["several_sources"]
    assert len(looks) < 40
    assert keys_of(searcher.collection(), "source", "sông") == ("báo núi sông",)


def test_values_are_remembered_in_bounds(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searcher.match.resolution._MOST_KEPT", 3)
    collection = searcher.collection()
    typed = [f"khong co {number}" for number in range(9)] + ["x" * 500]
    assert [keys_of(collection, "tag", each) for each in (*typed, "luat_dat_dai", *typed, "luat_dat_dai")] == [
        *[()] * 10,
        ("luật_đất_đai",),
        *[()] * 10,
        ("luật_đất_đai",),
    ]
    known = _known_keys(collection, "tag")
    assert len(known) <= 3 and not any(len(value) > 200 for value in known)
