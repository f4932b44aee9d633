"""Can everybody use the pages: axe in both themes and languages, the keyboard alone, no script, no motion, small screens."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import pytest
from browsing import fits, total
from bs4 import BeautifulSoup
from conftest import Once, serve
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from corpus.identity import permalink
from corpus.sample import NOTICES
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app
from web.around.limit import too_many
from web.setting import Settings

if TYPE_CHECKING:
    from axe_playwright_python.sync_playwright import Axe
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

pytestmark = pytest.mark.browser

# The module's site is the sample archive's, with an article that has changed; below /kin it asks for a password.
PAGES = {
    "home": "/",
    "results": "/tim-kiem?q=truong",
    "narrowed": "/tim-kiem?q=truong&from=2020&to=2023&not_source=tong-hop-24&sort=newest",
    "copies": "/tim-kiem?q=truong&fold=0",
    "expansions": "/tim-kiem?q=UBND+xã",
    "in part": "/tim-kiem?q=trường+đạt+chuẩn+khongcotunay",
    "in part, suggestions": "/tim-kiem?q=sáp+nhập+tỉh",
    "nothing": "/tim-kiem?q=khongcotunay&exact=1",
    "nothing, suggestions": "/tim-kiem?q=truowngf",
    "problems": "/tim-kiem?q=trường+*+OR",
    "too deep": "/tim-kiem?q=truong&page=99",
    "all tags": "/the",
    "tags by name": "/the?xep=ten",
    "growing tags": "/the?xep=tang",
    "tag": "/the/{tag}",
    "values": "/tim-kiem/loc/tag?q=truong&tag={tag}",
    "coverage": "/thong-ke",
    "article": "{article}?q=truong",
    "changed article": "{changed}",
    "changes": "{changed}/thay-doi",
    "batch": "/tra-hang-loat",
    "ledger": "/tra-hang-loat",
    "api": "/api",
    "login": "/kin/dang-nhap",
    "wrong password": "/kin/dang-nhap",
    "not understood": "/tim-kiem.csv?q=truong&from=hom+no",
    "not there": "/khong-co",
    "too often": "/qua-nhieu",
}
# What is typed into a page's form before it is looked at.
TYPED = {"ledger": ("#danh-sach", "truong dat chuan\nUBND\nkhongcotunay\n("), "wrong password": ("[type=password]", "sai")}
VIETNAMESE = re.compile("[À-ÖØ-öø-ɏḀ-ỹ]")


@pytest.fixture(scope="module")
def home(archive_home: Path, once: Once) -> Path:
    """The sample archive, in which one article has since changed. For reading only."""

    def make(home: Path) -> None:
        shutil.copytree(archive_home, home, dirs_exist_ok=True)
        with Archive.open(home / ARCHIVE_FILE) as archive, archive.batch():
            archive.add(_changed(archive))
            archive.set_notices(NOTICES)
        update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)

    return once("kho-doi", make)


def _changed(archive: Archive) -> Article:
    first = next(archive.articles())
    added = Block("paragraph", "Tòa soạn đã sửa một con số trong bài.")
    return replace(first, title=f"{first.title} (sửa)", blocks=(*first.blocks[1:], added))


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[Flask]:
    """The pages of that archive, one that only those see who ask too often, and a private site."""
    app, private = create_app(home, settings=Settings()), create_app(home, settings=Settings(password="mật khẩu"))
    app.add_url_rule("/qua-nhieu", view_func=lambda: too_many(time.time() + 40))
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/kin": private})  # type: ignore[method-assign]
    yield app
    private.extensions["lucbao"].close()


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    with serve(app) as address:
        yield address


@pytest.fixture(scope="module")
def pages(home: Path) -> dict[str, str]:
    searcher = Searcher.open(home)
    tag = max(searcher.overview().facets["tag"], key=lambda value: value.count).value
    hit = searcher.search(SearchRequest("truong")).hits[0].permalink
    changed = next(one for one in searcher.archive.articles() if len(searcher.archive.revisions(one.id)) > 1)
    searcher.archive.close()
    values = {"tag": quote(tag), "article": hit, "changed": permalink(changed.id, changed.title)}
    return {name: path.format(**values) for name, path in PAGES.items()}


def _visit(page: Page, site: str, name: str, path: str) -> None:
    page.goto(site + path)
    if name in TYPED:
        field, text = TYPED[name]
        page.locator(field).fill(text)
        page.locator("main button[type=submit]").first.click()
        page.locator("[role=status], [role=alert]").first.wait_for()


def _context(
    browser: Browser,
    *,
    width: int = 1440,
    script: bool = True,
    locale: str = "vi-VN",
    dark: bool = False,
    motion: Literal["reduce", "no-preference"] = "no-preference",
) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        java_script_enabled=script,
        locale=locale,
        color_scheme="dark" if dark else "light",
        reduced_motion=motion,
    )
    context.set_default_timeout(15_000)
    return context


@pytest.fixture(scope="module")
def axe() -> Axe:
    if os.environ.get("LUCBAO_REQUIRE_BROWSER") == "1":
        import axe_playwright_python.sync_playwright  # noqa: F401
    found: Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    return found


@pytest.fixture(scope="module", params=[(1440, "vi-VN"), (360, "en-GB")], ids=["wide", "narrow, English"])
def looked_at(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, locale = request.param
    context = _context(browser, width=width, locale=locale)
    yield context.new_page()
    context.close()


# The theme changes colours alone, by light-dark(), so in the dark one only these can break.
COLOURS = ["color-contrast", "link-in-text-block"]
# What follows a sibling with the same elements in it, of the same style and with text in the same ones, has that sibling's colours.
ALIKE = """() => {
  const alike = [];
  const text = (one) => Math.min(2, [...one.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data.trim()).join("").length);
  const look = (one) => {
    const style = getComputedStyle(one), seen = new Set();
    const within = [...one.children].map((child) => {
      const its = look(child);
      if (seen.has(its)) alike.push(child);
      seen.add(its);
      return its;
    });
    return JSON.stringify([one.tagName, one.className.baseVal ?? one.className, one.getAttributeNames(), text(one), style.color,
      style.backgroundColor, style.backgroundImage, style.opacity, style.fontSize, style.fontWeight, style.fontStyle, style.textDecoration,
      style.textShadow, style.borderBottom, style.position, style.display, style.visibility, style.fill, [...new Set(within)]]);
  };
  look(document.body);
  return alike;
}"""


def violations(
    page: Page, axe: Axe, *, theme: Literal["light", "dark"] = "light", alike: bool = True, **options: object
) -> list[object]:
    """Return what axe finds in a theme, not within what is `alike` unless that is wanted: the rule, and the first places."""
    page.emulate_media(color_scheme=theme)
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe.axe_script)
    found: list[object] = page.evaluate(
        f"""async ([alike, options]) => {{
          const exclude = alike ? [] : ({ALIKE})();
          const results = await axe.run({{ include: [document], exclude }}, {{ resultTypes: ["violations"], ...options }});
          return results.violations.map(({{ id, nodes }}) => [id, nodes.slice(0, 3).map((node) => [node.target, node.failureSummary])]);
        }}""",
        [alike, options],
    )
    return [(theme, *one) for one in found]  # type: ignore[misc]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(looked_at: Page, site: str, pages: dict[str, str], axe: Axe, name: str) -> None:
    """WCAG 2.2 AA and axe's good practice, in both themes."""
    _visit(looked_at, site, name, pages[name])
    looked_at.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    narrow = looked_at.evaluate("innerWidth < 1024")
    found = violations(
        looked_at,
        axe,
        rules={"target-size": {"enabled": True}} | ({rule: {"enabled": False} for rule in COLOURS} if narrow else {}),
    )
    for theme in ("light", "dark") if narrow else ("dark",):  # all that is alike is looked at once, wide and in the light
        found += violations(looked_at, axe, theme=theme, alike=False, runOnly={"type": "rule", "values": COLOURS})  # type: ignore[arg-type]
    assert found == []


