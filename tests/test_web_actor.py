"""web.view.actor, and what an article's page shows of the persons and bodies it names and of what is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from corpus.article import Article, Block
from language.timestamp import VIETNAM
from web import create_app

TEXTS = (
    "Giám đốc Sở Y tế Sơn La Lê Văn Thử thăm Bộ Y tế. Ông Thử cho biết bệnh viện đủ thuốc cho mùa đông.",
    "Chủ tịch UBND tỉnh Sơn La Lê Văn Thử họp. “Không ai đứng ngoài cuộc”, ông Thử nói. Bà Trần Thị Mẫu ghi chép.",
    "Bà Trần Thị Mẫu thăm Bộ Kế hoạch và Đầu tư.",
)


@pytest.fixture
def client(build: Callable[..., Path]) -> Iterator[FlaskClient]:
    app = create_app(
        build(
            [
                Article(
                    f"Bài {n}",
                    (Block("paragraph", text), Block("caption", "Hội nghị sáng nay", "Ảnh: Phan Văn Chụp")),
                    url=f"https://bao.example/{n}",
                    authors=("Đỗ Thị Viết",),
                    published=datetime(2022 + n, 8, 1, tzinfo=VIETNAM),
                )
                for n, text in enumerate(TEXTS)
            ]
        )
    )
    yield app.test_client()
    app.extensions["lucbao"].close()


def page(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == status, path
    return BeautifulSoup(answer.get_data(as_text=True), "lxml")


def said(tree: BeautifulSoup, heading: str) -> list[str]:
    """Return what is listed under a heading."""
    (found,) = (each for each in tree.find_all("h2") if each.get_text() == heading)
    assert found.parent is not None
    return [" ".join(each.get_text(" ").split()) for each in found.parent.find_all("li")]


def found(client: FlaskClient, query: str) -> list[str]:
    answer = client.get("/api/v1/search", query_string={"q": query}).get_json()
    return sorted(hit["title"] for hit in answer["hits"])


def test_a_person_is_found_by_name_and_by_what_he_said(client: FlaskClient) -> None:
    for query in ('nhân-vật:"Lê Văn Thử"', 'nhan-vat:"le van thu"', 'person:"Lê Văn Thử"'):
        assert found(client, query) == ["Bài 0", "Bài 1"], query
    assert found(client, 'nhân-vật:"Trần Thị Mẫu"') == ["Bài 1", "Bài 2"]
    assert found(client, 'nói:"Lê Văn Thử"') == ["Bài 0", "Bài 1"]
    assert found(client, 'nói:"Trần Thị Mẫu"') == []
    for nobody in ("Đỗ Thị Viết", "Phan Văn Chụp"):
        assert found(client, f'nhân-vật:"{nobody}"') == []


def test_a_body_is_found_by_any_of_its_spellings(client: FlaskClient) -> None:
    for query in ('cơ-quan:"Bộ KH-ĐT"', 'co-quan:"bo ke hoach va dau tu"', "organisation:bo-ke-hoach-va-dau-tu"):
        assert found(client, query) == ["Bài 2"], query
    assert found(client, 'cơ-quan:"UBND tỉnh Sơn La"') == ["Bài 1"]


def test_the_page_of_a_person_tells_offices_and_who_stands_beside(client: FlaskClient) -> None:
    tree = page(client, "/nhan-vat/lê-văn-thử")
    assert tree.h1 is not None and tree.h1.get_text() == "Lê Văn Thử"
    assert said(tree, "Chức vụ, như báo viết") == [
        "Chủ tịch UBND tỉnh Sơn La 1 bài · 1/8/2023",
        "Giám đốc Sở Y tế Sơn La 1 bài · 1/8/2022",
    ]
    assert said(tree, "Nhân vật đi cùng") == ["Trần Thị Mẫu 1"]
    assert "Được dẫn lời trong 2 bài" in tree.get_text()
    for each in tree.select("section .tags a"):
        count = each.select_one(".count")
        assert count is not None
        answer = client.get(f"{each['href']}".replace("/tim-kiem?", "/api/v1/search?"))
        assert answer.get_json()["total"] == int(count.get_text())


def test_the_page_of_a_ministry_of_former_times_says_what_it_became(client: FlaskClient) -> None:
    tree = page(client, "/co-quan/bo-ke-hoach-va-dau-tu")
    assert "Từ 1/3/2025 là Bộ Tài chính." in " ".join(tree.get_text().split())
    assert "là Bộ" not in page(client, "/co-quan/bo-y-te").get_text()


def test_any_spelling_of_a_name_leads_to_its_page_and_an_unknown_one_is_told(client: FlaskClient) -> None:
    answer = client.get("/nhan-vat/le van thu")
    assert answer.status_code == 302 and client.get(answer.location).status_code == 200
    assert "Không có người này" in page(client, "/nhan-vat/không-ai", 404).get_text()
    assert "Không có cơ quan này" in page(client, "/co-quan/khong-dau", 404).get_text()


def test_an_article_shows_whom_it_names_and_marks_what_is_said_on_demand(client: FlaskClient) -> None:
    (hit,) = client.get("/api/v1/search", query_string={"q": 'tiêu-đề:"Bài 1"'}).get_json()["hits"]
    tree = page(client, hit["permalink"])
    assert said(tree, "Nhân vật trong bài") == ["Lê Văn Thử 1 lời được dẫn : Lê Văn Thử", "Trần Thị Mẫu"]
    assert said(tree, "Cơ quan trong bài") == ["UBND tỉnh Sơn La"]
    assert not tree.select(".text mark")
    (link,) = (each for each in tree.select("section a.kind") if "lời được dẫn" in each.get_text())
    spoken = page(client, str(link["href"]))
    assert [mark.get_text() for mark in spoken.select(".text mark")] == ["Không ai đứng ngoài cuộc"]
    assert "Đang đánh dấu lời của Lê Văn Thử." in spoken.get_text()
