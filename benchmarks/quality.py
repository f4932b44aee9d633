"""How well is ranked what is looked for? Two measures: known items, where one article is right, and stories, where several are.

    python benchmarks/quality.py --articles news.jsonl.gz stories.jsonl.gz --without-titles --queries queries.tsv --stories stories.tsv
    python benchmarks/quality.py --articles … --without-titles --home data …      (the data folder that is made of them stays)
    python benchmarks/quality.py --home data --queries … --stories … --half held-back --peers       (it is there already)
    python benchmarks/quality.py --home data --queries … --stories … --half tune --keep before.json
    python benchmarks/quality.py --home data --queries … --stories … --half tune --against before.json   (differences between two runs)
    python benchmarks/quality.py --home data --queries … --only short telex --most 200
    python benchmarks/quality.py --home data --queries … --stories … --half tune --ablate     (each ingredient of the ranking switched off)
    python benchmarks/quality.py --home data --queries … --ablate --only short                (the same for short queries)

Articles are JSONL as `lucbao add` reads it. `--without-titles` leaves titles out of the index, for queries that are headlines; a data folder that
is there is taken as it is and never written to. Queries and stories are tab-separated with a header. Of queries `url` names the article they were
made from, which should come first (MRR@10: 1 / rank, beyond the first ten 0); of stories `urls` names all articles that are right, separated by
spaces (nDCG@10). Every other column (but `cluster` of stories) is a way of typing. For tuning (`--half`) are the 1st, 3rd, 5th … of the queries
and the first half of the stories, the others are held back. Queries go a reader's way: parser, relaxation and all. Intervals are of 95 %;
those of differences are of the differences, query by query.

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
stories         each column of the stories, and `headline` with the slips of above
peers           with --peers: SQLite FTS5, stock Whoosh (peer.py) and OpenSearch as an expert sets it up (expert.py), over the same articles,
                for columns, slips, short and stories. Each ranks the articles with any of the query's syllables, or, where that is better, with all
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

import marked
from ablation import ablate
from beside import Column, show_peers
from home import PATIENCE, build, open_home, read_articles
from known_item import HALVES, KnownItem, read_queries
from known_item import short_query as short
from measured import DEPTH, Ask, Judged, Report, difference, header
from restoration import decoded, title_words
from restoration import measure as measure_share
from story import Story, read_stories
from tqdm import tqdm
from writing import new_tones, old_tones, unmarked, without_marks, without_one_mark

from corpus.article import Article
from language.normalizer import exact, is_marked
from searcher.deadline import Deadline
from searcher.meaning.interpretation import interpret
from searcher.rank.retrieval import retrieve
from searcher.request import SearchRequest
from searcher.search import Searcher

Columns = dict[str, list[KnownItem]]
Stories = dict[str, list[Story]]
LENGTHS = (2, 3, 4)
SYLLABLES = 1000
SLIPS = {"one syllable without its marks": without_marks, "one mark left out": without_one_mark}
KNOWN, SEVERAL = "MRR@10", "nDCG@10"


def ours(searcher: Searcher, *, expand: bool = True) -> Ask:
    """Return how to ask Lục Báo: for a page, as a reader does."""
    return lambda query: [hit.id for hit in searcher.search(SearchRequest(query, size=DEPTH, expand=expand, fold=False)).hits]


def show_columns(searcher: Searcher, columns: Mapping[str, Sequence[Judged]], measure: str, report: Report) -> dict[str, Column]:
    """Print a line for each column; return what peers are to be asked."""
    return {name: Column(measure, queries, report.show(name, ours(searcher), queries)) for name, queries in columns.items()}


def short_columns(searcher: Searcher, accented: list[KnownItem]) -> Columns:
    """Return short queries cut from headlines, by length and marks."""
    collection = searcher.collection()
    ids = [id.decode() for id in collection.joined([segment.ids for segment in collection.segments]).tolist()]

    def holding(phrase: str) -> list[str]:
        request = SearchRequest(f'"{phrase}"', exact_marks=True, expand=False)
        masks = retrieve(collection, interpret(collection, request).node, request, Deadline.after(PATIENCE)).masks
        return [ids[place] for place in collection.joined(masks).nonzero()[0].tolist()]

    columns: Columns = {}
    for size in LENGTHS:
        cutting = (short(item, size, holding) for item in tqdm(accented, desc=f"cut {size}", leave=False, disable=None))
        cut = [item for item in cutting if item]
        columns[f"{size} syllables, accented"] = cut
        columns[f"{size} syllables, unaccented"] = [KnownItem(unmarked(item.query), item.right) for item in cut]
    return columns


def tones_section(articles: Callable[[], Iterable[Article]], accented: list[KnownItem], report: Report) -> None:
    """Print four lines, and how much each style of queries loses on the other's articles."""
    styles = {"old": old_tones, "new": new_tones}
    queries = {name: [KnownItem(style(item.query), item.right) for item in accented] for name, style in styles.items()}
    for name, style in styles.items():
        other = next(each for each in styles if each != name)
        with tempfile.TemporaryDirectory() as folder:
            searcher = build((rewritten(article, style) for article in articles()), Path(folder))
            same = report.show(f"{name}-style articles and queries", ours(searcher), queries[name])
            swapped = report.show(f"{name}-style articles, {other}-style queries", ours(searcher), queries[other])
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


