"""A list of names or queries -> the ledger of what the archive has of each, as a page or a table for a spreadsheet.

The list comes by POST because it is longer than an address may be. Nothing is written down: asking twice is the same as asking once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from corpus.table import head, row
from corpus.text import clean
from corpus.timestamp import VIETNAM
from searcher.ledger import Ledger, Line, ledger
from searcher.request import SearchRequest
from web.address import article_url, search_url, site
from web.desk import searcher
from web.error import error_response
from web.message import language, t

blueprint = Blueprint("batch", __name__)

MOST_QUERIES = 500
TIME_LIMIT = 20.0  # seconds for the whole list
_COLUMNS = ("query", "total", "near", "first", "last", "newest", "address", "variants", "problems")


@dataclass(frozen=True)
class Shown:
    """A line of the ledger, with the addresses of its search and of its newest article ("" if there is none)."""

    line: Line
    search: str
    newest: str


@blueprint.get("/tra-hang-loat")
def form() -> ResponseReturnValue:
    """Show the form, empty."""
    return _page(text="", whole=True, shown=(), left=(), more=0)


@blueprint.post("/tra-hang-loat")
def ledger_page() -> ResponseReturnValue:
    """Ask every line of the list, pasted or uploaded, and show the ledger or send it as CSV."""
    try:
        text = "\n".join([request.form.get("danh-sach", ""), _uploaded()])
    except UnicodeDecodeError:
        return error_response(400, "not_text")
    whole = request.form.get("cum") == "1"
    queries = list(dict.fromkeys(filter(None, map(clean, text.splitlines()))))
    asked = SearchRequest(exact_marks=request.form.get("exact") == "1")
    phrased = [_phrase(query) if whole else query for query in queries[:MOST_QUERIES]]
    found = ledger(searcher(), phrased, asked, time_limit=TIME_LIMIT)
    if request.form.get("dang") == "csv":
        return _csv(found, queries[MOST_QUERIES:])
    return _page(
        text="\n".join(queries),
        whole=whole,
        exact=asked.exact_marks,
        variant_address=lambda variant: search_url(replace(asked, query=variant.query)),
        shown=[_shown(line, asked) for line in found.lines],
        with_variants=any(line.variants for line in found.lines),
        found=sum(line.total > 0 for line in found.lines),
        left=found.left,
        more=max(0, len(queries) - MOST_QUERIES),
    )


def _page(**values: object) -> Response:
    response = make_response(render_template("batch/show.html", most=MOST_QUERIES, **values))
    response.headers["Referrer-Policy"] = "same-origin"  # without a referrer, a form does not say where it comes from
    return response


def _uploaded() -> str:
    """Return the text of the uploaded file, UTF-8 or, as Excel saves it, UTF-16. Raises UnicodeDecodeError if it is neither."""
    file = request.files.get("tep")
    content = file.read() if file else b""
    return content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")


def _phrase(query: str) -> str:
    """Return a name as a phrase; what uses the query language stays as it is."""
    return query if set('"#():') & set(query) else f'"{query}"'


def _shown(line: Line, asked: SearchRequest) -> Shown:
    search = replace(asked, query=line.query)
    return Shown(line, search_url(search), article_url(line.newest.permalink, search) if line.newest else "")


def _csv(found: Ledger, more: Sequence[str]) -> Response:
    response = Response(_rows(found, more, site()), content_type="text/csv; charset=utf-8")
    name = f"lucbao-tra-hang-loat-{datetime.now(VIETNAM):%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _rows(found: Ledger, more: Sequence[str], base: str) -> Iterator[str]:
    yield head([t(f"batch.{column}") for column in _COLUMNS])
    for line in found.lines:
        newest = (line.newest.title, base + line.newest.permalink) if line.newest else ("", "")
        variants = "; ".join(f"{variant.query} ({variant.total})" for variant in line.variants)
        days = (line.first_published or "", line.last_published or "")
        yield row(
            [
                line.query,
                str(line.total),
                str(line.near),
                *days,
                *newest,
                variants,
                " ".join(problem.in_words(language()) for problem in line.problems),
            ]
        )
    for query in (*found.left, *more):
        yield row([query, *[""] * (len(_COLUMNS) - 2), t("batch.not_asked")])
