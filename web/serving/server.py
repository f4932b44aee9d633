"""The application -> a listening port, with waitress: threads, no other software needed.

Invariant: SIGTERM (and the first Ctrl-C) closes the port at once, and who had connected before and asks is answered to the last byte, for
at most LONGEST_GOODBYE seconds; nobody who got a connection sees it cut. Whether a proxy in front is believed is create_app's business alone.
"""

from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Flask
from waitress import wasyncore

from corpus.errors import CorpusError
from index.errors import IndexingError
from web import create_app
from web.around.security import LARGEST_BODY
from web.desk import Desk
from web.serving.connection import Channel, Limits, Server, listen
from web.serving.upkeep import keep_tidy

THREADS = 8
LONGEST_HEAD = 1 << 16  # bytes of a request's address and headers; a page repeats its address in many links
LONGEST_GOODBYE = 30.0  # seconds
_LONGEST_ARRIVAL = 3.0  # seconds that a new connection gets for its request when we shall stop
_WAKES = 0.5  # seconds between looks at whether we shall stop


def serve(home: Path, host: str, port: int, *, listening: Callable[[], None], limits: Limits | None = None) -> None:
    """Serve the pages of a data folder until Ctrl-C or SIGTERM; `listening` is called once connections are accepted.

    `limits` bound connections; behind proxies that the environment names, one client may have all of them.

    Raises OSError if the host or the port cannot be had, SettingError if the environment makes no sense.
    """
    app = create_app(home.absolute(), hosts=(host,))
    if limits is None:
        limits = replace(Limits(), of_one_client=Limits.connections) if app.config["HAS_PROXY"] else Limits()
    connections: dict[int, Any] = {}
    try:
        servers, end_threads = listen(
            app,
            connections,
            threads=THREADS,
            limits=limits,
            host=host,
            port=port,
            ident="lucbao",
            max_request_header_size=LONGEST_HEAD,
            max_request_body_size=LARGEST_BODY,
            clear_untrusted_proxy_headers=False,
        )
    except ValueError as error:  # a host that no name service knows
        raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL)) from error
    asked_to_stop: list[int] = []

    def stop(number: int, _: object) -> None:
        asked_to_stop.append(number)
        signal.signal(number, signal.SIG_DFL)  # asked once more, the process just ends

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    listening()
    Thread(target=_open, args=(app,), daemon=True).start()
    keep_tidy(app)
    while not asked_to_stop:
        wasyncore.loop(timeout=_WAKES, use_poll=True, map=connections, count=1)
    _finish(servers, connections)
    end_threads()
    wasyncore.close_all(connections)


def _open(app: Flask) -> None:
    """Open archive, index and templates before the first reader needs them; if that fails, each request says why."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    desk: Desk = app.extensions["lucbao"]
    try:
        desk.searcher().warm()
    except (CorpusError, IndexingError):
        return


def _finish(servers: list[Server], connections: dict[int, Any]) -> None:
    """Close the listening sockets, then go on until every connection has its answer or time is up."""
    for server in servers:
        server.stop_listening()
    until = time.monotonic() + LONGEST_GOODBYE
    wait = 0.0  # what has come already is read first
    while time.monotonic() < until:
        wasyncore.loop(timeout=wait, use_poll=True, map=connections, count=1)
        if not any(_is_busy(one) for one in connections.values() if isinstance(one, Channel)):
            return
        wait = _WAKES


def _is_busy(channel: Channel) -> bool:
    """Return whether a connection has a request that is not answered to its last byte, or is about to have one."""
    asked = bool(channel.requests or channel.total_outbufs_len)
    return asked or channel.is_arriving(time.monotonic(), _LONGEST_ARRIVAL)
