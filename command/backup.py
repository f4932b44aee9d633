"""`lucbao backup FILE`: the archive -> a copy in one file, read through; others may go on reading and writing."""

from __future__ import annotations

import argparse
from pathlib import Path

from command import DONE
from command.shown.progress import progress_bar
from command.speaker import Speaker
from corpus.archive import ARCHIVE_FILE
from corpus.archive.paper_file import SOURCES_FILE


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `backup`."""
    parser.add_argument("file", type=Path, metavar="FILE", help=speaker.text("backup.file"))


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Copy the archive, and say what else there is to copy."""
    from corpus.archive.backup import back_up

    with progress_bar(speaker, "backup.label", "pages") as show:
        back_up(options.home / ARCHIVE_FILE, options.file, show)
    print(speaker.text("backup.done", path=options.file))
    if (options.home / SOURCES_FILE).exists():
        speaker.say("backup.sources", path=options.home / SOURCES_FILE)
    return DONE
