"""Attempts and what failed of them -> one line of figures and an exit code.

Invariant: every failure says what is needed to make the same attempt again.
"""

from __future__ import annotations

import argparse
import random
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

_SHOWN = 20


@dataclass
class Tally:
    """How many attempts of one kind were made, and a sentence for each that was not survived."""

    name: str
    tried: int = 0
    failures: list[str] = field(default_factory=list)
    skipped: str = ""

    def fail(self, sentence: str) -> None:
        """Count the attempt as not survived, and say so at once: a long run may be broken off."""
        self.failures.append(sentence)
        if len(self.failures) <= _SHOWN:
            print(f"! {self.name}: {sentence}", flush=True)

    def line(self) -> str:
        """Return the figures."""
        if self.skipped:
            return f"{self.name}: skipped, {self.skipped}"
        return f"{self.name}: tried {self.tried}, survived {self.tried - len(self.failures)}"

    def close(self) -> int:
        """Print the figures and return the exit code of a program that made these attempts only."""
        print(self.line(), flush=True)
        return 1 if self.failures else 0


@dataclass(frozen=True)
class Plan:
    """How much is tried: at most `tries` attempts, until `minutes` are over; all chance comes from `seed`."""

    tries: int
    seed: int
    minutes: float

    def attempts(self) -> Iterator[tuple[int, random.Random]]:
        """Yield the number of each attempt and its own source of chance, the same whatever came before.

        Asked to end (SIGTERM), a program ends after the attempt that it makes, and tells its figures.
        """
        until, asked = time.monotonic() + 60 * self.minutes, threading.Event()
        before = signal.signal(signal.SIGTERM, lambda *_: asked.set())
        try:
            for number in range(self.seed, self.seed + self.tries):
                if time.monotonic() > until or asked.is_set():
                    return
                yield number, random.Random(number)
        finally:
            signal.signal(signal.SIGTERM, before)


def read_plan(about: str | None, *, tries: int, minutes: float = 60.0, arguments: list[str] | None = None) -> Plan:
    """Return what the command line asks for. An attempt is repeated alone by `--tries 1 --seed` and its number."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--tries", type=int, default=tries, metavar="N", help=f"attempts (default: {tries})")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="number of the first attempt (default: 0)")
    parser.add_argument("--minutes", type=float, default=minutes, metavar="M", help=f"begin nothing after (default: {minutes:g})")
    options = parser.parse_args(arguments)
    return Plan(options.tries, options.seed, options.minutes)
