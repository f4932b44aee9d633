"""web.view.place and web.tile_map: the map of provinces and its table, and one place through time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from corpus.article import Article, Block
from language.place import places
from language.place.unit import PROVINCE
from language.timestamp import VIETNAM
from web import create_app
from web.tile_map import tile_map

TEXTS = (
    "Tỉnh Vĩnh Phúc được mùa cam.",
    "Huyện Tam Đảo (Vĩnh Phúc) được mùa quýt theo Nghị định 57/2022/NĐ-CP.",
    "Tỉnh Phú Thọ được mùa chè.",
    "Xã Hoành Mô, huyện Bình Liêu, tỉnh Quảng Ninh được mùa quế.",
)


@pytest.fixture
def client(build: Callable[..., Path]) -> Iterator[FlaskClient]:
    home = build(
        [
            Article(
                f"Bài {n}",
                (Block("paragraph", text),),
                url=f"https://bao.example/{n}",
                tags=("Được mùa",),
                published=datetime(2022, 8, n + 1, tzinfo=VIETNAM),
            )
            for n, text in enumerate(TEXTS)
        ]
    )
    app = create_app(home)
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


def test_every_province_has_a_square_of_its_own() -> None:
    today = {place.key: place.name for place in places().values() if place.level == PROVINCE and place.until is None}
    drawn = tile_map({"quang-ninh": 9, "hue": 1}, today)
    assert {tile.key for tile in drawn.tiles} == set(today)
    assert len({(tile.x, tile.y) for tile in drawn.tiles}) == 34
    assert all(0 <= tile.x < drawn.width and 0 <= tile.y < drawn.height for tile in drawn.tiles)
    strength = {tile.key: tile.strength for tile in drawn.tiles}
    assert (strength["quang-ninh"], strength["ca-mau"]) == (0.42, 0.04)
    assert 0.04 < strength["hue"] < 0.42
    assert {tile.strength for tile in tile_map({}, today).tiles} == {0.04}


def test_the_map_and_its_table_say_the_same_numbers(client: FlaskClient) -> None:
    tree = page(client, "/noi")
    table = {row.th.a.get_text(): row for row in tree.select("tbody tr")}  # type: ignore[union-attr]
    assert len(table) == 34
    assert table["Phú Thọ"].td.get_text() == "3"  # type: ignore[union-attr]
    assert [link.get_text() for link in table["Phú Thọ"].select("td a")] == ["Hòa Bình", "Vĩnh Phúc"]
    titles = [title.get_text() for title in tree.select("svg.tiles title")]
    assert "Phú Thọ: 3" in titles and "Quảng Ninh: 1" in titles and "Sơn La: 0" in titles
    for link in tree.select("tbody th a"):
        shown = page(client, str(link["href"])).select_one("[role=status] b")
        row = link.find_parent("tr")
        assert shown is not None and row is not None and row.td is not None
        assert shown.get_text() == f"{row.td.get_text()} bài"


def test_a_place_through_time(client: FlaskClient) -> None:
    district = page(client, "/noi/quang-ninh.huyen-binh-lieu")
    assert district.h1 is not None and district.h1.get_text() == "Huyện Bình Liêu"
    assert "30/6/2025" in district.get_text()
    assert said(district, "Thuộc") == ["Quảng Ninh 1"]
    assert "Xã Hoành Mô (Quảng Ninh) 1" in said(district, "Nay là")
    assert said(district, "Hashtag đi cùng") == ["Được mùa 1"]
    province = page(client, "/noi/phu-tho")
    assert [re.sub(r" \(đến.*\)", "", each) for each in said(province, "Trước đây là")] == [
        "Hòa Bình 0",
        "Vĩnh Phúc 2",
        "Vĩnh Phú 0",
    ]
    assert said(province, "Văn bản đi cùng") == ["Nghị định 57/2022/NĐ-CP 1"]
    assert said(page(client, "/noi/vinh-phuc"), "Nay là") == ["Phú Thọ 3"]


def test_each_number_is_what_its_click_shows(client: FlaskClient) -> None:
    tree = page(client, "/noi/phu-tho")
    for link in tree.select("ul.counted a"):
        count = link.select_one(".count")
        shown = page(client, str(link["href"])).select_one("[role=status] b")
        assert count is not None and shown is not None
        assert shown.get_text() == f"{count.get_text()} bài", link["href"]


def test_a_place_without_articles_has_its_page(client: FlaskClient) -> None:
    tree = page(client, "/noi/ha-tay")
    assert said(tree, "Nay là") == ["Hà Nội 0"]
    assert tree.select_one('meta[name="robots"]') is not None


def test_names_lead_to_their_place(client: FlaskClient) -> None:
    answer = client.get("/noi/Huyện Bình Liêu")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/noi/quang-ninh.huyen-binh-lieu")
    several = page(client, "/noi/châu thành", 404)
    assert len(several.select('main a[href^="/noi/"]')) == 10
    assert "Không biết nơi nào tên “đâu đó”." in page(client, "/noi/đâu đó", 404).get_text()


def test_an_article_shows_its_places_and_what_they_became(client: FlaskClient) -> None:
    hit = client.get("/api/v1/search?q=quế").get_json()["hits"][0]
    shown = " ".join(page(client, hit["permalink"]).select_one("#cac-noi").parent.get_text(" ").split())  # type: ignore[union-attr]
    assert shown.startswith(
        "Nơi trong bài Xã Hoành Mô (Bình Liêu, Quảng Ninh) nay là Hoành Mô Huyện Bình Liêu (Quảng Ninh) nay là Bình Liêu, "
    )
    assert shown.endswith(" Quảng Ninh")


def test_in_english(client: FlaskClient) -> None:
    client.set_cookie("language", "en")
    assert [each.get_text() for each in page(client, "/noi").select("thead th")] == ["Province", "Articles", "Made of"]
    assert said(page(client, "/noi/vinh-phuc"), "Today") == ["Phú Thọ 3"]


def test_what_lies_in_a_place_is_listed_by_its_articles(client: FlaskClient) -> None:
    assert said(page(client, "/noi/quang-ninh"), "Trong đó") == [
        "Xã Hoành Mô (Quảng Ninh) 1",
        "Huyện Bình Liêu (Quảng Ninh) (đến 30/6/2025) 1",
    ]
    tree = page(client, "/noi/quang-ninh.huyen-binh-lieu")
    assert said(tree, "Trong đó") == ["Xã Hoành Mô (Bình Liêu, Quảng Ninh) (đến 30/6/2025) 1"]
    assert "Trong đó" not in [each.get_text() for each in page(client, "/noi/ca-mau").find_all("h2")]


def test_the_table_of_places_for_programs(client: FlaskClient) -> None:
    def asked(query: str) -> list[tuple[str, int]]:
        return [(each["key"], each["articles"]) for each in client.get(f"/api/v1/places{query}").get_json()["places"]]

    assert len(asked("")) == 34 and ("quang-ninh", 1) in asked("")
    assert asked("?q=binh+lieu") == [("quang-ninh.huyen-binh-lieu", 1)]
    assert ("quang-ninh.xa-hoanh-mo", 1) in asked("?in=quang-ninh") and ("quang-ninh.huyen-binh-lieu", 1) in asked(
        "?in=quang-ninh"
    )
    assert asked("?q=Châu+Thành&in=long-an") == [("long-an.huyen-chau-thanh", 0)]
    assert asked("?q=không+đâu") == []
    place = client.get("/api/v1/places/vinh-phuc").get_json()
    assert (place["label"], place["level"], place["until"], place["articles"]) == ("Vĩnh Phúc", "province", "2025-06-30", 2)
    assert place["permalink"] == "http://localhost/noi/vinh-phuc"
    assert [each["key"] for each in place["today"]] == ["phu-tho"] and place["around"] == []
    assert [each["key"] for each in place["before"]] == ["vinh-phu"]
    before = client.get("/api/v1/places/phu-tho").get_json()["before"]
    assert {"vinh-phuc", "hoa-binh"} <= {each["key"] for each in before}
    assert client.get("/api/v1/places?nơi=x").status_code == 400
    for missing in ("/api/v1/places/khong-co", "/api/v1/places?in=khong-co"):
        answer = client.get(missing)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "no_place")


def test_what_an_article_names_for_programs(client: FlaskClient) -> None:
    (hit,) = client.get("/api/v1/search?q=quế").get_json()["hits"]
    named = client.get(f"/api/v1/articles/{hit['id']}/entities").get_json()["entities"]
    assert named[0] == {
        "kind": "place",
        "part": "blocks",
        "block": 0,
        "start": 3,
        "end": 11,
        "text": "Hoành Mô",
        "key": "quang-ninh.huyen-binh-lieu.xa-hoanh-mo",
        "label": "Xã Hoành Mô (Bình Liêu, Quảng Ninh)",
    }
    assert [each["text"] for each in named] == ["Hoành Mô", "Bình Liêu", "Quảng Ninh"]
    assert client.get("/api/v1/articles/aaaaaaaaaaaa/entities").status_code == 404
