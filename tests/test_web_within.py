"""Searching inside a facet of a page of hits: what is typed narrows its values, and everything else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import open_page, total
from bs4 import BeautifulSoup, Tag
from conftest import serve

from corpus.article import Article
from web import create_app

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser

HAMLETS = [
    f"bản {name} {kind}" for name in ("Nà", "Pom", "Huổi", "Co", "Tả", "Xín", "Lao", "Keo") for kind in ("Lúa", "Chè", "Trầm")
]
ARTICLES = [
    Article(
        f"Chợ phiên số {number}",
        url=f"https://bao.example/cho-{number}",
        source=("Báo Đèo Mây", "Báo Bến Sông")[number % 2],
        tags=(HAMLETS[number % 24], HAMLETS[number % 7]),
    )
    for number in range(60)
]


@pytest.fixture
def home(filled: Callable[..., Path]) -> Path:
    return filled(ARTICLES)


@pytest.fixture
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(home)
    yield app.test_client()
    app.extensions["lucbao"].close()


def page(client: FlaskClient, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.data, "lxml")


def tags(shown: BeautifulSoup) -> list[str]:
    return [value.text for value in shown.select("[aria-labelledby=loc-tag] .value")]


def test_a_facet_with_more_values_than_are_shown_can_be_searched(client: FlaskClient) -> None:
    shown = page(client, "/tim-kiem?q=chợ&source=báo+bến+sông&sort=newest&page=2")
    forms = shown.select("form.seek")
    assert [str(form["action"]) for form in forms] == ["/tim-kiem#loc-tag"]
    kept = {str(field["name"]): str(field["value"]) for field in forms[0].select("input[type=hidden]")}
    assert kept == {"q": "chợ", "source": "báo bến sông", "sort": "newest", "loc": "tag"}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("pom", ["bản Pom Lúa", "bản Pom Chè", "bản Pom Trầm"]),
        ("pom cHÈ", ["bản Pom Chè"]),
        ("huoi", ["bản Huổi Lúa", "bản Huổi Chè", "bản Huổi Trầm"]),
        ("hươi", []),
        ("<zz>", []),
    ],
)
def test_what_is_typed_narrows_the_values_and_not_the_hits(client: FlaskClient, typed: str, found: list[str]) -> None:
    before = page(client, "/tim-kiem?q=chợ")
    answer = client.get("/tim-kiem", query_string={"q": "chợ", "loc": "tag", "tim": typed})
    shown = BeautifulSoup(answer.data, "lxml")
    assert sorted(tags(shown)) == sorted(found)
    status = [[said.text.split(" · ")[0] for said in one.select(".line [role=status]")] for one in (before, shown)]
    assert status == [["60 bài"], ["60 bài"]]
    said = f"{len(found)} giá trị trong kết quả tìm này" if found else "Không có mục nào khớp với chữ vừa gõ."
    assert [one.text for one in shown.select("[data-values] > .kind")] == [said]
    assert shown.select("details.filters[open]") and not before.select("details.filters[open]")
    field = shown.select_one("form.seek input[name=tim]")
    assert isinstance(field, Tag) and field["value"] == typed
    for link in shown.select("[aria-labelledby=loc-tag] li > a:not(.without)"):
        state = parse_qs(urlsplit(str(link["href"])).query)
        assert set(state) == {"q", "tag"}
        count = link.select_one(".count")
        clicked = page(client, str(link["href"])).select_one(".line [role=status] b")
        assert count and clicked and clicked.text == f"{count.text} bài"


@pytest.mark.parametrize(
    "query", ["loc=tag&tim=", "loc=tag", "tim=pom", "loc=khong-co&tim=pom", "loc=month&tim=2022", "loc=tag&tim=+"]
)
def test_where_nothing_is_sought_all_is_as_ever(client: FlaskClient, query: str) -> None:
    assert tags(page(client, f"/tim-kiem?q=chợ&{query}")) == tags(page(client, "/tim-kiem?q=chợ"))


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_a_value_is_found_where_it_stands(browser: Browser, home: Path, complaints: list[str], script: bool) -> None:
    with serve(create_app(home)) as site:
        desk = open_page(browser, site, complaints, width=390, height=844, script=script)
        desk.goto(f"{site}/tim-kiem?q=chợ")
        desk.locator(".filters > summary").click()
        desk.locator("input[name=tim]").press_sequentially("huoi tram")
        if not script:
            desk.locator("input[name=tim]").press("Enter")
        values = desk.locator("[aria-labelledby=loc-tag] .value")
        values.filter(has_text=re.compile("^bản Huổi Trầm$")).wait_for()
        desk.wait_for_function("document.querySelectorAll('[aria-labelledby=loc-tag] .value').length === 1")
        assert ("loc=tag" in desk.url) == (not script)
        if script:
            assert desk.locator("[data-within-status]").text_content() == "1 giá trị trong kết quả tìm này"
        count = int(desk.locator("[aria-labelledby=loc-tag] .count").inner_text())
        values.click()
        desk.locator(".chips").wait_for()
        assert total(desk) == count and desk.locator(".filters > summary").inner_text() == "Lọc (1)"
        desk.context.close()
    assert complaints == []
