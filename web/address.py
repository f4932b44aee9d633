"""The address of a search <-> the SearchRequest it stands for: the page's whole state is in its URL.

`read_request` is total: what cannot be understood is replaced by its default and reported. `search_url(read_request(args))` is
the one canonical address of that search; whatever a reader can click is made by changing the request and asking for its address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import cast, get_args
from urllib.parse import quote_plus, urlencode

from flask import current_app, url_for
from flask import request as asked_of_us
from werkzeug.datastructures import MultiDict

from corpus.facet import FACET, FACET_NAMES, NARROWING, FacetName
from language.period import period, today_in_vietnam
from searcher.query.parser import MAX_LENGTH, too_long
from searcher.request import MOST_HITS_A_PAGE, SearchRequest, Sort
from web.message import language, t

EXCLUDING = "not_"  # before a facet's name: the parameter that excludes a value
ANY = "_any"  # after a facet's name: the parameter that makes any of its chosen values enough
MOST_SELECTED = 50  # values of one facet
LONGEST_VALUE = 200  # characters of one facet value
LARGEST_SIZE = MOST_HITS_A_PAGE
LAST_PAGE = 1_000_000
_quoted = lru_cache(64)(quote_plus)  # the links of a page repeat nearly all of its address


@dataclass(frozen=True)
class BadParameter:
    """A part of the address that was not understood: its name, and a sentence for the reader that says why."""

    name: str
    message: str


class _Parameters:
    """The parameters of an address, each read as what it is for; what is not understood is put down in `bad`."""

    def __init__(self, args: MultiDict[str, str]) -> None:
        self._args = args
        self.bad: list[BadParameter] = []

    def query(self) -> str:
        query = self._args.get("q", "")
        if len(query) > MAX_LENGTH:  # every link of the page repeats it
            self.bad.append(BadParameter("q", too_long(len(query)).in_words(language())))
        return query[:MAX_LENGTH]

    def whole(self, name: str, default: int, most: int) -> int:
        value = self._args.get(name, "").strip()
        if re.fullmatch("[0-9]{1,9}", value) and 1 <= int(value) <= most:
            return int(value)
        if value:
            self._complain(name, value)
        return default

    def days(self) -> tuple[date | None, date | None]:
        first, last = self._day("from", False), self._day("to", True)
        if first and last and first > last:
            self.bad.append(BadParameter("from", t("bad.range")))
            return None, None
        return first, last

    def switch(self, name: str) -> str:
        value = self._args.get(name, "").strip()
        if value not in ("", "0", "1"):
            self._complain(name, self._args[name])
        return value

    def sort(self) -> Sort:
        value = self._args.get("sort", "").strip() or "relevance"
        if value in get_args(Sort):
            return cast(Sort, value)
        self._complain("sort", value)
        return "relevance"

    def chosen(self, prefix: str) -> dict[FacetName, tuple[str, ...]]:
        found: dict[FacetName, tuple[str, ...]] = {}
        for facet in FACET_NAMES:
            keys = [(value, facet_key(facet, value)) for value in self._args.getlist(prefix + facet) if value.strip()]
            for value in [value for value, key in keys if not key][:1]:
                self._complain(facet, value)
            values = tuple(dict.fromkeys(key for _, key in keys if key))
            if len(values) > MOST_SELECTED:
                self.bad.append(BadParameter(prefix + facet, t("bad.many", count=MOST_SELECTED)))
            if values:
                found[facet] = values[:MOST_SELECTED]
        return found

    def _day(self, name: str, last: bool) -> date | None:
        value = self._args.get(name, "").strip()
        days = period(value, today_in_vietnam()) if value else None
        if value and days is None:
            self._complain(name, value)
        return days and days[last]

    def _complain(self, name: str, value: str) -> None:
        self.bad.append(BadParameter(name, t(f"bad.{name}", value=value if len(value) <= 40 else value[:40] + "…")))


def read_request(args: MultiDict[str, str], *, size: int = 10) -> tuple[SearchRequest, tuple[BadParameter, ...]]:
    """Return the search that `args` ask for, and what in them was not understood. Never raises."""
    given = _Parameters(args)
    query, selected, excluded = given.query(), given.chosen(""), given.chosen(EXCLUDING)
    first_day, last_day = given.days()
    sort = given.sort()
    exact, expand, fold, near = map(given.switch, ("exact", "expand", "fold", "near"))
    widened = frozenset(facet for facet in NARROWING if given.switch(facet + ANY) == "1" and facet in selected)
    request = SearchRequest(
        query=query,
        selected=selected,
        first_day=first_day,
        last_day=last_day,
        sort=sort,
        exact_marks=exact == "1",
        expand=expand != "0",
        page=given.whole("page", 1, LAST_PAGE),
        size=given.whole("size", size, LARGEST_SIZE),
        excluded=excluded,
        fold=fold != "0",
        near=near != "0",
        widened=widened,
    )
    return request, tuple(given.bad)


def facet_key(facet: FacetName, value: str) -> str:
    """Return the key that the index stores for a value of `facet` as a reader may write it; "" if it can be none."""
    return "" if len(value) > LONGEST_VALUE else FACET[facet].key_of(value)


def parameters(request: SearchRequest) -> list[tuple[str, str]]:
    """Return the address parameters of a search, in one fixed order, those at their default left out."""
    pairs = [("q", request.query)] if request.query.strip() else []
    pairs += [(facet, value) for facet in FACET_NAMES for value in request.selected.get(facet, ())]
    pairs += [(facet + ANY, "1") for facet in NARROWING if facet in request.widened and request.selected.get(facet)]
    pairs += [(EXCLUDING + facet, value) for facet in FACET_NAMES for value in request.excluded.get(facet, ())]
    if request.first_day:
        pairs.append(("from", request.first_day.isoformat()))
    if request.last_day:
        pairs.append(("to", request.last_day.isoformat()))
    if request.sort != "relevance":
        pairs.append(("sort", request.sort))
    if request.exact_marks:
        pairs.append(("exact", "1"))
    if not request.expand:
        pairs.append(("expand", "0"))
    if not request.fold:
        pairs.append(("fold", "0"))
    if not request.near:
        pairs.append(("near", "0"))
    if request.size != 10:
        pairs.append(("size", str(request.size)))
    if request.page != 1:
        pairs.append(("page", str(request.page)))
    return pairs


def encoded(request: SearchRequest) -> str:
    """Return the address parameters of a search as the query part of an address."""
    return urlencode(parameters(request), quote_via=_quoted)


def search_url(request: SearchRequest, *, anchor: str = "") -> str:
    """Return the path of the page that shows `request`, with `anchor` as its fragment."""
    query = encoded(request)
    return url_for("search.results") + (f"?{query}" if query else "") + (f"#{anchor}" if anchor else "")


def article_url(path: str, request: SearchRequest | None = None) -> str:
    """Return the address of an article's permalink `path`, carrying the search that led there."""
    query = encoded(request) if request else ""
    return url_for("article.show", name=path.rpartition("/")[2]) + (f"?{query}" if query else "")


