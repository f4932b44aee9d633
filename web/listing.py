"""A SearchRequest and its ResultPage -> what a page of hits shows around the hits: chips, facets, histogram, pages, orders.

Every part is a label and an address; the templates only lay them out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast, get_args
from urllib.parse import urlencode

from flask import url_for

from corpus.facet import LISTED, NARROWING, FacetName
from searcher.query.parser import without
from searcher.rank.retrieval import MOST_FACET_VALUES
from searcher.request import SearchRequest, Sort
from searcher.result import FacetValue, NearValue, ResultPage, UnknownValue
from web.address import barred, excluding, pairs, search_url, selecting, toggled, widening, with_query
from web.density import is_compact
from web.histogram import Histogram, histogram, within_years
from web.message import language, t
from web.presentation import day, month

VALUES_SHOWN = 8
_USE = ("tag", "source", "year", "month")
"""The facets that are used most, in the order in which they stand; all others follow, as in the table of facets."""
YEARS_SHOWN = 12
SNIPPETS_SHOWN = 2
TAGS_SHOWN = 3
"""Snippets and hashtags of a hit in the full list; more hashtags are folded."""


@dataclass(frozen=True)
class Chip:
    """One thing that narrows the search, and the address of the search without it. `kind` is the name of the facet or "days"."""

    kind: str
    label: str
    href: str
    excluded: bool = False


@dataclass(frozen=True)
class BoundWord:
    """A word of the query that an operator or field has taken: what is asked of it, and the address of the search without it."""

    asked: str
    word: str
    href: str


@dataclass(frozen=True)
class FacetLink:
    """A facet value and the address that chooses it, or lets it go when it is `selected` or `excluded`; `count` hits are there.

    `without` is the address that excludes it, "" where there is none; `adds` says that it is one more of those any of which is enough.
    """

    value: str
    label: str
    count: int
    selected: bool
    href: str
    excluded: bool = False
    without: str = ""
    adds: bool = False


@dataclass(frozen=True)
class Switch:
    """Where several values of a facet are chosen: whether `any` of them is enough, and the address that turns that."""

    any: bool
    href: str


@dataclass(frozen=True)
class Offer:
    """What may have been meant by a value that the archive does not have: its label, the address that asks for it, what that finds."""

    label: str
    href: str
    count: int


@dataclass(frozen=True)
class FacetGroup:
    """A facet: its chosen, excluded and most frequent values.

    `total` is how many values there are; with `is_cut`, there are more than that. `every` is the address of the page that lists
    them all, "" where all are shown. `typed` is what they were narrowed by.
    """

    name: str
    links: tuple[FacetLink, ...]
    total: int
    is_cut: bool = False
    every: str = ""
    switch: Switch | None = None
    typed: str = ""

    @property
    def is_useful(self) -> bool:
        """Whether it is worth showing: some value is chosen, excluded or sought, or has more than one article."""
        return bool(self.typed) or any(link.selected or link.excluded or link.count > 1 for link in self.links)


@dataclass(frozen=True)
class Within:
    """What a reader typed to find a value of a facet by its name, and the values that have it."""

    facet: FacetName
    typed: str
    values: Sequence[FacetValue]


@dataclass(frozen=True)
class PageLink:
    """A page of the listing; `gap` says that pages were left out before it."""

    number: int
    href: str
    current: bool
    gap: bool


@dataclass(frozen=True)
class Pager:
    """The ways to the other pages, of which there are `last`.

    `previous` and `next` are "" at the ends; `beyond` says that the asked page does not exist.
    """

    links: tuple[PageLink, ...]
    previous: str
    next: str
    beyond: bool
    last: int


@dataclass(frozen=True)
class Order:
    """A way to sort the hits."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class Listing:
    """A page of hits and the ways on from it.

    `undated` hits are in no bar of the chart; `mixed` says that some hits match only without marks, so that it is worth saying of
    the others that they match as typed. `compact`: each hit is listed in a line.
    """

    asked: SearchRequest
    result: ResultPage
    bound: tuple[BoundWord, ...]
    chips: tuple[Chip, ...]
    facets: tuple[FacetGroup, ...]
    chart: Histogram | None
    undated: int
    mixed: bool
    pager: Pager
    orders: tuple[Order, ...]
    compact: bool


def listing(asked: SearchRequest, result: ResultPage, within: Within | None = None) -> Listing:
    """Return everything around the hits of `result`, the values of one facet as they were sought `within` it."""
    dated = sum(value.count for value in result.months)
    groups = (*facet_groups(asked, result, within), *period_groups(asked, result))
    return Listing(
        asked=asked,
        result=result,
        bound=bound_words(asked, result),
        chips=chips(asked, result),
        facets=tuple(sorted(filter(lambda group: group.is_useful, groups), key=lambda group: _rank(group.name))),
        chart=histogram(
            result.months, asked, without={value.value: value.count for value in result.facets.get("month", ()) if value.selected}
        ),
        undated=0 if asked.selected.get("month") else max(0, result.total - dated),
        mixed=any(hit.match == "unmarked" for hit in result.hits),
        pager=pager(asked.page, result.groups, asked.size, lambda page: search_url(replace(asked, page=page))),
        orders=tuple(
            Order(t(f"sort.{sort}"), search_url(replace(asked, sort=sort, page=1)), asked.sort == sort)
            for sort in cast("tuple[Sort, ...]", get_args(Sort))
        ),
        compact=is_compact(),
    )


