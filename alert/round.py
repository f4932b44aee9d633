"""The alerts of a data folder and the time -> those that are due have looked, what they tell is noted, what is due is delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from alert import mail, webhook
from alert.alert_file import Alert
from alert.digest import Digest, digest, named
from alert.errors import DeliveryFailed, ServerUnreachable
from alert.novelty import novelty
from alert.setting import Settings
from alert.state import Delivery, News, State
from corpus.archive import Archive
from searcher.engine import SearchEngine

Send = Callable[[str, str, Digest, str], None]
"""channel, target, digest, identity of the delivery -> taken by the other side; raises DeliveryFailed."""

_EARLY = 30.0  # seconds: an alert of "1h" looks each time a timer of an hour rings, though it never rings to the second


@dataclass(frozen=True)
class Desk:
    """What an alert asks: an engine and the archive it was made from; `base` is the site's address, "" where nobody said."""

    engine: SearchEngine
    archive: Archive
    base: str
    language: str


@dataclass(frozen=True)
class Look:
    """What became of an alert's look: how many `news`; it `begins` now; or the index `lags` behind what it has seen."""

    alert: Alert
    news: int = 0
    begins: bool = False
    lags: bool = False


def due(alerts: Iterable[Alert], state: State, now: float) -> list[Alert]:
    """Return the alerts that look now: whose interval is over since they last looked, or since the clock was put back."""
    found = []
    for alert in alerts:
        last = state.looked_at(alert.name)
        if last is None or now >= last + alert.every - _EARLY or now < last - _EARLY:
            found.append(alert)
    return found


def look(alert: Alert, desk: Desk, state: State, now: float, *, since: int | None = None) -> Look:
    """Have an alert look, and note what it has to tell and to whom."""
    found = novelty(alert, desk.engine, desk.archive, state, since=since)
    if found.position is None:
        return Look(alert, lags=True)
    told = render(alert, found.news, desk, now) if found.news else None
    targets = targets_of(alert) if found.news else []
    noted = state.note(alert.name, found.position, now, since=found.since, news=found.news, digest=told, targets=targets)
    return Look(alert, len(found.news) if noted else 0, begins=found.begins)


def render(alert: Alert, news: Sequence[News], desk: Desk, now: float, *, trial: bool = False) -> Digest:
    """Return the digest of news; reads the articles that it names."""
    archive = desk.archive.named_by(desk.engine.papers)
    articles = archive.revisions_at([each.change for each in named(news)])
    return digest(alert, news, articles, at=now, base=desk.base, language=desk.language, trial=trial)


def targets_of(alert: Alert) -> list[tuple[str, str]]:
    """Return (channel, target) for all to whom an alert is told."""
    return [*(("mail", address) for address in alert.mail), *((("webhook", alert.webhook),) if alert.webhook else ())]


def deliver(state: State, send: Send, identity: str, now: float) -> Iterator[tuple[Delivery, DeliveryFailed | None]]:
    """Try every delivery that is due and yield each with why it failed, if it did. One server that cannot be reached is asked once.

    `identity` is the archive's: with it deliveries of several archives are told apart.
    """
    unreachable: set[str] = set()
    for delivery in state.due(now):
        server = "mail" if delivery.channel == "mail" else urlsplit(delivery.target).netloc
        if server in unreachable or not state.claim(delivery, now):
            continue
        failure: DeliveryFailed | None = None
        try:
            send(
                delivery.channel, delivery.target, cast(Digest, state.digest(delivery.run)), f"{identity[:16]}.{delivery.number}"
            )
            state.delivered(delivery, now)
        except DeliveryFailed as error:
            failure = error
            state.failed(delivery, error.told)
            if isinstance(error, ServerUnreachable):
                unreachable.add(server)
        yield delivery, failure


def sender(settings: Settings, now: float) -> Send:
    """Return what sends by the settings."""

    def send(channel: str, target: str, told: Digest, identity: str) -> None:
        if channel == "mail":
            mail.send(told, target, identity, settings)
        else:
            webhook.send(told, target, identity, settings, now)

    return send
