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
from looking import COLOURS, Eye
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from alert.alert_file import ALERTS_FILE, entry, read_alerts
from alert.round import Desk as RoundDesk
from alert.round import look
from alert.state import State
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from corpus.permalink import permalink
from corpus.sample import NOTICES
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app
from web.around.limit import too_many
from web.setting import Settings

if TYPE_CHECKING:
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
    "few": "/tim-kiem?q=trường+đạt+chuẩn+Thái+Bình&near=0",
    "nothing, near": "/tim-kiem?q=Quảng+Nin",
    "problems": "/tim-kiem?q=trường+*+OR",
    "too deep": "/tim-kiem?q=truong&page=99",
    "all tags": "/the",
    "tags by name": "/the?xep=ten",
    "growing tags": "/the?xep=tang",
    "tag": "/the/{tag}",
    "documents": "/van-ban",
    "document": "/van-ban/luat dat dai 2024",
    "places": "/noi",
    "place": "/noi/quang-ninh",
    "former place": "/noi/quang-ninh.huyen-binh-lieu",
    "person": "/nhan-vat/hoàng-bá-quyết",
    "body": "/co-quan/bo-y-te",
    "compared": "/so-sanh?q=truong&q=nông+thôn+mới&share=1",
    "values": "/tim-kiem/loc/tag?q=truong&tag={tag}",
    "coverage": "/thong-ke",
    "article": "{article}?q=truong",
    "changed article": "{changed}",
    "changes": "{changed}/thay-doi",
    "followed": "/theo-doi",
    "news": "/theo-doi/Trường%20học",
    "batch": "/tra-hang-loat",
    "ledger": "/tra-hang-loat",
    "columns": "/tim-kiem/tai-ve?q=truong",
    "api": "/api",
    "login": "/kin/dang-nhap",
    "wrong password": "/kin/dang-nhap",
    "not understood": "/tim-kiem.csv?q=truong&from=hom+no",
    "not there": "/khong-co",
    "not there, words": "/bai-viet/aaaaaaaaaaaa-tram-y-te-xa",
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
            archive.traits.set_notices(NOTICES)
        update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
        follow(home)

    return once("kho-doi", make)


def follow(home: Path) -> None:
    """Follow two searches; one has told something, which could not be sent yet."""
    lines = entry("Trường học", SearchRequest("trường"), mail=("a@toa-soan.example",)) + entry("Lúa", SearchRequest("giá lúa"))
    (home / ALERTS_FILE).write_text(lines, encoding="utf-8")
    searcher = Searcher.open(home)
    with State(home) as state, searcher.archive as archive:
        for alert in read_alerts(home / ALERTS_FILE):
            look(alert, RoundDesk(searcher, archive, "", "vi"), state, 1_800_000_000.0, since=0 if alert.mail else None)


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


def _type(page: Page, name: str) -> None:
    """Type what belongs into the form of a page, and wait for the answer."""
    if name in TYPED:
        field, text = TYPED[name]
        page.locator(field).fill(text)
        page.locator("main button[type=submit]").first.click()
        page.locator("[role=status], [role=alert]").first.wait_for()


def _unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def _context(
    browser: Browser,
    *,
    width: int = 1440,
    script: bool = True,
    locale: str = "vi-VN",
    motion: Literal["reduce", "no-preference"] = "no-preference",
) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        java_script_enabled=script,
        locale=locale,
        color_scheme="light",
        reduced_motion=motion,
    )
    context.set_default_timeout(15_000)
    return context


@pytest.fixture(scope="module")
def eye() -> Eye:
    if os.environ.get("LUCBAO_REQUIRE_BROWSER") == "1":
        import axe_playwright_python.sync_playwright  # noqa: F401
    return Eye(pytest.importorskip("axe_playwright_python.sync_playwright").Axe().axe_script)


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Page]:
    """A page that keeps nothing of what it loads, so that each visit is a first one; nothing moves, so that colours are there at once."""
    context = _context(browser, motion="reduce")
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    yield page
    context.close()


@pytest.fixture
def wide(desk: Page) -> Page:
    """That page, as before a visit."""
    desk.set_viewport_size({"width": 1440, "height": 800})
    desk.emulate_media(media="screen", color_scheme="light")
    return desk


@pytest.fixture
def blank(wide: Page) -> Page:
    wide.goto("about:blank")  # whose security policy is not the site's: it may be written to
    return wide


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    context = _context(browser, width=360, locale="en-GB", motion="reduce")
    yield context.new_page()
    context.close()


# Colours are looked at in both themes, by what looks alike; all else is the same in both, for light-dark() changes colours alone.
WITHOUT_COLOURS = {"target-size": {"enabled": True}} | {rule: {"enabled": False} for rule in COLOURS}


