"""What stands among the paragraphs of a story and after them, and is none of it: teasers, lists, videos, comments, boxes."""

from __future__ import annotations

import pytest
from page_maker import HEADLINES, PARAGRAPHS, make_page

from corpus.reading.page import read_page

OTHER, NEXT = HEADLINES
SUMMARY = (
    "Sau hai năm thông xe, người dân hai bên tuyến vẫn phải đi vòng bảy cây số để sang đồng, còn cầu vượt thì chưa thấy đâu."
)
SECOND = "Giá vật liệu tăng, ba nhà thầu xin trả lại gói thầu đường liên xã ở huyện Đồng Vạn trong cùng một tuần."
STORY = [
    *PARAGRAPHS,
    "Đến nay, cả ba điểm trường lẻ đã có sân bê tông, hai điểm có phòng học bộ môn và một thư viện nhỏ do phụ huynh quyên góp sách.",
    "Xã đặt mục tiêu hoàn thành tiêu chí trường học vào cuối năm, trước khi đoàn thẩm định của huyện về kiểm tra lần thứ hai.",
]
WRITTEN = [f"<p>{paragraph}</p>" for paragraph in STORY]
BODY, BYLINE = "".join(WRITTEN), "<p style='text-align:right'><b>Vi Thành</b></p>"
AMONG = {
    "card with a short title": f"<div><a href='/x'><img src=t.jpg><b>Nhớ phố cũ</b></a><div class='sapo'>{SUMMARY}</div><i>11/07/2022</i></div>",
    "card": f"<div class='b'><a href='/x'><img src=t.jpg></a><a href='/x'>{OTHER}</a><p>{SUMMARY}</p></div>",
    "card linked all": f"<a href='/x'><div><img src=t.jpg></div><div>{OTHER}</div><div>{SUMMARY}</div></a>",
    "card table": f"<table class='ck'><tr><td><a href='/x'><img src=t.jpg></a></td><td><a href='/x'><b>{OTHER}</b></a><br>{SUMMARY}</td></tr></table>",
    "card p title, p sum": f"<div><p><a href='/x'><img src=t.jpg></a></p><p><a href='/x'><b>{OTHER}</b></a></p><p>{SUMMARY}</p></div>",
    "card figure": f"<figure class='article-item'><a href='/x'><img src=t.jpg></a><figcaption><h3><a href='/x'>{OTHER}</a></h3><div class='sapo'>{SUMMARY}</div></figcaption></figure>",
    "card text glued": f"<div class='b'><a href='/x'><img src=t.jpg></a><div><a href='/x'>{OTHER}</a> {SUMMARY}</div></div>",
    "card h4 plain title, link on pic only": f"<div class='inner'><a href='/x'><img src=t.jpg><h4>{OTHER}</h4></a><p>{SUMMARY}</p></div>",
    "card no pic": f"<div class='b'><h4><a href='/x'>{OTHER}</a></h4><p>{SUMMARY}</p></div>",
    "card time": f"<div class='b'><a href='/x'><img src=t.jpg></a><h4><a href='/x'>{OTHER}</a></h4><span>11/07/2022</span><p>{SUMMARY}</p></div>",
    "list label p": f"<p><strong>Tin liên quan:</strong></p><p><a href='/x'>{OTHER}</a></p><p><a href='/y'>{NEXT}</a></p>",
    "arrows": f"<p>&gt;&gt;&gt; <a href='/x'>{OTHER}</a></p><p>&gt;&gt;&gt; <a href='/y'>{NEXT}</a></p>",
    "xem them": f"<p><b>Xem thêm:</b> <a href='/x'>{OTHER}</a></p>",
    "xem them i": f"<p><i>Xem thêm: <a href='/x'>{OTHER}</a></i></p>",
    "xem them plain": f"<p><em>&gt;&gt; Xem thêm: {OTHER}</em></p>",
    "moi doc": f"<p><em>Mời bạn đọc xem thêm: <a href='/x'>{OTHER}</a></em></p>",
    "clip": "<p>Clip: Bà con đổ bê tông sân trường</p>",
    "video fig": "<figure class='video'><video src=a></video><figcaption>Video: Bà con đổ bê tông sân trường. Nguồn: NP</figcaption></figure>",
    "video p after": "<div class='video'><video src=a></video></div><p><em>Video: Bà con đổ bê tông sân trường</em></p>",
    "quiz": "<div class='poll'><p>Theo bạn, xã có về đích không?</p><p>Có</p><p>Không</p></div>",
    "ad": "<div class='ads'><p>Quảng cáo</p><p>Mua ngay hôm nay để nhận ưu đãi lớn nhất trong năm từ nhà sản xuất.</p></div>",
    "subscribe": "<div class='box-subscribe'><p>Đăng ký nhận bản tin mỗi sáng để không bỏ lỡ tin tức quan trọng nhất trong ngày.</p></div>",
}
AFTER = {
    "titles with names": "".join(
        f"<div class='x'><a href='/{n}'>{title}</a> <span class='author'>Trần Hữu Phước</span></div>"
        for n, title in enumerate(HEADLINES)
    ),
    "two cards": "".join(
        f"<div class='it'><a href='/{i}'><img src=t.jpg></a><h3><a href='/{i}'>{h}</a></h3><p>{s}</p></div>"
        for i, (h, s) in enumerate(((OTHER, SUMMARY), (NEXT, SECOND)))
    ),
    "list docnhieu": f"<h3>Đọc nhiều</h3><ul><li><a href='/x'>{OTHER}</a></li><li><a href='/y'>{NEXT}</a></li></ul>",
    "flat cards": f"<p><b>Tin cùng chuyên mục</b></p><p><a href='/x'><b>{OTHER}</b></a></p><p>{SUMMARY}</p><p><a href='/y'><b>{NEXT}</b></a></p><p>{SECOND}</p>",
    "cards, class": f"<div class='news-other'><div><h3><a href='/x'>{OTHER}</a></h3><p>{SUMMARY}</p><p class='author'>Trần Hữu Phước</p></div></div>",
    "comments": "<div class='cmt'><p>Bình luận (2)</p><div><b>Trần Hữu Phước</b><p>Xã tôi cũng từng thiếu trường như vậy, nhờ bà con góp công mà nay đã khang trang, sạch đẹp.</p><i>20/08/2022</i></div></div>",
    "comments plain": "<div><p><b>Trần Hữu Phước</b> - 20/08/2022 10:11</p><p>Xã tôi cũng từng thiếu trường như vậy, nhờ bà con góp công mà nay đã khang trang, sạch đẹp.</p><p>Trả lời | Thích</p></div>"
    * 2,
    "about": "<div class='box'><p>Nhịp Phố là tờ báo của những người yêu làng quê, được thành lập từ năm 1995 theo giấy phép của bộ.</p></div>",
    "author bio": "<div class='author-box'><img src=a.jpg><p><a href='/tg/vi-thanh'>Vi Thành</a></p><p>Phóng viên chuyên viết về nông thôn miền núi phía Bắc, từng đoạt ba giải báo chí cấp tỉnh.</p></div>",
}


