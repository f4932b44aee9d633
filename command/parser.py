"""What was typed behind `lucbao` -> the command that is meant, with its options."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TypeAlias

from command import (
    add,
    alert,
    backup,
    check,
    completion,
    demo,
    doctor,
    export,
    gather,
    index,
    manual,
    rejects,
    restore,
    search,
    serve,
    show,
    sources,
    stats,
    withdraw,
)
from command.shown.help_text import HelpFormatter
from command.speaker import Speaker
from command.typed.argument import CommandParser
from command.typed.parser_message import spoken_by
from language.wording import messages

AddOptions: TypeAlias = Callable[[argparse.ArgumentParser, Speaker], None]
Run: TypeAlias = Callable[[argparse.Namespace, Speaker], int]

COMMANDS: dict[str, tuple[AddOptions, Run]] = {
    "add": (add.add_options, add.run),
    "gather": (gather.add_options, gather.run),
    "sources": (sources.add_options, sources.run),
    "index": (index.add_options, index.run),
    "search": (search.add_options, search.run),
    "show": (show.add_options, show.run),
    "export": (export.add_options, export.run),
    "alert": (alert.add_options, alert.run),
    "serve": (serve.add_options, serve.run),
    "demo": (demo.add_options, demo.run),
    "withdraw": (withdraw.add_options, withdraw.run),
    "backup": (backup.add_options, backup.run),
    "restore": (restore.add_options, restore.run),
    "check": (check.add_options, check.run),
    "doctor": (doctor.add_options, doctor.run),
    "rejects": (rejects.add_options, rejects.run),
    "stats": (stats.add_options, stats.run),
    "completion": (completion.add_options, completion.run),
    "manual": (manual.add_options, manual.run),
}
_ASKING = ("search", "export")
"""Commands whose words are a query."""


def parsed(arguments: Sequence[str] | None, speaker: Speaker, **given: object) -> argparse.Namespace:
    """Return the options typed, beside those `given`: `command` is the name of the command, `run` does it.

    What cannot be meant, and --help, end the program as argparse does.
    """
    with spoken_by(speaker):
        return made_parser(speaker).parse_args(arguments, argparse.Namespace(**given))


def made_parser(speaker: Speaker) -> argparse.ArgumentParser:
    """Return the parser of everything that may be typed; argparse must be made to speak as `speaker` meanwhile."""
    text = speaker.text
    parser = argparse.ArgumentParser(
        "lucbao", description=text("summary"), epilog=text("examples"), formatter_class=HelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"lucbao {_release(speaker)}", help=text("version.help"))
    commands = parser.add_subparsers(dest="command", required=True, metavar=text("command"), parser_class=CommandParser)
    for name, (add_options, run) in COMMANDS.items():
        summary, examples = text(f"{name}.summary"), f"{name}.examples"
        command = commands.add_parser(
            name,
            help=summary,
            description=summary,
            epilog=text(examples) if examples in messages("command", speaker.language) else None,
            formatter_class=HelpFormatter,
            speaker=speaker,
            asks=name in _ASKING,
        )
        add_options(command, speaker)
        command.set_defaults(run=run)
    return parser


def _release(speaker: Speaker) -> str:
    try:
        return version("lucbao")
    except PackageNotFoundError:
        return speaker.text("version.unknown")
