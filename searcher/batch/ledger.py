"""Many queries -> one line of a ledger each: how many articles have all of it, over which days and in which years, and what comes near.

A list of names is checked so against the whole archive: which of them occur, since when, and under which other spelling.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import IO, Any

from corpus.facet import FACET_NAMES
from corpus.writing.cell import Cell
from corpus.writing.citation import ARCHIVE
from corpus.writing.csv_table import head, row
from corpus.writing.workbook import write_workbook
from language.text import clean
from language.wording import LANGUAGES
from searcher.batch.roster import Entry, Roster
from searcher.engine import SearchEngine
from searcher.query.parser import parse
from searcher.query.tree import Everything
from searcher.request import SearchRequest
from searcher.result import Coverage, Hit, Problem, ResultPage, Suggestion

COLUMNS = ("query", "total", "near", "first", "last", "newest", "address", "variants", "problems")
"""What a table says of each query; years, the number of the row and its other cells come after."""


@dataclass(frozen=True)
class Line:
    """What the archive has for one query.

    `total` articles have all of it; where none has, `near` have most of it. `first_published` and `last_published` (ISO days) bound those that have all,
    `newest` is the newest of these, and `years` are the years in which they were published, ascending, with how many. `variants` are other
    queries that were tried, with what they find. `problems` say what was not understood.
    """

    query: str
    total: int = 0
    near: int = 0
    first_published: str | None = None
    last_published: str | None = None
    newest: Hit | None = None
    years: tuple[tuple[int, int], ...] = ()
    variants: tuple[Suggestion, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def counted(self) -> bool:
        """Whether the total is one: not where there is no word to ask, or where the time was over."""
        return not any(problem.code in ("nothing", "too_slow") for problem in self.problems)

    @property
    def undated(self) -> int:
        """How many of the total are in no year."""
        return self.total - sum(count for _, count in self.years)


@dataclass(frozen=True)
class Ledger:
    """The lines in the order of the queries; `left` are the queries for which there was no time."""

    lines: tuple[Line, ...]
    left: tuple[str, ...]


def ledger(
    searcher: SearchEngine,
    queries: Iterable[str],
    request: SearchRequest,
    *,
    time_limit: float,
    progress: Callable[[int], object] = lambda _: None,
) -> Ledger:
    """Ask each query in place of that of `request`, newest first, until `time_limit` seconds are over; a query that comes again costs none.

    `progress` is told how many lines there are.
    """
    asked, lines = [*queries], []
    for line in look_up(searcher, asked, request, time_limit=time_limit):
        lines.append(line)
        progress(len(lines))
    return Ledger(tuple(lines), tuple(asked[len(lines) :]))


def look_up(searcher: SearchEngine, queries: Iterable[str], request: SearchRequest, *, time_limit: float) -> Iterator[Line]:
    """Yield the lines of a ledger as each is asked, until the time is over."""
    until = time.monotonic() + time_limit
    known: dict[str, Line] = {}
    for query in queries:
        if time.monotonic() > until:
            return
        if query not in known:
            known[query] = _line(searcher, replace(request, query=query, sort="newest", page=1, size=1))
        yield known[query]


def wordless(query: str) -> tuple[Problem, ...]:
    """Return why there is nothing to ask in a query, () if there is: without a word it would find the whole archive."""
    node, problems = parse(clean(query))
    if not isinstance(node, Everything):
        return ()
    return problems if any(problem.code == "nothing" for problem in problems) else (*problems, Problem(0, len(query), "nothing"))


def unasked(request: SearchRequest) -> ResultPage:
    """Return the answer to a query without a word: no article, and why."""
    nothing = ResultPage(request.query, 0, 0, request.page, request.size, 0, (), dict.fromkeys(FACET_NAMES, ()))
    return replace(nothing, problems=wordless(request.query))


def _line(searcher: SearchEngine, request: SearchRequest) -> Line:
    problems = wordless(request.query)
    if problems:
        return Line(request.query, problems=problems)
    found = searcher.search(request)
    # Beside nothing, what comes near is help; it is looked for in the order of relevance only.
    near = 0 if found.total else searcher.search(replace(request, sort="relevance")).near
    return Line(
        query=request.query,
        total=found.total,
        near=near,
        first_published=found.first_published,
        last_published=found.last_published,
        newest=next(iter(found.hits), None),
        years=found.years,
        variants=found.suggestions,
        problems=found.problems,
    )


def json_lines(
    searcher: SearchEngine, roster: Roster, request: SearchRequest, *, language: str, base: str = "", by_year: bool = False
) -> Iterator[str]:
    """Yield the answer to each entry as one line of JSON, asked in place of the query of `request`.

    Problems are worded in `language`; `base`, the address of the site, stands before permalinks.
    """
    for entry in roster.entries:
        asked = replace(request, query=entry.query)
        page = unasked(asked) if wordless(entry.query) else searcher.search(asked)
        yield ledger_line(page, searcher.coverage(), entry=entry, language=language, base=base, by_year=by_year)


def ledger_line(
    page: ResultPage,
    archive: Coverage,
    *,
    entry: Entry | None = None,
    language: str = LANGUAGES[0],
    base: str = "",
    by_year: bool = False,
) -> str:
    """Return one line of `--batch`: the page as JSON with, under `ledger`, what a report of the search must say.

    That is the articles found, how many come near, every other query tried with what it finds, and what the archive covers; on request
    how many articles each year has. `row` and `given` are the `entry` of the list that was asked.
    """
    ledger: dict[str, Any] = {
        "hits": page.total,
        "near": page.near,
        "tried": [asdict(other) for other in page.tried],
        "archive": asdict(archive),
    }
    if by_year:
        ledger["years"] = {str(year): count for year, count in page.years}
    asked = {"row": entry.number, "given": entry.given} if entry else {}
    return json.dumps({**asked, **page.as_json(language, base), "ledger": ledger}, ensure_ascii=False)


@dataclass(frozen=True)
class Table:
    """A ledger that can be put beside the list: the names of its columns, and a row for each entry, in order."""

    names: list[str]
    rows: list[list[Cell]]

    def csv_lines(self) -> Iterator[str]:
        """Yield the lines of a CSV file."""
        yield head(self.names)
        yield from map(row, self.rows)

    def write_xlsx(self, out: IO[bytes]) -> None:
        """Write a workbook."""
        write_workbook(self.names, self.rows, out, title=ARCHIVE)


def table(
    roster: Roster, found: Ledger, *, base: str, language: str, named: Callable[[str], str], by_year: bool = False
) -> Table:
    """Return a ledger as a table: each row begins with the text given and ends with its number and the other cells of its row in the list.

    What was not counted has no number; those that were not asked say so. `base` goes before the paths of articles, `named` words a
    column's name, and "not_asked".
    """
    every_year = span_of_years(found.lines) if by_year else ()
    undated = by_year and any(line.undated for line in found.lines)
    names = [roster.column or named("query"), *map(named, COLUMNS[1:]), *map(str, every_year), *[named("undated")] * undated]
    beside = roster.others or [f"#{place}" for place, _ in enumerate(roster.entries[0].beside if roster.entries else (), start=2)]
    rows: list[list[Cell]] = []
    for entry, line in zip_longest(roster.entries, found.lines):
        cells = _cells(entry, line, base, language) if line else [entry.given, *[None] * (len(COLUMNS) - 2), named("not_asked")]
        if line is not None and line.counted:
            counts = dict(line.years)
            cells += [*(counts.get(year, 0) for year in every_year), *[line.undated] * undated]
        rows.append([*cells, *[None] * (len(names) - len(cells)), entry.number, *entry.beside])
    return Table([*names, named("row"), *beside], rows)


def _cells(entry: Entry, line: Line, base: str, language: str) -> list[Cell]:
    return [
        entry.given,
        *((line.total, line.near) if line.counted else (None, None)),
        *(day and date.fromisoformat(day) for day in (line.first_published, line.last_published)),
        *((line.newest.title, base + line.newest.permalink) if line.newest else (None, None)),
        "; ".join(f"{variant.query} ({variant.total})" for variant in line.variants),
        " ".join(problem.in_words(language) for problem in line.problems),
    ]


def span_of_years(lines: Sequence[Line]) -> tuple[int, ...]:
    """Return every year from the first to the last in which an article was found."""
    named = [year for line in lines for year, _ in line.years]
    return tuple(range(min(named), max(named) + 1)) if named else ()
