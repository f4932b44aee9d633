"""The nodes that other tests ask: they answer, and are gone with whom they are for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import cluster_nodes
import pytest
from cluster_fixture import SharedNode
from cluster_nodes import LOCAL, ClusterAbsent, ClusterNodes, free_ports, java_home


@pytest.mark.cluster
def test_the_shared_node_answers(cluster_hosts: tuple[str, ...]) -> None:
    (host,) = cluster_hosts
    assert host.startswith("http://127.0.0.1:")
    with LOCAL.open(host) as answer:
        assert json.load(answer)["version"]["number"].startswith("3.")


RUN = """
import sys
from cluster_nodes import ClusterNodes
from pathlib import Path
nodes = ClusterNodes(folder=Path(sys.argv[1]), settings={"node.attr.shelf": "a b"})
nodes.start()
print(nodes.pids[0], nodes.hosts[0], flush=True)
sys.stdin.read()
"""


@pytest.mark.cluster
def test_a_node_ends_with_the_process_it_is_for_and_leaves_nothing(cluster_hosts: tuple[str, ...], tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(cluster_nodes.ROOT / "tests")}
    command = [sys.executable, "-c", RUN, str(tmp_path / "nodes")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as run:
        assert run.stdout is not None
        pid, host = run.stdout.readline().split()
        assert (tmp_path / "nodes").exists() and Path("/proc", pid).exists() == Path("/proc/self").exists()
        with LOCAL.open(f"{host}/_nodes") as answer:
            assert [node["attributes"]["shelf"] for node in json.load(answer)["nodes"].values()] == ["a b"]
        run.kill()
    until = time.monotonic() + 60
    while (tmp_path / "nodes").exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not (tmp_path / "nodes").exists()


def test_the_last_of_those_who_share_a_node_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    class Nodes(ClusterNodes):
        hosts = ("http://127.0.0.1:1",)  # type: ignore[assignment]
        pids = (1,)  # type: ignore[assignment]

        def start(self) -> None:
            done.append("started")

        def stop(self) -> None:
            done.append("stopped")

    monkeypatch.setattr("cluster_fixture.ClusterNodes", Nodes)
    one, other = SharedNode(tmp_path, os.getpid()), SharedNode(tmp_path, os.getpid())
    assert one.enter() == other.enter() == Nodes.hosts
    one.leave()
    assert done == ["started"]
    other.leave()
    assert done == ["started", "stopped"]
    one.enter()
    assert done == ["started", "stopped", "started"]


def test_where_there_is_no_java_or_no_maven_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUCBAO_TEST_CLUSTER_BUILD", str(tmp_path))
    monkeypatch.setattr(cluster_nodes, "java_home", lambda: tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ClusterAbsent, match="Maven"):
        cluster_nodes.build()
    monkeypatch.undo()
    monkeypatch.setattr(cluster_nodes, "OLDEST_JAVA", 999)
    with pytest.raises(ClusterAbsent, match="Java"):
        java_home()


def test_free_ports_are_below_those_the_system_gives() -> None:
    ports = free_ports(3)
    assert len(set(ports)) == 3 and all(20_000 <= port < 32_000 for port in ports)
