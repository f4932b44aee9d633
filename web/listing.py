"""A SearchRequest and its ResultPage -> what a page of hits shows around the hits: chips, facets, histogram, pages, orders.

Every part is a label and an address; the templates only lay them out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast, get_args

from searcher.query import FacetName
from searcher.request import SearchRequest, Sort
from searcher.result import FacetValue, ResultPage
from searcher.retrieval import MOST_FACET_VALUES
from web.address import search_url, toggled
from web.histogram import Histogram, histogram
from web.message import number, t
from web.presentation import day, month

LISTED_FACETS: tuple[FacetName, ...] = ("tag", "source", "section", "document")
VALUES_SHOWN = 8
VALUES_LISTED = 60  # in the disclosure below the shown ones


@dataclass(frozen=True)
class Chip:
    """One thing that narrows the search, and the address of the search without it. `kind` is the name of the facet or "days"."""

    kind: str
    label: str
    href: str


@dataclass(frozen=True)
class FacetLink:
    """A facet value and the address that chooses it, or lets it go when it is `selected`."""

    label: str
    count: int
    selected: bool
    href: str


@dataclass(frozen=True)
class FacetGroup:
    """A facet: its chosen and its most frequent values `shown`, further ones `hidden` in a disclosure.

    `total` is how many values there are; with `is_cut`, there are more than that.
    """

    name: FacetName
    shown: tuple[FacetLink, ...]
    hidden: tuple[FacetLink, ...]
    total: int
    is_cut: bool


@dataclass(frozen=True)
class PageLink:
    """A page of the listing; `gap` says that pages were left out before it."""

    number: int
    href: str
    current: bool
    gap: bool


@dataclass(frozen=True)
class Pager:
    """The ways to the other pages. `previous` and `next` are "" at the ends; `beyond` says that the asked page does not exist."""

    links: tuple[PageLink, ...]
    previous: str
    next: str
    beyond: bool


@dataclass(frozen=True)
class Order:
    """A way to sort the hits."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class Listing:
    """A page of hits and the ways on from it.

    `undated` hits are in no bar of the chart; `relaxed` says what it means that hits lack some of the query, "" when none does.
    """

    asked: SearchRequest
    result: ResultPage
    chips: tuple[Chip, ...]
    facets: tuple[FacetGroup, ...]
    chart: Histogram | None
    undated: int
    relaxed: str
    pager: Pager
    orders: tuple[Order, ...]


def listing(asked: SearchRequest, result: ResultPage) -> Listing:
    """Return everything around the hits of `result`."""
    months = result.facets.get("month", ())
    dated = sum(value.count for value in months)
    return Listing(
        asked=asked,
        result=result,
        chips=chips(asked, result),
        facets=tuple(group for group in (facet_group(name, asked, result) for name in LISTED_FACETS) if group.total),
        chart=histogram(months, asked),
        undated=0 if asked.selected.get("month") else max(0, result.total - dated),
        relaxed=relaxed(result),
        pager=pager(asked.page, result.total, asked.size, lambda page: search_url(replace(asked, page=page))),
        orders=tuple(
            Order(t(f"sort.{sort}"), search_url(replace(asked, sort=sort, page=1)), asked.sort == sort)
            for sort in cast("tuple[Sort, ...]", get_args(Sort))
        ),
    )


def relaxed(result: ResultPage) -> str:
    """Return one sentence about partial matches among the hits, "" where there are none."""
    if not result.relaxed or not result.total:
        return ""
    return t("results.relaxed_some", count=number(result.complete)) if result.complete else t("results.relaxed")


def chips(asked: SearchRequest, result: ResultPage) -> tuple[Chip, ...]:
    """Return one chip for each chosen facet value, and one for the days."""
    found: list[Chip] = []
    for facet, values in asked.selected.items():
        labels = {value.value: value.label for value in result.facets.get(facet, ())}
        for value in values:
            label = month(value) if facet == "month" else labels.get(value, value)
            found.append(Chip(facet, label, search_url(toggled(asked, facet, value))))
    if asked.first_day or asked.last_day:
        found.append(Chip("days", days_label(asked), search_url(replace(asked, first_day=None, last_day=None, page=1))))
    return tuple(found)


def days_label(asked: SearchRequest) -> str:
    """Return the span of days asked for, in words: a whole year as 2022."""
    first, last = asked.first_day, asked.last_day
    if first and last:
        if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
            return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
        return day(first.isoformat()) if first == last else f"{day(first.isoformat())}–{day(last.isoformat())}"
    if first:
        return t("chip.from", day=day(first.isoformat()))
    return t("chip.to", day=day(last.isoformat())) if last else ""


def facet_group(name: FacetName, asked: SearchRequest, result: ResultPage) -> FacetGroup:
    """Return the values of a facet: chosen ones first, then by count, at most VALUES_SHOWN + VALUES_LISTED of them."""
    values: Sequence[FacetValue] = result.facets.get(name, ())
    chosen = asked.selected.get(name, ())
    ordered = sorted(values, key=lambda value: (value.value not in chosen, -value.count))
    links = tuple(
        FacetLink(value.label, value.count, value.value in chosen, search_url(toggled(asked, name, value.value)))
        for value in ordered[: VALUES_SHOWN + VALUES_LISTED]
        if value.count or value.value in chosen
    )
    shown = max(VALUES_SHOWN, sum(link.selected for link in links))
    if len(links) == shown + 1:  # a disclosure for one value is longer than the value
        shown += 1
    return FacetGroup(name, links[:shown], links[shown:], len(values), len(values) >= MOST_FACET_VALUES)


def pager(current: int, total: int, size: int, address: Callable[[int], str]) -> Pager:
    """Return the links of a listing of `total` hits, `size` a page: the first page, the last, and those around `current`."""
    last = max(1, -(-total // size))
    shown = sorted({1, last, *(page for page in range(current - 2, current + 3) if 1 <= page <= last)})
    links = tuple(
        PageLink(page, address(page), page == current, gap=page - before > 1)
        for before, page in zip([0, *shown], shown, strict=False)
    )
    return Pager(
        links=links if last > 1 else (),
        previous=address(min(current - 1, last)) if current > 1 else "",
        next=address(current + 1) if current < last else "",
        beyond=current > last,
    )