@pytest.fixture(scope="module")
def still(browser: Browser) -> Iterator[Page]:
    """A page of a reader who asks for no motion."""
    context = _context(browser, motion="reduce")
    yield context.new_page()
    context.close()


def test_of_what_looks_alike_axe_sees_the_first(still: Page, axe: Axe) -> None:
    readable, pale = "<li><b>một</b> hai</li>", "<li><b style='color: #777; background: #888'>một</b> hai</li>"
    still.set_content(f"<ul>{readable * 3}{pale * 3}</ul>")
    ((_, rule, places),) = violations(still, axe, alike=False, runOnly={"type": "rule", "values": COLOURS})
    assert (rule, [target for target, _ in places]) == ("color-contrast", [["li:nth-child(4) > b"]])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_does_without_motion_pointer_and_width(still: Page, site: str, pages: dict[str, str], name: str) -> None:
    still.set_viewport_size({"width": 1440, "height": 800})
    _visit(still, site, name, pages[name])
    nothing_moves(still)
    the_keyboard_reaches_everything_and_shows_where_it_is(still)
    wide = []
    for width in (1600, 1024, 768, 360, 320):
        still.set_viewport_size({"width": width, "height": 800})
        if width == 360:
            assert small(still) == []
        if not fits(still):
            wide.append(width)
    assert wide == [], "it scrolls sideways"


def nothing_moves(page: Page) -> None:
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate("[...document.querySelectorAll('*')].every((one) => getComputedStyle(one).transitionDuration === '0s')")


