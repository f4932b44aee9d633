"""Time runs out at every place where it is looked at, one after the other: what is answered then is documented, and nothing of it is kept."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Checks, Once, fill, random_article

from searcher.deadline import DeadlineExceeded, watched
from searcher.request import SearchRequest
from searcher.search import Searcher

pytestmark = pytest.mark.slow

LOOKS = [*range(20), *range(20, 10_000, 17)]
REQUESTS = [
    SearchRequest("nông thôn"),
    SearchRequest('"nông thôn" của', fold=True),
    SearchRequest("truong", sort="newest"),
    SearchRequest("trư* -của", sort="oldest", page=2),
    SearchRequest("nong thon", size=3),
]


@pytest.fixture(scope="session")
def home(once: Once) -> Path:
    chance = random.Random(23)
    articles = [random_article(chance, number) for number in range(36)]
    return once("kho-het-gio", lambda home: fill(home, [articles[:18], articles[18:]]))


@pytest.mark.parametrize("request_", REQUESTS, ids=repr)
def test_a_place_is_none_when_time_runs_out_and_whole_when_asked_again(
    home: Path, checks: Checks, request_: SearchRequest
) -> None:
    searcher = Searcher.open(home)
    hits = searcher.search(replace(request_, near=False)).hits
    article_id = hits[-1].id if hits else "0" * 16
    whole = searcher.standing(request_, article_id)
    for last in LOOKS:
        searcher = Searcher.open(home)
        checks.allow(last)
        cut = searcher.standing(request_, article_id)
        ended = not checks.over
        assert cut == (whole if ended else None)
        checks.allow(float("inf"))
        assert searcher.standing(request_, article_id) == whole
        if ended:
            assert last
            return
    pytest.fail("the whole answer was never given")


@pytest.mark.parametrize("request_", REQUESTS, ids=repr)
def test_a_search_that_was_cut_short_leaves_nothing_half_done_behind(home: Path, checks: Checks, request_: SearchRequest) -> None:
    whole = replace(Searcher.open(home).search(request_), took_ms=0)
    for last in LOOKS:
        searcher = Searcher.open(home)
        checks.allow(last)
        watch = watched()
        cut = searcher.search(request_)
        ended = not checks.over
        assert cut.is_whole == ended != watch.expired
        checks.allow(float("inf"))
        assert replace(searcher.search(request_), took_ms=0) == whole
        if ended:
            assert replace(cut, took_ms=0) == whole
            return
        assert cut.total == (0 if cut.cut else whole.total)
        assert [hit.id for hit in cut.hits] == ([] if cut.cut else [hit.id for hit in whole.hits])
        for hit, best in zip(cut.hits, whole.hits, strict=bool(cut.hits)):
            assert "late_snippets" in [problem.code for problem in cut.problems] or hit.snippets == best.snippets
    pytest.fail("the whole answer was never given")


ANSWERS: dict[str, Callable[[Searcher], object]] = {
    "complete": lambda searcher: searcher.complete("nong t"),
    "complete tag": lambda searcher: searcher.complete("#n"),
    "examples": lambda searcher: searcher.examples(),
    "find_all": lambda searcher: [each.id for each in searcher.find_all(SearchRequest('"nông thôn"')).articles],
    "find_matches": lambda searcher: [
        (each.article.id, each.match) for each in searcher.find_matches(SearchRequest("nông thôn"), with_snippets=False)
    ],
    "arrivals": lambda searcher: searcher.arrivals(SearchRequest("trư*"), 5),
    "facets": lambda searcher: searcher.facets(SearchRequest("nông thôn")),
}
MAY_RAISE = ("find_all", "find_matches", "arrivals", "facets")


@pytest.mark.parametrize("name", ANSWERS)
def test_other_answers_are_whole_empty_or_refused_and_whole_when_asked_again(home: Path, checks: Checks, name: str) -> None:
    ask = ANSWERS[name]
    whole = ask(Searcher.open(home))
    for last in LOOKS:
        searcher = Searcher.open(home)
        checks.allow(last)
        try:
            cut = ask(searcher)
        except DeadlineExceeded:
            assert name in MAY_RAISE
            cut = ()
        ended = not checks.over
        assert cut == (whole if ended else ())
        checks.allow(float("inf"))
        assert ask(searcher) == whole
        if ended:
            return
    pytest.fail("the whole answer was never given")
