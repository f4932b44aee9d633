"""What came of a visit to an address -> when the next is due. Pure: knows neither servers nor the archive."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import accumulate

from corpus.archive.ledger import Outcome, Target

COMING_BACK = (timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30))
"""After how long an article is read again, each time counted from the visit before."""
TRIED = 5
"""How often an article is tried that its server does not give us, each time after a longer pause; one that the archive has, four times as often."""
_RETRY = timedelta(minutes=10)


def first_return(seen: datetime, now: datetime) -> datetime | None:
    """Return when an article that was last seen at `seen`, not by us, is first read again; None if that is too long ago."""
    return next((seen + pause for pause in accumulate(COMING_BACK) if seen + pause > now), None)


def next_visit(target: Target, outcome: Outcome, now: datetime) -> tuple[datetime | None, int, int]:
    """Return when an address is due again, how many visits have found its article, and how many failed one after another."""
    if target.kind != "article":  # a list is looked at in every round
        return now, target.steps + 1, target.failures + 1 if outcome == "failed" else 0
    if outcome == "failed":
        failures = target.failures + 1
        most = TRIED if target.article_id is None else 4 * TRIED
        return (now + _RETRY * 2 ** min(failures, 8) if failures < most else None), target.steps, failures
    if outcome in ("refused", "forbidden"):
        return None, target.steps, 0
    steps = target.steps + 1
    return (now + COMING_BACK[steps - 1] if steps <= len(COMING_BACK) else None), steps, 0
