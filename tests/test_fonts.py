"""web/static/fonts/: two families that have every letter of Vietnamese, in 60 KB; nothing moves for them, and paper has them too."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import SIZES, open_page
from fontTools.ttLib import TTFont
from pdfminer.high_level import extract_pages, extract_text
from pdfminer.layout import LTChar, LTContainer

import web
from web import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

WEB = Path(web.__file__).parent
STATIC = WEB / "static"
FONTS = sorted((STATIC / "fonts").glob("*.woff2"))
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VIETNAMESE = [
    *(unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for tone in TONES),
    *"đĐ",
]
PAGES = (
    "/",
    "/tim-kiem?q=truong",
    "/tim-kiem?q=truong&view=compact",
    "/the",
    "/noi",
    "/thong-ke",
    "/tra-hang-loat",
    "/api",
    "/khong-co",
)
PAINTED = """() => new Promise((done) => {
  const look = () => (performance.getEntriesByType("paint").length ? done() : requestAnimationFrame(look));
  look();
})"""
# What moved since the page was begun, the browser says to whoever asks: https://wicg.github.io/layout-instability/
MOVED = """() => new Promise((done) => {
  let moved = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) moved += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(moved))));
})"""


def letters(font: Path) -> set[str]:
    return set(map(chr, TTFont(font).getBestCmap()))


def test_all_files_together_keep_the_budget() -> None:
    assert len(FONTS) == 3 and sum(font.stat().st_size for font in FONTS) <= 60_000


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.name)
def test_every_letter_of_vietnamese_is_in_each_font(font: Path) -> None:
    assert len(set(VIETNAMESE)) == 2 * (12 * 6 + 1)
    assert not {*VIETNAMESE, *map(chr, range(0x20, 0x7F)), *"“”‘’–—…·•×−²³§°₫€"} - letters(font)


def test_what_pages_say_is_in_the_fonts() -> None:
    said = {
        path: path.read_text(encoding="utf-8")
        for path in (*WEB.glob("messages/*.json"), *WEB.glob("templates/**/*.html"), *STATIC.glob("*.css"), *STATIC.glob("*.js"))
    }
    assert len(said) > 30
    # The sans lacks arrows and is given those of the serif by the style sheet.
    known = set.intersection(*map(letters, FONTS)) | (letters(FONTS[-1]) & set("←↑→↓"))
    assert not {(character, path.name) for path, text in said.items() for character in set(text) - known - {"\n"}}


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.name)
def test_figures_can_stand_in_columns(font: Path) -> None:
    opened = TTFont(font)
    rules = opened["GSUB"].table
    chosen = {
        index for each in rules.FeatureList.FeatureRecord if each.FeatureTag == "tnum" for index in each.Feature.LookupListIndex
    }
    tabular = {
        figure: other
        for index in chosen
        for table in rules.LookupList.Lookup[index].SubTable
        for figure, other in table.mapping.items()
    }
    figures = [opened.getBestCmap()[ord(figure)] for figure in "0123456789"]
    assert len({opened["hmtx"][tabular.get(figure, figure)][0] for figure in figures}) == 1


def test_a_file_is_named_by_its_bytes_and_stands_in_the_style_sheet() -> None:
    sheet = (STATIC / "lucbao.css").read_text(encoding="utf-8")
    named = set(re.findall(r'url\("fonts/([^"]+)"\)', sheet))
    assert named == {font.name for font in FONTS}
    assert sheet.count("@font-face") == sheet.count("font-display: optional;") == 4
    for font in FONTS:
        assert font.suffixes == [f".{hashlib.sha256(font.read_bytes()).hexdigest()[:8]}", ".woff2"]


def test_the_licences_are_given_with_the_fonts() -> None:
    for name, holder in (
        ("be-vietnam-pro.txt", "The Be Vietnam Pro Project Authors"),
        ("source-serif-4.txt", "The Source Serif 4 Project Authors"),
    ):
        text = (STATIC / "fonts" / name).read_text(encoding="utf-8")
        assert holder in text and "SIL OPEN FONT LICENSE Version 1.1" in text
    for font in FONTS:  # "Source" is a reserved name: what was changed may not bear it
        names = TTFont(font)["name"]
        assert names.getDebugName(1) in ("Luc Bao Sans", "Luc Bao Serif")
        assert "SIL Open Font License" in names.getDebugName(13) and "Copyright" in names.getDebugName(0).replace(
            "©", "Copyright"
        )


def test_pages_ask_for_the_fonts_at_once_and_caches_keep_them(archive_home: Path) -> None:
    app = create_app(archive_home)
    client = app.test_client()
    page = client.get("/the").get_data(as_text=True)
    preloaded = re.findall(r'<link rel="preload" as="font" type="font/woff2" crossorigin="anonymous" href="([^"]+)">', page)
    assert preloaded == [f"/static/fonts/{font.name}" for font in FONTS]
    for address in preloaded:
        with client.get(address, headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.content_type == "font/woff2" and answer.cache_control.max_age == 365 * 24 * 3600
            assert "Content-Encoding" not in answer.headers  # it is compressed already
    app.extensions["lucbao"].close()


def families(page: Page, selector: str) -> set[str]:
    """Return what the text of an element is really drawn with."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    return {font["familyName"] for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]}


