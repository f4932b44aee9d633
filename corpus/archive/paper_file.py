"""sources.toml, an archive's own table of papers -> the PaperTable in force, with the papers that come with us below it.

Invariant: a file that is not as it should be gives no table at all but SourcesInvalid, which names the line. Keys that are not of
papers' names (feeds, delays) are other readers' and passed over.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from corpus.archive import Archive
from corpus.errors import SourcesInvalid, TableInvalid
from corpus.message import told
from corpus.paper import Paper, PaperTable, shares_name, site
from corpus.table_file import EntryReader, read_tables
from language.text import clean

SOURCES_FILE = "sources.toml"
"""The table's place in the data folder."""

_KEYS = ("name", "hosts", "other_names")
_WITH_US = Path(__file__).resolve().parents[1] / "data" / "papers.toml"


def load_papers(folder: Path, archive: Archive) -> PaperTable:
    """Return the table by which the papers of `archive`, kept in `folder`, are named now. Raises SourcesInvalid."""
    own = PaperTable(read_papers(folder / SOURCES_FILE))
    return own.over(_papers_with_us()).with_sites(archive.stated_sources())


def read_papers(path: Path) -> tuple[Paper, ...]:
    """Return the papers in the file at `path`, none if there is no file. Raises SourcesInvalid."""
    text, tables = read_tables(path, SourcesInvalid)
    return _Reader(path, text, "source", SourcesInvalid).papers(tables)


@cache
def _papers_with_us() -> PaperTable:
    return PaperTable(read_papers(_WITH_US))


class _Reader(EntryReader):
    """Checks what TOML has read."""

    def papers(self, tables: dict[str, Any]) -> tuple[Paper, ...]:
        self._check_keys(tables, ("source",), None)
        entries = tables.get("source", [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self._wrong(None, told("papers_no_entries"), "source")
        found: list[Paper] = []
        for number, entry in enumerate(entries):
            self._check_keys(entry, _KEYS, number)
            found.append(self._paper(entry, number))
            self._check_shared(found, number)
        return tuple(found)

    def _paper(self, entry: dict[str, Any], number: int) -> Paper:
        name = entry.get("name")
        if not isinstance(name, str) or not clean(name):
            raise self._wrong(number, told("papers_no_name"), "name")
        hosts = []
        for written in self._strings(entry, "hosts", number):
            host = site(f"https://{written}")
            if not host or "/" in written or "@" in written or "." not in host:
                raise self._wrong(number, told("papers_no_host", host=written), written, "hosts")
            hosts.append(host)
        names = [clean(other) for other in self._strings(entry, "other_names", number)]
        if not all(names):
            raise self._wrong(number, told("papers_empty_name"), "other_names")
        return Paper(clean(name), tuple(dict.fromkeys(hosts)), tuple(dict.fromkeys(names)))

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

    def _taken(self, number: int, word: str, key: str, paper: Paper, other: int) -> TableInvalid:
        reason = told("papers_taken", word=word, paper=paper.name, line=self._line(other, word, key))
        return self._wrong(number, reason, word, key)
