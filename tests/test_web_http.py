"""Every route, method and status over real sockets, under waitress and gunicorn: an answer is as long as it says, and the next one follows."""

from __future__ import annotations

import gzip
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from test_web_server import free_port

from web import create_app
from web.setting import Settings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT")
ASIDE = (  # what no route has: ways on, what is missing, what is refused
    "/the//x?q=" + "a" * 1500,
    "/kho-khong/%2Fthe",
    "//the",
    "/the%2F",
    "/the/",
    "/khong-co",
    "/bai-viet/khong-co",
    "/the/N%C3%B4ng%20th%C3%B4n%20m%E1%BB%9Bi",
    "/tim-kiem?q=" + "%C4%91" * 300 + "&lang=en",
    "/?lang=en",
    "/tim-kiem?" + "q=a&" * 600 + "lang=en",
)


ACCEPTED: dict[str, list[dict[str, str]]] = {
    "gzip": [{}, {"Accept": "text/html,*/*;q=0.5"}],
    "identity": [{"Accept": "text/html,*/*;q=0.5"}],
}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Connection:
    """One kept connection; made anew only after an answer that says it is the last, and has nothing behind its end."""

    port: int
    _socket: socket.socket | None = None

    def ask(self, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self._lines = self._socket.makefile("rb")
        lines = {"Host": "localhost", **headers, **({"Content-Length": str(len(body))} if body else {})}
        head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
        self._socket.sendall(head.encode("latin-1") + body)
        first = self._lines.readline()
        answer = self._read(method, first)
        if answer.headers.get("connection") == "close":
            assert self._lines.read() == b"", (method, target, answer.status)
            self.close()
        return answer

    def _read(self, method: str, first: bytes) -> Answer:
        assert re.fullmatch(rb"HTTP/1\.1 [2-5]\d\d [A-Za-z ]+\r\n", first), first
        headers: dict[str, str] = {}
        for line in iter(self._lines.readline, b"\r\n"):
            name, _, value = line.decode("latin-1").partition(":")
            assert name.lower() not in headers or name.lower() == "set-cookie", name
            headers[name.lower()] = value.strip()
        status = int(first.split()[1])
        if method == "HEAD" or status in (204, 304):
            body = b""
        elif headers.get("transfer-encoding") == "chunked":
            assert "content-length" not in headers
            body = b""
            while size := int(self._lines.readline(), 16):
                body += self._lines.read(size)
                assert self._lines.readline() == b"\r\n"
            assert self._lines.readline() == b"\r\n"
        else:
            body = self._lines.read(int(headers["content-length"]))
            assert len(body) == int(headers["content-length"])
        return Answer(status, headers, body)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._socket is not None:
            self._lines.close()
            self._socket.close()
            self._socket = None


def command(server: str, port: int) -> list[str]:
    if server == "waitress":
        return ["lucbao.py", "serve", "--port", str(port)]
    options = f"-m gunicorn -c deploy/gunicorn.conf.py --workers 1 --bind 127.0.0.1:{port}"
    return [*options.split(), "--no-sendfile", "web:create_app()"]


@contextmanager
def running(server: str, home: Path, **settings: str) -> Iterator[int]:
    port = free_port()
    environment = {**os.environ, "LUCBAO_HOME": str(home), "LUCBAO_ACCESS_LOG": "off", **settings}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, *command(server, port)], cwd=ROOT, env=environment, **quiet)  # type: ignore[call-overload]
    try:
        while process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=30).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)


