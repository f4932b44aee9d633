"""How long a question may take -> DeadlineExceeded once it has, raised between two steps of the work.

Whoever works for a reader calls `check` between steps of bounded length. Whatever expired is noted where the question was asked
(`watched`), so that an answer that lacks something for want of time is known by whoever hands it on, however it was made.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")


@dataclass
class Watch:
    """Whether a deadline expired since the watch began."""

    expired: bool = False


_watch: ContextVar[Watch] = ContextVar("lucbao_deadline_watch")


class DeadlineExceeded(Exception):
    """Raised when a query takes longer than it may."""


@dataclass
class Deadline:
    """A point in time (seconds of time.monotonic) after which `check` raises DeadlineExceeded."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return a deadline that many seconds from now."""
        return cls(time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """The seconds that are left, 0 if none are."""
        return max(0.0, self.at - time.monotonic())

    def check(self) -> None:
        """Raise DeadlineExceeded if the time is over."""
        if time.monotonic() > self.at:
            raise self.exceeded()

    def exceeded(self) -> DeadlineExceeded:
        """Return what is to be raised by whoever finds that the time is over, or was not enough."""
        lack()
        return DeadlineExceeded()

    def each(self, steps: Iterable[_T]) -> Iterator[_T]:
        """Yield what `steps` yields, with a check before each is handed on."""
        for step in steps:
            self.check()
            yield step


NEVER = Deadline(math.inf)
"""For what takes the time it needs."""


def lack() -> None:
    """Note that an answer lacks something that it has at another time."""
    if watch := _watch.get(None):
        watch.expired = True


def watched() -> Watch:
    """Return a new watch over the deadlines of this thread's (or task's) work from now on; it takes the place of the one before."""
    watch = Watch()
    _watch.set(watch)
    return watch
