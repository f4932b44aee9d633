"""searcher.engine: the contract that every search engine keeps, whatever is behind it. Another one is another entry of ENGINES."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from corpus.facet import FACET_NAMES
from index.cluster.connection import Cluster
from index.cluster.setting import ClusterSettings
from index.cluster.writer import update_cluster
from index.lexicon import update_lexicon
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from language.period import period as days_of
from language.timestamp import VIETNAM
from searcher.answer import Period
from searcher.cluster.cluster_searcher import ClusterSearcher
from searcher.engine import SearchEngine
from searcher.help.example import WRITTEN
from searcher.help.obstacle import cleared
from searcher.request import SearchRequest
from searcher.search import Searcher

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Kind:
    """A kind of engine over one archive in `home`: how it is opened and brought up; `cluster` is None for the embedded one."""

    home: Path
    cluster: Cluster | None = None

    def open(self) -> SearchEngine:
        return Searcher.open(self.home) if self.cluster is None else ClusterSearcher.open(self.cluster, self.home)

    def add(self, *articles: Article) -> None:
        with Archive.open(self.home / ARCHIVE_FILE, create=True) as archive, archive.batch():
            for article in articles:
                archive.add(article)
        if self.cluster is None:
            update_index(self.home / ARCHIVE_FILE, self.home / INDEX_FOLDER)
        else:
            update_cluster(self.home / ARCHIVE_FILE, self.cluster)
            update_lexicon(self.home / ARCHIVE_FILE, self.home)


ENGINES = (
    "embedded",
    pytest.param("cluster", marks=pytest.mark.cluster),
    pytest.param("cluster of three shards", marks=pytest.mark.cluster),
)


@contextmanager
def _kind(name: str, home: Path, request: pytest.FixtureRequest) -> Iterator[Kind]:
    home.mkdir()
    if name == "embedded":
        yield Kind(home)
        return
    hosts = request.getfixturevalue("cluster_hosts")
    cluster = Cluster(ClusterSettings(hosts=hosts, index=f"engine-{uuid.uuid4().hex}", shards=3 if "three" in name else 1))
    try:
        yield Kind(home, cluster)
    finally:
        cluster.client.indices.delete(index=f"{cluster.settings.index}-*", params={"expand_wildcards": "all"})
        cluster.close()


_DAY = datetime(2024, 3, 1, 8, tzinfo=VIETNAM)


def _article(number: int, text: str, *tags: str, source: str = "Báo Núi Sông") -> Article:
    return Article(
        title=f"Xã Tân Lập {text} lần {number}",
        blocks=(Block("paragraph", f"Ngày {number}, xã Tân Lập {text}; bà con ở thôn {number} góp ý."),),
        url=f"https://bao.example/{number}",
        source=source,
        tags=tags,
        published=_DAY + timedelta(days=number),
    )


ARTICLES = (
    *(_article(number, "đạt chuẩn nông thôn mới", "nông thôn mới") for number in range(12)),
    *(_article(number, "họp bàn giá lúa", "giá lúa", "nông thôn mới", source="Báo Biển Đông") for number in range(12, 20)),
    *(_article(number, "mở trường mầm non", "giáo dục") for number in range(20, 25)),
)
REQUESTS = (
    SearchRequest("nông thôn mới"),
    SearchRequest("nong thon", sort="newest"),
    SearchRequest("tân lập", sort="oldest"),
    SearchRequest("giá lúa", selected={"tag": ("nông_thôn_mới",)}),
    SearchRequest("", excluded={"source": ("báo biển đông",)}),
    SearchRequest("#giáo_dục trường"),
    SearchRequest("không thấy ở đâu xyzzy"),
)


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    with _kind(request.param, tmp_path_factory.mktemp("engine") / "kho", request) as kind:
        kind.add(*ARTICLES)
        yield kind.open()


@pytest.mark.parametrize("query", ["nông thôn mới", "nong thon moi", "xã tân lập họp bàn giá lúa", '"tân lập" trường mầm*'])
def test_a_score_is_the_sum_of_what_explains_it(engine: SearchEngine, query: str) -> None:
    page = engine.search(SearchRequest(query, size=100, explain=True))
    assert page.hits
    for hit in page.hits:
        assert sum(each.value for each in hit.explanation) == pytest.approx(hit.score, rel=2e-5, abs=1e-5)
        assert {each.name for each in hit.explanation} >= {"syllable", "lead"}


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
def test_what_is_counted_is_what_is_found_shown_and_clicked(engine: SearchEngine, request_: SearchRequest) -> None:
    asked = replace(request_, fold=False, near=False)
    every = [article.id for article in engine.find_all(asked)]
    page = engine.search(replace(asked, size=100))
    assert [hit.id for hit in page.hits] == every
    for with_snippets in (True, False):
        matches = engine.find_matches(asked, with_snippets=with_snippets)
        told = [(one.article.id, one.match, one.snippets) for one in matches]
        assert len(matches) == page.total
        assert told == [(hit.id, hit.match, hit.snippets if with_snippets else ()) for hit in page.hits]
    assert page.total == len(every) == len(set(every)) == len(engine.find_all(asked))
    assert tuple(page.facets) == FACET_NAMES
    for facet, values in engine.facets(asked).items():
        for value in values:
            if not value.selected and not value.excluded:
                chosen = {**asked.selected, facet: (*asked.selected.get(facet, ()), value.value)}
                assert engine.search(replace(asked, selected=chosen)).total == value.count, (facet, value)


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
@pytest.mark.parametrize("period", [None, "day", "month", "year"])
def test_what_is_tallied_is_what_a_search_for_it_counts(
    engine: SearchEngine, request_: SearchRequest, period: Period | None
) -> None:
    asked = replace(request_, near=False, fold=False)
    today = date(2026, 1, 1)
    for facet in (None, "tag", "source", "document"):
        found = engine.tally(asked, facet, period, most=2)
        assert found.total == engine.search(asked).total
        every = engine.facets(asked)[facet] if facet else ()
        fresh = [value for value in every if not value.selected and not value.excluded]
        if len(fresh) == len(every):
            assert [(each.value, each.label, each.count) for each in found.values] == [
                (value.value, value.label, value.count) for value in every[:2]
            ]
            assert found.more == max(0, len(every) - 2)
        for value, name, count in ((each.value, each.period, each.count) for each in found.counts):
            chosen = {**asked.selected, facet: (*asked.selected.get(facet, ()), value)} if facet and value else asked.selected
            days = days_of(name, today) if name else None
            within = replace(asked, selected=chosen, first_day=days and days[0], last_day=days and days[1])
            assert engine.search(within).total == count, (facet, value, name)
        if facet is None:
            assert sum(each.count for each in found.counts) == found.total
        for value in found.values:
            assert sum(each.count for each in found.counts if each.value == value.value) == value.count


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
def test_pages_are_parts_of_one_order_and_articles_stand_in_it(engine: SearchEngine, request_: SearchRequest) -> None:
    asked = replace(request_, fold=False, near=False, size=4)
    every = [article.id for article in engine.find_all(asked)]
    numbers = range(1, len(every) // 4 + 2)
    paged = [hit.id for number in numbers for hit in engine.search(replace(asked, page=number)).hits]
    followed: list[str] = []
    while hits := engine.search(asked, after=(len(followed), followed[-1]) if followed else None).hits:
        followed += [hit.id for hit in hits]
    assert paged == followed == every
    for at, article_id in enumerate(every):
        standing = engine.standing(replace(asked, page=at // 4 + 1), article_id)
        assert standing is not None and (standing.position, standing.total) == (at + 1, len(every))
        beside = [each.id if each else None for each in (standing.previous, standing.next)]
        assert beside == [every[at - 1] if at else None, every[at + 1] if at + 1 < len(every) else None]


@pytest.mark.parametrize(
    "request_",
    [
        *REQUESTS,
        SearchRequest("tân lập", first_day=date(2024, 3, 10), last_day=date(2024, 3, 16)),
        SearchRequest("tan lap", selected={"source": ("biển đông", "báo núi sông")}, excluded={"tag": ("giáo_dục",)}),
        SearchRequest("", selected={"tag": ("giá_lúa", "giáo_dục")}, widened=frozenset({"tag"})),
        SearchRequest("nong thon", exact_marks=True),
    ],
    ids=str,
)
def test_what_changed_and_matches_is_what_is_found_above_a_number(engine: SearchEngine, request_: SearchRequest) -> None:
    """And an article that is asked by itself answers as the index does."""
    every = {article.id for article in engine.find_all(request_)}
    assert {article.id for article in ARTICLES if engine.matches(request_, article)} == every
    whole = engine.changed(request_, 0)
    assert set(whole.changes) == every and whole.until == len(ARTICLES)
    assert list(whole.changes.values()) == sorted(whole.changes.values())
    for after in (0, 7, 13, 24, 25, 99):
        late = {article_id: number for article_id, number in whole.changes.items() if number > after}
        assert engine.changed(request_, after).changes == late


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
def test_every_hit_says_where_it_matches(engine: SearchEngine, request_: SearchRequest) -> None:
    found = {article.id: article for article in engine.find_all(request_)}
    for hit in engine.search(request_).hits:
        for snippet in hit.snippets:
            assert all(0 <= start < end <= len(snippet.text) for start, end in snippet.marks)
        if hit.id in found and request_.query and not request_.query.startswith("#"):
            highlights = engine.highlights(request_, found[hit.id])
            assert highlights.whole and any(highlights.ranges.values())


@pytest.mark.parametrize(
    "typed", ["", "   ", '"', "(((", "-", "#", "tag:", "từ:mai", "*", "a" * 5000, "\x00\ud800", "😀", "57/2022/NĐ-CP"]
)
def test_nothing_that_is_typed_raises(engine: SearchEngine, typed: str) -> None:
    page = engine.search(SearchRequest(typed))
    assert page.total >= 0 and all(problem.in_words("vi") for problem in page.problems)
    assert len(engine.complete(typed)) <= 8
    assert all(isinstance(key, str) for key in engine.meant("tag", typed))


def test_the_archive_at_a_glance(engine: SearchEngine) -> None:
    overview, coverage = engine.overview(), engine.coverage()
    assert overview.articles == coverage.articles == len(ARTICLES) == engine.search(SearchRequest("")).total
    assert (coverage.first_published, coverage.last_published) == (overview.first_published, overview.last_published)
    assert {value.label: value.count for value in overview.facets["tag"]} == {"nông thôn mới": 20, "giá lúa": 8, "giáo dục": 5}
    headings = list(engine.in_order_of_id(0, 100))
    assert [heading.article_id for heading in headings] == sorted(article.id for article in ARTICLES)
    assert list(engine.in_order_of_id(3, 7)) == headings[3:7]
    arrivals = engine.arrivals(SearchRequest("giá lúa"), 3)
    changes = [arrival.change for arrival in arrivals.latest]
    assert (arrivals.total, arrivals.more, changes) == (8, True, sorted(changes, reverse=True))
    older = engine.arrivals(SearchRequest("giá lúa"), 100, before=changes[-1])
    assert len(older.latest) == 5 and not older.more
    for share in (0.0, 0.5, 0.999):
        engine.probe(share)


def test_a_front_page_tells_what_came_last_and_what_rose_and_each_count_is_a_searchs(engine: SearchEngine) -> None:
    front = engine.front()
    assert [(paper.source, paper.count) for paper in front.latest] == [("báo núi sông", 17), ("báo biển đông", 8)]
    for paper in front.latest:
        asked = SearchRequest(selected={"source": (str(paper.source),)})
        found = engine.arrivals(asked, 3)
        assert found.total == paper.count
        assert [(each.id, each.change) for each in paper.headlines] == [(one.article.id, one.change) for one in found.latest]
    assert (front.past_first_day, front.first_day, front.last_day) == ("2024-01-23", "2024-03-19", "2024-03-25")
    assert [(risen.facet, risen.label, risen.count, risen.before) for risen in front.risen] == [("tag", "giáo dục", 5, 0)]
    for risen in front.risen:
        first, last = (date.fromisoformat(str(day)) for day in (front.first_day, front.last_day))
        week = SearchRequest(selected={risen.facet: (risen.value,)}, first_day=first, last_day=last)
        assert engine.search(week).total == risen.count


def test_what_leads_out_of_a_search_is_counted_as_it_is_found(engine: SearchEngine) -> None:
    nothing = engine.search(SearchRequest("giáo dụkk", near=False))
    assert [(each.facet, each.label, each.count) for each in nothing.nearby] == [("tag", "giáo dục", 5)]
    newest = engine.search(SearchRequest(selected={"tag": ("giáo_dục",)}, sort="newest", fold=False)).hits[:3]
    assert [each.id for each in nothing.nearby_newest] == [hit.id for hit in newest]
    asked = SearchRequest('"thôn 21" trường', selected={"tag": ("giáo_dục",)})
    few = engine.search(asked)
    assert few.total == 1 and [(each.part, each.without) for each in few.wider] == [('"thôn 21"', 5)]
    for each in few.wider:
        assert engine.search(cleared(asked, each)).total == each.without


@pytest.mark.parametrize("name", ENGINES)
def test_an_empty_archive_answers_everything(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with _kind(name, tmp_path / "kho", request) as kind:
        kind.add()
        engine = kind.open()
        engine.warm()
        for asked in REQUESTS:
            page = engine.search(asked)
            assert (page.total, page.near, page.hits, page.nearby, page.wider) == (0, 0, (), (), ())
        assert (engine.front().latest, engine.front().risen, engine.examples()) == ((), (), ())
        assert engine.overview().articles == 0 and engine.arrivals(SearchRequest(), 3).latest == ()


def test_what_stands_beside_an_article(engine: SearchEngine) -> None:
    article = ARTICLES[15]
    near = engine.related(article, 5)
    assert 0 < len(near) <= 5 and article.id not in {each.id for each in near}
    assert [completion.text for completion in engine.complete("#nong th")][:1] == ["nông thôn mới"]
    for example in engine.examples():
        assert engine.search(SearchRequest(WRITTEN[example.kind].format(*example.parts))).total == example.total


def test_values_are_meant_however_they_are_typed(engine: SearchEngine) -> None:
    assert engine.meant("source", "bao nui song") == engine.meant("source", "Báo Núi Sông") == ("báo núi sông",)
    asked = engine.resolved(SearchRequest(selected={"source": ("núi sông",)}))
    assert asked.selected == {"source": ("báo núi sông",)}
    assert engine.search(asked).total == 17


@pytest.mark.parametrize("name", ENGINES)
def test_a_commit_has_a_stamp_and_what_is_kept_lasts_as_long(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with _kind(name, tmp_path / "kho", request) as kind:
        kind.add(*ARTICLES[:3])
        engine, made = kind.open(), []

        def make() -> int:
            made.append(engine.search(SearchRequest("")).total)
            return made[-1]

        engine.warm()
        stamp = engine.commit
        assert [engine.kept(make, make) for _ in range(3)] == [3, 3, 3] and made == [3]
        assert engine.commit == stamp and kind.open().commit == stamp
        kind.add(*ARTICLES[3:5])
        assert engine.commit != stamp
        assert engine.kept(make, make) == 5 and made == [3, 5]
        assert engine.papers is not None and engine.papers.of_host("vnexpress.net") == "VnExpress"