@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_use_a_page(wide: Page, site: str, pages: dict[str, str], eye: Eye, name: str) -> None:
    """WCAG 2.2 AA and axe's good practice; without motion, pointer, width or a fast line."""
    weigh(wide, site, pages[name])
    _type(wide, name)
    nothing_moves(wide)
    assert eye.unreached(wide) == []
    _unfold(wide)
    assert eye.violations(wide, rules=WITHOUT_COLOURS) + eye.unreadable(wide) == []
    sideways = []
    for width in (1600, 1024, 768, 360, 320):
        wide.set_viewport_size({"width": width, "height": 800})
        if width == 360:
            assert small(wide) == []
        if not fits(wide):
            sideways.append(width)
    assert sideways == [], "it scrolls sideways"


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_a_phone_in_english(phone: Page, site: str, pages: dict[str, str], eye: Eye, name: str) -> None:
    phone.goto(site + pages[name])
    _type(phone, name)
    _unfold(phone)
    assert eye.violations(phone, rules=WITHOUT_COLOURS) + eye.unreadable(phone) == []


def test_what_was_judged_is_not_judged_again_and_all_else_is(blank: Page, eye: Eye) -> None:
    eye = Eye(eye.axe_script)
    readable, pale = "<li><b>một</b> hai</li>", "<li><b style='color: #777; background: #888'>một</b> hai</li>"
    dark = "<style>:root { color-scheme: light dark } p { background: light-dark(#fff, #222) } i { color: light-dark(#000, #333) }</style>"
    blank.set_content(f"<ul>{readable * 3}</ul>")
    assert eye.unreadable(blank) == []
    for shown, wrong in (
        (f"<ul>{readable * 3}{pale * 3}</ul>", [("light", "li:nth-child(4) > b"), ("dark", "li:nth-child(4) > b")]),
        (
            f"<ul>{readable}</ul><ul style='background: #222'>{readable}</ul>",
            [("light", "ul:nth-child(2) > li"), ("dark", "ul:nth-child(2) > li")],
        ),
        (f"{dark}<p><i>một hai</i></p>", [("dark", "i")]),
        ("<p style='background: linear-gradient(#fff, #000)'>một hai</p>", [("light", "p"), ("dark", "p")]),
    ):
        for _ in range(2):  # what is wrong stays so
            blank.set_content(shown)
            found = eye.unreadable(blank)
            assert [(theme, places[0][0][0]) for theme, rule, places in found if rule == "color-contrast"] == wrong


@pytest.mark.parametrize(
    ("shown", "wrong"),
    [
        ("<a href=#>một</a> <a href=#>hai</a> <button>ba</button>", []),
        ("<a href=#>một</a> <button onkeydown='event.preventDefault()'>hai</button> <a href=#>ba</a>", ["<button onkeydown"]),
        ("<a href=# tabindex=1>một</a> <a href=#>hai</a> <button>ba</button> <a href=# tabindex=1>bốn</a>", ["<button>"]),
        ("<a href=#>một</a> <button style='outline: none'>hai</button>", ["<button style"]),
    ],
    ids=["nothing", "kept", "out of order", "unmarked"],
)
def test_tab_is_kept_by_nothing_unseen_nowhere_and_in_order(blank: Page, eye: Eye, shown: str, wrong: list[str]) -> None:
    blank.set_content(shown)
    found = Eye(eye.axe_script).unreached(blank)
    assert all(any(str(one).startswith(start) for one in found) for start in wrong) and bool(found) == bool(wrong)


def weigh(page: Page, site: str, path: str) -> None:
    """Visit a page: all it loads are less than 100 kB of the site's own."""
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    page.on("request", note)
    page.goto(site + path)
    page.remove_listener("request", note)
    assert len(asked) >= 3 and all(request.url.startswith(site + "/") for request in asked), asked
    sizes = [request.sizes()["responseBodySize"] for request in asked]
    assert min(sizes) > 0 and sum(sizes) < 100_000, sizes


def nothing_moves(page: Page) -> None:
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate("[...document.querySelectorAll('*')].every((one) => getComputedStyle(one).transitionDuration === '0s')")


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


def test_the_skip_link_leads_to_the_content(wide: Page, site: str) -> None:
    wide.goto(site + "/tim-kiem?q=truong")
    wide.keyboard.press("Tab")
    wide.keyboard.press("Enter")
    assert wide.evaluate("document.activeElement.id") == "noi-dung"


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


COMPLETIONS = [
    {"text": "#nông_thôn_mới", "kind": "tag", "count": 12, "permalink": None},
    {"text": "nông thôn mới nâng cao", "kind": "phrase", "count": 3, "permalink": None},
    {"text": "Nông thôn mới ở Bình Liêu", "kind": "title", "count": 1, "permalink": "https://kho.example/bai-viet/abcdefghijkl"},
]


