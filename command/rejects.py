"""`lucbao rejects [PATH…]`: what was refused, in all or in these files and folders, and why; with `--clear` it is forgotten."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from command import DONE
from command.shown.safe_text import escaped, place
from command.speaker import Speaker
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.reject import Reject


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `rejects`."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help=speaker.text("rejects.paths"))
    parser.add_argument("--clear", action="store_true", help=speaker.text("option.clear"))


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """List rejects, or clear them."""
    origins = [os.path.abspath(path) for path in options.paths]
    with Archive.open(options.home / ARCHIVE_FILE, read_only=not options.clear) as archive:
        listed = archive.rejects.listed(limit=sys.maxsize)
        rejects = [reject for reject in listed if not origins or _is_below(reject.origin, origins)]
        if options.clear:
            archive.rejects.clear_numbers(reject.number for reject in rejects)
            print(speaker.text("rejects.cleared", count=len(rejects)))
            return DONE
    for reject in rejects:
        print(reject_line(reject, speaker))
    return DONE


def reject_line(reject: Reject, speaker: Speaker) -> str:
    """Return where something was refused, and why."""
    return f"{place(reject.origin, reject.line)}\t{escaped(reject.words.in_words(speaker.language))}"


def _is_below(origin: str, paths: Sequence[str]) -> bool:
    return any(origin == path or origin.startswith(os.path.join(path, "")) for path in paths)
