"""A listening socket -> connections of waitress's that nobody can hold up: bounded in number, for each client, and in time.

Waitress waits as long as a byte comes now and then. Here a head and a body have a time from their first byte on, a reader who takes an answer
must take some of it in each window, and who keeps us waiting longest makes room for who comes when there are too many, of the client who
has most of them. Invariant: a connection whose request is being answered is never closed for another's sake; what is sent after a head
is exactly the body that the head announces, none for HEAD.
"""

from __future__ import annotations

import ctypes
import logging
import socket
import struct
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import Error

from web.around.limit import household
from web.around.security import HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line for each request that waits is no news
_LOOKS = 0.5  # seconds between looks for who is overdue
_PAUSE = 1.0  # seconds without accepting, after the system refused (no file left)
_SO_ATTACH_FILTER = 26  # Linux, asm-generic/socket.h; Python does not name it
_DROP_ALL = struct.pack("HBBI", 0x06, 0, 0, 0)  # classic BPF: return 0, keep nothing of the packet


@dataclass(frozen=True)
class Limits:
    """How long and how often a client may keep us waiting.

    `connections` are open at once, `of_one_client` of them by one address (of IPv6 a /64). Seconds: `head` from a request's first byte, or
    from connecting, to the end of its headers, `body` to the end of the whole request, `idle` between requests; in each `window` a
    reader takes at least `slowest` bytes of what waits for him; `linger` for who sends on though he was refused.
    """

    connections: int = 500
    of_one_client: int = 100
    head: float = 20.0
    body: float = 120.0
    idle: float = 60.0
    window: float = 30.0
    slowest: int = 30_000
    linger: float = 3.0


class _ExpectationFailed(Error):  # type: ignore[misc]
    code = 417
    reason = "Expectation Failed"


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Waitress's parser, without the requests that it cannot bear."""

    command = path = ""  # of a request that could not be read so far
    error: Error | None

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # `GET http://[`, a Content-Length of 5,000 digits
            raise ParsingError("Request cannot be read") from error
        if self.chunked and "CONTENT_LENGTH" in self.headers:  # RFC 9112, 6.3: somebody before us may have believed the other
            raise ParsingError("Both Content-Length and Transfer-Encoding")

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        expected = self.headers.get("EXPECT", "100-continue").lower()
        if self.headers_finished and self.error is None and self.version == "1.1" and expected != "100-continue":
            self.error = _ExpectationFailed("Only 100-continue can be expected")
            self.completed = True
        if self.completed:
            self.expect_continue = False  # waitress would wait for a body though none comes
        return consumed


class _Answer:
    """What our answers do besides what waitress's tasks do: a part of both kinds of task below."""

    channel: Any
    request: Any
    wrote_header: bool
    _stays_open = False

    def build_response_header(self) -> bytes:
        if self.channel.server.is_stopping:
            self.set_close_on_finish()
        asked_to_close = self.request.headers.get("CONNECTION", "").lower() == "close"
        # Waitress closes after an answer without a length, though a 304 needs none.
        self._stays_open = not (asked_to_close or self.channel.server.is_stopping or self.has_body) and self.version == "1.1"  # type: ignore[attr-defined]
        head: bytes = super().build_response_header()  # type: ignore[misc]
        self._stays_open = False
        return head

    def set_close_on_finish(self) -> None:
        if not self._stays_open:
            super().set_close_on_finish()  # type: ignore[misc]

    def write(self, data: bytes) -> None:
        super().write(b"" if self.request.command == "HEAD" else data)  # type: ignore[misc]

    def finish(self) -> None:
        if self.request.command != "HEAD":
            super().finish()  # type: ignore[misc]
        elif not self.wrote_header:
            self.write(b"")  # and no end of chunks, which would be a body


class _Task(_Answer, WSGITask):  # type: ignore[misc]
    pass


