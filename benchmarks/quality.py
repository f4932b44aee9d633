"""How well is ranked what is looked for? Known-item retrieval: each query was made from one article, which should come first.

    python benchmarks/quality.py --articles news.jsonl.gz --queries queries.tsv --without-titles

Articles are JSONL as `lucbao add` reads it. Queries are tab-separated with a header: `url` names the right article, every other column is
a way of typing the query and is measured by itself. `--without-titles` leaves titles out of the index, for queries that are headlines.
Printed for each column: mean reciprocal rank within the first ten (MRR@10) with its 95 % confidence interval, and the shares of queries
whose article comes first (top 1) and among the first ten (top 10). The queries go the way of a reader's: parser, relaxation and all.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import math
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.identity import article_id
from corpus.jsonl import read_line
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from searcher.request import SearchRequest
from searcher.search import Searcher

BATCH = 500
DEPTH = 10


def lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file, compressed or not."""
    with open(path, "rb") as file:
        yield from io.TextIOWrapper(gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file, "utf-8")


def build(articles: Path, home: Path, *, with_titles: bool) -> None:
    """Archive and index the articles in the folder `home`."""
    read = (read_line(line)[0] for line in lines(articles))
    if not with_titles:
        read = (replace(article, title="") for article in read)
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive:
        while batch := list(islice(read, BATCH)):
            with archive.batch():
                for article in batch:
                    archive.add(article)
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)


def reciprocal_ranks(searcher: Searcher, queries: list[dict[str, str]], column: str) -> list[float]:
    """Return 1 / rank of the right article for each query, 0 where it is not among the first ten."""
    ranks = []
    for query in tqdm(queries, desc=column, leave=False, disable=None):
        hits = searcher.search(SearchRequest(query[column], size=DEPTH)).hits
        right = article_id(query["url"], [])
        ranks.append(next((1 / rank for rank, hit in enumerate(hits, start=1) if hit.id == right), 0.0))
    return ranks


def report(column: str, ranks: list[float], seconds: float) -> str:
    """Return a row of the table."""
    count = len(ranks)
    mean = sum(ranks) / count
    deviation = math.sqrt(sum((rank - mean) ** 2 for rank in ranks) / max(1, count - 1))
    margin = 1.96 * deviation / math.sqrt(count)
    first, found = sum(rank == 1 for rank in ranks) / count, sum(rank > 0 for rank in ranks) / count
    return f"{column:16} {count:7} {mean:8.4f} ± {margin:.4f} {first:8.3f} {found:8.3f} {seconds / count * 1000:9.1f}"


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--without-titles", action="store_true")
    parser.add_argument("--most", type=int, help="only the first so many queries")
    options = parser.parse_args()
    with open(options.queries, encoding="utf-8", newline="") as file:
        queries = list(islice(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE), options.most))
    columns = [column for column in queries[0] if column != "url"]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        started = time.perf_counter()
        build(options.articles, home, with_titles=not options.without_titles)
        searcher = Searcher.open(home)
        print(
            f"{searcher.snapshot.document_count()} articles archived and indexed in {time.perf_counter() - started:.1f} s",
            file=sys.stderr,
        )
        print(f"{'query':16} {'queries':>7} {'MRR@10':>8}   {'95 %':6} {'top 1':>8} {'top 10':>8} {'ms/query':>9}")
        for column in columns:
            started = time.perf_counter()
            print(report(column, reciprocal_ranks(searcher, queries, column), time.perf_counter() - started), flush=True)


if __name__ == "__main__":
    main()
