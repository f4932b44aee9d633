"""What argparse says by itself -> the same in the speaker's language.

argparse asks its module's `_` for each of its English sentences, as gettext would translate it; there is no other door to them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from command.speaker import Speaker

KEYS = {
    "usage: ": "argparse.usage",
    "positional arguments": "argparse.arguments",
    "options": "argparse.options",
    "show this help message and exit": "argparse.help",
    "%(prog)s: error: %(message)s\n": "argparse.error",
    "argument %(argument_name)s: %(message)s": "argparse.argument",
    "the following arguments are required: %s": "argparse.required",
    "invalid choice: %(value)r (choose from %(choices)s)": "argparse.choice",
    "invalid choice: %(value)r, maybe you meant %(suggestion)r? (choose from %(choices)s)": "argparse.choice_meant",
    "expected one argument": "argparse.one_value",
    "expected at least one argument": "argparse.some_values",
    "ignored explicit argument %r": "argparse.no_value",
    "unrecognized arguments: %s": "argparse.unrecognized",
}
"""What argparse may say of our commands, and the message that says it."""


@contextmanager
def spoken_by(speaker: Speaker) -> Iterator[None]:
    """Make argparse speak as `speaker` does, as long as this context is open: parsers are to be made and used within."""
    words = vars(argparse)
    before = words["_"]

    def translated(message: str) -> str:
        return speaker.text(KEYS[message]) if message in KEYS else message

    words["_"] = translated
    try:
        yield
    finally:
        words["_"] = before
