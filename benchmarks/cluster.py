"""Does a cluster answer as the embedded engine does, as well, and how fast? Both over the same archive in one run.

    python benchmarks/cluster.py differential --home data --host http://127.0.0.1:9200 --index one three [--number 1000] [--first 0]
    python benchmarks/cluster.py quality --home data --host … --index one three --queries queries.tsv --stories stories.tsv
    python benchmarks/cluster.py scale --articles news.jsonl.gz --folder new --host … --sizes 20000 150000
    python benchmarks/cluster.py make-varied --articles news.jsonl.gz --most 6000 --home new

The data folder is indexed already, and so are the aliases, of the same archive; neither is written to. The folder's index is the lexicon: the same
articles, as of a lexicon that holds all of the archive.

differential    searches of every kind (typist.py), the same for the same number. What differs is printed with the number, to be asked again with
                --first N --number 1; then a table: how many were asked, and in how many the engines agree on totals, facets and chart, help
                (suggestions, obstacles and their like), order of the hits, scores to 2e-5 of themselves, hits (snippets, copies, match, missing
                parts, earlier versions), and else (standing, the page behind a hit, all facet values, arrivals, changed, all that is found: each of
                some). At last completions, related articles, examples, overview, coverage, order of ids. Exits with 1 if anything differs
quality         MRR@10 of queries that name one right article (known_item.py), and nDCG@10 of queries that name several (columns `headline`,
                `unaccented`, and `urls`, separated by spaces), of each engine, and the differences query by query
scale           archives of these sizes: the articles repeated with changed ids and shuffled paragraphs (speed.py), each archived and built
                in both engines with --processes; then sizes, memory, and pages of every class of searches (scale.py)
make-varied     an archive with all that one may have (varied.py), embedded, for the differential
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

import scale
from differential import Pair, run
from home import PATIENCE, build, open_home, read_articles
from known_item import HALVES, read_queries
from measured import Ask, Judged, difference, header, measure, row
from quality import ours
from speed import archive_articles
from story import read_stories
from typist import Stock
from varied import varied
from watched import Account, WatchedCluster

from corpus.archive import ARCHIVE_FILE
from index.cluster.connection import Cluster
from index.cluster.setting import ClusterSettings
from index.lexicon import LEXICON_FOLDER
from index.snapshot import INDEX_FOLDER
from searcher.cluster.cluster_searcher import ClusterSearcher
from searcher.search import Searcher


def open_cluster(embedded: Searcher, home: Path, host: str, index: str) -> ClusterSearcher:
    """Open what a cluster has of the archive in a data folder, whose index is the lexicon."""
    cluster = Cluster(ClusterSettings(hosts=(host,), index=index))
    return ClusterSearcher(embedded.archive, home / INDEX_FOLDER, cluster, time_limit=PATIENCE)


def differential(options: argparse.Namespace) -> int:
    """Ask both engines the same; return how many searches differ."""
    embedded = open_home(options.home)
    numbers = range(options.first, options.first + options.number)
    differ = 0
    for index in options.index:
        theirs = open_cluster(embedded, options.home, options.host, index)
        differ += run(Pair(embedded, theirs), embedded.archive, numbers, about=index)
    return differ


def quality(options: argparse.Namespace) -> int:
    """Print how well each engine ranks."""
    embedded = open_home(options.home)
    engines: dict[str, Ask] = {"embedded": ours(embedded)}
    for index in options.index:
        engines[index] = ours(open_cluster(embedded, options.home, options.host, index))
    if options.queries:
        _compared("MRR@10", engines, read_queries(options.queries, options.half, options.most))
    if options.stories:
        _compared("nDCG@10", engines, read_stories(options.stories, options.half, options.most))
    return 0


def _compared(about: str, engines: Mapping[str, Ask], columns: Mapping[str, Sequence[Judged]]) -> None:
    print(header(about))
    for column, queries in columns.items():
        measured = {name: measure(ask, queries, f"{column}, {name}") for name, ask in engines.items()}
        for name, each in measured.items():
            print(row(f"{column}, {name}", each))
            if name != "embedded":
                print(difference("  difference", each, measured["embedded"]), flush=True)


def scaled(options: argparse.Namespace) -> int:
    """Build archives of several sizes and print what a reader waits for."""
    for size in options.sizes:
        home, index = options.folder / str(size), f"scale-{size}"
        cluster = WatchedCluster(ClusterSettings(hosts=(options.host,), index=index))
        cluster.account = Account()
        made = home.exists()
        if not made:
            archive_articles(options.articles, size, home)
        text = scale.text_of(home / ARCHIVE_FILE)
        print(f"\n{size} articles, {text / 1e6:.0f} MB of text", flush=True)
        if not made:
            scale.build(home, cluster, size, text, options.processes)
        scale.sizes(options.host, index, text)
        embedded = open_home(home)
        pair = Pair(embedded, ClusterSearcher(embedded.archive, home / LEXICON_FOLDER, cluster, time_limit=PATIENCE))
        for engine in (pair.ours, pair.theirs):
            engine.warm()
        classes = scale.drawn(Stock.of(embedded, embedded.archive), options.each)
        scale.pages(pair, cluster.account, classes, scale.http_page(home, options.host, index))
        scale.sizes(options.host, index, text)
    return 0


def make_varied(options: argparse.Namespace) -> int:
    """Make a data folder of articles with more to them."""
    options.home.mkdir(parents=True)
    print(build(varied(islice(read_articles(options.articles), options.most)), options.home).coverage())
    return 0


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(required=True, metavar="PART")
    compared = argparse.ArgumentParser(add_help=False)
    compared.add_argument("--home", type=Path, required=True)
    compared.add_argument("--host", default="http://127.0.0.1:9200")
    compared.add_argument("--index", nargs="+", required=True, help="aliases of the archive's indexes")
    part = parts.add_parser("differential", parents=[compared])
    part.add_argument("--number", type=int, default=1000)
    part.add_argument("--first", type=int, default=0, help="the number of the first search")
    part.set_defaults(run=differential)
    part = parts.add_parser("quality", parents=[compared])
    part.add_argument("--queries", type=Path)
    part.add_argument("--half", choices=HALVES, default="held-back", help="of the queries, and of the stories")
    part.add_argument("--stories", type=Path)
    part.add_argument("--most", type=int, help="only the first so many queries")
    part.set_defaults(run=quality)
    part = parts.add_parser("scale")
    part.add_argument("--articles", type=Path, required=True)
    part.add_argument(
        "--folder", type=Path, required=True, help="for an archive of each size; one that is there is taken as built"
    )
    part.add_argument("--host", default="http://127.0.0.1:9200")
    part.add_argument("--sizes", type=int, nargs="+", default=[20_000, 150_703])
    part.add_argument("--each", type=int, default=40, help="searches of each class")
    part.add_argument("--processes", type=int, default=2)
    part.set_defaults(run=scaled)
    part = parts.add_parser("make-varied")
    part.add_argument("--articles", type=Path, required=True)
    part.add_argument("--most", type=int, default=6000)
    part.add_argument("--home", type=Path, required=True)
    part.set_defaults(run=make_varied)
    options = parser.parse_args()
    return int(bool(options.run(options)))


if __name__ == "__main__":
    sys.exit(main())
