"""Search engines beside ours, over the same articles: stock Whoosh and SQLite FTS5, and what an engine is to a benchmark.

Both index the syllables (runs of letters and digits, in lower case) of title and body, without segmentation. FTS5 leaves marks out
(unicode61, remove_diacritics 2; it keeps đ), Whoosh keeps them. Whoosh is searched exhaustively: with a limit its results are wrong.
"""

from __future__ import annotations

import re
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from corpus.article import Article

SYLLABLE = re.compile(r"[^\W_]+")
ANY = ("two to four, any", "headline")
"""Classes of queries one syllable of which is enough."""
Query = tuple[str, list[str]]
"""A class of queries (speed.CLASSES) and the syllables asked for."""


class Engine(ABC):
    """One engine over a folder of its own. `build` and `open` are called in different processes."""

    name = ""

    def __init__(self, folder: Path, processes: int) -> None:
        self.folder = folder
        self.processes = processes

    @abstractmethod
    def build(self, articles: Iterator[Article]) -> None:
        """Index the articles and put the index on disk."""

    @abstractmethod
    def open(self) -> None:
        """Make ready to answer."""

    @abstractmethod
    def ask(self, query: Query) -> int:
        """Find the ten best and return the exact total."""


class Peer(Engine):
    """An engine whose ranking is measured too."""

    ways: Sequence[Literal["any", "all"]] = ("any",)
    """How many of a query's syllables may be asked for; whichever ranks better is reported."""

    @abstractmethod
    def best(self, query: str, way: str) -> list[int]:
        """Return the ten best for a query as typed, best first: their numbers, from 0, in the order built."""


class StockWhoosh(Peer):
    """Whoosh 2.7.4 as it comes, exhaustively searched: with a limit its results are wrong."""

    name = "Whoosh"

    def build(self, articles: Iterator[Article]) -> None:
        from whoosh import analysis, fields, index

        word = analysis.RegexTokenizer(r"[^\W_]+") | analysis.LowercaseFilter()
        schema = fields.Schema(id=fields.ID(stored=True), title=fields.TEXT(analyzer=word), body=fields.TEXT(analyzer=word))
        writer = index.create_in(str(self.folder), schema).writer(limitmb=256)
        for article in articles:
            writer.add_document(id=article.id, title=article.title, body=body_of(article))
        writer.commit()

    def open(self) -> None:
        from whoosh import index

        self.searcher = index.open_dir(str(self.folder)).searcher()

    def ask(self, query: Query) -> int:
        from whoosh import query as q

        name, syllables = query
        if name == "phrase":
            asked: Any = q.Or([q.Phrase("title", syllables), q.Phrase("body", syllables)])
        else:
            asked = (q.Or if name in ANY else q.And)(self._leaves(syllables))
        return len(self.searcher.search(asked, limit=None))

    def best(self, query: str, way: str) -> list[int]:
        from whoosh import query as q

        asked = (q.Or if way == "any" else q.And)(self._leaves(syllables_of(query)))
        return [hit.docnum for hit in self.searcher.search(asked, limit=10, optimize=False)]

    @staticmethod
    def _leaves(syllables: Sequence[str]) -> list[Any]:
        from whoosh import query as q

        return [q.Or([q.Term("title", each), q.Term("body", each)]) for each in syllables]


class Fts5(Peer):
    """SQLite FTS5."""

    name = "SQLite FTS5"
    ways = ("any", "all")

    def build(self, articles: Iterator[Article]) -> None:
        database = sqlite3.connect(self.folder / "fts5.sqlite3")
        database.execute("CREATE VIRTUAL TABLE a USING fts5(title, body, content='', tokenize='unicode61 remove_diacritics 2')")
        rows = ((number, article.title, body_of(article)) for number, article in enumerate(articles, start=1))
        database.executemany("INSERT INTO a(rowid, title, body) VALUES (?, ?, ?)", rows)
        database.commit()
        database.execute("INSERT INTO a(a) VALUES ('optimize')")
        database.commit()
        database.close()

    def open(self) -> None:
        self.database = sqlite3.connect(self.folder / "fts5.sqlite3")

    def ask(self, query: Query) -> int:
        name, syllables = query
        text = f'"{" ".join(syllables)}"' if name == "phrase" else self._joined(syllables, "any" if name in ANY else "all")
        self._ten_best(text)
        total: int = self.database.execute("SELECT count(*) FROM a WHERE a MATCH ?", (text,)).fetchone()[0]
        return total

    def best(self, query: str, way: str) -> list[int]:
        return [rowid - 1 for rowid in self._ten_best(self._joined(syllables_of(query), way))]

    def _ten_best(self, text: str) -> list[int]:
        found = self.database.execute("SELECT rowid FROM a WHERE a MATCH ? ORDER BY rank LIMIT 10", (text,))
        return [rowid for (rowid,) in found]

    @staticmethod
    def _joined(syllables: Sequence[str], way: str) -> str:
        return (" OR " if way == "any" else " AND ").join(f'"{each}"' for each in syllables)


def syllables_of(query: str) -> list[str]:
    """Return the syllables of a query as typed, in lower case."""
    return SYLLABLE.findall(query.lower())


def body_of(article: Article) -> str:
    """Return what peers index as the body."""
    return "\n".join([article.lead, *(block.text for block in article.blocks)])