@pytest.fixture(scope="module")
def targets(archive_home: Path) -> list[str]:
    """An address of every route."""
    app = create_app(archive_home, settings=Settings())
    found = app.test_client().get("/api/v1/search?q=n%C3%B4ng").json
    assert found is not None
    article, name = found["hits"][0]["id"], found["hits"][0]["permalink"].rsplit("/", 1)[-1]
    values = {
        "<id>": article,
        "<name>": name,
        "<path:name>": "khong-co",
        "<path:filename>": "lucbao.css",
        "<int:number>": "1",
        "<key>": "quang-ninh",
        "<path:key>": "khong-co",
    }
    addresses: list[str] = []
    for rule in app.url_map.iter_rules():
        address = rule.rule
        if rule.endpoint == "facet.values":
            address = address.replace("<facet>", "tag")
        for place, value in values.items():
            address = address.replace(place, value)
        kinds = re.search(r"<any\((.*)\):extension>", address)
        each = [address.replace(kinds[0], kind) for kind in kinds[1].split(", ")] if kinds else [address]
        addresses += [one + ("?q=n%C3%B4ng" if "tim-kiem" in one or "search" in one else "") for one in each]
    app.extensions["lucbao"].close()
    assert not [address for address in addresses if "<" in address], "a route whose place this test cannot fill"
    return [*dict.fromkeys(addresses), *ASIDE]


@pytest.fixture(scope="module", params=["waitress", "gunicorn"])
def server(request: pytest.FixtureRequest) -> str:
    if request.param == "gunicorn":
        pytest.importorskip("gunicorn")
    return str(request.param)


