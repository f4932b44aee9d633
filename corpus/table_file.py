"""A TOML file that people write by hand -> its entries, checked, or what is wrong with it and in which line.

Invariant: a file that is not as it should be gives nothing at all but its error (a child of TableInvalid), which names the line.
"""

from __future__ import annotations

import re
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from corpus.errors import TableInvalid
from corpus.message import told
from language.wording import Told

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LARGEST, LONGEST_LINE = 1_000_000, 20_000
"""Bytes; TOML takes time quadratic in what stands on one line."""

_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def read_tables(path: Path, invalid: type[TableInvalid]) -> tuple[str, dict[str, Any]]:
    """Return the text of the file at `path` and what TOML reads in it; ("", {}) if there is no file. Raises `invalid`."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return "", {}
    except OSError as error:
        raise invalid(path, 1, told("table_unreadable", reason=str(error.strerror))) from error
    if len(content) > LARGEST:
        raise invalid(path, 1, told("table_large", most=LARGEST // 1_000_000))
    long = next((number for number, line in enumerate(content.split(b"\n"), 1) if len(line) > LONGEST_LINE), 0)
    if long:
        raise invalid(path, long, told("table_long_line", most=LONGEST_LINE))
    try:
        text = content.decode("utf-8-sig")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise invalid(path, content.count(b"\n", 0, error.start) + 1, told("table_not_utf_8")) from error
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        line = int(at[1]) if at and at[1] else len(text.splitlines())
        raise invalid(path, line, told("table_not_toml", reason=_AT.sub("", str(error)))) from error
    except RecursionError as error:
        raise invalid(path, 1, told("table_too_deep")) from error


class EntryReader:
    """Checks the entries [[`kind`]] that TOML has read of a file; knows the lines, for messages."""

    def __init__(self, path: Path, text: str, kind: str, invalid: type[TableInvalid]) -> None:
        header = re.compile(rf"\s*\[\[\s*{kind}\s*\]\]")
        self._path = path
        self._invalid = invalid
        self._lines = text.splitlines()
        self._starts = [number for number, line in enumerate(self._lines) if header.match(line)]

    def _strings(self, entry: dict[str, Any], key: str, number: int) -> list[str]:
        values = entry.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self._wrong(number, told("table_no_strings", key=key), key)
        return values

    def _check_keys(self, table: dict[str, Any], ours: tuple[str, ...], number: int | None) -> None:
        """Refuse a key that is nearly one of ours: passed over, it would do nothing and say nothing."""
        for key in table:
            meant = get_close_matches(key, ours, 1, 0.8)
            if meant and key not in ours:
                raise self._wrong(number, told("table_no_such_key", key=key, meant=meant[0]), key)

    def _wrong(self, number: int | None, reason: Told, *words: str) -> TableInvalid:
        return self._invalid(self._path, self._line(number, *words), reason)

    def _line(self, number: int | None, *words: str) -> int:
        """Return the line, from 1, of entry `number` (None: of the file) that has the first of `words` found, by default its first."""
        start = self._starts[number] if number is not None and number < len(self._starts) else 0
        end = next((each for each in self._starts if number is not None and each > start), len(self._lines))
        for word in filter(None, words):
            exact = re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w.-])")
            for line in range(start, end):
                if exact.search(self._lines[line]):
                    return line + 1
        return start + 1
