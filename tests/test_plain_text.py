from __future__ import annotations

from datetime import datetime, timedelta, timezone
from textwrap import fill

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.article import Article, Block, RelatedLink
from corpus.errors import NotAnArticle
from corpus.reading.plain_text import MAX_BYTES, read_plain_text
from language.text import clean

VIETNAM = timezone(timedelta(hours=7))

COPIED_PAGE = """\
Sau ba năm, xã Vạn Yên đã có trường học hai tầng, đường bê tông về tận xóm và một trạm y tế có bác sĩ trực hằng đêm.

Người dân nói rằng họ không nhận quà, họ tự làm.

Bắt đầu từ con đường

Con đường dài bốn cây số nối xóm Đồng với trung tâm xã được làm trong mười tháng; mỗi nhà góp hai mươi ngày công và hiến đất mở rộng mặt đường.

Ông Trần Văn Lộc, trưởng xóm, kể rằng hôm khởi công cả xóm ra đường, từ cụ già tám mươi tuổi đến trẻ con vừa tan học buổi sáng.

Cả xã Vạn Yên ra đường - Hình 1
Bà con xóm Đồng đổ bê tông đoạn cuối của con đường, sáng 12/3; mỗi
nhà góp một người
Ảnh: T. Hương

Còn lại là trường học

Trường tiểu học hai tầng được khánh thành đúng ngày khai giảng, có tám phòng học và một thư viện nhỏ do cựu học sinh góp sách.

Tại huyện Bình Liêu, cách làm này đang được nhiều xã học theo; Ban Chỉ đạo xây dựng NTM của tỉnh đã về xem tận nơi hồi tháng trước.

Tin liên quan

  • Hai xã vùng cao xin ra khỏi diện khó khăn
  • Đường về xóm Đồng đã thông

#Đời_sống
#xây_dựng_ntm #huyện_bình_liê
#đời_sống
#trường_học

Trả lời

Email của bạn sẽ không được hiển thị công khai. Các trường bắt buộc được đánh dấu *

Bình luận *

Tên *
"""


def read(text: str) -> Article:
    return read_plain_text(text.encode())


def kinds(article: Article) -> list[tuple[str, str]]:
    return [(block.kind, block.text.partition(" ")[0]) for block in article.blocks]


def test_a_copied_page() -> None:
    article = read(COPIED_PAGE)
    assert article.title == "Cả xã Vạn Yên ra đường"
    assert article.lead.startswith("Sau ba năm, xã Vạn Yên") and article.lead.endswith("trực hằng đêm.")
    assert kinds(article) == [
        ("paragraph", "Người"),
        ("heading", "Bắt"),
        ("paragraph", "Con"),
        ("paragraph", "Ông"),
        ("caption", "Bà"),
        ("heading", "Còn"),
        ("paragraph", "Trường"),
        ("paragraph", "Tại"),
    ]
    caption = "Bà con xóm Đồng đổ bê tông đoạn cuối của con đường, sáng 12/3; mỗi nhà góp một người"
    assert article.blocks[4] == Block("caption", caption, "Ảnh: T. Hương")
    assert article.related == (
        RelatedLink("Hai xã vùng cao xin ra khỏi diện khó khăn"),
        RelatedLink("Đường về xóm Đồng đã thông"),
    )
    assert article.tags == ("Đời sống", "xây dựng NTM", "huyện Bình Liêu", "trường học")
    assert (article.url, article.source, article.authors, article.published, article.notes) == ("", "", (), None, ())
    assert set(article.origins.values()) == {"visible"} and "lead" in article.origins


def test_nothing_of_the_comment_form_is_kept() -> None:
    kept = repr(read(COPIED_PAGE))
    assert not any(words in kept for words in ("Trả lời", "Email", "Bình luận", "Tên *", "bắt buộc"))


LABELLED = """\
Tiêu đề: Mở thêm ba trạm y tế xã
Nguồn: Báo Sông Mẫu (https://song.example/tram-y-te)
Tác giả: Lê Minh An
Ngày: Thứ ba, 12/7/2022, 08:30
Cập nhật: 2022-07-13T09:00:00+07:00
Chuyên mục: Y tế

Ba trạm y tế xã vừa mở cửa ở huyện miền núi, bà con không còn phải đi hai chục cây số để khám bệnh.

Mỗi trạm có một bác sĩ.

Từ khóa: y tế, miền núi
"""


