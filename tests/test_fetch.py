"""corpus.gathering.fetch and network: whatever a server does, a request ends in time, within bounds, and is never sent into a private network."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from corpus.errors import FetchFailed
from corpus.gathering import fetch
from corpus.gathering.fetch import Fetcher
from corpus.gathering.network import addresses_of, is_public

pytestmark = pytest.mark.slow

Speak = Callable[[socket.socket], None]


@contextmanager
def server(speak: Speak) -> Iterator[tuple[str, list[bytes]]]:
    """Serve every connection by `speak`, after its first request has come; give the address and the requests."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        over = threading.Event()

        def converse(connection: socket.socket) -> None:
            with connection:
                connection.settimeout(5)
                try:
                    while request := connection.recv(65536):
                        heard.append(request)
                        speak(connection)
                except OSError:
                    return

        def serve() -> None:
            while not over.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                threading.Thread(target=converse, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", heard
        finally:
            over.set()
            thread.join()


def get(address: str, seconds: float = 5.0, **how: str) -> fetch.Answer:
    fetcher = Fetcher("LucBao/1", seconds=seconds)
    try:
        return fetcher.get(address, allowed=frozenset({"127.0.0.1"}), **how)
    finally:
        fetcher.close()


def says(head: bytes, body: bytes = b"", *, close: bool = False) -> Speak:
    def speak(connection: socket.socket) -> None:
        connection.sendall(head.replace(b"\n", b"\r\n") + body)
        if close:
            connection.shutdown(socket.SHUT_RDWR)

    return speak


def test_an_answer_with_its_head_as_it_was_received() -> None:
    body = b"<p>b\xc3\xa0i</p>"
    with server(says(b"HTTP/1.1 200 Tot lam\nServer: x\nX-A: 1\nX-A: 2\nContent-Length: %d\n\n" % len(body), body)) as (
        address,
        heard,
    ):
        answer = get(f"{address}/thời-sự?q=a b&x=%20", etag='"1"', modified="Mon, 05 Jan 2026 01:00:00 GMT")
    assert (answer.status, answer.content) == (200, body)
    assert answer.head == b"HTTP/1.1 200 Tot lam\r\nServer: x\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 11\r\n\r\n"
    first, *lines = heard[0].decode().split("\r\n")
    assert first == "GET /th%E1%BB%9Di-s%E1%BB%B1?q=a%20b&x=%20 HTTP/1.1"
    assert {
        "User-Agent: LucBao/1",
        f"Host: {address[7:]}",
        'If-None-Match: "1"',
        "If-Modified-Since: Mon, 05 Jan 2026 01:00:00 GMT",
    } <= set(lines)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_is_compressed_is_unfolded(encoding: str) -> None:
    body = gzip.compress(b"<p>b") if encoding == "gzip" else zlib.compress(b"<p>b")
    with server(
        says(b"HTTP/1.1 200 OK\nContent-Encoding: %b\nContent-Length: %d\n\n" % (encoding.encode(), len(body)), body)
    ) as (address, _):
        assert get(address).content == b"<p>b"


def test_pieces_are_put_together_and_the_connection_is_used_again() -> None:
    with server(says(b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n", b"3\r\n<p>\r\n1\r\nb\r\n0\r\n\r\n")) as (address, heard):
        fetcher = Fetcher("LucBao/1")
        answers = [fetcher.get(address, allowed=frozenset({"127.0.0.1"})) for _ in range(3)]
        fetcher.close()
    assert [answer.content for answer in answers] == [b"<p>b"] * 3 and len(heard) == 3


def test_a_kept_connection_that_was_closed_is_made_anew() -> None:
    """Not so where the first connection is closed without an answer, which would ask twice."""

    def once(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na")
        connection.recv(65536)  # the next request, which is left without an answer
        connection.shutdown(socket.SHUT_RDWR)

    with server(once) as (address, heard):
        fetcher = Fetcher("LucBao/1")
        answers = [fetcher.get(address, allowed=frozenset({"127.0.0.1"})) for _ in range(3)]
        fetcher.close()
    assert [answer.content for answer in answers] == [b"a"] * 3 and len(heard) == 3


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b"a")
        time.sleep(0.05)


def drip_head(connection: socket.socket) -> None:
    for letter in b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200:
        connection.sendall(bytes([letter]))
        time.sleep(0.05)


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"a" * 65536)


def bomb(connection: socket.socket) -> None:
    packer = zlib.compressobj(wbits=31)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
    for _ in range(100):
        connection.sendall(packer.compress(bytes(1_000_000)))
    connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("speak", "code"),
    [
        (drip, "answer_took_long"),
        (drip_head, "answer_took_long"),
        (lambda connection: time.sleep(1), "answer_took_long"),
        (endless, "answer_too_large"),
        (bomb, "answer_too_large"),
        (says(b"HTTP/1.1 200 OK\nContent-Length: 900\n\n", b"<p>", close=True), "answer_broken"),
        (says(b"HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 9\n\n", b"not gzip!"), "answer_broken"),
        (says(b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n", b"zz\r\n", close=True), "answer_broken"),
        (says(b"SSH-2.0-x\n\n", close=True), "answer_broken"),
        (says(b"HTTP/1.1 200 OK\n" + b"X: y\n" * 200 + b"\n", close=True), "answer_broken"),
        (says(b"HTTP/1.1 200 OK\nX: " + b"y" * 100_000 + b"\n\n", close=True), "answer_broken"),
        (lambda connection: connection.shutdown(socket.SHUT_RDWR), "answer_broken"),
    ],
    ids="drip drip-head silence endless bomb short no-gzip no-chunk no-http many-headers long-header nothing".split(),
)
def test_a_server_that_misbehaves(speak: Speak, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "MAX_BODY", 2_000_000)
    with server(speak) as (address, _), pytest.raises(FetchFailed) as failure:
        get(address, seconds=0.5)
    assert failure.value.told.code == code, failure.value


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://",
        "http://user:word@127.0.0.1/",
        "//bao.example",
        "javascript:alert(1)",
        "http://[",
        "",
    ],
)
def test_other_addresses_are_not_fetched(address: str) -> None:
    with pytest.raises(FetchFailed) as failure:
        get(address)
    assert failure.value.told.code == "address_not_fetched"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07::1", True), ("203.162.0.11", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.1.1", False), ("172.16.0.1", False), ("169.254.169.254", False), ("0.0.0.0", False),
        ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False), ("fe80::1%eth0", False), ("fc00::1", False),
        ("::ffff:127.0.0.1", False), ("::ffff:93.184.215.14", True), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("ff02::1", False), ("x", False),
    ],
)  # fmt: skip
def test_which_addresses_are_of_the_internet(address: str, public: bool) -> None:
    assert is_public(address) == public


