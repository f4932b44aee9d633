"""`lucbao manual`: every command and option there is -> a page for `man`, in the reader's language.

Made of what --help says, so the two never differ.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from command import DONE
from command.speaker import Speaker


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Nothing may be typed behind `manual`."""


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Print the page."""
    print(manual(speaker), end="")
    return DONE


def manual(speaker: Speaker) -> str:
    """Return the page in the language of `man`, troff with the macros man(7)."""
    from command.parser import made_parser
    from command.typed.parser_message import spoken_by

    with spoken_by(speaker):
        return "\n".join(_page(made_parser(speaker), speaker)) + "\n"


def _page(parser: argparse.ArgumentParser, speaker: Speaker) -> Iterator[str]:
    text = speaker.text
    yield " ".join([".TH", "LUCBAO", "1", _quoted(""), _quoted(f"lucbao {_release()}"), "Lucbao"])
    yield from [f".SH {_quoted(text('manual.name'))}", f"lucbao \\- {_told(parser.description or '')}"]
    yield from [f".SH {_quoted(text('manual.synopsis'))}", ".B lucbao", f".I {_told(text('command'))}", "[\\fI…\\fR]"]
    yield f".SH {_quoted(text('manual.commands'))}"
    (commands,) = (action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    for name, command in commands.items():
        yield from [f".SS {_quoted('lucbao ' + name)}", _told(command.description or "")]
        for action in command._actions:
            if action.help != argparse.SUPPRESS and action.dest != "help":
                yield from [".TP", _named(action)]
                yield from [_told(command._get_formatter()._expand_help(action))] if action.help else []
        yield from _examples(command.epilog or "")
    yield f".SH {_quoted(text('manual.examples_title'))}"
    yield from _examples(parser.epilog or "")


def _named(action: argparse.Action) -> str:
    """Return how an argument or option is typed."""
    value = str(action.metavar or "") or ("|".join(map(str, action.choices)) if action.choices else action.dest.upper())
    value = f"\\fI{_told(value)}\\fR"
    if not action.option_strings:
        return value
    names = ", ".join(f"\\fB{_told(name)}\\fR" for name in action.option_strings)
    return names if action.nargs == 0 else f"{names} {value}"


def _examples(epilog: str) -> Iterator[str]:
    """Yield what --help says below the options: lines as they are written, sentences to be filled."""
    for paragraph in re.split(r"\n{2,}", epilog.strip()):
        if paragraph:
            yield from [".PP", ".nf", *map(_told, paragraph.splitlines()), ".fi"]


def _told(line: str) -> str:
    """Return a text that troff takes for nothing else."""
    escaped = line.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + escaped if escaped.startswith((".", "'")) else escaped


def _quoted(text: str) -> str:
    return '"' + _told(text).replace('"', "\\(dq") + '"'


def _release() -> str:
    try:
        return version("lucbao")
    except PackageNotFoundError:
        return ""
