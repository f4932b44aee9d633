"""The sample archive -> pictures of its pages, as docs/ and README show them.

    make pictures

Drawn by the system's Chromium, with the fonts that the pages bring. `--width 390` draws a phone, `--dark` the dark theme, `--folder` elsewhere.
One article is changed before, so that there is something to compare; nothing else is made up.
"""

from __future__ import annotations

import argparse
import io
import logging
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.ingest import ingest
from corpus.permalink import permalink
from corpus.sample import NOTICES, sample_folder
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from web import create_app
from web.setting import Settings

DOCS = Path(__file__).parents[1] / "docs"
CHANGED = "Thái Bình có thêm hai trường THPT"  # how the title of the article begins that is changed
LIST = "truong dat chuan\nQuảng Ninh\nKhông Có Ai\nUBND"
# The name of each picture, and what it shows: an address, or the query whose first hit is opened.
PAGES = {
    "home": "/",
    "search": "/tim-kiem?q=truong+dat+chuan",
    "compact": "/tim-kiem?q=truong+dat+chuan&view=compact",
    "facet": "/tim-kiem/loc/tag?q=truong&tag=nông_thôn_mới",
    "article": "{first}",
    "changes": "{changed}/thay-doi",
    "tag": "/the/nông_thôn_mới",
    "places": "/noi",
    "place": "/noi/quang-ninh",
    "compare": "/so-sanh?q=nông+thôn+mới&q=chuyển+đổi+số",
    "coverage": "/thong-ke",
    "batch": "/tra-hang-loat",
    "api": "/api",
}


def archived(home: Path) -> str:
    """Make a data folder of the sample, one article of which has changed since; return that one's permalink."""
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive:
        archive.traits.set_notices(NOTICES)
        ingest([sample_folder()], archive)
        article = next(article for article in archive.articles() if article.title.startswith(CHANGED))
        with archive.batch():
            archive.add(replace(article, lead=article.lead.removesuffix(".") + ", theo báo cáo mới nhất."))
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    return permalink(article.id, article.title)


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve a data folder from a thread and give its address; what is cited is not of this machine."""
    app = create_app(home, settings=Settings(rate=0, access_log="off"), base_url="https://luubao.example")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["lucbao"].close()


def draw(page: Page, site: str, folder: Path, changed: str) -> None:
    """Write a picture of each page into a folder."""
    page.goto(site + PAGES["search"])
    first = page.locator(".hit h2 a").first.get_attribute("href")
    for name, address in PAGES.items():
        page.goto(site + address.format(first=first, changed=changed))
        if name == "batch":
            page.locator("#danh-sach").fill(LIST)
            page.locator("form.list button[type=submit]").first.click()
            page.wait_for_url("**/tra-hang-loat")
            page.locator(".ledger").wait_for()
        small(Image.open(io.BytesIO(page.screenshot())).convert("RGB")).save(folder / f"{name}.png", optimize=True)


def small(drawn: Image.Image) -> Image.Image:
    """Return a picture in its 256 most frequent colours: a third of the bytes, and those that pages are made of stay as they are."""
    colours, places, counts = np.unique(np.asarray(drawn).reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    kept = colours[np.argsort(-counts)[:256]].astype(int)
    nearest = np.array([((kept - colour) ** 2).sum(axis=1).argmin() for colour in colours], dtype=np.uint8)
    reduced = Image.fromarray(nearest[places].reshape(drawn.height, drawn.width))
    reduced.putpalette(kept.astype(np.uint8).tobytes())
    return reduced


def main() -> None:
    """Draw all pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=DOCS)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=880)
    parser.add_argument("--language", default="vi-VN")
    parser.add_argument("--dark", action="store_true")
    options = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        changed = archived(Path(home))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with served(Path(home)) as site:
            page = browser.new_page(
                viewport={"width": options.width, "height": options.height},
                locale=options.language,
                color_scheme="dark" if options.dark else "light",
                reduced_motion="reduce",
            )
            page.set_default_timeout(180_000)  # a busy machine is no failure
            draw(page, site, options.folder, changed)
        browser.close()


if __name__ == "__main__":
    main()
