"""What the archive holds, in numbers: articles by month and source, the largest tags, and the months in which it has nothing.

A journalist must know what an archive cannot show before concluding anything from what it does not find.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timezone

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from corpus.gathering.health import health
from searcher.engine import SearchEngine
from searcher.request import SearchRequest
from web.address import search_url
from web.desk import archive, searcher
from web.histogram import SPARK_BARS, SPARK_HEIGHT, gaps, histogram, spark
from web.presentation import day_and_time, month

blueprint = Blueprint("coverage", __name__)

SOURCES_SHOWN = 25
TAGS_SHOWN = 20
GAPS_SHOWN = 6


@dataclass(frozen=True)
class SourceRow:
    """A newspaper (`key` in the index): its articles, from which month to which, by year, and the runs of months in which the archive has none of it.

    `path` draws its months on the axis that all papers share.
    """

    key: str
    label: str
    count: int
    first: str
    last: str
    years: dict[str, int]
    gaps: list[tuple[str, str]]
    path: str


@dataclass(frozen=True)
class TagBar:
    """A tag as a bar: `width` in per cent of the largest."""

    value: str
    label: str
    count: int
    width: float


@blueprint.get("/thong-ke")
def show() -> ResponseReturnValue:
    """Show the archive in numbers."""
    desk = searcher()
    overview = desk.overview()
    months = overview.facets.get("month", ())
    sources = overview.facets.get("source", ())
    rows = desk.kept(source_rows, lambda: source_rows(desk))
    tags = overview.facets.get("tag", ())[:TAGS_SHOWN]
    missing = gaps(months)
    return render_template(
        "coverage.html",
        asked=SearchRequest(),
        source_url=lambda key: search_url(SearchRequest(selected={"source": (key,)})),
        overview=overview,
        undated=overview.articles - sum(value.count for value in months),
        unsourced=overview.articles - sum(value.count for value in sources),
        chart=histogram(months, SearchRequest(), height=120),
        rows=rows,
        sources=len(sources),
        years=sorted({year for row in rows for year in row.years}),
        tags=[TagBar(tag.value, tag.label, tag.count, round(100 * tag.count / tags[0].count, 2)) for tag in tags],
        gaps=missing[:GAPS_SHOWN],
        more_gaps=max(0, len(missing) - GAPS_SHOWN),
        gaps_shown=GAPS_SHOWN,
        minute=day_and_time,
        health=health(archive().ledger, datetime.now(timezone.utc)),
        gap_label=gap_label,
        spark_size=(SPARK_BARS, SPARK_HEIGHT),
    )


def source_rows(desk: SearchEngine) -> list[SourceRow]:
    """Return a row for each of the largest sources."""
    facets = desk.overview().facets
    months = facets.get("month", ())
    rows = []
    for source in facets.get("source", ())[:SOURCES_SHOWN]:
        # Worked out once a commit, so it takes the time that it needs.
        found = desk.facets(SearchRequest(selected={"source": (source.value,)}), time_limit=math.inf)
        own = sorted(found["month"], key=lambda value: value.value)
        years: dict[str, int] = {}
        for value in own:
            years[value.value[:4]] = years.get(value.value[:4], 0) + value.count
        first, last = (own[0].value, own[-1].value) if own else ("", "")
        path = spark(own, months[0].value, months[-1].value) if own else ""
        rows.append(SourceRow(source.value, source.label, source.count, first, last, years, gaps(own), path))
    return rows


def gap_label(first: str, last: str) -> str:
    """Return a run of months as a reader writes it."""
    return month(first) if first == last else f"{month(first)}–{month(last)}"
