"""corpus.writing.column: what a table of articles says of each, in the columns that were asked for."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timezone

import pytest

from corpus.article import Article, Block
from corpus.writing.column import USUAL, ColumnUnknown, ExportedArticle, cells, read_columns
from corpus.writing.export import FORMATS, csv_of, write
from language.timestamp import parse_iso

ARTICLE = Article(
    "Tít",
    (Block("heading", "Mục"), Block("paragraph", 'Chữ "trong", ngoặc'), Block("caption", "Ảnh cầu", credit="Ảnh: A")),
    "Mở",
    "https://a.example/1",
    ("Lan", "An"),
    "Báo",
    "Mục",
    ("a b", "c"),
    parse_iso("2022-07-11T20:00:00Z"),
)
GONE = datetime(2024, 1, 31, 17, 30, tzinfo=timezone.utc)
NAMES = "id url title lead source section published modified authors tags text gone permalink content_hash match".split()


def written(one: ExportedArticle, *columns: str) -> dict[str, str]:
    """Return the row of an article in a CSV file, by the names of its columns."""
    out = io.StringIO(newline="")
    assert write([one], csv_of(columns) if columns else FORMATS["csv"], out) == 1
    text = out.getvalue()
    assert text.startswith("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text[1:], newline=""))
    return row


def test_the_usual_columns() -> None:
    assert list(USUAL) == NAMES
    assert written(ExportedArticle(ARTICLE, "https://kho.example", GONE, "exact", ("đoạn",))) == {
        "id": ARTICLE.id,
        "url": "https://a.example/1",
        "title": "Tít",
        "lead": "Mở",
        "source": "Báo",
        "section": "Mục",
        "published": "2022-07-12 03:00+07:00",
        "modified": "",
        "authors": "Lan; An",
        "tags": "a b; c",
        "text": 'Mục\nChữ "trong", ngoặc\nẢnh cầu Ảnh: A',
        "gone": "2024-02-01 00:30+07:00",
        "permalink": f"https://kho.example/bai-viet/{ARTICLE.id}-tit",
        "content_hash": ARTICLE.content_hash,
        "match": "exact",
    }


def test_columns_by_choice_stand_in_the_order_asked_for() -> None:
    one = ExportedArticle(Article("=x", url="https://a.example/2"), snippets=("=1+1 mở", "đoạn sau"))
    assert written(one, "snippets", "title", "permalink") == {
        "snippets": "'=1+1 mở\nđoạn sau",
        "title": "'=x",
        "permalink": f"/bai-viet/{one.article.id}-x",  # nobody knows where the site is
    }
    assert cells(("published", "match"), one) == [None, ""]


@pytest.mark.parametrize(
    ("typed", "columns"),
    [
        ("title", ("title",)),
        (" url , title,url,", ("url", "title")),
        ("", tuple(NAMES)),
        (",", tuple(NAMES)),
        ("snippets", ("snippets",)),
    ],
)
def test_columns_are_named_between_commas(typed: str, columns: tuple[str, ...]) -> None:
    assert read_columns(typed) == columns


@pytest.mark.parametrize("typed", ["Title", "title;url", "title,none", "<b>"])
def test_a_column_that_there_is_not_is_named(typed: str) -> None:
    with pytest.raises(ColumnUnknown) as raised:
        read_columns(typed)
    assert raised.value.column == typed.rpartition(",")[2]