def open_with_fonts(page: Page, address: str) -> None:
    """Open a page; once more if the machine was too busy to have the fonts when it was first drawn, as they are in the cache then."""
    page.goto(address)
    for _ in range(20):
        if {*families(page, ".masthead nav a"), *families(page, ".wordmark span")} == {"Luc Bao Sans", "Luc Bao Serif"}:
            break
        page.reload()


@pytest.fixture
def heard(complaints: list[str]) -> Iterator[list[str]]:
    """What a page complains of, by the end of the test nothing but the page that is not there."""
    yield complaints
    assert not [each for each in complaints if "404" not in each]


@pytest.mark.browser
def test_text_is_drawn_with_them(browser: Browser, site: str, heard: list[str]) -> None:
    page = open_page(browser, site, heard, width=1440, height=900)
    open_with_fonts(page, site + "/tim-kiem?q=trường+đạt+chuẩn")
    assert families(page, ".masthead nav a") == families(page, ".hit .outlet b") == {"Luc Bao Sans"}
    assert (
        families(page, ".hit h2 a") == families(page, ".snippet [lang]") == families(page, ".wordmark span") == {"Luc Bao Serif"}
    )
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("late", [False, True], ids=["fonts at once", "fonts late"])
def test_nothing_moves_while_a_page_loads(
    browser: Browser, site: str, heard: list[str], width: int, height: int, late: bool
) -> None:
    page = open_page(browser, site, heard, width=width, height=height)
    article = page.request.get(site + "/api/v1/search?q=truong").json()["hits"][0]["permalink"]
    asked: list[Route] = []
    for address in (*PAGES, article.removeprefix(site) + "?q=truong"):
        fresh = page.context.browser.new_context(viewport={"width": width, "height": height})  # type: ignore[union-attr]
        visit = fresh.new_page()
        if late:  # they come when all else is there and drawn
            visit.route("**/*.woff2", lambda route: asked.append(route))
        visit.goto(site + address, wait_until="commit" if late else "load")
        visit.evaluate(PAINTED)
        while asked:
            asked.pop().continue_()
        visit.evaluate("document.fonts.ready.then(() => 0)")
        assert visit.evaluate(MOVED) == 0, address
        fresh.close()
    page.context.close()


def drawn(layout: object) -> Iterator[str]:
    """Give the font of each letter of a PDF."""
    if isinstance(layout, LTChar):
        yield layout.fontname.partition("+")[2]
    elif isinstance(layout, LTContainer):
        for part in layout:
            yield from drawn(part)


@pytest.mark.browser
def test_paper_has_query_address_and_day(browser: Browser, site: str, heard: list[str]) -> None:
    page = open_page(browser, site, heard, width=1440, height=900)
    open_with_fonts(page, site + "/tim-kiem?q=trường+đạt+chuẩn&tag=giáo_dục")
    assert not page.locator(".printed").is_visible()
    shown = page.locator(".printed").text_content()
    paper = page.pdf(format="A4")
    text = re.sub(r"\s+", "", unicodedata.normalize("NFC", extract_text(io.BytesIO(paper), maxpages=1)))
    assert shown is not None and re.sub(r"\s+", "", shown) in text
    assert shown.startswith("trường đạt chuẩn · " + site + "/tim-kiem?q=tr%C6%B0%E1%BB%9Dng+")
    assert re.search(r" · xem ngày \d+/\d+/20\d\d$", shown)
    assert "giáodục" in text and "Tấtcảhashtag" not in text  # the filters in use, not those to choose
    fonts = {font for layout in extract_pages(io.BytesIO(paper), maxpages=1) for font in drawn(layout)}
    assert {re.split("[-_]", font)[0] for font in fonts} == {"LucBaoSans", "LucBaoSerif"}
    page.context.close()
