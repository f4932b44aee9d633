"""Where bylines stand on a page, above a story and below it, and whom they name."""

from __future__ import annotations

import pytest
from page_maker import LEAD, PARAGRAPHS, TITLE, make_page

from corpus.reading.page import read_page
from corpus.reading.page.byline import split_byline

BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
LINKED = f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{TITLE}", "author": %s}}</script>'
VI_THANH, BOTH = ("Vi Thành",), ("Vi Thành", "Hà Mến")


@pytest.mark.parametrize("head", ["", "<meta property='og:site_name' content='Nhịp Phố'>"], ids=["unknown", "named"])
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<div>Vi Thành • 12/07/2022 08:30</div>", VI_THANH),
        ("<p>08:30 | 12/07/2022 | Vi Thành</p>", VI_THANH),
        ("<p>Thứ Ba, 12/7/2022 | 08:30 GMT+7 | Vi Thành</p>", VI_THANH),
        ("<p>Bởi Vi Thành - 12/07/2022</p>", VI_THANH),
        ("<p>By <a href='/author/vt'>Vi Thành</a> - 12/07/2022</p>", VI_THANH),
        ("<p>Vi Thành , Theo Trí Thức Trẻ 08:30 12/07/2022</p>", VI_THANH),
        ("<p>Tác giả: Vi Thành | Ngày đăng: 12/07/2022</p>", VI_THANH),
        ("<p>Đăng bởi: Vi Thành - Ngày: 12/07/2022 - 08:30 - Lượt xem: 1234</p>", VI_THANH),
        ("<p>12/07/2022 - 08:30 (GMT+7) Vi Thành</p>", VI_THANH),
        ("<p>Vi Thành/VOV.VN - 12/07/2022</p>", VI_THANH),
        ("<div><span>12/07/2022 08:30</span></div><div>Vi Thành</div>", VI_THANH),
        ("<div><span class='author'>VI THÀNH - HÀ MẾN</span><span class='date'>12/07/2022</span></div>", ("VI THÀNH", "HÀ MẾN")),
        ("<div>Vi Thành</div><div>12/07/2022 08:30</div>", VI_THANH),
        ("<div><b>Vi Thành</b> (tổng hợp)</div><div>12/07/2022 08:30</div>", VI_THANH),
        (
            "<div class='author'><a href='/a'><img src=a.jpg></a><a href='/a'>Vi Thành</a><span>Phóng viên</span></div><div>12/07/2022 08:30</div>",
            VI_THANH,
        ),
        (
            "<div class='author-info'><h3><a href='/a'>Vi Thành</a></h3><p>vithanh@nhippho.example</p></div><div>12/07/2022 08:30</div>",
            VI_THANH,
        ),
        ("<div class='reporter'><p>Vi Thành</p><p>Nhà báo</p></div><div>12/07/2022 08:30</div>", VI_THANH),
        (
            "<div class='meta'><a class='cat' href='/ktxh'>Kinh tế</a> <a rel='author' href='/a'>Vi Thành</a> 12/07/2022 08:30</div>",
            VI_THANH,
        ),
        ("<div class='meta'>Theo dõi Báo Nhịp Phố trên Google News</div><div>12/07/2022 08:30</div>", ()),
        ("<div class='author'>Nhịp Phố Online</div><div>12/07/2022 08:30</div>", ()),
        ("<div class='author'>Báo điện tử Nhịp Phố</div><div>12/07/2022 08:30</div>", ()),
        ("<div class='author'>TTXVN</div><div>12/07/2022 08:30</div>", ()),
        ("<p class='news-info'><b>Ban Thời sự</b> 12/07/2022 08:30</p>", ()),
        ("<p class='author'>Hà Nội</p><p>12/07/2022 08:30</p>", ()),
        ("<p>Thứ Ba, 12/07/2022, 08:30 [GMT+7] Nông thôn mới</p>", ()),
        ("<p>Hà Nội, 12/07/2022 08:30</p>", ()),
        ("<p>Cập nhật lúc 08:30 Thứ Ba, 12/07/2022 - Hoà Bình</p>", ()),
        ("<p>12/07/2022 08:30 | Xã Hội</p>", ()),
        ("<p>Trang Chủ | Xã Hội | 12/07/2022 08:30</p>", ()),
        ("<div>12/07/2022 08:30</div><div class='byline'>Bài và ảnh: Vi Thành</div>", VI_THANH),
    ],
)
def test_a_byline_above_the_story(line: str, expected: tuple[str, ...], head: str) -> None:
    article = read_page(make_page(date=line, head=head))
    assert article.authors == expected
    assert article.lead == LEAD
    assert article.published is not None and article.published.date().isoformat() == "2022-07-12"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("<p>Vi Thành - Hà Mến</p>", BOTH),
        ("<p>Vi Thành; Ảnh: HM</p>", VI_THANH),
        ("<p><strong>Vi Thành</strong><br>Ảnh: Hà Mến</p>", VI_THANH),
        ("<p><b>Vi Thành</b><br><i>(Theo Đồng Quê)</i></p>", VI_THANH),
        ("<div align=right><b><i>Vi Thành</i></b></div>", VI_THANH),
        ("<p>(Theo Vi Thành - TTXVN)</p>", VI_THANH),
        ("<p>Vi Thành (TTXVN/Vietnam+)</p>", VI_THANH),
        ("<p>Theo Vi Thành (TTXVN/Vietnam+)</p>", VI_THANH),
        ("<p style='text-align:right'>Vi Thành, Trường THPT Đồng Vạn</p>", VI_THANH),
        ("<p class='author'>Theo Minh Quân</p><p class='source'>Theo Đồng Quê</p>", ("Minh Quân",)),
        ("<p>Bài: Vi Thành</p><p>Ảnh: Hà Mến</p>", VI_THANH),
        ("<p><b>Thực hiện:</b> Vi Thành, Hà Mến</p><p><b>Đồ họa:</b> Lan Anh</p>", BOTH),
        ("<p>Vi Thành</p><p>Xem thêm: Cao tốc qua vùng lũ</p>", VI_THANH),
        ("<p>Vi Thành</p><p>Xem thêm &gt;&gt; <a href=/x>Cao tốc qua vùng lũ: dân chờ cầu vượt</a></p>", VI_THANH),
        ("<p><em>PV Vi Thành (từ Điện Biên)</em></p>", VI_THANH),
        ("<p>Tin, ảnh: Vi Thành - Hà Mến</p>", BOTH),
        ("<p>THANH HÀ</p>", ("THANH HÀ",)),
        ("<p><strong>V.T.</strong></p>", ("V.T",)),
        ("<p>V.T - H.M</p>", ("V.T", "H.M")),
        ("<p>Nhóm PV</p>", ()),
        ("<p>P.V</p>", ()),
        ("<p>Theo Đồng Quê</p>", ()),
        ("<p>Nguồn: Vietnam+</p>", ()),
        ("<p>Vi Thành</p><p>* Tên nhân vật đã được thay đổi</p>", VI_THANH),
        ("<p>Vi Thành/Đồng Quê</p>", ("Vi Thành", "Đồng Quê")),
        ("<p>Thạc sĩ Vi Thành</p>", VI_THANH),
        ("<p>Đại tá, nhà văn Vi Thành</p>", VI_THANH),
        ("<p>Hòa thượng Thích Minh Tâm</p>", ("Thích Minh Tâm",)),
        ("<p>Vi Thành <br>(Theo Reuters)</p>", VI_THANH),
        ("<p>H.Vân</p>", ("H.Vân",)),
        ("<p>Tr. Bình - Q. Anh</p>", ("Tr. Bình", "Q. Anh")),
        ("<p>N.Linh</p>", ("N.Linh",)),
        ("<p>Vi Thành<br>Hà Mến</p>", BOTH),
        ("<p>&nbsp;&nbsp;Vi Thành</p><p>&nbsp;</p>", VI_THANH),
        ("<p>Mời quý độc giả xem video: Bà con góp công</p><p>Vi Thành</p>", VI_THANH),
        (
            "<p>VI THÀNH</p><div class='tags'>Từ khóa: <a href='/tag/x'>trường học</a></div><p class='source'>Nguồn: Đồng Quê</p>",
            ("VI THÀNH",),
        ),
    ],
)
def test_a_byline_below_the_story(lines: str, expected: tuple[str, ...]) -> None:
    article = read_page(make_page(body=BODY + lines))
    assert article.authors == expected
    assert [block.text for block in article.blocks if block.kind == "paragraph" and block.text[0] != "*"] == list(PARAGRAPHS)


