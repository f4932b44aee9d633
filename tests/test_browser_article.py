"""An article in a real Chromium: through its marks and the results by keys and buttons, its citation onto the clipboard, a list looked up."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import SIZES, fits, groups, open_page, total

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_from_hit_to_hit_and_a_citation(browser: Browser, site: str, complaints: list[str], width: int, height: int) -> None:
    page = open_page(browser, site, complaints, width=width, height=height)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    page.goto(f"{site}/tim-kiem?q=truong+dat+chuan")
    every, titles = groups(page), page.locator(".hit h2").all_inner_texts()
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/bai-viet/**")
    assert page.locator(".places > span").inner_text() == f"Bài 1/{every}" and fits(page)
    assert page.locator(".ways").bounding_box()["height"] < 60  # type: ignore[index]
    page.keyboard.press("n")
    assert page.locator("[data-position]").inner_text() == "1"
    page.keyboard.press("j")
    page.wait_for_function("title => document.querySelector('h1').innerText === title", arg=titles[1])
    page.keyboard.press("k")
    page.wait_for_function("title => document.querySelector('h1').innerText === title", arg=titles[0])
    page.locator(".places a[rel=next]").click()
    page.wait_for_function("title => document.querySelector('h1').innerText === title", arg=titles[1])
    cited = page.locator("textarea[readonly]").input_value()
    assert titles[1] in cited and "/bai-viet/" in cited
    page.locator("[data-copies]").click()
    page.locator(".cite [data-copied]").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == cited
    assert complaints == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_paragraph_is_copied_with_its_source(
    browser: Browser, site: str, complaints: list[str], width: int, height: int
) -> None:
    page = open_page(browser, site, complaints, width=width, height=height)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    page.goto(f"{site}/tim-kiem?q=truong+dat+chuan")
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/bai-viet/**")
    cited = page.locator("textarea[readonly]").input_value()
    permalink = cited[cited.index(site) : cited.index(" (lưu ngày")]
    assert not page.locator(".quote").is_visible()
    page.locator(".text .anchor").nth(1).press("Enter")
    assert page.url.endswith("#doan-2")
    page.keyboard.press("Enter")  # the button that has come to stand after the paragraph has the focus
    page.locator(".quote [data-copied]").wait_for()
    words = page.locator("#doan-2").inner_text().strip()
    quoted = f"“{words}”\n{cited.replace(permalink, permalink + '#doan-2')}"
    assert page.evaluate("navigator.clipboard.readText()") == quoted and fits(page)
    page.goto(f"{permalink}?doan=2")
    assert page.locator("textarea[readonly]").input_value() == quoted
    last = page.locator("article .anchor").last.get_attribute("href")
    for anchor in ("#doan-3", last):
        page.goto(f"{permalink}{anchor}")
        assert page.locator(f"{anchor} + .quote").is_visible()
    page.context.close()
    assert complaints == []


def test_a_citation_is_copied_where_there_is_no_clipboard_to_write(browser: Browser, site: str, complaints: list[str]) -> None:
    page = open_page(browser, site, complaints, width=1440, height=900)
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(f"{site}/tim-kiem?q=truong")
    page.locator(".hit h2 a").first.click()
    page.locator("[data-copies]").click()
    page.locator(".cite [data-copied]").wait_for()
    page.locator("#q").fill("")
    page.keyboard.press("Control+v")
    assert page.locator("#q").input_value() == page.locator("textarea[readonly]").input_value()
    assert complaints == []


def test_all_of_it_without_script(browser: Browser, site: str, complaints: list[str], tmp_path: Path) -> None:
    page = open_page(browser, site, complaints, width=1440, height=900, script=False)
    page.goto(f"{site}/tim-kiem?q=truong+dat+chuan")
    every = total(page)
    with page.expect_download() as sent:
        page.locator(".away a", has_text="CSV").click()
    with open(sent.value.path(), encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == every + 1
    folded = groups(page)
    page.locator(".hit h2 a").first.click()
    assert page.locator("textarea[readonly]").is_visible() and not page.locator("[data-copies]").is_visible()
    page.locator(".places a[rel=next]").click()
    assert page.locator(".places > span").inner_text() == f"Bài 2/{folded}"
    page.locator(".marks a").last.click()
    assert page.locator("article :target mark").count() >= 1
    page.locator("input[name=doan]").fill("2")
    page.locator("input[name=doan]").press("Enter")
    page.wait_for_url("**&doan=2#trich-dan")
    assert page.locator("textarea[readonly]").input_value().startswith(f"“{page.locator('#doan-2').inner_text().strip()}”\n")
    with page.expect_download() as sent:
        page.locator(".cite a", has_text="RIS").click()
    assert Path(sent.value.path()).read_bytes().startswith(b"TY  - NEWS\r\n")

    page.goto(f"{site}/tra-hang-loat")
    names = tmp_path / "ten.txt"
    names.write_text("Quảng Ninh\nKhông Có Ai\n", encoding="utf-8")
    page.locator("input[type=file]").set_input_files(names)
    page.locator("#danh-sach").fill("truong dat chuan")
    page.locator(".list button").first.click()
    assert page.locator("tbody tr").count() == 3 and page.locator("main [role=status]").inner_text().startswith("2 trong 3")
    with page.expect_download() as sent:
        page.locator(".list button[value=csv]").click()
    assert Path(sent.value.path()).read_bytes().startswith(b"\xef\xbb\xbf")
    assert complaints == []
