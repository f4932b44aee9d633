"""Real sockets: who is slow, says nonsense or comes late, and what it does to others."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from waitress import wasyncore

from web.serving.connection import Limits, Server, listen

pytestmark = pytest.mark.slow  # the slowness of others takes time

PATIENT = Limits(head=60, body=60, idle=60, window=60)
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@dataclass
class Site:
    """A running server, whose streams end when nobody takes them any more."""

    port: int
    server: Server
    connections: dict[int, Any]
    let_go: threading.Event


def application(let_go: threading.Event) -> Callable[..., Any]:
    def pieces() -> Iterator[bytes]:
        try:
            for _ in range(1000):
                yield b"a" * 100_000
        finally:
            let_go.set()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if environ["PATH_INFO"] == "/nhieu":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return pieces() if environ["REQUEST_METHOD"] == "GET" else iter(())
        if environ["PATH_INFO"] == "/cu":
            start_response("304 Not Modified", [("ETag", '"a"')])
            return []
        said = environ["wsgi.input"].read() or b"xin"
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(said)))])
        return [said]

    return answer


@contextmanager
def site(limits: Limits, *, threads: int = 2, runs: bool = True) -> Iterator[Site]:
    connections: dict[int, Any] = {}
    let_go, stopping = threading.Event(), threading.Event()
    servers, end = listen(
        application(let_go), connections, threads=threads, limits=limits, host="127.0.0.1", port=0, max_request_body_size=1000
    )

    def loop() -> None:
        while not stopping.is_set():
            wasyncore.loop(timeout=0.05, use_poll=True, map=connections, count=1)

    running = threading.Thread(target=loop)
    if runs:
        running.start()
    try:
        yield Site(int(servers[0].effective_port), servers[0], connections, let_go)
    finally:
        stopping.set()
        if runs:
            running.join()
        wasyncore.close_all(connections)
        end()


def connect(site: Site, address: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(("127.0.0.1", site.port), timeout=30, source_address=(address, 0))


def ask(site: Site, said: bytes = GET, address: str = "127.0.0.1") -> bytes:
    with connect(site, address) as connection:
        connection.sendall(said)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def answer(connection: socket.socket) -> bytes:
    """Return the head and body of one answer with a Content-Length."""
    with connection.makefile("rb") as lines:
        head = b"".join(iter(lines.readline, b"\r\n"))
        length = next(int(line[15:]) for line in head.splitlines() if line.lower().startswith(b"content-length:"))
        return head + lines.read(length)


def is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("address", ["127.0.0.2", "127.0.0.3"])
@pytest.mark.parametrize(
    "slow",
    [b"", b"GET / HT", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\na", b"\r\n"],
    ids=["silent", "head", "body", "blank"],
)
def test_slow_connections_of_one_client_keep_nobody_out_not_even_that_client(address: str, slow: bytes) -> None:
    with site(Limits(connections=8, of_one_client=8, head=60, body=60, idle=60)) as here, ExitStack() as held:
        for _ in range(20):
            held.enter_context(connect(here, "127.0.0.2")).sendall(slow)
        assert ask(here, address=address).endswith(b"xin")


def test_a_client_has_so_many_connections_and_the_one_that_waits_longest_goes() -> None:
    with site(Limits(connections=50, of_one_client=3, head=60, idle=60)) as here, ExitStack() as held:
        other = held.enter_context(connect(here, "127.0.0.3"))
        other.sendall(b"GET / HTTP/1.1\r\n")
        crowd = []
        for _ in range(4):
            crowd.append(held.enter_context(connect(here, "127.0.0.2")))
            crowd[-1].sendall(GET)
            assert answer(crowd[-1]).endswith(b"xin")
        assert is_closed(crowd[0])
        for connection in crowd[1:]:
            connection.sendall(GET)
            assert answer(connection).endswith(b"xin")
        other.sendall(b"Host: localhost\r\n\r\n")
        assert answer(other).endswith(b"xin")


@pytest.mark.parametrize(
    ("begun", "more"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", b"a"),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n", b"a"),
        (GET, b"\r\n"),
    ],
    ids=["head", "body", "blank lines after an answer"],
)
def test_a_byte_now_and_then_wins_no_time(begun: bytes, more: bytes) -> None:
    with site(Limits(head=0.3, body=0.3, idle=0.3)) as here, connect(here) as connection:
        connection.sendall(begun)
        if begun == GET:
            assert answer(connection).endswith(b"xin")
        connection.settimeout(0.05)
        for _ in range(400):
            try:
                connection.sendall(more)
                if connection.recv(1) == b"":
                    return
            except TimeoutError:
                continue
            except (ConnectionResetError, BrokenPipeError):
                return
        pytest.fail("still open")


def test_who_asks_for_much_and_does_not_read_it_is_let_go() -> None:
    with site(Limits(window=0.3), threads=1) as here, connect(here) as connection:
        connection.sendall(b"GET /nhieu HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert here.let_go.wait(30)
        assert ask(here).endswith(b"xin")  # the one thread is free again


def test_who_reads_slowly_but_reads_gets_all() -> None:
    with site(Limits(window=0.1, slowest=1)) as here, connect(here) as connection:
        connection.sendall(b"GET /nhieu HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert sum(map(len, iter(lambda: connection.recv(1 << 16), b""))) > 100_000_000


@pytest.mark.parametrize(
    ("said", "statuses"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\n", [200]),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n", [100, 200]),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc", [100, 200]),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n", [200]),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5000\r\n\r\n", [413]),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nExpect: mot-trieu-dong\r\nContent-Length: 3\r\n\r\n", [417]),
        (b"GET / HTTP/1.0\r\nExpect: mot-trieu-dong\r\n\r\n", [200]),
    ],
)
def test_what_a_client_expects_is_answered(said: bytes, statuses: list[int]) -> None:
    with site(PATIENT) as here, connect(here) as connection:
        connection.sendall(said)
        seen = []
        with connection.makefile("rb") as lines:
            while not seen or seen[-1] == 100:
                seen.append(int(lines.readline().split()[1]))
                while lines.readline() != b"\r\n":
                    pass
                if seen[-1] == 100:
                    connection.sendall(b"abc")
    assert seen == statuses


def test_a_connection_is_kept_after_an_answer_that_needs_no_body() -> None:
    with site(PATIENT) as here, connect(here) as connection, connection.makefile("rb") as lines:
        for last in (b"", b"Connection: close\r\n"):
            connection.sendall(b"GET /cu HTTP/1.1\r\nHost: localhost\r\n" + last + b"\r\n")
            head = list(iter(lines.readline, b"\r\n"))
            assert head[0].startswith(b"HTTP/1.1 304") and (b"Connection: close\r\n" in head) == bool(last)
        assert lines.read() == b""


@pytest.mark.parametrize("path", [b"/", b"/nhieu"])
def test_an_answer_to_head_has_no_body(path: bytes) -> None:
    with site(PATIENT) as here:
        said = ask(here, b"HEAD " + path + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 200") and said.endswith(b"\r\n\r\n") and said.count(b"\r\n\r\n") == 1


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"HEAD / HTTP/1.1\r\nHost: localhost\r\nExpect: x\r\n\r\n", 417),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        (b"rubbish\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
    ],
)
def test_what_cannot_be_read_is_refused_in_all_our_headers_and_without_a_word_in_the_log(
    said: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with site(PATIENT) as here:
        head, _, body = ask(here, said).partition(b"\r\n\r\n")
        assert head.split()[1] == str(status).encode()
        assert {b"X-Frame-Options: DENY", b"Connection: close"} <= set(head.split(b"\r\n"))
        assert not said.startswith(b"HEAD") or not body
        assert ask(here).endswith(b"xin")
    assert caplog.records == []


def test_who_waits_in_the_queue_when_the_server_stops_is_answered() -> None:
    with site(PATIENT, runs=False) as here, ExitStack() as held:
        waiting = [held.enter_context(connect(here)) for _ in range(20)]
        for connection in waiting:
            connection.sendall(GET)
        here.server.stop_listening()
        for connection in waiting:
            connection.setblocking(False)
        said = dict.fromkeys(waiting, b"")
        for _ in range(1000):
            wasyncore.loop(timeout=0.05, use_poll=True, map=here.connections, count=1)
            for connection in waiting:
                try:
                    said[connection] += connection.recv(1 << 16)
                except BlockingIOError:
                    continue
            if all(one.endswith(b"xin") for one in said.values()):
                break
        assert all(one.endswith(b"xin") and b"\r\nConnection: close\r\n" in one for one in said.values())
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", here.port), timeout=0.2)


def test_who_sends_on_after_a_refusal_can_still_read_why() -> None:
    with site(PATIENT) as here, connect(here) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n" + b"a" * 3_000_000)
        connection.shutdown(socket.SHUT_WR)
        said = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    assert said.startswith(b"HTTP/1.1 413 ") and said.count(b"HTTP/1.1") == 1


def test_who_never_stops_sending_after_a_refusal_is_let_go() -> None:
    with site(Limits(linger=0.2)) as here, connect(here) as connection:
        connection.sendall(b"rubbish\r\n\r\n")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            while True:
                connection.sendall(b"a" * 1000)
