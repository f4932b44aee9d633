"""searcher.batch.ledger: each line says what a search for it would have said."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from index.snapshot import INDEX_FOLDER
from language.timestamp import VIETNAM
from searcher.batch.ledger import ledger, table, unasked, wordless
from searcher.batch.roster import read_lines, read_table
from searcher.request import SearchRequest
from searcher.search import Searcher

ARTICLES = [
    Article(
        f"Tin số {number}",
        (Block("paragraph", "Ông Nguyễn Văn Bảy phát biểu." if number % 2 else "Bà Trần Thị Sáu đi chợ Bảy Hiền."),),
        url=f"https://bao.example/{number}",
        published=datetime(2019 + number, 5, 6, tzinfo=VIETNAM),
    )
    for number in range(4)
]


def test_lines(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build(ARTICLES))
    queries = ['"Nguyễn Văn Bảy"', "tran thi sau", "Bảy", "Nguyễn Thị Bảy", "không-có-ai", "("]
    found = ledger(searcher, queries, SearchRequest(), time_limit=60)
    assert found.left == () and [line.query for line in found.lines] == queries
    assert [line.total for line in found.lines] == [2, 2, 4, 0, 0, 0]
    phrase, unmarked, _, partly, nobody, broken = found.lines
    assert (phrase.first_published, phrase.last_published) == ("2020-05-06", "2022-05-06")
    assert phrase.newest is not None and phrase.newest.title == "Tin số 3"
    assert unmarked.newest is not None and unmarked.newest.title == "Tin số 2"
    assert partly.near > 0 and partly.newest is None and partly.first_published is None
    assert nobody.near == 0 and nobody.newest is None and nobody.last_published is None
    assert broken.problems and not broken.counted and phrase.counted and not phrase.problems
    assert phrase.years == ((2020, 1), (2022, 1)) and phrase.undated == 0
    for line in found.lines[:-1]:
        page = searcher.search(SearchRequest(line.query))
        assert (line.total, line.near) == (page.total, 0 if page.total else page.near)
    strict = ledger(searcher, ["tran thi sau"], replace(SearchRequest(), exact_marks=True), time_limit=60)
    assert strict.lines[0].total == 0
    searcher.archive.close()


def test_what_there_is_no_time_for_is_said(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build(ARTICLES))
    found = ledger(searcher, ["a", "b"], SearchRequest(), time_limit=-1)
    assert found.lines == () and found.left == ("a", "b")
    searcher.archive.close()


@pytest.mark.parametrize("query", ["", " ", "…", "?!", '"…"', "()", "#", "*", "- -", "👍"])
def test_a_line_without_a_word_counts_nothing_and_says_so(build: Callable[..., Path], query: str) -> None:
    searcher = Searcher.open(build(ARTICLES))
    (line,) = ledger(searcher, [query], SearchRequest(), time_limit=60).lines
    assert (line.total, line.newest, line.years, line.counted) == (0, None, (), False)
    assert "Không có chữ hay số nào để tìm." in [problem.in_words("vi") for problem in line.problems]
    assert unasked(SearchRequest(query)).problems == line.problems
    searcher.archive.close()


@pytest.mark.parametrize("query", ["từ:2020", "-bảy", "7", "xây*", "nguồn:x"])
def test_a_line_that_asks_something_is_asked(query: str) -> None:
    assert wordless(query) == ()


def test_a_query_out_of_time_counts_nothing(build: Callable[..., Path]) -> None:
    home = build(ARTICLES)
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        (line,) = ledger(Searcher(archive, home / INDEX_FOLDER, time_limit=-1), ["bảy"], SearchRequest(), time_limit=60).lines
    assert not line.counted


def test_a_table_can_be_put_beside_the_list(build: Callable[..., Path]) -> None:
    undated = Article("Tin không ngày về Bảy Hiền", url="https://bao.example/x")
    searcher = Searcher.open(build([*ARTICLES, undated]))
    roster = read_table("Mã,Tên,Quê\n1,Bảy,Huế\n2,không-có-ai,\n3,…,Vinh\n4,Bảy,Lào\n", column="tên")
    found = ledger(searcher, (entry.query for entry in roster.entries), SearchRequest(), time_limit=60)
    searcher.archive.close()
    made = table(roster, found, base="https://kho.example", language="vi", named=str, by_year=True)
    names, rows = made.names, made.rows
    assert names[:5] == ["Tên", "total", "near", "first", "last"]
    assert names[9:] == ["2019", "2020", "2021", "2022", "undated", "row", "Mã", "Quê"]
    assert [(row[0], row[1], *row[-3:]) for row in rows] == [
        ("Bảy", 5, 2, "1", "Huế"),
        ("không-có-ai", 0, 3, "2", ""),
        ("…", None, 4, "3", "Vinh"),
        ("Bảy", 5, 5, "4", "Lào"),
    ]
    assert rows[0][9:14] == [1] * 5 and rows[1][9:14] == [0] * 5 and rows[2][9:14] == [None] * 5
    assert rows[0][3:5] == [date(2019, 5, 6), date(2022, 5, 6)] and rows[1][3:5] == [None, None]
    assert str(rows[0][6]).startswith("https://kho.example/bai-viet/") and rows[2][8] == "Không có chữ hay số nào để tìm."
    assert {len(row) for row in rows} == {len(names)}
    assert next(reversed([*made.csv_lines()])).startswith("Bảy,5,0,2019-05-06,2022-05-06,Tin số 3,https://kho.example/bai-viet/")
    out = io.BytesIO()
    made.write_xlsx(out)
    read = list(openpyxl.load_workbook(out).worksheets[0].values)
    assert (
        list(read[0]) == names
        and read[1][1:5] == (5, 0, datetime(2019, 5, 6), datetime(2022, 5, 6))
        and read[4][-2:] == ("4", "Lào")
    )


def test_what_was_not_asked_says_so_in_its_row(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build(ARTICLES))
    roster = read_lines("a\nb\n")
    found = ledger(searcher, ["a", "b"], SearchRequest(), time_limit=-1)
    searcher.archive.close()
    rows = table(roster, found, base="", language="vi", named=str).rows
    assert [(row[0], row[1], row[8], row[9]) for row in rows] == [("a", None, "not_asked", 1), ("b", None, "not_asked", 2)]


def test_the_filters_of_a_search_narrow_every_line(build: Callable[..., Path]) -> None:
    searcher = Searcher.open(build(ARTICLES))
    within = SearchRequest(first_day=date(2020, 1, 1), last_day=date(2021, 12, 31))
    (line,) = ledger(searcher, ["Bảy"], within, time_limit=60).lines
    assert (line.total, line.years) == (2, ((2020, 1), (2021, 1)))
    searcher.archive.close()
