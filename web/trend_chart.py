"""Trends -> lines of a chart that the server draws, one a search, told apart by their dashes as well as by their colour.

Across, a line is drawn in units of a period and stretched to whatever width there is; up, in pixels. Letters stand outside of what is stretched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from searcher.trend import Trends
from web.histogram import NARROWEST_TICK, rounded

HEIGHT = 220
"""Pixels."""
_MOST_TICKS = 10


@dataclass(frozen=True)
class Line:
    """A search's line: its number from 1, and the path of an SVG as wide as there are periods but one, and HEIGHT high."""

    number: int
    path: str


@dataclass(frozen=True)
class TrendTick:
    """A period under the lines, at `x` per cent."""

    label: str
    x: float


@dataclass(frozen=True)
class TrendChart:
    """All lines over an axis from 0 to `top`: articles, or per cent of all articles if it `is_share`; `width` in periods."""

    lines: tuple[Line, ...]
    ticks: tuple[TrendTick, ...]
    top: float
    width: int
    is_share: bool
    height: int = HEIGHT


def trend_chart(trends: Trends, *, is_share: bool) -> TrendChart | None:
    """Return the chart of trends; None of fewer than two periods, which make no line."""
    if len(trends.periods) < 2:
        return None
    rows = [
        [None if share is None else 100 * share for share in trends.shares(trend)] if is_share else [*trend.counts]
        for trend in trends.trends
    ]
    top = _top(max((value for row in rows for value in row if value is not None), default=0), is_share=is_share)
    lines = tuple(Line(number, _path(row, top)) for number, row in enumerate(rows, 1))
    return TrendChart(lines, _ticks(trends.periods), top, len(trends.periods) - 1, is_share)


def _top(highest: float, *, is_share: bool) -> float:
    """Return the round number that the axis reaches to."""
    if not is_share:
        return rounded(max(1, int(highest)))
    scale = 1.0
    while highest and highest * scale < 10:  # two digits are told
        scale *= 10
    return min(100.0, rounded(max(1, -int(-highest * scale // 1))) / scale)


def _path(row: Sequence[float | None], top: float) -> str:
    """Return a line through the values, parted where there is none."""
    path, pen = "", "M"
    for place, value in enumerate(row):
        if value is None:
            pen = "M"
            continue
        path += f"{pen}{place} {HEIGHT - value / top * HEIGHT:.4g}"
        pen = "L"
    return path


def _ticks(periods: Sequence[str]) -> tuple[TrendTick, ...]:
    """Return as many years as have room, each where it begins."""
    places = [place for place, period in enumerate(periods) if place == 0 or period[4:] in ("", "-01")]
    places = places[:: -(-len(places) // _MOST_TICKS)]
    ticks = [TrendTick(periods[place][:4], round(place * 100 / (len(periods) - 1), 3)) for place in places]
    if len(ticks) > 1 and ticks[1].x - ticks[0].x < NARROWEST_TICK:
        del ticks[0]
    if len(ticks) > 1 and 100 - ticks[-1].x < NARROWEST_TICK:
        del ticks[-1]
    return tuple(ticks)
