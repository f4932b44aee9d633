"""Does a cluster answer as the embedded engine does, as well, and how fast? Both over the same archive in one run.

    python benchmarks/cluster.py differential --home data --host http://127.0.0.1:9200 --index d1 d3 [--number 1000] [--first 0]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from differential import Pair, run
from home import PATIENCE, open_home

from index.cluster.connection import Cluster
from index.cluster.setting import ClusterSettings
from searcher.cluster.cluster_searcher import ClusterSearcher
from searcher.search import Searcher


def open_cluster(embedded: Searcher, home: Path, host: str, index: str) -> ClusterSearcher:
    """Open what a cluster has of the archive in a data folder, whose index is the lexicon: of so many articles as the lexicon has, no other."""
    return ClusterSearcher(embedded.archive, home / "index", Cluster(ClusterSettings(hosts=(host,), index=index)), time_limit=PATIENCE)


def differential(options: argparse.Namespace) -> int:
    """Ask both engines the same; return how many searches differ."""
    embedded = open_home(options.home)
    numbers = range(options.first, options.first + options.number)
    differ = 0
    for index in options.index:
        theirs = open_cluster(embedded, options.home, options.host, index)
        differ += run(Pair(embedded, theirs), embedded.archive, numbers, about=index)
    return differ


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(required=True)
    part = parts.add_parser("differential")
    part.add_argument("--home", type=Path, required=True)
    part.add_argument("--host", default="http://127.0.0.1:9200")
    part.add_argument("--index", nargs="+", required=True, help="aliases of the archive's indexes")
    part.add_argument("--number", type=int, default=1000)
    part.add_argument("--first", type=int, default=0, help="the number of the first search; the same number is the same search")
    part.set_defaults(run=differential)
    options = parser.parse_args()
    return int(bool(options.run(options)))


if __name__ == "__main__":
    sys.exit(main())
