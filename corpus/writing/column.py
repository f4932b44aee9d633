"""An exported article -> the cells of its row: the table of the columns there are, and which of them a reader wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from corpus.article import Article
from corpus.permalink import permalink
from corpus.writing.cell import Cell


@dataclass(frozen=True)
class ExportedArticle:
    """An article as it is written into a file.

    `base` is the address of the site, "" where nobody knows it; `gone` since when the article is no longer at its own address; `match` how
    what was searched for matched in it, "" where nothing was, and `snippets` where.
    """

    article: Article
    base: str = ""
    gone: datetime | None = None
    match: str = ""
    snippets: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The permalink in full; "" where nobody knows under which address the archive is served."""
        return address(self.article, self.base)


def address(article: Article, base: str) -> str:
    """Return an article's permalink in full on a site that is served at `base`; "" where that is not known."""
    return base + permalink(article.id, article.title) if base else ""


class ColumnUnknown(Exception):
    """Raised for the name of a column that there is not; `column` is that name."""

    def __init__(self, column: str) -> None:
        super().__init__(f"no column {column!r} among {', '.join(COLUMNS)}")
        self.column = column


def _text(article: Article) -> str:
    return "\n".join(f"{block.text} {block.credit}".strip() for block in article.blocks)


COLUMNS: Mapping[str, Callable[[ExportedArticle], Cell]] = {
    "id": lambda one: one.article.id,
    "url": lambda one: one.article.url,
    "title": lambda one: one.article.title,
    "lead": lambda one: one.article.lead,
    "source": lambda one: one.article.source,
    "section": lambda one: one.article.section,
    "published": lambda one: one.article.published,
    "modified": lambda one: one.article.modified,
    "authors": lambda one: "; ".join(one.article.authors),
    "tags": lambda one: "; ".join(one.article.tags),
    "text": lambda one: _text(one.article),
    "gone": lambda one: one.gone,
    "permalink": lambda one: one.base + permalink(one.article.id, one.article.title),
    "content_hash": lambda one: one.article.content_hash,
    "match": lambda one: one.match,
    "snippets": lambda one: "\n".join(one.snippets),
}
"""Every column of a table of articles, by its name."""
SNIPPETS = "snippets"
"""The column that takes looking into each article again."""
USUAL = tuple(name for name in COLUMNS if name != SNIPPETS)
"""The columns of a table of which nobody said otherwise."""


def read_columns(typed: str) -> tuple[str, ...]:
    """Return the columns named in `typed`, between commas, each once and in that order; the usual ones if none is. Raises ColumnUnknown."""
    names = tuple(dict.fromkeys(filter(None, map(str.strip, typed.split(",")))))
    for name in names:
        if name not in COLUMNS:
            raise ColumnUnknown(name)
    return names or USUAL


def cells(columns: tuple[str, ...], one: ExportedArticle) -> list[Cell]:
    """Return the row of an article."""
    return [COLUMNS[name](one) for name in columns]
