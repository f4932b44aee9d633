"""The lead, wherever it stands and however it is marked up, and stories that have none."""

from __future__ import annotations

from typing import Any

import pytest
from page_maker import HEADLINES, LEAD, PARAGRAPHS, make_page

from corpus.reading.page import read_page

STORY = [
    *PARAGRAPHS,
    "Đến nay, cả ba điểm trường lẻ đã có sân bê tông, hai điểm có phòng học bộ môn và một thư viện nhỏ do phụ huynh quyên góp sách.",
    "Xã đặt mục tiêu hoàn thành tiêu chí trường học vào cuối năm, trước khi đoàn thẩm định của huyện về kiểm tra lần thứ hai.",
]
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in STORY)
PIC = "<div class='img'><img src=a.jpg></div><p class='cap'><em>Sân trường Đồng Vạn. Ảnh: Vi Thành</em></p>"
FIG = "<figure><img src=a.jpg><figcaption>Sân trường Đồng Vạn. Ảnh: Vi Thành</figcaption></figure>"
REL = f"<ul><li><a href='/1'>{HEADLINES[0]}</a></li><li><a href='/2'>{HEADLINES[1]}</a></li></ul>"
DESC = f"<meta name='description' content='{LEAD}'><meta property='og:description' content='{LEAD}'>"
DESCN = f"<meta name='description' content='Nhịp Phố - {LEAD}'>"
DESCCUT = f"<meta name='description' content='{LEAD[:60]}...'>"
DESCP = f"<meta name='description' content='{STORY[0]} {STORY[1][:50]}'>"
SITE = "<meta property='og:site_name' content='Nhịp Phố'>"

