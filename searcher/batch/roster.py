"""The bytes of a list, lines of text or a table (CSV), -> its entries: what is asked of each, under the number it has in the list.

Invariant: an entry is kept as it was given, so that whatever is found for it can be put beside it in the list it came from; none is left
out but blank lines, which are counted, and a table's row of column names, which is told.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from corpus.permalink import slug
from language.text import clean

_TABLES = (".csv", ".tsv")
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = ",;\t"
_NO_DELIMITER = "\x1f"
_LOOKED_AT = 200  # rows of a table, to tell its delimiter
# Every row is filled up to the widest; one row of a million commas must not make a million cells of each.
_LEAST_COLUMNS, _MOST_CELLS = 100, 2_000_000
_SEPARATOR = re.compile(r"sep=([,;\t])(?:\r\n|\r|\n)", re.I)  # Excel's own first line
_DIGIT = re.compile(r"\d")
_ROW_NUMBERS = frozenset(("stt", "tt", "so-tt", "so-thu-tu", "no", "id"))
# Names that people give to columns (as `slug` has them): the first are no query whatever stands beside them, others only in a row of names.
_NAMES = frozenset(
    "stt tt no id ten ho-ten ho-va-ten ten-goi ten-day-du ten-nguoi name full-name names query queries keyword keywords tu-khoa cum-tu "
    "cau-tim cau-hoi cau-truy-van tu-can-tim search term terms".split()
)
_NAMES_IN_A_ROW = _NAMES | frozenset(
    "ma ma-so noi-dung chu-de tieu-de title don-vi to-chuc co-quan cong-ty doanh-nghiep nguoi nhan-vat chuc-vu chuc-danh dia-chi ghi-chu "
    "ngay ngay-sinh nam nam-sinh gioi-tinh so-dien-thoai dien-thoai email dia-phuong noi-sinh que-quan tinh tinh-thanh huyen quan xa phuong "
    "khu-vuc vung linh-vuc loai nhom so-luong website person company organisation organization note notes date year province district region "
    "type group category position address phone number topic subject".split()
)
_BEGINNINGS = ("ten-", "ma-", "so-", "ngay-", "nam-", "ho-ten-")


class ColumnMissing(Exception):
    """The column asked for is not in the table; `columns` are the names it has, or their numbers."""

    def __init__(self, column: str, columns: Sequence[str]) -> None:
        super().__init__(f"no column {column!r} among {', '.join(columns)}")
        self.column = column
        self.columns = tuple(columns)


@dataclass(frozen=True)
class Entry:
    """What a list asks for in one place: `number` is that of its line, or of its row as a spreadsheet counts, from 1.

    `given` is the line, or the cell of the chosen column, character for character; `beside` are the other cells of its row.
    """

    number: int
    given: str
    beside: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """What to ask: the text given, white space folded."""
        return clean(self.given)


@dataclass(frozen=True)
class Roster:
    """A list as it was read.

    `column` is the name of the chosen column and `others` those of the others, "" and () where the list has no row of names; `header` is
    the number of that row, 0 if there is none. `blank` lines were passed over. `loose` says that quotation marks stand as no table has
    them, so that each line was read by itself.
    """

    entries: tuple[Entry, ...]
    column: str = ""
    others: tuple[str, ...] = ()
    header: int = 0
    blank: int = 0
    loose: bool = False


def decoded(content: bytes) -> str:
    """Return the text of a file, UTF-8 or, as Excel saves it, UTF-16. Raises UnicodeDecodeError if it is neither."""
    if content.startswith(_BYTE_ORDER_MARKS):
        return content.decode("utf-16")
    if b"\0" in content:
        place = content.index(b"\0")
        raise UnicodeDecodeError("utf-8", content, place, place + 1, "no text")
    return content.decode("utf-8-sig")


def read_roster(content: bytes, name: str, *, column: str = "", header: bool | None = None) -> Roster:
    """Return the list in a file: a table if its name says so or a column of it is meant, else lines. Raises what reading these does."""
    if is_table(name) or column or header is not None:
        return read_table(decoded(content), column=column, header=header)
    return read_lines(decoded(content))


def is_table(name: str) -> bool:
    """Return whether a file of this name is a table."""
    return name.lower().endswith(_TABLES)


def read_lines(text: str) -> Roster:
    """Return the lines of `text`, each as it stands."""
    lines = _lines(text)
    entries = tuple(Entry(number, line) for number, line in enumerate(lines, start=1) if line.strip())
    return Roster(entries, blank=_inner_blanks(lines))


def read_table(text: str, *, column: str = "", header: bool | None = None) -> Roster:
    """Return the cells of one column of a table: the first that does not number the rows, or the one that `column` names or numbers (from 1).

    `header` says whether the first row names the columns; None leaves it to be recognised. Cells stand between commas, semicolons or
    tabs, whichever the table uses. Of a table of more than two million cells a hundred columns are read. Raises ColumnMissing.
    """
    rows, loose = _rows(text)
    blank = _inner_blanks(["".join(row) for row in rows])
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(map(str.strip, row))]
    if not filled:
        return Roster((), blank=blank, loose=loose)
    width = min(max(len(row) for _, row in filled), max(_LEAST_COLUMNS, _MOST_CELLS // len(filled)))
    filled = [(number, row[:width]) for number, row in filled]
    names, at = _column(filled[0][1], width, column, header)
    if not names:
        return Roster(tuple(Entry(number, *_parted(row, at, width)) for number, row in filled), blank=blank, loose=loose)
    entries = tuple(Entry(number, *_parted(row, at, width)) for number, row in filled[1:])
    return Roster(entries, *_parted(names, at, width), filled[0][0], blank, loose)


def _column(first: Sequence[str], width: int, column: str, header: bool | None) -> tuple[list[str], int]:
    """Return the names of the columns, [] if `first`, the first row, does not name them, and the place of the column that is asked."""
    numbered = column.isdecimal() and 0 < int(column[:9]) <= width
    named = _named(first, column) if column and not numbered and header is not False else None
    is_header = named is not None or (_is_header(first, width) if header is None else header)
    names = [clean(name) for name in first] if is_header else []
    if numbered:
        return names, int(column) - 1
    if column and named is None:
        raise ColumnMissing(column, names or [str(number) for number in range(1, width + 1)])
    return names, _first(names) if named is None else named


def _inner_blanks(lines: Sequence[str]) -> int:
    """Return how many lines are blank, those at the end not counted."""
    filled = [number for number, line in enumerate(lines, start=1) if line.strip()]
    return (filled[-1] if filled else 0) - len(filled)


def _lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def _rows(text: str) -> tuple[list[list[str]], bool]:
    """Return the rows of a table, blank ones empty, and whether its quotation marks had to be read line by line."""
    separator = _SEPARATOR.match(text)
    delimiter = separator[1] if separator else _delimiter(text)
    before: list[list[str]] = [[]] if separator else []
    text = text[separator.end() :] if separator else text
    try:
        return before + list(_strict(text, delimiter)), False
    except csv.Error:
        return before + [_loose(line, delimiter) for line in _lines(text)], True


def _strict(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _loose(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line; where even by itself it is no row of a table, its quotation marks stand for themselves."""
    try:
        return next(_strict(line, delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def _delimiter(text: str) -> str:
    """Return what stands between the cells of a table: what parts most of its rows, and these into the same number of cells."""

    def parted(delimiter: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            widths = Counter(len(row) for row in islice(rows, _LOOKED_AT) if row)
        except csv.Error:  # a cell longer than csv reads
            widths = Counter(line.count(delimiter) + 1 for line in islice(_lines(text), _LOOKED_AT) if line)
        wide = Counter({width: count for width, count in widths.items() if width > 1})
        if 2 * wide.total() < widths.total():
            return 0, 0
        width, count = max(wide.items(), key=lambda each: (each[1], each[0]), default=(0, 0))
        return count, width

    best = max(_DELIMITERS, key=parted)
    return best if parted(best) > (0, 0) else _NO_DELIMITER


def _is_header(row: Sequence[str], width: int) -> bool:
    names = [slug(clean(cell)) for cell in row if cell.strip()]
    if width <= 1:
        return bool(names) and names[0] in _NAMES
    if any(_DIGIT.search(cell) for cell in row):
        return False
    return any(name in _NAMES_IN_A_ROW or name.startswith(_BEGINNINGS) for name in names)


def _first(names: Sequence[str]) -> int:
    """Return which column is asked where none is chosen."""
    return next((place for place, name in enumerate(names) if slug(name) not in _ROW_NUMBERS), 0)


def _named(names: Sequence[str], column: str) -> int | None:
    """Return where the column of a name stands; written as it is, or else but for its case and marks."""
    wanted = clean(column)
    exact = [place for place, name in enumerate(names) if clean(name) == wanted]
    alike = [place for place, name in enumerate(names) if slug(wanted) and slug(clean(name)) == slug(wanted)]
    return next(iter(exact + alike), None)


def _parted(row: Sequence[str], at: int, width: int) -> tuple[str, tuple[str, ...]]:
    """Return the cell of a row at a place, and the others, as many in every row."""
    cells = [*row, *[""] * (width - len(row))] or [""]
    return cells[at], (*cells[:at], *cells[at + 1 :])
