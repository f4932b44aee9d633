"""Answers of the cluster while its index changes: each is of one commit, and a point in time that is lost is opened again."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import archive_maker
import pytest
from cluster_load import Load, Truth, questions

from corpus.archive import ARCHIVE_FILE
from index.cluster import writer
from index.cluster.commit import Begun, Commit
from index.cluster.connection import Cluster
from index.cluster.errors import ClusterLate, ClusterUnavailable, PitLost
from index.cluster.setting import ClusterSettings
from index.cluster.writer import update_cluster
from index.lexicon import update_lexicon
from searcher.cluster import steadiness
from searcher.cluster.cluster_searcher import ClusterSearcher
from searcher.cluster.collection import ClusterCollection
from searcher.cluster.steadiness import Steadiness, of_one_commit
from searcher.deadline import NEVER
from searcher.request import SearchRequest

FIRST = Commit("x").next()
SHOWING = replace(FIRST, begun=Begun(7, 12, "f", None, shows=True))
BEGUN = replace(FIRST, begun=Begun(7, 12, "f", None))
SECOND = FIRST.next(writing=5)


def never(writing: int) -> bool:
    """No copy shows what it should not yet."""
    return False


class Engine:
    """Answers with what is said of the newest commit each time it is asked; after the last, that."""

    def __init__(self, *said: Commit, shown: int = 0) -> None:
        self._said = [*said]
        self._shown = shown
        self.steadiness = Steadiness(self._newest, lambda writing: self._shown > writing, 60.0)

    def _newest(self) -> Commit:
        return self._said.pop(0) if len(self._said) > 1 else self._said[0]

    def collection(self) -> ClusterCollection:
        return self.steadiness.collection or cast(ClusterCollection, SimpleNamespace(commit=self.steadiness.steady()))

    def forget(self, collection: ClusterCollection) -> None:
        """Remember nothing."""

    @of_one_commit
    def whole(self) -> list[Commit]:
        """Return the commits that two parts of an answer are of."""
        return [*self.part(), self.collection().commit]

    @of_one_commit
    def part(self) -> list[Commit]:
        return [self.collection().commit]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([FIRST], FIRST),
        ([FIRST, SECOND], SECOND),
        ([FIRST, SHOWING, SHOWING, SECOND], SECOND),
        ([SHOWING, SHOWING, SECOND], SECOND),
    ],
    ids=["nothing happens", "a commit comes", "a commit begins to show", "a commit is waited for"],
)
def test_an_answer_is_of_one_commit(said: list[Commit], expected: Commit) -> None:
    assert Engine(*said).whole() == [expected, expected]


def test_who_was_killed_while_it_committed_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steadiness, "PATIENCE", 0.3)
    engine = Engine(SHOWING)
    began = time.monotonic()
    assert engine.whole() == [SHOWING, SHOWING]
    assert time.monotonic() - began >= 0.3
    monkeypatch.setattr(steadiness, "_PAUSE", 1000)
    assert engine.whole() == [SHOWING, SHOWING]


def test_what_is_not_committed_in_time_is_no_answer() -> None:
    engine = Engine(SHOWING)
    engine.steadiness = Steadiness(lambda: SHOWING, never, 0.1)
    with pytest.raises(ClusterUnavailable) as error:
        engine.whole()
    assert error.value.reason.code == "cluster_lags"


class Lossy:
    """A cluster of ten documents that loses points in time before the requests of these numbers."""

    def __init__(self, *lost: int, newest: Commit = FIRST) -> None:
        self._lost = lost
        self._newest = newest
        self.asked = self.opened = 0

    def open_pit(self, **options: Any) -> str:
        self.opened += 1
        return str(self.opened)

    def close_pit(self, pit: str) -> None:
        assert pit == str(self.opened)

    def meta(self) -> dict[str, Any]:
        return self._newest.meta()

    def search(self, body: dict[str, Any], **options: Any) -> dict[str, Any]:
        self.asked += 1
        assert body["pit"]["id"] == str(self.opened)
        if self.asked in self._lost:
            raise PitLost if options["time_limit"] == 5 else ClusterLate
        first = body.get("search_after", [-1])[0] + 1
        return {"hits": {"hits": [{"sort": [number]} for number in range(first, min(10, first + body["size"]))]}}


def read(cluster: Lossy) -> Iterator[int]:
    collection = ClusterCollection.__new__(ClusterCollection)
    collection.cluster, collection.commit = cast(Cluster, cluster), FIRST
    for answer in collection.pages({"size": 4}, NEVER):
        yield from (hit["sort"][0] for hit in answer["hits"]["hits"])


def test_what_a_copy_shows_before_its_commit_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Engine(*[BEGUN] * 6, SECOND, shown=5).whole() == [SECOND, SECOND]
    assert Engine(FIRST, *[BEGUN] * 6, SECOND, shown=5).whole() == [SECOND, SECOND]
    assert Engine(BEGUN).whole() == [BEGUN, BEGUN]
    monkeypatch.setattr(steadiness, "PATIENCE", 0.3)
    began = time.monotonic()
    assert Engine(BEGUN, shown=5).whole() == [BEGUN, BEGUN]  # its writer was killed
    assert time.monotonic() - began >= 0.3


def test_a_copy_that_showed_too_much_and_is_gone_is_waited_for_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steadiness, "_AGAIN", 0.0)
    asked: list[int] = []

    def shows_after(writing: int) -> bool:
        asked.append(writing)
        return len(asked) < 4

    engine = Engine(BEGUN)
    engine.steadiness = Steadiness(lambda: BEGUN, shows_after, 60.0)
    assert engine.whole() == [BEGUN, BEGUN]
    assert len(asked) == 5  # found out, asked until it is gone, and once more of the answer


def test_where_commits_come_faster_than_answers_there_is_none() -> None:
    commits = [FIRST]
    for _ in range(40):
        commits.append(commits[-1].next())
    with pytest.raises(ClusterUnavailable) as error:
        Engine(*commits).whole()
    assert error.value.reason.code == "cluster_lags"


def test_what_shows_is_not_answered_from_though_it_began_to_as_the_engine_looked() -> None:
    said = [FIRST, SHOWING, SHOWING, SECOND]

    def newest() -> Commit:
        return said.pop(0) if len(said) > 1 else said[0]

    engine = cast(Any, ClusterSearcher.__new__(ClusterSearcher))
    engine._lock, engine._collection, engine._newest_commit = threading.Lock(), None, newest
    engine.steadiness = Steadiness(newest, never, 60.0)
    engine._opened = lambda commit, previous: SimpleNamespace(commit=commit)
    assert engine.collection().commit == SECOND


@pytest.mark.parametrize("lost", [(), (1,), (1, 2, 3), (2,), (3, 5)])
def test_a_point_in_time_that_is_lost_is_opened_again(lost: tuple[int, ...]) -> None:
    assert [*read(Lossy(*lost))] == [*range(10)]


def test_what_cannot_be_gone_on_with_is_said_to_be_lost() -> None:
    with pytest.raises(PitLost):
        list(read(Lossy(*range(10))))
    assert [*read(Lossy(1, newest=SECOND))] == [*range(10)]
    for newest in (SECOND, SHOWING):
        with pytest.raises(PitLost):
            list(read(Lossy(2, newest=newest)))


@pytest.mark.cluster
def test_a_copy_that_was_opened_anew_is_not_answered_from_before_the_commit(
    cluster_hosts: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "kho"
    home.mkdir()
    lines = tmp_path / "moi.jsonl"
    cluster = Cluster(ClusterSettings(hosts=cluster_hosts, index=f"early-{uuid.uuid4().hex[:12]}", shards=2))

    def bring_up(versions: list[tuple[int, int]]) -> None:
        archive_maker.load(home, archive_maker.write_lines(lines, 1, versions, paragraphs=1))
        update_cluster(home / ARCHIVE_FILE, cluster, processes=1)

    try:
        bring_up([(number, 0) for number in range(6)])
        update_lexicon(home / ARCHIVE_FILE, home, processes=1)
        engine = ClusterSearcher.open(cluster, home, time_limit=0.3)
        before = engine.search(SearchRequest()).total
        with monkeypatch.context() as broken:
            broken.setattr(writer._Run, "_commit", lambda *_, **__: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                bring_up([(number, 0) for number in range(10)])
        assert engine.search(SearchRequest()).total == before == 6
        cluster.client.indices.refresh(index=cluster.settings.index)  # as a copy does that is brought up to the others
        with pytest.raises(ClusterUnavailable) as error:
            engine.search(SearchRequest())
        assert error.value.reason.code == "cluster_lags"
        bring_up([(number, 0) for number in range(11)])
        assert engine.search(SearchRequest()).total == 11
    finally:
        cluster.client.indices.delete(index=f"{cluster.settings.index}-*")
        cluster.close()


@pytest.mark.cluster
@pytest.mark.slow
def test_answers_given_while_the_index_is_brought_up_are_those_of_its_commits(
    cluster_hosts: tuple[str, ...], tmp_path: Path
) -> None:
    home, chance = tmp_path / "kho", random.Random(1)
    home.mkdir()
    lines = tmp_path / "moi.jsonl"
    archive_maker.load(home, archive_maker.write_lines(lines, 1, [(number, 0) for number in range(40)], paragraphs=1))
    cluster = Cluster(ClusterSettings(hosts=cluster_hosts, index=f"steady-{uuid.uuid4().hex[:12]}", shards=2))
    truth = Truth(home, tmp_path)
    try:
        truth.announce()
        update_cluster(home / ARCHIVE_FILE, cluster, processes=1)
        update_lexicon(home / ARCHIVE_FILE, home, processes=1)
        engine = ClusterSearcher.open(cluster, home, time_limit=60)
        titles = [archive_maker.article(1, number)["title"] for number in range(20)]
        with Load(engine, truth, questions(titles, chance, steady=False), users=3, rest=0.2) as load:
            for version in range(1, 4):
                revised = [(number, version) for number in chance.sample(range(40), 15)]
                archive_maker.load(home, archive_maker.write_lines(lines, 1, revised, paragraphs=1))
                truth.announce()
                update_cluster(home / ARCHIVE_FILE, cluster, processes=1)
                truth.settle()
                time.sleep(0.5)
    finally:
        cluster.client.indices.delete(index=f"{cluster.settings.index}-*")
        cluster.close()
    assert [event.said for event in load.wrong] == []
    assert load.errors == [] and sum(load.answered.values()) > 20
