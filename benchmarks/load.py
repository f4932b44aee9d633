"""Many users at once -> requests a second, p50 and p95 by kind of page, and errors.

    python benchmarks/load.py http://127.0.0.1:8000 --users 50 --seconds 60

Each user is a thread with one connection kept open, who searches (words of the archive's own titles and tags, with and without marks), narrows,
turns the page, opens an article, asks the API, and thinks in between for `--pause` seconds on average. Only what the server shows is
known to it. Every request asks for gzip. Exits with 1 if a status of 500 and above was answered or a connection broke, and says how many.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import random
import re
import sys
import threading
import time
from collections import Counter, defaultdict
from urllib.parse import quote, urlsplit

from writing import unmarked

HEADERS = {"Accept-Encoding": "gzip"}


class Tally:
    """What all users saw: seconds by kind of page, and statuses."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)
        self.statuses: Counter[str] = Counter()
        self.bytes = 0

    def add(self, kind: str, seconds: float, status: str, size: int) -> None:
        with self.lock:
            self.seconds[kind].append(seconds)
            self.statuses[status] += 1
            self.bytes += size


def learn(host: str) -> tuple[list[str], list[str]]:
    """Return titles and tags of articles that the server has."""
    titles: list[str] = []
    tags: set[str] = set()
    connection = http.client.HTTPConnection(host, timeout=60)
    for sort in ("newest", "oldest"):
        for page in (1, 2, 3):
            connection.request("GET", f"/api/v1/search?size=100&sort={sort}&page={page}")
            answer = json.loads(connection.getresponse().read())
            titles += [hit["title"] for hit in answer["hits"]]
            tags.update(value["value"] for value in answer["facets"].get("tag", ()))
    connection.close()
    return titles, sorted(tags)


def query(chance: random.Random, titles: list[str]) -> str:
    """Return some neighbouring words of a title, half of the time without marks, sometimes as a phrase."""
    words = re.findall(r"\w+", chance.choice(titles)) or ["tin"]
    length = chance.choice((1, 2, 2, 3, 3, 4, 6))
    start = chance.randrange(max(1, len(words) - length))
    text = " ".join(words[start : start + length])
    text = unmarked(text) if chance.random() < 0.5 else text
    return f'"{text}"' if chance.random() < 0.1 else text


def use(host: str, number: int, until: float, pause: float, titles: list[str], tags: list[str], tally: Tally) -> None:
    """Be one user until `until`."""
    chance = random.Random(number)
    connection = http.client.HTTPConnection(host, timeout=60)
    links: list[str] = []

    def get(kind: str, path: str) -> bytes:
        started = time.perf_counter()
        try:
            connection.request("GET", path, headers=HEADERS)
            response = connection.getresponse()
            content = response.read()
            tally.add(kind, time.perf_counter() - started, str(response.status), len(content))
            return content
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            tally.add(kind, time.perf_counter() - started, type(error).__name__, 0)
            return b""

    time.sleep(chance.random() * pause)
    while time.monotonic() < until:
        words = quote(query(chance, titles))
        kind = chance.choices(("home", "search", "narrowed", "deep", "article", "api", "tags"), (1, 8, 3, 2, 4, 2, 1))[0]
        if kind == "home":
            get(kind, "/")
        elif kind == "search":
            get(kind, f"/tim-kiem?q={words}")
        elif kind == "narrowed":
            get(
                kind,
                f"/tim-kiem?q={words}&from={chance.randint(2015, 2020)}" + (f"&tag={quote(chance.choice(tags))}" if tags else ""),
            )
        elif kind == "deep":
            get(
                kind,
                f"/tim-kiem?q={words.split('%20')[0]}&page={chance.randint(2, 30)}&sort={chance.choice(('relevance', 'newest'))}",
            )
        elif kind == "api":
            found = hits(get(kind, f"/api/v1/search?q={words}"))
            links = [f"{hit['permalink']}?q={words}" for hit in found] or links
        elif kind == "article" and links:
            get(kind, quote(chance.choice(links), safe="/?=&%"))
        elif kind == "tags":
            get(kind, "/the")
        time.sleep(chance.expovariate(1 / pause) if pause else 0)
    connection.close()


def hits(content: bytes) -> list[dict[str, str]]:
    """Return the hits of an answer of the API, gzip or not; none of an error."""
    answer = json.loads(gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content or "{}")
    found: list[dict[str, str]] = answer.get("hits", [])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="of a running server, e.g. http://127.0.0.1:8000")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds a user thinks between pages, on average; 0: none")
    options = parser.parse_args()
    host = urlsplit(options.address).netloc
    titles, tags = learn(host)
    tally = Tally()
    until = time.monotonic() + options.seconds
    arguments = (until, options.pause, titles, tags, tally)
    users = [threading.Thread(target=use, args=(host, number, *arguments)) for number in range(options.users)]
    for user in users:
        user.start()
    for user in users:
        user.join()
    everything = [seconds for kind in tally.seconds.values() for seconds in kind]
    print(f"{options.users} users, {options.seconds:g} s, thinking {options.pause:g} s: {len(everything)} requests, ", end="")
    print(f"{len(everything) / options.seconds:.1f}/s, {tally.bytes / 1e6:.1f} MB, statuses {dict(tally.statuses)}")
    failed = sum(count for status, count in tally.statuses.items() if status >= "500")  # exceptions too: letters are after digits
    print(f"5xx answers and broken connections: {failed}")
    for kind, seconds in [*sorted(tally.seconds.items()), ("all", everything)]:
        ordered = sorted(seconds)
        p50, p95, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000 for part in (0.5, 0.95, 0.99))
        print(f"  {kind:9} {len(ordered):6}  p50 {p50:7.1f}  p95 {p95:7.1f}  p99 {p99:7.1f}  most {ordered[-1] * 1000:7.1f} ms")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
