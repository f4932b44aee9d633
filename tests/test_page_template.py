"""Whole templates as the press has them, desktop and mobile, old and new, with the faults found on real pages.

Each page is the same story: what differs is where its author, lead, captions, teasers and comments stand, and how they are marked up.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest
from page_maker import HEADLINES, LEAD, PARAGRAPHS, TITLE

from corpus.reading.page import read_page

ONE, TWO, THREE, FOUR = PARAGRAPHS
OTHER, NEXT = HEADLINES
SUMMARY = "Sau hai năm thông xe, người dân hai bên tuyến vẫn phải đi vòng bảy cây số để sang đồng."
OPENING = "Nhân dịp một năm phát động cuộc thi viết về nông thôn, xin giới thiệu bài của một bạn đọc ở Đồng Vạn."
CAPTION = "Phụ huynh thôn Nà Lẻng đổ bê tông sân trường"


@dataclass(frozen=True)
class Template:
    """A page and what a careful reader finds on it; the title, lead and paragraphs are always the same."""

    name: str
    head: str
    body: str
    authors: tuple[str, ...] = ("Vi Thành",)
    lead: str = LEAD
    headings: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    related: tuple[str, ...] | None = ()  # None: the page does not say what its links are
    day: str = "2022-07-12"
    tags: tuple[str, ...] = ()
    opening: tuple[str, ...] = ()  # what stands before the lead and is none

    @property
    def page(self) -> bytes:
        return f"<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'><title>{TITLE}</title>{self.head}</head><body><div class='wrapper'><div class='page'>{self.body}</div></div></body></html>".encode()


MENU = (
    "<ul class='menu'>"
    + "".join(f"<li><a href='/{n}.htm'>{n}</a></li>" for n in ("Thời sự", "Kinh tế", "Giáo dục", "Y tế", "Bạn đọc", "Thế giới"))
    + "</ul>"
)
FOOT = "<div class='foot'><p>Tổng biên tập: Nguyễn Văn Bằng. Giấy phép số 12/GP-BTTTT ngày 3/4/2020.</p><p>Ghi rõ nguồn khi phát hành lại thông tin.</p></div>"


def paragraphs(*texts: str, markup: str = "<p>{}</p>") -> str:
    return "".join(markup.format(text) for text in texts or PARAGRAPHS)


def meta(**values: str) -> str:
    return "".join(f"<meta property='{name.replace('_', ':', 1)}' content='{value}'>" for name, value in values.items())


def linked(**values: str) -> str:

    return f"<script type='application/ld+json'>{json.dumps({'@context': 'https://schema.org', '@type': 'NewsArticle', 'headline': TITLE, **values}, ensure_ascii=False)}</script>"


def teaser(title: str, *, tag: str = "h3") -> str:
    return f"<div class='item'><a href='/x-{len(title)}.htm'><img src='t.jpg'></a><{tag}><a href='/x-{len(title)}.htm'>{title}</a></{tag}><p>{SUMMARY}</p></div>"


def comments(*people: str) -> str:
    said = "Xã tôi cũng từng thiếu trường như vậy, nhờ bà con góp công mà nay đã khang trang."
    return "".join(
        f"<li><b class='name'>{name}</b><p>{said}</p><span class='time'>0{n}:15 2{n}/08/2022</span></li>"
        for n, name in enumerate(people, 1)
    )


TEMPLATES = [
    Template(
        "a card with picture, title and summary in the story",
        meta(og_title=TITLE, og_description=LEAD),
        f"""{MENU}<h1 class="detail-title article-title" data-role="title">{TITLE}</h1>
        <div class="detail-author-bar"><div class="author-info"><a class="name" href="/tac-gia/vi-thanh.htm">Vi Thành</a></div>
        <div data-role="publishdate">12/07/2022 08:30 GMT+7</div></div>
        <h2 class="detail-sapo" data-role="sapo">NPO - {LEAD}</h2>
        <div class="detail-content afcbc-body" data-role="content"><p>{ONE}</p>
        <div class="VCSortableInPreviewMode" type="Photo"><div><img src="a.jpg" alt="x"></div><div class="PhotoCMS_Caption"><p>{CAPTION} - Ảnh: V.T.</p></div></div>
        <p>{TWO}</p><p>{THREE}</p>
        <div class="VCSortableInPreviewMode link-content-footer" type="RelatedOneNews"><a class="thumb" href="/x.htm"><img src="b.jpg"></a>
        <div class="content"><a class="title link-callout" href="/x.htm">{OTHER}</a><p class="sapo">{SUMMARY}</p></div></div><p>{FOUR}</p></div>
        <div class="detail-tab"><a href="/nong-thon-moi-tag1.htm">nông thôn mới</a><a href="/truong-hoc-tag2.htm">trường học</a></div>
        <div class="box-comment"><ul>{comments("Trần Hữu Phước", "Lê Minh")}</ul></div>{FOOT}""",
        captions=(CAPTION,),
        related=(OTHER,),
        tags=("nông thôn mới", "trường học"),
    ),
    Template(
        "byline of two people with initials in capitals, last line of the body",
        meta(og_title=TITLE, og_description=LEAD, article_published_time="2022-07-12T08:30:00+07:00"),
        f"""{MENU}<div class="title-2"><a href="/x">Xã hội</a></div><h1>{TITLE}</h1><span class="date">12/07/2022 08:30</span>
        <h2 class="txt-head">NP - {LEAD}</h2><div id="main-detail-body" class="content fck">{paragraphs()}</div>
        <div class="author">T.LÊ - Đ.MINH</div>
        <section class="list-news"><ul><li><h3><a href="/y">{NEXT}</a></h3><span class="author">Hoàng An</span></li></ul></section>{FOOT}""",
        authors=("T.LÊ", "Đ.MINH"),
    ),
    Template(
        "the agency's man, and the agency glued to him in JSON-LD",
        linked(author={"@type": "Person", "name": "Vi ThànhTTXVN"}, datePublished="2022-07-12T08:30:00+07:00"),
        f"""{MENU}<article class="detail"><h1 class="title">{TITLE}</h1><div class="date">Thứ Ba, 12/07/2022, 08:30 [GMT+7]</div>
        <p class="sapo">{LEAD}</p><div class="contents">{paragraphs()}</div><div class="author"><strong>Vi Thành</strong> (TTXVN)</div></article>{FOOT}""",
    ),
    Template(
        "person and desk of the paper parted by a slash",
        meta(og_title=TITLE, og_site_name="Báo Nhịp Phố"),
        f"""{MENU}<h1 class="detail-title">{TITLE}</h1><p class="detail-time">12/07/2022 08:30</p><p class="sapo">{LEAD}</p>
        <div class="detail-content">{paragraphs()}<p style="text-align: right;"><strong>Vi Thành/Báo Nhịp Phố</strong></p></div>{FOOT}""",
    ),
    Template(
        "correspondent and agency parted by a dash",
        meta(og_title=TITLE),
        f"""{MENU}<h1>{TITLE}</h1><div class="meta">12/07/2022 08:30</div><p><b>{LEAD}</b></p><div class="body">{paragraphs()}
        <p><b>Lương Vi Thành - TTXVN</b></p></div>{FOOT}""",
        authors=("Lương Vi Thành",),
    ),
    Template(
        "a titled expert writes",
        meta(og_title=TITLE),
        f"""{MENU}<h1>{TITLE}</h1><div class="meta">12/07/2022 08:30</div><p class="sapo">{LEAD}</p><div class="body">{paragraphs()}
        <p style="text-align:right"><strong>PGS.TS Lương Vi Thành (Đại học Đồng Vạn)</strong></p></div>{FOOT}""",
        authors=("Lương Vi Thành",),
    ),
    Template(
        "nobody but a group of reporters",
        meta(og_title=TITLE, author="Nhóm PV, CTV"),
        f"""{MENU}<h1>{TITLE}</h1><div class="meta">12/07/2022 08:30</div><p class="sapo">{LEAD}</p><div class="body">{paragraphs()}
        <p><strong>Nhóm PV, CTV</strong></p></div>{FOOT}""",
        authors=(),
    ),
    Template(
        "the author's page link beside an address for letters",
        meta(og_title=TITLE, og_description=f"(NPO) {LEAD}"),
        f"""{MENU}<div class="details"><h1 class="details__headline">{TITLE}</h1><div class="details__meta"><div class="meta"><time>08:30 - 12/07/2022</time></div></div>
        <div class="details__author"><div class="left"><h4><a class="cms-author" href="/author/vi-thanh-1.html">Vi Thành</a></h4><a class="mail" href="mailto:vithanh@nhippho.example">vithanh@nhippho.example</a></div></div>
        <div class="sapo cms-desc" id="chapeau"><div>{LEAD}</div></div><div class="details__content cms-body" id="abody">{paragraphs(markup="<div>{}</div>")}</div>
        <div class="details__bottom"><div class="feedback"><h5>Bình luận</h5><ul>{comments("Nguyễn Hữu Trí")}</ul></div></div></div>{FOOT}""",
    ),
    Template(
        "outlet in a span before the lead",
        meta(og_title=TITLE, og_site_name="Nhịp Phố"),
        f"""{MENU}<h1 class="title_detail">{TITLE}</h1><p class="news-info">Vi Thành <span class="time">Cập nhật 08:30 ngày 12/07/2022</span></p>
        <div class="noidung"><h2 class="sapo"><span>Nhịp Phố </span>{LEAD}</h2><div class="ta-justify" id="entry-body">{paragraphs()}</div></div>{FOOT}""",
    ),
    Template(
        "outlet in a bold span without dash, inside the lead",
        meta(og_title=TITLE, og_site_name="Nhịp Phố"),
        f"""{MENU}<h1>{TITLE}</h1><div class="date">12/07/2022 08:30</div><p class="lead"><span class="pre"><b>NHỊP PHỐ</b></span> {LEAD}</p>
        <div class="body">{paragraphs()}<p class="author">Vi Thành</p></div>{FOOT}""",
    ),
    Template(
        "list of links between lead and body, the lead again as first paragraph",
        meta(og_title=TITLE, og_description=LEAD),
        f"""{MENU}<h1 class="title">{TITLE}</h1><span class="pdate">12-07-2022 - 08:30 AM</span><h2 class="sapo">{LEAD}</h2>
        <ul class="tinlienquan"><li><a href="/a.chn">{OTHER}</a></li></ul>
        <div class="contentdetail"><p><b>{LEAD}</b></p>{paragraphs()}</div><p class="author">Vi Thành</p><p class="source">Theo Đồng Quê</p>
        <div class="listchungkhoan">{teaser(NEXT)}{teaser("Sở Nông nghiệp công bố giá lúa vụ hè thu năm nay")}</div>{FOOT}""",
        related=None,
    ),
    Template(
        "the lead repeated with the outlet's stamp as first paragraph",
        meta(og_title=TITLE, og_description=LEAD),
        f"""{MENU}<h1>{TITLE}</h1><time datetime="2022-07-12T08:30:00+07:00">12/07/2022 08:30</time><div class="desc">{LEAD}</div>
        <div class="body"><p><strong>(NPO) - {LEAD}</strong></p>{paragraphs()}<p align="right"><strong>VI THÀNH</strong></p></div>{FOOT}""",
        authors=("VI THÀNH",),
    ),
    Template(
        "no class for the lead: bold, under the photo and its caption",
        meta(og_title=TITLE, og_description=LEAD),
        f"""{MENU}<h1>{TITLE}</h1><p>12/07/2022 08:30</p><div class="body"><table class="pic"><tr><td><img src="a.jpg"></td></tr><tr><td>{CAPTION}.</td></tr></table>
        <p><strong>{LEAD}</strong></p>{paragraphs()}<p><strong>Vi Thành</strong></p></div>{FOOT}""",
        captions=(CAPTION + ".",),
    ),
    Template(
        "an opening before the lead that is not the lead",
        meta(og_title=TITLE, og_description=LEAD),
        f"""{MENU}<h1>{TITLE}</h1><div class="d">12/07/2022 08:30</div><div class="body"><p><em>{OPENING}</em></p>
        <p><strong>{LEAD}</strong></p>{paragraphs()}<p><strong>Vi Thành</strong></p></div>{FOOT}""",
        opening=(OPENING,),
    ),
    Template(
        "credit block of the people who made it, after the story",
        meta(og_title=TITLE, article_author="https://www.facebook.com/nhippho"),
        f"""{MENU}<header><p class="the-article-category"><a href="/xh">Xã hội</a></p><h1 class="the-article-title">{TITLE}</h1>
        <ul class="the-article-meta"><li class="the-article-author"><a href="/tac-gia">Vi Thành</a></li><li class="the-article-publish">08:30 12/07/2022</li></ul></header>
        <section class="main"><p class="the-article-summary">{LEAD}</p><div class="the-article-body"><p>{ONE}</p>
        <table class="picture"><tbody><tr><td class="pic"><img src="a.jpg"></td></tr><tr><td class="pCaption caption">{CAPTION}. Ảnh: <em>Hà Mến.</em></td></tr></tbody></table>
        <p>{TWO}</p><p>{THREE}</p><p>{FOUR}</p>
        <div class="inner-article"><a href="/post1.html"><img src="b.jpg" class="cover"><h2 class="title"><span>{OTHER}</span></h2><p class="summary">{SUMMARY}</p></a></div></div></section>
        <p class="the-article-tags"><a href="/tieu-diem/ntm.html"><strong>nông thôn mới</strong></a></p>
        <section class="sidebar"><article><p class="article-title"><a href="/n">{NEXT}</a></p><p class="article-meta"><span class="date">1/8/2022</span></p><p class="article-summary">{SUMMARY}</p></article></section>{FOOT}""",
        captions=(CAPTION + ".",),
        related=(OTHER,),
        tags=("nông thôn mới",),
    ),
    Template(
        "mobile page of the 2010s: divs, photo lines, a video line, boxes of other stories",
        "",
        f"""<div class="header"><a href="/">Nhịp Phố</a></div><div class="content"><h1>{TITLE}</h1><div class="date">12/07/2022 08:30</div>
        <div class="sapo"><b>(Nhịp Phố) - {LEAD}</b></div><div id="divNewsContent"><div>{ONE}</div><div align="center"><img src="a.jpg"></div><div align="center">{CAPTION}</div>
        <div>{TWO}</div><div><b>Clip: Toàn cảnh buổi lao động ở sân trường</b></div><div>{THREE}</div><div>Video: Bà con góp công đổ bê tông</div><div>{FOUR}</div>
        <div style="text-align:right"><b>Vi Thành</b></div></div></div>
        <div class="box"><div class="tt">Tin đọc nhiều</div><div class="row"><a href="/1">{OTHER}</a></div><div class="row"><a href="/2">{NEXT}</a></div></div>{FOOT}""",
        captions=(CAPTION,),
    ),
    Template(
        "subheadings in h3, one of them a question",
        meta(og_title=TITLE),
        f"""{MENU}<h1>{TITLE}</h1><div class="date">12/07/2022 08:30</div><h2 class="sapo">{LEAD}</h2><div class="body">
        <h3>Thiếu sân chơi, thiếu cả phòng học bộ môn</h3><p>{ONE}</p><p>{TWO}</p><h3><strong>Vốn lấy từ đâu?</strong></h3><p>{THREE}</p><h3>Liên quan gì tới việc bỏ học</h3><p>{FOUR}</p>
        <p style="text-align:right"><b>Vi Thành</b></p></div>{FOOT}""",
        headings=("Thiếu sân chơi, thiếu cả phòng học bộ môn", "Vốn lấy từ đâu?", "Liên quan gì tới việc bỏ học"),
    ),
    Template(
        "no lead: h3 opens the story and more follow",
        meta(og_title=TITLE),
        f"""{MENU}<h1>{TITLE}</h1><div class="date">12/07/2022 08:30</div><div class="body">
        <h3>Thiếu sân chơi, thiếu cả phòng học bộ môn</h3><p>{ONE}</p><p>{TWO}</p><h3>Vốn lấy từ đâu, ai góp công</h3><p>{THREE}</p><p>{FOUR}</p>
        <p style="text-align:right"><b>Vi Thành</b></p></div>{FOOT}""",
        lead="",
        headings=("Thiếu sân chơi, thiếu cả phòng học bộ môn", "Vốn lấy từ đâu, ai góp công"),
    ),
    Template(
        "Party paper of a province: no classes, place and author in one line",
        "",
        f"""{MENU}<table><tr><td><p>Thứ Ba, 12/07/2022, 08:30 [GMT+7]</p><p><font size="5"><b>{TITLE}</b></font></p>
        <p><b>NPO - {LEAD}</b></p>{paragraphs()}<p align="right"><b>Bài, ảnh: VI THÀNH - HÀ MẾN</b></p></td></tr></table>
        <table><tr><td><b>Các tin khác</b></td></tr><tr><td><a href="/1">{OTHER}</a> <i>(11/07/2022)</i></td></tr><tr><td><a href="/2">{NEXT}</a> <i>(10/07/2022)</i></td></tr></table>{FOOT}""",
        authors=("VI THÀNH", "HÀ MẾN"),
    ),
    Template(
        "comments in a plain box, each with a name, a day and a like",
        meta(og_title=TITLE),
        f"""{MENU}<div class="left"><h1>{TITLE}</h1><span>12/07/2022 08:30</span><p class="sapo">{LEAD}</p><div class="body">{paragraphs()}</div>
        <div class="ykien"><p>Ý kiến (3)</p><div class="author">Trần Hữu Phước</div><p>Xã tôi cũng từng thiếu trường như vậy, nhờ bà con góp công mà nay đã khang trang.</p><div>20/08/2022 10:11</div>
        <div class="author">Lê Thị Minh</div><p>Hoan hô cách làm của xã, nơi khác nên học theo.</p><div>21/08/2022 09:00</div></div></div>{FOOT}""",
        authors=(),
    ),
    Template(
        "author line only in the list of other stories",
        meta(og_title=TITLE),
        f"""{MENU}<div class="left"><h1>{TITLE}</h1><span>12/07/2022 08:30</span><p class="sapo">{LEAD}</p><div class="body">{paragraphs()}</div>
        <div class="more"><article><h3><a href="/y">{NEXT}</a></h3><p class="byline">Nguyễn Hoàng An</p><p>{SUMMARY}</p></article>
        <article><h3><a href="/z">{OTHER}</a></h3><p class="byline">Phạm Thu Hà</p><p>{SUMMARY}</p></article></div></div>{FOOT}""",
        authors=(),
    ),
    Template(
        "foreign agency as author in the metadata",
        linked(author={"@type": "Person", "name": "Reuters"}, datePublished="2022-07-12T08:30:00+07:00"),
        f"""{MENU}<h1>{TITLE}</h1><div>12/07/2022 08:30</div><p class="sapo">{LEAD}</p><div class="body">{paragraphs()}<p><b>Vi Thành</b> (Theo <i>Reuters, AFP</i>)</p></div>{FOOT}""",
    ),
    Template(
        "role before the name and place after it",
        meta(og_title=TITLE),
        f"""{MENU}<h1>{TITLE}</h1><div>12/07/2022 08:30</div><p class="sapo">{LEAD}</p><div class="body">{paragraphs()}<p><em>CTV Vi Thành/NPV (khu vực Tây Bắc)</em></p></div>{FOOT}""",
    ),
    Template(
        "name, paper it was taken from, and day in one line under the headline",
        meta(og_title=TITLE),
        f"""{MENU}<h1 class="kbwc-title">{TITLE}</h1><div class="kbwc-meta"><span class="kbwcm-author">Vi Thành,</span> <span class="kbwcm-source">Theo Đồng Quê</span> <span class="kbwcm-time">08:30 12/07/2022</span></div>
        <h2 class="knc-sapo">{LEAD}</h2><div class="knc-relate-wrapper"><ul class="krw-list"><li class="krwli"><a href="/r.chn">{OTHER}</a></li></ul></div>
        <div class="knc-content">{paragraphs()}</div><div class="klw-new-tags"><ul><li><a href="/ntm.html">nông thôn mới</a></li></ul></div>
        <div class="kds-more"><div class="newsli"><a href="/q"><img src="q.jpg"></a><h3><a href="/q">{NEXT}</a></h3><p>{SUMMARY}</p><span class="kscliw-author">Theo Hoàng An</span></div></div>{FOOT}""",
        related=(OTHER,),
        tags=("nông thôn mới",),
    ),
    Template(
        "author box with an avatar and a title of office, after the story",
        meta(og_title=TITLE),
        f"""{MENU}<h1>{TITLE}</h1><div class="bread-crumb-detail__time">12/07/2022 08:30</div><h2 class="content-detail-sapo">{LEAD}</h2>
        <div class="maincontent">{paragraphs()}</div><div class="article-detail-author"><img src="avatar.jpg"><p class="article-detail-author__info"><span class="name"><a href="/tac-gia/vi-thanh">Vi Thành</a></span></p></div>
        <div class="vnn-comment-ykien"><h3>Bình luận</h3></div>{FOOT}""",
    ),
    Template(
        "utility classes only, teasers right after the last paragraph",
        meta(og_title=TITLE, og_description=f"(Nhịp Phố) - {LEAD}"),
        f"""{MENU}<main><article class="flex gap-2"><h1 class="text-3xl font-bold">{TITLE}</h1><div class="flex text-sm"><a href="/tac-gia/vi-thanh" class="font-bold">Vi Thành</a><time datetime="2022-07-12T08:30:00+07:00">Thứ ba, 12/07/2022 - 08:30</time></div>
        <h2 class="mt-4 text-lg">(Nhịp Phố) - {LEAD}</h2><div class="mt-2">{paragraphs()}</div>
        <div class="grid">{teaser(OTHER)}{teaser(NEXT)}</div></article></main>{FOOT}""",
        related=None,
    ),
    Template(
        "lead in two parts, the dateline apart",
        meta(og_title=TITLE),
        f"""{MENU}<h1 class="title-detail">{TITLE}</h1><span class="date">Thứ ba, 12/7/2022, 08:30 (GMT+7)</span>
        <p class="description"><span class="location-stamp">Hòa Bình</span>{LEAD}</p><article class="fck_detail">{paragraphs(markup="<p class='Normal'>{}</p>")}<p class="Normal" style="text-align:right;"><strong>Vi Thành</strong></p></article>
        <div class="width_common box-category"><h2>Tin cùng chuyên mục</h2>{teaser(OTHER)}{teaser(NEXT)}</div>{FOOT}""",
    ),
]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_a_template_is_read_as_a_careful_reader_reads_it(template: Template) -> None:
    article = read_page(template.page)
    assert article.title == TITLE
    assert article.lead == template.lead
    blocks = {
        kind: tuple(block.text for block in article.blocks if block.kind == kind) for kind in ("paragraph", "heading", "caption")
    }
    assert blocks["paragraph"] == template.opening + PARAGRAPHS
    assert blocks["heading"] == template.headings
    assert blocks["caption"] == template.captions
    assert article.authors == template.authors
    assert template.related in (None, tuple(link.title for link in article.related))
    assert article.published is not None
    assert article.published.date().isoformat() == template.day
    assert tuple(article.tags) == tuple(tag.replace(" ", "_") for tag in template.tags) or tuple(article.tags) == template.tags


# What only the name of a class says is lost without it: where a teaser or a comment begins, what is a place before the lead.
NEED_CLASSES = ("a card", "the author's page", "comments in a plain box", "lead in two parts")


@pytest.mark.parametrize(
    "template",
    [template for template in TEMPLATES if not template.name.startswith(NEED_CLASSES)],
    ids=lambda template: template.name,
)
def test_lead_and_paragraphs_are_found_without_names_of_classes(template: Template) -> None:
    bare = re.sub(rb"(?is)\s(?:class|id|data-role)\s*=\s*(?:\"[^\"]*\"|'[^']*')", b" ", template.page)
    article = read_page(bare)
    assert article.lead == template.lead
    paragraphs = tuple(block.text for block in article.blocks if block.kind == "paragraph")
    assert paragraphs == template.opening + PARAGRAPHS