CASES = [
    pytest.param(
        {"lead": "<h2>Xã Đồng Vạn làm từng điểm trường, không chờ đủ vốn mới làm.</h2>"},
        "Xã Đồng Vạn làm từng điểm trường, không chờ đủ vốn mới làm.",
        id="short h2",
    ),
    pytest.param({"lead": f"<p><strong>{LEAD}</strong></p>"}, LEAD, id="strong p"),
    pytest.param({"lead": f"<div><b>{LEAD}</b></div>", "body": PIC + BODY}, LEAD, id="div then pic"),
    pytest.param({"lead": "", "body": PIC + f"<p><b>{LEAD}</b></p>" + BODY}, LEAD, id="pic first then bold"),
    pytest.param({"lead": "", "body": FIG + f"<p><strong>{LEAD}</strong></p>" + BODY}, LEAD, id="fig first then bold"),
    pytest.param({"lead": "", "body": f"<p><strong>{LEAD}</strong></p>" + BODY, "head": DESC}, LEAD, id="bold in body,desc"),
    pytest.param({"lead": "", "body": f"<p><strong>(NPO) - {LEAD}</strong></p>" + BODY}, LEAD, id="bold stamp"),
    pytest.param({"lead": "", "body": f"<p><strong>NPO - {LEAD}</strong></p>" + BODY}, LEAD, id="bold stamp plain dash"),
    pytest.param({"lead": "", "body": f"<p>(NPO) - {LEAD}</p>" + BODY}, LEAD, id="plain stamp lead"),
    pytest.param({"lead": f"<h2 class='sapo'>{LEAD}</h2>", "body": REL + BODY}, LEAD, id="h2 sapo, rel, body"),
    pytest.param({"lead": f"<h2>{LEAD}</h2><p><b>Tin liên quan</b></p>" + REL}, LEAD, id="rel label between"),
    pytest.param({"lead": "", "body": f"<p><em>{LEAD}</em></p>" + BODY}, LEAD, id="em lead"),
    pytest.param({"lead": "", "body": f"<p><strong><em>{LEAD}</em></strong></p>" + BODY}, LEAD, id="bold-italic"),
    pytest.param(
        {
            "lead": f"<div class='sapo'>{LEAD}<br>&gt;&gt; <a href='/x'>{HEADLINES[0]}</a><br>&gt;&gt; <a href='/y'>{HEADLINES[1]}</a></div>"
        },
        LEAD,
        id="lead followed by >> links",
    ),
    pytest.param({"lead": f"<div class='sapo'><p>{LEAD}</p>{REL}</div>"}, LEAD, id="lead ul in sapo"),
    pytest.param(
        {"lead": f"<h2 class='sapo'><span class='src'>Nhịp Phố</span>{LEAD}</h2>", "head": SITE}, LEAD, id="stamp span no dash"
    ),
    pytest.param({"lead": f"<h2 class='sapo'><span>(Nhịp Phố)</span> {LEAD}</h2>"}, LEAD, id="stamp span (site)"),
    pytest.param({"lead": f"<p class='sapo'><b>Nhịp Phố</b> - {LEAD}</p>", "head": SITE}, LEAD, id="stamp bold dash"),
    pytest.param({"lead": f"<p class='sapo'><strong>NhipPho.vn -</strong> {LEAD}</p>"}, LEAD, id="stamp unknown bold dash"),
    pytest.param({"lead": f"<p class='sapo'>NP Online - {LEAD}</p>"}, LEAD, id="stamp Online"),
    pytest.param({"lead": f"<p class='sapo'>GD&amp;TĐ - {LEAD}</p>"}, LEAD, id="stamp GD&TĐ"),
    pytest.param({"lead": f"<p class='sapo'>[NPO] - {LEAD}</p>"}, LEAD, id="stamp [..]"),
    pytest.param({"lead": f"<h2 class='sapo'>{LEAD}</h2>", "body": f"<p>{LEAD}</p>" + BODY}, LEAD, id="dup lead plain p"),
    pytest.param(
        {"lead": f"<h2 class='sapo'>{LEAD}</h2>", "body": PIC + f"<p><b>{LEAD}</b></p>" + BODY}, LEAD, id="dup lead after pic"
    ),
    pytest.param(
        {"lead": f"<h2 class='sapo'>{LEAD}</h2>", "body": PIC + f"<p><b>(NPO) {LEAD}</b></p>" + BODY},
        LEAD,
        id="dup lead stamped after pic",
    ),
    pytest.param(
        {"lead": f"<div class='sapo' style='display:none'>{LEAD}</div><p class='sapo'>{LEAD}</p>"}, LEAD, id="hidden desc dup"
    ),
    pytest.param({"lead": "", "body": f"<div id='sapo'>{LEAD}</div>" + BODY}, LEAD, id="lead below body id"),
    pytest.param({"lead": f"<table><tr><td class='lead'>{LEAD}</td></tr></table>"}, LEAD, id="td lead"),
    pytest.param({"lead": f"<blockquote>{LEAD}</blockquote>"}, LEAD, id="blockquote lead"),
    pytest.param({"lead": f"<div class='news-desc'>{LEAD}</div>"}, LEAD, id="div class desc same as p"),
    pytest.param({"lead": f"<div class='intro-text'>{LEAD}</div>"}, LEAD, id="intro"),
    pytest.param({"lead": f"<div class='post-summary'><h2>{LEAD}</h2></div>"}, LEAD, id="summary strong"),
    pytest.param({"lead": f"<div class='chappeau'>{LEAD}</div>"}, LEAD, id="chappeau"),
    pytest.param({"lead": f"<p class='abs'>{LEAD}</p>"}, LEAD, id="abs"),
    pytest.param({"lead": f"<div class='head_desc'>{LEAD}</div>"}, LEAD, id="head-desc"),
    pytest.param({"lead": f"<p class='txt-head'>{LEAD}</p>"}, LEAD, id="txt-head"),
    pytest.param({"lead": f"<h3 class='short_intro txt_666'>{LEAD}</h3>"}, LEAD, id="short_intro"),
    pytest.param({"lead": f"<p>{LEAD}</p>"}, LEAD, id="unclassed p between date and body div"),
    pytest.param(
        {"lead": f"<div>{LEAD}</div>", "body": "".join(f"<div>{p}</div>" for p in STORY)}, LEAD, id="unclassed div text"
    ),
    pytest.param({"lead": f"<p class='sapo'>{LEAD}</p>", "body": f"<h3>Tin liên quan</h3>{REL}" + BODY}, LEAD, id="2 line lead"),
    pytest.param({"lead": f"<p><b>{LEAD}</b></p>", "body": "<h3>Thiếu sân chơi</h3>" + BODY}, LEAD, id="h3 subheads after lead"),
    pytest.param(
        {"lead": "", "body": f"<p><b>{LEAD}</b></p><p><b>Thiếu sân chơi</b></p>" + BODY}, LEAD, id="bold lead then bold subhead"
    ),
    pytest.param({"lead": f"<div class='x1'>{LEAD}</div>", "head": DESC}, LEAD, id="desc no style"),
    pytest.param({"lead": f"<p class='sapo'>{LEAD}</p><p class='author'>Vi Thành</p>"}, LEAD, id="author between lead and body"),
    pytest.param(
        {"lead": f"<div class='share'>Chia sẻ</div><p class='sapo'>{LEAD}</p><div>Nghe đọc bài</div>"}, LEAD, id="share between"
    ),
    pytest.param(
        {"lead": f"<p class='sapo'>{LEAD}</p><div class='tts'>Giọng nữ miền Bắc</div><div>0:00 / 0:00</div>"},
        LEAD,
        id="tts between",
    ),
    pytest.param({"lead": "", "body": f"<p><b>{LEAD}</b></p>" + BODY, "head": DESCN}, LEAD, id="desc with outlet"),
    pytest.param({"lead": "", "body": f"<p><b>{LEAD}</b></p>" + BODY, "head": DESCCUT}, LEAD, id="desc cut"),
    pytest.param(
        {"lead": "", "body": f"<p><span style='font-weight:bold'>{LEAD}</span></p>" + BODY}, LEAD, id="font-weight span"
    ),
    pytest.param({"lead": f"<tr><td><b>{LEAD}</b></td></tr>"}, LEAD, id="stories in table"),
    pytest.param({"lead": f"<p class='sapo'>LTS: {LEAD}</p>"}, f"LTS: {LEAD}", id="quote note LTS"),
    pytest.param({"lead": ""}, "", id="none: plain ps"),
    pytest.param({"lead": "", "head": DESCP}, "", id="none: desc excerpt"),
    pytest.param({"lead": "", "body": BODY.replace("Sáng 12/7", "<b>Sáng 12/7</b>", 1)}, "", id="none: bold first word"),
    pytest.param({"lead": "", "body": "".join(f"<p><b>{p}</b></p>" for p in STORY)}, "", id="none: all bold"),
    pytest.param(
        {"lead": "", "body": "<p><b>Thiếu sân chơi, thiếu cả phòng học bộ môn</b></p>" + BODY}, "", id="none: quote first"
    ),
    pytest.param(
        {"lead": "", "body": "<p><b>Ông có thể cho biết xã gặp khó gì khi làm trường?</b></p>" + BODY},
        "",
        id="none: bold question",
    ),
    pytest.param({"lead": "", "body": "<p><em>Bài 1: Từ sân trường</em></p>" + BODY}, "", id="none: em rubric short"),
]


@pytest.mark.parametrize(("parts", "lead"), CASES)
def test_the_lead_and_what_follows_it(parts: dict[str, Any], lead: str) -> None:
    article = read_page(make_page(**{"body": BODY, **parts}))
    assert article.lead == lead
    paragraphs = [block.text for block in article.blocks if block.kind == "paragraph"]
    assert paragraphs[-len(STORY) :] == STORY
    assert lead not in paragraphs and (not lead or len(paragraphs) == len(STORY))
