"""`lucbao stats`: what the archive holds -> a table; with `--rejects`, what was refused; with `--sources`, how papers do."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from command import DONE
from command.rejects import reject_line
from command.shown.safe_text import printable
from command.speaker import Speaker
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.paper_file import load_papers
from corpus.archive.statistic import Statistics

_VISITS_SHOWN = 10


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `stats`."""
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--rejects", action="store_true", help=speaker.text("option.rejects"))
    kinds.add_argument("--sources", action="store_true", help=speaker.text("option.sources"))


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Show what the archive holds, or what was refused."""
    with Archive.open(options.home / ARCHIVE_FILE, read_only=True) as archive:
        if options.rejects:
            for reject in archive.rejects.listed(limit=sys.maxsize):
                print(reject_line(reject, speaker))
        elif options.sources:
            print("\n".join(_health_lines(archive, speaker)))
        else:
            print(render_statistics(archive.named_by(load_papers(options.home, archive)).statistics(), speaker))
    return DONE


def render_statistics(found: Statistics, speaker: Speaker) -> str:
    """Return what an archive holds as lines."""
    rows = {
        "stats.articles": speaker.number(found.articles),
        "stats.revisions": speaker.number(found.revisions),
        "stats.withdrawn": speaker.number(found.withdrawn),
        "stats.pages": speaker.number(found.pages),
        "stats.rejects": speaker.number(found.rejects),
        "stats.published": _span(found, speaker),
        "stats.bytes": f"{found.bytes / 1e6:.1f} MB",
    }
    lines = [f"{speaker.text(name):12}{value}" for name, value in rows.items()]
    for source, count in found.sources:
        lines.append(f"  {speaker.number(count):>9}  {printable(source) or speaker.text('stats.no_source')}")
    lines.insert(len(rows), speaker.text("stats.sources"))
    return "\n".join(lines)


def _health_lines(archive: Archive, speaker: Speaker) -> Iterator[str]:
    """Yield a line for each paper that was gathered from: how it does; below it, its last visit and what was left."""
    from corpus.gathering.health import health

    text, found = speaker.text, health(archive.ledger, datetime.now(timezone.utc))
    for one in found:
        parts = [text("stats.last_success", at=_moment(one.last_success, speaker)), text("stats.a_day", number=one.a_day)]
        parts += [text("stats.last_added", at=_moment(one.last_added, speaker))] if one.last_added else []
        parts += [text("stats.failures", count=one.failures)] if one.failures else []
        parts += [text("stats.silent", days=one.silent_for / timedelta(days=1))] if one.silent_for else []
        parts += [text("stats.rests", host=state.name, at=_moment(state.rests_until, speaker)) for state in one.rests]
        yield f"{printable(one.name)}: {' · '.join(parts)}"
        for visit in archive.ledger.visits(_VISITS_SHOWN, source=one.name):
            why = f" ({visit.words.in_words(speaker.language)})" if visit.words else ""
            yield f"  {_moment(visit.visited_at, speaker)}  {visit.status or '–':>3}  {text(f'outcome.{visit.outcome}')}{why}  {printable(visit.url)}"
    if not found:
        yield text("stats.nothing_gathered")


def _moment(moment: datetime | None, speaker: Speaker) -> str:
    return speaker.moment(moment) if moment else speaker.text("stats.undated")


def _span(found: Statistics, speaker: Speaker) -> str:
    days = [speaker.day(each) for each in (found.first_published, found.last_published) if each]
    return speaker.text("stats.days", first=days[0], last=days[-1]) if days else speaker.text("stats.undated")
