"""index.cluster.writer and what stands beside it: the cluster keeps up with the archive, whatever interrupts it, and is told apart where it does not."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import random_article

import lucbao
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.paper_file import SOURCES_FILE, load_papers
from corpus.article import Article, Block
from index.cluster import packing, writer
from index.cluster.building import build
from index.cluster.bulk import Sending, send
from index.cluster.channel import Channel
from index.cluster.commit import Commit
from index.cluster.connection import Cluster
from index.cluster.copies import Found
from index.cluster.diagnosis import Diagnosis, diagnose
from index.cluster.errors import ArchiveForeign, ClusterUnavailable, RequestMalformed
from index.cluster.hold import Hold, fences, folder_lock, leases
from index.cluster.host import Trouble
from index.cluster.setting import ClusterSettings
from index.cluster.standing import Standing, numbered, standing
from index.cluster.verification import check_cluster
from index.cluster.writer import update_cluster
from index.errors import IndexBusy
from index.likeness import alike, components
from index.report import IndexReport

pytestmark = pytest.mark.cluster
SECONDS = 20.0


@pytest.fixture
def cluster(cluster_hosts: tuple[str, ...]) -> Iterator[Cluster]:
    """A cluster with an alias that nobody else has."""
    found = Cluster(ClusterSettings(hosts=cluster_hosts, index=f"t{uuid.uuid4().hex[:12]}"))
    yield found
    found.client.indices.delete(index=f"{found.settings.index}-*")
    found.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / ARCHIVE_FILE, create=True):
        pass
    return tmp_path


def articles(count: int, seed: int = 1) -> list[Article]:
    chance = random.Random(seed)
    return [random_article(chance, number) for number in range(count)]


def story(number: int, text: str, title: str = "tin") -> Article:
    return Article(title, (Block("paragraph", text),), url=f"https://bao.example/s{number}")


def long_text(chance: random.Random, like: str = "") -> str:
    """Return a text of 120 syllables, by chance or like another but for so many that it may be a copy or not."""
    syllables = like.split() or [f"{chance.choice('bcdghklm')}a{chance.randrange(1000)}" for _ in range(120)]
    for place in chance.sample(range(120), chance.choice((0, 1, 2, 4, 6, 20)) if like else 0):
        syllables[place] = f"x{chance.randrange(1000)}"
    return " ".join(syllables)


def add(home: Path, *every: Article) -> None:
    with Archive.open(home / ARCHIVE_FILE) as archive, archive.batch():
        for article in every:
            archive.add(article)


def withdraw(home: Path, *every: Article) -> None:
    with Archive.open(home / ARCHIVE_FILE) as archive, archive.batch():
        for article in every:
            archive.withdraw(article.id)


def run(home: Path, cluster: Cluster, **options: Any) -> IndexReport:
    return update_cluster(home / ARCHIVE_FILE, cluster, **{"processes": 1, **options})


def there(cluster: Cluster) -> Standing:
    found = standing(Channel(cluster))
    assert found is not None
    return found


def hits(cluster: Cluster, *fields: str, **body: Any) -> dict[str, dict[str, Any]]:
    """Return article id -> the values of fields of each document that is found."""
    asked = {"size": 10_000, "docvalue_fields": [*fields], "track_total_hits": True, **body}
    answer = cluster.search(asked, time_limit=SECONDS)
    assert answer["hits"]["total"]["value"] == len(answer["hits"]["hits"])
    return {hit["_id"]: hit.get("fields", {}) for hit in answer["hits"]["hits"]}


def ids(home: Path) -> set[str]:
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        return set(archive.ids())


def problems(home: Path, cluster: Cluster) -> list[str]:
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        return [problem.in_words("en") for problem in check_cluster(cluster, archive)]


def diagnosis(home: Path, cluster: Cluster) -> Diagnosis:
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        return diagnose(cluster, archive)


def codes(found: Diagnosis) -> list[str]:
    return [trouble.code for trouble in found.troubles]


def groups(cluster: Cluster) -> dict[str, str]:
    return {id: fields["group"][0] for id, fields in hits(cluster, "group").items() if "group" in fields}


def expected_groups(cluster: Cluster) -> dict[str, str]:
    """Return the groups of what is found, worked out from all signatures at once."""
    import numpy as np

    members = [*Found(Channel(cluster).search, there(cluster).index).matching({"match_all": {}})]
    if not members:
        return {}
    lowest = components(alike(np.array([list(member.signature) for member in members], np.uint8)), len(members))
    named: dict[int, list[str]] = {}
    for member, low in zip(members, lowest.tolist(), strict=True):
        named.setdefault(low, []).append(member.id)
    return {id: min(linked) for linked in named.values() if len(linked) > 1 for id in linked}


# Keeping up


def test_updates_and_withdrawals_reach_the_cluster(home: Path, cluster: Cluster) -> None:
    first = articles(30)
    add(home, *first)
    assert run(home, cluster) == IndexReport(30, 0, 1)
    assert set(hits(cluster)) == ids(home)
    changed = replace(first[4], title="tiêu đề đã sửa")
    add(home, changed)
    withdraw(home, first[7])
    report = run(home, cluster)
    assert (report.indexed, report.removed) == (1, 1)
    found = hits(cluster, query={"match_phrase": {"title": {"query": "tiêu đề đã sửa", "analyzer": "words"}}})
    assert set(found) == {changed.id}
    assert set(hits(cluster)) == ids(home) == {article.id for article in first} - {first[7].id}
    assert problems(home, cluster) == []
    before = cluster.meta()
    assert run(home, cluster).indexed == 0
    assert cluster.meta() == before
    add(home, first[7])
    withdraw(home, first[8])
    add(home, replace(first[7], title="trở lại"))
    run(home, cluster)
    assert problems(home, cluster) == []
    assert first[7].id in hits(cluster)
    assert diagnosis(home, cluster).troubles == []


def test_an_empty_archive_is_indexed(home: Path, cluster: Cluster) -> None:
    assert run(home, cluster).indexed == 0
    assert hits(cluster) == {}
    assert problems(home, cluster) == []


@pytest.mark.slow
def test_batches_and_processes_make_no_difference(home: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "BATCH", 25)
    monkeypatch.setattr(writer, "BATCHES_A_COMMIT", 2)
    monkeypatch.setattr(packing, "_CATCHING_UP", 0.0)
    monkeypatch.setattr(packing, "_PAUSE", 0.1)
    add(home, *articles(130))
    shown: list[tuple[int, int]] = []
    assert run(home, cluster, processes=2, progress=lambda done, total: shown.append((done, total))) == IndexReport(130, 0, 1)
    assert [copy["num_search_segments"] for copy in copies(cluster)] == [1]
    assert shown[0] == (0, 130)
    assert shown[-1] == (130, 130)
    assert problems(home, cluster) == []
    assert cluster.meta()["begun"] is None


def copies(cluster: Cluster) -> list[dict[str, Any]]:
    """Return what is said of the segments of each copy of the index."""
    found = cluster.client.indices.segments(index=cluster.settings.index)["indices"]
    return [copy for index in found.values() for shard in index["shards"].values() for copy in shard]


def test_papers_that_are_called_otherwise(home: Path, cluster: Cluster) -> None:
    add(home, *articles(20))
    run(home, cluster)
    (home / SOURCES_FILE).write_text('[[source]]\nname = "Báo Mới"\nother_names = ["Báo Một"]\n', encoding="utf-8")
    report = run(home, cluster)
    assert report.renamed > 0
    assert report.indexed == 0
    sources = {value for fields in hits(cluster, "source_label").values() for value in fields.get("source_label", [])}
    assert "báo mới\tBáo Mới" in sources
    assert "báo một\tBáo Một" not in sources
    assert problems(home, cluster) == []


def test_a_book_is_an_article(home: Path, cluster: Cluster) -> None:
    chance = random.Random(1)
    text = " ".join(chance.choice(("đất", "đai", "57/2022/NĐ-CP", "bão")) for _ in range(60_000))
    add(home, story(1, text), *articles(3))
    run(home, cluster)
    assert problems(home, cluster) == []


# Groups of copies


@pytest.mark.parametrize("seed", [1, 2])
def test_groups_follow_what_changes(seed: int, home: Path, cluster: Cluster) -> None:
    chance = random.Random(seed)
    known = [long_text(chance) for _ in range(2)]
    seen = 0
    for _ in range(6):
        for _ in range(8):
            one = story(chance.randrange(25), long_text(chance, chance.choice(known)))
            if chance.random() < 0.25:
                withdraw(home, one)
            else:
                add(home, one)
        run(home, cluster)
        assert groups(cluster) == expected_groups(cluster)
        seen += len(groups(cluster))
    assert seen > 20
    assert problems(home, cluster) == []


# Whatever interrupts it

_INDEXING = """
import sys
from pathlib import Path
from index.cluster import writer
from index.cluster.connection import Cluster
from index.cluster.setting import ClusterSettings
writer.BATCH, writer.BATCHES_A_COMMIT = 10, 2
cluster = Cluster(ClusterSettings(hosts=tuple(sys.argv[2].split(",")), index=sys.argv[3]))
writer.update_cluster(Path(sys.argv[1]), cluster, processes=1, progress=lambda done, total: print(done, flush=True))
"""


@pytest.mark.crash
@pytest.mark.slow
def test_kill_at_any_moment_loses_nothing_and_doubles_nothing(home: Path, cluster: Cluster) -> None:
    chance = random.Random(7)
    known = [long_text(chance) for _ in range(3)]
    killed = 0
    root = Path(lucbao.__file__).parent
    for _ in range(8):
        for _ in range(40):
            one = story(chance.randrange(150), long_text(chance, chance.choice(known)), title=f"tin {chance.randrange(3)}")
            if chance.random() < 0.2:
                withdraw(home, one)
            else:
                add(home, one)
        command = [
            sys.executable,
            "-c",
            _INDEXING,
            str(home / ARCHIVE_FILE),
            ",".join(cluster.settings.hosts),
            cluster.settings.index,
        ]
        process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(chance.randint(1, 4)):
            process.stdout.readline()
        time.sleep(chance.random() * 0.2)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        assert [problem for problem in problems(home, cluster) if "missing" in problem or "differ" in problem] == []
    assert killed >= 4
    run(home, cluster)
    assert set(hits(cluster)) == ids(home)
    assert problems(home, cluster) == []
    assert groups(cluster) == expected_groups(cluster)
    assert len(groups(cluster)) > 10
    assert diagnosis(home, cluster).troubles == []


def test_a_late_try_of_an_older_version_does_nothing(home: Path, cluster: Cluster) -> None:
    first = story(1, "bản cũ")
    add(home, first)
    run(home, cluster)
    channel, index = Channel(cluster), there(cluster).index
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        (old,) = build(archive, [1], load_papers(home, archive))
    fence = fences(there(cluster).aliases)[0]
    add(home, story(1, "bản mới"), story(2, "tin khác"))
    run(home, cluster)
    fence = fences(there(cluster).aliases)[0]
    for writing in (1, 1 << 20):
        send(channel, index, fence, [old.sending(writing, "")], writing)
        send(channel, index, fence, [Sending(first.id, 1, None)], writing)
    channel.refresh(index)
    assert problems(home, cluster) == []
    withdraw(home, first)
    run(home, cluster)
    fence = fences(there(cluster).aliases)[0]
    for change in (1, 2):
        send(channel, index, fence, [replace(old, change=change).sending(5, "")], 5)
    channel.refresh(index)
    assert first.id not in hits(cluster)
    assert problems(home, cluster) == []


def test_what_a_killed_run_sent_of_an_archive_that_is_no_more_is_not_kept(
    home: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(home, *articles(5))
    run(home, cluster)
    copy = home / "copy"
    shutil.copy(home / ARCHIVE_FILE, copy)
    add(home, story(1, "sẽ mất"))
    monkeypatch.setattr(writer._Run, "_commit", breaking_off)
    with pytest.raises(KeyboardInterrupt):
        run(home, cluster)
    monkeypatch.undo()
    shutil.copy(copy, home / ARCHIVE_FILE)
    for path in home.glob(f"{ARCHIVE_FILE}-*"):
        path.unlink()
    assert codes(diagnosis(home, cluster)) == ["cluster_of_another"]
    with pytest.raises(ArchiveForeign):
        run(home, cluster)
    assert run(home, cluster, rebuild=True).rebuilt is not None
    assert set(hits(cluster)) == ids(home)
    assert problems(home, cluster) == []


def breaking_off(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_a_run_that_breaks_off_is_gone_on_with(home: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    text = long_text(random.Random(1))
    add(home, story(1, text), story(2, text))
    run(home, cluster)
    add(home, story(3, text))
    withdraw(home, story(1, text))
    monkeypatch.setattr(writer._Run, "_commit", breaking_off)
    with pytest.raises(KeyboardInterrupt):
        run(home, cluster)
    monkeypatch.undo()
    assert cluster.meta()["begun"]
    assert codes(diagnosis(home, cluster)) == ["doctor_killed", "doctor_lag"]
    run(home, cluster)
    assert problems(home, cluster) == []
    assert groups(cluster) == expected_groups(cluster)
    assert len(groups(cluster)) == 2


# Built anew


def test_rebuilt_under_readers(home: Path, cluster: Cluster) -> None:
    add(home, *articles(60))
    run(home, cluster)
    before = there(cluster).index
    ended, seen, wrong = threading.Event(), 0, []

    def read() -> None:
        nonlocal seen
        while not ended.is_set():
            try:
                found = cluster.search({"size": 0, "track_total_hits": True}, time_limit=SECONDS)["hits"]["total"]["value"]
            except ClusterUnavailable as error:
                found = error
            seen += 1
            if found != 60:
                wrong.append(found)

    pit = cluster.open_pit()
    reader = threading.Thread(target=read)
    reader.start()
    rebuilding = threading.Thread(target=lambda: run(home, cluster, rebuild=True))
    rebuilding.start()
    while there(cluster).index == before:
        time.sleep(0.05)
    body = {"size": 0, "track_total_hits": True, "pit": {"id": pit}}
    assert cluster.search(body, time_limit=SECONDS)["hits"]["total"]["value"] == 60
    cluster.close_pit(pit)
    rebuilding.join()
    ended.set()
    reader.join()
    assert seen > 3
    assert wrong == []
    assert numbered(Channel(cluster)) == [there(cluster).index]
    assert cluster.meta()["generation"] == 4
    assert problems(home, cluster) == []


def test_another_analysis_and_another_archive(home: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    add(home, *articles(3))
    run(home, cluster)
    monkeypatch.setattr("index.cluster.commit.VERSION", "0/x")
    put(cluster, replace(commit(cluster), version="0/x"))
    monkeypatch.undo()
    assert codes(diagnosis(home, cluster)) == ["cluster_outdated"]
    assert len(problems(home, cluster)) == 1
    report = run(home, cluster)
    assert report.rebuilt is not None
    assert report.rebuilt.code == "other_analysis"
    other = home / "khac"
    other.mkdir()
    with Archive.open(other / ARCHIVE_FILE, create=True):
        pass
    add(other, *articles(4, seed=2))
    with pytest.raises(ArchiveForeign):
        run(other, cluster)
    assert set(hits(cluster)) == ids(home)
    report = run(other, cluster, rebuild=True)
    assert report.rebuilt is not None
    assert report.rebuilt.code == "other_archive"
    assert set(hits(cluster)) == ids(other)


def test_a_copy_that_lags_behind_is_no_reason_to_take_articles_from_the_others(home: Path, cluster: Cluster) -> None:
    add(home, *articles(3))
    older = home / "cu"
    older.mkdir()
    with Archive.open(home / ARCHIVE_FILE) as archive:
        archive.file.checkpoint()
    shutil.copy(home / ARCHIVE_FILE, older / ARCHIVE_FILE)
    add(home, *articles(6))
    run(home, cluster)
    with pytest.raises(ArchiveForeign) as refused:
        run(older, cluster)
    assert "6" in refused.value.in_words("vi") and "3" in refused.value.in_words("en")
    assert set(hits(cluster)) == ids(home)
    assert problems(home, cluster) == []


def commit(cluster: Cluster) -> Commit:
    found = there(cluster).commit
    assert found is not None
    return found


def put(cluster: Cluster, changed: Commit) -> None:
    cluster.client.indices.put_mapping(index=there(cluster).index, body={"_meta": changed.meta()})


def test_what_a_killed_rebuild_left_is_removed(home: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    add(home, *articles(3))
    run(home, cluster)
    monkeypatch.setattr(Hold, "move", breaking_off)
    with pytest.raises(KeyboardInterrupt):
        run(home, cluster, rebuild=True)
    monkeypatch.undo()
    assert len(numbered(Channel(cluster))) == 2
    assert codes(diagnosis(home, cluster)) == ["doctor_left"]
    add(home, *articles(4))
    run(home, cluster)
    assert len(numbered(Channel(cluster))) == 1
    assert problems(home, cluster) == []


def test_an_older_copy_of_the_archive_takes_the_index_from_nobody(home: Path, cluster: Cluster) -> None:
    add(home, *articles(3))
    with Archive.open(home / ARCHIVE_FILE) as archive:
        archive.file.checkpoint()
    older = home / "cu"
    older.mkdir()
    shutil.copy(home / ARCHIVE_FILE, older)
    add(home, *articles(5))
    run(home, cluster)
    with pytest.raises(ArchiveForeign):
        run(older, cluster)
    assert set(hits(cluster)) == ids(home)
    assert codes(diagnosis(older, cluster)) == ["archive_behind"]
    assert run(older, cluster, rebuild=True).rebuilt is not None
    assert set(hits(cluster)) == ids(older)


def test_what_belongs_to_another_alias_or_program_is_not_removed(home: Path, cluster: Cluster) -> None:
    alias = cluster.settings.index
    other = Cluster(replace(cluster.settings, index=f"{alias}-x"))
    add(home, *articles(3))
    run(home, other)
    foreign = f"{alias}-khac"
    cluster.client.indices.create(index=foreign, body={"aliases": {alias: {}}})
    assert run(home, cluster).rebuilt is not None
    run(home, cluster, rebuild=True)
    assert set(hits(cluster)) == set(hits(other)) == ids(home)
    assert cluster.client.indices.exists(index=foreign)
    assert codes(diagnosis(home, cluster)) == []
    cluster.client.indices.put_alias(index=foreign, name=alias)
    for ask in (lambda: run(home, cluster), cluster.meta):
        with pytest.raises(ClusterUnavailable) as error:
            ask()
        assert error.value.reason.code == "cluster_several"
    other.close()


# One writer at a time


def test_a_cluster_that_seems_to_be_empty_gets_no_second_index(
    home: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one may that has only just elected who manages it."""
    add(home, *articles(3))
    run(home, cluster)
    for rebuilt in (False, True):
        run(home, cluster, rebuild=rebuilt)
        with monkeypatch.context() as early:
            early.setattr(writer, "standing", lambda channel: None)
            with pytest.raises(IndexBusy):
                run(home, cluster)
        assert numbered(Channel(cluster)) == [there(cluster).index]
        assert problems(home, cluster) == []


