"""sources.toml, as far as it says what is gathered -> the papers to follow; and a paper found -> one more entry at its end.

Names and hosts are read by corpus.archive.paper_file too; here the whole of an entry is checked. What people wrote in the file stays as it is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from corpus.archive.paper_file import SOURCES_FILE, read_papers
from corpus.disk import synchronize
from corpus.errors import SourcesInvalid
from corpus.gathering.manners import DELAY
from corpus.gathering.source import DEPTH, Source
from corpus.message import told
from corpus.reading.address import resolve
from corpus.table_file import EntryReader, read_tables

KEYS = (
    "name",
    "hosts",
    "other_names",
    "feeds",
    "sitemaps",
    "sections",
    "folders",
    "include",
    "exclude",
    "delay",
    "depth",
    "private_hosts",
)
_LISTS = ("feeds", "sitemaps", "sections")
_LONGEST_DELAY, _DEEPEST = 3600.0, 50


def read_sources(home: Path) -> tuple[Source, ...]:
    """Return the papers of the sources.toml in a data folder, none if there is no file. Raises SourcesInvalid."""
    path = home / SOURCES_FILE
    papers = read_papers(path)
    text, tables = read_tables(path, SourcesInvalid)
    reader = _Reader(path, text, "source", SourcesInvalid)
    entries = tables.get("source", [])
    return tuple(
        reader.source(entry, number, paper.name, paper.hosts)
        for number, (entry, paper) in enumerate(zip(entries, papers, strict=True))
    )


def append_source(home: Path, source: Source) -> Path:
    """Write one more paper at the end of a data folder's sources.toml and return the file's path. Raises SourcesInvalid if it would be wrong then."""
    path = home / SOURCES_FILE
    home.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    written = path.with_name(f".{path.name}.tmp")
    gap = "" if not before.strip() else "\n" if before.endswith("\n") else "\n\n"
    written.write_text(before + gap + entry_text(source), encoding="utf-8")
    try:
        read_papers(written)
        synchronize(written)
        os.replace(written, path)
        synchronize(path.parent)
    except SourcesInvalid as error:
        raise SourcesInvalid(path, error.line, error.reason) from error
    finally:
        written.unlink(missing_ok=True)
    return path


def entry_text(source: Source) -> str:
    """Return a paper as an entry of sources.toml."""
    lines = ["[[source]]", f"name = {_string(source.name)}", f"hosts = {_strings(source.hosts)}"]
    lines += [
        f"{key} = {_strings(getattr(source, key))}" for key in (*_LISTS, "folders", "include", "exclude") if getattr(source, key)
    ]
    lines += [f"delay = {source.delay:g}"] if source.delay != DELAY else []
    lines += [f"private_hosts = {_strings(sorted(source.private_hosts))}"] if source.private_hosts else []
    return "\n".join(lines) + "\n"


def _strings(values: Iterable[str]) -> str:
    written = [_string(value) for value in values]
    return f"[{', '.join(written)}]" if len(written) < 2 else "[\n" + "".join(f"    {value},\n" for value in written) + "]"


def _string(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # a basic string of TOML is written as one of JSON


class _Reader(EntryReader):
    """Checks what an entry says of gathering."""

    def source(self, entry: dict[str, Any], number: int, name: str, hosts: tuple[str, ...]) -> Source:
        self._check_keys(entry, KEYS, number)
        lists = {
            key: tuple(self._address(written, key, number) for written in self._strings(entry, key, number)) for key in _LISTS
        }
        patterns = {
            key: tuple(self._pattern(written, key, number) for written in self._strings(entry, key, number))
            for key in ("include", "exclude")
        }
        return Source(
            name=name,
            hosts=hosts,
            folders=tuple(self._strings(entry, "folders", number)),
            delay=self._number(entry, "delay", number, DELAY, _LONGEST_DELAY),
            depth=int(self._number(entry, "depth", number, DEPTH, _DEEPEST)),
            private_hosts=frozenset(written.lower() for written in self._strings(entry, "private_hosts", number)),
            **lists,
            **patterns,
        )

    def _address(self, written: str, key: str, number: int) -> str:
        address = resolve("", written)
        if not address:
            raise self._wrong(number, told("source_no_address", key=key, address=written), written, key)
        return address

    def _pattern(self, written: str, key: str, number: int) -> str:
        if not written.startswith(("/", "*")):
            raise self._wrong(number, told("source_no_pattern", key=key, pattern=written), written, key)
        return written

    def _number(self, entry: dict[str, Any], key: str, number: int, default: float, most: float) -> float:
        value = entry.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise self._wrong(number, told("source_no_number", key=key, most=most), key)
        return value