def test_labelled_lines() -> None:
    article = read(LABELLED)
    assert article.title == "Mở thêm ba trạm y tế xã"
    assert article.source == "Báo Sông Mẫu"
    assert article.url == "https://song.example/tram-y-te"
    assert article.authors == ("Lê Minh An",)
    assert article.section == "Y tế"
    assert article.published == datetime(2022, 7, 12, 8, 30, tzinfo=VIETNAM)
    assert article.modified == datetime(2022, 7, 13, 9, 0, tzinfo=VIETNAM)
    assert article.tags == ("y tế", "miền núi")
    assert article.lead.startswith("Ba trạm y tế xã")
    assert article.blocks == (Block("paragraph", "Mỗi trạm có một bác sĩ."),)


LONG = "Đây là một đoạn văn đủ dài để không ai tưởng nhầm là một tiêu đề, và nó kết thúc bằng một dấu chấm."
LONG_2 = "Đoạn sau cũng dài như thế, nói thêm về việc ấy bằng vài lời nữa cho đủ độ dài của một đoạn văn thật."


@pytest.mark.parametrize(
    ("text", "title", "lead", "blocks"),
    [
        pytest.param(f"Tiêu đề dòng đầu\n\n{LONG}\n\n{LONG_2}", "Tiêu đề dòng đầu", LONG, [("paragraph", LONG_2)], id="first line"),
        pytest.param(f"Vì sao phải chờ?\n\n{LONG}\n\n{LONG_2}", "Vì sao phải chờ?", LONG, [("paragraph", LONG_2)], id="question"),
        pytest.param(f"Tiêu đề\n{LONG}\n{LONG_2}", "Tiêu đề", LONG, [("paragraph", LONG_2)], id="a paragraph a line"),
        pytest.param(f"# Tiêu đề\n\n{LONG}\n\n## Phần hai\n\n{LONG_2}", "Tiêu đề", LONG, [("heading", "Phần hai"), ("paragraph", LONG_2)], id="markdown"),
        pytest.param(f"Tiêu đề\n\n{LONG}", "Tiêu đề", "", [("paragraph", LONG)], id="one paragraph is the text, not the lead"),
        pytest.param(
            f"Tiêu đề\n\n{fill(LONG, 60)}\n\n{fill(LONG_2, 60)}\n\n{fill(LONG, 60)}",
            "Tiêu đề",
            LONG,
            [("paragraph", LONG_2), ("paragraph", LONG)],
            id="wrapped lines",
        ),
        pytest.param(
            f"Cả làng ra đường\n\n{LONG}\n\nCả làng ra đường - Hình 1\n\nMột góc chợ. Ảnh: An\n\n{LONG_2}",
            "Cả làng ra đường",
            LONG,
            [("caption", "Một góc chợ."), ("paragraph", LONG_2)],
            id="title in the first line and in the picture line",
        ),
        pytest.param(
            f"Bắt đầu từ đâu\n\n{LONG}\n\nCả làng ra đường - Hình 1\n\n{LONG_2}",
            "Cả làng ra đường",
            LONG,
            [("heading", "Bắt đầu từ đâu"), ("paragraph", LONG_2)],
            id="a heading first",
        ),
        pytest.param(f"Tiêu đề\n\n{LONG}\n\nBình luận\n\n{LONG_2}\n\n{LONG}", "Tiêu đề", LONG, [("heading", "Bình luận"), ("paragraph", LONG_2), ("paragraph", LONG)], id="a part headed Bình luận"),
        pytest.param(f"Tiêu đề\n\n{LONG}\n\n{LONG_2}\n\nBình luận (2)\n\nHay quá", "Tiêu đề", LONG, [("paragraph", LONG_2)], id="comments"),
        pytest.param(f"Tiêu đề\n\n{LONG}\n\n{LONG_2}\n\nChia sẻ\nFacebook\nZalo", "Tiêu đề", LONG, [("paragraph", LONG_2)], id="share bar"),
    ],
)  # fmt: skip
def test_shapes(text: str, title: str, lead: str, blocks: list[tuple[str, str]]) -> None:
    article = read(text)
    assert (article.title, article.lead) == (title, lead)
    assert [(block.kind, block.text) for block in article.blocks] == blocks


