"""A file of articles -> a data folder, archived and indexed, for the benchmarks to ask."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article
from corpus.reading.jsonl import read_line
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from searcher.search import Searcher

BATCH = 500
PATIENCE = 60.0
"""Seconds a query may take: a busy machine must not change what is found."""


def lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file, compressed or not."""
    with open(path, "rb") as file:
        yield from io.TextIOWrapper(gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file, "utf-8")


def read_articles(path: Path) -> Iterator[Article]:
    """Yield the articles of a JSONL file as `lucbao add` reads it."""
    return (read_line(line)[0] for line in lines(path))


def build(articles: Iterable[Article], home: Path) -> Searcher:
    """Archive and index the articles in the folder `home`, and open it."""
    articles = iter(articles)
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive:
        while batch := list(islice(articles, BATCH)):
            with archive.batch():
                for article in batch:
                    archive.add(article)
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    return open_home(home)


def open_home(home: Path) -> Searcher:
    """Open a data folder to read only."""
    return Searcher(Archive.open(home / ARCHIVE_FILE, read_only=True), home / INDEX_FOLDER, time_limit=PATIENCE)
