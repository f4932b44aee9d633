"""command.shown.hit_page: a page of hits as lines, and nothing in an article commands the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from command.shown.hit_page import bound_lines, render_page
from command.shown.terminal import Terminal
from command.speaker import Speaker
from searcher.result import Bound, Expansion, FacetValue, Hit, Ingredient, Problem, ResultPage, Snippet

SPEAKER = Speaker()
HIT = Hit(
    "abc", "/bai-viet/abc", "", "Tít\x1b[2J", "Báo", "", "2022-07-11T20:00:00+00:00", ("a",), 1.0, "partial", ("chuẩn",), ()
)
SNIPPET = Snippet("paragraph", "nông thôn mới", ((0, 4), (10, 13)))


def page(*hits: Hit, **more: object) -> ResultPage:
    values: dict[str, object] = {
        "total": len(hits),
        "groups": more.get("total", 0),
        "near": 0,
        "facets": {"tag": (FacetValue("a_b", "a b", 3),)},
        **more,
    }
    return ResultPage(query="x", page=1, size=10, took_ms=2.5, hits=hits, **values)  # type: ignore[arg-type]


def test_a_hit_in_lines() -> None:
    lines = render_page(page(HIT, total=12345, problems=(Problem(0, 1, "unpaired"),)), SPEAKER).splitlines()
    assert lines[:3] == ["! Dấu ngoặc kép này không có cặp nên được bỏ qua.", "12.345 bài · 2 ms", ""]
    assert lines[3:6] == ["1. Tít\ufffd[2J", "   Báo · 12/7/2022 · abc", "   thiếu: chuẩn"]
    assert "Thẻ: #a_b (3)" in lines and lines[-1] == "Xem tiếp: --page 2"


def test_marks_stand_out_where_the_terminal_can() -> None:
    hit = Hit("a", "", "", "T", "", "", None, (), 1.0, "exact", (), (SNIPPET,))
    assert "\x1b[1;33mnông\x1b[0m thôn \x1b[1;33mmới\x1b[0m" in render_page(page(hit), SPEAKER, Terminal(styled=True))
    assert "   nông thôn mới\n" in render_page(page(hit), SPEAKER)


def test_a_title_leads_to_the_article_where_the_terminal_can() -> None:
    hit = replace(HIT, title="Tít của bài", url="https://bao.example/1", missing=())
    linked = "1. \x1b]8;;{}\x1b\\Tít của bài\x1b]8;;\x1b\\\n"
    assert linked.format("https://bao.example/1") in render_page(page(hit), SPEAKER, Terminal(styled=True))
    here = render_page(page(hit), SPEAKER, Terminal(styled=True), base="https://kho.example")
    assert linked.format("https://kho.example/bai-viet/abc") in here
    for url in ("javascript:alert(1)", "", "https://bao.example/\x1b\\", "https://bao.example/a b", "https://báo.example"):
        assert "\x1b]8" not in render_page(page(replace(hit, url=url)), SPEAKER, Terminal(styled=True))
    assert "\x1b" not in render_page(page(hit), SPEAKER, base="https://kho.example")


def test_lines_fit_the_terminal_and_lose_nothing() -> None:
    words = "Sở Giáo dục và Đào tạo tỉnh họp bàn về trường trung học phổ thông đạt chuẩn quốc gia năm nay"
    hit = replace(HIT, title=words, missing=(), snippets=(Snippet("paragraph", words + ".", ((3, 11), (36, 50))),))
    plain = render_page(page(hit), SPEAKER)
    narrow = render_page(page(hit), SPEAKER, Terminal(width=44))
    assert all(len(line) <= 44 for line in narrow.splitlines()) and max(map(len, plain.splitlines())) > 80
    assert narrow.split() == plain.split()
    assert [line for line in narrow.splitlines() if "trường trung" in line][-1].startswith("   ")


@pytest.mark.parametrize(
    ("total", "said"), [(0, "Không có bài nào có đủ · thêm 312 bài gần đúng"), (28, "28 bài có đủ · thêm 312 bài gần đúng")]
)
def test_near_matches_are_counted_apart(total: int, said: str) -> None:
    assert said in render_page(page(HIT, total=total, near=312), SPEAKER)


@pytest.mark.parametrize(
    ("unmarked", "said"), [(1, "Trong đó 1 bài chỉ thấy trong bài viết không dấu"), (2, "Chỉ thấy trong bài viết")]
)
def test_what_is_found_in_bare_texts_only_is_said(unmarked: int, said: str) -> None:
    assert said in render_page(page(HIT, total=2, unmarked=unmarked), SPEAKER)


def test_a_score_is_said_to_be_the_sum_of_what_it_is() -> None:
    explained = replace(
        HIT,
        score=7.123456,
        explanation=(
            Ingredient("word", "nông thôn", 3.5),
            Ingredient("syllable", "nông\x1b", 1.25),
            Ingredient("syllable", "thôn", 1.5),
            Ingredient("lead", "thôn", 0.873456),
        ),
    )
    lines = render_page(page(explained), SPEAKER).splitlines()
    at = lines.index("   điểm 7.12, là tổng của:")
    assert lines[at + 1 : at + 4] == [
        "     từ 3.50: nông thôn 3.50",
        "     âm tiết 2.75: nông\ufffd 1.25 · thôn 1.50",
        "     ở đầu bài 0.87: thôn 0.87",
    ]


def test_what_else_is_looked_for_is_said_with_the_way_to_turn_it_off() -> None:
    found = (Expansion("sở gd-đt", "giáo dục và đào tạo"), Expansion("gdđt", "giáo dục và đào tạo"), Expansion("gdđt", "GD-ĐT"))
    assert "cũng tìm: giáo dục và đào tạo, GD-ĐT (--no-expand để tắt)" in render_page(page(HIT, expansions=found), SPEAKER)
    assert "cũng tìm" not in render_page(page(HIT, expansions=(Expansion("hđnd", "HĐND", on=False),)), SPEAKER)


def test_what_operators_bind_is_one_line() -> None:
    bound = (
        Bound(0, 9, "not", True, "quy\x1b hoạch"),
        Bound(10, 25, "title", False, "học phí"),
        Bound(26, 40, "title", True, "bão"),
    )
    empty = ResultPage(query="x", total=0, near=0, page=1, size=10, took_ms=0, hits=(), facets={})
    assert bound_lines(replace(empty, bound=bound), SPEAKER) == [
        "không có: quy\ufffd hoạch · tiêu đề có: học phí · tiêu đề không có: bão"
    ]
    assert bound_lines(empty, SPEAKER) == []