@pytest.fixture
def typing(wide: Page, site: str) -> Iterator[Page]:
    """A page that completes what is typed."""

    def complete(route: Route) -> None:
        route.fulfill(status=200, content_type="application/json", body=json.dumps({"query": "", "completions": COMPLETIONS}))

    wide.route("**/api/v1/suggest**", complete)
    wide.goto(site + "/")
    yield wide
    wide.unroute("**/api/v1/suggest**")


def test_the_box_is_a_combobox(typing: Page, eye: Eye) -> None:
    box = typing.locator("#q")
    assert (box.get_attribute("role"), box.get_attribute("aria-expanded")) == ("combobox", "false")
    typing.keyboard.type("nong thon")
    typing.locator("[role=option]").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    assert typing.locator("[data-suggest-status]").inner_text().startswith("3 ")
    assert eye.violations(typing) == []

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


def test_dragging_over_the_chart_asks_for_the_days(wide: Page, site: str) -> None:
    wide.goto(site + "/tim-kiem?q=truong&tag=&sort=newest")
    bars = wide.locator(".chart svg a[data-first]")
    first, last = bars.nth(1), bars.nth(4)
    wanted = (first.get_attribute("data-first"), last.get_attribute("data-last"))
    start, end = first.locator(".reach").bounding_box(), last.locator(".reach").bounding_box()
    assert start and end
    wide.mouse.move(start["x"] + start["width"] / 2, start["y"] + 20)
    wide.mouse.down()
    wide.mouse.move(end["x"] + end["width"] / 2, end["y"] + 10, steps=5)
    wide.mouse.up()
    wide.wait_for_url(f"**from={wanted[0]}&to={wanted[1]}")
    assert "sort=newest" in wide.url and wide.locator(".chips a").count() >= 1
    wide.locator(".chart svg a[data-first]").first.locator(".reach").click()
    wide.wait_for_url("**month=**")


def test_the_chart_says_its_counts_to_the_pointer_and_to_the_keys(wide: Page, site: str, eye: Eye) -> None:
    wide.goto(site + "/tim-kiem?q=truong")
    said, bars = wide.locator("[data-readout]"), wide.locator(".chart svg a[data-first]")
    words = [title.text_content() for title in bars.locator("title").all()]
    resting = said.inner_text()
    assert resting.startswith("nhiều nhất ") and resting.split(": ")[1] in [word.split(": ")[1] for word in words if word]
    bars.nth(2).locator(".reach").hover()
    assert said.inner_text() == f"{words[2]} · kéo để chọn một khoảng"
    wide.mouse.move(5, 5)
    assert said.inner_text() == resting
    said.focus()
    assert said.inner_text() == words[-1] == said.get_attribute("aria-valuetext")
    for key, at in (("ArrowLeft", -2), ("ArrowLeft", -3), ("ArrowRight", -2), ("Home", 0), ("ArrowLeft", 0), ("ArrowUp", 1)):
        wide.keyboard.press(key)
        assert said.inner_text() == words[at] == said.get_attribute("aria-valuetext")
    assert eye.violations(wide) == []
    wide.keyboard.press("Enter")
    wide.wait_for_url("**month=**")
    assert f": {total(wide)} bài" in str(words[1])


def test_dragging_selects_no_text(wide: Page, site: str) -> None:
    wide.goto(site + "/tim-kiem?q=truong")
    box = wide.locator(".chart svg").bounding_box()
    assert box
    wide.mouse.move(box["x"] + 20, box["y"] + 20)
    wide.mouse.down()
    wide.mouse.move(box["x"] + 300, box["y"] + 60, steps=4)
    assert " – " in wide.locator("[data-readout]").inner_text()
    assert wide.evaluate("getSelection().toString()") == ""
    wide.keyboard.press("Escape")
    wide.mouse.up()


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
    page.locator(".masthead a[hreflang=en]").click()
    assert page.locator("html").get_attribute("lang") == "en" and "tim=nong+thon" in page.url
    for at, heading in enumerate(("Hashtags", "Documents", "Places", "What the archive has and lacks")):
        page.locator(".masthead nav a").nth(at).press("Enter")
        assert page.locator("h1").inner_text() == heading
        here = page.locator(".masthead nav a").evaluate_all("all => all.map((one) => one.getAttribute('aria-current'))")
        assert [number for number, current in enumerate(here) if current] == [at]
    context.close()


def test_printed_results_are_black_on_white_without_controls(wide: Page, site: str) -> None:
    wide.goto(site + "/tim-kiem?q=truong")
    wide.emulate_media(media="print", color_scheme="dark")
    assert wide.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert wide.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not wide.locator("header.site").is_visible() and not wide.locator(".filters").is_visible()
    assert wide.locator(".hit h2").first.is_visible()
