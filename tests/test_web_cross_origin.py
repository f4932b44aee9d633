"""web.around.cross_origin: who may read what from a page of another site."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from web import create_app
from web.setting import Settings

FOR_PROGRAMS = [
    "/api/v1/search?q=truong",
    "/api/v1/aggregate?by=tag",
    "/api/v1/aggregate.csv?by=tag",
    "/api/v1/search?sort=x",
    "/api/v1/openapi.json",
    "/tim-kiem.csv?q=truong",
    "/tim-kiem.xlsx?q=truong",
    "/tim-kiem.atom?q=truong",
]
FOR_READERS = ["/", "/tim-kiem?q=truong", "/tra-hang-loat", "/thong-ke", "/healthz", "/static/lucbao.js", "/api"]
DESK = "https://so-lieu.example"


def client(home: Path, *origins: str, **more: str) -> FlaskClient:
    return create_app(home, settings=Settings(origins=origins, **more)).test_client()  # type: ignore[arg-type]


def headers_of(client: FlaskClient, path: str, **headers: str) -> dict[str, str]:
    with client.get(path, headers=headers) as response:
        return dict(response.headers)


@pytest.mark.parametrize("path", [*FOR_PROGRAMS, *FOR_READERS])
def test_nobody_reads_from_another_site_unless_it_is_said(archive_home: Path, path: str) -> None:
    headers = headers_of(client(archive_home), path, Origin=DESK)
    assert not [name for name in headers if name.startswith("Access-Control")]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin" and "Origin" not in headers.get("Vary", "")


@pytest.mark.parametrize("path", FOR_PROGRAMS)
def test_any_site_reads_what_is_for_programs(archive_home: Path, path: str) -> None:
    headers = headers_of(client(archive_home, "*"), path, Origin=DESK)
    assert headers["Access-Control-Allow-Origin"] == "*" and headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Access-Control-Expose-Headers"] == "Content-Disposition, ETag, Link, Retry-After, X-Total-Count"
    assert "Access-Control-Allow-Credentials" not in headers and "Origin" not in headers.get("Vary", "")


@pytest.mark.parametrize("path", FOR_READERS)
def test_pages_are_for_readers(archive_home: Path, path: str) -> None:
    headers = headers_of(client(archive_home, "*"), path, Origin=DESK)
    assert "Access-Control-Allow-Origin" not in headers and headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("path", FOR_PROGRAMS)
def test_only_the_sites_that_are_named_read_and_caches_keep_them_apart(archive_home: Path, path: str) -> None:
    named = client(archive_home, "https://khac.example", DESK)
    allowed = headers_of(named, path, Origin=DESK)
    assert allowed["Access-Control-Allow-Origin"] == DESK and "Origin" in allowed["Vary"]
    for headers in ({"Origin": "https://xau.example"}, {"Origin": "null"}, {}):
        refused = headers_of(named, path, **headers)
        assert "Access-Control-Allow-Origin" not in refused and "Origin" in refused["Vary"]


def test_what_is_not_reading_is_not_opened(archive_home: Path) -> None:
    named = client(archive_home, "*")
    assert named.options("/api/v1/search", headers={"Origin": DESK, "Access-Control-Request-Method": "POST"}).status_code == 405
    form = named.post("/tra-hang-loat", data={"danh-sach": "a"}, headers={"Origin": DESK})
    assert form.status_code == 403 and "Access-Control-Allow-Origin" not in form.headers


def test_no_script_of_another_site_gets_behind_a_password(archive_home: Path) -> None:
    closed = client(archive_home, "*", password="mật khẩu")
    answer = closed.get("/api/v1/search?q=truong", headers={"Origin": DESK})
    assert answer.status_code == 401 and "Access-Control-Allow-Credentials" not in answer.headers


def test_what_a_page_has_already_is_read_too(archive_home: Path) -> None:
    named = client(archive_home, "*")
    tag = named.get("/api/v1/search?q=truong", headers={"Origin": DESK}).headers["ETag"]
    again = named.get("/api/v1/search?q=truong", headers={"Origin": DESK, "If-None-Match": tag})
    assert again.status_code == 304 and again.headers["Access-Control-Allow-Origin"] == "*"
