from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import Clock
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from web import create_app
from web.around import login
from web.around.login import own_path
from web.setting import Settings

PASSWORD = "toà soạn số 1"


@pytest.fixture
def app(archive_home: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setitem(login._SCRYPT, "n", 16)  # as slow as it is meant to be, it would take most of the time here
    app = create_app(archive_home, settings=Settings(password=PASSWORD))
    yield app
    app.extensions["lucbao"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def enter(client: FlaskClient, password: str = PASSWORD, **fields: str) -> int:
    return client.post("/dang-nhap", data={"password": password, **fields}).status_code


def test_everything_but_health_is_closed(app: Flask, client: FlaskClient) -> None:
    for rule in app.url_map.iter_rules():
        address = (
            rule.rule.replace("<id>", "a")
            .replace("<name>", "a")
            .replace("<path:name>", "a")
            .replace("<path:filename>", "lucbao.css")
        )
        with client.get(address, headers={"Accept": "text/html"}) as response:
            assert response.headers["X-Frame-Options"] == "DENY"
        if rule.endpoint in ("health.alive", "health.ready", "static", "login.form", "login.enter"):
            assert response.status_code == 200, address
        elif address.startswith(("/api/", "/metrics")):
            assert response.status_code == 401 and response.headers["WWW-Authenticate"].startswith("Basic"), address
        else:
            assert response.status_code == 303 and response.headers["Location"].startswith("/dang-nhap?to="), address
    assert client.get("/khong-co", headers={"Accept": "text/html"}).status_code == 303
    assert client.get("/", headers={"Accept": "application/atom+xml"}).status_code == 401


def test_the_password_opens_and_leads_on_and_leaving_closes(client: FlaskClient) -> None:
    asked = client.get("/tim-kiem?q=tr%C6%B0%E1%BB%9Dng&tag=a", headers={"Accept": "text/html"})
    page = BeautifulSoup(client.get(asked.headers["Location"]).data, "lxml")
    wanted = page.select_one("input[name=to]")
    assert wanted is not None
    response = client.post("/dang-nhap", data={"password": PASSWORD, "to": str(wanted["value"])})
    assert (response.status_code, response.headers["Location"]) == (303, "/tim-kiem?q=tr%C6%B0%E1%BB%9Dng&tag=a")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie
    assert client.get("/tim-kiem?q=a").status_code == 200
    assert client.get("/api/v1/search?q=a").status_code == 200
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"
    assert client.post("/dang-nhap", data={"leave": "1"}).status_code == 303
    assert client.get("/api/v1/search?q=a").status_code == 401


@pytest.mark.parametrize("password", ["", "toà soạn số 2", PASSWORD + " ", "toa soan so 1", "\udcff"])
def test_another_password_does_not(client: FlaskClient, password: str) -> None:
    response = client.post("/dang-nhap", data={"password": password.encode("utf-8", "surrogatepass"), "to": "/the"})
    assert response.status_code == 403 and "Set-Cookie" not in response.headers
    page = BeautifulSoup(response.data, "lxml")
    assert page.select_one("[role=alert]") and page.select_one("input[name=to][value='/the']")
    assert client.get("/api/v1/search").status_code == 401


def test_guessing_ends_soon(client: FlaskClient, clock: Clock) -> None:
    most = 10
    assert [enter(client, "sai") for _ in range(most + 1)] == [403] * most + [429]
    assert enter(client) == 429  # even the right one must wait now
    refused = client.get("/api/v1/search", auth=("", PASSWORD))
    assert refused.status_code == 429
    clock.now += int(refused.headers["Retry-After"])
    assert enter(client) == 303


@pytest.mark.slow
def test_programs_send_it_with_each_request_and_guess_no_more_than_readers(client: FlaskClient) -> None:
    assert [client.get("/api/v1/search?q=a", auth=("ai", PASSWORD)).status_code for _ in range(20)] == [200] * 20
    most = 10
    assert [client.get("/api/v1/search", auth=("ai", "sai")).status_code for _ in range(most + 1)] == [401] * most + [429]


def test_a_session_is_signed_and_ends_with_its_password(client: FlaskClient, archive_home: Path) -> None:
    enter(client)
    cookie = client.get_cookie("lucbao")
    assert cookie is not None
    for settings, value, status in (
        (Settings(password=PASSWORD), cookie.value, 200),  # another process, the same password
        (Settings(password=PASSWORD), cookie.value[:-2] + "aa", 401),
        (Settings(password="mật khẩu mới"), cookie.value, 401),
        (Settings(password=PASSWORD, sessions="tháng Mười"), cookie.value, 401),
    ):
        app = create_app(archive_home, settings=settings)
        other = app.test_client()
        other.set_cookie("lucbao", value)
        assert other.get("/api/v1/search").status_code == status
        app.extensions["lucbao"].close()


def test_a_session_lasts_thirty_days_from_the_password_on_and_scripts_cannot_read_it(client: FlaskClient, clock: Clock) -> None:
    given = client.post("/dang-nhap", data={"password": PASSWORD}).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(given.split("; "))
    for days, status in ((29.9, 200), (30.1, 401)):
        began = clock.now
        clock.now += days * 86_400
        response = client.get("/api/v1/search")
        assert (response.status_code, "Set-Cookie" in response.headers) == (status, False)
        clock.now = began


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "https://ke-xau.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[x"}, 403),
        ({}, 303),
    ],
)
def test_the_form_is_taken_from_our_own_page_only(client: FlaskClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/dang-nhap", data={"password": PASSWORD}, headers=headers).status_code == status


def test_the_page_with_the_form_lets_the_browser_say_where_it_comes_from(client: FlaskClient) -> None:
    assert client.get("/dang-nhap").headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("way", ["base_url", "proxy"])
def test_over_https_the_cookie_is_for_https(archive_home: Path, way: str) -> None:
    settings = (
        Settings(password=PASSWORD, base_url="https://kho.example")
        if way == "base_url"
        else Settings(password=PASSWORD, proxies=1)
    )
    app = create_app(archive_home, settings=settings)
    response = app.test_client().post("/dang-nhap", data={"password": PASSWORD}, headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in response.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "address",
    [
        "https://ke-xau.example",
        "//ke-xau.example",
        "/\\ke-xau.example",
        "\\\\ke-xau.example",
        "",
        "x",
        "/\t/ke-xau.example",
        "/a\nb",
        "javascript:1",
    ],
)
def test_no_way_leads_to_another_site(client: FlaskClient, address: str) -> None:
    response = client.post("/dang-nhap", data={"password": PASSWORD, "to": address})
    assert (response.status_code, response.headers["Location"]) == (303, "/")


@given(st.text("/\\:.a\t\n \u2028", max_size=12))
def test_a_way_on_begins_with_one_slash(address: str) -> None:
    path = own_path(address)
    assert path.startswith("/") and path[1:2] not in ("/", "\\") and path in (address, "/")


def test_other_pages_take_no_form(client: FlaskClient) -> None:
    enter(client)
    assert client.post("/tim-kiem").status_code == 405
    assert client.put("/dang-nhap").headers["Allow"] == "GET, HEAD, POST"
    assert client.post("/dang-nhap", data={"password": "a" * (2 << 20)}).status_code == 413


def test_without_a_password_there_is_no_form(archive_home: Path) -> None:
    app = create_app(archive_home, settings=Settings())
    assert app.test_client().get("/dang-nhap").status_code == 404
