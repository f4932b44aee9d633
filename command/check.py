"""`lucbao check`: every byte of archive and index, compared with its checksums -> what is damaged."""

from __future__ import annotations

import argparse

from command import DAMAGED, DONE
from command.shown.safe_text import escaped
from command.speaker import Speaker
from corpus.archive import ARCHIVE_FILE, Archive


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Nothing may be typed behind `check`."""


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Read everything and list what is not as it was written."""
    from index.snapshot import INDEX_FOLDER
    from index.verification import check_index

    with Archive.open(options.home / ARCHIVE_FILE, read_only=True) as archive:
        problems = [speaker.text("check.archive", problem=problem) for problem in archive.check()]
        found = check_index(options.home / INDEX_FOLDER, archive)
        problems += [speaker.text("check.index", problem=problem) for problem in found]
    for problem in problems:
        print(escaped(problem))
    print(speaker.text("check.damaged", count=len(problems)) if problems else speaker.text("check.whole"))
    return DAMAGED if problems else DONE
