"""The ledger of gathering -> how each paper does: the last success, articles a day, failures, a silence longer than usual for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from corpus.archive.ledger import HostState, Ledger, Outcome
from corpus.reading.address import parts_of

DAYS = 30
"""Days over which articles a day are counted."""
_ENOUGH = 10  # articles by which a paper's habits are known
_UNUSUAL = 3  # times the longest usual pause
_LOOKED_AT = 100  # visits, the last, by which a paper's hosts are known
_SHORTEST = timedelta(hours=6)
_GOOD: tuple[Outcome, ...] = ("added", "updated", "unchanged", "listed")


@dataclass(frozen=True)
class SourceHealth:
    """How a paper does: when one of its addresses was last had, when an article last came, how many came a day, what failed lately.

    `silent_for` is how long nothing new had come by the last success, None where that is usual for the paper; `rests` are its
    hosts that are left alone.
    """

    name: str
    last_success: datetime | None
    last_added: datetime | None
    a_day: float
    failures: int
    silent_for: timedelta | None
    rests: tuple[HostState, ...] = ()


def health(ledger: Ledger, now: datetime) -> list[SourceHealth]:
    """Return how each paper that was gathered from does, by name."""
    resting = ledger.resting(now)
    return [_health(ledger, name, now, resting) for name in ledger.sources()]


def _health(ledger: Ledger, name: str, now: datetime, resting: list[HostState]) -> SourceHealth:
    added = ledger.moments(name, ("added",), now - timedelta(days=2 * DAYS))
    good = ledger.last(name, _GOOD)
    failures = len(ledger.moments(name, ("failed",), now - timedelta(days=1)))
    first = ledger.first(name)
    days = min(timedelta(days=DAYS), now - first if first else timedelta()) / timedelta(days=1)
    lately = sum(moment > now - timedelta(days=DAYS) for moment in added)
    hosts = {parts_of(visit.url).netloc.lower() for visit in ledger.visits(_LOOKED_AT, source=name)} if resting else set()
    return SourceHealth(
        name=name,
        last_success=good,
        last_added=ledger.last(name, ("added",)),
        a_day=round(lately / max(1.0, days), 1),
        failures=failures,
        silent_for=_silence(added, good),
        rests=tuple(state for state in resting if state.name in hosts),
    )


def _silence(added: list[datetime], seen: datetime | None) -> timedelta | None:
    """Return how long nothing came when a paper was last looked at, if that is much longer than its pauses are (95 of 100 of them)."""
    if len(added) < _ENOUGH or seen is None:
        return None
    pauses = sorted(later - earlier for earlier, later in zip(added, added[1:], strict=False))
    usual = pauses[int(0.95 * (len(pauses) - 1))]
    silence = seen - added[-1]
    return silence if silence > max(_SHORTEST, _UNUSUAL * usual) else None