def bound_words(asked: SearchRequest, result: ResultPage) -> tuple[BoundWord, ...]:
    """Return what the operators and fields of the query bind, each with the way to be rid of it."""
    return tuple(
        BoundWord(each.in_words(language()), each.text, search_url(with_query(asked, without(asked.query, each))))
        for each in result.bound
    )


def chips(asked: SearchRequest, result: ResultPage) -> tuple[Chip, ...]:
    """Return one chip for each chosen or excluded facet value, and one for the days."""
    found: list[Chip] = []
    for chosen, flipped, excluded in ((asked.selected, toggled, False), (asked.excluded, barred, True)):
        for facet, values in chosen.items():
            labels = {value.value: value.label for value in result.facets.get(facet, ())}
            for value in values:
                label = month(value) if facet == "month" else labels.get(value, value)
                found.append(Chip(facet, label, search_url(flipped(asked, facet, value)), excluded))
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


def _rank(facet: str) -> int:
    return _USE.index(facet) if facet in _USE else len(_USE)


def facet_groups(asked: SearchRequest, result: ResultPage, within: Within | None = None) -> Iterator[FacetGroup]:
    """Yield each facet that has values, or in which some were sought."""
    for name in LISTED:
        sought = within if within and within.facet == name else None
        typed, values = (sought.typed, sought.values) if sought else ("", result.facets.get(name, ()))
        if not values and not typed:
            continue
        narrowing = sum(value.selected or value.excluded for value in values)
        shown = facet_links(name, asked, values, most=max(VALUES_SHOWN, narrowing))
        pairs_of_page = pairs(replace(asked, page=1)) + ([("tim", typed)] if typed else [])
        every = url_for("facet.values", facet=name) + (f"?{urlencode(pairs_of_page)}" if pairs_of_page else "")
        is_cut = not sought and len(values) >= MOST_FACET_VALUES
        yield FacetGroup(name, shown, len(values), is_cut, every if len(shown) < len(values) else "", switch(name, asked), typed)


def switch(name: FacetName, asked: SearchRequest) -> Switch | None:
    """Return the switch between all and any of the chosen values of a facet, None where it would change nothing."""
    if name not in NARROWING or len(asked.selected.get(name, ())) < 2:
        return None
    return Switch(name in asked.widened, search_url(widening(asked, name)))


def offers(asked: SearchRequest, result: ResultPage) -> tuple[tuple[str, tuple[Offer, ...]], ...]:
    """Return for each value asked for that the archive does not have, as typed, those that may have been meant."""
    return tuple(
        (
            unknown.typed,
            tuple(Offer(near.label, search_url(_with_near(asked, unknown, near)), near.count) for near in unknown.nearest),
        )
        for unknown in result.unknown
        if unknown.nearest
    )


def _with_near(asked: SearchRequest, unknown: UnknownValue, near: NearValue) -> SearchRequest:
    """Return the search with a value of the archive in the place of an unknown one."""
    facet = unknown.facet
    if unknown.place == "query":
        return with_query(asked, near.query)
    if unknown.place == "selected":
        return toggled(selecting(asked, facet, _others(asked.selected[facet], unknown.typed, near.value)), facet, near.value)
    return barred(excluding(asked, facet, _others(asked.excluded[facet], unknown.typed, near.value)), facet, near.value)


def _others(values: tuple[str, ...], *without: str) -> tuple[str, ...]:
    return tuple(value for value in values if value not in without)


def facet_links(
    name: FacetName, asked: SearchRequest, values: Sequence[FacetValue], *, most: int | None = None
) -> tuple[FacetLink, ...]:
    """Return the ways to choose and to exclude the first values: those that narrow the search, then in the order given."""
    ordered = sorted(values, key=lambda value: not (value.selected or value.excluded))[:most]
    return tuple(
        FacetLink(
            value.value,
            value.label,
            value.count,
            value.selected,
            search_url((barred if value.excluded else toggled)(asked, name, value.value)),
            value.excluded,
            "" if value.excluded else search_url(barred(asked, name, value.value)),
            adds=not (value.selected or value.excluded or asked.narrows(name)) and bool(asked.selected.get(name)),
        )
        for value in ordered
    )


def period_groups(asked: SearchRequest, result: ResultPage) -> Iterator[FacetGroup]:
    """Yield the years that have hits, the newest first, and the months of the year asked for, if it is one."""
    counts: dict[int, int] = {}
    for value in result.months:
        if value.count:
            counts[int(value.value[:4])] = counts.get(int(value.value[:4]), 0) + value.count
    first, last = asked.first_day, asked.last_day
    whole = first and last and first.year == last.year and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    year = first.year if first and whole else 0
    if len(counts) > 1 or year:
        anytime = search_url(replace(selecting(asked, "month", ()), first_day=None, last_day=None))
        links = tuple(
            FacetLink(str(each), str(each), result.anytime, True, anytime)
            if each == year
            else FacetLink(str(each), str(each), counts[each], False, search_url(within_years(asked, each, 1)))
            for each in sorted({*counts, *([year] if year else [])}, reverse=True)
        )
        yield FacetGroup("year", links[:YEARS_SHOWN], len(links))
    if year:
        links = tuple(
            replace(link, label=month(link.value), without="")
            for link in sorted(facet_links("month", asked, result.facets.get("month", ())), key=lambda link: link.value)
        )
        yield FacetGroup("month", links, len(links))


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
        last=last,
    )
