"""What stands where on a printed page -> its lines in reading order, parted into columns.

Two columns of prose, and the two halves of an official document's head, are read one after the other; the cells of a table row by row.
Invariant: every piece of text that goes in comes out once, copies printed over each other (a bold that is drawn twice) apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from statistics import median

# In widths of a letter's height.
_SAME_LINE, _SAME_CELL, _GUTTER, _APART = 0.4, 1.2, 1.2, 2.0
# A page of more rows is no page of prose: it is read from top to bottom.
_MOST_ROWS = 400
_FIGURES = re.compile(r"[\d.,/%\s:+-]*\d[\d.,/%\s:+-]*")
_SHORT_CELL = 25
_LABEL = 5  # "1.", "a)", "III."


@dataclass(frozen=True)
class Piece:
    """Text that is set in one go: from `left` to `right` on the baseline `base` (upwards), in letters of a `size`, all in points.

    A row of a table stands `alone`: it neither goes on nor is gone on with.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool = False
    alone: bool = False


@dataclass(frozen=True)
class Column:
    """Lines below each other, from top to bottom."""

    lines: tuple[Piece, ...]


def columns(pieces: Iterable[Piece]) -> list[Column]:
    """Return the lines of one page in reading order, those that stand below each other as one column."""
    rows = _rows(pieces)
    if len(rows) > _MOST_ROWS:
        return [Column(tuple(map(_joined, rows)))]
    found: list[list[Piece]] = [[]]
    here = 0
    while here < len(rows):
        end, gutter = _region(rows, here)
        if gutter is None:
            found[-1].append(_joined(rows[here]))
            here += 1
            continue
        region = rows[here:end]
        if _is_table(region, gutter):
            found[-1] += [replace(_joined(row), alone=len(row) > 2) for row in region]
        else:
            found += [*_halves(region, gutter), []]
        here = end
    return [Column(tuple(lines)) for lines in found if lines]


def _halves(region: Sequence[Sequence[Piece]], gutter: tuple[float, float]) -> Iterator[list[Piece]]:
    """Yield the columns left of a gutter, then those right of it; each half may be parted again: three columns."""
    left = [cell for row in region for cell in row if cell.right <= gutter[0]]
    right = [cell for row in region for cell in row if cell.left >= gutter[1]]
    for half in (left, right):
        for column in columns(half):
            yield list(column.lines)


def _rows(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Return what stands on one baseline together, from top to bottom, each row its cells from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.base, piece.left)):
        if rows and abs(rows[-1][0].base - piece.base) <= _SAME_LINE * max(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [list(_cells(sorted(row, key=lambda piece: piece.left))) for row in rows]


def _cells(row: Sequence[Piece]) -> Iterator[Piece]:
    here = row[0]
    for piece in row[1:]:
        if piece.text == here.text and abs(piece.left - here.left) < 0.3 * piece.size:
            continue  # printed twice
        if piece.left - here.right > _SAME_CELL * max(piece.size, here.size):
            yield here
            here = piece
        else:
            here = _put_together(here, piece, " " if piece.left - here.right > 0.15 * piece.size else "")
    yield here


def _put_together(one: Piece, other: Piece, between: str) -> Piece:
    text = one.text + ("" if one.text.endswith(" ") or other.text.startswith(" ") else between) + other.text
    size = one.size if len(one.text) >= len(other.text) else other.size
    return Piece(text, one.left, max(one.right, other.right), one.base, size, one.bold and other.bold)


def _joined(row: Sequence[Piece]) -> Piece:
    line = row[0]
    for cell in row[1:]:
        line = _put_together(line, cell, " " if len(row) == 2 and len(line.text.strip()) <= _LABEL else " | ")
    return line


def _region(rows: Sequence[Sequence[Piece]], start: int) -> tuple[int, tuple[float, float] | None]:
    """Return the end of the longest run of rows from `start` on that one gutter parts, and the gutter; None where there is none."""
    free = [(-inf, inf)]
    best: tuple[int, tuple[float, float] | None] = (start + 1, None)
    for end in range(start + 1, len(rows) + 1):
        if not _goes_on(rows, start, end - 1):
            break
        wide = _GUTTER * median(cell.size for cell in rows[end - 1])
        free = [gap for gap in _parted(free, rows[end - 1]) if gap[1] - gap[0] >= wide]
        inner = [gap for gap in free if -inf < gap[0] and gap[1] < inf]
        parting = [gap for gap in inner if _sides(rows[start:end], gap) > 1]
        if parting:
            best = (end, max(parting, key=lambda gap: gap[1] - gap[0]))
        elif best[1] or not free:
            break
    return best


def _goes_on(rows: Sequence[Sequence[Piece]], start: int, here: int) -> bool:
    """May a row be of the region that begins with row `start`: near the one above, and like it of two cells or of more?"""
    near = here == start or rows[here - 1][0].base - rows[here][0].base <= _APART * rows[here][0].size
    return near and (len(rows[start]) > 2) == (len(rows[here]) > 2)


def _sides(rows: Sequence[Sequence[Piece]], gap: tuple[float, float]) -> int:
    """Return how many rows have a cell left of a gap, or right of it, whichever are fewer."""
    return min(sum(any(c.right <= gap[0] for c in row) for row in rows), sum(any(c.left >= gap[1] for c in row) for row in rows))


def _parted(free: Iterable[tuple[float, float]], row: Sequence[Piece]) -> Iterator[tuple[float, float]]:
    for low, high in free:
        for cell in row:
            if cell.right <= low or cell.left >= high:
                continue
            if cell.left > low:
                yield low, cell.left
            low = max(low, cell.right)
        if low < high:
            yield low, high


def _is_table(region: Sequence[Sequence[Piece]], gutter: tuple[float, float]) -> bool:
    """Are these rows of a table, to be read across? Columns of prose have long lines, the halves of a head are two."""
    wide = [row for row in region if len(row) > 1]
    cells = [cell for row in wide for cell in row]
    if len(wide) < 2:
        return False
    if median(len(cell.text) for cell in cells) < _SHORT_CELL and sum(len(row) > 2 for row in wide) * 2 > len(region):
        return True
    sides = [[cell.text for cell in cells if (cell.left >= gutter[1]) is right] for right in (False, True)]
    return any(map(_are_labels, sides)) or any(map(_are_figures, sides)) and len(wide) * 5 >= len(region) * 4


def _are_labels(side: Sequence[str]) -> bool:
    return len(side) > 1 and median(map(len, side)) <= _LABEL


def _are_figures(side: Sequence[str]) -> bool:
    return sum(_FIGURES.fullmatch(text) is not None for text in side) * 2 > len(side)
