"""Articles -> CSV that a spreadsheet opens as it is: UTF-8 with a byte order mark, one article a row, no cell run as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime

from corpus.article import Article
from language.timestamp import VIETNAM

COLUMNS = ("id", "url", "title", "lead", "source", "section", "published", "modified", "authors", "tags", "text", "gone")
_BYTE_ORDER_MARK = "\ufeff"
# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"); some read full-width signs as the plain ones, and look
# past white space and invisible characters before them.
_FORMULA = re.compile(
    "[\\s\ufeff\u200b-\u200f\u2060\x00-\x1f]*[=+@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b-]|[\t\r\n]"
)


def neutral(cell: str) -> str:
    """Return `cell` so that no spreadsheet runs it: an apostrophe before what would begin a formula."""
    return "'" + cell if _FORMULA.match(cell) else cell


def head(columns: Iterable[str]) -> str:
    """Return how a table begins: the byte order mark, by which Excel knows UTF-8, and a row that names the columns."""
    return _BYTE_ORDER_MARK + row(columns)


def row(cells: Iterable[str]) -> str:
    """Return a row with its line end (CR LF), each cell made neutral."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow(map(neutral, cells))
    return out.getvalue()


def article_cells(article: Article, gone: datetime | None = None) -> tuple[str, ...]:
    """Return what a row says of an article, in the order of COLUMNS; `gone`: since when it is no longer at its address."""
    published, modified, absent = (
        moment.astimezone(VIETNAM).isoformat(sep=" ", timespec="minutes") if moment else ""
        for moment in (article.published, article.modified, gone)
    )
    return (
        article.id,
        article.url,
        article.title,
        article.lead,
        article.source,
        article.section,
        published,
        modified,
        "; ".join(article.authors),
        "; ".join(article.tags),
        "\n".join(f"{block.text} {block.credit}".strip() for block in article.blocks),
        absent,
    )
