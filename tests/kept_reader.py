"""Pages -> articles as corpus.reading.page_process reads them, by processes that go from one test to the next: each takes a third of a second to begin."""

from __future__ import annotations

import subprocess
from typing import Any

from corpus.reading.page_process import SECONDS, PageProcess


class KeptReader(PageProcess):
    """A reading process that is kept for whoever wants one next, unless it is left while it reads."""

    kept: list[subprocess.Popen[bytes]] = []

    def __init__(self, *, seconds: float = SECONDS) -> None:
        super().__init__(seconds=seconds)
        self._reads = False

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = self.kept.pop() if self.kept and self._seconds == SECONDS else super()._start()
        return self._process

    def _read(self, *asked: Any) -> Any:
        self._reads = True
        try:
            return super()._read(*asked)
        finally:
            self._reads = False

    def stop(self) -> None:
        if self._reads:
            super().stop()

    def close(self) -> None:
        if self._process is not None and not self._reads and self._seconds == SECONDS:
            self.kept.append(self._process)
            self._process = None
        super().close()

    @classmethod
    def end(cls) -> None:
        """End all that are kept."""
        for process in cls.kept:
            process.kill()
            process.communicate()
        cls.kept.clear()
