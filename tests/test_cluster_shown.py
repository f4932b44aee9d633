"""What is shown of the archive while the search cluster is away, and what /readyz says of the cluster."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import quote

import pytest
from fake_node import FakeNode, fake_nodes, refusing, saying
from flask.testing import FlaskClient

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.paper_file import load_papers
from corpus.permalink import permalink
from index.cluster.commit import Commit
from index.cluster.connection import Cluster
from index.cluster.errors import ArchiveBehind
from index.cluster.setting import ClusterSettings
from index.errors import IndexMissing, IndexOutdated
from index.lexicon import LEXICON_FOLDER
from index.snapshot import INDEX_FOLDER, Snapshot
from searcher.answer import Overview
from searcher.cluster.cluster_searcher import ClusterSearcher
from searcher.cluster.collection import ClusterCollection
from searcher.engine import AWAY
from web import create_app
from web.setting import Settings


@pytest.fixture
def home(archive_home: Path, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    shutil.copytree(archive_home, home)
    (home / INDEX_FOLDER).rename(home / LEXICON_FOLDER)
    return home


@pytest.fixture
def node(home: Path) -> Iterator[FakeNode]:
    with fake_nodes(1) as (found,), Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        last = archive.last_change()
        begun = Commit(archive.traits.identity(), last, fingerprint=archive.fingerprint(last), papers=load_papers(home, archive))
        found.meta = begun.next().meta()
        yield found


@pytest.fixture
def client(home: Path, node: FakeNode, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    for name, value in (("ENGINE", "opensearch"), ("CLUSTER", node.host), ("CLUSTER_INDEX", "t")):
        monkeypatch.setenv(f"LUCBAO_{name}", value)
    monkeypatch.setattr("index.cluster.reach.PROBE", 0)
    return create_app(home, settings=Settings()).test_client()


def go_away(node: FakeNode) -> None:
    def refuse(_: BaseHTTPRequestHandler) -> None:
        raise ConnectionError

    node.answer = refuse  # type: ignore[method-assign]


def come_back(node: FakeNode) -> None:
    del node.answer  # type: ignore[method-assign]


def routes(home: Path) -> list[str]:
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        article = next(iter(archive.articles()))
        path, change = permalink(article.id, article.title), archive.revisions(article.id)[-1].change
    id = article.id
    word = quote(article.title.split()[0])
    marked = [f"{path}?q={word}", f"{path}?q={word}&source=b%C3%A1o", f"{path}?q=ngu%E1%BB%93n:b%C3%A1o"]
    shown = [path, *marked, f"{path}?ban={change}", f"{path}/thay-doi", f"{path}/goc"]
    return [*shown, *(f"/bai-viet/{id}.{format}" for format in ("ris", "bib", "json")), "/thay-doi", "/thay-doi.atom"]


@pytest.mark.parametrize("was_there", [True, False])
def test_an_article_is_always_shown(client: FlaskClient, node: FakeNode, home: Path, was_there: bool) -> None:
    if was_there:
        assert client.get("/thay-doi").status_code == 200
    go_away(node)
    answers = {route: client.get(route) for route in routes(home)}
    assert {route: answer.status_code for route, answer in answers.items()} == dict.fromkeys(answers, 200)
    assert "<mark" in answers[routes(home)[1]].text  # what the lexicon knows is enough
    for path in ("/tim-kiem?q=h%E1%BB%8Dc", "/api/v1/search?q=x", "/readyz"):
        assert client.get(path).status_code == 503


def test_a_page_that_lacks_something_is_not_kept(client: FlaskClient, node: FakeNode, home: Path) -> None:
    article, changes = routes(home)[0], "/thay-doi"
    tag = client.get(changes).headers["ETag"]
    go_away(node)
    assert client.get(changes, headers={"If-None-Match": tag}).status_code == 304
    lacking = client.get(article)
    assert "ETag" not in lacking.headers and lacking.headers["Cache-Control"] == "no-store"
    come_back(node)
    assert client.get(changes, headers={"If-None-Match": tag}).status_code == 304
    node.meta = {**node.meta, "generation": 9, "commit": "another"}
    assert client.get(changes, headers={"If-None-Match": tag}).status_code == 200


def test_the_figures_are_those_of_before(
    client: FlaskClient, node: FakeNode, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = client.application.extensions["lucbao"].searcher()
    known = engine.kept(ClusterSearcher.overview, lambda: Overview(7, None, None, {}, 1))
    go_away(node)
    assert engine.overview() == known
    assert client.get("/thong-ke").status_code == 200
    assert "lucbao_ready 0.0" in client.get("/metrics").text


def test_an_archive_that_lags_behind_the_commit_says_so(client: FlaskClient, node: FakeNode, home: Path) -> None:
    client.get("/thay-doi")
    node.meta = {**node.meta, "generation": 9, "commit": "another", "watermark": node.meta["watermark"] + 5}
    assert client.get("/tim-kiem?q=x").status_code == 503
    with pytest.raises(ArchiveBehind) as error:
        ClusterSearcher.open(Cluster(ClusterSettings(hosts=(node.host,), index="t")), home)
    assert (error.value.here, error.value.there) == (node.meta["watermark"] - 5, node.meta["watermark"])


@pytest.mark.parametrize(
    ("meta", "expected"),
    [({}, "cluster_none"), ({"cua": "ai"}, "cluster_outdated"), ({"version": "0/x"}, "cluster_outdated")],
)
def test_an_index_that_is_none_of_ours_is_named_with_what_to_do(
    home: Path, node: FakeNode, meta: dict[str, object], expected: str
) -> None:
    node.meta = {**node.meta, **meta} if "version" in meta else dict(meta)
    with pytest.raises((IndexMissing, IndexOutdated)) as error:
        ClusterSearcher.open(Cluster(ClusterSettings(hosts=(node.host,), index="t")), home)
    assert error.value.told.code == expected and "lucbao index`" in error.value.in_words("en")


# Threads


def test_a_thread_that_is_late_brings_no_older_commit_back(
    engine: ClusterSearcher, node: FakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = engine.collection().commit
    newer = older.next()
    said = iter([newer, newer, older])  # the last was read before the other thread saw a newer one
    monkeypatch.setattr(engine, "_newest_commit", lambda: next(said, newer))
    collection = engine.collection()
    assert collection.commit == newer
    assert engine.collection() is collection


def test_many_threads_open_a_commit_once(engine: ClusterSearcher, node: FakeNode, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    open_one = engine._opened

    def counting(commit: Commit, previous: Snapshot | None) -> ClusterCollection:
        opened.append(commit.commit)
        return open_one(commit, previous)

    monkeypatch.setattr(engine, "_opened", counting)
    names = []

    def ask() -> None:
        for _ in range(10):
            assert engine.papers is not None
            engine.kept(ask, lambda: 1)

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for generation in range(10, 14):
        node.meta = {**node.meta, "generation": generation, "commit": f"c{generation}"}
        names.append(f"c{generation}")
        time.sleep(0.05)
    for thread in threads:
        thread.join()
    engine.collection()
    assert len(opened) == len(set(opened)) and set(opened) <= set(names) and opened[-1] == names[-1]


# What /readyz says


@pytest.fixture
def engine(home: Path, node: FakeNode) -> Iterator[ClusterSearcher]:
    cluster = Cluster(ClusterSettings(hosts=(node.host,), index="t"))
    yield ClusterSearcher.open(cluster, home)
    cluster.close()


@pytest.mark.parametrize("status", ["green", "yellow"])
def test_a_cluster_that_answers_is_ready(
    client: FlaskClient, node: FakeNode, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ClusterSearcher, "probe", lambda *_: None)
    monkeypatch.setattr(ClusterSearcher, "overview", lambda _: Overview(7, None, None, {}, 1))
    node.instead["/_cluster/health/t"] = saying({"status": status, "number_of_nodes": 2})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {"status": "ready", "articles": 7, "generation": 1, "cluster": {"status": status, "nodes": 2}},
    )
    node.instead["/_cluster/health/t"] = saying({"status": "red", "number_of_nodes": 2})
    assert client.get("/readyz").status_code == 503


def test_nodes_that_nobody_manages_answer_still(engine: ClusterSearcher, node: FakeNode) -> None:
    for instead in (
        refusing(503, "cluster_manager_not_discovered_exception"),
        refusing(403, "security_exception"),
        saying({}),
    ):
        node.instead["/_cluster/health/t"] = instead
        assert engine.health() == {"cluster": {"status": "unknown"}}
    go_away(node)
    with pytest.raises(AWAY):
        engine.health()
