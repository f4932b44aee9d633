"""What is asked of the searcher: the typed query and everything that narrows, sorts and pages its hits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from searcher.query import FacetName

Sort: TypeAlias = Literal["relevance", "newest", "oldest"]
FACETS: tuple[FacetName, ...] = ("tag", "source", "section", "month")


@dataclass(frozen=True)
class SearchRequest:
    """One search.

    `selected` maps a facet to the chosen values (OR within one facet, AND across); `first_day` and `last_day` bound the day of
    publication, both included, in Vietnamese time; `page` counts from 1; `size` is hits a page, at most 100.
    """

    query: str = ""
    selected: Mapping[FacetName, tuple[str, ...]] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None
    sort: Sort = "relevance"
    exact_marks: bool = False
    page: int = 1
    size: int = 10
