"""Lead, paragraphs, headings and captions; what stands among them and is none of these."""

from __future__ import annotations

import pytest
from page_maker import HEADLINES, LEAD, PARAGRAPHS, make_page

from corpus.article import Article
from corpus.reading.page import read_page
from corpus.reading.page.byline import authors, is_byline, names
from corpus.reading.page.caption import split_credit
from corpus.reading.page.lead import without_stamp

BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def texts(article: Article, kind: str = "paragraph") -> list[str]:
    return [block.text for block in article.blocks if block.kind == kind]


@pytest.mark.parametrize(
    ("extra", "kind"),
    [
        (f"<p><a href='/x.html'>{HEADLINES[0]}</a></p>", "link"),
        (f"<p>&gt;&gt; <a href='/x.html'>{HEADLINES[0]}</a></p>", "link"),
        (f"<p><b>Đọc thêm:</b> <a href='/x.html'>{HEADLINES[0]}</a></p>", "link"),
        (
            f"<div class='box'><a href='/x'><img src='x.jpg'></a><h4><a href='/x'>{HEADLINES[0]}</a></h4><p>Sau hai năm thông xe, dân vẫn chờ cầu.</p></div>",
            "link",
        ),
        (
            f"<p><b>Tin liên quan</b></p><ul><li><a href='/x'>{HEADLINES[0]}</a></li><li><a href='/y'>{HEADLINES[1]}</a></li></ul>",
            "links",
        ),
        ("<div>Chia sẻ</div><div>0:00 / 3:12</div><div>Nghe đọc bài</div>", ""),
        ("<form><p>Mời bạn nhập nội dung bình luận</p></form>", ""),
        ("<p>&nbsp;</p><p>***</p>", ""),
        ("<div style='display:none'><p>Bản dành cho máy in, không hiện trên màn hình của độc giả nào cả.</p></div>", ""),
    ],
    ids="link arrow label teaser list tools form blank hidden".split(),
)
@pytest.mark.parametrize("place", ["before", "inside", "after"])
def test_what_is_not_text_of_the_article(extra: str, kind: str, place: str) -> None:
    first, rest = BODY[: BODY.index("</p>") + 4], BODY[BODY.index("</p>") + 4 :]
    article = read_page(make_page(body={"before": extra + BODY, "inside": first + extra + rest, "after": BODY + extra}[place]))
    assert texts(article) == list(PARAGRAPHS)
    assert texts(article, "heading") == []
    assert (HEADLINES[0] in [link.title for link in article.related]) == bool(kind)


@pytest.mark.parametrize(
    "last",
    [
        "<p style='text-align:right'><b>Vi Thành</b></p>",
        "<p><b>Vi Thành</b></p>",
        "<p><strong>VI THÀNH - HÀ MẾN</strong></p>",
        "<p><b>Vi Thành</b><i>(theo Đồng Quê)</i></p>",
        "<p><b>Bài và ảnh: Vi Thành</b></p>",
        "<p align=right><i>Theo Đồng Quê</i></p>",
        "<p><b>Vi Thành</b></p><p>(TTX/Đồng Quê+)</p>",
        "<p>Nguồn: Đồng Quê</p>",
        "<p><em>Xem thêm video tại đây</em></p>",
        "<p>Ảnh: Vi Thành</p>",
        "<p><strong>Nội dung:</strong> Vi Thành</p><p><strong>Thiết kế:</strong> Lan Anh</p>",
    ],
)
def test_bylines_are_no_last_paragraphs(last: str) -> None:
    assert texts(read_page(make_page(body=BODY + last)))[-1] == PARAGRAPHS[-1]


@pytest.mark.parametrize(
    "last",
    ["Vụ việc đang được điều tra.", "Sở sẽ báo cáo kết quả vào cuối quý III", "Xin cảm ơn ông!", "“Thế là vui rồi”, bà nói."],
)
def test_a_short_last_paragraph_stays(last: str) -> None:
    assert texts(read_page(make_page(body=f"{BODY}<p>{last}</p>")))[-1] == last


