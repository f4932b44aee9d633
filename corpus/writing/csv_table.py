"""Rows of cells -> CSV that a spreadsheet opens as it is: UTF-8 with a byte order mark, no cell run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from corpus.writing.cell import Cell, begins_formula, text_of

_BYTE_ORDER_MARK = "\ufeff"


def neutral(text: str) -> str:
    """Return `text` so that no spreadsheet runs it: an apostrophe before what would begin a formula."""
    return "'" + text if begins_formula(text) else text


def head(columns: Iterable[str]) -> str:
    """Return how a table begins: the byte order mark, by which Excel knows UTF-8, and a row that names the columns."""
    return _BYTE_ORDER_MARK + row(columns)


def row(cells: Iterable[Cell]) -> str:
    """Return a row with its line end (CR LF), each text made neutral; a number is none that runs."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow([text_of(cell) if isinstance(cell, int) else neutral(text_of(cell)) for cell in cells])
    return out.getvalue()