def site() -> str:
    """Return the address of the whole site, without a slash at its end: as configured, else as the reader called it."""
    return str(current_app.config["BASE_URL"]) or asked_of_us.url_root.rstrip("/")


def full(path: str) -> str:
    """Return a path that url_for made as a full address."""
    return site() + path.removeprefix(asked_of_us.root_path if path.startswith(asked_of_us.root_path + "/") else "")


def away_url(request: SearchRequest, extension: str) -> str:
    """Return the address of all hits of a search as a file or a feed: `csv`, `jsonl`, `ris`, `bib`, `atom`."""
    query = encoded(replace(request, page=1, size=10, fold=True, near=True))  # a file has every full match and no other
    path = url_for("feed.atom") if extension == "atom" else url_for("export.hits", extension=extension)
    return path + (f"?{query}" if query else "")


def toggled(request: SearchRequest, facet: FacetName, value: str) -> SearchRequest:
    """Return `request` with one more value of a facet, or without it if it was chosen, at the first page."""
    chosen = request.selected.get(facet, ())
    left = _with(request.excluded, facet, tuple(other for other in request.excluded.get(facet, ()) if other != value))
    return selecting(replace(request, excluded=left), facet, _flipped(chosen, value))


def barred(request: SearchRequest, facet: FacetName, value: str) -> SearchRequest:
    """Return `request` with one more value of a facet excluded, or no longer if it was, at the first page."""
    chosen = tuple(other for other in request.selected.get(facet, ()) if other != value)
    excluded = _with(request.excluded, facet, _flipped(request.excluded.get(facet, ()), value))
    return replace(selecting(request, facet, chosen), excluded=excluded)


def selecting(request: SearchRequest, facet: FacetName, values: tuple[str, ...]) -> SearchRequest:
    """Return `request` with exactly these values of a facet chosen, at the first page."""
    return replace(request, selected=_with(request.selected, facet, values), page=1)


def excluding(request: SearchRequest, facet: FacetName, values: tuple[str, ...]) -> SearchRequest:
    """Return `request` with exactly these values of a facet excluded, at the first page."""
    return replace(request, excluded=_with(request.excluded, facet, values), page=1)


def widening(request: SearchRequest, facet: FacetName) -> SearchRequest:
    """Return `request` with any of the chosen values of a facet enough or, if that was so, with all of them wanted, at the first page."""
    return replace(request, widened=request.widened ^ {facet}, page=1)


def _flipped(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(other for other in values if other != value) if value in values else (*values, value)


def _with(
    chosen: Mapping[FacetName, tuple[str, ...]], facet: FacetName, values: tuple[str, ...]
) -> Mapping[FacetName, tuple[str, ...]]:
    others = {name: kept for name, kept in chosen.items() if name != facet}
    return {**others, facet: values} if values else others


def with_query(request: SearchRequest, query: str) -> SearchRequest:
    """Return `request` asking for something else, at the first page."""
    return replace(request, query=query, page=1)


def unfiltered(request: SearchRequest) -> SearchRequest:
    """Return `request` without facets and days, at the first page; the query, its switches and the order stay."""
    return replace(request, selected={}, widened=frozenset(), excluded={}, first_day=None, last_day=None, page=1)


def is_filtered(request: SearchRequest) -> bool:
    """Return whether facets or days narrow the search."""
    return bool(request.selected or request.excluded or request.first_day or request.last_day)


def is_blank(request: SearchRequest) -> bool:
    """Return whether nothing at all is asked, so that the archive may introduce itself."""
    return not parameters(replace(request, exact_marks=False, expand=True, fold=True, near=True, size=10))
