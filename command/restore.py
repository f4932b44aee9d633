"""`lucbao restore FILE`: a backup -> the archive, and the index after it; the archive of now is put aside."""

from __future__ import annotations

import argparse
from pathlib import Path

from command import DONE, index
from command.shown.progress import progress_bar
from command.speaker import Speaker
from corpus.archive import ARCHIVE_FILE


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `restore`."""
    parser.add_argument("file", type=Path, metavar="FILE", help=speaker.text("restore.file"))


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Put a backup in the archive's place, and index it."""
    from corpus.archive.backup import restore

    with progress_bar(speaker, "restore.label", "pages") as show:
        aside = restore(options.file, options.home / ARCHIVE_FILE, show)
    print(speaker.text("restore.done", path=options.file))
    if aside is not None:
        speaker.say("restore.aside", path=aside)
    index.bring_up(options.home, options.environment, speaker)
    return DONE
