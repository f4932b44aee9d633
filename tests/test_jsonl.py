from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Block, RelatedLink
from corpus.errors import NotAnArticle
from corpus.hashtag import merge_tags
from corpus.reading.jsonl import MAX_LINE, read_line, write_line
from language.text import clean

VIETNAM = timezone(timedelta(hours=7))
URL = "https://tin.example/bai-1"


def line(**values: Any) -> str:
    return json.dumps({"url": URL, "title": "Tiêu đề", **values}, ensure_ascii=False)


def article(**values: Any) -> Article:
    return read_line(line(**values))[0]


def test_a_whole_line() -> None:
    read, page = read_line(
        line(
            title=" Quảng\u00a0Ninh  về đích ",
            lead="Tóm tắt.",
            body=["Đoạn một.", "", "Đoạn hai."],
            captions=["Chú thích"],
            published="2022-07-12T08:30:00+07:00",
            modified="2022-07-13",
            source="Báo Mẫu",
            section="Xã hội",
            authors=["Lê An", " "],
            tags=["Nông thôn mới", "nông thôn mới"],
            related=[{"title": "Bài khác", "url": "https://tin.example/2"}, {"title": "Bài nữa"}],
            fetched_at="2024-01-01T00:00:00Z",
            html="<p>…",
            views=12,
        )
    )
    assert read == Article(
        title="Quảng Ninh về đích",
        lead="Tóm tắt.",
        blocks=(Block("paragraph", "Đoạn một."), Block("paragraph", "Đoạn hai."), Block("caption", "Chú thích")),
        url=URL,
        authors=("Lê An",),
        source="Báo Mẫu",
        section="Xã hội",
        tags=("Nông thôn mới",),
        published=datetime(2022, 7, 12, 8, 30, tzinfo=VIETNAM),
        modified=datetime(2022, 7, 13, tzinfo=VIETNAM),
        fetched_at=datetime(2024, 1, 1, tzinfo=timezone.utc),
        related=(RelatedLink("Bài khác", "https://tin.example/2"), RelatedLink("Bài nữa")),
        origins=dict.fromkeys(
            ["title", "lead", "blocks", "url", "authors", "source", "section", "tags", "published", "modified", "related"],
            "given",
        ),
    )
    assert page == "<p>…".encode()


def test_body_may_be_one_string() -> None:
    assert [block.text for block in article(body="Đoạn một.\n\nĐoạn hai.\r\nĐoạn ba.").blocks] == [
        "Đoạn một.",
        "Đoạn hai.",
        "Đoạn ba.",
    ]


def test_the_cited_address_tracks_nobody() -> None:
    assert article(url="https://tin.example/bai-1?id=7&utm_source=zalo&fbclid=x").url == "https://tin.example/bai-1?id=7"


def test_a_missing_source_is_the_host_and_says_so() -> None:
    read = article(url="https://www.tin.example/bai-1")
    assert (read.source, read.origins["source"]) == ("tin.example", "url")
    assert article(source="").source == ""
    assert article(source=None).source == "tin.example"


def test_raw_hashtags_are_spelled_as_the_text_has_them() -> None:
    assert article(tags=["#quảng_ninh"], body=["Ở Quảng Ninh có biển."]).tags == ("Quảng Ninh",)
    assert article(tags=["quảng ninh"], body=["Ở Quảng Ninh có biển."]).tags == ("quảng ninh",)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>Đoạn một &amp; hai.</p><p>Đoạn <b>ba</b>,<br>Đoạn bốn.</p>", ["Đoạn một & hai.", "Đoạn ba,", "Đoạn bốn."]),
        (["<p>Đoạn một.</p>", "Đoạn hai, a < b &amp; c."], ["Đoạn một.", "Đoạn hai, a < b &amp; c."]),
        (["<div><div>Đoạn một.</div>Đoạn hai.</div><script>alert(1)</script>"], ["Đoạn một.", "Đoạn hai."]),
        ("Đoạn <i>một</i>.\nĐoạn hai.", ["Đoạn một.", "Đoạn hai."]),
        ("Đoạn một.<br/>Đoạn hai.<br>&nbsp;", ["Đoạn một.", "Đoạn hai."]),
        (["Giá a<b, c>d; trái tim <3."], ["Giá a<b, c>d; trái tim <3."]),
    ],
    ids="paragraphs list nested inline breaks none".split(),
)
def test_html_in_a_body_is_read_as_html(body: object, expected: list[str]) -> None:
    assert [block.text for block in article(body=body).blocks] == expected