def abbreviations_section(searcher: Searcher, accented: list[KnownItem], report: Report) -> None:
    """Print three lines for forms made short, three for forms spelled out."""
    collection = searcher.collection()
    replaced: dict[str, list[tuple[KnownItem, KnownItem]]] = {"shortened": [], "spelled out": []}
    for item in accented:
        for form in interpret(collection, SearchRequest(item.query)).expansions[:1]:
            query = item.query.replace(form.typed, form.expansion, 1)
            way = "shortened" if len(form.expansion) < len(form.typed) else "spelled out"
            replaced[way].append((item, KnownItem(query, item.right)))
    for way, pairs in replaced.items():
        if not pairs:
            continue
        report.show(f"to be {way}, as typed", ours(searcher), [item for item, _ in pairs])
        changed = [item for _, item in pairs]
        without = report.show(f"{way}, not expanded", ours(searcher, expand=False), changed)
        expanded = report.show(f"{way}, expanded", ours(searcher), changed)
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


def slipped(accented: list[KnownItem]) -> Columns:
    """Return queries with a slip of the finger in them."""
    return {
        f"accented, {name}": [KnownItem(slip(item.query, number), item.right) for number, item in enumerate(accented)]
        for name, slip in SLIPS.items()
    }


def story_columns(stories: Stories) -> Stories:
    """Return the columns of the stories, and slips in their headlines."""
    headlines = stories.get("headline", [])
    columns = {f"stories, {name}": column for name, column in stories.items()}
    for name, slip in SLIPS.items():
        columns[f"stories, headline, {name}"] = [
            Story(slip(each.query, number), each.right) for number, each in enumerate(headlines)
        ]
    return columns


SECTIONS = ("columns", "slips", "short", "tones", "telex", "abbreviations", "marks", "stories")


def run(searcher: Searcher, columns: Columns, stories: Stories, chosen: Iterable[str], report: Report) -> dict[str, Column]:
    """Print the sections chosen; return those columns that peers can be asked."""
    accented = columns.get("accented", [])
    asked: dict[str, Column] = {}
    if columns:
        print(header(KNOWN))
    for section in chosen:
        if section == "stories":
            if stories:
                print(header(SEVERAL))
                asked |= show_columns(searcher, story_columns(stories), SEVERAL, report)
        elif section == "columns":
            asked |= show_columns(searcher, columns, KNOWN, report)
        elif not accented:
            continue
        elif section == "slips":
            asked |= show_columns(searcher, slipped(accented), KNOWN, report)
        elif section == "short":
            asked |= show_columns(searcher, short_columns(searcher, accented), KNOWN, report)
        elif section == "tones":
            tones_section(searcher.archive.articles, accented, report)
        elif section == "telex":
            telex_section(searcher, accented)
        elif section == "abbreviations":
            abbreviations_section(searcher, accented, report)
        elif section == "marks":
            marks_section(searcher, accented)
    return asked


def home_of(options: argparse.Namespace, folder: Path) -> Path:
    """Return the data folder that is to be asked, made in `folder` if it is to be made and need not stay."""
    home: Path = options.home or folder
    if options.articles:
        started = time.perf_counter()
        articles = chain.from_iterable(map(read_articles, options.articles))
        if options.without_titles:
            articles = (replace(article, title="") for article in articles)
        home.mkdir(parents=True, exist_ok=True)
        count = build(articles, home).snapshot.document_count()
        print(f"{count} articles archived and indexed in {time.perf_counter() - started:.1f} s", file=sys.stderr)
    return home


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, nargs="+", help="JSONL, may be compressed")
    parser.add_argument("--home", type=Path, help="a data folder with archive and index, or, with --articles, where to make it")
    parser.add_argument("--queries", type=Path, help="each with one right article")
    parser.add_argument("--stories", type=Path, help="queries with several right articles")
    parser.add_argument("--without-titles", action="store_true", help="with --articles")
    parser.add_argument("--half", choices=HALVES, default="all", help="of the queries and of the stories (default: all)")
    parser.add_argument("--most", type=int, help="only the first so many of the half")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS, metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--keep", type=Path, metavar="FILE", help="where to write what every answer was worth")
    parser.add_argument("--against", type=Path, metavar="FILE", help="an earlier run, kept so, to be compared with")
    parser.add_argument("--peers", action="store_true", help="measure SQLite FTS5, stock Whoosh and OpenSearch too")
    parser.add_argument(
        "--ablate",
        action="store_true",
        help="only switch off the ingredients of the ranking, one at a time, for columns and stories (or short)",
    )
    parser.add_argument("--processes", type=int, default=2, help="for the peers and --ablate")
    options = parser.parse_args()
    if not (options.articles or options.home) or not (options.queries or options.stories):
        parser.error("articles or a data folder, and queries or stories")
    columns = read_queries(options.queries, options.half, options.most) if options.queries else {}
    stories = read_stories(options.stories, options.half, options.most) if options.stories else {}
    print(f"{options.half} queries, {_size(columns)} a column; stories: {_size(stories)}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        home = home_of(options, Path(folder))
        if options.ablate:
            chosen: dict[str, Sequence[Judged]] = {**columns} if "columns" in options.only else {}
            if options.only != SECTIONS and "short" in options.only:
                chosen |= short_columns(open_home(home), columns["accented"])
            if "stories" in options.only:
                chosen |= {f"stories, {name}": column for name, column in stories.items()}
            ablate(home, chosen, processes=options.processes)
            return
        report = Report(options.against)
        asked = run(open_home(home), columns, stories, options.only, report)
        if options.keep:
            report.keep(options.keep)
        if options.peers:
            show_peers(home, asked, options.processes)


def _size(columns: Mapping[str, Sequence[Judged]]) -> int:
    return max(map(len, columns.values()), default=0)


if __name__ == "__main__":
    main()
