"""searcher.search: totals, order, facets, paging and partial matches, whole."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import SYLLABLES, random_article

from corpus.article import Article, Block
from index.errors import IndexOutdated
from language.timestamp import VIETNAM
from searcher.request import SearchRequest
from searcher.search import Searcher


def article(number: int, title: str, text: str = "", day: str | None = None, **more: object) -> Article:
    published = datetime.fromisoformat(day).replace(tzinfo=VIETNAM) if day else None
    blocks = (Block("paragraph", text),) if text else ()
    return Article(title=title, blocks=blocks, url=f"https://bao.example/{number}", published=published, **more)  # type: ignore[arg-type]


@pytest.fixture
def chance_home(build: Callable[..., Path]) -> Path:
    chance = random.Random(23)
    articles = [random_article(chance, number) for number in range(150)]
    return build(articles[:80], articles[80:], withdrawn=[article.id for article in articles[::17]])


def titles(searcher: Searcher, query: str, **more: object) -> list[str]:
    return [hit.title for hit in searcher.search(SearchRequest(query, **more)).hits]  # type: ignore[arg-type]


@pytest.mark.slow
def test_pages_together_are_the_total_once_each(chance_home: Path) -> None:
    searcher = Searcher.open(chance_home)
    for query in ("của", "truong", "nông thôn", ""):
        for sort in ("relevance", "newest", "oldest"):
            whole = searcher.search(SearchRequest(query, sort=sort, size=100))
            assert 7 < whole.total < 150
            paged = []
            for page in range(1, whole.total // 7 + 3):
                paged += [hit.id for hit in searcher.search(SearchRequest(query, sort=sort, page=page, size=7)).hits]
            assert len(paged) == len(set(paged)) == whole.total
            assert paged[:100] == [hit.id for hit in whole.hits]


@pytest.mark.slow
def test_the_order_does_not_depend_on_how_articles_were_batched(build: Callable[..., Path]) -> None:
    chance = random.Random(29)
    articles = [random_article(chance, number) for number in range(60)]
    pieces = Searcher.open(build(articles[:20], articles[20:35], articles[35:], withdrawn=[articles[3].id])).search
    whole = Searcher.open(build([each for each in articles if each != articles[3]], name="một lần")).search
    for query in [" ".join(chance.choice(SYLLABLES) for _ in range(chance.randint(1, 4))) for _ in range(60)]:
        one, other = (replace(search(SearchRequest(query, size=100)), took_ms=0) for search in (pieces, whole))
        assert one == other, query


def test_an_excluded_value_is_in_no_hit_and_no_count(chance_home: Path) -> None:
    searcher = Searcher.open(chance_home)
    everything, request = searcher.search(SearchRequest("của")), SearchRequest("của", excluded={"tag": ("Giáo dục", "đất_đai")})
    either = SearchRequest("của", selected={"tag": ("giáo_dục", "đất_đai")}, widened=frozenset({"tag"}))
    carrying = searcher.search(either).total
    left = searcher.search(request)
    assert left.total == everything.total - carrying > 0
    excluded = {value.value for value in left.facets["tag"] if value.excluded}
    assert excluded == {"giáo_dục", "đất_đai"}
    for value in left.facets["source"]:
        assert searcher.search(replace(request, selected={"source": (value.value,)})).total == value.count
    assert sum(1 for _ in searcher.find_all(request)) == left.total
    assert searcher.facets(request) == left.facets


def test_in_query_filters_equal_chosen_facets(chance_home: Path) -> None:
    search = Searcher.open(chance_home).search
    assert search(SearchRequest("của #giáo_dục")).total == search(SearchRequest("của", selected={"tag": ("giáo_dục",)})).total > 0
    by_query = search(SearchRequest("của từ:2020-06 đến:2021"))
    by_fields = search(SearchRequest("của", first_day=date(2020, 6, 1), last_day=date(2021, 12, 31)))
    assert by_query.total == by_fields.total > 0
    assert [hit.id for hit in by_query.hits] == [hit.id for hit in by_fields.hits]


def test_a_day_is_a_vietnamese_day(build: Callable[..., Path]) -> None:
    early = article(1, "sáng sớm", day="2022-07-12T00:30")  # still the 11th in UTC
    late = article(2, "đêm muộn", day="2022-07-12T23:59")
    undated = article(3, "không ngày")
    search = Searcher.open(build([early, late, undated])).search
    day = date(2022, 7, 12)
    page = search(SearchRequest("", first_day=day, last_day=day))
    assert {hit.title for hit in page.hits} == {"sáng sớm", "đêm muộn"}
    assert (page.first_published, page.last_published) == ("2022-07-12", "2022-07-12")
    assert [value.value for value in page.facets["month"]] == ["2022-07"]
    assert search(SearchRequest("", last_day=date(2022, 7, 11))).total == 0


def test_ties_break_by_date_newest_first_then_id(build: Callable[..., Path]) -> None:
    same = [article(number, "nông thôn mới", day=f"2021-0{number}-01") for number in (1, 3, 2)]
    undated = [article(number, "nông thôn mới") for number in (8, 9)]
    searcher = Searcher.open(build([*same, *undated]))
    dates = [hit.published and hit.published[:7] for hit in searcher.search(SearchRequest("nông thôn")).hits]
    assert dates == ["2021-03", "2021-02", "2021-01", None, None]
    last = [hit.id for hit in searcher.search(SearchRequest("nông thôn")).hits[3:]]
    assert last == sorted(last)
    oldest = [hit.published and hit.published[:7] for hit in searcher.search(SearchRequest("nông thôn", sort="oldest")).hits]
    assert oldest == ["2021-01", "2021-02", "2021-03", None, None]


def test_the_marks_rule(build: Callable[..., Path]) -> None:
    telegram = "Nuoc lu dang len nhanh, duong lang bi ngap"
    others = [article(1, "đường làng"), article(2, "họ dương"), article(3, "duong lang", telegram), article(4, "đương chức")]
    searcher = Searcher.open(build(others))
    assert set(titles(searcher, "đường")) == {"đường làng", "duong lang"}
    assert set(titles(searcher, "duong")) == {"đường làng", "họ dương", "duong lang", "đương chức"}
    assert set(titles(searcher, "dương")) == {"họ dương", "duong lang"}
    assert titles(searcher, "đường", exact_marks=True) == ["đường làng"]
    assert titles(searcher, "duong", exact_marks=True) == []  # nobody knows what a bare text means
    assert titles(searcher, "đường")[0] == "đường làng"
    assert titles(searcher, "duong")[0] == "duong lang"


def test_partial_matches_are_shown_and_say_what_they_lack(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(
        build(
            [
                article(1, "trường THPT đạt giải"),
                article(2, "đạt chuẩn nông thôn mới"),
                article(3, "giá vàng"),
                article(4, "trường đạt chuẩn", tags=("a",)),
            ]
        )
    )
    page = searcher.search(SearchRequest("trường THPT đạt chuẩn"))
    assert [(hit.title, hit.match, hit.missing) for hit in page.hits] == [
        ("trường THPT đạt giải", "partial", ("chuẩn",)),
        ("trường đạt chuẩn", "partial", ("THPT",)),
    ]
    assert (page.total, page.near, page.groups) == (0, 2, 2)
    assert page.facets["tag"] == () and page.first_published is None
    assert searcher.search(SearchRequest("trường đạt chuẩn")).near == 0
    assert searcher.search(SearchRequest("trường THPT chuẩn #a")).near == 1
    assert searcher.search(SearchRequest("chữ-này-không-có")).near == 0
    assert searcher.search(SearchRequest("nhôm đồng sắt")).near == 0


def test_less_than_most_of_a_query_is_not_near(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build([article(1, "trường làng"), article(2, "trường huyện"), article(3, "đèo Khau Phạ mù sương")]))
    assert searcher.search(SearchRequest("trường Mẫu Sơn")).near == 0
    found = searcher.search(SearchRequest("trường Khau Phạ"))
    assert [(hit.title, hit.missing) for hit in found.hits] == [("đèo Khau Phạ mù sương", ("trường",))]


def test_a_long_query_shows_the_nearest_beside_the_complete(build: Callable[..., Path]) -> None:
    complete = article(1, "tỉnh xây trường THPT đạt chuẩn quốc gia", "có nhà đa năng", tags=("a",))
    near = article(2, "tỉnh xây trường THPT đạt chuẩn quốc tế", tags=("a",))
    far = article(3, "giá vàng trong tỉnh")
    searcher = Searcher.open(build([complete, near, far]))
    page = searcher.search(SearchRequest("tỉnh xây trường THPT đạt chuẩn quốc gia"))
    assert (page.total, page.near) == (1, 1)
    assert [(hit.id, hit.match, hit.missing) for hit in page.hits] == [(complete.id, "exact", ()), (near.id, "partial", ("gia",))]
    short = searcher.search(SearchRequest("chuẩn quốc gia"))
    assert (short.total, short.near) == (1, 0)
    chosen = searcher.search(SearchRequest("tỉnh xây trường THPT đạt chuẩn quốc gia", selected={"tag": ("a",)}))
    assert (chosen.total, chosen.near) == (page.facets["tag"][0].count, 1) == (1, 1)


@pytest.mark.parametrize("asked", [{"near": False}, {"sort": "newest"}, {"sort": "oldest"}])
def test_near_matches_stand_in_the_order_of_relevance_only(build: Callable[..., Path], asked: dict[str, Any]) -> None:
    full, near = article(1, "tỉnh xây trường THPT đạt chuẩn"), article(2, "tỉnh xây trường THPT đạt giải")
    request = SearchRequest("tỉnh xây trường THPT đạt chuẩn")
    searcher = Searcher.open(build([full, near]))
    assert [hit.id for hit in searcher.search(request).hits] == [full.id, near.id]
    page = searcher.search(replace(request, **asked))
    assert [hit.id for hit in page.hits] == [full.id]
    assert (page.total, page.near, page.groups) == (1, 0, 1)


def test_near_matches_are_neither_taken_away_nor_passed_through(build: Callable[..., Path]) -> None:
    full, near = article(1, "tỉnh xây trường THPT đạt chuẩn"), article(2, "tỉnh xây trường THPT đạt giải")
    request = SearchRequest("tỉnh xây trường THPT đạt chuẩn")
    searcher = Searcher.open(build([full, near]))
    assert [each.id for each in searcher.find_all(request)] == [full.id]
    place = searcher.standing(request, full.id)
    assert place and (place.position, place.total, place.next) == (1, 1, None)
    assert searcher.standing(request, near.id) is None


def test_a_full_match_is_never_folded_into_a_near_one(build: Callable[..., Path]) -> None:
    text = " ".join(f"chữ{number} nghĩa{number}" for number in range(60))
    full = article(1, "tỉnh xây trường THPT đạt", f"{text} chuẩn")
    near = article(2, "tỉnh xây trường THPT đạt đạt xây trường", text)
    page = Searcher.open(build([full, near])).search(SearchRequest("tỉnh xây trường THPT đạt chuẩn"))
    assert [(hit.id, hit.match, hit.copies_total) for hit in page.hits] == [(full.id, "exact", 1)]


def test_a_partial_match_may_lack_a_phrase(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build([article(1, "mới thôn nông và đất đai")]))
    page = searcher.search(SearchRequest('"nông thôn" đất đai'))
    assert (page.total, page.near) == (0, 1)
    assert [(hit.match, hit.missing) for hit in page.hits] == [("partial", ('"nông thôn"',))]


@pytest.mark.parametrize("query", ["alpha beta gamma delta", "alpha beta gamma delta epsilon zeta"])
def test_days_narrow_like_facets(build: Callable[..., Path], query: str) -> None:
    words = query.split()
    old = [article(number, query, day=f"2010-0{number}-01") for number in (1, 2)]
    new = [article(number, f"{query} {words[0]}", day=f"2020-0{number}-01") for number in (3, 4, 5)]
    searcher = Searcher.open(build([*old, *new]))
    whole = searcher.search(SearchRequest(query))
    months = {value.value: value.count for value in whole.facets["month"]}
    for year in (2010, 2020):
        counted = sum(count for month, count in months.items() if month.startswith(str(year)))
        clicked = searcher.search(SearchRequest(query, first_day=date(year, 1, 1), last_day=date(year, 12, 31)))
        assert clicked.total == counted > 0


def test_another_archive_in_its_place_is_never_answered_from(build: Callable[..., Path], tmp_path: Path) -> None:
    home = build([article(1, "nông thôn mới"), article(2, "trường")])
    other = build([article(8, "bóng đá"), article(9, "trường khác")], name="kho khác")
    searcher = Searcher.open(home)
    for suffix in ("-wal", "-shm"):
        (home / f"archive.sqlite3{suffix}").unlink(missing_ok=True)
    shutil.copy(other / "archive.sqlite3", home / "archive.sqlite3")
    with pytest.raises(IndexOutdated, match="kho bài khác"):
        Searcher.open(home)
    del searcher


def test_an_index_made_anew_is_picked_up(build: Callable[..., Path]) -> None:
    home = build([article(1, "nông thôn mới")])
    searcher = Searcher.open(home)
    shutil.rmtree(home / "index")
    build([article(2, "nông thôn khác")])
    assert searcher.search(SearchRequest("nông thôn")).total == 2


def test_neighbouring_syllables_rank_higher(build: Callable[..., Path]) -> None:
    filler = [article(number, "tin khác", "mưa lớn ở miền núi") for number in range(5, 15)]
    apart = article(1, "a", "trường mới mở, học sinh thi đạt điểm cao, nước chuẩn bị nghỉ thpt", day="2023-01-01")
    together = article(2, "b", "mở mới, học sinh thi trường thpt đạt chuẩn điểm cao, nước bị nghỉ", day="2020-01-01")
    searcher = Searcher.open(build([apart, together, *filler]))
    assert titles(searcher, "trường THPT đạt chuẩn") == ["b", "a"]
    assert titles(searcher, "truong thpt dat chuan") == ["b", "a"]


def test_a_new_commit_is_picked_up(build: Callable[..., Path]) -> None:
    home = build([article(1, "nông thôn cũ", "đoạn một")])
    searcher = Searcher.open(home)
    before = searcher.overview().generation
    assert titles(searcher, "nông thôn") == ["nông thôn cũ"]
    build([article(2, "nông thôn khác"), article(1, "nông thôn cũ", "đoạn đã sửa")])
    assert set(titles(searcher, "nông thôn")) == {"nông thôn cũ", "nông thôn khác"}
    assert titles(searcher, "sửa") == ["nông thôn cũ"]
    assert titles(searcher, "một") == []
    assert searcher.overview().generation > before


def test_every_match_can_be_taken_away(chance_home: Path) -> None:
    searcher = Searcher.open(chance_home)
    request = SearchRequest("nông", sort="newest", size=100)
    page = searcher.search(request)
    assert [found.id for found in searcher.find_all(request)] == [hit.id for hit in page.hits]
    assert len(list(searcher.find_all(SearchRequest("nông", page=3, size=2)))) == page.total


def test_a_slow_query_is_a_problem_not_a_hang(chance_home: Path) -> None:
    opened = Searcher.open(chance_home)
    page = Searcher(opened.archive, chance_home / "index", time_limit=-1).search(SearchRequest("nông"))
    assert page.total == 0
    assert "dừng" in page.problems[-1].in_words("vi")


def test_an_empty_archive_answers(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build([]))
    assert searcher.search(SearchRequest("nông")).total == 0
    assert searcher.search(SearchRequest("")).hits == ()
    assert searcher.overview().articles == 0


def test_no_search_waits_for_what_warming_made(chance_home: Path) -> None:
    searcher = Searcher.open(chance_home)
    searcher.warm()
    collection = searcher.collection()

    def made() -> tuple[object, ...]:
        memos = {"_written", "_restored", "_totals"}  # of one query each
        return (
            {key for key in collection._kept if getattr(key, "__name__", "") not in memos},
            set(vars(collection)),
            collection.inverse_norms.cache_info().misses,
            collection.facet_table.cache_info().misses,
        )

    before = made()
    for query in ("trường", "truong hoc", "trươnng", "xây*", '"nông thôn"', "#nông_thôn", "-nông", "57/2022/NĐ-CP", "hđnd"):
        for sort in ("relevance", "newest", "oldest"):
            searcher.search(SearchRequest(query, sort=sort))  # type: ignore[arg-type]
        searcher.complete(query)
    assert made() == before
