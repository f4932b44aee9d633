"""The application -> a listening port, with waitress: threads, no other software needed."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable
from pathlib import Path

import waitress

from web import create_app

THREADS = 8


def serve(home: Path, host: str, port: int, *, listening: Callable[[], None]) -> None:
    """Serve the pages of a data folder until Ctrl-C or SIGTERM; `listening` is called once connections are accepted.

    Raises OSError if the port cannot be had.
    """
    server = waitress.create_server(create_app(home.absolute()), host=host, port=port, threads=THREADS, ident="lucbao")
    signal.signal(signal.SIGTERM, lambda *_: server.close())
    listening()
    with contextlib.suppress(OSError):  # closing the listening socket is how waitress's loop is left
        server.run()