def the_keyboard_reaches_everything_and_shows_where_it_is(page: Page) -> None:
    page.evaluate(
        """window.waiting = new Set([...document.querySelectorAll("a[href], button, input:not([type=hidden]), summary, [tabindex='0']")]
             .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true })));
           window.unseen = [];
           document.addEventListener("focusin", ({ target: one }) => {
             waiting.delete(one);
             const style = getComputedStyle(one), box = getComputedStyle(one.closest(".box") ?? one);
             if (style.outlineStyle === "none" && box.boxShadow === "none") unseen.push(one.outerHTML);
           });
           waiting.delete(document.activeElement);"""
    )
    for _ in range(page.evaluate("waiting.size") + 5):
        page.keyboard.press("Tab")  # from wherever the focus is, around the end
    assert page.evaluate("unseen") == []
    assert page.evaluate("[...waiting].map((one) => one.outerHTML.slice(0, 100))") == []


def small(page: Page) -> list[object]:
    """Return what is pressed and not large enough.

    WCAG 2.5.8: 24 by 24 pixels, but for links within sentences and for bars, which the list of numbers doubles.
    """
    found: list[object] = page.evaluate(
        """[...document.querySelectorAll("button, input:not([type=hidden]), .facet a, .chips a, .orders a, .pages a, .letters a, "
             + ".without, .columns a, summary, nav a")]
             .map((one) => [one.outerHTML.slice(0, 90), (one.closest("label") ?? one).getBoundingClientRect()])
             .filter(([, box]) => box.width > 1 && (box.height < 24 || box.width < 24)).map(([html, box]) => [html, box.width, box.height])"""
    )
    return found


def test_the_skip_link_leads_to_the_content(browser: Browser, site: str) -> None:
    context = _context(browser)
    page = context.new_page()
    page.goto(site + "/tim-kiem?q=truong")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "noi-dung"
    context.close()


def _sent(client: FlaskClient, name: str, path: str) -> BeautifulSoup:
    """Return a page as it is sent to an English reader, after what is typed into its form."""
    headers = {"Accept-Language": "en-GB", "Accept": "text/html"}
    shown = BeautifulSoup(client.get(path, headers=headers).data, "lxml")
    if name in TYPED:
        selector, text = TYPED[name]
        field = shown.select_one(selector)
        form = field and field.find_parent("form")
        assert field and form and form["method"] == "post"
        hidden = {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}
        answer = client.post(str(form["action"]), data={**hidden, str(field["name"]): text}, headers=headers)
        shown = BeautifulSoup(answer.data, "lxml")
        assert shown.select("[role=status], [role=alert]")
    return shown


def test_in_english_only_the_papers_words_are_vietnamese(app: Flask, pages: dict[str, str]) -> None:
    """And each of them is in an element that says so, for screen readers (WCAG 3.1.2)."""
    client = app.test_client()
    for name, path in pages.items():
        shown = _sent(client, name, path)
        assert shown.html is not None and shown.html["lang"] == "en"
        for one in shown.select("[lang=vi], head"):
            one.decompose()
        text = shown.get_text(" ")
        labels = [str(one[name]) for name in ("aria-label", "title", "placeholder") for one in shown.select(f"[{name}]")]
        spoken = " ".join([text.replace("Lục Báo", ""), *labels]).replace("Lục Báo", "")
        assert not VIETNAMESE.search(spoken), (name, [word for word in spoken.split() if VIETNAMESE.search(word)][:8])


def test_pages_are_light_and_ask_nobody_else(browser: Browser, site: str, pages: dict[str, str]) -> None:
    context = _context(browser)
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    for name, path in pages.items():
        page.goto("about:blank")
        network.send("Network.clearBrowserCache")  # what is kept on disk
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})  # and in memory: each visit is a first one
        asked.clear()
        page.goto(site + path)
        assert len(asked) >= 3 and all(request.url.startswith(site + "/") for request in asked), (name, asked)
        sizes = [request.sizes()["responseBodySize"] for request in asked]
        assert min(sizes) > 0 and sum(sizes) < 100_000, (name, sizes)
    context.close()


COMPLETIONS = [
    {"text": "#nông_thôn_mới", "kind": "tag", "count": 12, "permalink": None},
    {"text": "nông thôn mới nâng cao", "kind": "phrase", "count": 3, "permalink": None},
    {"text": "Nông thôn mới ở Bình Liêu", "kind": "title", "count": 1, "permalink": "/bai-viet/abcdefghijkl"},
]


@pytest.fixture
def typing(browser: Browser, archive_home: Path) -> Iterator[Page]:
    """A page of a site that completes what is typed."""
    app = create_app(archive_home)
    context = _context(browser)
    page = context.new_page()

    def complete(route: Route) -> None:
        route.fulfill(status=200, content_type="application/json", body=json.dumps({"query": "", "completions": COMPLETIONS}))

    page.route("**/api/v1/suggest**", complete)
    with serve(app) as address:
        page.goto(address + "/")
        yield page
        context.close()


