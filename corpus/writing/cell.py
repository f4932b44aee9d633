"""What a cell of a table holds -> the text that says it, and whether a spreadsheet would run that text.

Invariant: whatever a paper has printed, no table that is made of cells runs it.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TypeAlias

from language.timestamp import VIETNAM

Cell: TypeAlias = "str | int | date | datetime | None"
"""A text, a number, a day, an aware moment, or nothing."""
# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"); some read full-width signs as the plain ones, and look
# past white space and invisible characters before them.
_FORMULA = re.compile(
    "[\\s\ufeff\u200b-\u200f\u2060\x00-\x1f]*[=+@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b-]|[\t\r\n]"
)


def text_of(cell: Cell) -> str:
    """Return a cell as text: a moment as in Vietnam to the minute, with its zone; a day as ISO 8601; nothing as ""."""
    if isinstance(cell, datetime):
        return cell.astimezone(VIETNAM).isoformat(sep=" ", timespec="minutes")
    return "" if cell is None else str(cell)


def begins_formula(text: str) -> bool:
    """Return whether a spreadsheet may take `text` for a formula."""
    return _FORMULA.match(text) is not None
