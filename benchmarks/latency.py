"""How long does a reader wait? Completions while typing, whole pages of hits with snippets, facets and suggestions, pages over HTTP.

    python benchmarks/latency.py --home data [--queries 100]

The data folder is indexed already and never written to. Queries are cut from its own headlines (seed 1): beginnings of one to four
syllables, the last of them cut short, as keys are hit; rows of two to four syllables; the same with a letter doubled, which is hardly ever
written and makes every suggestion be tried; headlines. Each is asked once, in a process that has made what is made once a commit
(Searcher.warm), so nothing is remembered from an earlier asking. "HTTP" is the search page by Flask's test client, template and all.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

from writing import unmarked

from language.analyzer import tokens
from searcher.request import SearchRequest
from searcher.search import Searcher
from web import create_app


def rows(titles: Iterable[str], chance: random.Random) -> list[str]:
    """Return from each title a row of two to four neighbouring syllables in lower case."""
    cut = []
    for title in titles:
        found = [token for token in tokens(title) if "/" not in token.exact]
        size = chance.choice((2, 3, 4))
        if len(found) >= size:
            first = chance.randrange(len(found) - size + 1)
            cut.append(title[found[first].start : found[first + size - 1].end].lower())
    return cut


def beginning(title: str, chance: random.Random) -> str:
    """Return the first one to four syllables of a title, the last of them cut short."""
    found = tokens(title)[: chance.choice((1, 2, 3, 4))]
    last = found[-1]
    return title[found[0].start : chance.randrange(last.start, last.end) + 1].lower()


def measure(name: str, ask: Callable[[str], object], queries: Iterable[str]) -> None:
    """Ask each once; print number, median, 95th percentile and the longest, in milliseconds."""
    taken = []
    for query in queries:
        started = time.perf_counter()
        ask(query)
        taken.append((time.perf_counter() - started) * 1000)
    taken.sort()
    print(
        f"{name:44} {len(taken):6} {statistics.median(taken):8.1f} {taken[int(len(taken) * 0.95)]:8.1f} {taken[-1]:8.1f}",
        flush=True,
    )


def main() -> None:
    """Cut, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--queries", type=int, default=100, help="of each kind")
    options = parser.parse_args()
    searcher = Searcher.open(options.home)
    chance = random.Random(1)
    every = [article.title for article in islice(searcher.archive.articles(), 20_000) if tokens(article.title)]
    titles = chance.sample(every, min(len(every), options.queries))
    short = rows(titles, chance)
    beginnings = [beginning(title, chance) for title in titles]
    started = time.perf_counter()
    searcher.warm()
    print(f"made once a commit: {time.perf_counter() - started:.2f} s")
    os.environ["LUCBAO_ACCESS_LOG"] = "off"
    client = create_app(options.home).test_client()
    client.get("/tim-kiem?q=a")  # opens the archive, reads the templates

    def page(query: str) -> object:
        return searcher.search(SearchRequest(query))

    def over_http(query: str) -> object:
        return client.get("/tim-kiem", query_string={"q": query}).data

    print(f"{'':44} {'asked':>6} {'ms p50':>8} {'ms p95':>8} {'ms max':>8}")
    measure("completions, with marks", searcher.complete, beginnings)
    measure("completions, without", searcher.complete, map(unmarked, beginnings))
    measure("page, two to four syllables with marks", page, short)
    measure("page, without: marks restored", page, map(unmarked, short))
    measure("page, misspelled: every suggestion tried", page, (row[:-1] + row[-1] * 2 for row in short))
    measure("page, headline", page, titles)
    measure("HTTP, two to four syllables with marks", over_http, short)
    measure("HTTP, without: marks restored", over_http, map(unmarked, short))
    measure("HTTP, headline", over_http, titles)


if __name__ == "__main__":
    main()
