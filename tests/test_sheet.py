"""Tables become lines of JSON: delimiters, encodings, names of columns and dates as Excel and people write them."""

from __future__ import annotations

import io
import json

import pytest

from corpus.errors import NotAnArticle
from corpus.reading.jsonl import read_line
from corpus.reading.sheet import Row, rows

COLUMNS = {"title": "Tiêu_đề", "url": "Địa chỉ", "published": "ngày", "body": "Nội dung"}
TABLE = 'Tiêu đề;Địa chỉ;Ngày;Nội dung;tags;ghi chú\n"Xã A ""mới""";https://a.example/1;16/08/2022;"Đoạn một.\nĐoạn hai.";"nước sạch; đê";x\nXã B;;2022-08-17T08:30:00+07:00;Đoạn.;;\n'


def read(content: bytes, columns: dict[str, str] | None = None) -> list[Row]:
    return list(rows(io.BytesIO(content), columns))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("hint", [False, True])
def test_a_table_of_excel(encoding: str, delimiter: str, hint: bool) -> None:
    text = TABLE.replace("nước sạch; đê", "nước sạch@ đê").replace(";", delimiter).replace("@", ";").replace("\n", "\r\n")
    found = read((f"sep={delimiter}\r\n" * hint + text).encode(encoding), COLUMNS)
    assert [row.line - hint for row in found] == [2, 4]
    first, second = (read_line(row.content)[0] for row in found)
    assert (first.title, first.url, [block.text for block in first.blocks]) == (
        'Xã A "mới"',
        "https://a.example/1",
        ["Đoạn một.", "Đoạn hai."],
    )
    assert first.published is not None and first.published.date().isoformat() == "2022-08-16"
    assert len(first.tags) == 2
    assert second.url == "" and second.published is not None and second.published.hour == 8


def test_columns_named_as_in_jsonl_need_no_option() -> None:
    (row,) = read("url,title,body\nhttps://a.example/1,Tít,Đoạn\n".encode())
    assert json.loads(row.content) == {"url": "https://a.example/1", "title": "Tít", "body": "Đoạn"}


def test_old_encodings_are_read() -> None:
    (row,) = read(b"title,body\n" + "Nghị quyết,Người dân các xã được dùng nước sạch".encode())
    assert json.loads(row.content)["title"] == "Nghị quyết"
    codes = "B¸o c¸o vÒ ®­êng liªn x·,Ng­êi d©n c¸c x· ®­îc dïng n­íc s¹ch".encode("latin-1")
    (row,) = read(b"title,body\n" + codes)
    assert json.loads(row.content) == {
        "url": "",
        "title": "Báo cáo về đường liên xã",
        "body": "Người dân các xã được dùng nước sạch",
    }


def test_a_bad_row_costs_itself_only() -> None:
    found = read(b"title,body\na,b,c\nd,e\n\n,f\n")
    assert [(row.line, bool(row.reason)) for row in found] == [(2, True), (3, False), (5, False)]
    assert "3 ô" in str(found[0].reason)


@pytest.mark.parametrize(("content", "columns", "why"), [
    (b"a,b\n1,2\n", None, "title.*a, b"),
    (b"title,b\n1,2\n", {"body": "Noi dung"}, "Noi dung"),
    (b"title,Title\n1,2\n", None, "hai cột"),
    (b"", None, "title"),
])  # fmt: skip
def test_a_table_that_does_not_say_what_is_what_is_refused(content: bytes, columns: dict[str, str] | None, why: str) -> None:
    with pytest.raises(NotAnArticle, match=why):
        read(content, columns)
