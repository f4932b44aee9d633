"""How an archive's size tells: building, bytes, memory, and what a reader waits for, of a cluster and of the embedded engine in one run.

A class of queries is asked for whole pages, each query once, by an engine that has made what is made once a commit (SearchEngine.warm): facets, snippets,
suggestions and all. "HTTP" is the search page through Flask's test client, template and all, from the cluster.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from differential import Pair
from typist import Stock, Typist
from watched import Account
from writing import unmarked

from corpus.archive import ARCHIVE_FILE, Archive
from index.cluster.connection import Cluster
from index.cluster.writer import update_cluster
from index.lexicon import update_lexicon
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from searcher.request import SearchRequest
from web import create_app

LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_SEED = 5


def _frequent(typist: Typist) -> SearchRequest:
    return SearchRequest(typist.chance.choice(typist.stock.frequent))


def _near(typist: Typist) -> SearchRequest:
    return SearchRequest(f'"{" ".join(typist.row(2, 3))}"~5')


def _boolean(typist: Typist) -> SearchRequest:
    return SearchRequest(f"({_row(typist, 1, 2)} OR {_row(typist, 1, 2)}) -{_row(typist, 1, 1)}")


def _narrowed(typist: Typist) -> SearchRequest:
    month = typist.chance.choice(typist.stock.values["month"])
    return SearchRequest(_row(typist, 1, 2), selected={"month": (month,)}, first_day=typist.stock.days[0] + timedelta(days=30))


def _row(typist: Typist, fewest: int, most: int) -> str:
    return " ".join(typist.row(fewest, most)).lower()


CLASSES: dict[str, Callable[[Typist], SearchRequest]] = {
    "one frequent word": _frequent,
    "two to four words": lambda typist: SearchRequest(_row(typist, 2, 4)),
    "the same, unmarked": lambda typist: SearchRequest(unmarked(_row(typist, 2, 4))),
    "headline": lambda typist: SearchRequest(" ".join(typist.row(30, 30))),
    "phrase": lambda typist: SearchRequest(f'"{_row(typist, 2, 4)}"'),
    "prefix": lambda typist: SearchRequest(f"{_row(typist, 1, 1)[:3]}* {_row(typist, 1, 1)}"),
    "near": _near,
    "boolean": _boolean,
    "month and days chosen": _narrowed,
    "newest first": lambda typist: replace(SearchRequest(_row(typist, 1, 3)), sort="newest"),
}


def drawn(stock: Stock, each: int) -> dict[str, list[SearchRequest]]:
    """Return `each` searches of every class."""
    typist = Typist(stock, random.Random(_SEED))
    return {name: [make(typist) for _ in range(each)] for name, make in CLASSES.items()}


@dataclass(frozen=True)
class Timed:
    """Milliseconds of one class of searches, in the order asked."""

    taken: Sequence[float]

    def __str__(self) -> str:
        ordered = sorted(self.taken)
        return f"{statistics.median(ordered):8.1f} {ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]:8.1f} {ordered[-1]:8.1f}"


def timed(ask: Callable[[SearchRequest], object], requests: Sequence[SearchRequest]) -> Timed:
    """Ask each once."""
    taken = []
    for request in requests:
        started = time.perf_counter()
        ask(request)
        taken.append((time.perf_counter() - started) * 1000)
    return Timed(taken)


def pages(
    pair: Pair, account: Account, classes: dict[str, list[SearchRequest]], over_http: Callable[[SearchRequest], object]
) -> None:
    """Print what the pages of each class take, and how many ways to the cluster a page needs."""
    head = " ".join(f"{of:>8}" for of in ("p50", "p95", "most") * 3)
    print(f"{'':22} embedded {'':17} cluster {'':18} HTTP\n{'milliseconds':22} {head}     ways   nodes' ms p50  p95")
    every: list[list[float]] = [[], [], []]
    for name, requests in classes.items():
        ours = timed(pair.ours.search, requests)
        worked, ways = [], 0
        theirs = []
        for request in requests:
            account.ways.clear()
            theirs += timed(pair.theirs.search, [request]).taken
            worked.append(float(sum(way.took for way in account.ways)))
            ways += len(account.ways)
        http = timed(over_http, requests)
        columns = (ours, Timed(theirs), http)
        for own, column in zip(every, columns, strict=True):
            own += column.taken
        print(f"{name:22} {' '.join(map(str, columns))} {ways / len(requests):8.1f} {str(Timed(worked))[:17]}", flush=True)
    print(f"{'all':22} {' '.join(str(Timed(own)) for own in every)}", flush=True)


def http_page(home: Path, host: str, index: str) -> Callable[[SearchRequest], object]:
    """Return how to ask for a search page of the web application over the cluster."""
    os.environ |= {
        "LUCBAO_ENGINE": "opensearch",
        "LUCBAO_CLUSTER": host,
        "LUCBAO_CLUSTER_INDEX": index,
        "LUCBAO_ACCESS_LOG": "off",
        "LUCBAO_RATE": "0",
    }
    client = create_app(home).test_client()

    def page(request: SearchRequest) -> object:
        asked = {"q": request.query, "sort": request.sort, **{name: list(values) for name, values in request.selected.items()}}
        if request.first_day:
            asked["from"] = request.first_day.isoformat()
        answer = client.get("/tim-kiem", query_string=asked)
        assert answer.status_code == 200, (answer.status_code, request)
        return answer.data

    page(SearchRequest("a"))  # opens the archive, reads the templates, makes what is made once a commit
    return page


def build(home: Path, cluster: Cluster, articles: int, text: int, processes: int) -> None:
    """Bring both indexes and the lexicon up to the archive in `home`, and print how fast, until all was sent and until it was merged."""
    archive, sent = home / ARCHIVE_FILE, 0.0

    def noted(done: int, total: int) -> None:
        nonlocal sent
        sent = time.perf_counter()

    steps: dict[str, Callable[[], object]] = {
        "embedded index": lambda: update_index(archive, home / INDEX_FOLDER, processes=processes, progress=noted),
        "cluster": lambda: update_cluster(archive, cluster, processes=processes, progress=noted),
        "lexicon": lambda: update_lexicon(archive, home, processes=processes),
    }
    for name, step in steps.items():
        started = sent = time.perf_counter()
        step()
        ended = time.perf_counter()
        took = (sent if sent > started else ended) - started
        print(f"  {name:22} {took:9.1f} s {articles / took:8.0f} articles/s, {ended - started:.1f} s in all", flush=True)
    size = sum(path.stat().st_size for path in (home / INDEX_FOLDER).rglob("*") if path.is_file())
    print(f"  {'embedded index':22} {size / 1e6:9.1f} MB {size / text:8.2f} bytes per byte of text")


def stored(host: str, index: str) -> tuple[int, int, int]:
    """Return the bytes an index takes on all nodes, its documents, and its segments."""
    _ask(host, f"/{index}/_flush", method="POST")
    total = _ask(host, f"/{index}/_stats/store,docs,segments")["_all"]
    return total["total"]["store"]["size_in_bytes"], total["primaries"]["docs"]["count"], total["primaries"]["segments"]["count"]


def memory(host: str) -> Iterator[tuple[str, float, float, float]]:
    """Yield for each node on this machine its name and megabytes: of heap used after the last collection and allowed, and resident."""
    for each in _ask(host, "/_nodes/stats/jvm,process")["nodes"].values():
        pools = each["jvm"]["mem"]["pools"]
        used = sum(pool.get("last_gc_stats", {}).get("used_in_bytes", 0) for pool in pools.values())
        number = next(iter(_ask(host, f"/_nodes/{each['name']}/process")["nodes"].values()))["process"]["id"]
        yield each["name"], used / 1e6, each["jvm"]["mem"]["heap_max_in_bytes"] / 1e6, _resident(number)


def _resident(number: int) -> float:
    status = Path(f"/proc/{number}/status")
    lines = status.read_text().splitlines() if status.exists() else ()
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS")), 0.0)


def _ask(host: str, path: str, method: str = "GET") -> Any:
    with LOCAL.open(urllib.request.Request(host + path, method=method), timeout=60) as answer:
        return json.load(answer)


def sizes(host: str, index: str, text: int) -> None:
    """Print what the index takes of disk and the nodes of memory."""
    size, documents, segments = stored(host, index)
    line = f"{size / 1e6:9.1f} MB {size / text:8.2f} bytes per byte of text, {documents} documents, {segments} segments"
    print(f"  {'cluster':22} {line}")
    for name, used, allowed, resident in memory(host):
        print(f"  node {name:17} heap {used:.0f} MB after collection of {allowed:.0f}, resident {resident:.0f} MB", flush=True)


def text_of(path: Path) -> int:
    """Return the bytes of title, lead and text of all articles of an archive."""
    with Archive.open(path, read_only=True) as archive:
        return sum(
            len("".join((each.title, each.lead, *(block.text for block in each.blocks))).encode()) for each in archive.articles()
        )
