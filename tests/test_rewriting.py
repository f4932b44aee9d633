"""What is left of a query keeps its spelling and is still well formed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.query.parser import parse
from searcher.query.rewriting import rewritten, unquoted, without, without_title_field
from searcher.query.typed import Typed, read_typed


@pytest.mark.parametrize(
    ("query", "part", "left"),
    [
        ("học phí xyzzy", "xyzzy", "học phí"),
        ("xyzzy", "xyzzy", ""),
        ('học phí "nông thôn mới"', "nông thôn", "học phí"),
        ("tiêu-đề:xyzzy học phí", "xyzzy", "học phí"),
        ("học phí -xyzzy", "xyzzy", "học phí"),
        ("-xyzzy học phí", "xyzzy", "học phí"),
        ("học phí KHÔNG xyzzy đất đai", "xyzzy", "học phí đất đai"),
        ("học phí -quy hoạch đất đai", "quy hoạch", "học phí đất đai"),
        ('học phí -"quy hoạch" tiêu-đề:lớp', "quy hoạch", "học phí tiêu-đề:lớp"),
        ("học phí OR xyzzy", "xyzzy", "học phí"),
        ("xyzzy HOẶC học phí", "xyzzy", "học phí"),
        ("học phí (xyzzy)", "xyzzy", "học phí"),
        ("học phí -(xyzzy)", "xyzzy", "học phí"),
        ("học phí tiêu-đề:(xyzzy)", "xyzzy", "học phí"),
        ("(xyzzy học phí) OR (quy hoạch)", "xyzzy", "(học phí) OR (quy hoạch)"),
        ("(xyzzy AND học phí) OR quy hoạch", "xyzzy", "(học phí) OR quy hoạch"),
        ("học phí #thẻ_lạ từ:2020", "#thẻ_lạ", "học phí từ:2020"),
        ("Học  phí, xyzzy", "xyzzy", "Học phí,"),
    ],
)
def test_a_part_goes_with_what_would_stand_alone_without_it(query: str, part: str, left: str) -> None:
    start = query.index(part)
    assert without(query, [(start, start + len(part))]) == left


@pytest.mark.parametrize(
    ("query", "apart"),
    [
        ('"nông thôn mới"', "nông thôn mới"),
        ('"bác sĩ trạm"~3 xã', "bác sĩ trạm xã"),
        ('tiêu-đề:"học phí" -"quy hoạch"', 'tiêu-đề:(học phí) -"quy hoạch"'),
        ('nguồn:"Báo Núi" "học phí"', 'nguồn:"Báo Núi" học phí'),
        ("học phí", "học phí"),
    ],
)
def test_a_quotation_is_let_go(query: str, apart: str) -> None:
    assert unquoted(query) == apart


@pytest.mark.parametrize(
    ("query", "anywhere"),
    [
        ("tiêu-đề:phí", "phí"),
        ('tiêu-đề:"học phí" xã', '"học phí" xã'),
        ("title:(học phí)", "(học phí)"),
        ("học -tiêu-đề:phí", "học -tiêu-đề:phí"),
    ],
)
def test_what_was_asked_of_the_title_is_asked_of_the_whole_text(query: str, anywhere: str) -> None:
    assert without_title_field(query) == anywhere


def test_other_text_stands_at_its_place() -> None:
    assert rewritten("truwowngf, hocj", {(0, 9): "trường", (11, 15): "học"}) == "trường, học"


@given(st.text(alphabet='ab é"()-#:*~ ORNT', max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_any_part_may_be_cut_out_of_anything(query: str, start: int, end: int) -> None:
    told = {problem.code for problem in parse(query)[1]}
    left = parse(without(query, [(start, end)]))[1]
    assert {problem.code for problem in left} & {"dangling", "unclosed"} <= told
    parse(unquoted(query))
    parse(without_title_field(query))


@pytest.mark.slow
def test_no_more_of_a_query_is_read_than_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def counted(typed: str) -> Typed:
        read.append(len(typed))
        return read_typed(typed)

    monkeypatch.setattr("searcher.query.rewriting.read_typed", counted)
    long = 'tiêu-đề:học "học phí" ' + "phí " * 50_000
    assert unquoted(long).startswith("tiêu-đề:học học phí phí")
    assert without_title_field(long).startswith('học "học phí" phí')
    assert without(long, [(12, 21)]).startswith("tiêu-đề:học phí phí")
    assert len(read) == 3 and max(read) == 10_000