def test_html_in_a_body_keeps_headings_and_captions_apart() -> None:
    body = (
        "<h3>Vốn lấy từ đâu</h3><p>Xã chọn cách làm từng điểm trường thay vì chờ đủ vốn.</p>"
        "<figure><img src='a.jpg'><figcaption>Phụ huynh đổ bê tông. Ảnh: Vi Thành</figcaption></figure>"
    )
    assert [(block.kind, block.text, block.credit) for block in article(body=body, captions=["Sân trường"]).blocks] == [
        ("heading", "Vốn lấy từ đâu", ""),
        ("paragraph", "Xã chọn cách làm từng điểm trường thay vì chờ đủ vốn.", ""),
        ("caption", "Phụ huynh đổ bê tông.", "Ảnh: Vi Thành"),
        ("caption", "Sân trường", ""),
    ]


def test_a_text_about_html_survives_being_written_and_read() -> None:
    told = Article(
        title="Cách viết trang", url="https://tin.example/1", blocks=(Block("paragraph", "Mỗi đoạn đứng giữa <p> và </p>."),)
    )
    assert read_line(write_line(told))[0].blocks == told.blocks


@pytest.mark.parametrize("date", ["2022-02-31", "9999-01-01", "1022-07-12", "hôm qua", "12/7/2022"])
@pytest.mark.parametrize("key", ["published", "modified"])
def test_an_impossible_date_is_dropped_with_a_note(key: str, date: str) -> None:
    read = article(**{key: date})
    assert getattr(read, key) is None and key not in read.origins
    assert len(read.notes) == 1 and date in read.notes[0] and key in read.notes[0]


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"url": None}, "url"),
        ({"url": 5}, "url"),
        ({"url": "bai-1.html"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"title": None}, "title"),
        ({"title": "  \u200b"}, "title"),
        ({"title": ["a"]}, "title"),
        ({"lead": {}}, "lead"),
        ({"body": 3.5}, "body"),
        ({"body": ["a", None]}, "body"),
        ({"body": {"a": 1}}, "body"),
        ({"captions": "một"}, "captions"),
        ({"captions": ["a"], "credits": []}, "credits"),
        ({"captions": ["a"], "credits": [1]}, "credits"),
        ({"blocks": ["paragraph"]}, "blocks"),
        ({"body": ["a"], "blocks": ["đoạn"]}, "blocks"),
        ({"body": ["a"], "blocks": [["paragraph"]]}, "blocks"),
        ({"body": ["a"], "blocks": "paragraph"}, "blocks"),
        ({"published": 1657600200}, "published"),
        ({"published": True}, "published"),
        ({"source": 1}, "source"),
        ({"section": []}, "section"),
        ({"authors": "Lê An"}, "authors"),
        ({"tags": "a, b"}, "tags"),
        ({"tags": [1]}, "tags"),
        ({"related": ["a"]}, "related"),
        ({"related": [{"url": "x"}]}, "related"),
        ({"html": 1}, "html"),
        ({"html_base64": "*"}, "html_base64"),
    ],
)
def test_a_wrong_type_is_refused_by_name(values: dict[str, Any], key: str) -> None:
    with pytest.raises(NotAnArticle) as refusal:
        article(**values)
    assert f"“{key}”" in refusal.value.reason


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "không phải JSON",
        '{"url": ',
        "[]",
        '"x"',
        "1",
        "null",
        "[" * 200_000,
        '{"a":' * 100_000,
        "9" * 5_000_000,
        b'\xff{"url": ""}',
        b" " * (MAX_LINE + 1),
    ],
    ids=lambda broken: repr(broken[:12]),
)
def test_a_broken_line_is_refused(broken: str | bytes) -> None:
    with pytest.raises(NotAnArticle) as refusal:
        read_line(broken)
    assert len(refusal.value.reason) > 10


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_line(("\ufeff" + line()).encode())[0].title == "Tiêu đề"


def test_an_unknown_address_is_written_as_nothing() -> None:
    read = read_line('{"url": "", "title": "Tiêu đề"}')[0]
    assert (read.url, read.source) == ("", "")


class Reader:
    """Stands for corpus.reading.page.read_page."""

    def __init__(self) -> None:
        self.asked: list[tuple[bytes, str]] = []

    def __call__(self, page: bytes, *, url: str = "", fetched_at: datetime | None = None) -> Article:
        self.asked.append((page, url))
        blocks = (Block("paragraph", "Đoạn của trang."),)
        return Article(
            title="Tiêu đề của trang", blocks=blocks, section="Xã hội", url=url, origins={"title": "meta"}, notes=("Ghi chú.",)
        )


