"""A host -> when it may be asked next: one request at a time, a pause between, longer where it is slow, hours where it keeps failing.

What a host has told or shown lasts: it is kept in the ledger, so a program that is started again is as patient as the one before.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from corpus.archive.ledger import HostState, Ledger

DELAY = 2.0
"""Seconds between the end of one request to a host and the begin of the next, at least."""
MOST_DELAY = 60.0
"""Seconds that a Crawl-delay may ask for; who asks for more gets this."""
SLOWNESS = 2.0
"""The pause is at least so many times what the last answer took."""
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=12)
"""A host that fails is left alone for a minute, then two, four … up to half a day."""
LONGEST_ASKED = timedelta(days=1)
"""For as long as a server may ask us to stay away (Retry-After)."""

Sleep = Callable[[float], object]


@dataclass
class _Turn:
    ended: float  # on the monotonic clock
    took: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Manners:
    """Lets each host be asked by one thread at a time. Safe to use from several threads."""

    def __init__(self, ledger: Ledger, *, now: Callable[[], datetime], sleep: Sleep = time.sleep) -> None:
        self._ledger = ledger
        self._now = now
        self._sleep = sleep
        self._began = time.monotonic()  # a program that has just ended may have asked till then
        self._turns: dict[str, _Turn] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, host: str, delay: float) -> Iterator[None]:
        """Wait for a host's turn, at least `delay` seconds after the request before, or after we began; the block is the request."""
        with self._lock:
            turn = self._turns.setdefault(host, _Turn(self._began))
        with turn.lock:
            pause = 0.0 if delay <= 0 else min(MOST_DELAY, max(delay, SLOWNESS * turn.took))
            left = turn.ended + pause - time.monotonic()
            if left > 0:
                self._sleep(left)
            began = time.monotonic()
            try:
                yield
            finally:
                turn.ended = time.monotonic()
                turn.took = turn.ended - began

    def resting_until(self, host: str) -> datetime | None:
        """Return until when a host is left alone; None if it may be asked."""
        until = self._ledger.host(host).rests_until
        return until if until and until > self._now() else None

    def answered(self, host: str) -> None:
        """Take note that a host answers as it should."""
        state = self._ledger.host(host)
        if state.failures or state.rests_until:
            self._ledger.set_host(HostState(host, 0, None, state.robots, state.robots_at))

    def failed(self, host: str, asked: timedelta | None = None) -> datetime:
        """Take note that a host failed, or `asked` to be left alone for so long; return until when it is."""
        state = self._ledger.host(host)
        failures = state.failures + 1
        rest = min(LONGEST_REST, FIRST_REST * (1 << min(failures - 1, 12)))
        until = self._now() + (max(rest, min(asked, LONGEST_ASKED)) if asked else rest)
        self._ledger.set_host(HostState(host, failures, until, state.robots, state.robots_at))
        return until