@pytest.mark.parametrize(
    "picture",
    [
        "<figure><img src=a.jpg><figcaption>{}</figcaption></figure>",
        "<table><tr><td><img src=a.jpg></td></tr><tr><td>{}</td></tr></table>",
        "<table><tr><td><img src=a.jpg></td><td><img src=b.jpg></td></tr><tr><td colspan=2>{}</td></tr></table>",
        "<div><img src=a.jpg></div><div class='chu-thich'>{}</div>",
        "<p align=center><img src=a.jpg></p><p align=center>{}</p>",
        "<p><img src=a.jpg><br><em>{}</em></p>",
        "<p><a href='/large.jpg'><img src=a.jpg></a></p><p>{}</p>",
        "<div class='wp-caption'><img src=a.jpg><p class='wp-caption-text'>{}</p></div>",
        "<div><div><img src=a.jpg></div><p class='Image'>{}</p></div>",
        "<amp-img src=a.jpg></amp-img><p><i>{}</i></p>",
    ],
    ids="figure cell two-pictures class centred em link wordpress word amp".split(),
)
def test_captions_stand_apart_with_their_credit(picture: str) -> None:
    written = "Phụ huynh thôn Nà Lẻng đổ bê tông sân trường. Ảnh: Vi Thành"
    article = read_page(
        make_page(body=f"<p>{PARAGRAPHS[0]}</p>{picture.format(written)}" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS[1:]))
    )
    assert texts(article) == list(PARAGRAPHS)
    (caption,) = [block for block in article.blocks if block.kind == "caption"]
    assert (caption.text, caption.credit) == ("Phụ huynh thôn Nà Lẻng đổ bê tông sân trường.", "Ảnh: Vi Thành")


@pytest.mark.parametrize(
    ("written", "text", "credit"),
    [
        ("Một góc chợ. Ảnh: L. Nam", "Một góc chợ.", "Ảnh: L. Nam"),
        ("Một góc chợ - Ảnh: L.NAM", "Một góc chợ", "Ảnh: L.NAM"),
        ("Một góc chợ (Ảnh: TTX).", "Một góc chợ", "Ảnh: TTX"),
        ("Một góc chợ. Nguồn: Sở Du lịch", "Một góc chợ.", "Nguồn: Sở Du lịch"),
        ("Một góc chợ. (Ảnh minh họa: Internet)", "Một góc chợ.", "Ảnh minh họa: Internet"),
        ("Một góc chợ (Ảnh minh họa)", "Một góc chợ (Ảnh minh họa)", ""),
        ("Ảnh: L. Nam", "", "Ảnh: L. Nam"),
        ("Bảng giá năm 2022: thịt tăng, rau giảm", "Bảng giá năm 2022: thịt tăng, rau giảm", ""),
    ],
)
def test_credit(written: str, text: str, credit: str) -> None:
    caption = split_credit(written)
    assert (caption.kind, caption.text, caption.credit) == ("caption", text, credit)