@pytest.mark.parametrize(
    ("ending", "byline"),
    [
        (" Vi Thành", "Vi Thành"),
        (" Nguyễn Quốc (thực hiện)", "Nguyễn Quốc (thực hiện)"),
        (" VI THÀNH - HÀ MẾN", "VI THÀNH - HÀ MẾN"),
        (" Việc này còn dài", ""),
        (" Đồng Vạn.", ""),
        (" Anh", ""),
        ("", ""),
    ],
)
def test_a_byline_that_ends_the_last_paragraph(ending: str, byline: str) -> None:
    text = f"{PARAGRAPHS[-1]} Năm nay không còn em nào bỏ học, xin cảm ơn cô!"
    assert split_byline(text + ending) == ((text, byline) if byline else (text + ending, ""))
    article = read_page(make_page(body=f"{BODY}<p>{text}<b>{ending}</b></p>"))
    assert article.blocks[-1].text == (text if byline else text + ending)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (make_page(date="<span class='author'>Vi Thành</span>", heading=f"<h1>{TITLE}</h1>"), VI_THANH),
        (make_page(heading=f"<div class='author'>Vi Thành</div><h1>{TITLE}</h1>"), VI_THANH),
        (
            make_page(
                body="<figure><img src=a.jpg><figcaption>Sân trường <span class='author'>Hà Mến</span></figcaption></figure>"
                + BODY
            ),
            (),
        ),
        (
            make_page(
                body=BODY
                + "<blockquote><p>“Làm trước, xin sau.”</p><p class='author'>Hà Mến</p></blockquote>"
                + BODY.replace("<p>", "<p>Thêm: ")
            ),
            (),
        ),
        (make_page(head=LINKED % '{"@type": "Organization", "name": "Tin Làng Mới"}'), ()),
        (
            make_page(head=LINKED % '[{"@type": "Person", "name": "Vi Thành"}, {"@type": "Organization", "name": "Tin Làng"}]'),
            VI_THANH,
        ),
        (
            make_page(head=LINKED % '{"@type": "Person", "name": "Vi ThànhTTXVN"}', body=BODY + "<p><b>Vi Thành</b> (TTXVN)</p>"),
            VI_THANH,
        ),
        (
            make_page(head=LINKED % '{"@type": "Person", "name": "Người Nhập Tin"}', body=BODY + "<p><b>Vi Thành</b></p>"),
            VI_THANH,
        ),
        (
            make_page(
                head=LINKED % '[{"@type": "Person", "name": "Vi Thành"}, {"@type": "Person", "name": "Hà Mến"}]',
                body=BODY + "<p><b>Vi Thành</b></p>",
            ),
            BOTH,
        ),
        (make_page(head=LINKED % '{"@type": "Person", "name": "Vi Thành"}'), VI_THANH),
        (make_page(body="<p>Vi Thành</p>" + BODY), VI_THANH),
        (make_page(body="<p>Hà Mến</p>" + BODY + "<p>Vi Thành</p>"), VI_THANH),
    ],
    ids="date above picture quotation organisation person-and-organisation glued typist more only head head-and-end".split(),
)
def test_who_is_the_author_when_the_page_says_more_than_one_thing(page: bytes, expected: tuple[str, ...]) -> None:
    assert read_page(page).authors == expected
