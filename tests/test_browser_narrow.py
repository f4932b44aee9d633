"""Pages of an archive with long names, on phones: nothing but a table in its frame is scrolled sideways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import open_page
from conftest import serve

from corpus.article import Article, Block
from language.timestamp import VIETNAM
from web import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

SOURCES = (
    "Báo Điện tử Chính phủ nước Cộng hoà xã hội chủ nghĩa Việt Nam",
    "tapchitaichinhdoanhnghiepvacacvandethoisu.example",
    "Báo Núi",
)
TAGS = (
    "kỳ thi tốt nghiệp trung học phổ thông quốc gia năm 2023",
    "xâydựngnôngthônmớikiểumẫunângcaogiaiđoạn2021đến2025",
    "đất đai",
)
PAGES = (
    "/",
    "/thong-ke",
    "/the",
    "/the?xep=tang",
    "/the/đất_đai",
    "/van-ban",
    "/van-ban/05/2016/ttlt-bnnptnt-btnmt",
    "/noi",
    "/tim-kiem?q=truong",
    "/tim-kiem/loc/source?q=truong",
    "/tim-kiem/loc/tag?q=truong",
    "/tra-hang-loat",
    "/api",
)
WIDTHS = (320, 360, 390)


@pytest.fixture
def wide_site(build: Callable[..., Path]) -> Iterator[str]:
    first = datetime(1994, 1, 31, tzinfo=VIETNAM)
    articles = [
        Article(
            f"Trường số {number} mở cửa",
            (Block("paragraph", "Trường ở vùng cao, theo Thông tư liên tịch 05/2016/TTLT-BNNPTNT-BTNMT."),),
            url=f"https://bao.example/{number}",
            source=SOURCES[number % 3],
            tags=(TAGS[number % 3], TAGS[(number + 1) % 3]),
            published=first + timedelta(days=97 * number),
        )
        for number in range(90)
    ]
    with serve(create_app(build(articles))) as address:
        yield address


def test_a_page_with_long_names_fits_a_phone(browser: Browser, wide_site: str, complaints: list[str]) -> None:
    page = open_page(browser, wide_site, complaints, width=WIDTHS[0], height=740)
    for path in PAGES:
        page.goto(wide_site + path)
        page.evaluate("document.querySelectorAll('main details').forEach((details) => { details.open = true; })")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 740})
            assert page.evaluate("document.documentElement.scrollWidth") == width, path
            tops = page.locator(".masthead nav a:visible").evaluate_all(
                "all => all.map((one) => one.getBoundingClientRect().top)"
            )
            assert len(tops) == 4 and (len(set(tops)) == 1 or width < 360), path
    page.context.close()
    assert complaints == []
