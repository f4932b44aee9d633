"""Saved searches -> a page of all of them, and one for each with what was new in its last runs. Reads only: alerts are added elsewhere.

To whom something is sent is not shown, only how many they are and how it went.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from alert.alert_file import ALERTS_FILE, Alert, alert_named, entry, read_alerts
from alert.errors import AlertRefused, AlertsInvalid
from alert.state import STATE_FILE, Delivery, News, Run, State
from corpus.permalink import permalink
from language.interval import written
from language.text import clean
from searcher.request import SearchRequest
from web.address import article_url, away_url, full, search_url
from web.desk import Desk, archive
from web.message import language, t

blueprint = Blueprint("follow", __name__)

RUNS_SHOWN, NEWS_SHOWN = 20, 100
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Followed:
    """An alert: the page of its search, how often it looks, when it last did, its last run that told something."""

    alert: Alert
    search: str
    every: str
    looked_at: datetime | None
    last: Run | None


@dataclass(frozen=True)
class Story:
    """An article that was told: its title then, and its address, "" if it has been withdrawn since."""

    title: str
    href: str
    is_new: bool


@blueprint.get("/theo-doi")
def every() -> ResponseReturnValue:
    """Show all alerts, and how to add one."""
    try:
        alerts = _alerts()
    except AlertsInvalid as error:
        return render_template("follow/all.html", asked=SearchRequest(), followed=[], invalid=error, reason=_reason(error))
    with _state() as state:
        followed = [_followed(alert, state) for alert in alerts]
    return render_template("follow/all.html", asked=SearchRequest(), followed=followed, invalid=None, reason="")


@blueprint.get("/theo-doi/<name>")
def one(name: str) -> ResponseReturnValue:
    """Show what was new for an alert in its last runs."""
    try:
        alert = alert_named(_alerts(), name)
    except AlertRefused:
        abort(404)
    except AlertsInvalid as error:
        return render_template("follow/all.html", asked=SearchRequest(), followed=[], invalid=error, reason=_reason(error))
    with _state() as state:
        followed = _followed(alert, state)
        runs = state.runs(alert.name, RUNS_SHOWN, NEWS_SHOWN) if state else []
    told = [(run, _stories(run.news), sent(run.deliveries)) for run in runs]
    return render_template(
        "follow/one.html", asked=SearchRequest(), followed=followed, runs=told, feed=away_url(alert.request, "atom")
    )


def how_to_follow(asked: SearchRequest) -> tuple[str, str, str]:
    """Return the address of a search's feed, the lines that follow it in alerts.toml, and the command that adds them."""
    request = replace(asked, sort="relevance", page=1, size=10, fold=True, near=True)
    name = clean("".join(each if each.isprintable() and each != "/" else " " for each in asked.query))[:_LONGEST_NAME].strip()
    name = name if name.strip(".") else t("follow.name")
    command = ["lucbao", "alert", "add", name, "--query", f"/tim-kiem?{search_url(request).partition('?')[2]}"]
    return full(away_url(request, "atom")), entry(name, request), shlex.join(command)


def sent(deliveries: tuple[Delivery, ...]) -> tuple[int, int]:
    """Return how many deliveries arrived, and how many wait."""
    arrived = sum(each.delivered_at is not None for each in deliveries)
    return arrived, len(deliveries) - arrived


def _alerts() -> tuple[Alert, ...]:
    desk: Desk = current_app.extensions["lucbao"]
    return read_alerts(desk.home / ALERTS_FILE)


@contextmanager
def _state() -> Iterator[State | None]:
    """Give what alerts have told, None if none has looked yet."""
    desk: Desk = current_app.extensions["lucbao"]
    if not (desk.home / STATE_FILE).exists():
        yield None
        return
    with State(desk.home, read_only=True) as state:
        yield state


def _followed(alert: Alert, state: State | None) -> Followed:
    looked = state.looked_at(alert.name) if state else None
    last = next(iter(state.runs(alert.name, 1, 0)), None) if state else None
    moment = None if looked is None else datetime.fromtimestamp(looked, timezone.utc)
    return Followed(alert, search_url(replace(alert.request, sort="newest")), written(alert.every), moment, last)


def _stories(news: tuple[News, ...]) -> list[Story]:
    kept = archive()
    headings = kept.headings_at([each.change for each in news])
    stories = []
    for each in (each for each in news if each.change in headings):
        title = headings[each.change].title
        there = kept.get(each.article_id) is not None
        stories.append(Story(title, article_url(permalink(each.article_id, title)) if there else "", each.is_new))
    return stories


def _reason(error: AlertsInvalid) -> str:
    return error.reason.in_words(language())
