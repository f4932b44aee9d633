"""PDFs read as they are read on paper: columns, heads of decrees, running heads, broken lines; scans and broken files are refused."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta, timezone

import pytest
from document_maker import Text, make_pdf

from corpus.errors import NotAnArticle
from corpus.reading.document.paragraph import mended
from corpus.reading.document.pdf import read_pdf
from corpus.reading.page_process import PageProcess

pytest.importorskip("pdfminer", reason="needs the extra pdf")

LINE = "Người dân các xã vùng bãi được hỗ trợ tiền thuê chỗ ở tạm khi có lũ"  # 67 letters of half their height: 402 points at 12
HEAD: list[Text] = [
    (90, 780, 12, "F2", "CHÍNH PHỦ"),
    (100, 766, 12, "F1", "-------"),
    (80, 752, 12, "F1", "Số: 57/2022/NĐ-CP"),
    (300, 780, 12, "F2", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (320, 766, 12, "F2", "Độc lập - Tự do - Hạnh phúc"),
    (300, 752, 12, "F1", "Hà Nội, ngày 16 tháng 8 năm 2022"),
    (260, 715, 12, "F2", "NGHỊ ĐỊNH"),
    (100, 700, 12, "F2", "Quy định chi tiết một số điều của Luật Đê điều và chính sách"),
    (190, 685, 12, "F2", "hỗ trợ các xã vùng bãi sông"),
    (110, 660, 12, "F1", "Căn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015;"),
    (72, 630, 12, "F2", "Điều 1. Phạm vi điều chỉnh"),
]


def prose(top: float, lines: list[str], left: float = 72) -> list[Text]:
    return [(left, top - 16 * number, 12, "F1", line) for number, line in enumerate(lines)]


def test_the_head_of_a_decree_says_number_day_and_title() -> None:
    article = read_pdf(make_pdf([[*HEAD, *prose(610, [LINE, LINE, "và được cấp nước sạch."])]]))
    assert article.title == "NGHỊ ĐỊNH Quy định chi tiết một số điều của Luật Đê điều và chính sách hỗ trợ các xã vùng bãi sông"
    assert article.published == datetime(2022, 8, 16, tzinfo=timezone(timedelta(hours=7)))
    assert (article.source, article.url, article.origins["published"]) == ("CHÍNH PHỦ", "", "visible")
    assert [(block.kind, block.text) for block in article.blocks] == [
        ("paragraph", "Số: 57/2022/NĐ-CP"),
        ("paragraph", "Hà Nội, ngày 16 tháng 8 năm 2022"),
        ("paragraph", "Căn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015;"),
        ("heading", "Điều 1. Phạm vi điều chỉnh"),
        ("paragraph", f"{LINE} {LINE} và được cấp nước sạch."),
    ]


def test_a_day_that_no_calendar_has_is_left_out() -> None:
    page = [(x, y, size, font, text.replace("16 tháng 8", "31 tháng 2")) for x, y, size, font, text in HEAD]
    article = read_pdf(make_pdf([page]))
    assert article.published is None and any("31 tháng 2 năm 2022" in each for each in article.notes)


def test_running_heads_and_page_numbers_go_and_are_told() -> None:
    pages = [
        [
            (200, 800, 9, "F1", "CÔNG BÁO/Số 711/Ngày 30-8-2022"),
            *prose(760, [f"{LINE} {word}" for word in "một hai ba bốn năm sáu bảy tám".split()[2 * n : 2 * n + 2]]),
            (290, 30, 9, "F1", f"- {n + 5} -"),
        ]
        for n in range(4)
    ]
    article = read_pdf(make_pdf(pages))
    text = "\n".join([article.title, *(block.text for block in article.blocks)])
    assert "CÔNG BÁO" not in text and "- 6 -" not in text
    assert text.count(LINE) >= 8 and all(word in text for word in ("một", "hai", "ba", "bốn"))
    assert any("CÔNG BÁO/Số 711" in each for each in article.notes)


def test_two_columns_are_read_one_after_the_other_and_tables_by_rows() -> None:
    left = [f"Cột trái dòng {n} kể chuyện làm đường" for n in range(6)]
    right = [f"Cột phải dòng {n} nói về trường học" for n in range(6)]
    rows = [["STT", "Xã", "Số hộ"], ["1", "Vạn Yên", "120"], ["2", "Đồng Vạn", "85"]]
    cells: list[Text] = [(72 + 150 * k, 500 - 16 * n, 12, "F1", text) for n, row in enumerate(rows) for k, text in enumerate(row)]
    page = [(150, 790, 20, "F2", "Chuyện ở xã vùng bãi"), *prose(740, left), *prose(740, right, 320), *cells]
    article = read_pdf(make_pdf([page]))
    assert article.title == "Chuyện ở xã vùng bãi"
    text = "\n".join(block.text for block in article.blocks)
    assert [text.index(line) for line in left + right] == sorted(text.index(line) for line in left + right)
    assert [block.text for block in article.blocks][-3:] == ["STT | Xã | Số hộ", "1 | Vạn Yên | 120", "2 | Đồng Vạn | 85"]


def test_what_goes_on_overleaf_is_one_paragraph() -> None:
    article = read_pdf(
        make_pdf(
            [
                [(72, 790, 20, "F2", "Một bài hai trang"), *prose(740, [LINE, LINE])],
                prose(760, ["khi nước rút hẳn mới về nhà.", "Hết."]),
            ]
        )
    )
    assert article.blocks[0].text == f"{LINE} {LINE} khi nước rút hẳn mới về nhà."


@pytest.mark.parametrize(("above", "below", "whole"), [
    ("các xã", "vùng bãi", "các xã vùng bãi"),
    ("làm đư-", "ờng liên xã", "làm đường liên xã"),
    ("develop-", "ment", "development"),
    ("từ Pa-", "ri về", "từ Pa-ri về"),
    ("57/2022/NĐ-", "CP của Chính phủ", "57/2022/NĐ-CP của Chính phủ"),
    ("giai đoạn 2021-", "2025", "giai đoạn 2021-2025"),
    ("Bà Rịa -", "Vũng Tàu", "Bà Rịa - Vũng Tàu"),
    ("nghi\u00ad", "êm", "nghiêm"),
])  # fmt: skip
def test_lines_that_the_print_broke(above: str, below: str, whole: str) -> None:
    assert mended(above, below) == whole


def test_a_font_of_before_unicode_is_read() -> None:
    page: list[Text] = [(72, 780, 12, "F3", "NghÞ quyÕt vÒ n­íc s¹ch n«ng th«n"), (72, 750, 12, "F3", "Ng­êi d©n ®­îc dïng n­íc s¹ch tõ th¸ng t¸m."), (72, 734, 12, "F3", "Hµ Néi vµ §ång Nai.")]  # fmt: skip
    article = read_pdf(make_pdf([page]))
    assert article.title == "Nghị quyết về nước sạch nông thôn"
    assert [block.text for block in article.blocks] == ["Người dân được dùng nước sạch từ tháng tám. Hà Nội và Đồng Nai."]
    assert any("TCVN3" in each for each in article.notes)


@pytest.mark.parametrize(("content", "why"), [
    (make_pdf([[]]), "bản quét"),
    (make_pdf([[]] * 3), "bản quét"),
    (b"%PDF-1.4\nkhong phai", "hỏng"),
    (make_pdf([HEAD])[:900], "hỏng|bản quét"),
    (make_pdf([HEAD], encrypt=b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >> /ID [<41> <41>]"), "mật khẩu"),
    (make_pdf([[]] * 1001), "1.000 trang"),
], ids=["scan", "scan of pages", "broken", "cut", "locked", "long"])  # fmt: skip
def test_what_cannot_be_read_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(NotAnArticle, match=why):
        read_pdf(content)


@pytest.mark.crash
@pytest.mark.slow
def test_a_bomb_costs_itself_only() -> None:
    bomb = make_pdf([HEAD])
    drawn = bomb[bomb.rindex(b"stream\nBT") + 7 : bomb.rindex(b"\nendstream")]
    packed = zlib.compress(zlib.compress(drawn + b" " * 300_000_000, 9), 9)
    bomb = bomb.replace(
        b"<< /Length %d >>\nstream\n%s" % (len(drawn), drawn),
        b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s" % (len(packed), packed),
    )
    assert len(bomb) < 20_000
    with PageProcess(seconds=0.1) as process:  # four times that for a document; it takes two seconds and more
        with pytest.raises(NotAnArticle):
            process.read_document("pdf", bomb)
        process._seconds = 30
        assert process.read_document("pdf", make_pdf([HEAD])).source == "CHÍNH PHỦ"