@pytest.mark.parametrize(
    "text", [". Ảnh A" + " " * 60_000 + "x", "( " * 60_000 + "ảnh : a", "- Ảnh A" * 20_000, "nguồn ảnh:" * 20_000]
)
def test_no_text_keeps_the_search_for_a_credit_busy(text: str) -> None:
    assert split_credit(text).kind == "caption"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Võ Hải", ("Võ Hải",)),
        ("XUÂN LONG - T.H", ("XUÂN LONG", "T.H")),
        ("Vi Thành và Hà Mến", ("Vi Thành", "Hà Mến")),
        ("Tác giả: Vi Thành", ("Vi Thành",)),
        ("Vi Thành (ghi)", ("Vi Thành",)),
        ("Theo Hoàng Nam (Đồng Quê)", ("Hoàng Nam",)),
        ("Theo Đồng Quê", ()),
        ("Báo Đồng Quê", ()),
        ("Vi Thành đã đến", ()),
        ("Facebook Zalo", ()),
        ("toasoan@dongque.example", ()),
        ("T.LÊ - Đ.MINH", ("T.LÊ", "Đ.MINH")),
        ("XUÂN LONG-THU HÀ", ("XUÂN LONG", "THU HÀ")),
        ("Như Tâm", ("Như Tâm",)),
        ("Như Tâm (Video: Đồng Quê)", ("Như Tâm",)),
        ("Lương Vi Thành - TTXVN", ("Lương Vi Thành",)),
        ("Vi Thành/Báo Tin tức", ("Vi Thành",)),
        ("Vi Thành/VOV.VN", ("Vi Thành",)),
        ("CTV Vi Thành/VOV1 (khu vực Tây Bắc)", ("Vi Thành",)),
        ("Theo Vi Thành (TTXVN/Vietnam+)", ("Vi Thành",)),
        ("Theo Lương Vi Thành", ("Lương Vi Thành",)),
        ("Vi Thành (P/v TTXVN tại Paris)", ("Vi Thành",)),
        ("GS.TS Lương Vi Thành", ("Lương Vi Thành",)),
        ("PGS.TS. Lương Vi Thành (Đại học Đồng Vạn)", ("Lương Vi Thành",)),
        ("Đại úy Vi Thành", ("Vi Thành",)),
        ("Đại tá, PGS.TS Vi Thành", ("Vi Thành",)),
        ("LUẬT SƯ VI THÀNH", ("VI THÀNH",)),
        ("Luật sư, ThS Vi Thành", ("Vi Thành",)),
        ("Lương Vi Thành, huyện Đồng Vạn", ("Lương Vi Thành",)),
        ("Vi ThànhTTXVN", ("Vi Thành",)),
        ("Hoàng Phương - Võ HảiVideo: Đình Phúc", ("Hoàng Phương", "Võ Hải")),
        ("Bài: Vi Thành - Ảnh: Hà Mến", ("Vi Thành",)),
        ("Tin: Vi Thành; ảnh: Hà Mến", ("Vi Thành",)),
        ("Bảo Trân - Ban Mai - Trường Giang", ("Bảo Trân", "Ban Mai", "Trường Giang")),
        ("H'Hen Niê", ("H'Hen Niê",)),
        ("Nhóm PV, CTV", ()),
        ("Nhóm phóng viên", ()),
        ("P.V", ()),
        ("PV (tổng hợp)", ()),
        ("Phóng viên TTXVN", ()),
        ("Ban Thời sự", ()),
        ("Reuters", ()),
        ("AFP, Tân Hoa xã", ()),
        ("Hà Nội", ()),
        ("TP. Hồ Chí Minh", ()),
        ("TTXVN/Báo Tin tức", ()),
        ("Theo Trí Thức Trẻ", ()),
        ("Xem video: Bà con góp công", ()),
        ("Bà Hà Thị Mến", ()),
    ],
)
def test_names_in_bylines(text: str, expected: tuple[str, ...]) -> None:
    assert authors([text], ["Báo Đồng Quê"]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ông Quyền nói.",
        "Hà Nội đã có mưa",
        "Tối 12/7, mưa lớn.",
        "Theo ông Quyền, mọi việc rồi sẽ xong trong năm nay.",
        "Theo kế hoạch, trường mới xong trước năm 2025.",
        "Theo Đồng Quê, việc này xảy ra hôm 12/7.",
        "Nguồn này còn thiếu khoảng 3.900 tỷ đồng.",
        "(Tên nhân vật trong bài đã được thay đổi)",
        "PV: Xin cảm ơn ông!",
        "Sở Nông nghiệp phải tìm cách khác",
        "Cũng theo ông Quyền,",
        "",
    ],
)
def test_sentences_are_no_bylines(text: str) -> None:
    assert not is_byline(text)
    assert names(text) == ()


@pytest.mark.parametrize(
    "text", ["Nhóm phóng viên", "Ban Thời sự", "(TTXVN/Vietnam+)", "Phóng viên TTXVN", "Theo báo Đồng Quê", "TTXVN"]
)
def test_lines_that_name_only_a_desk_or_a_paper_are_bylines(text: str) -> None:
    assert is_byline(text)
    assert names(text) == ()


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        (f"(Đồng Quê) - {LEAD}", LEAD),
        (f"ĐQ - {LEAD}", LEAD),
        (f"DONGQUE.VN - {LEAD}", LEAD),
        (f"Dongque.vn – {LEAD}", LEAD),
        (f"(ĐQO)- {LEAD}", LEAD),
        (f"Donquenews - {LEAD}", LEAD),
        (f"Đà Nẵng - {LEAD}", f"Đà Nẵng - {LEAD}"),
        (LEAD, LEAD),
    ],
)
def test_the_stamp_of_the_outlet_is_no_part_of_the_lead(lead: str, expected: str) -> None:
    assert without_stamp(lead) == expected
    assert read_page(make_page(lead=f"<p class='sapo'>{lead}</p>")).lead == expected


