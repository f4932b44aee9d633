"""`lucbao stats`: what the archive holds -> a table; with `--rejects`, what was refused."""

from __future__ import annotations

import argparse
import sys

from command import DONE
from command.rejects import reject_line
from command.shown.message import printable
from command.speaker import Speaker
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.paper_file import load_papers
from corpus.archive.statistic import Statistics
from language.timestamp import VIETNAM


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `stats`."""
    parser.add_argument("--rejects", action="store_true", help=speaker.text("option.rejects"))


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Show what the archive holds, or what was refused."""
    with Archive.open(options.home / ARCHIVE_FILE, read_only=True) as archive:
        if options.rejects:
            for reject in archive.rejects.listed(limit=sys.maxsize):
                print(reject_line(reject, speaker))
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


def _span(found: Statistics, speaker: Speaker) -> str:
    days = [
        speaker.text("stats.day", day=each.astimezone(VIETNAM)) for each in (found.first_published, found.last_published) if each
    ]
    return speaker.text("stats.days", first=days[0], last=days[-1]) if days else speaker.text("stats.undated")
