"""The application -> a listening port, with waitress: threads, no other software needed.

Invariant: SIGTERM (and the first Ctrl-C) closes the port at once, and what was asked before is answered to its last byte, for at most
LONGEST_GOODBYE seconds; nobody who got a connection sees it cut. Whether a proxy in front is believed is create_app's business alone.
"""

from __future__ import annotations

import errno
import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import waitress
from flask import Flask
from waitress import wasyncore
from waitress.server import BaseWSGIServer

from corpus.errors import CorpusError
from index.errors import IndexingError
from web import create_app
from web.desk import Desk
from web.security import LARGEST_BODY

THREADS = 8
LONGEST_HEAD = 1 << 16  # bytes of a request's address and headers; a page repeats its address in many links
LONGEST_GOODBYE = 30.0  # seconds
logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line for each request that waits is no news
_MOST_CONNECTIONS = 500
_WAKES = 0.5  # seconds between looks at whether we shall stop


def serve(home: Path, host: str, port: int, *, listening: Callable[[], None]) -> None:
    """Serve the pages of a data folder until Ctrl-C or SIGTERM; `listening` is called once connections are accepted.

    Raises OSError if the host or the port cannot be had, SettingError if the environment makes no sense.
    """
    app = create_app(home.absolute())
    connections: dict[int, Any] = {}
    try:
        server = waitress.create_server(
            app,
            map=connections,
            host=host,
            port=port,
            threads=THREADS,
            ident="lucbao",
            max_request_header_size=LONGEST_HEAD,
            max_request_body_size=LARGEST_BODY,
            connection_limit=_MOST_CONNECTIONS,
            asyncore_use_poll=True,
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
    while not asked_to_stop:
        wasyncore.loop(timeout=_WAKES, use_poll=True, map=connections, count=1)
    _finish(connections)
    server.task_dispatcher.shutdown()
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


def _finish(connections: dict[int, Any]) -> None:
    """Close the listening sockets, then go on until every connection has its answer or time is up."""
    for server in [one for one in connections.values() if isinstance(one, BaseWSGIServer)]:
        wasyncore.dispatcher.close(server)  # not server.close(), which cuts the wire that threads report on
    until = time.monotonic() + LONGEST_GOODBYE
    while time.monotonic() < until and any(map(_is_busy, connections.values())):
        wasyncore.loop(timeout=_WAKES, use_poll=True, map=connections, count=1)


def _is_busy(connection: Any) -> bool:
    """Return whether a connection of waitress's has a request that is not answered to its last byte."""
    return bool(getattr(connection, "requests", None) or getattr(connection, "total_outbufs_len", 0))
