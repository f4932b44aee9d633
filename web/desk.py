"""A data folder -> the Searcher that every page asks, opened at the first need and kept.

The web starts before the archive is ready: each request tries again until it opens, and where another archive has taken its place, it opens
that one, so nobody has to restart anything.
"""

from __future__ import annotations

import time
from pathlib import Path
from threading import Lock

from flask import current_app

from language.wording import LANGUAGES
from searcher.search import Searcher
from web.message import language

_QUIET = 60.0  # seconds


class Desk:
    """Holds one Searcher for all threads of a process."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._opening = Lock()
        self._searcher: Searcher | None = None
        self._tidied = 0.0
        self.notices: dict[str, str] = {}  # language -> what readers of this archive must be told, known once it is open

    def searcher(self) -> Searcher:
        """Return the open Searcher. Raises what Searcher.open raises while archive or index cannot be read."""
        with self._opening:
            if self._searcher is not None and self._searcher.archive.file.is_replaced():
                self._searcher = None  # who still asks it, ends with it
            if self._searcher is None:
                self._searcher = Searcher.open(self.home)
                self.notices = self._searcher.archive.notices()
            return self._searcher

    def tidy(self) -> None:
        """Empty the archive's log, once a minute at most and when nothing has been written to it for as long: copies of the file are whole then."""
        now = time.time()
        searcher = self._searcher
        if searcher is not None and now - self._tidied > _QUIET and searcher.archive.file.log_age(now) > _QUIET:
            self._tidied = now
            searcher.archive.file.checkpoint(wait=0)

    def state(self) -> str:
        """Return what changes whenever a page made from archive and index may; raises what `searcher` does."""
        searcher = self.searcher()
        return f"{searcher.snapshot.commit} {searcher.archive.last_change()} {self.notices}"

    def close(self) -> None:
        """Close the archive's file in every thread; the next request opens it again."""
        with self._opening:
            if self._searcher is not None:
                self._searcher.archive.close()
                self._searcher = None


def searcher() -> Searcher:
    """Return the Searcher of the running app. Raises corpus and index errors, which web.around.error turns into a 503 page."""
    desk: Desk = current_app.extensions["lucbao"]
    return desk.searcher()


def notice() -> tuple[str, str]:
    """Return (language, text): what every reader of the archive must be told, in the page's language if it is there; "" if nothing is."""
    notices = current_app.extensions["lucbao"].notices
    spoken = next((one for one in (language(), *LANGUAGES) if one in notices), "")
    return spoken, notices.get(spoken, "")
