"""Texts -> lines of a terminal; whatever name of a file or word of an article is in them, they command none."""

from __future__ import annotations

import sys


def say(message: str) -> None:
    """Write a message, one line, to stderr."""
    print(escaped(message), file=sys.stderr, flush=True)


def escaped(text: str) -> str:
    """Return `text` on one line, with what could command a terminal or turn its writing round written as in Python: "\\x1b", "\\u202e"."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def printable(text: str) -> str:
    """Return `text` with what could command a terminal replaced, character for character."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def place(origin: str, line: int | None) -> str:
    """Return where input came from: a file, or a line of it."""
    return escaped(origin if line is None else f"{origin}:{line}")
