"""One walk through the sample archive in a real Chromium, wide and on a phone: what no test client can see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browsing import SIZES, fits, open_page, total

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_from_an_unmarked_query_to_a_marked_article_and_back(
    browser: Browser, site: str, complaints: list[str], width: int, height: int
) -> None:
    page = open_page(browser, site, complaints, width=width, height=height)
    assert fits(page)
    page.keyboard.type("truong dat chuan")  # the box has the focus
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem?q=truong+dat+chuan")
    everything = total(page)
    assert everything > 1 and fits(page)
    assert any("trường" in text.lower() for text in page.locator(".hit mark").all_inner_texts())

    if width < 1024:
        assert not page.locator(".facet").first.is_visible()
        page.locator(".filters > summary").click()
    value = page.locator(".facet li a").first
    count = int(value.locator(".count").inner_text())
    value.click()
    page.wait_for_url("**&tag=**")
    assert total(page) == count <= everything
    results = page.url

    page.keyboard.press("j")
    title = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bai-viet/**")
    assert page.locator("main h1").inner_text() == title and fits(page)
    passages = page.locator("article [id]:has(mark)")
    assert passages.count() >= 3 and page.locator("article mark").count() > passages.count()
    anchors = [one.get_attribute("id") for one in passages.all()]
    page.keyboard.press("n")
    page.keyboard.press("n")
    assert page.locator("[data-position]").inner_text() == "2"
    assert page.locator(".passages").inner_text() == f"{passages.count()} đoạn"
    assert page.url.endswith(f"#{anchors[1]}") and page.locator("article :target").get_attribute("id") == anchors[1]
    page.locator("[data-step='-1']").click()
    assert page.url.endswith(f"#{anchors[0]}") and page.locator("[data-position]").inner_text() == "1"
    page.keyboard.press("p")
    assert page.url.endswith(f"#{anchors[-1]}")

    page.locator(".back").click()
    page.wait_for_url("**/tim-kiem?**")
    assert page.url.split("#")[0] == results and total(page) == count
    assert page.locator(".hit:target h2").inner_text() == title
    page.locator(".chips a").first.click()
    page.wait_for_url("**/tim-kiem?q=truong+dat+chuan")
    assert total(page) == everything
    assert complaints == []


def test_the_theme_and_the_marks_switch_work_and_stay(browser: Browser, site: str, complaints: list[str]) -> None:
    page = open_page(browser, site, complaints, width=1440, height=900)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.locator("[data-theme-switch]").click()
    dark = page.evaluate(ground)
    page.goto(site + "/tim-kiem?q=truong")
    assert page.evaluate(ground) == dark != light
    found = page.locator("[role=status] b").inner_text()
    page.locator("input[type=checkbox]").check()
    page.wait_for_url("**exact=1**")
    assert page.locator("input[type=checkbox]").is_checked()
    assert page.locator("[role=status] b").inner_text() != found
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    assert complaints == []


def test_everything_works_without_script(browser: Browser, site: str, complaints: list[str]) -> None:
    page = open_page(browser, site, complaints, width=1440, height=900, script=False)
    page.locator("#q").fill("trường chuẩn")
    page.locator("form[role=search] button").click()
    page.wait_for_url("**/tim-kiem?**")
    assert page.locator(".facet li a").first.is_visible()
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/bai-viet/**")
    second = page.locator(".marks a").nth(1)
    anchor = second.get_attribute("href")
    second.click()
    assert page.url.endswith(str(anchor)) and page.locator("article :target mark").first.is_visible()
    assert not page.locator("[data-theme-switch]").is_visible() and not page.locator("[data-stepper]").is_visible()
    page.locator(".back").click()
    assert page.locator(".hit:target").count() == 1
    assert complaints == []


WHOLE = (
    """() => [...document.querySelectorAll(".hit")].filter((one) => one.getBoundingClientRect().bottom <= innerHeight).length"""
)


def test_a_screen_holds_three_hits_in_full_and_seven_in_short(browser: Browser, site: str, complaints: list[str]) -> None:
    page = open_page(browser, site, complaints, width=1440, height=900)
    page.goto(site + "/tim-kiem?q=trường+đạt+chuẩn")
    assert page.evaluate(WHOLE) >= 3
    page.locator(".chooser button[value=compact]").click()
    page.wait_for_url("**view=compact")
    assert page.evaluate(WHOLE) >= 7
    page.goto(site + "/")
    page.locator("#q:focus").wait_for()
    page.keyboard.type("trường")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem?q=tr%C6%B0%E1%BB%9Dng&view=compact")
    page.locator(".chooser button[value='50']").press("Enter")
    page.wait_for_url("**size=50&view=compact")
    assert page.locator(".hit.brief").count() > 10
    page.context.close()
    assert complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_on_a_phone_the_first_hit_begins_in_the_upper_third(
    browser: Browser, site: str, complaints: list[str], script: bool
) -> None:
    page = open_page(browser, site, complaints, width=390, height=844, script=script)
    for query in ("truong dat chuan", "UBND xã", "nông thôn mới"):
        page.goto(f"{site}/tim-kiem?q={query}")
        box = page.locator(".hit").first.bounding_box()
        assert box and box["y"] <= 844 / 3 and fits(page), query
    for fold in ("look", "drawn", "filters"):
        assert page.locator(f".{fold} > summary").is_visible()
        page.locator(f".{fold} > summary").click()
    assert page.locator(".orders").is_visible() and page.locator(".chart svg").is_visible() and fits(page)
    page.context.close()
    assert complaints == []
