"""What a searcher offers to whoever stands above it: pages, feeds, the API, the command line.

They know this contract and no more of the engine behind it; tests/test_engine.py holds every implementation to it. The archive stands beside an
engine, not behind it: `papers` is the table by which it is to name what it hands out, so that what is shown is what was counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, TypeVar

from corpus.article import Article, Heading
from corpus.facet import FacetName
from corpus.paper import PaperTable
from index.cluster.errors import ClusterLate, ClusterUnavailable
from searcher.answer import Arrivals, Changed, Found, Matched, Overview, Period, Standing, Tally
from searcher.front import Front
from searcher.help.completion import Completion
from searcher.help.example import Example
from searcher.match.occurrence import Highlights
from searcher.request import SearchRequest
from searcher.result import Coverage, FacetValue, ResultPage

_T = TypeVar("_T")

AWAY = (ClusterUnavailable, ClusterLate)
"""What an engine on other machines raises, whatever is asked, while these do not answer: over by itself, and nothing in the archive is amiss."""


class SearchEngine(Protocol):
    """Answers searches of one archive. Safe to share between threads; each answer is that of the newest commit.

    Where a time limit is not given it is that of a search. Answers that cannot be given in part raise DeadlineExceeded when it is over; the
    others say what they lack.
    """

    @property
    def commit(self) -> str:
        """The stamp of the newest commit: another one for whatever else may be answered. While an engine elsewhere is away, of the newest seen."""
        ...

    @property
    def papers(self) -> PaperTable | None:
        """The table by which that commit names papers."""
        ...

    def search(self, request: SearchRequest, *, after: tuple[int, str] | None = None) -> ResultPage:
        """Return the page of hits asked for; `after` (how many hits came before, the id of the last) goes on behind them. Never raises for what is typed."""
        ...

    def find_all(self, request: SearchRequest, *, time_limit: float = math.inf) -> Found[Article]:
        """Return every article that matches in full, in the order of the request."""
        ...

    def find_matches(self, request: SearchRequest, *, with_snippets: bool, time_limit: float = math.inf) -> Found[Matched]:
        """Return every article that matches in full, in the order of the request, and how it matches."""
        ...

    def arrivals(
        self, request: SearchRequest, most: int, *, before: int | None = None, time_limit: float | None = None
    ) -> Arrivals:
        """Return the articles that match in full, those archived last first; `before` goes on behind a change number."""
        ...

    def changed(self, request: SearchRequest, after: int, *, time_limit: float = math.inf) -> Changed:
        """Return the articles whose newest change has a number above `after` and that match in full; reads none of them."""
        ...

    def matches(self, request: SearchRequest, article: Article) -> bool:
        """Tell whether an article, in this revision or an earlier one, matches in full what the request means now."""
        ...

    def in_order_of_id(self, start: int, stop: int) -> Iterator[Heading]:
        """Yield the headings of the articles from number `start` to before `stop`, counted in order of their ids."""
        ...

    def standing(self, request: SearchRequest, article_id: str) -> Standing | None:
        """Return where an article stands among the hits of a search and beside which; None if it is not among those looked at."""
        ...

    def facets(self, request: SearchRequest, *, time_limit: float | None = None) -> dict[FacetName, tuple[FacetValue, ...]]:
        """Return all facet values of the articles found, each with the total that a click on it gives."""
        ...

    def tally(
        self,
        request: SearchRequest,
        facet: FacetName | None,
        period: Period | None,
        *,
        most: int,
        time_limit: float | None = None,
    ) -> Tally:
        """Return how many articles match in full by the `most` frequent values of a facet, by periods, or by both."""
        ...

    def highlights(self, request: SearchRequest, article: Article, *, earlier: bool = False) -> Highlights:
        """Return where the request's query matches in an article; in an `earlier` version, also what is asked of such."""
        ...

    def related(self, article: Article, most: int) -> list[Article]:
        """Return articles about what `article` is about, the nearest first."""
        ...

    def complete(self, text: str) -> tuple[Completion, ...]:
        """Return what the beginning of a query may become."""
        ...

    def examples(self) -> tuple[Example, ...]:
        """Return queries that show what can be asked, each of which finds something."""
        ...

    def overview(self) -> Overview:
        """Return the archive at a glance."""
        ...

    def front(self) -> Front:
        """Return what came in last and what rose, made once a commit; nothing if that is cut short."""
        ...

    def coverage(self) -> Coverage:
        """Return how many articles there are, and from which day to which."""
        ...

    def resolved(self, request: SearchRequest) -> SearchRequest:
        """Return the request with each facet value as the archive has it, however it was typed."""
        ...

    def meant(self, facet: FacetName, typed: str) -> tuple[str, ...]:
        """Return the keys of the values of a facet that `typed` means; () if no article has such."""
        ...

    def kept(self, key: Callable[..., _T], make: Callable[[], _T]) -> _T:
        """Return what was made since that commit for `key`, the function whose answer it is, or make it."""
        ...

    def warm(self) -> None:
        """Make what is made once a commit, so that no search waits for it."""
        ...

    def health(self) -> Mapping[str, object]:
        """Return how what the engine needs elsewhere is doing, in words for programs; {} if it needs nothing. Raises one of AWAY if it is away."""
        ...

    def probe(self, share: float) -> None:
        """Read the article that stands at `share` (0 to below 1) of all. Raises what is wrong if archive and index cannot answer."""
        ...
