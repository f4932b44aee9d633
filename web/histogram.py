"""Counts by month -> bars of a chart that the server draws, each with the address of the search it stands for.

Horizontal measures are percentages and vertical ones pixels, so that one SVG fits every width without script and without
distorting letters. By month up to ten years; a longer time by year, ten or a hundred years. A bar's count is what a click on it
shows, which chooses it alone; a click on a chosen bar lets it go and shows what `after` says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from searcher.request import SearchRequest
from searcher.result import FacetValue
from web.address import chart_url, search_url, selecting, toggled
from web.presentation import month as month_label

FILES = ("csv", "svg")
MOST_MONTHS = 120
MOST_TICKS = 10
SPARK_BARS, SPARK_HEIGHT = 60, 20
_STEPS = (1, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 30, 40, 50, 60, 80, 100)
NARROWEST_TICK = 9.0  # per cent of the chart's width that a year's four digits take on a phone


@dataclass(frozen=True)
class Bar:
    """One bar. `x`, `width` in per cent of the chart, `y`, `height` in pixels from its top; it covers months `first` to `last`.

    It is as high as `count`; `after` is the total once it is clicked.
    """

    label: str
    count: int
    href: str
    selected: bool
    x: float
    width: float
    y: float
    height: float
    first: str
    last: str
    after: int


@dataclass(frozen=True)
class Tick:
    """A year under the bars, at `x` per cent, and the address of the search within it."""

    label: str
    x: float
    href: str


@dataclass(frozen=True)
class YearRow:
    """A year in words: the text alternative of the chart."""

    label: str
    count: int
    href: str
    months: tuple[Bar, ...]


@dataclass(frozen=True)
class Histogram:
    """A chart `height` pixels high. `peak` is its highest bar; `rows` say all of it in words.

    Its axis reaches from 0 to `top`, a round number, past `middle` half-way, which is 0 where that would be no whole number.
    `base` is the address of the search over all time, to which a script that lets readers drag over bars adds the days; `files` are the
    addresses of the chart as files, by their extension.
    """

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    rows: tuple[YearRow, ...]
    peak: Bar
    height: int
    top: int
    middle: int
    base: str
    files: Mapping[str, str]


def spark(months: Sequence[FacetValue], first: str, last: str) -> str:
    """Return the counts of `months` from month `first` to `last` as the path of an SVG SPARK_BARS wide and SPARK_HEIGHT high."""
    begin = _ordinal(first)
    step = -(-(_ordinal(last) - begin + 1) // SPARK_BARS)
    totals: dict[int, int] = {}
    for value in months:
        slot = (_ordinal(value.value) - begin) // step
        totals[slot] = totals.get(slot, 0) + value.count
    slots = (_ordinal(last) - begin) // step + 1
    width = SPARK_BARS / slots
    highest = max(totals.values(), default=0)
    return "".join(
        f"M{slot * width:.5g} {SPARK_HEIGHT}v-{max(1, count * SPARK_HEIGHT / highest):.3g}h{width * 0.8:.3g}V{SPARK_HEIGHT}z"
        for slot, count in sorted(totals.items())
        if count
    )


def every_month(months: Sequence[FacetValue]) -> list[tuple[str, int]]:
    """Return the months from the first that has articles to the last, each with its number, those without any too."""
    counts = {_ordinal(value.value): value.count for value in months if value.count}
    return [(_written(month), counts.get(month, 0)) for month in range(min(counts), max(counts) + 1)] if counts else []


def gaps(months: Sequence[FacetValue]) -> list[tuple[str, str]]:
    """Return the runs of months without an article between the first and the last that has one, as (first, last) of each run."""
    present = sorted(_ordinal(value.value) for value in months if value.count)
    return [
        (_written(before + 1), _written(after - 1))
        for before, after in zip(present, present[1:], strict=False)
        if after - before > 1
    ]


def histogram(
    months: Sequence[FacetValue], request: SearchRequest, *, height: int = 48, without: Mapping[str, int] | None = None
) -> Histogram | None:
    """Return the chart of `months` (values `YYYY-MM`), or None where there are fewer than two months to compare.

    `without` says for each chosen month how many hits there are once it no longer is.
    """
    counts = {value.value: value.count for value in months if value.count}
    if len(counts) < 2:
        return None
    first, last = _ordinal(min(counts)), _ordinal(max(counts))
    months_apart = last - first + 1
    step = next(step for step in (1, 12, 120, 1200) if step == 1200 or months_apart <= MOST_MONTHS * step)
    first -= first % step
    slots = (last - first) // step + 1
    totals = _totals(counts, first, step)
    top = rounded(max(totals.values()))
    bars = _bars(totals, first, step, slots, request, height=height, top=top, without=without or {})
    years = [(first + slot * step) // 12 for slot in sorted(totals)]
    rows = tuple(YearRow(bar.label, bar.count, bar.href, ()) for bar in reversed(bars))
    if step == 1:
        rows = _rows(years, bars, request)
    peak = max(bars, key=lambda bar: bar.count)
    base = search_url(replace(selecting(request, "month", ()), first_day=None, last_day=None))
    return Histogram(
        bars=tuple(bars),
        ticks=_ticks(first, slots, step, request),
        rows=rows,
        peak=peak,
        height=height,
        top=top,
        middle=0 if top % 2 else top // 2,
        base=base,
        files={extension: chart_url(request, extension) for extension in FILES},
    )


def _totals(counts: Mapping[str, int], first: int, step: int) -> dict[int, int]:
    """Return the count of each bar of `step` months from month `first` on that has any, by its number."""
    totals: dict[int, int] = {}
    for value, count in counts.items():
        slot = (_ordinal(value) - first) // step
        totals[slot] = totals.get(slot, 0) + count
    return totals


def _bars(
    totals: Mapping[int, int],
    first: int,
    step: int,
    slots: int,
    request: SearchRequest,
    *,
    height: int,
    top: int,
    without: Mapping[str, int],
) -> list[Bar]:
    chosen = request.selected.get("month", ())
    bars: list[Bar] = []
    for slot, count in sorted(totals.items()):
        begin = first + slot * step
        tall = max(2.0, round(count / top * height, 1))
        if step == 1:
            value = _written(begin)
            label, selected = month_label(value), value in chosen
            href = search_url(toggled(request, "month", value) if selected else selecting(request, "month", (value,)))
            after = without.get(value, count)
        else:
            label, selected, href = _years_label(begin, step), False, search_url(within_years(request, begin // 12, step // 12))
            after = count
        width = 100 / slots
        place = (round(slot * width, 3), round(width, 3), round(height - tall, 1), tall)
        bars.append(Bar(label, count, href, selected, *place, _written(begin), _written(begin + step - 1), after))
    return bars


def rounded(highest: int) -> int:
    """Return the number that an axis reaches to: at least `highest`, round, and even but for 1."""
    scale: int = 10 ** max(0, len(str(highest)) - 2)
    return next(step * scale for step in _STEPS if step * scale >= highest)


def _ticks(first: int, slots: int, step: int, request: SearchRequest) -> tuple[Tick, ...]:
    """Return as many of the years under the bars as have room."""
    unit = max(1, step // 12)
    starts = [slot for slot in range(slots) if step > 1 or (first + slot) % 12 == 0]
    if step == 1 and 0 not in starts:
        starts = [0, *starts]
    years = [(first + slot * step) // 12 for slot in starts]
    ticks = [
        Tick(str(year), round(slot * 100 / slots, 3), search_url(within_years(request, year, unit)))
        for slot, year in zip(starts, years, strict=True)
    ]
    ticks = ticks[:: -(-len(ticks) // MOST_TICKS)]
    if len(ticks) > 1 and ticks[1].x - ticks[0].x < NARROWEST_TICK:
        del ticks[0]
    if len(ticks) > 1 and 100 - ticks[-1].x < NARROWEST_TICK:
        del ticks[-1]
    return tuple(ticks)


def _rows(years: list[int], months: list[Bar], request: SearchRequest) -> tuple[YearRow, ...]:
    """Return the months year by year, the latest year first."""
    by_year: dict[int, list[Bar]] = {}
    for year, bar in zip(years, months, strict=True):
        by_year.setdefault(year, []).append(bar)
    return tuple(
        YearRow(str(year), sum(bar.count for bar in within), search_url(within_years(request, year, 1)), tuple(within))
        for year, within in reversed(by_year.items())
    )


def within_years(request: SearchRequest, year: int, years: int) -> SearchRequest:
    """Return `request` narrowed to whole years, but never widened beyond the days already asked for."""
    first, last = date(max(year, 1), 1, 1), date(min(year + years - 1, 9999), 12, 31)
    return replace(
        selecting(request, "month", ()),
        first_day=max(first, request.first_day) if request.first_day else first,
        last_day=min(last, request.last_day) if request.last_day else last,
    )


def _years_label(begin: int, step: int) -> str:
    return str(begin // 12) if step == 12 else f"{begin // 12}–{(begin + step) // 12 - 1}"


def _ordinal(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _written(ordinal: int) -> str:
    return f"{ordinal // 12:04}-{ordinal % 12 + 1:02}"
