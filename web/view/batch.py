"""A list of names or queries -> the ledger of what the archive has of each, as a page or a table for a spreadsheet.

The list comes by POST because it is longer than an address may be. Nothing is written down: asking twice is the same as asking once.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, cast

from flask import Blueprint, Response, current_app, request, stream_with_context
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from corpus.facet import LISTED
from corpus.writing.export import TABLES, XLSX
from language.errors import ToldError
from searcher.batch.ledger import Ledger, Line, ledger, look_up, span_of_years, table
from searcher.batch.pair import Pair, Pairs, pairs
from searcher.batch.roster import ColumnMissing, Entry, Roster, decoded, is_table, read_lines, read_table
from searcher.deadline import DeadlineExceeded
from searcher.engine import AWAY, SearchEngine
from searcher.parameter import BadParameter
from searcher.request import SearchRequest
from searcher.result import Problem
from web.address import article_url, is_filtered, read_request, search_url, site
from web.around.error import error_response
from web.attachment import attachment
from web.description import MOST_QUERIES
from web.desk import searcher
from web.message import language, t
from web.stream import Begun

blueprint = Blueprint("batch", __name__)

TIME_LIMIT = 45.0  # seconds for the whole list; a proxy waits a minute for the first byte of a table
TIME_FOR_PAIRS = 5.0  # seconds
_LINES_A_STEP = 100  # so often the page says how far it is
_PAIRS_SHOWN = 30
_FLUSH = "\0"  # in a page being made: send what there is
_HEADERS = {"1": True, "0": False}


@dataclass(frozen=True)
class Shown:
    """An entry and its line of the ledger (None: not asked), with the addresses of its search and of its newest article ("" if there is none)."""

    entry: Entry
    line: Line | None
    search: str = ""
    newest: str = ""


@blueprint.get("/tra-hang-loat")
def form() -> ResponseReturnValue:
    """Show the form, empty."""
    return _page(text="", whole=True, by_year=True, narrowed=SearchRequest())


@blueprint.post("/tra-hang-loat")
def ledger_page() -> ResponseReturnValue:
    """Ask every entry of the list, pasted or uploaded, and show the ledger or send it as CSV or XLSX."""
    try:
        text, as_table = _list()
    except UnicodeDecodeError:
        return error_response(400, "not_text")
    narrowed, bad = _narrowed()
    extension = request.form.get("dang", "")
    as_file = extension in TABLES
    if as_file and bad:  # a table has no place to say what was not understood
        return error_response(400, "bad_parameter", " ".join(parameter.in_words(language()) for parameter in bad))
    whole, by_year = request.form.get("cum") == "1", request.form.get("nam") == "1"
    state: dict[str, Any] = {
        "text": text,
        "as_table": as_table,
        "whole": whole,
        "by_year": by_year,
        "narrowed": narrowed,
        "bad": bad,
    }
    try:
        roster = _read(text, as_table)
    except ColumnMissing as missing:
        return _page(missing=missing, **state)
    if as_file:
        queries = [_query(entry, whole) for entry in roster.entries[:MOST_QUERIES]]
        return _file(roster, ledger(searcher(), queries, narrowed, time_limit=TIME_LIMIT), by_year, extension)
    looking = Looking(searcher(), roster, narrowed, whole=whole, with_pairs=request.form.get("cung") == "1")
    return _page(looking=looking, **state)


class Looking:
    """A list being looked up: `steps` does it; only then is there what was found."""

    def __init__(self, desk: SearchEngine, roster: Roster, narrowed: SearchRequest, *, whole: bool, with_pairs: bool) -> None:
        self.roster = roster
        self.asked = roster.entries[:MOST_QUERIES]
        self._desk = desk
        self._narrowed = narrowed
        self._whole = whole
        self._with_pairs = with_pairs
        self.lines: list[Line] = []
        self.pairs: Pairs | None = None

    def steps(self) -> Iterator[int]:
        """Look the list up, and yield now and then how many lines are done.

        What is in the way before the first step is raised; later it ends the lookup, for the page is on its way: what is left is not asked.
        """
        queries = (_query(entry, self._whole) for entry in self.asked)
        try:
            for line in look_up(self._desk, queries, self._narrowed, time_limit=TIME_LIMIT):
                self.lines.append(line)
                if len(self.lines) % _LINES_A_STEP == 0 and len(self.lines) < len(self.asked):
                    yield len(self.lines)
            if self._with_pairs:
                self.pairs = pairs(self._desk, self.lines, self._narrowed, time_limit=TIME_FOR_PAIRS)
        except (ToldError, DeadlineExceeded, *AWAY) as error:
            if len(self.lines) < _LINES_A_STEP:
                raise
            current_app.logger.error("%s: %s", type(error).__name__, error)

    def left(self) -> Sequence[Entry]:
        """Return the entries that were not asked."""
        return self.roster.entries[len(self.lines) :]

    def shown(self) -> list[Shown]:
        """Return the rows of the ledger."""
        found = [_shown(entry, line, self._narrowed) for entry, line in zip(self.asked, self.lines, strict=False)]
        return [*found, *(Shown(entry, None) for entry in self.asked[len(self.lines) :])]

    def found(self) -> int:
        """Return how many lines found something."""
        return sum(line.total > 0 for line in self.lines)

    def problems(self) -> list[Problem]:
        """Return what was not understood of the filters."""
        return _filter_problems(self.lines)

    def together(self) -> list[tuple[Pair, str]]:
        """Return the pairs of queries with most articles, each with the address of its search."""
        shown = self.pairs.found[:_PAIRS_SHOWN] if self.pairs else ()
        return [(pair, search_url(replace(self._narrowed, query=pair.query))) for pair in shown]


def _page(*, looking: Looking | None = None, **values: Any) -> Response:
    """Return the page; while a long list is looked up it is sent already, and says how far that is."""
    values["looking"] = looking
    values |= {"most": MOST_QUERIES, "form": request.form, "facets": [(facet, t(f"facet.{facet}")) for facet in LISTED]}
    values |= {"is_filtered": is_filtered, "span_of_years": span_of_years, "flush": _FLUSH}
    values |= {"variant_address": lambda variant: search_url(replace(values["narrowed"], query=variant.query))}
    body: str | Begun[str] = ""
    if looking and len(looking.asked) > _LINES_A_STEP:
        body = Begun(cast("Generator[str, None, None]", stream_with_context(_pieces(values))))
    else:
        body = "".join(_pieces(values))
    response = Response(body, 400 if "missing" in values else 200, content_type="text/html; charset=utf-8")
    response.headers["Referrer-Policy"] = "same-origin"  # without a referrer, a form does not say where it comes from
    return response


def _pieces(values: dict[str, Any]) -> Iterator[str]:
    current_app.update_template_context(values)
    waiting: list[str] = []
    for piece in current_app.jinja_env.get_template("batch/show.html").generate(values):
        if piece == _FLUSH:
            yield "".join(waiting)
            waiting.clear()
        else:
            waiting.append(piece)
    yield "".join(waiting)


def _list() -> tuple[str, bool]:
    """Return the text of the list, and whether it is a table: if it is said to be, or a column is named, or the file is so named.

    Of a list that is both pasted and uploaded the lines are one after the other. Raises UnicodeDecodeError.
    """
    pasted, file = request.form.get("danh-sach", ""), request.files.get("tep")
    content, name = (decoded(file.read()), file.filename or "") if file else ("", "")
    as_table = request.form.get("kieu") or ("bang" if _column() or is_table(name) else "dong")
    if not (content.strip() and pasted.strip()):
        return content if content.strip() else pasted, as_table == "bang"
    entries = (*read_lines(pasted).entries, *_read(content, as_table == "bang").entries)
    return "\n".join(entry.query for entry in entries), False


def _read(text: str, as_table: bool) -> Roster:
    """Return the list in `text`. Raises ColumnMissing."""
    return read_table(text, column=_column(), header=_HEADERS.get(request.form.get("dau", ""))) if as_table else read_lines(text)


def _column() -> str:
    return request.form.get("cot", "").strip()


def _narrowed() -> tuple[SearchRequest, tuple[BadParameter, ...]]:
    """Return the search without a query that the form's filters ask for; several values of a facet stand between semicolons."""
    pairs: list[tuple[str, str]] = []
    for name in (*LISTED, "from", "to", "exact"):
        value = request.form.get(name, "")
        pairs += [(name, part.strip()) for part in (value.split(";") if name in LISTED else [value])]
    return read_request(MultiDict(pairs))


def _query(entry: Entry, whole: bool) -> str:
    """Return what is asked for an entry: with `whole` a name as a phrase; what uses the query language stays as it is."""
    return entry.query if not whole or set('"#():') & set(entry.query) else f'"{entry.query}"'


def _shown(entry: Entry, line: Line, narrowed: SearchRequest) -> Shown:
    search = replace(narrowed, query=line.query)
    newest = article_url(line.newest.permalink, search) if line.newest else ""
    return Shown(entry, line, search_url(search) if line.counted else "", newest)


def _filter_problems(lines: Sequence[Line]) -> list[Problem]:
    """Return what was not understood of the filters, which all `lines` share: these problems have no place in a query."""
    return list(dict.fromkeys(problem for line in lines if line.counted for problem in line.problems if not problem.end))


def _file(roster: Roster, found: Ledger, by_year: bool, extension: str) -> Response:
    made = table(roster, found, base=site(), language=language(), named=lambda column: t(f"batch.{column}"), by_year=by_year)
    out = BytesIO()
    if extension == XLSX:
        made.write_xlsx(out)
    else:
        out.writelines(line.encode() for line in made.csv_lines())
    return attachment(iter([out.getvalue()]), extension, "tra-hang-loat", total=len(made.rows))
