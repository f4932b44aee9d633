"""`lucbao alert add|list|test|run`: saved searches -> what is new for each, told to those who asked for it."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import TYPE_CHECKING

from command import DONE, REJECTED
from command.errors import WrongUsage
from command.shown.safe_text import escaped, say
from command.site import site_address
from command.speaker import Speaker
from command.typed.value import period_end
from language.errors import ToldError
from language.timestamp import VIETNAM
from language.wording import Told

if TYPE_CHECKING:
    from alert.alert_file import Alert
    from alert.round import Desk
    from alert.setting import Settings
    from alert.state import State

ACTIONS = ("add", "list", "test", "run")
_OPTIONS = {
    "add": {"name", "query", "every", "mail", "webhook", "since"},
    "list": set(),
    "test": {"name", "send"},
    "run": {"every", "since"},
}
"""Which options make sense beside which action."""

_SHOWN_WHERE_NOTHING_IS_NEW = 5


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `alert`."""
    text, day = speaker.text, speaker.text("option.day.value")
    parser.add_argument("action", choices=ACTIONS, help=text("alert.action"))
    parser.add_argument("name", nargs="?", metavar=text("alert.name.value"), help=text("alert.name"))
    parser.add_argument("--query", metavar=text("alert.query.value"), help=text("alert.query"))
    parser.add_argument("--every", metavar=text("alert.every.value"), help=text("alert.every"))
    parser.add_argument("--mail", action="append", default=[], metavar=text("alert.mail.value"), help=text("alert.mail"))
    parser.add_argument("--webhook", metavar=text("alert.webhook.value"), help=text("alert.webhook"))
    parser.add_argument("--since", type=period_end(speaker, last=False), metavar=day, help=text("alert.since"))
    parser.add_argument("--send", action="store_true", help=text("alert.send"))


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Do what is asked of the alerts of a data folder."""
    from alert.errors import AlertRefused, SettingInvalid

    given = {name for name in ("name", "query", "every", "mail", "webhook", "since", "send") if getattr(options, name)}
    for name in sorted(given - _OPTIONS[options.action]):
        raise WrongUsage("alert.senseless", option=name if name == "name" else f"--{name}", action=options.action)
    if options.action in ("add", "test") and not options.name:
        raise WrongUsage("alert.no_name", action=options.action)
    if options.action == "add" and not options.query:
        raise WrongUsage("alert.no_query")
    try:
        return {"add": _add, "list": _list, "test": _test, "run": _run}[options.action](options, speaker)
    except (AlertRefused, SettingInvalid) as error:
        raise WrongUsage("wrong_setting", error=error.told) from error


def _add(options: argparse.Namespace, speaker: Speaker) -> int:
    """Write an alert into alerts.toml, and begin to look where there is an index to look at."""
    from alert.alert_file import ALERTS_FILE, EVERY, add, asked, entry
    from alert.state import State
    from index.errors import IndexMissing

    request = asked(options.query)
    if isinstance(request, Told):
        raise WrongUsage("wrong_setting", error=request)
    options.home.mkdir(parents=True, exist_ok=True)
    lines = entry(options.name, request, options.every or EVERY, tuple(options.mail), options.webhook or "")
    added = add(options.home / ALERTS_FILE, lines)
    print(lines, end="")
    try:
        with State(options.home) as state, _desk(options, speaker) as desk:
            for problem in desk.engine.search(added.request).problems:
                say(problem.in_words(speaker.language))
            _look(added, desk, state, options, speaker)
    except (IndexMissing, _archive_missing()) as error:
        say(error.in_words(speaker.language))
        speaker.say("alert.begins_later", name=added.name)
    return DONE


def _list(options: argparse.Namespace, speaker: Speaker) -> int:
    """Show every alert: what, how often, to whom, when it last looked, and what waits to be delivered."""
    from alert.alert_file import shown
    from alert.state import STATE_FILE, State

    alerts = _alerts(options.home)
    if not alerts:
        speaker.say("alert.none")
    state = State(options.home, read_only=True) if (options.home / STATE_FILE).exists() else None
    waiting = state.waiting() if state else []
    for alert in alerts:
        print(escaped(alert.name))
        print(f"  {escaped(shown(alert))}")
        print(f"  {', '.join([*alert.mail, *filter(None, [alert.webhook])]) or speaker.text('alert.nobody')}")
        looked = state.looked_at(alert.name) if state else None
        print(f"  {speaker.text('alert.looked', at=_moment(looked, speaker)) if looked else speaker.text('alert.never_looked')}")
        for name, delivery in waiting:
            if name == alert.name:
                _waits(delivery.target, delivery.attempts, delivery.next_at, delivery.failure, speaker)
    named = {alert.name for alert in alerts}
    for name, delivery in waiting:
        if name not in named:
            print(escaped(name))
            _waits(delivery.target, delivery.attempts, delivery.next_at, delivery.failure, speaker)
    if state:
        state.close()
    return DONE


def _test(options: argparse.Namespace, speaker: Speaker) -> int:
    """Show what an alert would send now; nothing is noted, and nothing sent unless --send is given."""
    from alert.alert_file import alert_named
    from alert.errors import DeliveryFailed
    from alert.novelty import novelty
    from alert.round import render, sender, targets_of
    from alert.state import News, State

    alert, settings, now = alert_named(_alerts(options.home), options.name), _settings(options), time.time()
    with State(options.home) as state, _desk(options, speaker) as desk:
        for problem in desk.engine.search(alert.request).problems:
            say(problem.in_words(speaker.language))
        news = novelty(alert, desk.engine, desk.archive, state).news
        if not news:
            latest = desk.engine.arrivals(alert.request, _SHOWN_WHERE_NOTHING_IS_NEW).latest
            news = tuple(News(each.article.id, each.change, is_new=True) for each in latest)
            speaker.say("alert.nothing_new", count=len(news))
        told = render(alert, news, desk, now, trial=True)
        print(escaped(told["subject"]))
        print("\n".join(map(escaped, told["text"].splitlines())))
        code = DONE
        for channel, target in targets_of(alert) if options.send else []:
            try:
                sender(settings, now)(channel, target, told, f"{desk.archive.traits.identity()[:16]}.trial.{int(now)}")
                speaker.say("alert.sent", target=target)
            except DeliveryFailed as error:
                say(f"{target}: {error.in_words(speaker.language)}")
                code = REJECTED
    return code


def _run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Have all look that are due, and deliver what is due; with --every, again and again."""
    from language.interval import seconds

    pause = seconds(options.every) if options.every else 0
    if pause is None:
        raise WrongUsage("wrong_setting", error=Told("alert", "every_wrong"))
    settings = _settings(options)
    if not pause:
        return _round(options, settings, speaker)
    while True:
        try:
            _round(options, settings, speaker)
        except ToldError as error:  # the archive may be away for a while, or a file be in the middle of being edited
            say(error.in_words(speaker.language))
        time.sleep(pause)


