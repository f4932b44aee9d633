"""The chart of a search as a file: its numbers month by month as CSV, or the picture as SVG with what it shows and where it is from."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import unquote

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from corpus.permalink import slug
from corpus.writing.csv_table import head, row
from language.timestamp import VIETNAM
from searcher.request import SearchRequest
from searcher.result import ResultPage
from web.address import full, read_request, search_url
from web.around.error import error_response
from web.desk import searcher
from web.histogram import every_month, histogram
from web.listing import chips
from web.message import language, t
from web.presentation import day
from web.view.feed import xml_response

blueprint = Blueprint("chart", __name__)

_HEIGHT = 240  # pixels of the bars


@blueprint.get("/tim-kiem/bieu-do.<any(csv, svg):extension>")
def file(extension: str) -> ResponseReturnValue:
    """Send the chart of what a search finds."""
    asked, bad = read_request(request.args)
    if bad:  # a file has no place to say what was not understood
        told = " ".join(parameter.in_words(language()) for parameter in bad)
        return error_response(400, "bad_parameter", told, query=asked.query)
    desk = searcher()
    asked = desk.resolved(asked)
    result = desk.search(asked)
    if result.cut:
        return error_response(503, "too_slow")
    response = _csv(result) if extension == "csv" else _svg(asked, result)
    name = "-".join(filter(None, ("lucbao", slug(asked.query)[:40].strip("-"), f"{datetime.now(VIETNAM):%Y-%m-%d}")))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _csv(result: ResultPage) -> Response:
    rows = [row((month, str(count))) for month, count in every_month(result.months)]
    return Response([head(("month", "articles")), *rows], content_type="text/csv; charset=utf-8")


def _svg(asked: SearchRequest, result: ResultPage) -> Response:
    said = [
        asked.query.strip(),
        *(f"{t('chip.not') if chip.excluded else ''} {chip.label}".strip() for chip in chips(asked, result)),
    ]
    text = render_template(
        "search/chart.svg",
        chart=histogram(result.months, asked, height=_HEIGHT),
        said=" · ".join(filter(None, said)) or t("results.title_all"),
        total=result.total,
        address=unquote(full(search_url(asked, compact=False))),
        today=day(datetime.now(VIETNAM).isoformat()),
    )
    return xml_response(text, "image/svg+xml")
