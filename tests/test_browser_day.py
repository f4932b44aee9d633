"""A journalist's day in a real Chromium, from a query without marks to a list looked up: on a desk with script, on a phone without."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import SIZES, fits, groups, open_page, total
from lxml import etree

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def _narrow(page: Page, facet: str) -> tuple[str, int]:
    """Choose the most frequent value of a facet that is not chosen yet; return its label and the count that stood beside it."""
    if not page.locator(f"#loc-{facet}").is_visible():
        page.locator(".filters > summary").click()
    links = page.locator(f"section[aria-labelledby=loc-{facet}] li > a:not(.without, .chosen)")
    counts = [int(count) for count in links.locator(".count").all_inner_texts()]
    count, before = max(counts), page.url
    link = links.nth(counts.index(count))
    label = link.locator(".value").inner_text()
    link.click()
    page.wait_for_url(lambda url: url != before)
    return label, count


# A desk without script and a phone with one are walked over in tests/test_browser.py and tests/test_browser_article.py.
@pytest.mark.parametrize(
    ("width", "height", "script"), [(*SIZES[0], True), (*SIZES[1], False)], ids=["desk, script", "phone, no script"]
)
def test_a_day(browser: Browser, site: str, complaints: list[str], width: int, height: int, script: bool) -> None:
    page = open_page(browser, site, complaints, width=width, height=height, script=script)

    # Asked without marks; the archive says how it writes that.
    page.locator("#q").fill("truong dat chuan")
    page.locator("#q").press("Enter")
    page.wait_for_url("**/tim-kiem?q=truong+dat+chuan")
    unmarked = total(page)
    suggestion = page.locator(".suggestions a").first
    promised = int(re.search(r"\((\d+)", page.locator(".suggestions").inner_text())[1])  # type: ignore[index]
    assert suggestion.inner_text() == "trường đạt chuẩn"
    suggestion.click()
    page.wait_for_url("**/tim-kiem?q=tr%C6%B0%E1%BB%9Dng+*")
    assert total(page) == promised < unmarked

    # Two hashtags, both of which are wanted until a click says that either will do, and a year.
    first, alone = _narrow(page, "tag")
    assert total(page) == alone
    second, both = _narrow(page, "tag")
    assert total(page) == both <= alone and first != second
    before = page.url
    if not page.locator(".switch a").is_visible():
        page.locator(".filters > summary").click()
    page.locator(".switch a").click()
    page.wait_for_url(lambda url: url != before)
    either = total(page)
    assert alone <= either <= promised
    year, count = _narrow(page, "year")
    assert total(page) == count <= either and count >= 2
    assert page.locator(".chips a").count() == 4 and fits(page)  # two tags, the year, all of them
    assert year in page.locator(".chips").inner_text()
    folded = groups(page)
    results, titles = page.url, page.locator(".hit h2").all_inner_texts()

    # The second hit, match by match.
    page.locator(".hit h2 a").nth(1).click()
    page.wait_for_url("**/bai-viet/**")
    assert page.locator("main h1").inner_text() == titles[1] and fits(page)
    assert page.locator(".places > span").inner_text() == f"Bài 2/{folded}"
    marks = page.locator("article mark").count()
    assert marks >= 3
    if script:
        for key, here in (("n", 1), ("n", 2), ("n", 3), ("p", 2)):
            page.keyboard.press(key)
            assert page.locator("[data-position]").inner_text() == f"{here}/{marks}"
            assert page.locator("mark.here").get_attribute("id") == f"m{here}"
        assert page.evaluate(
            "(() => { const box = document.querySelector('mark.here').getBoundingClientRect();"
            " return box.top >= 0 && box.bottom <= innerHeight; })()"
        )
    else:
        page.locator(".marks a", has_text="3").first.click()
        assert page.locator("mark:target").get_attribute("id") == "m3"

    # Its citation.
    cited = page.locator("textarea[readonly]").input_value()
    assert titles[1] in cited and site + "/bai-viet/" in cited
    if script:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
        page.locator("[data-copies]").click()
        page.locator("[data-copied]").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == cited
    with page.expect_download() as sent:
        page.locator(".cite a", has_text="BibTeX").click()
    assert titles[1] in Path(sent.value.path()).read_text(encoding="utf-8")

    # Back where one was, and everything found taken along.
    page.locator(".back").click()
    page.wait_for_url("**/tim-kiem?**")
    assert page.url.split("#")[0] == results and page.locator(".hit:target h2").inner_text() == titles[1]
    with page.expect_download() as sent:
        page.locator(".away a", has_text="CSV").click()
    with open(sent.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == total(page) == count and titles[1] in rows[1].values()

    # The same question as a feed: found by readers in the head, followed by a link.
    feed = page.locator(".away a[href*='.atom']").get_attribute("href")
    assert feed == page.locator("link[rel=alternate][type='application/atom+xml']").get_attribute("href")
    answer = page.request.get(site + str(feed))
    entries = etree.fromstring(answer.body()).findall("{*}entry")
    assert answer.ok and len(entries) == count
    assert {str(entry.findtext("{*}title")) for entry in entries} >= set(titles)

    # A list of names.
    page.locator("footer.site nav a[href='/tra-hang-loat']").click()
    page.wait_for_url("**/tra-hang-loat")
    page.locator("#danh-sach").fill("Quảng Ninh\ntruong dat chuan\nKhông Có Ai")
    page.locator(".list button").first.click()
    page.locator("tbody tr").nth(2).wait_for()
    assert page.locator("tbody tr").count() == 3 and page.locator("[role=status] b").inner_text() == "2 trong 3 dòng có bài"
    assert fits(page)
    with page.expect_download() as sent:
        page.locator(".list button[value=csv]").click()
    with open(sent.value.path(), encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == 4

    # Another language, which stays; another theme, which stays where there is script.
    page.goto(results)
    page.locator(".masthead a[hreflang=en]").click()
    page.locator("html[lang=en]").wait_for()
    assert page.url.split("#")[0] == results and total(page) == count and fits(page)
    page.locator(".wordmark").first.click()
    page.wait_for_url(site + "/")
    assert page.locator("html").get_attribute("lang") == "en" and fits(page)
    switch = page.locator("[data-theme-switch]")
    assert switch.is_visible() == script
    if script:
        ground = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(ground)
        switch.click()
        dark = page.evaluate(ground)
        page.goto(results)
        assert page.evaluate(ground) == dark != light
    page.context.close()
    assert complaints == []
