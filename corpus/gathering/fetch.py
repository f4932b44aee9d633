"""An address -> what its server answers: one GET, with a bound in time and size, without following redirects.

Invariant: whatever the server does (silence, a byte now and then, an endless body, a lie about lengths), the call ends within SECONDS and
returns an Answer or raises FetchFailed.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field
from http.client import RemoteDisconnected
from typing import Any
from urllib.parse import quote

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from corpus.errors import FetchFailed
from corpus.gathering.network import Lookup, addresses_of, look_up
from corpus.reading.address import parts_of

MAX_BODY = 20_000_000
"""Bytes of a body, unfolded."""
SECONDS = 60.0
"""Seconds for one answer from connecting to its last byte."""
_CONNECT, _SILENCE = 10.0, 20.0
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = (301, 302, 303, 307, 308)
_PIECE = 65_536


@dataclass(frozen=True)
class Answer:
    """What a server answered: `headers` by lower-case name, `head` the status line and headers as received, `content` unfolded."""

    url: str
    status: int
    headers: dict[str, str] = field(repr=False)
    head: bytes = field(repr=False)
    content: bytes = field(repr=False)
    seconds: float

    @property
    def redirect(self) -> str:
        """Where the server sends us, as it says it; "" if it does not."""
        return self.headers.get("location", "") if self.status in _REDIRECTS else ""


class _Watched:
    """Mixed into a connection: tells the pool's owner which socket is open, so that it can be closed when time is over."""

    def __init__(self, *arguments: Any, opened: list[Any], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._opened = opened

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self._opened[:] = [self.sock]  # type: ignore[attr-defined]


class _PlainConnection(_Watched, HTTPConnection):
    pass


class _SecureConnection(_Watched, HTTPSConnection):
    pass


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Closed(FetchFailed):
    """Raised when a connection is closed before anything of an answer has come."""


@dataclass
class _Server:
    pool: urllib3.HTTPConnectionPool
    opened: list[Any]


class Fetcher:
    """Asks servers, keeping a connection to each open. One thread at a time may ask one server."""

    def __init__(
        self, user_agent: str, *, look_up: Lookup = look_up, seconds: float = SECONDS, ca_certificates: str | None = None
    ) -> None:
        """Say who asks, for the servers' logs; `ca_certificates` is a file of certificates to trust beside the system's."""
        self._user_agent = user_agent
        self._look_up = look_up
        self._seconds = seconds
        self._certificates = ca_certificates
        self._servers: dict[tuple[str, str, int], _Server] = {}

    def close(self) -> None:
        """End all connections."""
        for server in self._servers.values():
            server.pool.close()
        self._servers.clear()

    def get(
        self, url: str, *, allowed: frozenset[str] = frozenset(), etag: str = "", modified: str = "", accept: str = "*/*"
    ) -> Answer:
        """Return what the server at `url` answers; with `etag` and `modified` of the last answer it may answer 304.

        `allowed` names hosts of private networks that may be asked. Raises FetchFailed.
        """
        parts = parts_of(url)
        if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
            raise FetchFailed("address_not_fetched", address=url[:200])
        host, port = parts.hostname, parts.port or _PORTS[parts.scheme]
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
            f"?{quote(parts.query, safe=_QUERY)}" if parts.query else ""
        )
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {
            "Host": parts.netloc.lower(),
            "User-Agent": self._user_agent,
            "Accept": accept,
            "Accept-Language": "vi",
            "Accept-Encoding": "gzip, deflate",
        } | {name: value for name, value in conditions.items() if value}
        if (parts.scheme, host, port) in self._servers:
            with contextlib.suppress(_Closed):  # a connection that was kept may have been closed in the meantime
                return self._timed(parts.scheme, host, port, allowed, url, path, headers)
        return self._timed(parts.scheme, host, port, allowed, url, path, headers)

    def _timed(
        self, scheme: str, host: str, port: int, allowed: frozenset[str], url: str, path: str, headers: dict[str, str]
    ) -> Answer:
        """Return the answer, or give it up when time is over. A connection on which anything went wrong is not used again."""
        server = self._server(scheme, host, port, allowed)
        began, late = time.monotonic(), threading.Event()

        def give_up() -> None:
            late.set()
            for opened in server.opened:
                with contextlib.suppress(OSError):
                    opened.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self._seconds, give_up)
        timer.start()
        try:
            answer = self._answer(server.pool, url, path, headers, began)
            if late.is_set():  # what was closed in its head looks like an answer without a body
                raise FetchFailed("answer_took_long", seconds=self._seconds)
            return answer
        except FetchFailed:
            self._forget(scheme, host, port)
            raise
        except (HTTPError, OSError, ValueError) as error:
            self._forget(scheme, host, port)
            if late.is_set():
                raise FetchFailed("answer_took_long", seconds=self._seconds) from error
            raise _failure(error, host) from error
        finally:
            timer.cancel()

    def _answer(self, pool: urllib3.HTTPConnectionPool, url: str, path: str, headers: dict[str, str], began: float) -> Answer:
        response = pool.urlopen(
            "GET",
            path,
            headers=headers,
            retries=False,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=True,
        )
        try:
            given = {name.lower(): value for name, value in response.headers.items()}
            content = b""
            if response.status == 200:
                pieces, size = [], 0
                while piece := response.read1(_PIECE):
                    pieces.append(piece)
                    size += len(piece)
                    if size > MAX_BODY:
                        raise FetchFailed("answer_too_large", most=MAX_BODY // 1_000_000)
                content = b"".join(pieces)
                response.release_conn()
            else:
                response.drain_conn() if _is_short(given) else response.close()
        except BaseException:
            response.close()
            raise
        version = {10: "1.0", 11: "1.1"}.get(response.version, "1.1")
        lines = [
            f"HTTP/{version} {response.status} {response.reason or ''}",
            *(f"{name}: {value}" for name, value in response.headers.items()),
        ]
        head = "".join(f"{line}\r\n" for line in (*lines, "")).encode("utf-8", "surrogateescape")
        return Answer(url, response.status, given, head, content, time.monotonic() - began)

    def _server(self, scheme: str, host: str, port: int, allowed: frozenset[str]) -> _Server:
        """Return the open connection to a server, or find out where it is."""
        key = (scheme, host, port)
        server = self._servers.get(key)
        if server is None:
            address = addresses_of(host, port, allowed, look_up=self._look_up)[0]
            opened: list[Any] = []
            timeout = urllib3.Timeout(connect=_CONNECT, read=_SILENCE)
            pool: urllib3.HTTPConnectionPool
            if scheme == "https":  # the certificate is the name's, the connection goes to the address that was judged
                pool = _SecurePool(
                    address,
                    port,
                    timeout=timeout,
                    server_hostname=host,
                    assert_hostname=host,
                    ca_certs=self._certificates,
                    opened=opened,
                )
            else:
                pool = _PlainPool(address, port, timeout=timeout, opened=opened)
            server = self._servers[key] = _Server(pool, opened)
        return server

    def _forget(self, scheme: str, host: str, port: int) -> None:
        """End the connection to a server: the next time, its name is looked up and judged anew."""
        server = self._servers.pop((scheme, host, port), None)
        if server:
            server.pool.close()


_QUERY = "/?%:@!$&'()*+,;=~-._[]|"


def _is_short(headers: dict[str, str]) -> bool:
    length = headers.get("content-length", "")
    return length.isdecimal() and int(length) <= _PIECE


def _failure(error: Exception, host: str) -> FetchFailed:
    """Return what is told of an error of the network, of TLS or of the server's answer."""
    from urllib3 import exceptions

    if isinstance(error, exceptions.NewConnectionError | ConnectionRefusedError):
        return FetchFailed("host_unreachable", host=host)
    if isinstance(error, exceptions.TimeoutError):
        return FetchFailed("answer_silent", host=host)
    if isinstance(error, exceptions.SSLError) or isinstance(error.__cause__, exceptions.SSLError):
        return FetchFailed("certificate_wrong", host=host)
    causes = (error, error.__cause__, *error.args)  # urllib3 gives what it wraps as an argument
    kind = (
        _Closed
        if any(isinstance(each, RemoteDisconnected | ConnectionResetError | BrokenPipeError) for each in causes)
        else FetchFailed
    )
    return kind("answer_broken", reason=f"{type(error).__name__}: {str(error)[:200]}")
