"""searcher.help.matching: what a search says to help is what other searches find, one by one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import SYLLABLES, random_article

from index.snapshot import INDEX_FOLDER, open_snapshot
from searcher.deadline import NEVER, Deadline, DeadlineExceeded
from searcher.help.matching import Matching
from searcher.match.collection import Collection
from searcher.meaning.interpretation import interpret
from searcher.query.tree import And, Everything, Node
from searcher.rank.retrieval import Retrieval, retrieve
from searcher.request import SearchRequest

pytestmark = pytest.mark.slow

PARTS = ("đường", "truong", '"nông thôn"', "chuẩn*", "xyzzy", "#giáo_dục", "-kĩ", "(bình OR hoà)", '"xã huyện"~3', "từ:2021")


@pytest.fixture(scope="module")
def collection(filled: Callable[..., Path]) -> Collection:
    chance = random.Random(41)
    articles = [random_article(chance, number) for number in range(120)]
    home = filled(articles[:50], articles[50:], withdrawn=[article.id for article in articles[7::20]])
    return Collection(open_snapshot(home / INDEX_FOLDER))


def requests(collection: Collection) -> list[SearchRequest]:
    chance = random.Random(43)
    plain = SearchRequest()
    narrowed = replace(plain, selected={"tag": ("giáo_dục",)}, excluded={"source": ("báo hai",)})
    dated = replace(plain, first_day=date(2020, 6, 1), last_day=date(2021, 12, 31), exact_marks=True)
    asked = [replace(each, query=" ".join(chance.sample(PARTS, 4))) for each in (plain, narrowed, dated) for _ in range(12)]
    return [*asked, plain, narrowed, dated]


def matching(collection: Collection, request: SearchRequest) -> tuple[Retrieval, Matching]:
    found = retrieve(collection, interpret(collection, request).node, request, NEVER)
    return found, found


def found_by(collection: Collection, request: SearchRequest, node: Node) -> frozenset[int]:
    masks = retrieve(collection, node, replace(request, near=False), NEVER).masks
    return frozenset(collection.joined(masks).nonzero()[0].tolist())


def without_filters(request: SearchRequest) -> SearchRequest:
    return SearchRequest(request.query, exact_marks=request.exact_marks)


def test_counts_are_totals_of_searches(collection: Collection) -> None:
    for request in requests(collection):
        found, asked = matching(collection, request)
        parts = found.node.children if isinstance(found.node, And) else (found.node,)
        nodes = [*parts, found.node, And(()), Everything(), *(And((one, other)) for one in parts for other in parts)]
        assert asked.total == asked.count(found.node) == asked.total_of(request) == len(found_by(collection, request, found.node))
        for node, narrowed, every in zip(nodes, asked.counts(nodes), asked.counts(nodes, narrowed=False), strict=True):
            assert narrowed == len(found_by(collection, request, node)) == asked.total_of(request, node)
            assert every == len(found_by(collection, without_filters(request), node))


def test_totals_are_those_of_each_request_by_itself(collection: Collection) -> None:
    several = requests(collection)
    _, asked = matching(collection, several[0])
    totals = asked.totals_of(several)
    assert totals == [matching(collection, request)[1].total for request in several]
    assert any(totals) and not all(totals)
    assert list(asked.totals_of([])) == list(asked.counts([])) == []


def test_most_held_is_what_most_of_the_nearest_have(collection: Collection) -> None:
    said = set()
    for request in requests(collection):
        found, asked = matching(collection, request)
        parts = found.node.children if isinstance(found.node, And) else (found.node,)
        holders = [found_by(collection, request, part) for part in parts]
        patterns = Counter(tuple(docid in each for each in holders) for docid in frozenset().union(*holders))
        most = max(map(sum, patterns), default=0)
        nearest = {pattern: count for pattern, count in patterns.items() if sum(pattern) == most}
        expected = min(nearest, key=lambda pattern: (-nearest[pattern], pattern), default=())
        assert asked.most_held(parts) == expected
        said.add(expected)
    assert asked.most_held(()) == ()
    assert len(said) > 5


def test_when_the_time_is_over_nothing_is_said(collection: Collection) -> None:
    request = SearchRequest(SYLLABLES[0])
    found, _ = matching(collection, request)
    late: Matching = replace(found, deadline=Deadline(-1.0))
    with pytest.raises(DeadlineExceeded):
        late.total_of(replace(request, query=SYLLABLES[1]))
