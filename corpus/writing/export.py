"""Articles -> one file in a format of the reader's choice, piece by piece, so that the whole of it is never in memory.

Invariant: a file is its format's head and then exactly one piece for each article. Tables are of the columns that the reader wants.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO

from corpus.reading.jsonl import write_line
from corpus.writing.citation import ARCHIVE, bibtex, ris
from corpus.writing.column import USUAL, ExportedArticle, cells
from corpus.writing.csv_table import head, row
from corpus.writing.workbook import MEDIA_TYPE, write_workbook


@dataclass(frozen=True)
class Format:
    """A file format of text: its media type, the end of a file's name, its head, and what is written of an article."""

    media_type: str
    extension: str
    head: str
    piece: Callable[[ExportedArticle], str]


def csv_of(columns: tuple[str, ...]) -> Format:
    """Return the format of tables with these columns."""
    return Format("text/csv", "csv", head(columns), lambda one: row(cells(columns, one)))


FORMATS = {
    "csv": csv_of(USUAL),
    "jsonl": Format("application/jsonl", "jsonl", "", lambda one: write_line(one.article) + "\n"),
    "ris": Format("application/x-research-info-systems", "ris", "", lambda one: ris(one.article, one.address, one.gone)),
    "bibtex": Format("application/x-bibtex", "bib", "", lambda one: bibtex(one.article, one.address, one.gone)),
}
XLSX = "xlsx"
"""The table that is no text, so that it is written as a whole."""
MEDIA_TYPES = {format.extension: format.media_type for format in FORMATS.values()} | {XLSX: MEDIA_TYPE}
"""The media types of all formats, by the ends of their files' names."""
TABLES = ("csv", XLSX)
"""The formats that have columns."""


def write(
    articles: Iterable[ExportedArticle], format: Format, out: IO[str], *, page: Callable[[str], bytes | None] | None = None
) -> int:
    """Write the articles and return their number. `out` must not translate line ends (newline="").

    With `page` (article id to raw page) lines of JSON carry the raw pages; the other formats have no place for them.
    """
    out.write(format.head)
    count = 0
    for one in articles:
        if page is not None and format is FORMATS["jsonl"]:
            out.write(write_line(one.article, page(one.article.id)) + "\n")
        else:
            out.write(format.piece(one))
        count += 1
    return count


def write_xlsx(articles: Iterable[ExportedArticle], columns: tuple[str, ...], out: IO[bytes]) -> int:
    """Write the articles as a workbook with these columns and return their number."""
    return write_workbook(columns, (cells(columns, one) for one in articles), out, title=ARCHIVE)
