"""Pages as they were laid out -> the same without page numbers and without what is printed above or below the text of most pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from corpus.message import note
from corpus.reading.document.layout import Column, Piece

# So many lines at either edge of a page are looked at; a head stands on so many pages, and on such a share of them (even and odd may differ).
_EDGE, _FEWEST, _SHARE = 3, 3, 0.4
_NUMBER = re.compile(r"\W*(?:(?:trang|page|p\.)\s*)?(\d{1,4})(?:\s*(?:/|trên|of)\s*\d{1,4})?\W*", re.I)
_DIGITS = re.compile(r"\d+")
_SHOWN, _TOLD = 60, 5


def without_running_heads(pages: Sequence[Sequence[Column]], notes: list[str]) -> list[list[Column]]:
    """Return the columns of each page without running heads and feet and page numbers; `notes` gets which heads were left out."""
    edges = [_edge(page) for page in pages]
    repeated = _repeated(pages, edges)
    dropped = [
        {line for line in edge if _key(line) in repeated or line in numbers}
        for edge, numbers in zip(edges, _page_numbers(edges), strict=True)
    ]
    shown = {_key(line): line.text.strip()[:_SHOWN] for lines in dropped for line in lines if not _NUMBER.fullmatch(line.text)}
    notes += [note("note_running_head", text=text) for _, text in sorted(shown.items())[:_TOLD]]
    return [list(_without(page, lines)) for page, lines in zip(pages, dropped, strict=True)]


def _repeated(pages: Sequence[Sequence[Column]], edges: Sequence[Sequence[Piece]]) -> set[str]:
    """Return the keys of the lines that stand at the edges of most pages, and nowhere between."""
    seen = Counter(key for edge in edges for key in {_key(line) for line in edge})
    inside = {
        _key(line)
        for page, edge in zip(pages, edges, strict=True)
        for column in page
        for line in column.lines
        if line not in edge
    }
    return {key for key, count in seen.items() if count >= _FEWEST and count >= _SHARE * len(pages)} - inside


def _without(page: Sequence[Column], dropped: set[Piece]) -> Iterator[Column]:
    """Yield the columns of a page without some lines, those left empty not at all."""
    for column in page:
        lines = tuple(line for line in column.lines if line not in dropped)
        if lines:
            yield Column(lines)


def _edge(page: Sequence[Column]) -> list[Piece]:
    """Return the first and last lines of a page, by where they stand."""
    lines = sorted((line for column in page for line in column.lines), key=lambda line: -line.base)
    depth = min(_EDGE, max(1, len(lines) // 4))
    return [*lines[:depth], *lines[max(depth, len(lines) - depth) :]]


def _key(line: Piece) -> str:
    return _DIGITS.sub("#", " ".join(line.text.casefold().split()))


def _page_numbers(edges: Sequence[Sequence[Piece]]) -> list[set[Piece]]:
    """Return the lines of each page that are its number: that number is as far from the page's place as on another page."""
    found = [
        [(line, int(match[1]) - place) for line in edge if (match := _NUMBER.fullmatch(line.text))]
        for place, edge in enumerate(edges)
    ]
    ahead = Counter(offset for page in found for offset in {offset for _, offset in page})
    return [{line for line, offset in page if ahead[offset] > 1 or offset == 1} for page in found]