@pytest.mark.parametrize(
    "page",
    [
        make_page(lead=f"<h2>{LEAD}</h2>"),
        make_page(lead=f"<p><strong>{LEAD}</strong></p>"),
        make_page(lead="", body=f"<p><b>{LEAD}</b></p>{BODY}"),
        make_page(lead="", body=f"<h2>{LEAD}</h2>{BODY}"),
        make_page(lead="", body=f"<div class='chapeau'>{LEAD}</div>{BODY}"),
        make_page(lead=f"<div><img src=a.jpg><p class='note'>Ảnh: Vi Thành</p></div><p><strong>{LEAD}</strong></p>"),
    ],
    ids="h2 strong bold-in-body h2-in-body class-in-body after-photo".split(),
)
def test_lead_is_found(page: bytes) -> None:
    article = read_page(page)
    assert article.lead == LEAD
    assert texts(article) == list(PARAGRAPHS)


def test_a_description_cut_out_of_the_body_makes_no_lead() -> None:
    cut = f"{PARAGRAPHS[0]} {PARAGRAPHS[1][:40]}…"
    article = read_page(
        make_page(
            lead="",
            body=BODY.replace("<p>", "<p><b>", 1).replace("</p>", "</b></p>", 1),
            head=f"<meta name='description' content='{cut}'>",
        )
    )
    assert article.lead == ""
    assert texts(article) == list(PARAGRAPHS)


def test_headings_and_figures_of_tables_keep_their_place() -> None:
    table = (
        "<table><tr><th>Năm</th><th>Số trường</th></tr><tr><td>2021</td><td>6</td></tr><tr><td>2022</td><td>9</td></tr></table>"
    )
    article = read_page(
        make_page(
            body=f"<p>{PARAGRAPHS[0]}</p><p><b>Làm trước phần không cần tiền</b></p><p>{PARAGRAPHS[1]}</p>{table}<p>{PARAGRAPHS[2]}</p>"
        )
    )
    assert [(block.kind, block.text) for block in article.blocks] == [
        ("paragraph", PARAGRAPHS[0]),
        ("heading", "Làm trước phần không cần tiền"),
        ("paragraph", PARAGRAPHS[1]),
        ("paragraph", "Năm | Số trường"),
        ("paragraph", "2021 | 6"),
        ("paragraph", "2022 | 9"),
        ("paragraph", PARAGRAPHS[2]),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "{}<br><br>",
        "<em>{}</em><br>",
        "<div>{}</div>",
        "<div><div><p>{}</p></div><ins></ins></div>",
        "<p class=MsoNormal><span>{}<o:p></o:p></span>",
        "<li>{}</li>",
    ],
)
def test_any_markup_of_paragraphs_will_do(body: str) -> None:
    assert texts(read_page(make_page(body="".join(body.format(paragraph) for paragraph in PARAGRAPHS)))) == list(PARAGRAPHS)


def test_a_link_that_is_never_closed_makes_no_links_of_the_story() -> None:
    article = read_page(
        make_page(body="<a href='/x'>" + "".join(f"<p>{paragraph} ({n})</p>" for n in range(3) for paragraph in PARAGRAPHS))
    )
    assert len(texts(article)) == 3 * len(PARAGRAPHS)


def test_a_heading_that_is_never_closed_makes_no_headings_of_the_story() -> None:
    assert texts(read_page(make_page(body=f"<h2>{BODY}"))) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "kind", ["<figcaption>{}</figcaption>", "<figcaption>{}</figcaption></figure><div class='desc'><p>{}</p></div><figure>"]
)
def test_photo_stories_whose_captions_are_the_text(kind: str) -> None:
    body = "".join(f"<figure><img src=a.jpg>{kind.replace('{}', paragraph)}</figure>" for paragraph in PARAGRAPHS)
    assert texts(read_page(make_page(body=body))) == list(PARAGRAPHS)


@pytest.mark.parametrize("word", ["Trả lời", "Thảo luận", "Bình luận viên nói gì", "Đánh giá về cách làm", "Chủ đề"])
def test_words_of_forms_may_be_headings_of_the_story(word: str) -> None:
    article = read_page(
        make_page(body=BODY + f"<p><b>{word}</b></p>" + "".join(f"<p>Thêm: {paragraph}</p>" for paragraph in PARAGRAPHS))
    )
    assert texts(article)[-1] == f"Thêm: {PARAGRAPHS[-1]}"


def test_comments_are_not_text() -> None:
    comments = "".join(
        f"<div><b>Bạn đọc {n}</b><p>Xã tôi cũng từng thiếu trường như vậy, nhờ bà con góp công mà nay đã khang trang. ({n})</p></div>"
        for n in range(6)
    )
    article = read_page(make_page(after=f"<div><h3>Ý kiến bạn đọc (6)</h3>{comments}</div>"))
    assert texts(article) == list(PARAGRAPHS)
