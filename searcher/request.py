"""What is asked of the searcher: the typed query and everything that narrows, sorts and pages its hits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from corpus.facet import NARROWING, FacetName

Sort: TypeAlias = Literal["relevance", "newest", "oldest"]
MOST_HITS_A_PAGE = 100


@dataclass(frozen=True)
class SearchRequest:
    """One search.

    `selected` maps a facet to the chosen values: across facets they narrow each other (AND); within one, those of NARROWING do too unless it
    is among `widened`, and any of the others is enough (OR). `excluded` maps to values that no hit may carry; `first_day` and
    `last_day` bound the day of publication, both included, in Vietnamese time; `expand` also finds what the query abbreviates or spells out;
    `page` counts from 1; `size` is hits a page, at most 100; `fold` makes one hit of the copies of one text; `near` shows, in the order of
    relevance and where few articles have every part of the query, those too that have most of it; `explain` says of each hit what the ingredients of the
    ranking gave it.
    """

    query: str = ""
    selected: Mapping[FacetName, tuple[str, ...]] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None
    sort: Sort = "relevance"
    exact_marks: bool = False
    page: int = 1
    size: int = 10
    expand: bool = True
    excluded: Mapping[FacetName, tuple[str, ...]] = field(default_factory=dict)
    fold: bool = True
    near: bool = True
    widened: frozenset[FacetName] = frozenset()
    explain: bool = False

    def narrows(self, facet: FacetName) -> bool:
        """Say whether the chosen values of a facet narrow each other, so that a hit carries all of them."""
        return facet in NARROWING and facet not in self.widened
