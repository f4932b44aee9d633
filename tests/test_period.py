from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.period import period

TODAY = date(2024, 3, 1)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022", (2022, 1, 1), (2022, 12, 31)),
        ("2022-07", (2022, 7, 1), (2022, 7, 31)),
        ("2022/2", (2022, 2, 1), (2022, 2, 28)),
        ("2024.02", (2024, 2, 1), (2024, 2, 29)),
        ("7/2022", (2022, 7, 1), (2022, 7, 31)),
        ("2022-07-12", (2022, 7, 12), (2022, 7, 12)),
        ("12/7/2022", (2022, 7, 12), (2022, 7, 12)),
        ("12-07-2022", (2022, 7, 12), (2022, 7, 12)),
        ("12.7.2022", (2022, 7, 12), (2022, 7, 12)),
        ("9999", (9999, 1, 1), (9999, 12, 31)),
        ("12/9999", (9999, 12, 1), (9999, 12, 31)),
        ("1/3", (2024, 3, 1), (2024, 3, 1)),
        ("2/3", (2023, 3, 2), (2023, 3, 2)),
        ("29-2", (2024, 2, 29), (2024, 2, 29)),
        ("hôm nay", (2024, 3, 1), (2024, 3, 1)),
        ("Hôm-qua", (2024, 2, 29), (2024, 2, 29)),
        ("hom_nay", (2024, 3, 1), (2024, 3, 1)),
        ("yesterday", (2024, 2, 29), (2024, 2, 29)),
    ],
)
def test_period(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert period(text, TODAY) == (date(*first), date(*last))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "chữ",
        "22",
        "12/22",
        "31/2/2022",
        "2022-13",
        "2022-00",
        "0000",
        "29/2/2023",
        "12/7/22",
        "7/12/20222",
        "2022-7-12-1",
        "31/6",
        "١٢/٧",
    ],
)
def test_no_period(text: str) -> None:
    assert period(text, TODAY) is None


def test_leap_day_over_a_century_that_has_none() -> None:
    assert period("29/2", date(1904, 2, 28)) == (date(1896, 2, 29), date(1896, 2, 29))


@given(st.dates(), st.sampled_from(["{0:%d}/{0:%m}/{1}", "{1}-{0:%m}-{0:%d}", "{0.day}.{0.month}.{1}"]))
def test_every_day_is_read_as_written(day: date, form: str) -> None:
    assert period(form.format(day, f"{day.year:04}"), TODAY) == (day, day)
