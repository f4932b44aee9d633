"""How fast, how large, how hungry? Lục Báo beside stock Whoosh, SQLite FTS5 and tantivy: same articles, same queries, one run.

    python benchmarks/speed.py --articles news.jsonl.gz --sizes 5000 20000 150000

Articles are JSONL as `lucbao add` reads it. Sizes beyond the file are reached by repeating its articles with changed ids and shuffled
paragraphs, which the report says. Every engine builds and answers in a process of its own: build rate, peak memory and size are that
process's; "first" is the first time a query is asked in a fresh process, "warm" the median of the repetitions after it. A query asks for
the exact total and the ten best; "with facets" (ours only: the peers cannot) also for the counts of every facet. Queries are drawn from the
articles' titles with a fixed seed. A peer that would need longer than --patience seconds to build a size is left out of it and of larger
ones, and shown so.

What each does: ours segments words, strips marks and keeps positions of title and body; the peers index the syllables of title and body
(FTS5 strips marks: unicode61, remove_diacritics 2), without segmentation. All use one thread to answer; ours builds with --processes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from home import read_articles
from peer import SYLLABLE, Engine, Fts5, Query, StockWhoosh, body_of

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article

CLASSES = ("one syllable", "two to four, all", "two to four, any", "phrase", "headline")


def repeated_articles(path: Path, size: int) -> Iterator[Article]:
    """Yield `size` articles of a JSONL file, repeated with changed ids and shuffled paragraphs as often as needed."""
    chance = random.Random(1)
    done = 0
    for turn in range(1_000_000):
        for article in read_articles(path):
            if turn:
                blocks = list(article.blocks)
                chance.shuffle(blocks)
                article = replace(article, url=f"{article.url}?lan={turn}", blocks=tuple(blocks))
            yield article
            done += 1
            if done == size:
                return


def draw_queries(titles: Sequence[str], each: int) -> list[Query]:
    """Return `each` queries of every class, cut from titles with a fixed seed."""
    chance = random.Random(2)
    rows = [row for row in (SYLLABLE.findall(title.lower()) for title in titles) if len(row) >= 5]
    queries: list[Query] = []
    for _ in range(each):
        for name in CLASSES:
            row = chance.choice(rows)
            if name == "headline":
                queries.append((name, row[:16]))
            elif name == "one syllable":
                queries.append((name, [chance.choice(row)]))
            else:
                length = chance.randint(2, 4)
                start = chance.randint(0, len(row) - length)
                queries.append((name, row[start : start + length]))
    return queries


class LucBao(Engine):
    """Ours: archive, index, search up to the ten best places (no article is read, no snippet made)."""

    name = "Lục Báo"
    facets = False

    def build(self, articles: Iterator[Article]) -> None:
        from index.writer import update_index

        update_index(self.folder.parent / ARCHIVE_FILE, self.folder, processes=self.processes)

    def open(self) -> None:
        from index.snapshot import open_snapshot
        from searcher.match.collection import Collection

        self.collection = Collection(open_snapshot(self.folder))

    def ask(self, query: Query) -> int:
        from index.resident import keep_within
        from searcher.deadline import Deadline
        from searcher.query.parser import parse
        from searcher.rank.retrieval import retrieve
        from searcher.rank.weighting import RankingParameters
        from searcher.request import SearchRequest

        name, syllables = query
        text = {"two to four, any": " OR ".join(syllables), "phrase": f'"{" ".join(syllables)}"'}.get(name, " ".join(syllables))
        found = retrieve(self.collection, parse(text)[0], SearchRequest(text), Deadline.after(60))
        found.ordered(10, RankingParameters())
        if self.facets:
            found.facets()
        keep_within(segment.file for segment in self.collection.segments)
        return found.total


class LucBaoWithFacets(LucBao):
    """The same, and every facet counted."""

    name = "Lục Báo, with facets"
    facets = True

    def build(self, articles: Iterator[Article]) -> None:
        """Share the index of the engine above."""


class Tantivy(Engine):
    """tantivy, a search library in Rust, through its Python binding, one writing thread."""

    name = "tantivy"

    def build(self, articles: Iterator[Article]) -> None:
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_text_field("title")
        schema.add_text_field("body")
        index = tantivy.Index(schema.build(), path=str(self.folder))
        writer = index.writer(heap_size=256_000_000, num_threads=1)
        for article in articles:
            writer.add_document(tantivy.Document(title=article.title, body=body_of(article)))
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        import tantivy

        self.index = tantivy.Index.open(str(self.folder))
        self.searcher = self.index.searcher()

    def ask(self, query: Query) -> int:
        name, syllables = query
        text = f'"{" ".join(syllables)}"' if name == "phrase" else " ".join(syllables)
        every = name in ("one syllable", "two to four, all")
        parsed = self.index.parse_query(text, ["title", "body"], conjunction_by_default=every)
        return int(self.searcher.search(parsed, 10).count)


ENGINES: tuple[type[Engine], ...] = (LucBao, LucBaoWithFacets, Fts5, Tantivy, StockWhoosh)


@dataclass(frozen=True)
class Built:
    """A build: seconds, peak megabytes of the process and of its largest child, bytes on disk."""

    seconds: float
    megabytes: int
    size: int


def build(engine: type[Engine], folder: Path, articles: Path, size: int, processes: int) -> Built:
    """Build in this process and measure it."""
    folder.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    engine(folder, processes).build(repeated_articles(articles, size))
    seconds = time.perf_counter() - started
    own, child = (resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    workers = processes if isinstance(engine(folder, processes), LucBao) else 0
    return Built(seconds, own + child * workers, sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()))


def answer(engine: type[Engine], folder: Path, queries: Sequence[Query], repeat: int) -> tuple[list[list[float]], int]:
    """Return for each query the milliseconds of each asking, first to last, and the peak megabytes of this process."""
    asked = engine(folder, 1)
    asked.open()
    times: list[list[float]] = []
    for query in queries:
        taken = []
        for _ in range(repeat + 1):
            started = time.perf_counter()
            asked.ask(query)
            taken.append((time.perf_counter() - started) * 1000)
        times.append(taken)
    return times, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def in_process(function: Callable[..., Any], *arguments: Any, patience: float) -> Any:
    """Return what `function` returns in a fresh process; None if it takes longer than `patience` seconds."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(sender, function, arguments))
    process.start()
    sender.close()
    try:
        return receiver.recv() if receiver.poll(patience) else None
    finally:
        process.kill()
        process.join()


