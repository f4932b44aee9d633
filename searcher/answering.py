"""What every engine does alike: a request is read, retrieved, made a page and helped on, within the time it has.

An engine says what its collection is, how it retrieves, and how what it retrieved becomes a page; all that a reader is told beside the hits is the
same whichever engine found them.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Generic, TypeVar, get_args

from corpus.archive import Archive
from corpus.article import Article
from corpus.facet import FACET_NAMES, LISTED, FacetName
from corpus.permalink import permalink
from language.text import clean
from searcher.answer import Arrivals, Overview
from searcher.change import answers
from searcher.deadline import Deadline, DeadlineExceeded
from searcher.front import Front, front
from searcher.help.completion import (
    LONGEST,
    TITLES_LOOKED_AT,
    Completion,
    arranged,
    complete_phrases,
    complete_tags,
    in_a_row_first,
    in_title,
)
from searcher.help.example import Example, choose_examples
from searcher.help.matching import Matching
from searcher.help.nearby import any_of, nearby
from searcher.help.obstacle import obstacles
from searcher.help.only_earlier import only_earlier
from searcher.help.place_through_time import places_through_time
from searcher.help.suggestion import best_suggestions, try_suggestions
from searcher.help.unknown import told, unknown_values, with_nearest
from searcher.help.widening import widenings
from searcher.hit import headline
from searcher.match.collection import Collection
from searcher.match.occurrence import Highlights, highlights
from searcher.match.resolution import keys_of, names, resolved
from searcher.meaning.interpretation import interpret
from searcher.query.tree import Node, as_of_then
from searcher.rank.weighting import RankingParameters
from searcher.request import MOST_HITS_A_PAGE, SearchRequest, Sort
from searcher.result import Coverage, FacetValue, Headline, Nearby, Problem, ResultPage
from searcher.shelf import Shelf

_T = TypeVar("_T")
_C = TypeVar("_C", bound=Collection)
_F = TypeVar("_F", bound=Matching)

TIME_LIMIT = 2.0
_NEWEST_SHOWN = 3
NOTHING = "xyzzy"
"""A word that no article has: asked for to warm up, it makes every way to help be tried."""


class Answering(ABC, Generic[_C, _F]):
    """The part of searcher.engine.SearchEngine that follows from how an engine retrieves (`_F`) from one commit (`_C`)."""

    def __init__(self, archive: Archive, parameters: RankingParameters | None, time_limit: float) -> None:
        """`time_limit` is in seconds for each query."""
        self.archive = archive
        self._parameters = parameters or RankingParameters()
        self._time_limit = time_limit

    @abstractmethod
    def collection(self) -> _C:
        """Return the newest commit."""

    @abstractmethod
    def _shelf(self, collection: _C) -> Shelf:
        """Return the archive as of a commit."""

    @abstractmethod
    def _retrieve(self, collection: _C, node: Node, request: SearchRequest, deadline: Deadline) -> _F:
        """Return what matches a request that means `node`. Raises DeadlineExceeded."""

    @abstractmethod
    def _page(self, found: _F, after: tuple[int, str] | None) -> ResultPage:
        """Return the page of hits asked for, or that behind `after`, without what helps on. Raises DeadlineExceeded."""

    @abstractmethod
    def _newest(self, collection: _C, node: Node, most: int, deadline: Deadline) -> list[tuple[int, str]]:
        """Return the newest articles, at most `most`, that match `node`, marks left out or not, as (change number, article id)."""

    @abstractmethod
    def overview(self) -> Overview:
        """Return the archive at a glance, as of the newest commit."""

    @abstractmethod
    def coverage(self) -> Coverage:
        """Return what the archive covers, as of the newest commit."""

    @abstractmethod
    def facets(self, request: SearchRequest, *, time_limit: float | None = None) -> dict[FacetName, tuple[FacetValue, ...]]:
        """Return all facet values of the articles found, however many. Raises DeadlineExceeded."""

    @abstractmethod
    def arrivals(
        self, request: SearchRequest, most: int, *, before: int | None = None, time_limit: float | None = None
    ) -> Arrivals:
        """Return the articles that match in full, those archived last first. Raises DeadlineExceeded."""

    def front(self) -> Front:
        """Return what came in last and what rose, as of the newest commit, made once; nothing if that is cut short."""
        with suppress(DeadlineExceeded):
            return self.kept(front, lambda: front(self))
        return Front()

    def warm(self) -> None:
        """Make what is made once a commit: orders, facets, abbreviations, copies, terms, phrases, examples, the front page. Nobody then waits for it."""
        collection = self.collection()
        for sort in get_args(Sort):
            self.search(SearchRequest(NOTHING, sort=sort))
        for facet in LISTED:
            names(collection, facet)
        self.overview()
        self.complete(NOTHING)
        self.examples()
        self.front()

    def search(self, request: SearchRequest, *, after: tuple[int, str] | None = None) -> ResultPage:
        """Return the page of hits asked for. Never raises for anything typed: what was not understood is among the problems.

        `after` goes on behind hits seen before instead of at the request's page: how many they were, and the id of the last. If a
        commit has moved that one, it is looked for, so nothing is shown twice; if it is gone, their number decides.
        """
        started = time.perf_counter()
        collection = self.collection()
        meant = interpret(collection, request)
        unknown = unknown_values(collection, request, meant.node)
        request = self._normalised(request, collection)
        problems = meant.problems + tuple(told(collection, each) for each in unknown)
        deadline = Deadline.after(self._time_limit)
        try:
            found = self._retrieve(collection, meant.node, request, deadline)
            page = self._page(found, after)
            try:
                tried = try_suggestions(found, deadline)
                page = replace(page, suggestions=best_suggestions(tried), tried=tried, obstacles=obstacles(found))
                page = replace(page, only_earlier=only_earlier(found), places=places_through_time(found))
                page = replace(page, wider=widenings(found), nearby=nearby(found))
                page = page if page.total else replace(page, archive=self.coverage())
                if page.nearby and not page.groups:
                    page = replace(page, nearby_newest=self._newest_of(collection, page.nearby, deadline))
                unknown = tuple(with_nearest(found, each) for each in unknown)
            except DeadlineExceeded:  # the hits stand without
                page = replace(page, problems=(*page.problems, self._late("late_help")))
        except DeadlineExceeded:
            problems += (self._late("too_slow", len(request.query)),)
            page = ResultPage(request.query, 0, 0, request.page, request.size, 0, (), dict.fromkeys(FACET_NAMES, ()))
        took = round((time.perf_counter() - started) * 1000, 1)
        problems += page.problems
        return replace(page, problems=problems, expansions=meant.expansions, bound=meant.bound, unknown=unknown, took_ms=took)

    def _newest_of(self, collection: _C, values: tuple[Nearby, ...], deadline: Deadline) -> tuple[Headline, ...]:
        """Return the newest articles that have any of some values. Raises DeadlineExceeded."""
        revisions = self._newest(collection, any_of(collection, values), _NEWEST_SHOWN, deadline)
        articles = self._shelf(collection).articles(revisions)
        return tuple(headline(article, change) for article, (change, _) in zip(articles, revisions, strict=True))

    def _late(self, code: str, end: int = 0) -> Problem:
        """Return the problem that time ran out, and for what; `end` is that of the query if all of it is concerned."""
        return Problem(0, end, code, (("seconds", f"{self._time_limit:g}"),))

    def _limited(self, time_limit: float | None = None) -> Deadline:
        """Return the end of the time that an answer may take, by default as long as a search."""
        return Deadline.after(self._time_limit if time_limit is None else time_limit)

    @staticmethod
    def _normalised(request: SearchRequest, collection: Collection) -> SearchRequest:
        """Return the request with page and size in bounds and each facet value as the archive has it, however it was typed."""
        size = min(max(1, request.size), MOST_HITS_A_PAGE)
        return replace(resolved(collection, request), page=max(1, request.page), size=size)

    def _retrieved_in_full(self, collection: _C, request: SearchRequest, time_limit: float | None = None) -> _F:
        """Return what matches a request in full, without near matches. Raises DeadlineExceeded."""
        request = replace(self._normalised(request, collection), near=False)
        return self._retrieve(collection, interpret(collection, request).node, request, self._limited(time_limit))

    def resolved(self, request: SearchRequest) -> SearchRequest:
        """Return the request with each facet value as the archive has it, however it was typed."""
        return resolved(self.collection(), request)

    def meant(self, facet: FacetName, typed: str) -> tuple[str, ...]:
        """Return the keys of the values of a facet that `typed` means; () if no article has such."""
        return keys_of(self.collection(), facet, typed)

    def matches(self, request: SearchRequest, article: Article) -> bool:
        """Tell whether an article, in this revision or an earlier one, matches in full what the request means now."""
        return answers(self.collection(), request, article)

    def highlights(self, request: SearchRequest, article: Article, *, earlier: bool = False) -> Highlights:
        """Return where the request's query matches in an article, as far as the time of a search suffices for finding it.

        In an `earlier` version, also where that has what is asked of such.
        """
        deadline = self._limited()
        node = interpret(self._last_known(), request).node
        return highlights(as_of_then(node) if earlier else node, article, exact_marks=request.exact_marks, deadline=deadline)

    def _last_known(self) -> Collection:
        """Return the newest commit, or what is known of it while it cannot be asked for."""
        return self.collection()

    def kept(self, key: Callable[..., _T], make: Callable[[], _T]) -> _T:
        """Return what was made since the newest commit for `key`, the function whose answer it is, or make it.

        What `make` raises is passed on, and nothing is kept then: no answer that was cut short is given twice.
        """
        return self.collection().kept(key, make)

    def examples(self) -> tuple[Example, ...]:
        """Return queries that show what can be asked, each of which finds articles of the newest commit; none if choosing takes too long."""
        collection, deadline = self.collection(), self._limited()

        def total(request: SearchRequest, node: Node) -> int:
            return self._retrieve(collection, node, replace(request, near=False), deadline).total

        with suppress(DeadlineExceeded):
            return collection.kept(choose_examples, lambda: choose_examples(collection, total))
        return ()

    def complete(self, text: str) -> tuple[Completion, ...]:
        """Return what the beginning of a query may become: at most eight tags, phrases and titles. Never raises for anything typed."""
        text = clean(text) + " " * text[-1:].isspace()
        if len(text) > LONGEST or not text.strip():
            return ()
        collection, deadline = self.collection(), self._limited()

        def totals(requests: Sequence[SearchRequest]) -> Sequence[int]:
            nothing = SearchRequest(near=False)
            return self._retrieve(collection, interpret(collection, nothing).node, nothing, deadline).totals_of(requests)

        with suppress(DeadlineExceeded):
            tags = complete_tags(collection, text, deadline)
            if text.startswith("#"):
                return arranged(tags, (), ())
            phrases, node = complete_phrases(collection, text, totals), in_title(text)
            revisions = self._newest(collection, node, TITLES_LOOKED_AT, deadline) if node else []
            headings = self._shelf(collection).headings([change for change, _ in revisions])
            best = in_a_row_first(text, headings)
            titles = [Completion(each.title, "title", permalink=permalink(each.article_id, each.title)) for each in best]
            return arranged(tags, phrases, titles)
        return ()
