"""What the browser tests share: a page that reports whatever goes wrong, the number of hits it says, whether it fits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIZES = [(1440, 900), (360, 740)]


def open_page(browser: Browser, site: str, complaints: list[str], *, width: int, height: int, script: bool = True) -> Page:
    """Return the front page as a Vietnamese reader opens it; what the console says and who else is asked is added to `complaints`."""
    context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=script, locale="vi-VN")
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(site + "/") else complaints.append(request.url))
    page.goto(site + "/")
    return page


def groups(page: Page) -> int:
    """Return how many hits the page's search has, copies of one text counted once."""
    answer = page.request.get(page.url.replace("/tim-kiem", "/api/v1/search"))
    return int(answer.json()["groups"])


def total(page: Page) -> int:
    """Return how many articles the page says it found, in either language."""
    return int(re.sub("[.,]", "", page.locator("[role=status] b").first.inner_text().split()[0]))


def fits(page: Page) -> bool:
    """Return whether the page needs no scrolling sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