def _send(sender: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    sender.send(function(*arguments))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report_queries(name: str, queries: Sequence[Query], times: list[list[float]], megabytes: int) -> None:
    """Print a row for each class of queries, and one for all."""
    for group in (*CLASSES, "all"):
        chosen = [taken for (kind, _), taken in zip(queries, times, strict=True) if group in (kind, "all")]
        warm = [statistics.median(taken[1:]) for taken in chosen]
        first = [taken[0] for taken in chosen]
        cells = [statistics.median(warm), percentile(warm, 0.95), max(warm), statistics.median(first), percentile(first, 0.95)]
        print(f"  {name:22} {group:18} " + " ".join(f"{cell:9.2f}" for cell in cells) + f" {megabytes:7}", flush=True)


def archive_articles(path: Path, size: int, home: Path) -> int:
    """Archive the articles for our engine and return the bytes of text in them."""
    home.mkdir(parents=True)
    text = 0
    articles = repeated_articles(path, size)
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive:
        while batch := list(islice(articles, 1000)):
            with archive.batch():
                for article in batch:
                    archive.add(article)
                    text += len((article.title + body_of(article)).encode())
    return text


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 20_000, 150_000])
    parser.add_argument("--queries", type=int, default=40, help="of each class")
    parser.add_argument("--repeat", type=int, default=5, help="warm askings of each query")
    parser.add_argument("--patience", type=float, default=300, help="seconds a peer may take to build")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", nargs="+", help="names of engines")
    options = parser.parse_args()
    engines = [engine for engine in ENGINES if not options.only or engine.name in options.only]
    queries = draw_queries([article.title for article in repeated_articles(options.articles, 5_000)], options.queries)
    print(f"{len(queries)} queries, seed fixed; medians over {options.repeat} warm askings; Python {sys.version.split()[0]}")
    given_up: set[str] = set()
    for size in options.sizes:
        folder = Path(tempfile.mkdtemp())
        text = archive_articles(options.articles, size, folder / "ours")
        print(
            f"\n{size} articles, {text / 1e6:.0f} MB of text\n  {'build':22} {'seconds':>9} {'articles/s':>10} {'MB peak':>8} {'bytes/byte':>10}"
        )
        places = {engine: folder / "ours" / "index" if issubclass(engine, LucBao) else folder / engine.name for engine in engines}
        for engine in engines:
            if engine.name in given_up or engine is LucBaoWithFacets:
                continue
            patience = 3600 if engine is LucBao else options.patience
            built = in_process(build, engine, places[engine], options.articles, size, options.processes, patience=patience)
            if built is None:
                given_up.add(engine.name)
                print(f"  {engine.name:22} not built within {options.patience:.0f} s: left out from here on", flush=True)
            else:
                rate = size / built.seconds
                print(
                    f"  {engine.name:22} {built.seconds:9.1f} {rate:10.0f} {built.megabytes:8} {built.size / text:10.2f}",
                    flush=True,
                )
        print(
            f"  {'ask, milliseconds':22} {'':18} {'p50':>9} {'p95':>9} {'max':>9} {'p50 first':>9} {'p95 first':>9} {'MB peak':>7}"
        )
        for engine in engines:
            if engine.name not in given_up:
                times, megabytes = in_process(answer, engine, places[engine], queries, options.repeat, patience=3600)
                report_queries(engine.name, queries, times, megabytes)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
