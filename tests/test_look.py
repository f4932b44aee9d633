"""One grid, one measure, one family of buttons, signs that are drawn: on every page alike."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import open_page

import web

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEMPLATES = Path(web.__file__).parent / "templates"
LEFT = "(one) => one.getBoundingClientRect().left"
# How a button or field looks, but for those that are no more than words: [corners, rule, letters].
DRAWN = """() => [...document.querySelectorAll("button, select, textarea, input:not([type=checkbox], [type=file], [type=hidden])")]
  .filter((one) => one.checkVisibility() && !one.closest(".box, .chooser, .theme"))
  .map((one) => { const style = getComputedStyle(one); return [style.borderRadius, style.borderTopWidth, style.fontFamily]; })"""
# How wide the text of paragraphs is, in rem.
WIDTHS = """() => [...document.querySelectorAll("main p:not(.archive-notice)")]
  .filter((one) => !one.closest(".hits, .desk, .line, .chart, table, .notice, .ways, .away"))
  .map((one) => { const text = new Range(); text.selectNodeContents(one); return text.getBoundingClientRect().width / 16; })"""


def test_every_sign_is_drawn_and_used() -> None:
    parts = (TEMPLATES / "parts.html").read_text(encoding="utf-8")
    drawn = dict(re.findall(r'"(\w+)": "([Mm][\d.]+ [^"]+)"', parts))
    asked = {
        name for path in TEMPLATES.rglob("*.html") for name in re.findall(r'icon\("(\w+)"\)', path.read_text(encoding="utf-8"))
    }
    assert asked == set(drawn) and len(drawn) >= 10
    assert all(re.fullmatch(r"[MmLlHhVvAaCcZz\d., -]+", path) for path in drawn.values())


@pytest.mark.browser
def test_pages_stand_on_one_grid(browser: Browser, site: str, complaints: list[str]) -> None:
    page = open_page(browser, site, complaints, width=1440, height=900)
    page.goto(site + "/tim-kiem?q=truong")
    first = page.locator(".hit h2 a").first
    frame = page.locator(".masthead .wordmark").evaluate(LEFT)
    column = first.evaluate(LEFT)
    assert page.locator(".facets").evaluate(LEFT) == frame < column
    first.click()
    assert page.locator("h1").evaluate(LEFT) == page.locator(".ways").evaluate(LEFT) == column
    right = page.locator(".theme").evaluate("(one) => one.closest('.masthead').getBoundingClientRect().right") - 20
    assert page.locator(".evidence").evaluate("(one) => one.getBoundingClientRect().right") == right
    for address in (
        "/the",
        "/noi",
        "/thong-ke",
        "/tra-hang-loat",
        "/thay-doi",
        "/tim-kiem/loc/tag?q=truong",
        "/tim-kiem/tai-ve?q=truong",
    ):
        page.goto(site + address)
        assert page.locator("h1").evaluate(LEFT) == frame, address
    page.goto(site + "/api")
    assert page.locator("h1").evaluate(LEFT) == column
    assert complaints == []
    page.context.close()


@pytest.mark.browser
def test_buttons_fields_and_text_are_of_one_family(browser: Browser, site: str, complaints: list[str]) -> None:
    page = open_page(browser, site, complaints, width=1440, height=900)
    page.goto(site + "/tim-kiem?q=truong")
    article = page.locator(".hit h2 a").first.get_attribute("href")
    looks = set()
    for address in (
        "/tim-kiem?q=truong",
        f"{article}",
        "/the",
        "/tra-hang-loat",
        "/thay-doi",
        "/tim-kiem/loc/tag?q=truong",
        "/tim-kiem/tai-ve?q=truong",
    ):
        page.goto(site + address)
        found = page.evaluate(DRAWN)
        assert found, address
        looks |= {tuple(each) for each in found}
        assert max(page.evaluate(WIDTHS), default=0) <= 35.5, address
    assert len(looks) == 1 and next(iter(looks))[:2] == ("4px", "1px")
    assert complaints == []
    page.context.close()
