"""Rows of cells -> a workbook (XLSX) that Excel, LibreOffice and Numbers open: numbers, days and moments as such, texts never as formulas.

Invariant: every row is there, on as many sheets as it takes, and every text as it is, but for what is longer than a cell can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice
from typing import IO, TYPE_CHECKING

from corpus.writing.cell import Cell, begins_formula, text_of
from language.timestamp import VIETNAM

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_576
"""Rows of a sheet, that of the names among them."""
LONGEST_TEXT = 32_767
"""UTF-16 units of a cell."""
CUT = " […]"
"""What stands at the end of a text that was cut."""
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIRST_YEAR = 1900  # the first that a spreadsheet counts days of
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_workbook(
    names: Sequence[str], rows: Iterable[Iterable[Cell]], out: IO[bytes], *, title: str, most_rows: int = MOST_ROWS
) -> int:
    """Write a workbook with the columns `names` and return how many rows it has. Needs room on disk, and memory for one row.

    `title` names the sheets. A text that would begin a formula is marked as text, so that it stays one where its cell is edited.
    """
    from xlsxwriter.workbook import Workbook

    count, left = 0, iter(rows)
    with Workbook(out, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        formats = _Formats(book)
        for number, some in enumerate(_parted(left, most_rows - 1), start=1):
            sheet = book.add_worksheet(title if number == 1 else f"{title} {number}")
            sheet.freeze_panes(1, 0)
            for column, name in enumerate(names):
                formats.write(sheet, 0, column, name)
            for at, cells in enumerate(some, start=1):
                count += 1
                for column, cell in enumerate(cells):
                    formats.write(sheet, at, column, cell)
    return count


def _parted(rows: Iterator[Iterable[Cell]], size: int) -> Iterator[Iterable[Iterable[Cell]]]:
    """Yield the rows in parts of `size`, at least one part; each is to be read before the next."""
    yield islice(rows, size)
    for first in rows:
        yield chain([first], islice(rows, size - 1))


class _Formats:
    """How cells of each kind are written."""

    def __init__(self, book: Workbook) -> None:
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._quoted = book.add_format({"quote_prefix": True})

    def write(self, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
        """Write a cell; a moment as clocks in Vietnam had it, for spreadsheets know no zones."""
        if isinstance(cell, int):
            sheet.write_number(row, column, cell)
        elif isinstance(cell, date) and cell.year >= _FIRST_YEAR:
            local = cell.astimezone(VIETNAM).replace(tzinfo=None) if isinstance(cell, datetime) else cell
            sheet.write_datetime(row, column, local, self._moment if isinstance(cell, datetime) else self._day)
        elif text := text_of(cell):
            sheet.write_string(row, column, fitted(text), self._quoted if begins_formula(text) else None)


def fitted(text: str) -> str:
    """Return `text`, cut so that a cell can hold it: letters beyond U+FFFF count twice.

    Lines end with LF, as in a spreadsheet, and U+FFFD stands for what XML does not have.
    """
    text = _NOT_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) * 2 <= LONGEST_TEXT or len(text.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return text
    room = 2 * (LONGEST_TEXT - len(CUT))
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT
