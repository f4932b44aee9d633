"""An archive file -> figures about the whole of it, and what its articles state as their sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from corpus.archive import value as archive_value
from corpus.archive.file import ArchiveFile
from corpus.message import told
from corpus.paper import PaperTable, StatedSource
from language.timestamp import VIETNAM


@dataclass(frozen=True)
class Statistics:
    """Figures about the whole archive; `sources` counts the articles of each paper, the largest first; `bytes` is the size on disk.

    The first and last date of publication are Vietnamese time.
    """

    articles: int
    revisions: int
    withdrawn: int
    pages: int
    rejects: int
    bytes: int
    first_published: datetime | None
    last_published: datetime | None
    sources: tuple[tuple[str, int], ...]


def statistics(file: ArchiveFile, papers: PaperTable | None) -> Statistics:
    """Count what there is, papers named by the table `papers`; without it, by what was read."""
    articles, withdrawn, first, last = file.rows(
        "SELECT count(*) FILTER (WHERE NOT withdrawn), count(*) FILTER (WHERE withdrawn),"
        " min(published) FILTER (WHERE NOT withdrawn), max(published) FILTER (WHERE NOT withdrawn) FROM article"
    )[0]
    revisions, pages, rejects = file.rows(
        "SELECT (SELECT count(content_hash) FROM change), (SELECT count(*) FROM page), (SELECT count(*) FROM reject)"
    )[0]
    sources: Counter[str] = Counter()
    for stated in stated_sources(file):
        sources[stated.source if papers is None else papers.name(stated.source, stated.origin, stated.url)] += stated.articles
    return Statistics(
        articles=articles,
        revisions=revisions,
        withdrawn=withdrawn,
        pages=pages,
        rejects=rejects,
        bytes=file.size(),
        first_published=_day(file, first),
        last_published=_day(file, last),
        sources=tuple(sorted(sources.items(), key=lambda counted: (-counted[1], counted[0]))),
    )


def _day(file: ArchiveFile, published: str | None) -> datetime | None:
    return published and archive_value.moment(file.path, told("at_published"), published).astimezone(VIETNAM) or None


def stated_sources(file: ArchiveFile) -> list[StatedSource]:
    """Return every source as it was read, with where it was found, its site's address and its number of articles not withdrawn."""
    rows = file.rows(
        # A canonical url begins with "https://".
        "SELECT CAST(source AS TEXT) AS source, source_origin, substr(url, 1, 8 + instr(substr(url, 9) || '/', '/')) AS home, count(*) FROM article"
        " WHERE NOT withdrawn GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    return [StatedSource(*row) for row in rows]


def addresses(file: ArchiveFile, limit: int, hosts: Sequence[str]) -> list[str]:
    """Return the canonical addresses of at most `limit` articles of each of `hosts`, the last that changed first."""
    found = []
    for host in hosts:
        for home in (f"https://{host}/", f"https://www.{host}/"):
            rows = file.rows(
                "SELECT url FROM article WHERE substr(url, 1, ?) = ? AND NOT withdrawn ORDER BY change DESC LIMIT ?",
                *(len(home), home, limit),
            )
            found += [str(row[0]) for row in rows]
    return found
