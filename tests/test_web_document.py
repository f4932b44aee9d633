"""web.view.document: the list of the documents that articles cite, and the page of one; the navigation that leads there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from corpus.article import Article, Block
from language.timestamp import VIETNAM
from web import create_app

TEXTS = (
    "Tỉnh Phú Thọ làm theo Nghị định 57/2022/NĐ-CP và Luật Đất đai 2024.",
    "Huyện Bình Liêu, tỉnh Quảng Ninh làm theo Nghị định 57/2022/NĐ-CP.",
    "Nghị định 57/2022/NĐ-CP được sửa bởi Nghị định 19/2023/NĐ-CP.",
    "Xã làm theo Quyết định 318/QĐ-TTg.",
    "Xã chưa làm theo văn bản nào.",
)
DAYS = ((2021, 5, 2), (2022, 8, 1), (2022, 9, 1), (2022, 9, 2), (2022, 10, 3))


@pytest.fixture
def open_site(build: Callable[..., Path]) -> Iterator[Callable[[int], FlaskClient]]:
    """Return a function that opens a site of the first so many articles."""
    apps = []

    def open_site(articles: int) -> FlaskClient:
        home = build(
            [
                Article(
                    f"Bài {n}",
                    (Block("paragraph", text),),
                    url=f"https://bao.example/{n}",
                    source="Báo Núi",
                    tags=("Đất đai", f"Thẻ {n % 2}"),
                    published=datetime(*day, tzinfo=VIETNAM),
                )
                for n, (text, day) in enumerate(zip(TEXTS[:articles], DAYS, strict=False))
            ]
        )
        apps.append(create_app(home))
        return apps[-1].test_client()

    yield open_site
    for app in apps:
        app.extensions["lucbao"].close()


@pytest.fixture
def client(open_site: Callable[[int], FlaskClient]) -> FlaskClient:
    return open_site(5)


def page(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == status, path
    return BeautifulSoup(answer.get_data(as_text=True), "lxml")


def listed(tree: BeautifulSoup, where: str = ".columns li") -> list[str]:
    return [" ".join(each.get_text(" ").split()) for each in tree.select(where)]


def test_all_documents_are_listed_with_the_articles_that_their_pages_have(client: FlaskClient) -> None:
    tree = page(client, "/van-ban")
    assert listed(tree) == [
        "Nghị định 57/2022/NĐ-CP 3",
        "Luật Đất đai 2024 1",
        "Nghị định 19/2023/NĐ-CP 1",
        "Quyết định 318/QĐ-TTg 1",
    ]
    for link in tree.select(".columns li"):
        assert link.a is not None and link.select_one(".count") is not None
        total = re.match(r"\d+", page(client, str(link.a["href"])).select("main [role=status]")[0].get_text())
        assert total and total[0] == link.select(".count")[0].get_text()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("tim=dat+dai", ["Luật Đất đai 2024 1"]),
        ("tim=57/2022", ["Nghị định 57/2022/NĐ-CP 3"]),
        ("tim=đât", []),
        (
            "xep=ten",
            ["Luật Đất đai 2024 1", "Nghị định 19/2023/NĐ-CP 1", "Nghị định 57/2022/NĐ-CP 3", "Quyết định 318/QĐ-TTg 1"],
        ),
        ("xep=tang&tim=nghi+dinh", ["Nghị định 57/2022/NĐ-CP +1 (1 → 2)", "Nghị định 19/2023/NĐ-CP +1 (0 → 1)"]),
    ],
)
def test_documents_are_sought_and_ordered(client: FlaskClient, asked: str, found: list[str]) -> None:
    assert listed(page(client, f"/van-ban?{asked}")) == found


def test_a_document_has_its_articles_newest_first_and_what_stands_beside_it(client: FlaskClient) -> None:
    tree = page(client, "/van-ban/57/2022/nd-cp")
    assert tree.h1 is not None and tree.h1.get_text() == "Nghị định 57/2022/NĐ-CP"
    assert listed(tree, ".hit h2") == ["Bài 2", "Bài 1", "Bài 0"]
    assert listed(tree, "section[aria-labelledby=cung-source] li") == ["Báo Núi 3"]
    assert listed(tree, "section[aria-labelledby=cung-tag] li") == ["#Đất_đai 3", "#Thẻ_0 2", "#Thẻ_1 1"]
    assert "Quảng Ninh 1" in listed(tree, "section[aria-labelledby=cung-place] li")
    for link in tree.select("section[aria-labelledby^=cung-] li a"):
        count = link.select(".count")[0].get_text()
        assert page(client, str(link["href"])).select("main [role=status]")[0].get_text().startswith(f"{count} bài")


@pytest.mark.parametrize("typed", ["57/2022/NĐ-CP", "Nghị định 57/2022/NĐ-CP", "nghi dinh 57/2022/nd-cp"])
def test_a_document_is_found_however_it_is_written(client: FlaskClient, typed: str) -> None:
    answer = client.get(f"/van-ban/{quote(typed)}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/van-ban/57/2022/nd-cp")


def test_of_a_document_that_no_article_cites_the_nearest_are_offered(client: FlaskClient) -> None:
    tree = page(client, "/van-ban/58/2022/NĐ-CP", 404)
    assert "58/2022/NĐ-CP" in tree.select("main p")[1].get_text()
    offered = tree.select_one(".offers a")
    assert offered is not None and offered["href"] == "/van-ban/57/2022/nd-cp"
    assert page(client, "/van-ban/%20", 404).h1 is not None


@pytest.mark.parametrize("articles", [0, 1])
def test_an_archive_without_documents_says_so(open_site: Callable[[int], FlaskClient], articles: int) -> None:
    tree = page(open_site(articles), "/van-ban")
    assert bool(tree.select(".columns")) == bool(articles)
    assert bool(tree.select(".empty")) != bool(articles) and bool(tree.select(".narrow")) == bool(articles)
    page(open_site(articles), "/van-ban?page=9")


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/", []),
        ("/van-ban", [("/van-ban", "page")]),
        ("/van-ban/57/2022/nd-cp", [("/van-ban", "true")]),
        ("/the/đất_đai", [("/the", "true")]),
        ("/noi", [("/noi", "page")]),
        ("/thong-ke", [("/thong-ke", "page")]),
        ("/tim-kiem?q=xa", []),
    ],
)
def test_the_navigation_says_where_one_is(client: FlaskClient, path: str, marked: list[tuple[str, str]]) -> None:
    links = page(client, path).select(".masthead nav a")
    assert [link["href"] for link in links] == ["/the", "/van-ban", "/noi", "/thong-ke", "/tra-hang-loat"]
    assert [(link["href"], link["aria-current"]) for link in links if "aria-current" in link.attrs] == marked