def test_what_a_manager_that_was_just_elected_does_not_know_is_asked_again(
    home: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(home, *articles(3))
    run(home, cluster)
    index = there(cluster).index
    add(home, *articles(5))
    once, unknown = Channel.once, set[str]()

    def asked(channel: Channel, method: str, path: str, body: Any = None, **more: Any) -> Any:
        said = f"{method} {path.partition('?')[0]}"
        if not said.endswith(("/_bulk", "/_search", "/_refresh", "/_settings/index.uuid")) and said not in unknown:
            unknown.add(said)
            raise Trouble("missing", status=404)
        return once(channel, method, path, body, **more)

    monkeypatch.setattr(Channel, "once", asked)
    assert run(home, cluster).indexed == 2
    assert {f"GET /{cluster.settings.index}", "POST /_aliases"} < unknown and any("_mapping" in each for each in unknown)
    monkeypatch.undo()
    assert there(cluster).index == index and problems(home, cluster) == []


def test_a_second_writer_is_told_to_wait(home: Path, cluster: Cluster) -> None:
    add(home, *articles(3))
    run(home, cluster)
    add(home, *articles(4))
    with folder_lock(home, cluster.settings.index), pytest.raises(IndexBusy):
        run(home, cluster)
    standing_there = there(cluster)
    elsewhere = Hold.take(Channel(cluster), "0" * 16, standing_there.index, standing_there.aliases)
    with pytest.raises(IndexBusy):
        run(home, cluster)
    assert codes(diagnosis(home, cluster)) == []
    elsewhere._give_up()
    run(home, cluster)
    assert problems(home, cluster) == []


def test_who_comes_back_late_writes_no_more(home: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    add(home, *articles(3))
    run(home, cluster)
    found, channel = there(cluster), Channel(cluster)
    monkeypatch.setattr("index.cluster.hold.LEASE", -1)
    asleep = Hold.take(channel, "0" * 16, found.index, found.aliases)
    monkeypatch.undo()
    add(home, *articles(4))
    run(home, cluster)
    with pytest.raises(IndexBusy):
        send(channel, asleep.index, asleep.fence, [Sending("a" * 12, 99, b'{"id":"' + b"a" * 12 + b'"}')], 1)
    assert not cluster.client.indices.exists(index=asleep.fence)
    assert problems(home, cluster) == []


def test_of_two_that_take_it_at_once_one_has_it(home: Path, cluster: Cluster) -> None:
    run(home, cluster)
    found, channel = there(cluster), Channel(cluster)
    Hold.take(channel, "0" * 16, found.index, found.aliases)
    with pytest.raises(IndexBusy):
        Hold.take(channel, "1" * 16, found.index, found.aliases)
    with pytest.raises(IndexBusy):
        Hold.create(channel, "1" * 16, found.index, {}, alias=cluster.settings.index)


def test_a_lease_is_renewed(home: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    run(home, cluster)
    found = there(cluster)
    monkeypatch.setattr("index.cluster.hold.LEASE", 4)
    hold = Hold.take(Channel(cluster), "0" * 16, found.index, found.aliases)
    first = hold.lease
    with hold.renewed():
        while hold.lease == first:
            assert not hold.lost
            time.sleep(0.05)
        assert leases(there(cluster).aliases) == [hold.lease]
        now = there(cluster)
        other = Hold.take(Channel(cluster), "0" * 16, now.index, now.aliases)
        while not hold.lost:
            time.sleep(0.05)
        with pytest.raises(IndexBusy):
            hold.check()
    assert leases(there(cluster).aliases) == [other.lease]


def test_a_node_that_does_not_know_of_the_run_yet_is_asked_again(
    home: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(home, *articles(3))
    once, refused = Channel.once, list[str]()

    def lagging(channel: Channel, method: str, path: str, body: Any = None, **more: Any) -> Any:
        if path.startswith("/_bulk") and len(refused) < 2:
            fence = json.loads(body.splitlines()[0])["index"]["_index"]
            refused.append(fence)
            body = body.replace(fence.encode(), b"fence-of-later")
        return once(channel, method, path, body, **more)

    monkeypatch.setattr(Channel, "once", lagging)
    assert run(home, cluster).indexed == 3
    assert len(refused) == 2 and problems(home, cluster) == []


def test_what_a_run_that_was_killed_asked_for_last_is_no_obstacle(home: Path, cluster: Cluster) -> None:
    run(home, cluster)
    found, channel = there(cluster), Channel(cluster)
    Hold.take(channel, "0" * 16, found.index, found.aliases)
    next_run = Hold.take(channel, "0" * 16, found.index, found.aliases)  # which read them before that came into effect
    now = there(cluster).aliases
    assert (fences(now), leases(now)) == ([next_run.fence], [next_run.lease])


def test_a_renewal_that_had_no_answer_is_no_lost_hold(home: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    run(home, cluster)
    found = there(cluster)
    monkeypatch.setattr("index.cluster.hold.LEASE", 4)
    hold = Hold.take(Channel(cluster), "0" * 16, found.index, found.aliases)
    once, asked = Channel.once, list[str]()

    def lossy(channel: Channel, method: str, path: str, body: Any = None, **more: Any) -> Any:
        asked.append(method)
        answer = once(channel, method, path, body, **more) if method == "POST" or asked.count("GET") > 1 else None
        if len(asked) < 4:  # the first comes through, the second is refused for it, and nobody says what came of the first
            raise Trouble("silent")
        return answer

    with hold.renewed(), monkeypatch.context() as lost:
        lost.setattr(Channel, "once", lossy)
        while asked.count("POST") < 4:
            assert not hold.lost
            time.sleep(0.05)
        assert leases(there(cluster).aliases) == [hold.lease]
        assert asked[:5] == ["POST", "POST", "GET", "POST", "GET"]


# What the server refuses, and what is found wrong


def test_a_field_that_is_not_mapped_is_refused(home: Path, cluster: Cluster) -> None:
    run(home, cluster)
    found = there(cluster)
    with pytest.raises(RequestMalformed, match="strict"):
        send(Channel(cluster), found.index, fences(found.aliases)[0], [Sending("a" * 12, 1, b'{"unknown":1}')], 1)


def test_check_tells_what_is_wrong(home: Path, cluster: Cluster) -> None:
    every = articles(6)
    add(home, *every)
    assert problems(home, cluster) == [f"The cluster has no index {cluster.settings.index} yet. Run `lucbao index`."]
    run(home, cluster)
    found, channel = there(cluster), Channel(cluster)
    fence = fences(found.aliases)[0]
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        built = {one.id: one for one in build(archive, range(1, 7), load_papers(home, archive))}
    one, other, gone = (built[article.id] for article in every[:3])
    changed = json.loads(one.document + b"}")
    changed["body"] = [*changed.get("body", []), "lạ|=la"]
    wrong = replace(other, document=other.document.replace(b'"title_length":', b'"title_length":1'))
    sendings = [
        replace(one, document=json.dumps({**changed, "title": ["lạ|=la"]}).encode()[:-1]).sending(9, ""),
        wrong.sending(9, ""),
    ]
    sendings += [Sending(gone.id, 3, None), Sending("z" * 12, 77, b'{"id":"' + b"z" * 12 + b'","change":77}')]
    send(channel, found.index, fence, sendings, 9)
    channel.refresh(found.index)
    assert sorted(problems(home, cluster)) == sorted(
        [
            f"article {gone.id} is in the archive but missing from the index",
            f"article {'z' * 12} is in the index, but the archive no longer has that revision",
            f"article {one.id} is not in the cluster as it would be indexed now: {', '.join(unfound(changed))}",
            f"article {other.id} is not in the cluster as it would be indexed now: title_length",
        ]
    )
    assert run(home, cluster, rebuild=True).indexed == 6
    assert problems(home, cluster) == []


def unfound(one: dict[str, Any]) -> list[str]:
    """Return the fields that are asked together with the title, in which something is not found."""
    return sorted({field for field in ("title", "body", "earlier", "title_words", "body_words") if one.get(field)})


def test_the_doctor_names_what_is_off(home: Path, cluster: Cluster) -> None:
    add(home, *articles(3))
    assert codes(diagnosis(home, cluster)) == ["cluster_none"]
    run(home, cluster)
    add(home, *articles(4))
    index, indices = there(cluster).index, cluster.client.indices
    indices.put_settings(index=index, body={"index": {"refresh_interval": "1s", "number_of_replicas": 1, "blocks.write": True}})
    indices.put_mapping(index=index, body={"properties": {"more": {"type": "keyword"}}})
    other = Cluster(replace(cluster.settings, hosts=(*cluster.settings.hosts, "http://127.0.0.1:1"), shards=2))
    assert sorted(codes(diagnosis(home, other))) == [
        "doctor_blocked",
        "doctor_host",
        "doctor_lag",
        "doctor_mapping",
        "doctor_replicas",
        "doctor_setting",
        "doctor_shards",
        "doctor_yellow",
    ]
    indices.put_settings(index=index, body={"index": {"refresh_interval": "-1", "blocks.write": None}})
    run(home, cluster)
    assert codes(diagnosis(home, cluster)) == ["doctor_mapping"]
    assert [
        trouble.code for trouble in diagnosis(home, Cluster(replace(other.settings, hosts=("http://127.0.0.1:1",)))).troubles
    ] == ["doctor_host"]


def test_a_cluster_that_takes_nothing_is_waited_for(home: Path, cluster: Cluster) -> None:
    add(home, *articles(3))
    run(home, cluster)
    add(home, *articles(6))
    index, indices = there(cluster).index, cluster.client.indices
    indices.put_settings(index=index, body={"index": {"blocks.read_only_allow_delete": True}})
    with pytest.raises(ClusterUnavailable) as raised:
        run(home, cluster, patience=0.3)
    assert raised.value.reason.code == "cluster_full"
    opening = threading.Timer(
        0.5, lambda: indices.put_settings(index=index, body={"index": {"blocks.read_only_allow_delete": None}})
    )
    opening.start()
    run(home, cluster)
    opening.join()
    assert problems(home, cluster) == []
    assert set(hits(cluster)) == ids(home)


def test_a_name_that_is_an_index(home: Path, cluster: Cluster) -> None:
    name = cluster.settings.index
    taken = Cluster(replace(cluster.settings, index=f"{name}-x"))
    cluster.client.indices.create(index=f"{name}-x")
    with pytest.raises(ClusterUnavailable) as raised:
        run(home, taken)
    assert raised.value.reason.code == "cluster_name_taken"


def test_commands_follow_the_setting(
    home: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add(home, *articles(3))
    for name, value in (
        ("HOME", str(home)),
        ("LANG", "en"),
        ("ENGINE", "opensearch"),
        ("CLUSTER", ",".join(cluster.settings.hosts)),
        ("CLUSTER_INDEX", cluster.settings.index),
    ):
        monkeypatch.setenv(f"LUCBAO_{name}", value)
    assert lucbao.main(["doctor"]) == 3
    assert lucbao.main(["check"]) == 3
    assert lucbao.main(["index"]) == 0
    assert lucbao.main(["check"]) == 0
    assert lucbao.main(["doctor"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "All is well."
    assert (home / "lexicon").is_dir()
    assert not (home / "index").exists()
    assert lucbao.main(["withdraw", articles(1)[0].id]) == 0
    assert len(hits(cluster)) == 2


def test_readers_are_told_before_anything_shows_that_is_not_committed(
    home: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []
    refresh = Channel.refresh

    def looked_at(channel: Channel, index: str) -> None:
        commit = there(cluster).commit
        assert commit is not None
        told.append(commit.shows)
        refresh(channel, index)

    monkeypatch.setattr(Channel, "refresh", looked_at)
    monkeypatch.setattr(writer, "BATCH", 5)
    monkeypatch.setattr(writer, "BATCHES_A_COMMIT", 1)
    monkeypatch.setattr(writer, "pack", lambda *_: None)
    add(home, *articles(12))
    run(home, cluster)
    commit = there(cluster).commit
    assert len(told) >= 3 and all(told)
    assert commit is not None and not commit.shows


def test_nothing_begins_to_show_as_long_as_a_node_takes_nothing(
    home: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said waits for that node, and readers from there to the commit."""
    ask, said = Channel.ask, []

    def asked(channel: Channel, method: str, path: str, body: Any = None, **more: Any) -> Any:
        answer = ask(channel, method, path, body, **more)
        if method == "PUT" and "/_mapping" in path:
            said.append((body["_meta"]["begun"] or {}).get("shows"))
            if len(said) == 2:
                return {"acknowledged": False}
        return answer

    monkeypatch.setattr(Channel, "ask", asked)
    add(home, *articles(3))
    run(home, cluster)
    assert said == [False, False, False, True, None]
