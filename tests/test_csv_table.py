"""corpus.writing.csv_table: a spreadsheet shows what was published and runs nothing of it."""

from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from corpus.writing.csv_table import head, neutral, row


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+84 24", "'+84 24"),
        ("-5 độ", "'-5 độ"),
        ("@tin", "'@tin"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\uff0b84 24", "'\uff0b84 24"),
        ("\uff0d5 độ", "'\uff0d5 độ"),
        ("\uff20tin", "'\uff20tin"),
        ("  =1+1", "'  =1+1"),
        ("\u00a0\u3000=1", "'\u00a0\u3000=1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("\u200b @a", "'\u200b @a"),
        (" \t\r\n-1", "' \t\r\n-1"),
        ("  Đường", "  Đường"),
        ("– gạch ngang", "– gạch ngang"),
        ("Giá = 5", "Giá = 5"),
        ("", ""),
        ("Đường", "Đường"),
    ],
)
def test_formulas_are_neutralised(cell: str, shown: str) -> None:
    assert neutral(cell) == shown


def test_a_row_is_texts_numbers_days_and_moments() -> None:
    written = row(["=x", 12, -3, date(2022, 7, 12), datetime(2022, 7, 11, 20, 5, tzinfo=timezone.utc), None, 'Ông "Ba"'])
    assert written == '\'=x,12,-3,2022-07-12,2022-07-12 03:05+07:00,,"Ông ""Ba"""\r\n'
    assert head(["Tên", "@a"]) == "\ufeffTên,'@a\r\n"
