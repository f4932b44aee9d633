"""A running application -> a thread that empties the archive's log at quiet times, so that a copy of the file, made while the site runs, is whole.

Invariant: no request waits for it, and what goes wrong in it is logged and ends nothing.
"""

from __future__ import annotations

import time
from threading import Thread

from flask import Flask

from corpus.errors import CorpusError
from web.desk import Desk

_EVERY = 30.0  # seconds


def keep_tidy(app: Flask) -> None:
    """Start the thread; it ends with the process. Call it in the process that answers, after any fork."""

    def run() -> None:
        while True:
            time.sleep(_EVERY)
            tidy(app)

    Thread(target=run, name="lucbao-upkeep", daemon=True).start()


def tidy(app: Flask) -> None:
    """Do it once, if it is time."""
    desk: Desk = app.extensions["lucbao"]
    try:
        desk.tidy()
    except CorpusError as error:
        app.logger.error("%s: %s", type(error).__name__, error)