def check(page: bytes, authors: tuple[str, ...] = ("Vi Thành",)) -> None:
    article = read_page(page)
    assert [block.text for block in article.blocks] == STORY
    assert article.authors == authors
    assert article.published is not None and article.published.date().isoformat() == "2022-07-12"


@pytest.mark.parametrize("place", ["inside", "after the byline", "before the byline", "outside", "before a byline outside"])
@pytest.mark.parametrize("box", AMONG.values(), ids=AMONG)
def test_a_box_among_the_paragraphs(box: str, place: str) -> None:
    pages = {
        "inside": make_page(body="".join(WRITTEN[:3]) + box + "".join(WRITTEN[3:]) + BYLINE),
        "after the byline": make_page(body=BODY + BYLINE + box),
        "before the byline": make_page(body=BODY + box + BYLINE),
        "outside": make_page(body=BODY + BYLINE, after=box),
        "before a byline outside": make_page(body=BODY, after=box + "<p class='author'>Vi Thành</p>"),
    }
    check(pages[place])


@pytest.mark.parametrize("place", ["inside", "outside"])
@pytest.mark.parametrize("box", AFTER.values(), ids=AFTER)
def test_a_box_after_a_signed_story(box: str, place: str) -> None:
    check(make_page(body=BODY + BYLINE + box) if place == "inside" else make_page(body=BODY + BYLINE, after=box))


@pytest.mark.parametrize("name", sorted(AFTER.keys() - {"about", "author bio"}))
def test_names_in_a_box_after_an_unsigned_story_are_no_authors(name: str) -> None:
    check(make_page(body=BODY, after=AFTER[name]), ())


def test_the_box_about_the_author_names_him() -> None:
    check(make_page(body=BODY, after=AFTER["author bio"]))


def test_days_of_comments_are_not_the_day() -> None:
    assert read_page(make_page(date="", body=BODY + BYLINE, after=AFTER["comments"])).published is None
    assert read_page(make_page(date="", body=BODY + BYLINE, after=AFTER["comments plain"])).published is None


@pytest.mark.parametrize(
    ("label", "related"),
    [("Tin liên quan", [OTHER, NEXT]), ("Tin đọc nhiều", []), ("Tin cùng chuyên mục", []), ("Xem thêm", [OTHER, NEXT])],
)
@pytest.mark.parametrize(
    "shape",
    [
        "<div><h3>{}</h3><ul><li><a href='/x'>{}</a></li><li><a href='/y'>{}</a></li></ul></div>",
        "<p><b>{}</b></p><p><a href='/x'>{}</a></p><p><a href='/y'>{}</a></p>",
        "<div class='hop'><div>{}</div><div><a href='/x'>{}</a></div><div><a href='/y'>{}</a></div></div>",
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_only_a_list_that_says_so_is_of_related_stories(label: str, related: list[str], shape: str, inside: bool) -> None:
    box = shape.format(label, OTHER, NEXT)
    article = read_page(make_page(body=BODY + box) if inside else make_page(body=BODY, after=box))
    assert [link.title for link in article.related] == related
    assert [block.text for block in article.blocks] == STORY


@pytest.mark.parametrize("heading", ["Nổi bật", "Sự kiện", "Xem thêm một trường", "Tiêu điểm", "Liên quan", "Chuyên đề"])
def test_a_subheading_may_be_a_word_of_boxes(heading: str) -> None:
    article = read_page(make_page(body="".join(WRITTEN[:2]) + f"<h3>{heading}</h3>" + "".join(WRITTEN[2:])))
    assert [block.text for block in article.blocks] == [*STORY[:2], heading, *STORY[2:]]
    assert article.blocks[2].kind == "heading"
