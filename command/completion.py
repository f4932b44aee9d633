"""`lucbao completion SHELL`: every command and option there is -> a script by which a shell completes them.

The script is made once and needs no Lục Báo to run: a shell that had to start Python at every Tab would be slow.
"""

from __future__ import annotations

import argparse

from command import DONE
from command.speaker import Speaker

SHELLS = ("bash", "zsh", "fish")
_FILES = ("PATH", "FILE")  # what stands in the place of a file or folder
_WORDS = {"zsh": "( )"}  # any words: zsh, told nothing, would say so in the place of the option that has been begun


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `completion`."""
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=speaker.text("completion.shell", shells=", ".join(SHELLS)))


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Print the script."""
    print(completion(options.shell, speaker), end="")
    return DONE


def completion(shell: str, speaker: Speaker) -> str:
    """Return the script for a shell, its descriptions in the speaker's language."""
    import shtab

    from command.parser import made_parser
    from command.typed.parser_message import spoken_by

    with spoken_by(speaker):
        parser = made_parser(speaker)
        for action in _actions(parser):
            if str(action.metavar).startswith(_FILES):
                action.complete = shtab.FILE  # type: ignore[attr-defined]
            elif not action.option_strings and not action.choices:
                action.complete = _WORDS  # type: ignore[attr-defined]
        return f"{shtab.complete(parser, shell).strip()}\n"


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return the arguments and options of a parser and of those of its commands."""
    found: list[argparse.Action] = []
    for action in parser._actions:
        found.append(action)
        if isinstance(action, argparse._SubParsersAction):
            found += [each for command in action.choices.values() for each in _actions(command)]
    return found
