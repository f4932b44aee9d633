"""What a page says of its date to machines and to readers -> when it was published and modified."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from page_maker import make_page

from corpus.reading.page import read_page


def meta(**values: str) -> str:
    return "".join(f"<meta property='{name.replace('__', ':')}' content='{value}'>" for name, value in values.items())


@pytest.mark.parametrize(
    ("head", "shown", "published", "note"),
    [
        ("", "12/07/2022 08:30", "2022-07-12T08:30:00+07:00", ""),
        # an offset that lies: the page shows the same clock as Vietnamese time
        (
            meta(article__published_time="2022-07-12T08:30:05+08:00"),
            "12/07/2022 08:30 GMT+7",
            "2022-07-12T08:30:05+07:00",
            "Múi giờ",
        ),
        (meta(article__published_time="2022-07-12T20:15:00+00:00"), "20:15 12/07/2022", "2022-07-12T20:15:00+07:00", "Múi giờ"),
        # an offset that tells the truth
        (meta(article__published_time="2022-07-11T19:15:00Z"), "12/07/2022 02:15", "2022-07-12T02:15:00+07:00", ""),
        (meta(article__published_time="2022-07-11T19:15:00Z"), "", "2022-07-12T02:15:00+07:00", ""),
        # international time without an offset
        (meta(article__published_time="2022-07-11T19:15:00"), "12/07/2022 02:15", "2022-07-12T02:15:00+07:00", "giờ quốc tế"),
        # day and month the other way round
        (meta(article__published_time="7/12/2022 8:30:00 AM"), "12/07/2022 08:30", "2022-07-12T08:30:00+07:00", ""),
        (meta(article__published_time="12/7/2022 8:30:00 AM"), "12/07/2022 08:30", "2022-07-12T08:30:00+07:00", ""),
        # a date alone, and its time on the page
        (meta(article__published_time="2022-07-12"), "Thứ Ba, 12/07/2022 - 08:30", "2022-07-12T08:30:00+07:00", ""),
        # impossible and future dates
        (meta(article__published_time="0001-01-01T00:00:00"), "12/07/2022 08:30", "2022-07-12T08:30:00+07:00", "không có thật"),
        (meta(article__published_time="2052-07-12T08:30:00+07:00"), "12/07/2022 08:30", "2022-07-12T08:30:00+07:00", "tương lai"),
        # the day of the crawl
        (
            meta(article__published_time="2025-01-20T11:00:00+07:00"),
            "12/07/2022 08:30",
            "2022-07-12T08:30:00+07:00",
            "khác ngày in trên trang",
        ),
        # an update is no publication while the page says both, and stands for it when it is all there is
        ("", "Đăng lúc 12/07/2022 08:30</div><div>Cập nhật: 15/07/2022 09:00", "2022-07-12T08:30:00+07:00", ""),
        ("", "Cập nhật: 08:30 12/07/2022", "2022-07-12T08:30:00+07:00", "giờ cập nhật"),
        ("<meta itemprop='datePublished' content='2022-07-12'>", "", "2022-07-12T00:00:00+07:00", ""),
        ("", "<time datetime='2022-07-12T08:30:00+07:00'>Hôm qua</time>", "2022-07-12T08:30:00+07:00", ""),
    ],
)
def test_published(head: str, shown: str, published: str, note: str) -> None:
    article = read_page(make_page(head=head, date=f"<div>{shown}</div>"))
    assert article.published is not None
    assert article.published.isoformat() == published
    assert any(note in written for written in article.notes) or not note
    assert bool(article.notes) == bool(note)


def test_modified_is_kept_apart() -> None:
    head = meta(article__published_time="2022-07-12T08:30:00+08:00", article__modified_time="2022-07-13T10:00:00+08:00")
    article = read_page(make_page(head=head))
    assert article.published is not None
    assert article.published.isoformat() == "2022-07-12T08:30:00+07:00"
    assert article.modified is not None
    assert article.modified.isoformat() == "2022-07-13T10:00:00+07:00"  # the same lie


def test_a_change_before_the_publication_is_dropped() -> None:
    article = read_page(make_page(head=meta(article__modified_time="2021-01-01T10:00:00+07:00")))
    assert article.modified is None
    assert any("sớm hơn" in note for note in article.notes)


def test_the_clock_of_the_visit_is_no_date() -> None:
    article = read_page(make_page(date="", top="<p>Thứ Hai, 23/11/2020 16:20</p>"))
    assert article.published is None
    assert any("Trang không ghi ngày đăng" in note for note in article.notes)


def test_a_date_after_the_visit_is_dropped() -> None:
    page = make_page(date="<div>12/07/2022 08:30</div>")
    article = read_page(page, fetched_at=datetime(2022, 7, 1, tzinfo=timezone.utc))
    assert article.published is None
    assert any("tương lai" in note for note in article.notes)


def test_the_address_is_the_last_witness() -> None:
    article = read_page(make_page(date=""), url="https://nhippho.example/xa-dong-van-go-kho-tieu-chi-20220712081500123.htm")
    assert article.published is not None
    assert article.published.date().isoformat() == "2022-07-12"
    assert article.origins["published"] == "url"
    assert any("địa chỉ" in note for note in article.notes)
