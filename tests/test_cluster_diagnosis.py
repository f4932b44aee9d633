"""`lucbao doctor` over a cluster that is ill: each thing that is off is said once, and within some seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from fake_node import FakeNode, fake_nodes, hanging, refusing, say, saying

from corpus.archive import ARCHIVE_FILE, Archive
from index.cluster import channel, diagnosis
from index.cluster.channel import Channel
from index.cluster.connection import Cluster
from index.cluster.diagnosis import diagnose
from index.cluster.errors import ClusterUnavailable
from index.cluster.setting import ClusterSettings
from language.wording import LANGUAGES, Told

SERVER = {"version": {"number": "3.9.0", "distribution": "opensearch"}}
UNMANAGED = refusing(503, "cluster_manager_not_discovered_exception")


@pytest.fixture
def nodes() -> Iterator[list[FakeNode]]:
    with fake_nodes(3) as found:
        for node in found:
            node.instead["/"] = saying(SERVER)
        yield found


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / ARCHIVE_FILE, create=True) as found:
        yield found


def troubles(nodes: list[FakeNode], archive: Archive) -> list[Told]:
    found = diagnose(Cluster(ClusterSettings(hosts=tuple(node.host for node in nodes), index="t")), archive).troubles
    assert all(trouble.in_words(language) for trouble in found for language in LANGUAGES)
    return found


def test_without_a_quorum_the_hosts_are_named_and_the_rest_is_one_sentence(nodes: list[FakeNode], archive: Archive) -> None:
    nodes[2].instead["/_cluster/health"] = UNMANAGED
    nodes[0].stop()
    nodes[1].stop()
    assert [trouble.code for trouble in troubles(nodes, archive)] == ["doctor_host", "doctor_host", "doctor_unmanaged"]
    assert len(nodes[2].asked) <= 4


def test_whatever_hangs_is_said_once_and_in_time(
    nodes: list[FakeNode], archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnosis, "IN_ALL", 0.6)
    monkeypatch.setattr(diagnosis, "_SECONDS", 0.4)

    def only_its_name(node: FakeNode, handler: BaseHTTPRequestHandler) -> None:
        say(handler, SERVER) if handler.path == "/" else hanging(node, handler)

    for node in nodes:
        node.answer = lambda handler, node=node: only_its_name(node, handler)  # type: ignore[method-assign, misc]
    began = time.monotonic()
    found = troubles(nodes, archive)
    assert time.monotonic() - began < 5
    assert len(found) == len(set(found)) and {trouble.code for trouble in found} == {"cluster_unavailable", "cluster_late"}


def test_what_is_said_of_a_host_is_not_said_of_all(nodes: list[FakeNode], archive: Archive) -> None:
    for node in nodes[1:]:
        node.instead["/_cluster/health"] = node.instead["/_cluster/settings"] = refusing(500, "x")
        node.instead["/t"] = refusing(404, "index_not_found_exception")
    nodes[0].stop()
    found = troubles(nodes, archive)
    assert [trouble.code for trouble in found] == ["doctor_host", "cluster_unavailable", "cluster_none"]


RECOVERY = {"shard": "1", "time": "90000ms", "stage": "init", "source_node": "n3"}


@pytest.mark.parametrize(
    ("unassigned", "recoveries", "trouble"),
    [
        (1, [], ["doctor_yellow"]),
        (0, [], []),
        (0, [{**RECOVERY, "stage": "index"}, {**RECOVERY, "time": "900ms"}], []),
        (0, [RECOVERY], ["doctor_stuck"]),
    ],
)
def test_a_copy_that_is_being_made_is_no_trouble_nor_is_what_another_alias_has(
    nodes: list[FakeNode], archive: Archive, unassigned: int, recoveries: list[dict[str, str]], trouble: list[str]
) -> None:
    state = {"status": "yellow", "unassigned_shards": unassigned, "initializing_shards": 1 - unassigned}
    indices = {"t-1": state, "t-x-1": {**state, "unassigned_shards": 1}}
    for node in nodes:
        node.instead["/_cluster/health"] = saying({"status": "yellow", "number_of_nodes": 3, "number_of_data_nodes": 3})
        node.instead["/_cluster/health/t-*"] = saying({"indices": indices})
        node.instead["/_cat/recovery/t-1"] = saying(recoveries)
        node.instead["/t"] = refusing(404, "index_not_found_exception")
    found = diagnose(Cluster(ClusterSettings(hosts=tuple(node.host for node in nodes), index="t")), archive)
    assert [each.code for each in found.troubles] == [*trouble, "cluster_none"]
    assert ("doctor_copying" in [each.code for each in found.facts]) == (not unassigned)


# Who waits for it


def test_that_the_cluster_is_waited_for_is_told_once_after_the_first_pause(
    nodes: list[FakeNode], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "_FIRST_PAUSE", 0.01)
    told: list[Told] = []
    nodes[0].instead["/t"] = lambda node, handler: (UNMANAGED if node.count("/t") < 2 else saying({}))(node, handler)
    cluster = Cluster(ClusterSettings(hosts=(nodes[0].host,), index="t"))
    way = Channel(cluster, patience=2, waiting=told.append)
    way.ask("GET", "/t")
    assert told == []  # one pause is none to speak of
    nodes[0].instead["/t"] = UNMANAGED
    for _ in range(2):
        with pytest.raises(ClusterUnavailable):
            way.ask("GET", "/t")
    assert [reason.code for reason in told] == ["cluster_shards"]
