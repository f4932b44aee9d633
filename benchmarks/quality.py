"""How well is ranked what is looked for? Known-item retrieval: each query was made from one article, which should come first.

    python benchmarks/quality.py --articles news.jsonl.gz --queries queries.tsv --without-titles
    python benchmarks/quality.py --home data --queries queries.tsv --half held-back --peers     (a data folder that is indexed already)
    python benchmarks/quality.py --home data --queries queries.tsv --only short telex --most 200
    python benchmarks/quality.py --home data --queries queries.tsv --half tune --ablate         (each ingredient of the ranking switched off)
    python benchmarks/quality.py --home data --queries queries.tsv --ablate --only short        (the same for short queries)

Articles are JSONL as `lucbao add` reads it. Queries are tab-separated with a header: `url` names the right article, every other column is
a way of typing the query. `--without-titles` leaves titles out of the index, for queries that are headlines; a data folder is taken as it is and
never written to. Of the queries, in the order of the file, the 1st, 3rd, 5th … are for tuning, the 2nd, 4th, 6th … held back (`--half`).
Queries go a reader's way: parser, relaxation and all. Ranks beyond the first ten count 0; intervals are of 95 %.

columns         each column by itself: accented, unaccented, mixed
slips           `accented` queries with the marks of one syllable left out, or one mark of a syllable (of n such that of the query's number modulo n)
short           from each `accented` query, for 2, 3 and 4 syllables, the first row of neighbours, no digit or sign within, that the right
                article has as a phrase and at most 50 articles have; in lower case, with marks and without. Where no row is so, no query
tones           all articles rewritten with tones in the old place (hòa), then in the new (hoà), each indexed and asked with the `accented`
                queries in the old and in the new style: the difference must be nothing
telex           of each `accented` query one word with marks (of n such words that of the query's number modulo n), typed raw, the tone at
                the end or right after its vowel: how often the first suggestion is just that word
abbreviations   `accented` queries of which the archive knows another form (searcher.meaning.abbreviation_table): the first such form is put in its place, long
                for short and short for long; asked as typed, replaced without expansion, and replaced with it
marks           all `accented` queries and 1,000 marked syllables of the archive, evenly spread over its dictionary: how many of the first ten
                hits have a typed syllable only with other marks, while articles with the right ones exist. Must be 0 (see marked.py)
peers           with --peers: SQLite FTS5 and stock Whoosh over the same articles and queries, columns and short (see peer.py). Both rank by
                their own BM25 the articles with any of the query's syllables; FTS5 is also asked for all of them, and the better is shown
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import marked
from ablation import ablate
from home import PATIENCE, build, open_home, read_articles
from known_item import DEPTH, HALVES, HEADER, Ask, KnownItem, Measured, difference, measure, read_queries, reciprocal_rank, row
from known_item import short_query as short
from peer import SYLLABLE, Fts5, Peer, StockWhoosh
from restoration import decoded, title_words
from restoration import measure as measure_share
from tqdm import tqdm
from writing import new_tones, old_tones, unmarked, without_marks, without_one_mark

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article
from language.normalizer import exact, is_marked
from searcher.deadline import Deadline
from searcher.meaning.reading import read
from searcher.rank.retrieval import retrieve
from searcher.request import SearchRequest
from searcher.search import Searcher

Columns = dict[str, list[KnownItem]]
LENGTHS = (2, 3, 4)
SYLLABLES = 1000
PEERS: tuple[type[Peer], ...] = (Fts5, StockWhoosh)


def ours(searcher: Searcher, *, expand: bool = True) -> Ask:
    """Return how to ask Lục Báo: for a page, as a reader does."""
    return lambda query: [hit.id for hit in searcher.search(SearchRequest(query, size=DEPTH, expand=expand, fold=False)).hits]


def show(name: str, ask: Ask, items: list[KnownItem]) -> Measured:
    """Measure and print a line."""
    measured = measure(ask, items, name)
    print(row(name, measured), flush=True)
    return measured


def columns_section(searcher: Searcher, columns: Columns) -> None:
    """Print a line for each column."""
    for name, items in columns.items():
        show(name, ours(searcher), items)


def short_columns(searcher: Searcher, accented: list[KnownItem]) -> Columns:
    """Return short queries cut from headlines, by length and marks."""
    collection = searcher.collection()
    ids = [id.decode() for id in collection.joined([segment.ids for segment in collection.segments]).tolist()]

    def holding(phrase: str) -> list[str]:
        request = SearchRequest(f'"{phrase}"', exact_marks=True, expand=False)
        masks = retrieve(collection, read(collection, request).node, request, Deadline.after(PATIENCE)).masks
        return [ids[place] for place in collection.joined(masks).nonzero()[0].tolist()]

    columns: Columns = {}
    for size in LENGTHS:
        cutting = (short(item, size, holding) for item in tqdm(accented, desc=f"cut {size}", leave=False, disable=None))
        cut = [item for item in cutting if item]
        columns[f"{size} syllables, accented"] = cut
        columns[f"{size} syllables, unaccented"] = [KnownItem(unmarked(item.query), item.right) for item in cut]
    return columns


def tones_section(articles: Callable[[], Iterable[Article]], accented: list[KnownItem]) -> None:
    """Print four lines, and how much each style of queries loses on the other's articles."""
    styles = {"old": old_tones, "new": new_tones}
    queries = {name: [KnownItem(style(item.query), item.right) for item in accented] for name, style in styles.items()}
    for name, style in styles.items():
        other = next(each for each in styles if each != name)
        with tempfile.TemporaryDirectory() as folder:
            searcher = build((rewritten(article, style) for article in articles()), Path(folder))
            same = show(f"{name}-style articles and queries", ours(searcher), queries[name])
            swapped = show(f"{name}-style articles, {other}-style queries", ours(searcher), queries[other])
            searcher.archive.close()
        print(difference("  difference", swapped, same), flush=True)


