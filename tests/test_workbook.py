"""corpus.writing.workbook, read back by another library: every row and text is there, and nothing of it runs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.writing.cell import Cell
from corpus.writing.workbook import fitted, write_workbook


def written(names: Sequence[str], rows: Iterable[Sequence[Cell]], **more: int) -> bytes:
    out = io.BytesIO()
    rows = list(rows)
    assert write_workbook(names, rows, out, title="Bài", **more) == len(rows)
    return out.getvalue()


def read(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_each_cell_is_of_its_kind() -> None:
    at = datetime(2022, 7, 11, 20, 5, tzinfo=timezone.utc)
    content = written(
        ["Tên", "số"], [["Đường", 12, date(2022, 7, 12), at, None, "x"], ["", -3, date(1899, 1, 1), at + timedelta(hours=1)]]
    )
    assert read(content) == {
        "Bài": [
            ("Tên", "số", None, None, None, None),
            ("Đường", 12, datetime(2022, 7, 12), datetime(2022, 7, 12, 3, 5), None, "x"),
            (None, -3, "1899-01-01", datetime(2022, 7, 12, 4, 5), None, None),
        ]
    }


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+84 24", "-5 độ", "@SUM(A1)", "{=1}", "\t=1", "=HYPERLINK(\"https://a.example\")", "https://a.example/x", "12", "1/2", "TRUE", "#N/A"],
)  # fmt: skip
def test_a_text_is_a_text_whatever_it_looks_like(text: str) -> None:
    content = written(["=A1", "mailto:a@b.example"], [[text]])
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Bài"]
    cell = sheet["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s" if text != "#N/A" else cell.data_type, None)
    assert sheet["A1"].data_type == "s"
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml and "hyperlink" not in xml


@pytest.mark.parametrize("text", ["=1+1", "\uff1d1", " -1", "@a"])
def test_what_would_begin_a_formula_stays_a_text_where_it_is_edited(text: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written(["a"], [[text, "Giá = 5"]])))["Bài"]
    assert sheet["A2"].quotePrefix and not sheet["B2"].quotePrefix


def test_more_rows_than_a_sheet_has_go_on_on_the_next() -> None:
    rows = [[number] for number in range(7)]
    sheets = read(written(["số"], rows, most_rows=4))
    assert sheets == {
        "Bài": [("số",), (0,), (1,), (2,)],
        "Bài 2": [("số",), (3,), (4,), (5,)],
        "Bài 3": [("số",), (6,)],
    }
    assert read(written(["số"], rows[:3], most_rows=4)) == {"Bài": [("số",), (0,), (1,), (2,)]}
    assert read(written(["số"], [], most_rows=4)) == {"Bài": [("số",)]}


@pytest.mark.parametrize(
    ("text", "length"),
    [("a" * 32_767, 32_767), ("a" * 32_768, 32_767), ("😀" * 16_383, 16_383), ("😀" * 20_000, 16_385)],
)
def test_a_text_longer_than_a_cell_is_cut_and_says_so(text: str, length: int) -> None:
    kept = fitted(text)
    assert len(kept) == length and len(kept.encode("utf-16-le")) <= 2 * 32_767
    assert kept == text or kept.endswith(" […]") and text.startswith(kept.removesuffix(" […]"))


@pytest.mark.parametrize(
    ("text", "kept"), [("a\r\nb\rc\n", "a\nb\nc\n"), ("\x08x\uffff", "\ufffdx\ufffd"), ("\ud800", "\ufffd"), (" a ", " a ")]
)
def test_what_a_cell_cannot_hold_is_replaced(text: str, kept: str) -> None:
    assert fitted(text) == kept
    assert read(written(["a"], [[text]]))["Bài"][1] == (kept,)


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=5))
def test_any_text_comes_back(texts: list[str]) -> None:
    rows = read(written(["a"], [[text] for text in texts]))["Bài"][1:]
    assert [row[0] for row in rows] == [fitted(text) for text in texts]
