from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import Clock
from flask import Flask

from web import create_app
from web.around.limit import allowed, client, is_local
from web.setting import Settings

ADDRESS = {"REMOTE_ADDR": "203.0.113.7"}


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def app(archive_home: Path) -> Iterator[Flask]:
    app = create_app(archive_home, settings=Settings(rate=3))
    yield app
    app.extensions["lucbao"].close()


def statuses(app: Flask, path: str, times: int, **environ: str) -> list[int]:
    asker = app.test_client()
    seen = []
    for _ in range(times):
        with asker.get(path, environ_overrides={**ADDRESS, **environ}) as response:
            seen.append(response.status_code)
    return seen


def test_a_client_that_asks_too_often_is_told_when_to_come_back(app: Flask, clock: Clock) -> None:
    assert statuses(app, "/tim-kiem?q=a", 5) == [200, 200, 200, 429, 429]
    refused = app.test_client().get("/tim-kiem?q=a", environ_overrides=ADDRESS)
    page = BeautifulSoup(refused.data, "lxml")
    assert page.h1 is not None and page.h1.text == "Bạn hỏi nhanh quá"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60 and f"{refused.headers['Retry-After']} giây" in page.text
    assert refused.headers["Cache-Control"] == "no-store"
    clock.now += int(refused.headers["Retry-After"])
    assert statuses(app, "/tim-kiem?q=a", 1) == [200]


def test_programs_are_told_in_json(app: Flask) -> None:
    assert statuses(app, "/api/v1/search?q=a", 4) == [200, 200, 200, 429]
    refused = app.test_client().get("/api/v1/search?q=a", environ_overrides=ADDRESS)
    assert refused.json is not None and refused.json["error"]["code"] == "http_429" and refused.headers["Retry-After"]


def test_everyone_and_every_kind_of_page_has_a_count_of_its_own(app: Flask) -> None:
    assert 429 in statuses(app, "/tim-kiem?q=a", 4)
    assert statuses(app, "/", 2) == [200, 200]
    assert statuses(app, "/tim-kiem?q=a", 1, REMOTE_ADDR="203.0.113.8") == [200]
    for path in ("/healthz", "/readyz", "/static/lucbao.css"):
        assert statuses(app, path, 30) == [200] * 30


@pytest.mark.parametrize("path", ["/api/v1/suggest?q=a", "/goi-y?q=a"])
def test_completions_come_with_every_key_and_take_nothing_from_searches(app: Flask, path: str) -> None:
    assert statuses(app, path, 16) == [200] * 15 + [429]
    assert statuses(app, "/tim-kiem?q=a", 4) == [200] * 3 + [429]
    assert statuses(app, path, 1, REMOTE_ADDR="203.0.113.8") == [200]


@pytest.mark.slow
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", ""])
def test_who_sits_at_the_machine_is_not_limited(app: Flask, address: str) -> None:
    assert statuses(app, "/tim-kiem?q=a", 20, REMOTE_ADDR=address) == [200] * 20


def test_the_limit_can_be_taken_away(archive_home: Path) -> None:
    app = create_app(archive_home, settings=Settings(rate=0))
    assert statuses(app, "/tim-kiem?q=a", 20) == [200] * 20
    app.extensions["lucbao"].close()


def test_behind_a_proxy_the_reader_is_counted_and_only_a_configured_proxy_is_believed(archive_home: Path) -> None:
    for proxies, expected in ((1, [200, 200, 200, 429]), (0, [200] * 4)):
        app = create_app(archive_home, settings=Settings(rate=3, proxies=proxies, hosts=("kho.example",)))
        asker = app.test_client()
        forwarded = {"X-Forwarded-For": "10.9.9.9, 203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "kho.example"}
        asked = [asker.get("/tim-kiem?q=a", headers=forwarded) for _ in range(4)]
        assert [response.status_code for response in asked] == expected
        app.extensions["lucbao"].close()
        app = create_app(archive_home, settings=Settings(rate=3, proxies=proxies, hosts=("kho.example",)))
        served = app.test_client().get("/api/v1/openapi.json", headers=forwarded).json
        assert served is not None and served["servers"][0]["url"] == ("https://kho.example" if proxies else "http://localhost")
        app.extensions["lucbao"].close()


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("unix:", "unix:"),
    ],
)
def test_a_client_is_an_address_or_a_household(address: str, counted: str) -> None:
    with Flask(__name__).test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert client() == counted


@pytest.mark.parametrize(
    ("address", "local"), [("127.0.0.1", True), ("::1", True), ("10.0.0.1", False), ("x", False), (None, True)]
)
def test_local(address: str | None, local: bool) -> None:
    assert is_local(address) is local


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/tim-kiem", 120),
        ("/api/v1/search", 120),
        ("/api/v1/suggest", 600),
        ("/api/v1/articles/x", 120),
        ("/goi-y", 600),
        ("/tim-kiem.csv", 12),
        ("/tim-kiem.ris", 12),
        ("/tim-kiem.atom", 120),
        ("/tim-kiem/loc/tag", 120),
        ("/tra-hang-loat", 12),
        ("/sitemap.xml", 12),
        ("/sitemap-1.xml", 12),
        ("/", 240),
        ("/the", 240),
        ("/bai-viet/x", 240),
    ],
)
def test_what_costs_more_is_allowed_less(path: str, most: int) -> None:
    assert allowed(120, path) == most
