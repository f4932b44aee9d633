"""A cluster of three nodes that is searched, and indexed, while nodes die, hang, are cut off or have no room -> whatever is answered wrongly or lost.

What must hold: every answer is one that the embedded engine gives of a commit of that moment (cluster_load.Truth); there is none only while too few
nodes are there, and for GRACE seconds after something happened to one (those after a run of `lucbao index` was killed just as its commit came into
sight are counted once more by themselves: `killed`); afterwards, with no hands put on, all copies become well again, `lucbao index`
ends well, and the index has every article of the archive once, as it would be indexed now. Hands are put on only where the server is known to need them
(`restart_stuck`), which is told as a figure of its own.

Every attempt meets the same cluster as it was left by the one before. Every second attempt writes, too: revises, withdraws and adds articles, and
kills some of the runs of `lucbao index`.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import archive_maker
import full_disks
from archive_maker import identity
from cluster_load import Load, Question, Truth, difference, questions, wait_until
from cluster_nodes import LOCAL, ClusterAbsent, ClusterNode, ClusterNodes, build, free_ports
from lucbao_process import Outcome, finish, kill, run, serving, start
from tally import Plan, Tally, read_plan
from transport_relay import Transport

from corpus.archive import ARCHIVE_FILE, Archive
from index.cluster.connection import Cluster
from index.cluster.errors import ClusterUnavailable
from index.cluster.setting import ClusterSettings
from index.cluster.verification import check_cluster
from index.cluster.writer import update_cluster
from searcher.opening import Opening

ARTICLES = 200
USERS = 20
REST = 12.0
"""Seconds between the questions of a user, on average: as many as two busy processors bear."""
GRACE = 5.0
"""Seconds after something happened to a node, or after there are enough again, in which there may be no answer."""
LONGEST = 30.0
"""Seconds that a question may take in all."""
RECOMMENDED = {"cluster.publish.timeout": "5s", "cluster.follower_lag.timeout": "10s"}
"""What docs/cluster.md recommends for the nodes."""
_DISK = 256 << 20
_WELL = 400.0  # seconds
_STUCK = 60_000  # milliseconds
_INDEX = 600.0


@dataclass
class Report:
    """What came of one fault."""

    tried: int = 0
    survived: int = 0
    answers: int = 0
    errors: int = 0
    errors_without_quorum: int = 0
    errors_of_killed: int = 0
    longest: float = 0.0
    back: float = 0.0
    stuck: int = 0


@dataclass
class Ground:
    """A cluster, its archive, and what is known of both."""

    folder: Path
    nodes: ClusterNodes
    transport: Transport
    has_disks: bool
    shards: int
    seed: int
    versions: dict[int, int | None] = field(default_factory=dict)
    latest: dict[int, int] = field(default_factory=dict)
    moments: list[tuple[float, float]] = field(default_factory=list)
    outages: list[tuple[float, float]] = field(default_factory=list)
    killed: list[tuple[float, float]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    is_written: bool = False

    def __post_init__(self) -> None:
        self.home = self.folder / "kho"
        self.home.mkdir()
        self.environment = {
            "LUCBAO_ENGINE": "opensearch",
            "LUCBAO_CLUSTER": ",".join(self.nodes.hosts),
            "LUCBAO_CLUSTER_SHARDS": str(self.shards),
            "LUCBAO_CLUSTER_REPLICAS": "1",
        }
        settings = ClusterSettings.from_environment(self.environment)
        assert settings is not None
        self.cluster = Cluster(settings)
        self.change([(number, 0) for number in range(ARTICLES)])
        self.truth = Truth(self.home, self.folder / "dung")
        self.truth.announce()
        if wrong := self.index():
            raise RuntimeError(wrong)
        self.truth.settle()
        self.engine = Opening(self.environment).open(self.home, time_limit=LONGEST)

    def change(self, versions: list[tuple[int, int]], gone: list[int] | None = None) -> None:
        """Put versions of articles into the archive and take others out."""
        lines = archive_maker.write_lines(self.folder / "moi.jsonl", self.seed, versions)
        archive_maker.load(self.home, lines)
        self.versions.update(versions)
        self.latest.update(versions)
        if gone:
            with Archive.open(self.home / ARCHIVE_FILE) as archive:
                for number in gone:
                    archive.withdraw(identity(number))
                    self.versions[number] = None

    def change_some(self, chance: random.Random) -> None:
        """Revise articles, some of which were withdrawn, withdraw others, and add new ones."""
        numbers = chance.sample(range(len(self.latest)), 30)
        new = range(len(self.latest), len(self.latest) + 5)
        there = [number for number, version in self.versions.items() if version is not None and number not in numbers]
        revised = [(number, self.latest[number] + 1) for number in numbers]
        self.change([*revised, *((number, 0) for number in new)], chance.sample(there, 5))

    def index(self) -> str:
        """Bring the cluster up to the archive; return what is wrong, "" if nothing is."""
        return _told(run(self.home, "index", more=self.environment, within=_INDEX))

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Note that something is done to a node: no answer is allowed while it is, and for GRACE seconds after."""
        began = time.monotonic()
        self.moments.append((began, float("inf")))
        yield
        self.moments[-1] = (began, time.monotonic() + GRACE)

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Note that too few nodes are there for an answer: from now until every part of the index has a copy again after the block, and GRACE seconds."""
        began = time.monotonic()
        self.outages.append((began, float("inf")))
        yield
        wait_until(lambda: (self.ask("/_cluster/health/lucbao?timeout=1s") or {}).get("status") in ("yellow", "green"), _WELL)
        self.outages[-1] = (began, time.monotonic() + GRACE)

    def start(self, node: ClusterNode) -> None:
        """Start a node, as an operator would."""
        node.start()
        self.transport.ask(f"pid {node.name} {node.pid}")

    def ask(self, path: str) -> Any:
        """Return what any node answers; None if none does."""
        return next((answer for node in self.nodes.nodes if node.pid and (answer := node.ask(path)) is not None), None)

    def manager(self) -> ClusterNode:
        """Return the node that the others have elected."""
        found = self.ask("/_cat/cluster_manager?format=json")
        name = found[0]["node"] if found else "n1"
        return next(node for node in self.nodes.nodes if node.name == name)

    def is_well(self) -> bool:
        """Say whether all nodes are there and all copies are whole."""
        health = self.ask("/_cluster/health?timeout=1s")
        return health is not None and health["status"] == "green" and health["number_of_nodes"] == self.nodes.count

    def has_all_parts(self, node: ClusterNode) -> bool:
        """Say whether a node has a copy of every part of the index: it then answers by itself."""
        copies = self.ask("/_cat/shards/lucbao?format=json") or []
        parts, own = (
            {copy["shard"] for copy in some} for some in (copies, [copy for copy in copies if copy["node"] == node.name])
        )
        return parts == own

    def restart_stuck(self) -> bool:
        """Restart a node that was made first for a part and never began to be (a fault of the server, OpenSearch #21692): nothing else ends that.

        It may have the only copy of a part that is whole: there is no answer until it is back.
        """
        for recovery in self.ask("/_cat/recovery/lucbao?active_only=true&format=json&time=ms") or []:
            if recovery["stage"] == "init" and int(recovery["time"].removesuffix("ms")) > _STUCK:
                node = next(each for each in self.nodes.nodes if each.name == recovery["source_node"])
                with self.outage():
                    node.kill()
                    self.start(node)
                return True
        return False

    def has_block(self) -> bool:
        """Say whether the index may not be written."""
        found = self.ask("/lucbao/_settings/index.blocks.*")
        return "read_only_allow_delete" in json.dumps(found)

    def disk(self, node: ClusterNode) -> Path:
        """Return where a node has its disk."""
        return self.folder / "dia" / node.name

    def live(self) -> int:
        """Return how many articles are to be found."""
        return sum(version is not None for version in self.versions.values())


Strike = Callable[[Ground, random.Random], None]


def nothing(ground: Ground, chance: random.Random) -> None:
    """Do nothing: what happens all the same is the machine's."""
    time.sleep(20)


def kill_one(ground: Ground, chance: random.Random) -> None:
    """Kill a node that is not the manager, and start it again."""
    manager = ground.manager()
    _kill(ground, chance.choice([node for node in ground.nodes.nodes if node is not manager]), chance)


def kill_manager(ground: Ground, chance: random.Random) -> None:
    """Kill the elected manager, and start it again."""
    _kill(ground, ground.manager(), chance)


def _kill(ground: Ground, node: ClusterNode, chance: random.Random) -> None:
    with ground.moment():
        node.kill()
    time.sleep(chance.uniform(5, 25))
    with ground.moment():
        ground.start(node)
    wait_until(lambda: (ground.ask("/_cluster/health") or {}).get("number_of_nodes") == ground.nodes.count, _WELL)
    with ground.moment():  # it has joined, and its copies come back
        pass


def stop_two(ground: Ground, chance: random.Random) -> None:
    """Take two nodes away at once, so that the third may decide nothing, and bring them back; see what the server shows meanwhile."""
    two = chance.sample(ground.nodes.nodes, 2)
    third = next(node for node in ground.nodes.nodes if node not in two)
    has_all = ground.has_all_parts(third)
    with serving(ground.home, ground.folder / "serve.txt", more=ground.environment) as server:
        with ground.outage():
            threads = [threading.Thread(target=chance.choice([node.kill, node.stop])) for node in two]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            time.sleep(10)
            for path in ("/tim-kiem?q=thanh", "/api/v1/search?q=thanh", "/readyz"):
                if has_all:
                    if (status := _status(f"{server.origin}{path}")) != 200:
                        ground.troubles.append(f"{path}: {status}, though {third.name} has every part of the index")
                else:
                    ground.troubles += _shown_away(f"{server.origin}{path}")
            time.sleep(chance.uniform(0, 10))
            for node in two:
                ground.start(node)
        shown: list[int] = []
        if not wait_until(lambda: shown.append(_status(f"{server.origin}/tim-kiem?q=thanh")) or shown[-1] == 200, 60):  # type: ignore[func-returns-value]
            ground.troubles.append(f"the server does not answer again: {shown[-1]}")
        if "Traceback" in server.said():
            ground.troubles.append(f"the server said {server.said()[-1500:]}")


def cut_off_one(ground: Ground, chance: random.Random) -> None:
    """Let nothing through between one node and the others, in both directions, and heal it."""
    manager = ground.manager()
    _cut(ground, chance.choice([node for node in ground.nodes.nodes if node is not manager]), chance)


def cut_off_manager(ground: Ground, chance: random.Random) -> None:
    """The same with the elected manager."""
    _cut(ground, ground.manager(), chance)


def _cut(ground: Ground, node: ClusterNode, chance: random.Random) -> None:
    with ground.moment():
        ground.transport.ask(f"cut {node.name}")
    time.sleep(chance.uniform(15, 60))
    with ground.moment():
        ground.transport.ask("heal")


def freeze_one(ground: Ground, chance: random.Random) -> None:
    """Stop the processor of a node for a while."""
    node = chance.choice(ground.nodes.nodes)
    with ground.moment():
        node.freeze()
    time.sleep(chance.uniform(10, 40))
    with ground.moment():
        node.thaw()


def fill_disks(ground: Ground, chance: random.Random) -> None:
    """Fill all disks but for a little, so that the index may not be written; `lucbao index` says so, or waits; make room."""
    with _filled(ground, ground.nodes.nodes, 0.97):
        if not wait_until(ground.has_block, 90):
            ground.troubles.append("the index was not made read-only")
        if not ground.is_written:
            _index_without_room(ground, chance)
        time.sleep(chance.uniform(10, 30))
    if not wait_until(lambda: not ground.has_block(), 120):
        ground.troubles.append("the index is still read-only")


def _index_without_room(ground: Ground, chance: random.Random) -> None:
    ground.change_some(chance)
    ground.truth.announce()
    try:
        update_cluster(ground.home / ARCHIVE_FILE, ground.cluster, processes=1, patience=10)
        ground.troubles.append("there is no room, but indexing said nothing")
    except ClusterUnavailable as error:
        if error.reason.code != "cluster_full":
            ground.troubles.append(f"there is no room, but indexing said {error.reason.code}")


def fill_one_disk(ground: Ground, chance: random.Random) -> None:
    """Fill the disk of one node to the last byte, and make room."""
    with _filled(ground, [chance.choice(ground.nodes.nodes)], 1.0):
        time.sleep(chance.uniform(15, 60))


@contextmanager
def _filled(ground: Ground, nodes: list[ClusterNode], share: float) -> Iterator[None]:
    fillers = [ground.disk(node) / "day" for node in nodes]
    with ground.moment():
        for filler in fillers:
            _fill(filler, share)
    try:
        yield
    finally:
        with ground.moment():
            for filler in fillers:
                filler.unlink()


def _fill(filler: Path, share: float) -> None:
    room = os.statvfs(filler.parent)
    left = int((room.f_bfree - (1 - share) * room.f_blocks) * room.f_frsize)
    try:
        with filler.open("wb") as file:
            for start in range(0, left, 1 << 20):
                file.write(bytes(min(1 << 20, left - start)))
    except OSError:
        assert share == 1.0


@dataclass(frozen=True)
class Fault:
    """What is done to a cluster."""

    name: str
    strike: Strike
    needs_disks: bool = False


FAULTS = (
    Fault("nothing", nothing),
    Fault("a node killed", kill_one),
    Fault("the manager killed", kill_manager),
    Fault("two nodes stopped", stop_two),
    Fault("a node cut off", cut_off_one),
    Fault("the manager cut off", cut_off_manager),
    Fault("a node frozen", freeze_one),
    Fault("all disks full", fill_disks, needs_disks=True),
    Fault("a disk full to the last byte", fill_one_disk, needs_disks=True),
)


class Writer(threading.Thread):
    """Changes the archive and brings the cluster up to it, again and again; some runs are killed."""

    def __init__(self, ground: Ground, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self._ground = ground
        self._chance = chance
        self.ended = threading.Event()
        self.runs = self.kills = 0

    def run(self) -> None:
        """Go round until told to end."""
        ground = self._ground
        while not self.ended.is_set():
            ground.change_some(self._chance)
            ground.truth.announce()
            process = start(ground.home, "index", more=ground.environment)
            is_killed = self._chance.random() < 0.4
            if is_killed:
                self.ended.wait(self._chance.uniform(1, 12))
                kill(process)
            outcome = finish(process, within=_INDEX)
            self.runs += 1
            self.kills += is_killed
            if is_killed and outcome.code < 0:
                ground.killed.append((time.monotonic(), float("inf")))
                continue
            if wrong := _told(outcome):
                ground.troubles.append(wrong)
                return
            ground.killed = [(began, min(over, time.monotonic() + GRACE)) for began, over in ground.killed]
            ground.truth.settle()


def _told(outcome: Outcome) -> str:
    return f"lucbao index: {outcome}" if outcome.code or outcome.crashed else ""


def _status(url: str) -> int:
    return _get(url)[0]


def _get(url: str) -> tuple[int, str, str]:
    try:
        with LOCAL.open(url, timeout=60) as answer:
            return answer.status, answer.headers.get("Content-Type", ""), answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get("Content-Type", ""), error.read().decode()
    except OSError as error:
        return 0, "", str(error)


def _shown_away(url: str) -> list[str]:
    """Return what is wrong with what the server shows while the cluster does not answer."""
    status, kind, body = _get(url)
    is_right = status == 503 and (kind.startswith("text/html") if "tim-kiem" in url else bool(body))
    if "/api/" in url:
        is_right = is_right and kind.startswith("application/json") and "error" in json.loads(body)
    return [] if is_right else [f"{url.rpartition('/')[2]}: {status} {kind} {body[:300]}"]


def attempt(ground: Ground, fault: Fault, chance: random.Random, report: Report, *, writes: bool) -> list[str]:
    """Strike once under load; return what is wrong."""
    ground.moments, ground.outages, ground.killed, ground.troubles = [], [], [], []
    titles = [line["title"] for line in archive_maker._sample_articles()]
    asked = questions(titles, chance, steady=not writes)
    for question in asked:
        ground.truth.newest(question)
    load = Load(ground.engine, ground.truth, asked, USERS, REST)
    writer = Writer(ground, chance) if writes else None
    ground.is_written = writes
    struck = time.monotonic()
    with load:
        time.sleep(3)
        if writer:
            writer.start()
            time.sleep(chance.uniform(0, 6))
        fault.strike(ground, chance)
        struck = time.monotonic()
        time.sleep(8)
        if writer:
            writer.ended.set()

        def is_over() -> bool:
            report.stuck += ground.restart_stuck()
            return not (writer and writer.is_alive()) and ground.is_well()

        is_well = wait_until(is_over, _WELL)
        if writer:
            writer.join(_INDEX + 60)
    report.back = max(report.back, time.monotonic() - struck)
    wrong = list(ground.troubles)
    if not is_well:
        wrong.append(
            f"not well after {_WELL:g} s: {ground.ask('/_cluster/allocation/explain') or ground.ask('/_cluster/health')}"
        )
    return wrong + _judged(ground, load, report) + _looked_over(ground, asked)


def _judged(ground: Ground, load: Load, report: Report) -> list[str]:
    """Take into the report how the load was answered; return what should not have been."""
    report.answers += sum(load.answered.values())
    report.longest = max(report.longest, load.longest)
    wrong = [f"wrong answer: {each.said[:600]}" for each in load.wrong[:5]]
    if len(load.wrong) > 5:
        wrong.append(f"{len(load.wrong)} wrong answers in all")
    late = []
    for each in load.errors:
        if any(began <= each.ended and each.began <= over for began, over in ground.outages):
            report.errors_without_quorum += 1
            continue
        if "cluster_lags" in each.said and any(began <= each.ended and each.began <= over for began, over in ground.killed):
            report.errors_of_killed += 1
        report.errors += 1
        if not any(began <= each.ended <= over for began, over in ground.moments):
            late.append(each)
    if late:
        first = ground.moments[0][0] if ground.moments else late[0].began
        said = "; ".join(f"{each.began - first:.1f} to {each.ended - first:.1f} s: {each.said[:120]}" for each in late[:4])
        moments = ", ".join(f"{began - first:.0f} to {over - first:.0f}" for began, over in ground.moments + ground.outages)
        wrong.append(f"{len(late)} of {len(load.errors)} errors at no moment when something was done ({moments} s): {said}")
    return wrong


def _looked_over(ground: Ground, asked: list[Question]) -> list[str]:
    """Return what is wrong with a cluster that was left to itself."""
    ground.truth.announce()
    if wrong := ground.index():
        return [wrong]
    ground.truth.settle()
    wrong = []
    with Archive.open(ground.home / ARCHIVE_FILE, read_only=True) as archive:
        wrong += [str(told) for told in check_cluster(ground.cluster, archive, sample=30)]
        changes = sorted((change.number, change.article_id) for change in archive.changes(0) if not change.withdrawn)
    if len(changes) != ground.live():
        wrong.append(f"the archive has {len(changes)} articles, by the model {ground.live()}")
    for preference in ("_primary", "_replica"):
        found = _everything(ground, preference)
        if found != changes:
            wrong.append(f"{preference} has {len(found)} articles, the archive {len(changes)}: {difference(found, changes)}")
    for question in asked:
        began = time.monotonic()
        try:
            answer = question.answer(ground.engine)
        except Exception as error:  # noqa: BLE001  to be told
            wrong.append(f"afterwards: {question}: {type(error).__name__} {error}")
            continue
        if not ground.truth.is_right(question, answer, began):
            wrong.append(f"afterwards: {question}: {difference(answer, ground.truth.newest(question))}")
    return wrong


def _everything(ground: Ground, preference: str) -> list[tuple[int, str]]:
    """Return (change, id) of all articles that the first copies of all parts have, or the second."""
    body = {"size": 10_000, "docvalue_fields": ["change", "id"], "_source": False, "query": {"match_all": {}}}
    host = next(node.host for node in ground.nodes.nodes if node.pid)
    request = urllib.request.Request(
        f"{host}/lucbao/_search?preference={preference}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with LOCAL.open(request, timeout=60) as answer:
        hits = json.load(answer)["hits"]["hits"]
    return sorted((int(hit["fields"]["change"][0]), str(hit["fields"]["id"][0])) for hit in hits)


@contextmanager
def cluster(folder: Path, seed: int) -> Iterator[Ground]:
    """Run a cluster of three nodes with an archive in it. Raises ClusterAbsent."""
    names = ("n1", "n2", "n3")
    ports = free_ports(6)
    relayed = {name: (ports[number], ports[number + 3]) for number, name in enumerate(names)}
    (folder / "dia").mkdir()
    has_disks = not full_disks.obstacle(folder / "dia")
    began = time.monotonic()
    with ExitStack() as stack:
        for name in names:
            (folder / "dia" / name).mkdir()
            if has_disks:
                stack.enter_context(full_disks.disk(folder / "dia" / name))
                full_disks.resize(folder / "dia" / name, _DISK)
        own = {
            name: {
                "transport.port": target,
                "transport.publish_port": listened,
                "path.data": str(folder / "dia" / name / "data"),
            }
            for name, (listened, target) in relayed.items()
        }
        settings = {
            "discovery.seed_hosts": [f"127.0.0.1:{listened}" for listened, _ in relayed.values()],
            "cluster.routing.allocation.disk.threshold_enabled": has_disks,
            "cluster.info.update.interval": "10s",
            **RECOMMENDED,
        }
        transport = stack.enter_context(Transport(relayed))
        nodes = ClusterNodes(3, folder=folder / "nut", settings=settings, of_node=own, keep=True)
        stack.callback(nodes.stop)
        nodes.start()
        print(f"up after {time.monotonic() - began:.0f} s", flush=True)
        for node in nodes.nodes:
            transport.ask(f"pid {node.name} {node.pid}")
        yield Ground(folder, nodes, transport, has_disks, 2 + seed % 2, seed)


def attack(plan: Plan, folder: Path) -> Tally:
    """Make the attempts in `folder`."""
    tally = Tally("cluster faults")
    try:
        build()
    except ClusterAbsent as absent:
        tally.skipped = f"no {absent}"
        return tally
    reports: dict[str, Report] = {}
    with cluster(folder, plan.seed) as ground:
        faults = [fault for fault in FAULTS if ground.has_disks or not fault.needs_disks]
        for number, chance in plan.attempts():
            fault, writes = faults[number // 2 % len(faults)], bool(number % 2)
            name = fault.name + (", indexing" if writes else "")
            report = reports.setdefault(name, Report())
            wrong = attempt(ground, fault, chance, report, writes=writes)
            tally.tried += 1
            report.tried += 1
            report.survived += not wrong
            if wrong:
                tally.fail(f"--seed {number}: {name}: " + "; ".join(wrong))
            print(f"{number} {name}: {report}", flush=True)
            if not ground.is_well():
                break
    print(table(reports), flush=True)
    return tally


def table(reports: dict[str, Report]) -> str:
    """Return the figures of each fault for reading."""
    lines = [
        f"{'':40}{'tried':>6}{'survived':>9}{'answers':>9}{'errors':>8}{'no quorum':>10}{'killed':>7}{'longest s':>10}{'well after s':>13}{'stuck':>6}"
    ]
    lines += [
        f"{name:40}{one.tried:>6}{one.survived:>9}{one.answers:>9}{one.errors:>8}{one.errors_without_quorum:>10}{one.errors_of_killed:>7}{one.longest:>10.1f}{one.back:>13.0f}{one.stuck:>6}"
        for name, one in reports.items()
    ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Strike and look."""
    plan = read_plan(__doc__, tries=18, arguments=arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    folder = Path(tempfile.mkdtemp(prefix="lucbao-cluster-faults-"))
    try:
        return attack(plan, folder).close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
