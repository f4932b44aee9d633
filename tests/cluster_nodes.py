"""Nothing -> one node of OpenSearch, or several that are one cluster, on this machine for as long as a test needs them.

    python tests/cluster_nodes.py 1 --port 19200

prints the hosts when they answer, and runs until it is told to end. Needs Maven and Java 21 or newer: JAVA_HOME, or the newest beside the
`java` on the path. The first call downloads what tests/cluster/pom.xml names into build/cluster (or LUCBAO_TEST_CLUSTER_BUILD).

Nodes listen on 127.0.0.1 only, and end with the process they are for (this one, unless `watched` says which), even if that is killed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RECIPE = ROOT / "tests" / "cluster"
OLDEST_JAVA = 21
SECONDS_TO_START = 300  # on a machine that has much else to do; 10 to 20 else
SECONDS_TO_STOP = 20
LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))


LARGE = ("-XX:+UseG1GC", "-XX:G1ReservePercent=25", "-XX:InitiatingHeapOccupancyPercent=30")
"""The collector as OpenSearch's own distribution sets it."""


class ClusterAbsent(Exception):
    """Raised where no node can be had: there is no Java, no Maven, or what Maven should bring is not to be had."""


def java_home() -> Path:
    """Return the folder of a JDK that is new enough. Raises ClusterAbsent."""
    named = os.environ.get("JAVA_HOME")
    candidates = [Path(named)] if named else []
    if found := shutil.which("java"):
        beside = Path(found).resolve().parents[2]
        candidates += [path for path in beside.iterdir() if (path / "bin" / "javac").exists()]
    fit = [(number, path) for path in candidates if (number := _java_version(path)) >= OLDEST_JAVA]
    if not fit:
        raise ClusterAbsent(f"Java: none of version {OLDEST_JAVA} or newer, with its compiler")
    return next((path for _, path in fit if path == candidates[0] and named), max(fit)[1])


def _java_version(home: Path) -> int:
    try:
        said = subprocess.run([home / "bin" / "javac", "-version"], capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    number = re.search(r"javac (\d+)", said.stdout + said.stderr)
    return int(number[1]) if number else 0


def build() -> tuple[Path, Path]:
    """Return a JDK's folder and the folder of what a node consists of, made unless it has been: lib/*.jar, classes/. Raises ClusterAbsent."""
    jdk = java_home()
    digest = hashlib.sha256(b"".join((RECIPE / name).read_bytes() for name in ("pom.xml", "ClusterNode.java"))).hexdigest()[:12]
    shelf = Path(os.environ.get("LUCBAO_TEST_CLUSTER_BUILD") or ROOT / "build" / "cluster").resolve()
    built = shelf / digest
    if built.exists():
        return jdk, built
    if shutil.which("mvn") is None:
        raise ClusterAbsent("Maven: there is no mvn on the path")
    shelf.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(shelf / "lock", timeout=900)) as lock:
        lock.execute("BEGIN EXCLUSIVE")  # waits for the process that builds it
        if not built.exists():
            with tempfile.TemporaryDirectory(dir=shelf) as begun:
                made = Path(begun, "made")
                _build_in(made, jdk)
                made.rename(built)
    return jdk, built


def _build_in(folder: Path, jdk: Path) -> None:
    lib, classes = folder / "lib", folder / "classes"
    classes.mkdir(parents=True)
    copy = "org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies"
    _run("mvn", "-q", "-B", "-f", RECIPE / "pom.xml", copy, f"-DoutputDirectory={lib}", "-DincludeScope=runtime")
    _run(jdk / "bin" / "javac", "-cp", f"{lib}/*", "-d", classes, RECIPE / "ClusterNode.java")


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode != 0:
        raise ClusterAbsent(f"{Path(command[0]).name}: {(done.stdout + done.stderr)[-2000:]}")


def free_ports(number: int) -> list[int]:
    """Return ports nobody listens on, below those that the system gives to connections of its own."""
    chosen: list[int] = []
    while len(chosen) < number:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in chosen:
            chosen.append(port)
    return chosen


