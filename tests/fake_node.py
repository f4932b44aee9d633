"""A node of a cluster that is none: on a port of this machine, answers as a node does, or as a test wants it to."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

META = {"generation": 3, "watermark": 70}
WHOLE: dict[str, Any] = {
    "took": 1,
    "timed_out": False,
    "_shards": {"total": 2, "successful": 2, "skipped": 0, "failed": 0},
    "hits": {"total": {"value": 1, "relation": "eq"}, "hits": [{"_index": "t-1", "_id": "a"}]},
}
Misbehave = Callable[["FakeNode", BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class FakeNode:
    """`instead` answers a path otherwise; while `frozen` nothing is answered; `waits` says how often a search hung for want of another node."""

    name: str
    index: str = "t-1"
    meta: dict[str, Any] = field(default_factory=lambda: dict(META))
    instead: dict[str, Misbehave] = field(default_factory=dict)
    frozen: bool = False
    asked: list[Asked] = field(default_factory=list)
    host: str = ""
    nodes: Sequence[str] = ()
    ended: threading.Event = field(default_factory=threading.Event)
    stop: Callable[[], None] = lambda: None

    def count(self, path: str) -> int:
        """Return how often a path was asked for."""
        return sum(each.path == path for each in self.asked)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        if self.ended.is_set():
            raise ConnectionError
        parts = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        asked = Asked(handler.command, parts.path, dict(parse_qsl(parts.query)), dict(handler.headers), body)
        self.asked.append(asked)
        if self.frozen:
            self.ended.wait(60)
        elif parts.path in self.instead:
            self.instead[parts.path](self, handler)
        else:
            say(handler, self._usual(asked))

    def _usual(self, asked: Asked) -> object:
        match asked.path:
            case "/_nodes/_local":
                return {"nodes": {f"id-{self.name}": {"name": self.name}}}
            case "/_cluster/state/nodes":
                return {"nodes": {f"id-{name}": {"name": name} for name in self.nodes}}
            case "/t/_mapping":
                return {self.index: {"mappings": {"_meta": self.meta}}} if self.index else {}
            case "/_msearch":
                return {"responses": [{**WHOLE, "status": 200} for _ in range(asked.body.count(b"\n") // 2)]}
            case "/t/_search/point_in_time":
                return {"pit_id": "pit", "_shards": WHOLE["_shards"]}
            case "/_cluster/health/t":
                return {"status": "green", "number_of_nodes": len(self.nodes)}
            case _:
                return WHOLE


def say(handler: BaseHTTPRequestHandler, answer: object, status: int = 200, kind: str = "application/json") -> None:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def saying(answer: object, status: int = 200, kind: str = "application/json") -> Misbehave:
    """Answer this, whatever is asked."""
    return lambda node, handler: say(handler, answer, status, kind)


def refusing(status: int, kind: str, reason: str = "") -> Misbehave:
    """Answer as a node that reports an error."""
    cause = {"type": kind, "reason": reason}
    return saying({"error": {**cause, "root_cause": [cause]}, "status": status}, status)


def hanging(node: FakeNode, handler: BaseHTTPRequestHandler) -> None:
    """Answer nothing."""
    node.ended.wait(60)


def breaking_off(node: FakeNode, handler: BaseHTTPRequestHandler) -> None:
    """Answer half of what was announced, and close."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"took": 1, "hits"')
    handler.close_connection = True


@contextmanager
def fake_node(name: str, nodes: Sequence[str], certified: ssl.SSLContext | None = None) -> Iterator[FakeNode]:
    node = FakeNode(name, nodes=nodes)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:  # whoever asked has gone
                self.close_connection = True

        def do_GET(self) -> None:
            node.answer(self)

        do_POST = do_DELETE = do_GET

        def log_message(self, format: str, *values: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # who does not trust the certificate breaks off

    server = Server(("127.0.0.1", 0), Handler)
    if certified is not None:
        server.socket = certified.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    stopped = threading.Event()

    def stop() -> None:
        if not stopped.is_set():
            stopped.set()
            node.ended.set()
            server.shutdown()
            server.server_close()

    node.stop = stop
    node.host = f"{'https' if certified else 'http'}://127.0.0.1:{server.server_port}"
    try:
        yield node
    finally:
        stop()


@contextmanager
def fake_nodes(count: int) -> Iterator[list[FakeNode]]:
    names = [f"n{number + 1}" for number in range(count)]
    with ExitStack() as stack:
        yield [stack.enter_context(fake_node(name, names)) for name in names]