@pytest.fixture(scope="module")
def ports(server: str, archive_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """A server of the sample archive, and one that has no archive yet."""
    with ExitStack() as servers:
        yield {
            "full": servers.enter_context(running(server, archive_home, LUCBAO_PROXIES="1", LUCBAO_RATE="1")),
            "none": servers.enter_context(running(server, tmp_path_factory.mktemp("chua-co"))),
        }


def sound(method: str, target: str, answer: Answer) -> None:
    """Check what holds for every answer beyond its length."""
    assert answer.headers.get("x-frame-options") == "DENY" or answer.status == 417, target  # gunicorn's own
    if answer.headers.get("content-encoding") == "gzip" and answer.body:
        gzip.decompress(answer.body)
    if "location" in answer.headers:
        assert re.match(r"/(?![/\\])", answer.headers["location"]), (target, answer.headers["location"])
    assert answer.status != 500, (method, target)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_every_answer_is_as_long_as_it_says(ports: dict[str, int], targets: list[str], encoding: str) -> None:
    with Connection(ports["full"]) as connection:
        seen: dict[int, set[str]] = {}
        lengths = {}
        for method in METHODS:
            for target in targets:
                for accept in ACCEPTED[encoding]:
                    answer = connection.ask(method, target, {"Accept-Encoding": encoding, **accept})
                    sound(method, target, answer)
                    seen.setdefault(answer.status, set()).add(target)
                    lengths[method, target, bool(accept)] = answer.headers.get("content-length")
                    if "etag" in answer.headers and answer.status == 200:
                        again = connection.ask(
                            method, target, {"Accept-Encoding": encoding, "If-None-Match": answer.headers["etag"], **accept}
                        )
                        sound(method, target, again)
                        assert again.status == 304 and "content-length" not in again.headers
                        seen.setdefault(304, set()).add(target)
    assert {200, 301, 302, 304, 308, 404, 405} <= seen.keys()
    timed = ("/metrics", "/tim-kiem?", "/api/v1/search")  # they tell how long they took
    steady = [(target, kind) for method, target, kind in lengths if method == "HEAD" and not target.startswith(timed)]
    assert [key for key in steady if lengths[("HEAD", *key)] != lengths[("GET", *key)]] == []


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_what_is_refused_is_as_long_as_it_says(ports: dict[str, int], encoding: str) -> None:
    with Connection(ports["full"]) as connection:
        seen = []

        def ask(method: str, target: str, body: bytes = b"", **headers: str) -> None:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            answer = connection.ask(method, target, {"Accept-Encoding": encoding, **named}, body)
            sound(method, target, answer)
            seen.append(answer.status)

        for method in METHODS:
            for host in ("xn--", "..", "a" * 64, "ke-xau.example"):
                for target in ("/", "/the//x", "/static/lucbao.css", "/api/v1/search", "/healthz"):
                    ask(method, target, Host=host)
            for address in ("203.0.113.7", "2001:db8::1"):
                for target in ("/tim-kiem?q=a", "/tim-kiem.csv?q=a", "/api/v1/search?q=a"):
                    for _ in range(4):
                        ask(method, target, X_Forwarded_For=address)
        ask("POST", "/tra-hang-loat", b"q=a", Sec_Fetch_Site="cross-site", Content_Type="application/x-www-form-urlencoded")
        ask("POST", "/tra-hang-loat", b"q=" + b"a" * 900_000, Content_Type="application/x-www-form-urlencoded")
        ask("POST", "/tim-kiem", b"q=" + b"a" * 900_000, Content_Type="application/x-www-form-urlencoded")
        ask("PUT", "/khong-co", b"q=" + b"a" * 900_000)
        ask("GET", "/the", b"q=a")
        ask("GET", "/static/lucbao.css", Range="bytes=0-9")
        ask("GET", "/static/lucbao.css", Range="bytes=999999-")
        ask("POST", "/tra-hang-loat", b"q=a", Expect="mot-trieu-dong", Content_Type="application/x-www-form-urlencoded")
        ask("POST", "/tra-hang-loat", b"q=" + b"a" * (2 << 20), Content_Type="application/x-www-form-urlencoded")
        ask("GET", "/the")
    assert {200, 206, 400, 403, 405, 413, 416, 417, 429} <= set(seen)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_without_an_archive_every_answer_is_as_long_as_it_says(ports: dict[str, int], targets: list[str], encoding: str) -> None:
    with Connection(ports["none"]) as connection:
        seen = set()
        for method in METHODS:
            for target in targets:
                answer = connection.ask(method, target, {"Accept-Encoding": encoding})
                sound(method, target, answer)
                seen.add(answer.status)
    assert {200, 405, 503} <= seen


@pytest.mark.parametrize(
    "body",
    [
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nq=a",
        b"Transfer-Encoding: chunked\r\n\r\n3\r\nq=aXX0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n-1\r\nq=a\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n3\r\nq=a\r\n0\r\n\r\n",
        b"Content-Length: 50\r\n\r\nq=a",
        b"Content-Length: x\r\n\r\nq=a",
    ],
)
def test_a_body_that_is_not_what_it_says_gets_one_answer_at_most(ports: dict[str, int], body: bytes) -> None:
    with socket.create_connection(("127.0.0.1", ports["full"]), timeout=60) as connection:
        form = b"Content-Type: application/x-www-form-urlencoded\r\n"
        connection.sendall(b"POST /tra-hang-loat HTTP/1.1\r\nHost: localhost\r\n" + form + body)
        connection.shutdown(socket.SHUT_WR)
        said = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    assert said.count(b"HTTP/1.1 ") <= 1
    assert b"HTTP/1.1 5" not in said


def test_a_redirect_is_a_path_below_the_prefix(archive_home: Path) -> None:
    app = create_app(archive_home, settings=Settings(proxies=1, password="toà soạn"))
    asker = app.test_client()
    behind = {"X-Forwarded-Prefix": "/kho", "X-Forwarded-Host": "localhost", "Accept": "text/html"}
    for target, expected in (
        ("/the//x?q=1", "/kho/dang-nhap?to=/the//x?q%3D1"),
        ("/the", "/kho/dang-nhap?to=/the"),
        ("/dang-nhap//x", "/kho/dang-nhap?to=/dang-nhap//x"),
    ):
        assert asker.get(target, headers=behind).headers["Location"] == expected
    asker.post("/dang-nhap", data={"password": "toà soạn"}, headers=behind)
    for prefix, expected in (
        ("//ke-xau.example", "/ke-xau.example/the"),
        ("/\\ke-xau.example/", "/ke-xau.example/the"),
        ("/", "/the"),
    ):
        assert asker.get("/the?lang=en", headers={**behind, "X-Forwarded-Prefix": prefix}).headers["Location"] == expected
    for target, expected in (("/the//x?q=1", "/kho/the/x?q=1"), ("/the?lang=en", "/kho/the")):
        assert asker.get(target, headers=behind).headers["Location"] == expected
    app.extensions["lucbao"].close()
