"""Articles -> CSV that a spreadsheet opens as it is: UTF-8 with a byte order mark, one article a row, no cell run as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import IO

from corpus.article import Article
from corpus.timestamp import VIETNAM

COLUMNS = ("id", "url", "title", "lead", "source", "section", "published", "modified", "authors", "tags", "text")
_BYTE_ORDER_MARK = "\ufeff"
# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def neutral(cell: str) -> str:
    """Return `cell` so that no spreadsheet runs it: an apostrophe before what would begin a formula."""
    return "'" + cell if cell.startswith(_FORMULA) else cell


def write_csv(articles: Iterable[Article], out: IO[str]) -> int:
    """Write a header and a row for each article; return the number of articles. `out` must not translate line ends (newline="")."""
    out.write(_BYTE_ORDER_MARK)
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    count = 0
    for article in articles:
        rows.writerow(map(neutral, _cells(article)))
        count += 1
    return count


def _cells(article: Article) -> tuple[str, ...]:
    published, modified = (
        moment.astimezone(VIETNAM).isoformat(sep=" ", timespec="minutes") if moment else ""
        for moment in (article.published, article.modified)
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
    )
