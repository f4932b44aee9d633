"""What --help says above and below the options -> lines that fit the terminal.

Invariant: a command that is shown is on one line, however long, so that it can be copied; only what is said of it, or around it, is broken.
"""

from __future__ import annotations

import argparse
import re

from command.shown.terminal import line_spans

_EXAMPLE = re.compile(r"(?P<command> +lucbao .*?)(?P<gap> {2,})(?P<told>\S.*)")
_COMMAND = re.compile(r" +lucbao ")
_QUOTED = re.compile(r"`[^`]+`")
_HELD = "\ufffc"  # a space at which no line ends
_NARROWEST = 24  # columns in which what is said of commands still stands beside them
_BELOW = " " * 6


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Lays out descriptions and examples as they are written, and breaks what is too long."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for line in fitted(text, width - len(indent)))


def fitted(text: str, width: int) -> list[str]:
    """Return the lines of a text so that none is wider than `width` but commands; what is said of these is beside all or below all."""
    lines = text.splitlines()
    examples = [_EXAMPLE.fullmatch(line) for line in lines]
    beside = all(example is None or width - example.start("told") >= _NARROWEST for example in examples)
    found: list[str] = []
    for line, example in zip(lines, examples, strict=True):
        if example is not None:
            found += _beside(example, width) if beside else [example["command"], *_broken(example["told"], width, _BELOW)]
        else:
            found += [line] if _COMMAND.match(line) else _broken(line, width)
    return found


def _beside(example: re.Match[str], width: int) -> list[str]:
    first, *rest = _broken(example["told"], width - example.start("told"))
    return [example["command"] + example["gap"] + first, *(" " * example.start("told") + line for line in rest)]


def _broken(line: str, width: int, indent: str = "") -> list[str]:
    held = _QUOTED.sub(lambda quoted: quoted[0].replace(" ", _HELD), line)
    return [indent + held[start:end].replace(_HELD, " ") for start, end in line_spans(held, width - len(indent))]
