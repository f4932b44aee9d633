"""The reader as a whole: hostile pages, limits, and what always holds."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutation import HARMLESS, mutate
from page_maker import HEADLINES, LEAD, PARAGRAPHS, TITLE, make_page

from corpus.errors import NotAnArticle
from corpus.reading.page import MAX_BYTES, read_page
from language.text import clean


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (b"", "trống"),
        (b"  \n ", "trống"),
        (b"\x89PNG\r\n\x1a\n", "nhị phân"),
        (b"x" * (MAX_BYTES + 1), "20 MB"),
        (b"chi la van ban", "văn bản thường"),
        (b'{"a": 1}', "JSON"),
        (b"<?xml version='1.0'?><rss><channel><title>x</title></channel></rss>", "RSS"),
        (b"<html></html>", "quá ít chữ"),
        (b"<p>" * 70_000, "60000 thẻ"),
        (b"<p>" + b"dan " * 900_000, "3000000 ký tự"),
        (
            make_page(
                heading="<h1>Không tìm thấy trang</h1>",
                title="404",
                lead="",
                body="<p>Trang bạn tìm không tồn tại hoặc đã bị xóa khỏi máy chủ.</p>",
            ),
            "báo lỗi",
        ),
    ],
    ids="empty blank picture large text json feed bare elements characters error".split(),
)
def test_refusals_say_why(page: bytes, why: str) -> None:
    with pytest.raises(NotAnArticle) as refused:
        read_page(page)
    assert why in str(refused.value)


def test_a_home_page_is_known_by_its_address() -> None:
    with pytest.raises(NotAnArticle, match="trang chủ"):
        read_page(make_page(), url="https://nhippho.example/")


@pytest.mark.parametrize("home", ["https://tin.example/", "https://tin.example", "http://tin.example/\x01\x1f"])
@pytest.mark.parametrize("head", ['<link rel="canonical" href="{}">', '<meta property="og:url" content="{}">'])
def test_an_article_that_only_calls_itself_by_its_papers_address_has_none(home: str, head: str) -> None:
    article = read_page(make_page(head=head.format(home)))
    assert (article.title, article.url) == (TITLE, "")
    with pytest.raises(NotAnArticle, match="trang chủ"):
        read_page(make_page(head=head.format(home), body=f"<p>{PARAGRAPHS[0][:150]}</p>"))


@pytest.mark.slow
@pytest.mark.parametrize("opening", ["<div>", "<span>", "<table><tr><td>", "<b><p>", "<ul><li>", "<font size=2>"])
def test_deep_nesting_after_the_story_loses_nothing_of_it(opening: str) -> None:
    article = read_page(make_page(after=opening * (50_000 // opening.count("<"))))
    assert [block.text for block in article.blocks][-1] == PARAGRAPHS[-1]


def test_deep_nesting_around_the_story_is_refused_or_read() -> None:
    page = make_page(body="<div>" * 50_000 + f"<p>{PARAGRAPHS[0]}</p>")
    try:
        article = read_page(page)
    except NotAnArticle as refused:
        assert str(refused)
    else:
        assert article.title == TITLE


@pytest.mark.parametrize(
    "head",
    [
        "<script type='application/ld+json'>" + "[" * 100_000 + "</script>",
        "<script type='application/ld+json'>" + '{"@type":"NewsArticle","headline":"' + 'a" ' * 50_000 + "</script>",
        "".join(f"<meta name='pubdate' content='31/02/{year}'>" for year in range(2000)),
        f"<meta property='og:title' content='{'dài ' * 100_000}'>",
        f"<meta name='keywords' content='{'a, ' * 50_000}'>",
        "<link rel=canonical href='http://[::1'>",
    ],
    ids="deep-json broken-json dates long-title keywords address".split(),
)
def test_a_hostile_head_changes_nothing(head: str) -> None:
    article = read_page(make_page(head=head))
    assert article.title == TITLE
    assert article.lead == LEAD
    assert [block.text for block in article.blocks] == list(PARAGRAPHS)


def test_every_value_is_known_by_its_origin() -> None:
    fetched = datetime(2024, 1, 1, tzinfo=timezone.utc)
    article = read_page(
        make_page(
            after=f"<div class='tags'>Tags: <a href='/x'>trường học</a></div><div><h3>Tin liên quan</h3><a href='/y'>{HEADLINES[0]}</a></div>"
        ),
        url="https://nhippho.example/xa-dong-van-go-kho-tieu-chi-1234.htm",
        fetched_at=fetched,
    )
    assert article.origins == {
        "title": "meta", "lead": "visible", "blocks": "visible", "published": "visible", "source": "url", "tags": "visible", "url": "given", "section": "visible",
    }  # fmt: skip
    assert article.fetched_at is fetched
    assert article.source == "nhippho.example"


def test_reading_is_pure() -> None:
    page = make_page()
    assert read_page(page) == read_page(page)


def every_text(page: bytes) -> list[str]:
    article = read_page(page)
    blocks = [text for block in article.blocks for text in (block.text, block.credit)]
    return [
        article.title,
        article.lead,
        article.source,
        article.section,
        *article.authors,
        *article.tags,
        *blocks,
        *(link.title for link in article.related),
    ]


@pytest.mark.slow
@given(st.text(max_size=60), st.text(max_size=120), st.sampled_from(["heading", "date", "lead", "body", "after", "head", "top"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_text_is_clean_whatever_stands_where(first: str, second: str, place: str) -> None:
    standing = {
        "heading": f"<h1>{TITLE}</h1>",
        "date": "",
        "lead": "",
        "after": "",
        "head": "",
        "top": "",
        "body": "".join(f"<p>{p}</p>" for p in PARAGRAPHS),
    }
    page = make_page(
        **{place: standing[place] + f"<div class='{first}'>{second}</div><p>{first}</p>".encode("utf-8", "replace").decode()}
    )
    try:
        found = every_text(page)
    except NotAnArticle:
        return
    assert all(text == clean(text) == unicodedata.normalize("NFC", text) for text in found)


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_or_refused(page: bytes) -> None:
    try:
        read_page(page)
    except NotAnArticle as refused:
        assert str(refused)


@given(st.integers(0, 3000), st.integers(0, 3000))
@settings(max_examples=40, deadline=None)
def test_pages_cut_anywhere_are_read_or_refused(start: int, length: int) -> None:
    page = make_page(
        after=f"<div class='tags'>Tags: <a href='/x'>trường học</a></div><figure><img src=a><figcaption>{LEAD}</figcaption></figure>"
    )
    try:
        article = read_page(page[:start] + page[start + length :])
    except NotAnArticle:
        return
    assert article.title
    assert article.blocks or article.lead


TEMPLATES = [
    "{{x}}",
    "{{ bai.tieu_de | raw }}",
    "{...props}",
    "{% if anh %}",
    "@click",
    "[(ngModel)]",
    "xmlns:",
    ":",
    "{}",
    "}",
    "{",
]


@pytest.mark.parametrize("left", TEMPLATES)
@pytest.mark.parametrize("place", ["{}", '{}=""', 'class="{}"', 'id="{}"', 'style="{}"', 'datetime="{}"', "x={}"])
def test_a_template_that_was_never_filled_in_costs_nothing(left: str, place: str) -> None:
    attribute = place.replace("{}", left, 1)
    expected = read_page(make_page())
    page = (
        make_page()
        .decode()
        .replace("<p", f"<p {attribute}")
        .replace("<div", f"<div {attribute}")
        .replace("<h1", f"<h1 {attribute}")
    )
    article = read_page(page.encode())
    assert (article.title, article.published) == (TITLE, expected.published)
    assert [block.text for block in article.blocks][-4:] == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "broken", ["http://[", "http://tin.example:99999/a", "http://\u2100.example/a", "http://a..b/c", "https://x/\x01"]
)
@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="{}">',
        '<meta property="og:url" content="{}">',
        '<base href="{}">',
        '<meta property="og:image" content="{}">',
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"x","url":"{}","mainEntityOfPage":"{}","image":["{}"]}</script>',
    ],
    ids="canonical og base image json-ld".split(),
)
def test_a_broken_address_costs_itself_only(broken: str, head: str) -> None:
    url = "https://tin.example/xa-dong-van-go-kho-20220712.html"
    body = "".join(f'<p><a href="{broken}">{text}</a> {text}</p><img src="{broken}">' for text in PARAGRAPHS)
    article = read_page(make_page(head=head.replace("{}", broken), body=body), url=url)
    assert article.title == TITLE
    assert article.url in (url, "https://x/\x01", "https://x/")
    if broken == "http://[" and "rel=" in head:
        assert article.notes[0] == "Bỏ địa chỉ không có nghĩa: “http://[”."


def test_the_next_canonical_address_counts_where_the_first_is_none() -> None:
    head = (
        '<link rel="canonical" href="http://["><link rel="canonical" href="https://tin.example/mot-hai-ba-bon-nam-123456.html">'
    )
    assert read_page(make_page(head=head)).url == "https://tin.example/mot-hai-ba-bon-nam-123456.html"


@pytest.mark.parametrize("closed", ["<body />", "<body class='a'/>", "<BODY/>"])
def test_a_body_closed_at_once_is_the_body_all_the_same(closed: str) -> None:
    assert read_page(make_page().replace(b"<body>", closed.encode())).title == TITLE


def test_a_run_of_invisible_characters_after_a_break_is_no_line() -> None:
    body = "".join(f"<p>{text}<br>\u200b\u200b</p>" for text in PARAGRAPHS)
    assert [block.text for block in read_page(make_page(body=body)).blocks] == list(PARAGRAPHS)


@pytest.mark.parametrize("part", ["find_publication", "find_tags", "_source", "_section", "find_authors", "_related"])
def test_a_mistake_in_an_optional_part_costs_that_part_and_leaves_a_note(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> object:
        raise ValueError("x")

    monkeypatch.setattr(f"corpus.reading.page.reader.{part}", fail)
    article = read_page(make_page())
    assert article.title == TITLE
    assert [block.text for block in article.blocks] == list(PARAGRAPHS)
    assert any("bộ đọc gặp lỗi ValueError" in note for note in article.notes)


def test_a_page_is_read_without_the_second_opinion_where_the_library_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> object:
        raise AssertionError

    monkeypatch.setattr("trafilatura.extract", fail)
    assert read_page(make_page()).title == TITLE


@pytest.mark.parametrize("seed", range(60))
def test_what_harms_no_article_leaves_it_an_article(seed: int) -> None:
    page, names = mutate(
        make_page(head='<link rel="canonical" href="https://tin.example/xa-dong-van-go-kho-20220712.html">'), seed, names=HARMLESS
    )
    article = read_page(page)
    assert article.title and len(article.blocks) >= 3, names
