"""A saved search, how far it has looked, and the archive -> what is new for it, without changing anything.

An article is told if its newest change lies behind the watermark, it matches now, and as it read at the watermark it was not in the archive or
did not match; and if it has not been told before. Asking the earlier revision itself, and not what a search found then, needs no list of all
that ever matched, is right for a query that has been edited since, and makes words that the archive has learned meanwhile no news.
"""

from __future__ import annotations

from dataclasses import dataclass

from alert.alert_file import Alert
from alert.state import News, Position, State
from corpus.archive import Archive
from searcher.engine import SearchEngine


@dataclass(frozen=True)
class Novelty:
    """What an alert has to tell, and how far it has looked then.

    `position` is None if the index lags behind what the alert has seen: there is nothing to note. `since` is how far it had looked before, None
    if never. `begins`: it looks for the first time, or at another archive, and tells what comes from now on.
    """

    news: tuple[News, ...]
    position: Position | None
    since: Position | None
    begins: bool = False


def novelty(alert: Alert, engine: SearchEngine, archive: Archive, state: State, *, since: int | None = None) -> Novelty:
    """Return what `alert` has to tell. With `since`, an alert that never looked tells what changed after that change number."""
    known = list(state.positions(alert.name))
    last = known[0] if known else None
    after = common(known, archive) if known else since
    found = engine.changed(alert.request, 2**62 if after is None else after)
    position = Position(archive.traits.identity(), found.until, archive.fingerprint(found.until))
    if after is None:
        return Novelty((), position, last, begins=True)
    if found.until < after:
        return Novelty((), None, last)
    told = state.has_told(alert.name, found.changes)
    named = archive.named_by(engine.papers)
    news = []
    for article_id, change in found.changes.items():
        if article_id not in told:
            before = named.as_of(article_id, after)
            if before is None or not engine.matches(alert.request, before):
                news.append(News(article_id, change, is_new=before is None))
    return Novelty(tuple(news), position, last)


def common(known: list[Position], archive: Archive) -> int | None:
    """Return the watermark of the first of the positions that this archive has passed, too; None if it has passed none.

    An archive that was restored from an older copy gives the numbers behind it once more, to other changes.
    """
    identity = archive.traits.identity()
    for position in known:
        if position.archive == identity and position.fingerprint == archive.fingerprint(position.watermark):
            return position.watermark
    return None
