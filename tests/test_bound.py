"""No input takes more time or room than its size is worth, whichever reader it is for, and none makes an article that others cannot carry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from page_maker import PARAGRAPHS, TITLE, make_page

from corpus.article import Article, Block, RelatedLink
from corpus.errors import NotAnArticle
from corpus.reading.bound import bounded
from corpus.reading.jsonl import read_line, write_line
from corpus.reading.page_process import PageProcess

pytestmark = pytest.mark.slow

STORY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
TEXT = f"{TITLE}\n\n{PARAGRAPHS[0]}\n\n{PARAGRAPHS[1]}\n\n"


@pytest.fixture(scope="module")
def process() -> Iterator[PageProcess]:
    """A reader that gives up what takes it more than seconds, on a busy machine too; what it gives up, it refuses with "giây"."""
    with PageProcess(seconds=10) as reader:
        reader.read_page(make_page())
        yield reader


def line(**values: Any) -> bytes:
    return json.dumps({"url": "https://tin.example/1", "title": "Tiêu đề", "body": ["Đoạn."], **values}).encode()


@pytest.mark.parametrize(
    "values",
    [
        {"tags": ["_".join("a" * 20)] * 30_000, "body": ["a " * 30_000]},
        {"tags": [" ".join("a" * 40) + f" {number}" for number in range(3000)], "body": ["a " * 90_000]},
        {"tags": ["a " * 60] * 50_000, "body": ["a " * 30_000]},
        {"body": "x<br>" * 20_000},
        {"body": "<a href=x>x</a><br>" * 10_000},
        {"body": "<p>" + "<b>" * 50_000},
        {"title": "a" + "\u0591\u05b0" * 200_000},
        {"body": ["a" + "\u0f73" * 200_000, "a" + "\u0e38\u0e48" * 200_000]},
        {"authors": ["Vi Thành"] * 50_000, "related": [{"title": "Bài khác", "url": "https://tin.example/2"}] * 50_000},
        {"published": "2022" * 1_000_000, "section": "x" * 1_000_000},
    ],
    ids="same-tag distinct-tags long-tags breaks links bold marks other-marks lists strings".split(),
)
def test_lines_that_would_hold_a_reader_for_minutes_are_read(process: PageProcess, values: dict[str, Any]) -> None:
    assert process.read_line(line(**values))[0].url == "https://tin.example/1"


@pytest.mark.parametrize(
    "parts",
    [
        {"after": "<p>" + "<a rel=tag href=/tag/x>thẻ</a> " * 10_000 + "</p>"},
        {"after": "<div class=tags><a href=/tag/x>thẻ</a></div>" * 8_000},
        {"after": "<div>" + "<p>Từ khóa</p>" * 5_000 + "<p><a href=/tag/x>thẻ</a></p>" * 5_000 + "</div>"},
        {"after": "<p>Tags: " + "<a href=/tag/x>thẻ</a>, " * 10_000 + "</p>"},
        {"top": "<p>12/7/2022 08:30</p>" * 8_000},
        {"top": "<p><a href=x>Mục</a> 99/99/2022 08:30</p>" * 6_000},
        {
            "head": "".join(f"<meta property='og:title' content='Tiêu đề {number}'>" for number in range(5000)),
            "top": "<h1>Mục</h1>" * 5000,
        },
        {"head": '<script type="application/ld+json">{"@type":"NewsArticle"' + "\n" * 450_000 + "x</script>"},
        {"body": STORY + "a<br>" * 20_000},
        {"body": STORY + "<p>a" + "\u0591\u05b0" * 300_000 + "</p>"},
    ],
    ids="rel tag-lists labels tag-line dates bad-dates titles blank-json breaks marks".split(),
)
def test_pages_that_would_hold_a_reader_for_minutes_are_read(process: PageProcess, parts: dict[str, str]) -> None:
    try:
        assert process.read_page(make_page(**{"body": STORY, **parts})).blocks
    except NotAnArticle as refusal:
        assert "giây" not in str(refusal) and "đột ngột" not in str(refusal)


@pytest.mark.parametrize(
    "text",
    [
        "theo " + "!" * 600_000 + "x\n",
        "nguồn: " + "- " * 300_000 + "y\n",
        "\n" * 900_000,
        "#a" * 400_000 + " x\n",
        "a -Hình " * 100_000,
    ],
    ids="theo nguon blank hashtags pictures".split(),
)
def test_texts_that_would_hold_a_reader_for_minutes_are_read(process: PageProcess, text: str) -> None:
    assert process.read_text(f"{TEXT}{text}".encode()).title == TITLE


def test_what_is_too_long_or_too_many_is_cut_with_a_note() -> None:
    article = read_line(
        line(
            title="T" * 5000,
            section="S" * 5000,
            source="B" * 5000,
            authors=["A" * 500, *(f"Tên {number}" for number in range(150))],
            related=[{"title": "R" * 5000, "url": "https://tin.example/" + "a" * 5000}] * 300,
        )
    )[0]
    assert (len(article.title), len(article.section), len(article.source)) == (1000, 300, 300)
    assert (len(article.authors), len(article.authors[0])) == (100, 300)
    assert (len(article.related), article.related[0]) == (200, RelatedLink("R" * 1000, ""))
    assert article.notes == (
        "Tiêu đề dài 5000 ký tự; chỉ giữ 1000 ký tự đầu.",
        "Tên báo dài 5000 ký tự; chỉ giữ 300 ký tự đầu.",
        "Tên chuyên mục dài 5000 ký tự; chỉ giữ 300 ký tự đầu.",
        "Tên tác giả dài 500 ký tự; chỉ giữ 300 ký tự đầu.",
        "Có hơn 100 tác giả; chỉ giữ 100 mục đầu.",
        "Có hơn 200 tin liên quan; chỉ giữ 200 mục đầu.",
    )
    assert bounded(article) == article
    assert read_line(write_line(article))[0].content_hash == article.content_hash


def test_a_lead_that_is_none_is_the_first_paragraph() -> None:
    article = bounded(Article("T", (Block("paragraph", "Đoạn."),), "L" * 10_001))
    assert (article.lead, [len(block.text) for block in article.blocks]) == ("", [10_001, 5])
    assert article.notes == ("Lời dẫn dài hơn 10000 ký tự nên được coi là đoạn đầu.",)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"body": ["x"] * 10_001}, "Bài có hơn 10000 đoạn, không thể là một bài báo."),
        ({"body": "x\n" * 10_001}, "Bài có hơn 10000 đoạn, không thể là một bài báo."),
        ({"body": ["x"] * 6000, "captions": ["y"] * 6000}, "Bài có hơn 10000 đoạn, không thể là một bài báo."),
        ({"body": ["<p>x</p>"] * 10_001}, "Bài có hơn 10000 đoạn, không thể là một bài báo."),
        ({"body": ["x" * 1_000_001]}, "Bài dài hơn 1000000 ký tự, không thể là một bài báo."),
        ({"body": [], "lead": "x" * 1_000_001}, "Bài dài hơn 1000000 ký tự, không thể là một bài báo."),
    ],
)
def test_a_text_that_is_no_article_is_refused(values: dict[str, Any], why: str) -> None:
    with pytest.raises(NotAnArticle) as refused:
        read_line(line(**values))
    assert str(refused.value) == why


def test_an_address_of_a_book_is_refused() -> None:
    with pytest.raises(NotAnArticle, match="dài nhất 2000 ký tự"):
        read_line(line(url="https://tin.example/" + "a" * 2000))


def test_a_page_without_end_to_its_title_is_cut() -> None:
    page = make_page(title="Một hai ba bốn " * 100_000, heading="", date="<p>12/07/2022</p>")
    assert len(read_page_title(page)) <= 1000


def read_page_title(page: bytes) -> str:
    from corpus.reading.page import read_page

    return read_page(page, url="https://tin.example/mot-hai-ba-bon-nam-sau-20220712.html").title