def test_date_byline_and_source_lines() -> None:
    article = read(f"Tiêu đề\n\nThứ ba, 12/7/2022, 08:30 (GMT+7)\n\n{LONG}\n\n{LONG_2}\n\nNguyễn Văn An\n\nTheo TTXVN")
    assert article.published == datetime(2022, 7, 12, 8, 30, tzinfo=VIETNAM)
    assert (article.authors, article.source) == (("Nguyễn Văn An",), "TTXVN")
    assert [block.text for block in article.blocks] == [LONG_2]


def test_related_articles_with_addresses_and_in_a_sentence() -> None:
    article = read(
        f"Tiêu đề\n\n{LONG}\n\nXem thêm: Bài trước\n\n{LONG_2}\n\nĐọc thêm\n- Bài một (https://a.example/1)\n2. Bài hai\n\n{LONG}"
    )
    assert article.related == (RelatedLink("Bài trước"), RelatedLink("Bài một", "https://a.example/1"), RelatedLink("Bài hai"))
    assert [block.text for block in article.blocks] == [LONG_2, LONG]


@pytest.mark.parametrize("date", ["31/2/2022", "12/7/1022", "12/7/2999", "hôm qua"])
def test_an_impossible_date_is_dropped_with_a_note(date: str) -> None:
    article = read(f"Tiêu đề: Một bài\nNgày: {date}\n\n{LONG}")
    assert article.published is None
    assert any(date in note for note in article.notes)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(encoding: str) -> None:
    assert read_plain_text(COPIED_PAGE.encode(encoding)) == read(COPIED_PAGE)


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"\n \n",
        "Chỉ một dòng không có gì thêm".encode(),
        f"{LONG}\n\n{LONG_2}".encode(),  # no title
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        bytes(range(1, 256)) * 20,
        b"a" * (MAX_BYTES + 1),
        "Tiêu đề: Một bài\n\n#a #b".encode(),
    ],
)
def test_what_is_no_article_says_so(page: bytes) -> None:
    with pytest.raises(NotAnArticle) as refusal:
        read_plain_text(page)
    assert len(str(refusal.value)) > 10


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", ["#a,", "Trả lời\n", "a - Hình 1\n", "Ảnh: A\n", "- a\n", "Tin liên quan\n", ": ", "1/1/2020 ", "A\n\n"]
)
def test_any_number_of_anything_is_read_or_refused(line: str) -> None:
    text = "Tiêu đề\n\n" + LONG + "\n\n" + line * (200_000 // len(line.encode()))
    try:
        assert read(text).title
    except NotAnArticle as refusal:
        assert str(refusal) == "Bài có hơn 10000 đoạn, không thể là một bài báo."


LINES = st.sampled_from(
    ["", "Tiêu đề", LONG, LONG_2, "Bài - Hình 1", "Chú thích", "Ảnh: An", "Tin liên quan", "• Bài khác", "#a_b #c", "Trả lời"]
    + [
        "Email của bạn sẽ không được hiển thị công khai",
        "Ngày: 12/7/2022",
        "Theo TTXVN",
        "# Đầu đề",
        "Xem thêm: x",
        "Bình luận",
        "(",
        "1.",
    ]
)


@given(st.lists(LINES, max_size=20).map("\n".join))
@example(f"Tiêu đề\nTin liên quan\n{LONG}\nẢnh: An\n\nTiêu đề\nTiêu đề")
def test_every_text_of_the_article_stands_in_the_file(text: str) -> None:
    try:
        article = read(text)
    except NotAnArticle:
        return
    whole = clean(text)
    assert article.title in whole and article.lead in whole
    for block in article.blocks:
        assert clean(block.text) == block.text and block.text in whole and block.credit in whole
    assert any(block.kind == "paragraph" for block in article.blocks)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(page: bytes) -> None:
    try:
        assert read_plain_text(page).title
    except NotAnArticle as refusal:
        assert str(refusal)
