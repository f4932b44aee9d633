"""What clients send around a request, of chance: never more than a refusal, and nothing in the log but its line."""

from __future__ import annotations

import io
import logging
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import run_wsgi_app

from web import create_app
from web.setting import Settings

SEED = 14
REQUESTS = 250
NONSENSE = (
    *("", " ", ",", ";", "=", ":", '"', "'", "\\", "%", "%zz", "%ff%fe", "%00", "\x00", "\x7f", "\t", "ÿ", "Ä\x91á»\x9dng", "*", "*/*;q=", "q=1"),
    *("xn--", "xn--a.xn--", "..", ".", "a" * 64, "a" * 9000, "[", "]", "[::1", "[::1%25lo]", "[v1.a]", "localhost:", "localhost:0", "localhost:x"),
    *("localhost:65536", "u@localhost", "127.1", "0x7f.1", "1.2.3.999", "ke-xau.example", "localhost, localhost", "localhost/x", "LOCALHOST"),
    *("9" * 5000, "-1", "1e9", "NaN", "²", "0", "bytes=0-", "bytes=-", "bytes=9-1", "bytes=a-b", "bytes=" + "0-1," * 500, "lines=1-2"),
    *('W/"', '"a', 'W/"a", *', "*, *", '"' + "a" * 9000, "Thu, 32 Foo 9999 99:99:99 GMT", "Thu, 01 Jan 0000 00:00:00 GMT", "0" * 400),
    *("Basic", "Basic !!!", "Basic //8=", "Basic " + "YTpi" * 3000, "Bearer a", "Digest username=", "Negotiate", "Basic OmE="),
    *("language=", "language=\x00", "lucbao=a.b.c", "lucbao=" + "." * 500, "=;=;=", "a=b;" * 900, 'language="\\999"', "$Version=1; lucbao=eyJ9"),
    *("gzip;q=9", "gzip;q=-1", "gzip;q=a", "*;q=0", "gzip;" * 500, "en;q=1.5", "vi-" * 200, "zh-Hant;q=0.5, en-;q=é", "text/html;level=" + "1" * 500),
    *("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "é" * 90, "text/plain; charset=utf-7"),
    *("application/x-www-form-urlencoded; charset=zz", "chunked", "100-continue", "cross-site", "same-origin", "null", "https://[", "//", "/\\a"),
    *("for=1.2.3.4;host=[", "203.0.113.7, , é", "http, javascript", "/kho", "//ke-xau.example", "/../", "kho\\"),
)  # fmt: skip
HEADERS = (
    "Host Cookie Accept Accept-Language Accept-Encoding Accept-Charset Authorization If-None-Match If-Match If-Modified-Since If-Range Range "
    "Referer Origin Sec-Fetch-Site User-Agent Content-Type Content-Length Transfer-Encoding Expect Connection Upgrade X-Forwarded-For "
    "X-Forwarded-Proto X-Forwarded-Host X-Forwarded-Prefix X-Forwarded-Port Forwarded Via Cache-Control Pragma X-Http-Method-Override Date"
).split()
PLACES = (
    "a",
    "",
    "%",
    "\x00",
    "..",
    "../..",
    "ÿ",
    "\udc80".encode("utf-8", "surrogatepass").decode("latin-1"),
    "a" * 3000,
    "//",
    "\\",
    "0",
    "-1",
)


@pytest.fixture(params=["open", "closed"])
def app(request: pytest.FixtureRequest, archive_home: Path) -> Iterator[Flask]:
    settings = (
        Settings(rate=0) if request.param == "open" else Settings(rate=0, password="toà soạn", proxies=1, open_metrics=True)
    )
    app = create_app(archive_home, settings=settings)
    yield app
    app.extensions["lucbao"].close()


def made(chance: random.Random, rules: list[str]) -> dict[str, object]:
    """Return the environ of a request to one of the routes, most of whose headers are sound."""
    path = chance.choice(rules)
    while "<" in path:
        before, _, rest = path.partition("<")
        path = before + chance.choice(PLACES) + rest.partition(">")[2]
    names = chance.choices(
        ("q", "lang", "trang", "tag", "sap-xep", "den", "tu", "page", "size", "to", "cursor", "tim", "an-ban", "id"), k=3
    )
    query = "&".join(f"{name}={chance.choice(NONSENSE)}" for name in names) if chance.random() < 0.6 else chance.choice(NONSENSE)
    body = chance.choice(
        (b"", b"q=a", b"\xff" * 50, b"--a\r\nContent-Disposition: form-data; name=q\r\n", b"password=%ff&to=//a")
    )
    environ: dict[str, object] = {
        "REQUEST_METHOD": chance.choice(("GET", "GET", "GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE", "a")),
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": chance.choice(("HTTP/1.1", "HTTP/1.0")),
        "REMOTE_ADDR": chance.choice(("127.0.0.1", "203.0.113.7", "", "x")),
        "HTTP_HOST": "localhost",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name in chance.sample(HEADERS, chance.choice((1, 1, 2, 4))):
        key = name.upper().replace("-", "_")
        environ[key if key.startswith("CONTENT_") else f"HTTP_{key}"] = chance.choice(NONSENSE)
    return environ


@pytest.mark.slow
def test_nothing_a_client_sends_makes_more_than_a_refusal(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(SEED)
    rules = [*(rule.rule for rule in app.url_map.iter_rules()), "/khong-co/<a>", "//<a>", "/the/<a>//<b>", "<a>"]
    statuses = set()
    with caplog.at_level(logging.WARNING):
        for _ in range(REQUESTS):
            environ = made(chance, rules)
            told = {name: value for name, value in environ.items() if not name.startswith("wsgi.")}
            pieces, status, headers = run_wsgi_app(app, environ)
            sent = sum(map(len, pieces))
            if hasattr(pieces, "close"):
                pieces.close()
            number = int(status.split()[0])
            statuses.add(number)
            assert number < 500, told
            assert headers["X-Frame-Options"] == "DENY", told
            assert (
                number == 304 or environ["REQUEST_METHOD"] == "HEAD" or headers.get("Content-Length", str(sent)) == str(sent)
            ), told
            location = headers.get("Location", "/")
            assert location.startswith("/") and not location.startswith(("//", "/\\")), told
    assert [record.getMessage() for record in caplog.records if "LUCBAO_PROXIES=0" not in record.getMessage()] == []
    assert {200, 400, 404, 405} & statuses >= ({200, 400, 405} if app.config["HAS_PROXY"] else {200, 400, 404, 405})
