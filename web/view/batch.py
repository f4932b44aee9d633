"""A list of names or queries -> the ledger of what the archive has of each, as a page or a table for a spreadsheet.

The list comes by POST because it is longer than an address may be. Nothing is written down: asking twice is the same as asking once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from corpus.facet import LISTED
from corpus.writing.export import TABLES, XLSX
from searcher.batch.ledger import Ledger, Line, ledger, span_of_years, table
from searcher.batch.roster import ColumnMissing, Entry, Roster, decoded, is_table, read_lines, read_table
from searcher.parameter import BadParameter
from searcher.request import SearchRequest
from searcher.result import Problem
from web.address import article_url, is_filtered, read_request, search_url, site
from web.around.error import error_response
from web.attachment import attachment
from web.description import MOST_QUERIES
from web.desk import searcher
from web.message import language, t

blueprint = Blueprint("batch", __name__)

TIME_LIMIT = 20.0  # seconds for the whole list
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
    return _page(text="", whole=True, narrowed=SearchRequest())


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
    state = {"text": text, "as_table": as_table, "whole": whole, "by_year": by_year, "narrowed": narrowed, "bad": bad}
    try:
        roster = _read(text, as_table)
    except ColumnMissing as missing:
        return _page(missing=missing, **state)
    asked = roster.entries[:MOST_QUERIES]
    found = ledger(searcher(), [_query(entry, whole) for entry in asked], narrowed, time_limit=TIME_LIMIT)
    if as_file:
        return _file(roster, found, by_year, extension)
    return _page(
        roster=roster,
        left=roster.entries[len(found.lines) :],
        shown=[
            *(_shown(entry, line, narrowed) for entry, line in zip(asked, found.lines, strict=False)),
            *(Shown(entry, None) for entry in asked[len(found.lines) :]),
        ],
        years=span_of_years(found.lines) if by_year else (),
        with_undated=by_year and any(line.undated for line in found.lines),
        filter_problems=_filter_problems(found.lines),
        with_variants=any(line.variants for line in found.lines),
        variant_address=lambda variant: search_url(replace(narrowed, query=variant.query)),
        found=sum(line.total > 0 for line in found.lines),
        **state,
    )


def _page(**values: object) -> Response:
    facets = [(facet, t(f"facet.{facet}")) for facet in LISTED]
    page = render_template(
        "batch/show.html", most=MOST_QUERIES, form=request.form, facets=facets, is_filtered=is_filtered, **values
    )
    response = make_response(page, 400 if "missing" in values else 200)
    response.headers["Referrer-Policy"] = "same-origin"  # without a referrer, a form does not say where it comes from
    return response


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
