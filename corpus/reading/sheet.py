"""A table as programs write it (CSV, TSV) -> a line of JSON for each row, as `corpus.reading.jsonl` reads it.

The first row names the columns, as the keys of JSONL or as `columns` says (key -> name of a column). Encoding and delimiter are recognised.
Memory does not grow with the number of rows; a row that is none is told by the number of the line it begins in.
"""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple

from corpus.errors import NotAnArticle
from corpus.message import told
from corpus.reading.page.encoding import decode
from language.text import clean
from language.wording import Told

KEYS = (
    "url",
    "title",
    "lead",
    "body",
    "captions",
    "published",
    "modified",
    "fetched_at",
    "source",
    "section",
    "authors",
    "tags",
    "html",
)
_LISTS = ("authors", "tags", "captions")
_MOMENTS = ("published", "modified", "fetched_at")
LONGEST_ROW = 20_000_000
_HEAD = 64_000
_DELIMITERS = ",;\t|"
_EXCEL_HINT = re.compile(r"sep=(.)\r?\n?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")


class Row(NamedTuple):
    """A row as a line of JSON, or why it is none. `line` is where it begins in the file."""

    line: int
    content: bytes = b""
    reason: Told | None = None


def rows(file: BinaryIO, columns: Mapping[str, str] | None = None) -> Iterator[Row]:
    """Yield the rows below the first of a table. Raises NotAnArticle when its first row does not name what an article needs."""
    csv.field_size_limit(LONGEST_ROW)
    head = file.read(_HEAD)
    lines = _Lines(file, head)
    first = next(lines, "")
    hint = _EXCEL_HINT.fullmatch(first)
    if hint:
        first = next(lines, "")
    delimiter = hint[1] if hint else max(_DELIMITERS, key=first.count)
    lines.put_back(first)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        names = next(reader, [])
    except csv.Error as error:
        raise NotAnArticle("table_broken") from error
    keys = _keys(names, columns or {})
    while True:
        begin = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(begin, reason=told("table_broken"))
            reader = csv.reader(lines, delimiter=delimiter)
            continue
        if any(map(str.strip, cells)):
            if any(cells[len(names) :]):
                yield Row(begin, reason=told("table_many_cells", count=len(cells), most=len(names)))
            else:
                yield Row(begin, json.dumps(_values(keys, cells), ensure_ascii=False).encode("utf-8", "replace"))


class _Lines:
    """The lines of a file as text: an iterator that counts those it has given."""

    def __init__(self, file: BinaryIO, head: bytes) -> None:
        self.number = 0
        self._file = file
        self._back: list[str] = []
        self._rest = head
        mark = next((mark for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) if head.startswith(mark)), None)
        self._wide = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}.get(mark or b"", "")
        if self._wide:  # what Excel calls Unicode text: read as UTF-8 from here on
            self._file = codecs.EncodedFile(file, "utf-8", self._wide, "replace")
            self._rest = head[2:].decode(self._wide, "replace").encode()
        self._rest = self._rest.removeprefix(codecs.BOM_UTF8)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self._back:
            self.number += 1
            return self._back.pop()
        line, end, self._rest = self._rest.partition(b"\n")
        if not end:
            line += self._file.readline(LONGEST_ROW)
        if not line and not end:
            raise StopIteration
        self.number += 1
        return self._text(line + end)

    def put_back(self, line: str) -> None:
        self.number -= 1
        self._back.append(line)

    def _text(self, line: bytes) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            return decode(line).text


def _keys(names: Sequence[str], columns: Mapping[str, str]) -> list[str]:
    """Return the key of each column, "" for one that is passed over."""
    chosen = {_folded(name): key for key, name in columns.items()}
    known = {_folded(key): key for key in KEYS if key not in columns}
    folded = list(map(_folded, names))
    missing = [name for name in columns.values() if _folded(name) not in folded]
    found = [chosen.get(name) or known.get(name, "") for name in folded]
    if missing or "title" not in found:
        shown = ", ".join(filter(None, map(clean, names)))[:300]
        raise NotAnArticle("table_no_column", wanted=", ".join(missing) or "title", names=shown)
    twice = next((key for key in found if key and found.count(key) > 1), "")
    if twice:
        raise NotAnArticle("table_column_twice", key=twice)
    return found


def _folded(name: str) -> str:
    return clean(name).casefold().replace("_", " ")


def _values(keys: Sequence[str], cells: Sequence[str]) -> dict[str, object]:
    values: dict[str, object] = {"url": ""}
    for key, cell in zip(keys, cells, strict=False):
        text = cell.strip()
        if not key or not text:
            continue
        if key in _LISTS:
            parted = text.splitlines() if key == "captions" else re.split(r"[;\n]" if ";" in text else r"[,\n]", text)
            values[key] = [part.strip() for part in parted if part.strip()]
        else:
            values[key] = _iso(text) if key in _MOMENTS else text
    return values


def _iso(text: str) -> str:
    """Return a date as Vietnam writes it, day first, in the order of ISO 8601; anything else as it stands."""
    found = _DAY_FIRST.fullmatch(text)
    if not found:
        return text
    day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
    return f"{year:04}-{month:02}-{day:02}" + (f"T{hour:02}:{minute:02}:{second:02}+07:00" if found[4] else "")
