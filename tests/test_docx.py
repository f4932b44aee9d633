"""Word documents: heads of decrees, headings, tables, fonts of before Unicode; broken and hostile ones are refused."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from document_maker import make_docx, paragraph, table

from corpus.errors import NotAnArticle
from corpus.reading.document.docx import read_docx

HEAD = table([
    paragraph("CHÍNH PHỦ", bold=True) + paragraph("-------") + paragraph("Số: 58/2022/NĐ-CP"),
    paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True) + paragraph("Độc lập - Tự do - Hạnh phúc") + paragraph("Hà Nội, ngày 17 tháng 8 năm 2022"),
])  # fmt: skip
TEXT = "Người dân các xã vùng bãi được hỗ trợ tiền thuê chỗ ở tạm khi có lũ."
STYLES = (
    '<w:style w:styleId="u1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Normal"><w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr></w:style>'
)


def test_a_decree() -> None:
    body = (
        HEAD
        + paragraph("NGHỊ ĐỊNH", bold=True)
        + paragraph("Về hỗ trợ xã vùng bãi", bold=True)
        + paragraph("Căn cứ Luật Đê điều;")
        + paragraph(TEXT)
    )
    article = read_docx(
        make_docx(
            body + table([paragraph("STT"), paragraph("Xã")], [paragraph("1"), paragraph("Vạn Yên")]),
            created="2023-01-02T03:04:05Z",
        )
    )
    assert article.title == "NGHỊ ĐỊNH Về hỗ trợ xã vùng bãi"
    assert article.published == datetime(2022, 8, 17, tzinfo=timezone(timedelta(hours=7)))
    assert article.source == "CHÍNH PHỦ" and article.notes == ()
    assert [block.text for block in article.blocks] == [
        "Số: 58/2022/NĐ-CP", "Hà Nội, ngày 17 tháng 8 năm 2022", "Căn cứ Luật Đê điều;", TEXT, "STT | Xã", "1 | Vạn Yên",
    ]  # fmt: skip


def test_headings_and_what_the_file_says_where_the_text_says_nothing() -> None:
    body = paragraph(TEXT) + paragraph("Con đường về xóm", style="u1") + paragraph(TEXT)
    article = read_docx(
        make_docx(
            body, styles=STYLES.replace(".VnTime", "Arial"), title="Microsoft Word - x.docx", created="2021-03-04T05:06:07Z"
        )
    )
    assert article.title == "Con đường về xóm"
    assert article.published == datetime(2021, 3, 4, 5, 6, 7, tzinfo=timezone.utc)
    assert article.origins["published"] == "meta" and any("ngày tạo tệp" in each for each in article.notes)
    assert read_docx(make_docx(paragraph(TEXT), title="Tờ trình về đê")).title == "Tờ trình về đê"


def test_fonts_of_before_unicode_are_read_by_their_names() -> None:
    body = (
        paragraph("UBND HUYÖN B×NH S¬N", font=".VnTimeH")
        + paragraph("B¸o c¸o vÒ ®­êng liªn x·")
        + paragraph("Toâi yeâu nöôùc", font="VNI-Times")
    )
    article = read_docx(make_docx(body, styles=STYLES))
    assert [article.title, *(block.text for block in article.blocks)] == [
        "UBND HUYỆN BÌNH SƠN",
        "Báo cáo về đường liên xã",
        "Tôi yêu nước",
    ]
    assert "TCVN3, VNI" in article.notes[0]
    unicode = read_docx(make_docx(paragraph("Đường liên xã đã thông", font=".VnTime") + paragraph(TEXT)))
    assert unicode.title == "Đường liên xã đã thông" and unicode.notes == ()


def test_what_was_deleted_is_not_read() -> None:
    deleted = (
        f"<w:p><w:del><w:r><w:delText>bỏ</w:delText><w:t>bỏ</w:t></w:r></w:del><w:ins><w:r><w:t>{TEXT}</w:t></w:r></w:ins></w:p>"
    )
    article = read_docx(make_docx(paragraph("Một tờ trình", bold=True) + deleted))
    assert [block.text for block in article.blocks] == [TEXT]


@pytest.mark.parametrize(("content", "why"), [
    (b"PK\x03\x04", "hỏng"),
    (make_docx("<w:p>", before=""), "hỏng"),
    (make_docx(paragraph("&a;").replace("&amp;", "&"), before='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "hỏng"),
    (make_docx(""), "không có chữ"),
    (make_docx("<!--" + " " * 60_000_001 + "-->"), "60 MB"),
], ids=["no zip", "no xml", "entity", "empty", "bomb"])  # fmt: skip
def test_what_cannot_be_read_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(NotAnArticle, match=why):
        read_docx(content)