def rewritten(article: Article, style: Callable[[str], str]) -> Article:
    """Return an article with all its texts in another style."""
    blocks = tuple(replace(block, text=style(block.text)) for block in article.blocks)
    return replace(article, title=style(article.title), lead=style(article.lead), blocks=blocks)


def telex_section(searcher: Searcher, accented: list[KnownItem]) -> None:
    """Print how often a word typed raw is the first suggestion."""
    words = []
    for number, item in enumerate(accented):
        own = [word for word in title_words(item.query) if any(map(is_marked, map(exact, word)))]
        if own:
            words.append(tuple(map(exact, own[number % len(own)])))
    print(f"{'first suggestion':34} {'words':>6} {'right':>7}  {'95 %':14} {'ms p50':>8} {'ms p95':>8}")
    for tone_last in (True, False):

        def right(word: tuple[str, ...], tone_last: bool = tone_last) -> bool:
            return decoded(searcher, word, "telex", tone_last=tone_last)

        measure_share(f"telex, tone {'last' if tone_last else 'after vowel'}", words, right)


def abbreviations_section(searcher: Searcher, accented: list[KnownItem]) -> None:
    """Print three lines for forms made short, three for forms spelled out."""
    collection = searcher.collection()
    replaced: dict[str, list[tuple[KnownItem, KnownItem]]] = {"shortened": [], "spelled out": []}
    for item in accented:
        for form in read(collection, SearchRequest(item.query)).expansions[:1]:
            query = item.query.replace(form.typed, form.expansion, 1)
            way = "shortened" if len(form.expansion) < len(form.typed) else "spelled out"
            replaced[way].append((item, KnownItem(query, item.right)))
    for way, pairs in replaced.items():
        if not pairs:
            continue
        show(f"to be {way}, as typed", ours(searcher), [item for item, _ in pairs])
        changed = [item for _, item in pairs]
        without = show(f"{way}, not expanded", ours(searcher, expand=False), changed)
        expanded = show(f"{way}, expanded", ours(searcher), changed)
        print(difference("  gained by expansion", expanded, without), flush=True)


def marks_section(searcher: Searcher, accented: list[KnownItem]) -> None:
    """Print the violations of the marks rule, and the first of them in full."""
    print(f"{'other marks among the first ten':44} {'queries':>7} {'hits':>7} {'violations':>10} {'said to be lacking':>18}")
    asked = {"accented": [item.query for item in accented], "one syllable": marked.marked_syllables(searcher, SYLLABLES)}
    for name, queries in asked.items():
        verdict = marked.check(searcher, queries, name)
        print(f"{name:44} {verdict.queries:7} {verdict.hits:7} {len(verdict.violations):10} {verdict.said:18}", flush=True)
        for violation in verdict.violations[:5]:
            print("  ", *violation, sep="  ")


_PEER: list[Peer] = []


def _build_peer(kind: type[Peer], folder: Path, archive: Path) -> float:
    started = time.perf_counter()
    folder.mkdir()
    with Archive.open(archive, read_only=True) as kept:
        kind(folder, 1).build(kept.articles())
    return time.perf_counter() - started


def _open_peer(kind: type[Peer], folder: Path) -> None:
    _PEER.append(kind(folder, 1))
    _PEER[-1].open()


def _ask_peer(query: str, way: str) -> tuple[list[int], float]:
    started = time.perf_counter()
    found = _PEER[-1].best(SYLLABLE.findall(query.lower()), way)
    return found, time.perf_counter() - started


