"""Whose name a request calls: what is no name is refused, and what is not ours too, so that no other site's page reads a private archive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, run_wsgi_app

from web import create_app
from web.around.host import host_name, is_this_machine, parts
from web.setting import Settings


@contextmanager
def site(home: Path, settings: Settings, *hosts: str) -> Iterator[Flask]:
    app = create_app(home, settings=settings, hosts=hosts)
    yield app
    app.extensions["lucbao"].close()


@pytest.fixture(scope="module")
def app(archive_home: Path) -> Iterator[Flask]:
    with site(archive_home, Settings()) as app:
        yield app


def ask(app: Flask, host: str | None, path: str = "/the", **environ: str) -> tuple[int, dict[str, str], str]:
    built = EnvironBuilder(path=path).get_environ()
    built.pop("HTTP_HOST")
    if host is not None:
        built["HTTP_HOST"] = host
    pieces, status, headers = run_wsgi_app(app, {**built, **environ})
    return int(status.split()[0]), dict(headers), b"".join(pieces).decode()


@pytest.mark.parametrize(
    "host",
    [
        *("xn--", "xn--a", "a.xn--", "..", ".", "a..b", "a" * 64, "a." * 130 + "a", "-a", "a-", "a_b", "a b", " ", "", "\x00", "a\tb"),
        *("é", "kho.éxample", "u@localhost", "u:p@localhost", "localhost:x", "localhost:0", "localhost:65536", "localhost:999999", "localhost:-1"),
        *("localhost/x", "localhost,localhost", "localhost, ke-xau.example", "http://localhost", "localhost#", "localhost?", "localhost\\"),
        *("[", "[::1", "::1", "[::1]]", "[::1%25lo]", "[v1.a]", "[127.0.0.1]", "[localhost]", "1.2.3.999", "127.1", "0177.0.0.1", "2130706433"),
        *("localhost:80:80", "[::1]:x", "*"),
    ],
)  # fmt: skip
def test_what_is_no_name_of_a_machine_is_a_bad_request(app: Flask, host: str, caplog: pytest.LogCaptureFixture) -> None:
    for path in ("/the", "/the//x", "/static/lucbao.css", "/healthz"):
        status, headers, body = ask(app, host, path)
        assert status == 400, path
        assert headers["X-Frame-Options"] == "DENY" and headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["Cache-Control"] == "no-store"
        assert "Tên máy trong yêu cầu không đọc được" in body or json.loads(body)["error"]["code"] == "bad_host"
    assert caplog.records == []


@pytest.mark.parametrize(
    "host",
    [
        *(
            "localhost",
            "LocalHost",
            "localhost.",
            "localhost:8000",
            "localhost:",
            "127.0.0.1",
            "127.9.9.9:80",
            "[::1]",
            "[::1]:8000",
        ),
        *("192.168.1.7:8000", "203.0.113.7", "[2001:DB8::1]:443", "[::ffff:127.0.0.1]"),
    ],
)
def test_this_machine_and_addresses_are_answered(app: Flask, host: str) -> None:
    for path in ("/the", "/healthz", "/readyz"):
        assert ask(app, host, path)[0] == 200


@pytest.mark.parametrize(
    "host", ["ke-xau.example", "ke-xau.example:8000", "localhost.ke-xau.example", "may-chu", "xn--lc-zja.example"]
)
def test_a_name_that_nobody_told_us_is_refused_with_what_to_set(
    app: Flask, host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, headers, body = ask(app, host, "/tim-kiem", QUERY_STRING="q=n%C3%B4ng")
    assert status == 400 and headers["X-Frame-Options"] == "DENY"
    page = BeautifulSoup(body, "lxml")
    assert page.h1 is not None and page.h1.text == "Lục Báo không mở dưới tên này"
    assert f"LUCBAO_HOSTS={host}" in page.text and "nông" not in page.text
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["path"], line["status"], line["host"]) for line in said] == [("/tim-kiem", 400, host)]
    assert json.loads(ask(app, host, "/api/v1/search")[2])["error"]["code"] == "unknown_host"
    assert ask(app, host, "/healthz")[0] == 400


def test_the_refusal_speaks_english_by_the_switch_and_by_the_browser(app: Flask) -> None:
    link = BeautifulSoup(ask(app, "ke-xau.example")[2], "lxml").select_one("a[hreflang=en]")
    assert link is not None and link["href"] == "/the?lang=en"
    for environ in ({"QUERY_STRING": "lang=en"}, {"HTTP_COOKIE": "language=en"}, {"HTTP_ACCEPT_LANGUAGE": "en"}):
        status, headers, body = ask(app, "ke-xau.example", **environ)
        assert status == 400 and "Lục Báo is not served under this name" in body and "Set-Cookie" not in headers


def test_only_an_old_probe_may_leave_it_out(app: Flask) -> None:
    assert ask(app, None, SERVER_PROTOCOL="HTTP/1.0")[0] == 200
    assert ask(app, None, SERVER_PROTOCOL="HTTP/1.1")[0] == 400


@pytest.mark.parametrize(
    ("settings", "hosts", "host", "status"),
    [
        (Settings(base_url="https://Kho.example:8443/bao"), (), "kho.example", 200),
        (Settings(base_url="https://kho.example"), (), "kho.example:8443", 200),
        (Settings(base_url="https://kho.example"), (), "www.kho.example", 400),
        (Settings(base_url="https://lục.example"), (), "xn--lc-fja.example", 400),
        (Settings(base_url="https://báo.example"), (), "xn--bo-mia.example", 200),
        (Settings(hosts=("kho.example", "may-chu")), (), "may-chu:8000", 200),
        (Settings(hosts=("kho.example", "may-chu")), (), "KHO.example", 200),
        (Settings(hosts=("*",)), (), "gi-cung-duoc.example", 200),
        (Settings(hosts=("*",)), (), "xn--", 400),
        (Settings(), ("may-chu.lan",), "may-chu.lan:8000", 200),
        (Settings(), ("0.0.0.0",), "may-chu", 400),
        (Settings(), ("0.0.0.0",), "192.168.1.7", 200),
        (Settings(), ("::",), "[fe80::1]", 200),
    ],
)
def test_names_that_we_were_told_are_answered(
    archive_home: Path, settings: Settings, hosts: tuple[str, ...], host: str, status: int
) -> None:
    with site(archive_home, settings, *hosts) as app:
        assert ask(app, host)[0] == status


@pytest.mark.parametrize(("forwarded", "status"), [("kho.example", 200), ("ke-xau.example", 400), ("xn--", 400), ("", 200)])
def test_what_a_proxy_says_it_was_asked_for_is_checked_the_same_way(archive_home: Path, forwarded: str, status: int) -> None:
    with site(archive_home, Settings(proxies=1, hosts=("kho.example",))) as app:
        assert ask(app, "localhost", HTTP_X_FORWARDED_HOST=forwarded)[0] == status
        assert ask(app, "ke-xau.example")[0] == 400
    with site(archive_home, Settings()) as app:  # no proxy that we know of: not believed
        assert ask(app, "localhost", HTTP_X_FORWARDED_HOST=forwarded)[0] == 200


def test_a_page_of_another_site_reads_nothing_of_a_private_archive(archive_home: Path) -> None:
    with site(archive_home, Settings(password="toà soạn")) as app:
        for path in ("/", "/dang-nhap", "/static/lucbao.css", "/metrics", "/readyz"):
            assert ask(app, "ke-xau.example:8000", path)[0] == 400


def test_a_proxy_that_nobody_told_us_of_is_noticed_once(archive_home: Path, caplog: pytest.LogCaptureFixture) -> None:
    for settings, times in ((Settings(), 1), (Settings(proxies=1), 0)):
        caplog.clear()
        with site(archive_home, settings) as app:
            for header in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR"):
                ask(app, "localhost", **{header: "203.0.113.7"})
        assert sum("LUCBAO_PROXIES" in record.getMessage() for record in caplog.records) == times == len(caplog.records)


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("Kho.Example.", "kho.example"),
        ("báo.example", "xn--bo-mia.example"),
        ("[::1]", "[::1]"),
        ("kho.example:80", ""),
        ("a b", ""),
        ("", ""),
        ("a" * 64, ""),
    ],
)
def test_a_name_is_compared_as_browsers_send_it(name: str, sent: str) -> None:
    assert host_name(name) == sent


@pytest.mark.parametrize(
    ("header", "here"),
    [("localhost:8000", True), ("127.0.0.2", True), ("[::1]:1", True), ("10.0.0.1", False), ("kho.example", False), ("", False)],
)
def test_this_machine(header: str, here: bool) -> None:
    assert is_this_machine(header) is here


@given(st.one_of(st.text(max_size=30), st.text("xn-.a1:[]%", max_size=20)))
def test_any_header_is_a_name_or_none_and_reading_it_twice_is_once(header: str) -> None:
    name, port = parts(header)
    assert parts(f"{name}:{port}" if port else name) == (name, port)
