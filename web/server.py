"""The application -> a listening port, with waitress: threads, no other software needed."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path

import waitress

from web import create_app

THREADS = 8
LONGEST_HEAD = 1 << 16  # bytes of a request's address and headers; a page repeats its address in many links


def serve(home: Path, host: str, port: int, *, listening: Callable[[], None]) -> None:
    """Serve the pages of a data folder until Ctrl-C or SIGTERM; `listening` is called once connections are accepted.

    Raises OSError if the host or the port cannot be had.
    """
    app = create_app(home.absolute())
    try:
        server = waitress.create_server(
            app, host=host, port=port, threads=THREADS, ident="lucbao", max_request_header_size=LONGEST_HEAD
        )
    except ValueError as error:  # a host that no name service knows
        raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL)) from error
    signal.signal(signal.SIGTERM, lambda *_: server.close())
    listening()
    with contextlib.suppress(OSError):  # closing the listening socket is how waitress's loop is left
        server.run()