def peers_section(home: Path, columns: Mapping[str, list[KnownItem]], processes: int) -> None:
    """Print a line for each peer and column: of its ways of asking the better."""
    spawn = get_context("spawn")
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        ids = [article.id for article in archive.articles()]
    with tempfile.TemporaryDirectory() as folder:
        places = {kind: Path(folder) / kind.__name__ for kind in PEERS}
        with ProcessPoolExecutor(processes, spawn) as pool:
            building = [pool.submit(_build_peer, kind, places[kind], home / ARCHIVE_FILE) for kind in PEERS]
            taken = [future.result() for future in tqdm(building, desc="build peers", leave=False, disable=None)]
        print(", ".join(f"{kind.name} built in {each:.0f} s" for kind, each in zip(PEERS, taken, strict=True)), file=sys.stderr)
        for kind in PEERS:
            with ProcessPoolExecutor(processes, spawn, _open_peer, (kind, places[kind])) as pool:
                for name, items in columns.items():
                    measured: dict[str, Measured] = {}
                    for way in kind.ways:
                        queries = [item.query for item in items]
                        asking = pool.map(_ask_peer, queries, [way] * len(queries), chunksize=8)
                        about = f"{kind.name}, {way}: {name}"
                        found = list(tqdm(asking, total=len(queries), desc=about, leave=False, disable=None))
                        ranks = [
                            reciprocal_rank([ids[number] for number in numbers], item.right)
                            for item, (numbers, _) in zip(items, found, strict=True)
                        ]
                        measured[way] = Measured(ranks, sum(seconds for _, seconds in found))
                    if items:
                        best = max(measured, key=lambda way: measured[way].mean)
                        print(row(f"{kind.name}, {best}: {name}", measured[best]), flush=True)


def slips_section(searcher: Searcher, accented: list[KnownItem]) -> None:
    """Print two lines for queries with a slip of the finger in them."""
    for name, slip in (("one syllable without its marks", without_marks), ("one mark left out", without_one_mark)):
        show(name, ours(searcher), [KnownItem(slip(item.query, number), item.right) for number, item in enumerate(accented)])


SECTIONS = ("columns", "slips", "short", "tones", "telex", "abbreviations", "marks")


def run(home: Path, columns: Columns, chosen: Iterable[str], *, peers: bool, processes: int) -> None:
    """Print the sections chosen, for the articles of a data folder."""
    searcher = open_home(home)
    accented = columns.get("accented", [])
    asked = dict(columns) if "columns" in chosen else {}
    print(HEADER)
    for section in chosen:
        if section == "columns":
            columns_section(searcher, columns)
        elif not accented:
            print(f"{section}: the query file has no column `accented`")
        elif section == "slips":
            slips_section(searcher, accented)
        elif section == "short":
            cut = short_columns(searcher, accented)
            columns_section(searcher, cut)
            asked |= cut
        elif section == "tones":
            tones_section(searcher.archive.articles, accented)
        elif section == "telex":
            telex_section(searcher, accented)
        elif section == "abbreviations":
            abbreviations_section(searcher, accented)
        elif section == "marks":
            marks_section(searcher, accented)
    if peers:
        print(HEADER)
        peers_section(home, asked or columns, processes)


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--articles", type=Path, help="JSONL, may be compressed")
    source.add_argument("--home", type=Path, help="a data folder with archive and index, instead of --articles")
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--without-titles", action="store_true", help="with --articles")
    parser.add_argument("--half", choices=HALVES, default="all", help="of the queries (default: all)")
    parser.add_argument("--most", type=int, help="only the first so many queries of the half")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS, metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--peers", action="store_true", help="measure SQLite FTS5 and stock Whoosh too")
    parser.add_argument(
        "--ablate",
        action="store_true",
        help="only switch off the ingredients of the ranking, one at a time, for columns (or short)",
    )
    parser.add_argument("--processes", type=int, default=2, help="for the peers and --ablate")
    options = parser.parse_args()
    columns = read_queries(options.queries, options.half, options.most)
    print(f"{options.half} queries, {max(map(len, columns.values()), default=0)} a column", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        if options.articles:
            started = time.perf_counter()
            articles = read_articles(options.articles)
            if options.without_titles:
                articles = (replace(article, title="") for article in articles)
            count = build(articles, home).snapshot.document_count()
            print(f"{count} articles archived and indexed in {time.perf_counter() - started:.1f} s", file=sys.stderr)
        if options.ablate:
            chosen = columns if "columns" in options.only else {}
            if options.only != SECTIONS and "short" in options.only:
                chosen = chosen | short_columns(open_home(home), columns["accented"])
            ablate(home, chosen, processes=options.processes)
        else:
            run(home, columns, options.only, peers=options.peers, processes=options.processes)


if __name__ == "__main__":
    main()
