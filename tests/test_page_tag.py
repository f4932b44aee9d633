"""The article's own hashtags."""

from __future__ import annotations

import pytest
from page_maker import HEADLINES, LEAD, PARAGRAPHS, make_page

from corpus.hashtag import tag_key
from corpus.reading.page import read_page

BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
EXPECTED = ["nông_thôn_mới", "trường_học", "xã_đồng_vạn"]
LINKS = "<a href='/a'>nông thôn mới</a> <a href='/b'>trường học</a> <a href='/c'>xã Đồng Vạn</a>"

# Other stories, each under the label of its section.
TEASERS = "".join(
    f"<div><a href='/{n}'><img src=t.jpg></a><span class='tag'>Kinh tế</span><h3><a href='/{n}'>{headline}</a></h3><p>Chuyện của một bài khác.</p></div>"
    for n, headline in enumerate(HEADLINES)
)


def keys(page: bytes) -> list[str]:
    return [tag_key(tag) for tag in read_page(page).tags]


@pytest.mark.parametrize(
    "page",
    [
        make_page(after=f"<div class='x'>Tags: {LINKS}</div>"),
        make_page(after=f"<ul><li>Từ khóa</li>{''.join(f'<li>{link}</a></li>' for link in LINKS.split('</a>')[:3])}</ul>"),
        make_page(after=f"<div><b>Chủ đề:</b></div><div>{LINKS}</div>"),
        make_page(after=f"<div class='tag-list'>{LINKS}</div>"),
        make_page(after="<div class='tags'># nông thôn mới # trường học # xã Đồng Vạn</div>"),
        make_page(after="<p>Từ khoá: nông thôn mới, trường học, xã Đồng Vạn</p>"),
        make_page(after="<div class='tags'><a href='/k'>nông thôn mới, trường học, xã Đồng Vạn</a></div>"),
        make_page(after=LINKS.replace("href", "rel='tag' href")),
        make_page(after=LINKS.replace("href='/", "href='/tag/")),
        make_page(body=BODY + "<p>#nông_thôn_mới #trường_học #xã_Đồng_Vạn</p>"),
        make_page(
            head="".join(
                f"<meta property='article:tag' content='{tag}'>" for tag in ("nông thôn mới", "trường học", "xã Đồng Vạn")
            )
        ),
        make_page(head="<meta name='keywords' content='nông thôn mới; trường học; xã Đồng Vạn; Tin nóng'>"),
        make_page(head="<meta name='news_keywords' content='nông thôn mới, trường học, xã Đồng Vạn'>"),
        make_page(after=f"<div class='tag-related'>{LINKS}</div>"),
        make_page(after=f"<div class='tags'>{LINKS}</div>{TEASERS}"),
        make_page(
            after="<div class='tags'><a href='/a'>nông thôn mới (12)</a><a href='/b'>trường học (3)</a><a href='/c'>xã Đồng Vạn (1)</a></div>"
        ),
        make_page(
            head="<meta name='keywords' content='nông thôn mới, trường học, xã Đồng Vạn, Nhịp Phố'><meta property='og:site_name' content='Nhịp Phố'>"
        ),
        make_page(date=f"<div>12/07/2022 08:30</div><div class='tags'>{LINKS}</div>"),
    ],
    ids="label list parted class hashes text one-link rel address body article-tag keywords news-keywords related others-too counted outlet above".split(),
)
def test_tags_are_found(page: bytes) -> None:
    assert keys(page) == EXPECTED


@pytest.mark.parametrize(
    "page",
    [
        make_page(after="<div class='tag-cloud'><a href='/tag/x'>bóng đá</a></div>"),
        make_page(top="<div class='trend'><a href='/x'>#bóng đá</a><a href='/y'>#giá vàng</a></div>"),
        make_page(after="<a href='/c' rel='category tag'>Nông thôn</a>"),
        make_page(head="<meta name='keywords' content='tin tức, báo, tin mới, nhịp phố, thời sự, kinh tế'>"),
        make_page(head="<meta name='keywords' content='xã Đồng Vạn gỡ khó tiêu chí trường học, xã Đồng Vạn gỡ khó tiêu chí'>"),
        make_page(after="<div>Chủ đề: <a href='/1'>Cao tốc qua vùng lũ: Dân chờ cầu vượt đến bao giờ</a></div>"),
        make_page(body=BODY.replace("tiêu chí", "<a href='/tag/tieu-chi'>tiêu chí</a>")),
        make_page(after=TEASERS),
        make_page(
            after=f"<div class='relatednews'><div class='tags'><a href='/x'>Kinh tế</a></div><h3><a href='/y'>{HEADLINES[0]}</a></h3></div>"
        ),
        make_page(body=BODY.replace("40 phụ huynh", "<a class='tag' href='/tag/ph'>40 phụ huynh</a>")),
        make_page(date="<div class='tag'><a href='/xa-hoi'>Xã hội</a></div><div>12/07/2022 08:30</div>"),
        make_page(after="<div class='sidebar'><div class='tags'><a href='/1'>giá vàng</a><a href='/2'>bóng đá</a></div></div>"),
        make_page(after="<div class='x'><h3>Chủ đề nóng</h3><a href='/tag/1'>giá vàng</a><a href='/tag/2'>bóng đá</a></div>"),
    ],
    ids="cloud trend category site title-cut headlines in-text teasers related word section sidebar hot".split(),
)
def test_what_is_no_tag_of_the_article(page: bytes) -> None:
    assert keys(page) == []


def test_the_shown_tags_come_before_the_declared_ones() -> None:
    article = read_page(make_page(after=f"<div class='tags'>{LINKS}</div>", head=f"<meta name='keywords' content='{LEAD[:20]}'>"))
    assert [tag_key(tag) for tag in article.tags] == EXPECTED
    assert article.origins["tags"] == "visible"
