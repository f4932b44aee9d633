"""sources.toml, an archive's own table of papers -> the PaperTable in force, with the papers that come with us below it.

Invariant: a file that is not as it should be gives no table at all but SourcesInvalid, which names the line. Keys that are not of
papers' names (feeds, delays) are other readers' and passed over.
"""

from __future__ import annotations

import re
import sys
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from corpus.archive import Archive
from corpus.errors import SourcesInvalid
from corpus.paper import Paper, PaperTable, shares_name, site
from language.text import clean

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SOURCES_FILE = "sources.toml"
"""The table's place in the data folder."""

_LARGEST, _LONGEST_LINE = 1_000_000, 20_000  # bytes; TOML takes time quadratic in what stands on one line
_KEYS = ("name", "hosts", "other_names")
_WITH_US = Path(__file__).resolve().parents[1] / "data" / "papers.toml"
_HEADER = re.compile(r"\s*\[\[\s*source\s*\]\]")
_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def load_papers(folder: Path, archive: Archive) -> PaperTable:
    """Return the table by which the papers of `archive`, kept in `folder`, are named now. Raises SourcesInvalid."""
    own = PaperTable(read_papers(folder / SOURCES_FILE))
    return own.over(_papers_with_us()).with_sites(archive.stated_sources())


def read_papers(path: Path) -> tuple[Paper, ...]:
    """Return the papers in the file at `path`, none if there is no file. Raises SourcesInvalid."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise SourcesInvalid(path, 1, f"không đọc được ({error.strerror})") from error
    if len(content) > _LARGEST:
        raise SourcesInvalid(path, 1, f"lớn hơn {_LARGEST // 1_000_000} MB")
    long = next((number for number, line in enumerate(content.split(b"\n"), 1) if len(line) > _LONGEST_LINE), 0)
    if long:
        raise SourcesInvalid(path, long, f"dòng dài hơn {_LONGEST_LINE} byte")
    try:
        text = content.decode("utf-8-sig")
        tables = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise SourcesInvalid(path, content.count(b"\n", 0, error.start) + 1, "không phải UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        line = int(at[1]) if at and at[1] else len(text.splitlines())
        raise SourcesInvalid(path, line, f"không đúng cú pháp TOML: {_AT.sub('', str(error))}") from error
    except RecursionError as error:
        raise SourcesInvalid(path, 1, "lồng nhau quá sâu") from error
    return _Reader(path, text).papers(tables)


@cache
def _papers_with_us() -> PaperTable:
    return PaperTable(read_papers(_WITH_US))


class _Reader:
    """Checks what TOML has read; knows the lines, for messages."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()
        self._starts = [number for number, line in enumerate(self._lines) if _HEADER.match(line)]

    def papers(self, tables: dict[str, Any]) -> tuple[Paper, ...]:
        self._check_keys(tables, ("source",), None)
        entries = tables.get("source", [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self._wrong(None, "mỗi báo cần một mục [[source]], hai dấu ngoặc vuông", "source")
        found: list[Paper] = []
        for number, entry in enumerate(entries):
            self._check_keys(entry, _KEYS, number)
            found.append(self._paper(entry, number))
            self._check_shared(found, number)
        return tuple(found)

    def _paper(self, entry: dict[str, Any], number: int) -> Paper:
        name = entry.get("name")
        if not isinstance(name, str) or not clean(name):
            raise self._wrong(number, "cần “name”, tên báo, một chuỗi không rỗng", "name")
        hosts = []
        for written in self._strings(entry, "hosts", number):
            host = site(f"https://{written}")
            if not host or "/" in written or "@" in written or "." not in host:
                reason = f"“{written}” không phải tên miền; viết như “vnexpress.net”, không có https:// hay đường dẫn"
                raise self._wrong(number, reason, written, "hosts")
            hosts.append(host)
        names = [clean(other) for other in self._strings(entry, "other_names", number)]
        if not all(names):
            raise self._wrong(number, "một tên trong “other_names” bị để rỗng", "other_names")
        return Paper(clean(name), tuple(dict.fromkeys(hosts)), tuple(dict.fromkeys(names)))

    def _strings(self, entry: dict[str, Any], key: str, number: int) -> list[str]:
        values = entry.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self._wrong(number, f'“{key}” cần một danh sách chuỗi, như {key} = ["…"]', key)
        return values

    def _check_keys(self, table: dict[str, Any], ours: tuple[str, ...], number: int | None) -> None:
        """Refuse a key that is nearly one of ours: passed over, it would do nothing and say nothing."""
        for key in table:
            meant = get_close_matches(key, ours, 1, 0.8)
            if meant and key not in ours:
                raise self._wrong(number, f"không có khoá “{key}”; có phải là “{meant[0]}”?", key)

    def _check_shared(self, papers: list[Paper], number: int) -> None:
        """Refuse the last paper if it has a host or name of one before it."""
        last = papers[-1]
        for other, paper in enumerate(papers[:-1]):
            for host in last.hosts:
                if host in paper.hosts:
                    raise self._taken(number, host, "hosts", paper, other)
            for name in last.names:
                if any(shares_name(name, known) for known in paper.names):
                    raise self._taken(number, name, "other_names", paper, other)

    def _taken(self, number: int, word: str, key: str, paper: Paper, other: int) -> SourcesInvalid:
        place = self._line(other, word, key)
        return self._wrong(number, f"“{word}” đã thuộc về “{paper.name}” (dòng {place})", word, key)

    def _wrong(self, number: int | None, reason: str, *words: str) -> SourcesInvalid:
        return SourcesInvalid(self._path, self._line(number, *words), reason)

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