def test_the_box_is_a_combobox(typing: Page, axe: Axe) -> None:
    box = typing.locator("#q")
    assert (box.get_attribute("role"), box.get_attribute("aria-expanded")) == ("combobox", "false")
    typing.keyboard.type("nong thon")
    typing.locator("[role=option]").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    assert typing.locator("[data-suggest-status]").inner_text().startswith("3 ")
    assert violations(typing, axe) == []

    typing.keyboard.press("ArrowDown")
    typing.keyboard.press("ArrowDown")
    active = typing.locator("[role=option][aria-selected=true]")
    assert box.get_attribute("aria-activedescendant") == active.get_attribute("id")
    assert box.input_value() == "nông thôn mới nâng cao"
    typing.keyboard.press("ArrowUp")
    typing.keyboard.press("ArrowUp")
    assert box.input_value() == "nong thon" and box.get_attribute("aria-activedescendant") is None
    typing.keyboard.press("ArrowUp")
    assert "Bình Liêu" in box.input_value()
    typing.keyboard.press("Escape")
    assert box.input_value() == "nong thon" and box.get_attribute("aria-expanded") == "false"
    typing.keyboard.type(" ")
    typing.locator("[role=option]").first.wait_for()
    typing.keyboard.press("ArrowDown")
    typing.keyboard.press("Enter")
    typing.wait_for_url("**/tim-kiem?q=%23n*")


def test_a_completion_is_taken_by_the_pointer_and_what_was_typed_by_enter(typing: Page) -> None:
    typing.keyboard.type("nong")
    typing.locator("[role=option]").nth(1).click()
    typing.wait_for_url("**/tim-kiem?q=n%C3%B4ng+th%C3%B4n+m%E1%BB%9Bi+n%C3%A2ng+cao")
    typing.keyboard.press("/")
    typing.keyboard.type("truong hoc")
    typing.locator("[role=option]").first.wait_for()
    typing.keyboard.press("Enter")
    typing.wait_for_url("**/tim-kiem?q=truong+hoc")


def test_dragging_over_the_chart_asks_for_the_days(browser: Browser, site: str) -> None:
    context = _context(browser)
    page = context.new_page()
    page.goto(site + "/tim-kiem?q=truong&tag=&sort=newest")
    bars = page.locator(".chart svg a[data-first]")
    first, last = bars.nth(1), bars.nth(4)
    wanted = (first.get_attribute("data-first"), last.get_attribute("data-last"))
    start, end = first.locator(".reach").bounding_box(), last.locator(".reach").bounding_box()
    assert start and end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 10, steps=5)
    page.mouse.up()
    page.wait_for_url(f"**from={wanted[0]}&to={wanted[1]}")
    assert "sort=newest" in page.url and page.locator(".chips a").count() >= 1
    page.locator(".chart svg a[data-first]").first.locator(".reach").click()
    page.wait_for_url("**month=**")
    context.close()


def test_filters_and_numbers_work_without_script(browser: Browser, site: str) -> None:
    context = _context(browser, script=False)
    page = context.new_page()
    page.goto(site + "/tim-kiem?q=truong")
    everything = total(page)
    page.locator(".facet .without").first.click()
    assert 0 < total(page) < everything and page.locator(".chips .barred").count() == 1
    page.locator(".chips .clear").click()
    page.locator(".every a").first.click()
    assert page.locator("h1").inner_text() == "Hashtag"
    boxes = page.locator(".values input[type=checkbox]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.locator(".apply button").click()
    page.wait_for_url("**&tag=**&tag=**")
    assert 0 < total(page) <= everything and page.locator(".chips li").count() == 3
    page.locator(".masthead nav a").first.click()
    page.locator("input[name=tim]").fill("nong thon")
    page.locator(".narrow button").click()
    assert all("nông_thôn" in text.lower() for text in page.locator(".columns a").all_inner_texts())
    page.locator(".masthead nav a[hreflang=en]").click()
    assert page.locator("html").get_attribute("lang") == "en" and "tim=nong+thon" in page.url
    page.locator(".masthead nav a").nth(1).click()
    assert page.locator("h1").inner_text() == "What the archive has and lacks"
    context.close()


def test_printed_results_are_black_on_white_without_controls(browser: Browser, site: str) -> None:
    context = _context(browser, dark=True)
    page = context.new_page()
    page.goto(site + "/tim-kiem?q=truong")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not page.locator("header.site").is_visible() and not page.locator(".filters").is_visible()
    assert page.locator(".hit h2").first.is_visible()
    context.close()
