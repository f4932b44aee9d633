"""`lucbao gather`: the papers of sources.toml -> what is new, changed or gone, in the archive and found at once."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from command import DAMAGED, DONE, REJECTED
from command.errors import WrongUsage
from command.index import bring_up
from command.shown.progress import progress_bar
from command.shown.safe_text import printable, say
from command.speaker import Speaker
from command.typed.value import interval, period_end
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.ledger import Outcome
from language.errors import ToldError
from language.timestamp import VIETNAM

if TYPE_CHECKING:
    from corpus.gathering.round_report import RoundReport
    from corpus.gathering.source import Source

CONTACT = "LUCBAO_CONTACT"
_LISTED = 20
_OUTCOMES: tuple[Outcome, ...] = ("added", "updated", "unchanged", "gone", "refused", "forbidden", "failed")


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `gather`."""
    text = speaker.text
    parser.add_argument("sources", nargs="*", metavar=text("gather.paper.value"), help=text("gather.paper"))
    often = parser.add_mutually_exclusive_group()
    often.add_argument("--once", action="store_true", help=text("gather.once"))
    often.add_argument("--every", type=interval(speaker), metavar=text("gather.every.value"), help=text("gather.every"))
    day = text("option.day.value")
    parser.add_argument("--since", type=period_end(speaker, last=False), metavar=day, help=text("gather.since"))
    parser.add_argument("--progress", action="store_true", help=text("option.progress"))


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Visit the papers, once or again and again, and index what came."""
    robot = user_agent(options.environment)
    followed(options.home, options.sources)  # what is wrong there is said before there is an archive
    since = options.since and datetime.combine(options.since, time(), VIETNAM)
    stop = threading.Event()
    with _stopping(stop):
        while True:
            try:
                code = _round(options, speaker, robot, since, stop)
                since = None  # gone through once
            except ToldError as error:
                if options.every is None:
                    raise
                say(
                    error.in_words(speaker.language)
                )  # the disk may be full for a while, or sources.toml be in the middle of being edited
                code = DAMAGED
            if options.every is None or stop.wait(options.every):
                return code
            speaker.say("gather.again", at=datetime.now(timezone.utc).astimezone(VIETNAM))


def _round(options: argparse.Namespace, speaker: Speaker, robot: str, since: datetime | None, stop: threading.Event) -> int:
    """Visit the papers once, index what came, and say what that was."""
    from corpus.gathering.fetch import Fetcher
    from corpus.gathering.gatherer import Gatherer

    sources = followed(options.home, options.sources)
    bar = progress_bar(speaker, "gather.label", "gather.visits", told="gather.saved", forced=options.progress)
    with Archive.open(options.home / ARCHIVE_FILE, create=True) as archive:
        with Gatherer(archive, Fetcher(robot), stop=stop) as gatherer, bar as show:
            report = gatherer.round(sources, since=since, progress=lambda done: show(sum(done.outcomes.values())))
        archive.file.checkpoint()
    code = _tell(report, speaker)
    _index(options, speaker)
    return code


def _index(options: argparse.Namespace, speaker: Speaker) -> None:
    """Bring the index up to the archive, also to what a round before gathered that was killed; who indexes already does it for us."""
    from index.errors import IndexBusy

    try:
        bring_up(options.home, options.environment, speaker, progress=options.progress, silent=True)
    except IndexBusy as error:
        say(error.in_words(speaker.language))


def followed(home: Path, named: list[str]) -> list[Source]:
    """Return the papers to follow, those `named` if any are. Raises WrongUsage where there is none, SourcesInvalid."""
    from corpus.gathering.source_file import read_sources

    sources = [source for source in read_sources(home) if source.is_followed]
    if not sources:
        raise WrongUsage("gather.no_sources")
    for name in named:
        if name not in [source.name for source in sources]:
            raise WrongUsage("gather.no_such_source", name=name, names=", ".join(source.name for source in sources))
    return [source for source in sources if not named or source.name in named]


def user_agent(environment: Mapping[str, str]) -> str:
    """Return who we say we are to papers' servers. Raises WrongUsage when nobody said whom they may write to."""
    from importlib.metadata import version

    contact = environment.get(CONTACT, "").strip()
    if not contact:
        raise WrongUsage("gather.no_contact", setting=CONTACT)
    if (
        not contact.isascii()
        or not contact.isprintable()
        or len(contact) > 200
        or not ("@" in contact or contact.startswith("http"))
    ):
        raise WrongUsage("gather.wrong_contact", setting=CONTACT)
    from corpus.gathering.visit import ROBOT

    return f"{ROBOT}/{version('lucbao')} (+{contact})"


@contextmanager
def _stopping(stop: threading.Event) -> Iterator[None]:
    """Let SIGTERM and Ctrl-C end what goes on after the visits that are under way."""
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(report: RoundReport, speaker: Speaker) -> int:
    """Say what came of a round."""
    for address, reason in report.left[:_LISTED]:
        speaker.say("gather.left", address=printable(address), reason=reason)
    if len(report.left) > _LISTED:
        speaker.say("gather.more_left", count=len(report.left) - _LISTED)
    parts = [speaker.text("gather.named", count=report.named)]
    parts += [
        speaker.text(f"gather.{outcome}", count=report.outcomes[outcome]) for outcome in _OUTCOMES if report.outcomes[outcome]
    ]
    print(" · ".join(parts), flush=True)
    return REJECTED if report.outcomes["failed"] or report.outcomes["refused"] else DONE