@dataclass
class ClusterNode:
    """One node: may be started, killed, frozen and started again over the same data."""

    name: str
    port: int
    transport_port: int
    home: Path
    command: Sequence[str | Path]
    process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.home / "node.log"

    @property
    def pid(self) -> int:
        """The number of its process; 0 if it has none."""
        return self.process.pid if self.process else 0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, cwd=self.home, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it without a word, as a machine without current does; its data stay."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self._end(signal.SIGTERM)

    def _end(self, by: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(by)
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:  # frozen, or its disk is
            self.process.kill()
            self.process.wait()
        self.process = None

    def ask(self, path: str, *, seconds: float = 5) -> Any:
        """Return what the node answers, read as JSON; None if it does not, or refuses."""
        try:
            with LOCAL.open(self.host + path, timeout=seconds) as answer:
                return json.load(answer)
        except (OSError, ValueError):
            return None


@dataclass
class ClusterNodes:
    """A cluster of so many nodes: a context manager, in which it answers.

    `port` is the first node's, the others' follow; 0: any. `settings` go to all nodes, `of_node` to those named n1, n2 … besides.
    `keep` leaves data and logs in `folder`. `java` are further options of the Java machine; its `collector` of garbage is a small one, which leaves
    garbage lie until it has no room: too long for a node that works for hours, for the server counts it as used and takes nothing more (LARGE is not so).
    """

    count: int = 1
    port: int = 0
    heap: str = "512m"
    folder: Path | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    of_node: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    java: Sequence[str] = ()
    collector: Sequence[str] = ("-XX:+UseSerialGC",)
    watched: int = field(default_factory=os.getpid)
    keep: bool = False
    nodes: list[ClusterNode] = field(default_factory=list)

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(node.host for node in self.nodes)

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes that run now."""
        return tuple(node.pid for node in self.nodes if node.pid)

    def __enter__(self) -> ClusterNodes:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start the nodes and wait until all have found each other. Raises ClusterAbsent, or RuntimeError with what a node said last."""
        jdk, built = build()
        if self.folder is None:
            self.folder = Path(tempfile.mkdtemp(prefix="lucbao-cluster-"))
        self.folder = self.folder.resolve()  # nodes run in folders of their own
        self.folder.mkdir(parents=True, exist_ok=True)
        self.nodes = self._planned(jdk, built)
        try:
            for node in self.nodes:
                node.start()
            self.wait()
        except BaseException:
            self.stop()
            raise

    def _planned(self, jdk: Path, built: Path) -> list[ClusterNode]:
        ports = list(range(self.port, self.port + self.count)) if self.port else free_ports(self.count)
        transports = free_ports(self.count)
        names = [f"n{number + 1}" for number in range(self.count)]
        together: dict[str, Any] = (
            {"discovery.type": "single-node"}
            if self.count == 1
            else {
                "discovery.seed_hosts": [f"127.0.0.1:{port}" for port in transports],
                "cluster.initial_cluster_manager_nodes": names,
            }
        )
        return [
            self._node(name, port, transport, together, jdk, built)
            for name, port, transport in zip(names, ports, transports, strict=True)
        ]

    def _node(self, name: str, port: int, transport: int, together: Mapping[str, Any], jdk: Path, built: Path) -> ClusterNode:
        assert self.folder is not None
        home = self.folder / name
        for inner in ("config", "tmp"):
            (home / inner).mkdir(parents=True, exist_ok=True)
        settings = {
            "cluster.name": "lucbao-test",
            "node.name": name,
            "network.host": "127.0.0.1",
            "http.port": port,
            "transport.port": transport,
            "cluster.routing.allocation.disk.threshold_enabled": False,  # how full this disk is is not the test's matter
            **together,
            **self.settings,
            **self.of_node.get(name, {}),
        }
        (home / "config" / "opensearch.yml").write_text(json.dumps(settings, indent=1), encoding="utf-8")
        options = ["-Xms128m", f"-Xmx{self.heap}", *self.collector, "-XX:-UsePerfData", *self.java]
        opened = ["--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"]
        places = [f"-Djava.io.tmpdir={home / 'tmp'}", f"-Dlog4j2.configurationFile={RECIPE / 'log4j2.properties'}"]
        program = ["-cp", f"{built / 'classes'}{os.pathsep}{built / 'lib'}/*", "ClusterNode", home]
        life = [str(self.watched), "keep" if self.keep else "remove"]
        return ClusterNode(name, port, transport, home, [jdk / "bin" / "java", *options, *opened, *places, *program, *life])

    def wait(self, status: str = "yellow", *, count: int | None = None, seconds: float = SECONDS_TO_START) -> None:
        """Wait until the cluster has so many nodes (all, unless said) and is green, or yellow at least. Raises RuntimeError."""
        path = f"/_cluster/health?wait_for_status={status}&wait_for_nodes=%3E%3D{count or self.count}&timeout=2s"
        until = time.monotonic() + seconds
        while True:
            for node in self.nodes:
                if node.process is not None and node.process.poll() is not None:
                    raise RuntimeError(f"the node {node.name} ended: {self._last_words(node)}")
                answer = node.ask(path) if node.pid else None
                if answer is not None and not answer["timed_out"]:
                    return
            if time.monotonic() > until:
                raise RuntimeError(f"the cluster did not come up: {self._last_words(self.nodes[0])}")
            time.sleep(0.2)

    def _last_words(self, node: ClusterNode) -> str:
        return node.log.read_text(encoding="utf-8", errors="replace")[-3000:] if node.log.exists() else "it was told to"

    def stop(self) -> None:
        """End the nodes that were started here, and remove what they leave."""
        for node in self.nodes:
            if node.process is not None:
                node.process.send_signal(signal.SIGCONT)
                node.process.terminate()
        for node in self.nodes:
            node.stop()
        if self.folder is not None and not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)


def _settings(pairs: Sequence[str]) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in pairs)


def main() -> int:
    """Run nodes until this process is told to end."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=1)
    parser.add_argument("--port", type=int, default=0, help="the first node's; the others' follow")
    parser.add_argument("--heap", default="512m")
    parser.add_argument("--folder", type=Path, help="where data and logs are kept afterwards, too; without: nowhere")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of all nodes")
    options = parser.parse_args()

    def end(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    nodes = ClusterNodes(
        options.count,
        options.port,
        options.heap,
        options.folder,
        _settings(options.set),
        collector=LARGE,
        keep=options.folder is not None,
    )
    try:
        with nodes:
            print(",".join(nodes.hosts), flush=True)
            print("pids", *nodes.pids, file=sys.stderr, flush=True)
            while True:
                time.sleep(3600)
    except ClusterAbsent as absent:
        print(absent, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    raise SystemExit(main())
