"""Up to four searches side by side through time: a chart, its table, and both as files; the same for programs."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast, get_args
from urllib.parse import unquote, urlencode

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corpus.writing.csv_table import head, row
from language.period import today_in_vietnam
from searcher.parameter import BadParameter, parameters
from searcher.request import SearchRequest
from searcher.trend import MOST_TRENDS, Step, Trend, Trends, trends
from web.address import full, read_request, search_url
from web.around.error import error_response
from web.attachment import attachment
from web.description import TRENDS, parameter_names
from web.desk import searcher
from web.message import language, number, t
from web.presentation import day, month
from web.trend_chart import trend_chart
from web.view.feed import xml_response

blueprint = Blueprint("trend", __name__)

_FILES = ("csv", "svg")
_SHARED_AWAY = ("q", "page", "size", "sort", "fold", "near")


@dataclass(frozen=True)
class Asked:
    """What is to be compared: the searches, by months or years (None: whatever fits), and whether as shares; what was not understood, or left out."""

    requests: tuple[SearchRequest, ...]
    period: Step | None
    is_share: bool
    bad: tuple[BadParameter, ...]
    left_out: int

    def address(self, endpoint: str, **values: Any) -> str:
        """Return the path that asks for the same."""
        shared = [pair for pair in parameters(self.requests[0]) if pair[0] not in _SHARED_AWAY] if self.requests else []
        own = [("period", self.period or ""), ("share", "1" if self.is_share else "")]
        pairs = [*(("q", each.query) for each in self.requests), *shared, *(pair for pair in own if pair[1])]
        return url_for(endpoint, **values) + (f"?{urlencode(pairs)}" if pairs else "")


@dataclass(frozen=True)
class Cell:
    """How many articles of a search a period has, the address that shows them, and which share of all of the period they are, in words."""

    count: int
    href: str
    share: str


def _asked() -> Asked:
    asked, bad = read_request(request.args)
    queries = list(dict.fromkeys(query for given in request.args.getlist("q") if (query := given.strip())))
    period = request.args.get("period", "").strip()
    wrong = [] if period in ("", *get_args(Step)) else [BadParameter("period", "bad.period", (("value", period[:40]),))]
    return Asked(
        tuple(replace(asked, query=query, page=1, sort="relevance") for query in queries[:MOST_TRENDS]),
        cast(Step, period) if period in get_args(Step) else None,
        request.args.get("share", "").strip() not in ("", "0"),
        (*bad, *wrong),
        max(0, len(queries) - MOST_TRENDS),
    )


@blueprint.get("/so-sanh")
def page() -> ResponseReturnValue:
    """Show the trends of what is asked, and the form that asks."""
    asked = _asked()
    found = _found(asked)
    return render_template(
        "trend/show.html",
        compared=asked,
        most=MOST_TRENDS,
        found=found,
        chart=found and trend_chart(found, is_share=asked.is_share),
        rows=list(_rows(found)) if found else [],
        files={extension: asked.address("trend.file", extension=extension) for extension in _FILES},
        decimal=_decimal,
    )


@blueprint.get("/so-sanh.<any(csv, svg):extension>")
def file(extension: str) -> ResponseReturnValue:
    """Send the table or the chart."""
    asked = _asked()
    if asked.bad or not asked.requests:
        told = " ".join(parameter.in_words(language()) for parameter in asked.bad) or t("trend.nothing_asked")
        return error_response(400, "bad_parameter", told)
    found = _found(asked)
    assert found is not None
    name = " ".join(each.query for each in asked.requests)
    if extension == "csv":
        return attachment(_csv(found), extension, name, total=len(found.periods))
    text = render_template(
        "trend/chart.svg",
        found=found,
        chart=trend_chart(found, is_share=asked.is_share),
        address=unquote(full(asked.address("trend.page"))),
        today=day(today_in_vietnam().isoformat()),
        decimal=_decimal,
    )
    response = xml_response(text, "image/svg+xml")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/api/v1/trends")
def for_programs() -> ResponseReturnValue:
    """Answer with Trends."""
    asked = _asked()
    wrong = [f"{parameter.name}: {parameter.in_words(language())}" for parameter in asked.bad]
    wrong += [t("api.unknown", name=name[:40]) for name in request.args if name not in parameter_names(TRENDS)]
    if not asked.requests:
        wrong.append(t("trend.nothing_asked"))
    if asked.left_out:
        wrong.append(t("trend.left_out", count=asked.left_out, most=MOST_TRENDS))
    if wrong:
        return error_response(400, "bad_parameter", "; ".join(wrong))
    found = _found(asked)
    assert found is not None
    return jsonify(
        period=found.period,
        periods=found.periods,
        articles=found.everything,
        trends=[_trend(each) for each in found.trends],
    )


def _trend(trend: Trend) -> dict[str, Any]:
    return {"query": trend.request.query, "total": trend.total, "undated": trend.undated, "counts": trend.counts}


def _found(asked: Asked) -> Trends | None:
    return trends(searcher(), asked.requests, asked.period) if asked.requests else None


def _rows(found: Trends) -> Iterator[tuple[str, tuple[Cell, ...], int]]:
    """Yield each period's label, a cell for each search, and how many articles the archive has of it; the latest first."""
    shares = [found.shares(trend) for trend in found.trends]
    for place in reversed(range(len(found.periods))):
        period = found.periods[place]
        cells = tuple(
            Cell(trend.counts[place], search_url(_within(trend.request, period)), _percent(share[place]))
            for trend, share in zip(found.trends, shares, strict=True)
        )
        yield month(period) if found.period == "month" else period, cells, found.everything[place]


def _decimal(value: float) -> str:
    """Return a number as it is written in the reader's language, without a fraction that is none."""
    return number(int(value)) if value == int(value) else f"{value:g}".replace(".", t("format.decimal"))


def _percent(share: float | None) -> str:
    """Return a share in words, to two digits that count; "" of nothing."""
    if not share:
        return ""
    return t("trend.percent", number=_decimal(float(f"{100 * share:.2g}" if share < 0.0995 else f"{100 * share:.0f}")))


def _within(asked: SearchRequest, period: str) -> SearchRequest:
    """Return a search narrowed to a month or year, but not widened beyond the days that it has."""
    year, within = int(period[:4]), int(period[5:] or 0)
    first = date(year, within or 1, 1)
    last = date(year, within or 12, calendar.monthrange(year, within or 12)[1])
    return replace(
        asked,
        first_day=max(first, asked.first_day) if asked.first_day else first,
        last_day=min(last, asked.last_day) if asked.last_day else last,
    )


def _csv(found: Trends) -> Iterator[str]:
    yield head((found.period, *(trend.request.query for trend in found.trends), "articles"))
    for place, period in enumerate(found.periods):
        yield row((period, *(trend.counts[place] for trend in found.trends), found.everything[place]))
