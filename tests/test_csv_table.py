"""corpus.writing.csv_table: a spreadsheet shows what was published and runs nothing of it."""

from __future__ import annotations

import csv
import io

import pytest

from corpus.article import Article, Block
from corpus.writing.csv_table import COLUMNS, neutral
from corpus.writing.export import FORMATS, write
from language.timestamp import parse_iso


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


def test_rows() -> None:
    blocks = (Block("heading", "Mục"), Block("paragraph", 'Chữ "trong", ngoặc'), Block("caption", "Ảnh cầu", credit="Ảnh: A"))
    article = Article(
        "Tít", blocks, "Mở", "https://a.example/1", ("Lan", "An"), "Báo", "Mục", ("a b", "c"), parse_iso("2022-07-11T20:00:00Z")
    )
    out = io.StringIO(newline="")
    assert write([article, Article("=x")], FORMATS["csv"], out) == 2
    text = out.getvalue()
    assert text.startswith("\ufeffid,url,")
    rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert rows[0] == list(COLUMNS)
    assert rows[1] == [
        article.id,
        "https://a.example/1",
        "Tít",
        "Mở",
        "Báo",
        "Mục",
        "2022-07-12 03:00+07:00",
        "",
        "Lan; An",
        "a b; c",
        'Mục\nChữ "trong", ngoặc\nẢnh cầu Ảnh: A',
        "",
    ]
    assert rows[2][2] == "'=x"
