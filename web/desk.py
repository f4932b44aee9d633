"""A data folder -> the archive and the search engine that every page asks, opened at the first need and kept.

The web starts before the archive is ready: each request tries again until it opens, and where another archive has taken its place, it opens
that one, so nobody has to restart anything.
"""

from __future__ import annotations

import time
from pathlib import Path
from threading import Lock

from flask import current_app

from corpus.archive import ARCHIVE_FILE, Archive
from language.errors import ToldError
from language.wording import LANGUAGES
from searcher.deadline import DeadlineExceeded
from searcher.engine import AWAY, SearchEngine
from searcher.opening import Opening
from web.message import language

NOT_ANSWERED = (ToldError, DeadlineExceeded, *AWAY)
"""What is raised by whatever is asked while it cannot be answered: of what a page may do without it."""
_QUIET = 60.0  # seconds


class Desk:
    """Holds one archive and one search engine over it for all threads of a process."""

    def __init__(self, home: Path, opening: Opening) -> None:
        self.home = home
        self._engines = opening
        self._opening = Lock()
        self._archive: Archive | None = None
        self._searcher: SearchEngine | None = None
        self._tidied = 0.0
        self.notices: dict[str, str] = {}  # language -> what readers of this archive must be told, known once it is open

    def searcher(self) -> SearchEngine:
        """Return the open engine. Raises what Archive.open and Opening.open raise while archive or index cannot be read."""
        return self._open()[1]

    def archive(self) -> Archive:
        """Return the archive, its papers named as in the newest commit: what is shown agrees with what is counted. Raises what `searcher` does."""
        archive, searcher = self._open()
        return searcher.kept(archive.named_by, lambda: archive.named_by(searcher.papers))

    def _open(self) -> tuple[Archive, SearchEngine]:
        with self._opening:
            if self._archive is not None and self._archive.file.is_replaced():
                self._archive = self._searcher = None  # who still asks them, ends with them
            if self._archive is None or self._searcher is None:
                archive = Archive.open(self.home / ARCHIVE_FILE, read_only=True)
                self._archive, self._searcher = archive, self._engines.open(self.home, archive)
                self.notices = archive.traits.notices()
            return self._archive, self._searcher

    def tidy(self) -> None:
        """Empty the archive's log, once a minute at most and when nothing has been written to it for as long: copies of the file are whole then."""
        now = time.time()
        archive = self._archive
        if archive is not None and now - self._tidied > _QUIET and archive.file.log_age(now) > _QUIET:
            self._tidied = now
            archive.file.checkpoint(wait=0)

    def state(self) -> str:
        """Return what changes whenever a page made from archive and index may; raises what `searcher` does."""
        archive, searcher = self._open()
        return f"{searcher.commit} {archive.last_change()} {archive.absences.last()} {self.notices}"

    def close(self) -> None:
        """Close the archive's file in every thread; the next request opens it again."""
        with self._opening:
            if self._archive is not None:
                self._archive.close()
                self._archive = self._searcher = None


def searcher() -> SearchEngine:
    """Return the engine of the running app. Raises corpus and index errors, which web.around.error turns into a 503 page."""
    desk: Desk = current_app.extensions["lucbao"]
    return desk.searcher()


def archive() -> Archive:
    """Return the archive of the running app. Raises as `searcher` does."""
    desk: Desk = current_app.extensions["lucbao"]
    return desk.archive()


def notice() -> tuple[str, str]:
    """Return (language, text): what every reader of the archive must be told, in the page's language if it is there; "" if nothing is."""
    notices = current_app.extensions["lucbao"].notices
    spoken = next((one for one in (language(), *LANGUAGES) if one in notices), "")
    return spoken, notices.get(spoken, "")
