"""`lucbao withdraw ID…`: articles -> out of search; the archive keeps them and their revisions."""

from __future__ import annotations

import argparse

from command import DONE, REJECTED, index
from command.speaker import Speaker
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.paper_file import SOURCES_FILE, read_papers


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `withdraw`."""
    parser.add_argument("ids", nargs="+", metavar="ID")


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Take articles out of search now."""
    read_papers(options.home / SOURCES_FILE)  # indexing will need it: nothing is taken out by half
    with Archive.open(options.home / ARCHIVE_FILE) as archive, archive.batch():
        missing = [article for article in options.ids if not archive.withdraw(article)]
    for article in missing:
        speaker.say("withdraw.missing", article=article)
    print(speaker.text("withdraw.done", count=len(options.ids) - len(missing)))
    index.bring_up(options.home, options.environment, speaker)
    return REJECTED if missing else DONE
