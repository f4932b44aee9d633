"""searcher.cluster: whatever is asked, a cluster answers as the embedded engine does. The oracle is that engine, over the same archive."""

from __future__ import annotations

import random
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from random_queries import Typist, add_articles

from corpus.archive import ARCHIVE_FILE
from corpus.facet import FACET_NAMES
from index.cluster.connection import Cluster
from index.cluster.setting import ClusterSettings
from index.cluster.writer import update_cluster
from index.lexicon import update_lexicon
from searcher.cluster.cluster_searcher import ClusterSearcher
from searcher.engine import SearchEngine
from searcher.request import SearchRequest
from searcher.search import Searcher

pytestmark = [pytest.mark.cluster, pytest.mark.slow]
_PATIENCE = 60.0  # seconds: nothing here is about time
_MISTAKE = 1e-4  # of a score: the cluster has it in 24 bits


class Both(NamedTuple):
    """The two engines over one archive."""

    embedded: Searcher
    cluster: ClusterSearcher


@pytest.fixture(scope="module")
def both(archive_home: Path, cluster_hosts: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    home = tmp_path_factory.mktemp("both") / "kho"
    shutil.copytree(archive_home, home)
    add_articles(home)
    cluster = Cluster(ClusterSettings(hosts=cluster_hosts, index=f"search-{uuid.uuid4().hex}", shards=3))
    try:
        update_cluster(home / ARCHIVE_FILE, cluster)
        update_lexicon(home / ARCHIVE_FILE, home)
        yield Both(Searcher.open(home, time_limit=_PATIENCE), ClusterSearcher.open(cluster, home, time_limit=_PATIENCE))
    finally:
        cluster.client.indices.delete(index=f"{cluster.settings.index}-*", params={"expand_wildcards": "all"})
        cluster.close()


def _answer(engine: SearchEngine, request: SearchRequest) -> dict[str, Any]:
    """Return all that a page says but the time it took, and the scores of its hits as they are close enough to be compared."""
    answer = engine.search(request).as_json()
    del answer["took_ms"]
    answer["hits"] = [{**hit, "score": pytest.approx(hit["score"], rel=_MISTAKE, abs=_MISTAKE)} for hit in answer["hits"]]
    return answer


def _without_scores(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "hits": [{**hit, "score": None} for hit in answer["hits"]]}


_LAW = "văn bản pháp luật"
REQUESTS = (
    *map(
        SearchRequest,
        (
            "",
            "nông thôn mới",
            "nong thon moi",
            "truong dat chuan",
            '"nông thôn mới"',
            '"nông thôn m*"',
            '"mới nông thôn"~4',
            '"xây trường chuẩn đạt"~9',
            '"dan dân xã"~6',
            '"trường trường"~5',
            "xây OR đường",
            "(xây OR đường) -trường",
            "tiêu-đề:trường đạt",
            "#nông_thôn_mới",
            "UBND tỉnh",
            "ủy ban nhân dân",
            "uy ban nhan dan",
            "từ:2022 đến:2024 đất",
            "57/2022/NĐ-CP",
            "ngày 3/9",
            "bản-cũ:đồng",
            "truwowngf hocj",
            "trường thpt đạt chuẩn quốc gia ở huyện miền núi năm học mới",
            "xyzzy",
            "trường xyzzy đạt",
            "một hai ba bốn năm sáu bảy tám chín mười trường xã huyện tỉnh đường đất nhà nước dân lúa mùa bão lũ rừng biển",
            "-trường",
            'nguồn:"không có"',
            "zqmoinoi",
        ),
    ),
    SearchRequest("trường", sort="newest"),
    SearchRequest("trường", sort="oldest", page=2, size=7),
    SearchRequest("truong", exact_marks=True),
    SearchRequest("trường đạt chuẩn", near=False),
    SearchRequest("trường", fold=False, size=100),
    SearchRequest("đất", first_day=date(2023, 1, 1), last_day=date(2024, 6, 30)),
    SearchRequest("", selected={"tag": ("nông thôn mới", "đất đai")}, widened=frozenset({"tag"})),
    SearchRequest("xã", selected={"tag": ("nông thôn mới",)}, excluded={"source": ("báo",)}),
    SearchRequest("trường xyzzy", selected={"month": ("2024-01",)}, excluded={"tag": (_LAW,)}),
)


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: f"{request.query} {request.sort}")
def test_a_page_says_the_same(both: Both, request_: SearchRequest) -> None:
    assert _answer(both.cluster, request_) == _without_scores_where_prefixed(_answer(both.embedded, request_), request_)


def _without_scores_where_prefixed(answer: dict[str, Any], request: SearchRequest) -> dict[str, Any]:
    """Return an answer whose scores are any number if it asks for a prefix, of which a cluster counts the most frequent forms only."""
    return answer if "*" not in request.query else {**answer, "hits": [{**hit, "score": _Any()} for hit in answer["hits"]]}


class _Any:
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


@pytest.mark.parametrize("seed", range(3))
def test_what_is_typed_by_chance_finds_the_same(both: Both, seed: int) -> None:
    """And nothing that is typed is more than the cluster takes."""
    chance = random.Random(seed)
    typist = Typist(both.embedded)
    for number in range(12):
        asked = replace(typist.request(chance), page=chance.choice((1, 1, 2)))
        if "*" in asked.query:
            asked = replace(asked, sort="newest")
        assert _answer(both.cluster, asked) == _answer(both.embedded, asked), (seed, number, asked)


@pytest.mark.parametrize("request_", REQUESTS[:20], ids=str)
def test_all_that_is_told_besides_is_the_same(both: Both, request_: SearchRequest) -> None:
    plain = replace(request_, near=False)
    found = [[article.id for article in engine.find_all(plain)] for engine in both]
    assert found[0] == found[1]
    assert both.cluster.facets(request_) == both.embedded.facets(request_)
    assert both.cluster.arrivals(plain, 5) == both.embedded.arrivals(plain, 5)
    assert both.cluster.changed(plain, 30) == both.embedded.changed(plain, 30)
    for article_id in found[0][:3]:
        assert both.cluster.standing(request_, article_id) == both.embedded.standing(request_, article_id)
    after = (3, found[0][2]) if len(found[0]) > 3 and request_.sort != "relevance" else None
    assert _answer_after(both.cluster, request_, after) == _answer_after(both.embedded, request_, after)


def _answer_after(engine: SearchEngine, request: SearchRequest, after: tuple[int, str] | None) -> list[str]:
    return [hit.id for hit in engine.search(replace(request, fold=False), after=after).hits]


def test_the_archive_is_told_of_alike(both: Both) -> None:
    assert both.cluster.coverage() == both.embedded.coverage()
    ours, theirs = both.embedded.overview(), both.cluster.overview()
    assert replace(ours, generation=0) == replace(theirs, generation=0)
    assert both.cluster.examples() == both.embedded.examples()
    assert list(both.cluster.in_order_of_id(0, 500)) == list(both.embedded.in_order_of_id(0, 500))
    for typed in ("nông th", "truong", "#nong", "xa", "ubnd t", "đường "):
        assert both.cluster.complete(typed) == both.embedded.complete(typed), typed
    articles = list(both.embedded.find_all(SearchRequest("trường")))[:10]
    for article in articles:
        near = [[each.id for each in engine.related(article, 5)] for engine in both]
        assert near[0] == near[1]
    assert set(both.cluster.search(SearchRequest("trường")).facets) == set(FACET_NAMES)
