"""What stdout is -> how lines are laid out on it: fitted to a terminal's width, with bold, colour and links; as they are where it is none.

Invariant: without the escape sequences and the line breaks, what a terminal shows is what a file gets.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_BOLD, _MARK, _FAINT, _PLAIN = "\x1b[1m", "\x1b[1;33m", "\x1b[2m", "\x1b[0m"
_LEAST_WIDTH = 40
_LINK = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True)
class Terminal:
    """How lines are laid out: `width` columns, None for as long as they are; `styled` if escape sequences are understood."""

    width: int | None = None
    styled: bool = False

    def bold(self, text: str) -> str:
        """Return `text` in bold."""
        return self._in(_BOLD, text)

    def faint(self, text: str) -> str:
        """Return `text` less bright."""
        return self._in(_FAINT, text)

    def link(self, text: str, url: str) -> str:
        """Return `text` that leads to `url` where it is clicked (OSC 8), if that is an address of the web."""
        if not self.styled or not _LINK.fullmatch(url):
            return text
        return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\"

    def lines(self, text: str, indent: str = "", marks: Sequence[tuple[int, int]] = (), *, first: str | None = None) -> list[str]:
        """Return `text` in lines that fit, each behind `indent`, the first behind `first`; the ranges `marks` of it stand out."""
        room = None if self.width is None else max(_LEAST_WIDTH, self.width) - len(indent)
        spans = line_spans(text, room) if room else [(0, len(text))]
        begins = [indent if first is None else first, *[indent] * (len(spans) - 1)]
        return [begin + self._marked(text, marks, *span) for begin, span in zip(begins, spans, strict=True)]

    def _marked(self, text: str, marks: Sequence[tuple[int, int]], first: int, last: int) -> str:
        if not self.styled:
            return text[first:last]
        pieces, at = [], first
        for start, end in ((max(start, first), min(end, last)) for start, end in marks):
            if start < end:
                pieces += [text[at:start], _MARK, text[start:end], _PLAIN]
                at = end
        return "".join(pieces) + text[at:last]

    def _in(self, style: str, text: str) -> str:
        return f"{style}{text}{_PLAIN}" if self.styled and text else text


PLAIN = Terminal()
"""A file, or a pipe."""


def terminal_of_stdout(environment: Mapping[str, str]) -> Terminal:
    """Return what stdout is; NO_COLOR (https://no-color.org) and TERM=dumb ask for no escape sequences."""
    if not sys.stdout.isatty():
        return PLAIN
    try:
        width = os.get_terminal_size(sys.stdout.fileno()).columns
    except OSError:
        width = 0
    styled = not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    return Terminal(width or None, styled)  # a terminal that does not know its size says 0


def line_spans(text: str, width: int) -> list[tuple[int, int]]:
    """Return where the lines of `text` begin and end, broken at spaces so that none is wider than `width` columns; a longer word is cut."""
    spans = []
    start = end = wide = 0
    for first, last in _pieces(text, width):
        width_of_piece = columns(text[first:last])
        if end > start and wide + columns(text[end:first]) + width_of_piece > width:
            spans.append((start, end))
            start, wide = first, 0
        else:
            wide += columns(text[end:first])
        end, wide = last, wide + width_of_piece
    return [*spans, (start, end)]


def _pieces(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield where words begin and end, those that no line holds in pieces."""
    for word in re.finditer(r"\S+", text):
        first = at = word.start()
        wide = 0
        while at < word.end():
            one = columns(text[at])
            if wide + one > width and at > first:
                yield first, at
                first, wide = at, 0
            wide += one
            at += 1
        yield first, word.end()


def columns(text: str) -> int:
    """Return how many columns of a terminal `text` takes: two for a wide letter, none for a mark on another."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(unicodedata.combining(each) > 0 for each in text)