def test_a_host_is_asked_at_a_public_address_or_by_leave() -> None:
    def look_up(host: str, port: int) -> list[str]:
        return {"bao.example": ["10.0.0.1", "93.184.215.14"], "noi-bo.example": ["10.0.0.1"]}[host]

    assert addresses_of("bao.example", 443, look_up=look_up) == ["93.184.215.14"]
    for leave in ("noi-bo.example", "noi-bo.example:8080"):
        assert addresses_of("noi-bo.example", 8080, frozenset({leave}), look_up=look_up) == ["10.0.0.1"]
    with pytest.raises(FetchFailed) as failure:
        addresses_of("noi-bo.example", 80, frozenset({"noi-bo.example:8080", "bao.example"}), look_up=look_up)
    assert failure.value.told.code == "host_private"


def test_the_address_that_was_judged_is_the_one_that_is_asked() -> None:
    """A name that answers otherwise the second time (DNS rebinding) is looked up once."""
    asked = []

    def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with server(says(b"HTTP/1.1 200 OK\nContent-Length: 1\n\n", b"a")) as (address, heard):
        port = int(address.rpartition(":")[2])
        fetcher = Fetcher("LucBao/1", look_up=look_up)
        for _ in range(2):
            assert fetcher.get(f"http://bao.example:{port}/", allowed=frozenset({"bao.example"})).content == b"a"
        fetcher.close()
    assert asked == ["bao.example"] and all(f"Host: bao.example:{port}".encode() in request for request in heard)
