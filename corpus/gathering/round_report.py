"""Visits of a round, from several threads -> what came of it so far."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from corpus.archive.ledger import Outcome
from language.wording import Told


@dataclass(frozen=True)
class RoundReport:
    """What came of a round so far: how many visits had each outcome, the addresses that were new, and the last of what was left, with why."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    named: int = 0
    left: tuple[tuple[str, Told], ...] = ()

    @property
    def changed(self) -> int:
        """How many articles are new, or have another text."""
        return self.outcomes["added"] + self.outcomes["updated"]


class RoundCount:
    """Counts, for several threads."""

    def __init__(self, progress: Callable[[RoundReport], None] | None) -> None:
        self._lock = threading.Lock()
        self._progress = progress
        self.outcomes: Counter[Outcome] = Counter()
        self.named = 0
        self.left: dict[str, Told] = {}

    def note(self, outcome: Outcome, url: str, reason: Told | None, named: int = 0) -> None:
        with self._lock:
            self.outcomes[outcome] += 1
            self.named += named
            if reason:
                self.left[url] = reason
            if self._progress:
                self._progress(self.told())

    def count(self, outcomes: dict[Outcome, int]) -> None:
        with self._lock:
            self.outcomes.update(outcomes)

    def told(self) -> RoundReport:
        return RoundReport(self.outcomes.copy(), self.named, tuple(self.left.items()))
