"""The parameters of an address, or a search kept as text, <-> the SearchRequest they stand for.

`read_parameters` is total: what cannot be understood is replaced by its default and reported. `encoded(read_parameters(pairs))` is the one
canonical text of that search. Knows nothing of the web: feeds, alerts and the command line keep searches so too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast, get_args
from urllib.parse import quote_plus, urlencode

from corpus.facet import FACET, FACET_NAMES, NARROWING, FacetName
from language.period import period, today_in_vietnam
from language.wording import worded
from searcher.query.parser import MAX_LENGTH, too_long
from searcher.request import MOST_HITS_A_PAGE, SearchRequest, Sort

EXCLUDING = "not_"  # before a facet's name: the parameter that excludes a value
ANY = "_any"  # after a facet's name: the parameter that makes any of its chosen values enough
MOST_SELECTED = 50  # values of one facet
LONGEST_VALUE = 200  # characters of one facet value
LAST_PAGE = 1_000_000
_quoted = lru_cache(64)(quote_plus)  # the links of a page repeat nearly all of its address


@dataclass(frozen=True)
class BadParameter:
    """A parameter that was not understood: its name, and the code and values of the sentence that says why."""

    name: str
    code: str
    values: tuple[tuple[str, str | int], ...] = ()

    def in_words(self, language: str) -> str:
        """Return the sentence in a language."""
        return worded("searcher", language, self.code, dict(self.values))


class _Parameters:
    """The parameters of an address, each read as what it is for; what is not understood is put down in `bad`."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)
        self.bad: list[BadParameter] = []

    def _first(self, name: str) -> str:
        return self._values.get(name, [""])[0]

    def query(self) -> str:
        query = self._first("q")
        if len(query) > MAX_LENGTH:  # every link of the page repeats it
            problem = too_long(len(query))
            self.bad.append(BadParameter("q", problem.code, problem.values))
        return query[:MAX_LENGTH]

    def whole(self, name: str, default: int, most: int) -> int:
        value = self._first(name).strip()
        if re.fullmatch("[0-9]{1,9}", value) and 1 <= int(value) <= most:
            return int(value)
        if value:
            self._complain(name, value, most=most)
        return default

    def days(self) -> tuple[date | None, date | None]:
        first, last = self._day("from", False), self._day("to", True)
        if first and last and first > last:
            self.bad.append(BadParameter("from", "bad.range"))
            return None, None
        return first, last

    def switch(self, name: str) -> str:
        value = self._first(name).strip()
        if value not in ("", "0", "1"):
            self._complain(name, self._first(name))
        return value

    def sort(self) -> Sort:
        value = self._first("sort").strip() or "relevance"
        if value in get_args(Sort):
            return cast(Sort, value)
        self._complain("sort", value)
        return "relevance"

    def chosen(self, prefix: str) -> dict[FacetName, tuple[str, ...]]:
        found: dict[FacetName, tuple[str, ...]] = {}
        for facet in FACET_NAMES:
            keys = [(value, facet_key(facet, value)) for value in self._values.get(prefix + facet, ()) if value.strip()]
            for value in [value for value, key in keys if not key][:1]:
                self._complain(facet, value)
            values = tuple(dict.fromkeys(key for _, key in keys if key))
            if len(values) > MOST_SELECTED:
                self.bad.append(BadParameter(prefix + facet, "bad.many", (("count", MOST_SELECTED),)))
            if values:
                found[facet] = values[:MOST_SELECTED]
        return found

    def _day(self, name: str, last: bool) -> date | None:
        value = self._first(name).strip()
        days = period(value, today_in_vietnam()) if value else None
        if value and days is None:
            self._complain(name, value)
        return days and days[last]

    def _complain(self, name: str, value: str, **more: int) -> None:
        self.bad.append(
            BadParameter(name, f"bad.{name}", (("value", value if len(value) <= 40 else value[:40] + "…"), *more.items()))
        )


def read_parameters(pairs: Iterable[tuple[str, str]], *, size: int = 10) -> tuple[SearchRequest, tuple[BadParameter, ...]]:
    """Return the search that named values ask for, and what in them was not understood. Never raises.

    Of what is given twice the first counts, but for the values of facets, which add up; names that are not known are not looked at. `size` is
    that of a page where none is said.
    """
    given = _Parameters(pairs)
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
        size=given.whole("size", size, MOST_HITS_A_PAGE),
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
    """Return the named values that stand for a search, in one fixed order, those at their default left out."""
    pairs = [("q", request.query)] if request.query.strip() else []
    pairs += [(facet, value) for facet in FACET_NAMES for value in request.selected.get(facet, ())]
    pairs += [(facet + ANY, "1") for facet in NARROWING if facet in request.widened and request.selected.get(facet)]
    pairs += [(EXCLUDING + facet, value) for facet in FACET_NAMES for value in request.excluded.get(facet, ())]
    return pairs + [(name, value) for name, value in _single(request).items() if value != _DEFAULTS[name]]


def _single(request: SearchRequest) -> dict[str, str]:
    """Return the values of which a search has one each, in their order."""
    return {
        "from": request.first_day.isoformat() if request.first_day else "",
        "to": request.last_day.isoformat() if request.last_day else "",
        "sort": request.sort,
        "exact": f"{request.exact_marks:d}",
        "expand": f"{request.expand:d}",
        "fold": f"{request.fold:d}",
        "near": f"{request.near:d}",
        "size": str(request.size),
        "page": str(request.page),
    }


_DEFAULTS = _single(SearchRequest())


def encoded(request: SearchRequest) -> str:
    """Return a search as text: the query part of an address."""
    return urlencode(parameters(request), quote_via=_quoted)
