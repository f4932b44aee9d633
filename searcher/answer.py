"""What the searcher answers besides a page of hits: the archive at a glance, all articles of a search, what came last, where one stands, how many there are of what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeAlias, TypeVar

from corpus.article import Article
from corpus.writing.column import ExportedArticle
from searcher.result import FacetValue, Match, Snippet

_T = TypeVar("_T")
Period: TypeAlias = Literal["day", "month", "year"]


@dataclass(frozen=True)
class Overview:
    """The whole archive at a glance: how many articles, from which day to which (ISO), and every facet value with its count."""

    articles: int
    first_published: str | None
    last_published: str | None
    facets: dict[str, tuple[FacetValue, ...]]
    generation: int


@dataclass(frozen=True)
class Matched:
    """An article that matches in full: whether the marks that were typed are written in it, and where it matches if that was asked for."""

    article: Article
    match: Match
    snippets: tuple[Snippet, ...] = ()


@dataclass(frozen=True)
class Found(Generic[_T]):
    """All articles of a search (`_T` is what is said of each), in its order: `len()` is their number, known before the first is read. Iterates once."""

    total: int
    articles: Iterator[_T]

    def __len__(self) -> int:
        return self.total

    def __iter__(self) -> Iterator[_T]:
        return self.articles


def exported_articles(found: Iterable[Matched], base: str, gone: Callable[[str], datetime | None]) -> Iterator[ExportedArticle]:
    """Yield what is found as it is exported: `base` is the address of the site, `gone` says since when an article is not at its own."""
    for one in found:
        texts = tuple(snippet.text for snippet in one.snippets)
        yield ExportedArticle(one.article, base, gone(one.article.id), one.match, texts)


@dataclass(frozen=True)
class Arrival:
    """An article found, in the revision that change number `change` brought into the archive at `archived_at`."""

    article: Article
    change: int
    archived_at: datetime


@dataclass(frozen=True)
class Arrivals:
    """The articles of a search that were archived last, the last first; `total` match in full, `more` say that others came before these."""

    total: int
    latest: tuple[Arrival, ...]
    more: bool


@dataclass(frozen=True)
class Standing:
    """Where an article stands among the `total` hits of a search: its `position`, from 1, and the hits beside it, None at the ends.

    A copy stands where the hit stands that it is folded into.
    """

    position: int
    total: int
    previous: Article | None
    next: Article | None


@dataclass(frozen=True)
class Changed:
    """The articles that changed after a change number and match in full: id -> the change that indexed it, in order of the changes.

    The engine's commit holds every change up to number `until` and none beyond.
    """

    until: int
    changes: dict[str, int]


@dataclass(frozen=True)
class Tallied:
    """A value of a facet, the label to show, and how many articles of a search carry it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class TallyCount:
    """How many articles of a search carry `value` and were published in `period` (ISO: a day, month or year).

    `value` is None where nothing was asked by values, `period` where nothing was asked by periods, or of what has no date.
    """

    value: str | None
    period: str | None
    count: int


@dataclass(frozen=True)
class Tally:
    """The `total` articles of a search, counted by the most frequent `values` of a facet, first the most frequent, and by periods, ascending.

    `more` values have articles, too; counts of 0 are left out.
    """

    total: int
    values: tuple[Tallied, ...]
    more: int
    counts: tuple[TallyCount, ...]
