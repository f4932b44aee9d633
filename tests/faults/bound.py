"""A case that should take a moment -> it does, or CaseTooSlow is raised; and whether this process's memory stays where it was.

For the main thread only, and as exact as Python lets: what is computed in C is interrupted when it returns.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType


class CaseTooSlow(BaseException):
    """Raised inside a case that takes longer than it may; no `except Exception` of the code under attack takes it for its own."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise CaseTooSlow in the block once it has used `seconds` of the processor: a busy machine is no failure."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise CaseTooSlow(f"{seconds:g} s of the processor")

    before = signal.signal(signal.SIGPROF, interrupt)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


class Growth:
    """This process's memory once it is warm, after `warm` attempts -> whether it has grown by more than `most` bytes since."""

    def __init__(self, *, warm: int, most: int) -> None:
        self._warm = warm
        self._most = most
        self._held = 0

    def told(self, tried: int) -> str:
        """Return what is wrong after `tried` attempts, "" if nothing is; looks at every `warm`-th."""
        if tried % self._warm:
            return ""
        held = _resident()
        self._held = self._held or held
        if held <= self._held + self._most:
            return ""
        return f"after {tried} attempts the process holds {held} bytes, after {self._warm} it held {self._held}"


def _resident() -> int:
    """Return the bytes of memory this process holds for itself."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return (int(pages[1]) - int(pages[2])) * 4096