def test_a_page_without_title_or_body_is_read_and_what_is_given_goes_first() -> None:
    reader = Reader()
    read, page = read_line(json.dumps({"url": URL, "html": "<p>á", "title": "Tiêu đề cho sẵn", "source": ""}), read_page=reader)
    assert page == "<p>á".encode()
    assert reader.asked == [(page, URL)]
    assert (read.title, read.section, read.source) == ("Tiêu đề cho sẵn", "Xã hội", "")
    assert read.blocks[0].text == "Đoạn của trang."
    assert read.origins == {"title": "given", "url": "given"}
    assert read.notes == ("Ghi chú.",)


def test_a_page_may_come_alone() -> None:
    assert read_line('{"html": "<p>á"}', read_page=Reader())[0].title == "Tiêu đề của trang"


def test_a_page_beside_title_and_body_is_only_kept() -> None:
    reader = Reader()
    read, page = read_line(line(body=["Đoạn."], html="<p>á"), read_page=reader)
    assert (read.title, page, reader.asked) == ("Tiêu đề", "<p>á".encode(), [])


def test_plain_articles_are_written_plainly() -> None:
    written = json.loads(write_line(article(body=["Đoạn."], captions=["Ảnh chợ"], tags=["a"], published="2022-07-12T08:30:00Z")))
    assert written == {
        "url": URL,
        "title": "Tiêu đề",
        "body": ["Đoạn."],
        "captions": ["Ảnh chợ"],
        "published": "2022-07-12T08:30:00+00:00",
        "source": "tin.example",
        "tags": ["a"],
    }


def test_a_page_that_is_not_utf_8_is_written_byte_for_byte() -> None:
    page = "<p>Tiếng Việt".encode("utf-16")
    assert read_line(write_line(article(body=["Đoạn."]), page))[1] == page


TEXT = st.text(max_size=30).map(clean)
FULL_TEXT = TEXT.filter(bool)
LABELS = st.lists(st.one_of(FULL_TEXT, st.sampled_from(["#quảng_ninh", "Quảng Ninh", "quảng ninh", "NTM"])), max_size=4)
MOMENT = st.one_of(
    st.none(),
    st.datetimes(
        datetime(1900, 1, 2),
        datetime(2024, 12, 31),
        timezones=st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    ),
)
BLOCK = st.one_of(
    st.builds(Block, st.sampled_from(["heading", "paragraph"]), FULL_TEXT),
    st.builds(Block, st.just("caption"), FULL_TEXT, TEXT),
    st.builds(Block, st.just("caption"), TEXT, FULL_TEXT),
)
ARTICLE = st.builds(
    Article,
    title=FULL_TEXT,
    blocks=st.lists(BLOCK, max_size=8).map(tuple),
    lead=TEXT,
    url=st.sampled_from(["", URL, "http://TIN.example/x?utm_source=a"]),
    authors=st.lists(FULL_TEXT, max_size=3).map(tuple),
    source=TEXT,
    section=TEXT,
    tags=st.builds(merge_tags, LABELS, st.sampled_from(["", "ở Quảng Ninh"])),
    published=MOMENT,
    modified=MOMENT,
    fetched_at=MOMENT,
    related=st.lists(st.builds(RelatedLink, TEXT, TEXT), max_size=3).map(tuple),
)


@given(ARTICLE, st.one_of(st.none(), st.binary(max_size=50)))
def test_what_is_written_is_read_back(written: Article, page: bytes | None) -> None:
    text = write_line(written, page)
    assert "\n" not in text and "\r" not in text
    read, same_page = read_line(text, read_page=lambda page, *, url="", fetched_at=None: Article(title="không được đọc"))
    if written.blocks or not page:
        assert read.content_hash == written.content_hash and read.id == written.id
        assert (read.blocks, read.related, read.fetched_at) == (written.blocks, written.related, written.fetched_at)
        assert not read.notes
    assert same_page == page or not page


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_value_anywhere_is_read_or_refused(value: Any) -> None:
    for key in (
        "url",
        "title",
        "lead",
        "body",
        "captions",
        "credits",
        "blocks",
        "published",
        "tags",
        "authors",
        "related",
        "html_base64",
    ):
        try:
            read_line(json.dumps({"url": URL, "title": "Tiêu đề", "body": ["Đoạn."], key: value}))
        except NotAnArticle as refusal:
            assert refusal.reason