class _ErrorTask(_Answer, ErrorTask):  # type: ignore[misc]
    def execute(self) -> None:
        self.channel.has_refused = True
        self.response_headers.extend(HEADERS.items())
        super().execute()


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection, which knows since when its peer keeps us waiting."""

    task_class = _Task
    error_task_class = _ErrorTask
    parser_class = _Parser

    def __init__(self, server: Server, sock: socket.socket, addr: Any, adj: Any, map: dict[int, Any]) -> None:
        self.client = household(addr[0])
        self.waiting_since = self._window_began = time.monotonic()  # waiting for a request; or for it to be whole
        self._taken = 0  # bytes of answers since the window began
        self._has_answered = False
        self._begun: object = None  # the request whose beginning has been noticed
        self.has_refused = False  # a request was answered before all of it was read
        self._lingers = False
        super().__init__(server, sock, addr, adj, map=map)

    @property
    def is_waiting(self) -> bool:
        """Whether nothing is being done for this connection but waiting for its peer."""
        return not self.requests

    def is_arriving(self, now: float, patience: float) -> bool:
        """Return whether a request is probably on its way: the first of a new connection, or one that has begun."""
        return (self._has_begun() or not self._has_answered) and now - self.waiting_since < patience

    def is_overdue(self, now: float) -> bool:
        """Return whether the peer has kept us waiting for too long."""
        limits: Limits = self.server.limits
        if self._lingers:
            return now - self.waiting_since >= limits.linger
        if self.total_outbufs_len:
            if now - self._window_began < limits.window:
                return False
            slow = self._taken < limits.slowest
            self._window_began, self._taken = now, 0
            return slow
        self._window_began, self._taken = now, 0
        if not self.is_waiting:
            return False
        if self._has_begun():
            patience = limits.body if self.request.headers_finished else limits.head
        else:
            patience = limits.idle if self._has_answered else limits.head
        return now - self.waiting_since >= patience

    def received(self, data: bytes) -> bool:
        goes_on: bool = super().received(data)
        if self.request is not self._begun and self._has_begun():
            self._begun = self.request
            if self._has_answered:
                self.waiting_since = time.monotonic()
        return goes_on

    def readable(self) -> bool:
        return self._lingers or bool(super().readable())

    def writable(self) -> bool:
        return not self._lingers and bool(super().writable())

    def handle_read(self) -> None:
        if self._lingers:
            self.recv(self.adj.recv_bytes)
        else:
            super().handle_read()

    def handle_write(self) -> None:
        if not self.has_refused:
            super().handle_write()
            return
        # Closed while something comes in, a socket is reset, and the client may never read why it was refused.
        with self.outbuf_lock:
            self._flush_exception(self._flush_some)
        if self.connected and not self.total_outbufs_len and (self.close_when_flushed or self.will_close):
            self._lingers, self.waiting_since = True, time.monotonic()
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
        elif self.will_close:
            self.handle_close()

    def _has_begun(self) -> bool:
        """Return whether a part of a request has come; blank lines are none."""
        return self.request is not None and bool(self.request.headers_finished or self.request.header_plus.strip())

    def recv(self, buffer_size: int) -> bytes:
        try:
            return bytes(super().recv(buffer_size))
        except BlockingIOError:
            raise
        except OSError:  # the net's trouble (no route, timed out), of which waitress would make a traceback
            self.handle_close()
            return b""

    def send(self, data: bytes, do_close: bool = True) -> int:
        try:
            return int(super().send(data, do_close=do_close))
        except OSError:
            if do_close:
                self.handle_close()
            return 0

    def _flush_some(self, do_close: bool = True) -> bool:
        before = self.total_outbufs_len
        sent: bool = super()._flush_some(do_close=do_close)
        if sent:
            self._has_answered = True
            self._taken += before - self.total_outbufs_len
            self.waiting_since = time.monotonic()
            if not self.total_outbufs_len:
                self._window_began, self._taken = self.waiting_since, 0
        return sent

    def handle_close(self) -> None:
        with self.outbuf_lock:  # a thread may be sending just now
            super().handle_close()


class Server(TcpWSGIServer):  # type: ignore[misc]
    """One listening socket; several of one program share a map of connections, and their limits."""

    channel_class = Channel
    is_stopping = False

    def __init__(self, application: WSGIApplication, connections: dict[int, Any], limits: Limits, **how: Any) -> None:
        self.limits = limits
        self._next_look = self._accepts_from = 0.0
        super().__init__(application, connections, **how)

    def readable(self) -> bool:
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + _LOOKS
            for channel in self._channels():
                if channel.is_overdue(now):
                    channel.handle_close()
        if not self.accepting or now < self._accepts_from:
            return False
        return len(self._map) < self.limits.connections or any(channel.is_waiting for channel in self._channels())

    def handle_accept(self) -> None:
        self.accept_next()

    def accept_next(self) -> bool:
        """Accept one connection that waits in the queue and make room for it; return whether there was one."""
        try:
            accepted = self.accept()
        except OSError as error:
            self._accepts_from = time.monotonic() + _PAUSE
            self.logger.warning("a connection could not be accepted: %s", error)
            return False
        if accepted is None:
            return False
        connection, address = accepted
        try:
            self.set_socket_options(connection)
        except OSError:  # it has gone already
            connection.close()
            return True
        channel = Channel(self, connection, address, self.adj, self._map)
        if not self.is_stopping:
            self._make_room(channel.client)
        return True

    def stop_listening(self) -> None:
        """Close the listening socket, having accepted all that waits in its queue: nobody who has connected is reset."""
        self.is_stopping = True
        _turn_away(self.socket)
        while self.accept_next():
            pass
        wasyncore.dispatcher.close(self)  # not self.close(), which cuts the wire that threads report on

    def _make_room(self, newcomer: str) -> None:
        channels = self._channels()
        counts = Counter(channel.client for channel in channels)
        if counts[newcomer] > self.limits.of_one_client:
            crowd = newcomer
        elif len(channels) > self.limits.connections:
            crowd = max((channel for channel in channels if channel.is_waiting), key=lambda one: counts[one.client]).client
        else:
            return
        waiting = [channel for channel in channels if channel.client == crowd and channel.is_waiting]
        min(waiting, key=lambda one: (bool(one.total_outbufs_len), one.waiting_since)).handle_close()

    def _channels(self) -> list[Channel]:
        return [one for one in self._map.values() if isinstance(one, Channel)]


def listen(
    application: WSGIApplication, connections: dict[int, Any], *, threads: int, limits: Limits, **adjustments: Any
) -> tuple[list[Server], Callable[[], object]]:
    """Listen where waitress's `adjustments` say, and return the servers and what ends their threads.

    `connections` becomes the map for wasyncore.loop. Raises OSError if a port cannot be had, ValueError for a host that nobody knows.
    """
    adjusted = Adjustments(threads=threads, **adjustments)
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(threads)
    servers = [
        Server(application, connections, limits, dispatcher=dispatcher, adj=adjusted, sockinfo=place) for place in adjusted.listen
    ]
    return servers, dispatcher.shutdown


def check_port(host: str, port: int) -> None:
    """Raise OSError if nobody can listen at a port now; nothing is asked of who may be there."""
    with socket.socket() as tried:
        if sys.platform != "win32":  # as waitress does: what has just ended is no hindrance
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tried.bind((host, port))


def _turn_away(listening: socket.socket) -> None:
    """Let no further connection come about, where the system can: who asks for one asks again a second later, and finds the port closed.

    Between the last accept and close another could be made, which close would reset.
    """
    if sys.platform != "linux":
        return
    program = ctypes.create_string_buffer(_DROP_ALL, len(_DROP_ALL))
    with suppress(OSError):
        listening.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HL", 1, ctypes.addressof(program)))
