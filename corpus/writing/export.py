"""Articles -> one file in a format of the reader's choice, piece by piece, so that the whole of it is never in memory.

Invariant: a file is its format's head and then exactly one piece for each article.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from corpus.article import Article
from corpus.permalink import permalink
from corpus.reading.jsonl import write_line
from corpus.writing.citation import bibtex, ris
from corpus.writing.csv_table import COLUMNS, article_cells, head, row


@dataclass(frozen=True)
class Format:
    """A file format: its media type, the end of a file's name, its head, and what is written of an article.

    `piece` takes the article, its permalink in full, or "" where that is not known, and since when it is no longer at its own address.
    """

    media_type: str
    extension: str
    head: str
    piece: Callable[[Article, str, datetime | None], str]


FORMATS = {
    "csv": Format("text/csv", "csv", head(COLUMNS), lambda article, _, gone: row(article_cells(article, gone))),
    "jsonl": Format("application/jsonl", "jsonl", "", lambda article, *_: write_line(article) + "\n"),
    "ris": Format("application/x-research-info-systems", "ris", "", ris),
    "bibtex": Format("application/x-bibtex", "bib", "", bibtex),
}


def address(article: Article, base: str) -> str:
    """Return an article's permalink in full on a site that is served at `base`; "" where that is not known."""
    return base + permalink(article.id, article.title) if base else ""


def write(
    articles: Iterable[Article],
    format: Format,
    out: IO[str],
    *,
    base: str = "",
    page: Callable[[str], bytes | None] | None = None,
    gone: Callable[[str], datetime | None] = lambda article_id: None,
) -> int:
    """Write the articles and return their number. `out` must not translate line ends (newline="").

    With `page` (article id to raw page) lines of JSON carry the raw pages; the other formats have no place for them.
    `gone` says since when an article is no longer at its address.
    """
    out.write(format.head)
    count = 0
    for article in articles:
        if page is not None and format is FORMATS["jsonl"]:
            out.write(write_line(article, page(article.id)) + "\n")
        else:
            out.write(format.piece(article, address(article, base), gone(article.id)))
        count += 1
    return count
