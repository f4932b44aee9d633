"""One node of OpenSearch for all tests of a run, however many processes run them: the first that asks starts it, the last stops it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cluster_nodes import SECONDS_TO_STOP, ClusterAbsent, ClusterNodes

_SHORT_LIVED = ("-XX:TieredStopAtLevel=1",)
"""A node that runs for some minutes is not worth compiling well: that takes the processors from the tests."""
_STARTED: list[ClusterNodes] = []
"""What this process started and another may still use when this one ends: nobody waits for it, and it ends with the run."""


@dataclass(frozen=True)
class SharedNode:
    """The node of a run, told of in a file of `folder` that one process at a time may look at."""

    folder: Path
    run: int
    """The process that the run is: what the node watches."""

    def enter(self) -> tuple[str, ...]:
        """Return the hosts, started if nobody has. Raises ClusterAbsent."""
        with self._told() as told:
            if not told.get("users"):
                nodes = ClusterNodes(folder=self.folder / "cluster", watched=self.run, java=_SHORT_LIVED)
                nodes.start()
                _STARTED.append(nodes)
                told.update(hosts=nodes.hosts, node=nodes.pids[0], starter=os.getpid(), users=0)
            told["users"] += 1
            return tuple(told["hosts"])

    def leave(self) -> None:
        """Stop the node if nobody else uses it."""
        with self._told() as told:
            told["users"] -= 1
            if told["users"]:
                return
            if told["starter"] == os.getpid():
                _STARTED[-1].stop()
            else:
                self._ask_to_end(told["node"])

    def _ask_to_end(self, pid: int) -> None:
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + SECONDS_TO_STOP
        while (self.folder / "cluster").exists() and time.monotonic() < until:  # the node removes it last of all
            time.sleep(0.05)

    @contextmanager
    def _told(self) -> Iterator[dict[str, Any]]:
        path = self.folder / "cluster.json"
        with closing(sqlite3.connect(self.folder / "cluster.lock", timeout=900)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            told = json.loads(path.read_text()) if path.exists() else {}
            yield told
            path.write_text(json.dumps(told))


@pytest.fixture(scope="session")
def cluster_hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ...]]:
    """The hosts of a cluster of one node, which other tests use as well. Skips where none can be had, fails there on CI."""
    base = tmp_path_factory.getbasetemp()
    worker = "PYTEST_XDIST_WORKER" in os.environ
    shared = SharedNode(base.parent, os.getppid()) if worker else SharedNode(base, os.getpid())
    try:
        hosts = shared.enter()
    except ClusterAbsent as absent:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI=true, but there is no {absent}")
        pytest.skip(f"no {absent}")
    yield hosts
    shared.leave()
