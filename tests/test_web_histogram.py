from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from searcher.request import SearchRequest
from searcher.result import FacetValue
from web import create_app
from web.address import read_request
from web.histogram import Histogram, every_month, histogram

APP = create_app()


@pytest.fixture(autouse=True)
def _context() -> Iterator[None]:
    with APP.test_request_context():
        yield


def drawn(counts: dict[str, int], asked: SearchRequest | None = None) -> Histogram:
    chart = histogram([FacetValue(month, month, count) for month, count in counts.items()], asked or SearchRequest())
    assert chart is not None
    return chart


def asked_by(href: str) -> SearchRequest:
    asked, bad = read_request(MultiDict(parse_qsl(urlsplit(href).query)))
    assert not bad
    return asked


@pytest.mark.parametrize("counts", [{}, {"2022-07": 3}, {"2022-07": 3, "2022-08": 0}])
def test_nothing_to_compare_is_no_chart(counts: dict[str, int]) -> None:
    assert histogram([FacetValue(month, month, count) for month, count in counts.items()], SearchRequest()) is None


def test_months_are_bars_with_gaps_between() -> None:
    chart = drawn({"2021-11": 2, "2022-01": 8, "2022-02": 4})
    assert [(bar.label, bar.count, bar.x, bar.height) for bar in chart.bars] == [
        ("11/2021", 2, 0.0, 12.0),
        ("01/2022", 8, 50.0, 48.0),
        ("02/2022", 4, 75.0, 24.0),
    ]
    assert (chart.peak.label, chart.peak.count) == ("01/2022", 8)
    assert asked_by(chart.bars[1].href) == SearchRequest(selected={"month": ("2022-01",)})


@pytest.mark.parametrize(
    ("highest", "top", "middle"),
    [
        (1, 1, 0),
        (2, 2, 1),
        (3, 4, 2),
        (5, 6, 3),
        (9, 10, 5),
        (10, 10, 5),
        (11, 12, 6),
        (44, 50, 25),
        (61, 80, 40),
        (99, 100, 50),
        (100, 100, 50),
        (101, 120, 60),
        (1_234, 1_400, 700),
        (98_765, 100_000, 50_000),
    ],
)
def test_the_axis_reaches_to_a_round_number_with_a_whole_one_half_way(highest: int, top: int, middle: int) -> None:
    chart = drawn({"2022-01": highest, "2022-02": 1})
    assert (chart.top, chart.middle) == (top, middle)
    assert chart.bars[0].height == round(highest / top * chart.height, 1)


def test_months_without_articles_are_counted_too() -> None:
    counts = [FacetValue(month, month, count) for month, count in (("2021-11", 2), ("2022-02", 0), ("2022-01", 8))]
    assert every_month(counts) == [("2021-11", 2), ("2021-12", 0), ("2022-01", 8)]
    assert every_month([]) == every_month([FacetValue("2022-02", "2022-02", 0)]) == []


def test_a_chart_is_handed_out_as_files() -> None:
    asked = SearchRequest(query="lũ", selected={"month": ("2022-01",)}, sort="newest", page=3, size=50)
    files = drawn({"2022-01": 1, "2022-02": 1}, asked).files
    assert files == {kind: f"/tim-kiem/bieu-do.{kind}?q=l%C5%A9&month=2022-01" for kind in ("csv", "svg")}


def test_a_chosen_month_is_let_go_by_its_bar() -> None:
    chart = drawn({"2022-01": 1, "2022-02": 1}, SearchRequest(query="x", selected={"month": ("2022-01",)}))
    assert [bar.selected for bar in chart.bars] == [True, False]
    assert asked_by(chart.bars[0].href) == SearchRequest(query="x")


def test_the_words_say_what_the_bars_say() -> None:
    chart = drawn({"2021-11": 2, "2022-01": 8, "2022-02": 4})
    assert [(row.label, row.count, [bar.label for bar in row.months]) for row in chart.rows] == [
        ("2022", 12, ["01/2022", "02/2022"]),
        ("2021", 2, ["11/2021"]),
    ]
    assert asked_by(chart.rows[0].href) == SearchRequest(first_day=date(2022, 1, 1), last_day=date(2022, 12, 31))


def test_more_than_ten_years_are_bars_by_year() -> None:
    chart = drawn({"2009-05": 1, "2009-06": 2, "2025-01": 5})
    assert [(bar.label, bar.count) for bar in chart.bars] == [("2009", 3), ("2025", 5)]
    assert asked_by(chart.bars[0].href) == SearchRequest(first_day=date(2009, 1, 1), last_day=date(2009, 12, 31))


def test_a_year_never_widens_the_days_asked_for() -> None:
    asked = SearchRequest(first_day=date(2009, 6, 15), last_day=date(2025, 1, 20), selected={"month": ("2010-01",)})
    chart = drawn({"2009-06": 2, "2025-01": 5}, asked)
    assert asked_by(chart.bars[0].href) == SearchRequest(first_day=date(2009, 6, 15), last_day=date(2009, 12, 31))
    assert asked_by(chart.bars[1].href) == SearchRequest(first_day=date(2025, 1, 1), last_day=date(2025, 1, 20))


MONTHS = st.builds(
    lambda year, month: f"{year:04}-{month:02}", st.integers(1, 9999) | st.integers(2010, 2026), st.integers(1, 12)
)


@pytest.mark.slow
@given(st.dictionaries(MONTHS, st.integers(1, 10**6), min_size=2, max_size=40))
def test_any_months_make_a_chart_that_fits_and_counts_all(counts: dict[str, int]) -> None:
    with APP.test_request_context():
        chart = drawn(counts)
        total = sum(counts.values())
        assert sum(bar.count for bar in chart.bars) == sum(row.count for row in chart.rows) == total
        assert all(bar.x >= 0 and bar.x + bar.width <= 100.1 for bar in chart.bars)
        assert all(bar.y >= 0 and bar.height >= 2 and round(bar.y + bar.height, 1) == chart.height for bar in chart.bars)
        assert len(chart.bars) <= 120 and len(chart.ticks) <= 10
        assert [tick.x for tick in chart.ticks] == sorted(tick.x for tick in chart.ticks)
        assert all(after.x - before.x >= 8 for before, after in zip(chart.ticks, chart.ticks[1:], strict=False))
        for href in [*(bar.href for bar in chart.bars), *(tick.href for tick in chart.ticks), *(row.href for row in chart.rows)]:
            asked_by(href)