def _round(options: argparse.Namespace, settings: Settings, speaker: Speaker) -> int:
    from alert.round import deliver, due, sender
    from alert.state import State

    alerts, now, code = _alerts(options.home), time.time(), DONE
    if not alerts:
        speaker.say("alert.none")
    with State(options.home) as state, _desk(options, speaker) as desk:
        for alert in due(alerts, state, now):
            _look(alert, desk, state, options, speaker)
        now = time.time()  # what was found just now is due
        for delivery, failure in deliver(state, sender(settings, now), desk.archive.traits.identity(), now):
            if failure is None:
                print(speaker.text("alert.sent", target=delivery.target), flush=True)
            else:
                code = REJECTED
                say(f"{delivery.target}: {failure.in_words(speaker.language)}")
        left = len(state.waiting())
    if left:
        speaker.say("alert.waiting", count=left)
    return code


def _look(alert: Alert, desk: Desk, state: State, options: argparse.Namespace, speaker: Speaker) -> None:
    from alert.round import look

    since = None
    if options.since:
        since = desk.archive.last_change_before(datetime.combine(options.since, time_of_day(), VIETNAM))
    done = look(alert, desk, state, time.time(), since=since)
    key = "alert.begins" if done.begins else "alert.lags" if done.lags else "alert.news"
    print(escaped(speaker.text(key, name=alert.name, count=done.news)), flush=True)


@contextmanager
def _desk(options: argparse.Namespace, speaker: Speaker) -> Iterator[Desk]:
    import math

    from alert.round import Desk
    from corpus.archive import ARCHIVE_FILE, Archive
    from searcher.opening import Opening

    base = site_address(options.base_url)
    with Archive.open(options.home / ARCHIVE_FILE, read_only=True) as archive:
        engine = Opening(options.environment).open(options.home, archive, time_limit=math.inf)
        yield Desk(engine, archive, base, speaker.language)


def _alerts(home: Path) -> tuple[Alert, ...]:
    from alert.alert_file import ALERTS_FILE, read_alerts

    return read_alerts(home / ALERTS_FILE)


def _settings(options: argparse.Namespace) -> Settings:
    from alert.setting import read_settings

    return read_settings(options.environment)


def _archive_missing() -> type[ToldError]:
    from corpus.errors import ArchiveMissing

    return ArchiveMissing


def _waits(target: str, attempts: int, next_at: float, failure: Told | None, speaker: Speaker) -> None:
    why = failure.in_words(speaker.language) if failure else ""
    print(
        f"  {escaped(speaker.text('alert.waits', target=target, count=attempts, at=_moment(next_at, speaker), why=why).rstrip())}"
    )


def _moment(seconds: float, speaker: Speaker) -> str:
    return speaker.moment(datetime.fromtimestamp(seconds, VIETNAM))
