"""Answers of the cluster while its index changes: each is of one commit, and a point in time that is lost is opened again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from index.cluster.commit import Begun, Commit
from index.cluster.connection import Cluster
from index.cluster.errors import ClusterLate, ClusterUnavailable, PitLost
from searcher.cluster import steadiness
from searcher.cluster.collection import ClusterCollection
from searcher.cluster.steadiness import Steadiness, of_one_commit
from searcher.deadline import NEVER

FIRST = Commit("x").next()
SHOWING = replace(FIRST, begun=Begun(7, 12, "f", None, shows=True))
SECOND = FIRST.next()


class Engine:
    """Answers with what is said of the newest commit each time it is asked; after the last, that."""

    def __init__(self, *said: Commit) -> None:
        self._said = [*said]
        self.steadiness = Steadiness(self._newest, 60.0)

    def _newest(self) -> Commit:
        return self._said.pop(0) if len(self._said) > 1 else self._said[0]

    def collection(self) -> ClusterCollection:
        return self.steadiness.collection or cast(ClusterCollection, SimpleNamespace(commit=self.steadiness.steady()))

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
    engine.steadiness = Steadiness(lambda: SHOWING, 0.1)
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
