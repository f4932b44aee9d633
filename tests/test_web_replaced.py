"""A running server and an archive that is put in another's place: it goes on with the new one by itself, and never mixes the two."""

from __future__ import annotations

import os
import random
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import random_article
from flask import Flask
from flask.testing import FlaskClient

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.backup import back_up, restore
from corpus.article import Article, Block
from corpus.errors import ArchiveReplaced
from corpus.permalink import permalink
from index import writer
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from web import create_app
from web.desk import Desk
from web.serving.upkeep import tidy
from web.setting import Settings

pytestmark = pytest.mark.slow

OLD = Article(
    url="https://bao.example/cu", title="Xã xây trường đạt chuẩn", blocks=(Block("paragraph", "Trường cũ đã xuống cấp."),)
)
NEW = Article(url="https://bao.example/moi", title="Huyện mở chợ đầu mối", blocks=(Block("paragraph", "Chợ mới khai trương."),))


def application(home: Path) -> Flask:
    return create_app(home, settings=Settings(access_log="off"))


def client(home: Path) -> FlaskClient:
    return application(home).test_client()


def statuses(site: FlaskClient) -> list[int]:
    return [
        site.get(path).status_code
        for path in ("/readyz", "/tim-kiem?q=truong", permalink(OLD.id, OLD.title), permalink(NEW.id, NEW.title))
    ]


def test_a_restored_archive_is_answered_from_at_once(build: Callable[..., Path], tmp_path: Path) -> None:
    home = build([OLD])
    back_up(home / ARCHIVE_FILE, tmp_path / "ban-sao")
    build([NEW])
    site = client(home)
    assert statuses(site) == [200, 200, 200, 200]
    restore(tmp_path / "ban-sao", home / ARCHIVE_FILE)
    assert statuses(site) == [503, 503, 503, 503], "the index is of the archive that was replaced"
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    assert statuses(site) == [200, 200, 200, 404]


def test_an_archive_of_another_make_is_answered_from_after_its_index(build: Callable[..., Path]) -> None:
    home, other = build([OLD]), build([NEW], name="khác")
    site = client(home)
    assert statuses(site)[2:] == [200, 404]
    os.replace(other / ARCHIVE_FILE, home / ARCHIVE_FILE)
    assert statuses(site) == [503] * 4
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    assert statuses(site) == [200, 200, 404, 200]


def test_an_archive_that_is_gone_is_said_to_be(build: Callable[..., Path]) -> None:
    home = build([OLD])
    site = client(home)
    assert statuses(site)[0] == 200
    os.rename(home / ARCHIVE_FILE, home / "cất")
    assert statuses(site) == [503] * 4
    os.rename(home / "cất", home / ARCHIVE_FILE)
    assert statuses(site)[:3] == [200, 200, 200]


def test_ready_means_that_an_article_can_be_read(build: Callable[..., Path]) -> None:
    home = build([OLD])
    site = client(home)
    assert site.get("/readyz").status_code == 200
    connection = sqlite3.connect(home / ARCHIVE_FILE)
    connection.execute("UPDATE change SET archived_at = '1999-01-01T00:00:00+00:00'")
    connection.commit()
    connection.close()
    assert site.get("/readyz").status_code == 503
    assert site.get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/tim-kiem.csv?q=", "/tim-kiem.jsonl?q=", "/sitemap-1.xml"])
def test_a_file_that_cannot_even_be_begun_is_not_ready(build: Callable[..., Path], path: str) -> None:
    home = build([OLD])
    site = client(home)
    assert site.get(path).status_code == 200
    connection = sqlite3.connect(home / ARCHIVE_FILE)
    connection.execute("UPDATE change SET archived_at = 'x', record = x'00'")
    connection.commit()
    connection.close()
    answer = site.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


def test_each_probe_reads_another_article(build: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)
    home = build([random_article(chance, number) for number in range(40)])
    read: list[int] = []
    original = Archive.revisions_at

    def revisions_at(self: Archive, changes: list[int]) -> dict[int, Article]:
        read.extend(changes)
        return original(self, changes)

    monkeypatch.setattr(Archive, "revisions_at", revisions_at)
    site = client(home)
    for _ in range(30):
        assert site.get("/readyz").status_code == 200
    assert len(read) == 30 and len(set(read)) > 10


def test_an_empty_archive_is_ready(build: Callable[..., Path]) -> None:
    assert client(build([])).get("/readyz").status_code == 200


def test_the_log_is_emptied_when_nothing_has_been_written_for_a_while(
    build: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = build([OLD])
    app = application(home)
    desk: Desk = app.extensions["lucbao"]
    assert app.test_client().get("/readyz").status_code == 200
    log = home / f"{ARCHIVE_FILE}-wal"
    with Archive.open(home / ARCHIVE_FILE) as archive:
        archive.add(NEW)
        desk.tidy()
        assert log.stat().st_size, "somebody may be writing still"
        os.utime(log, (1, 1))
        desk.tidy()
        assert not log.stat().st_size
        archive.withdraw(NEW.id)  # somebody writes again
        os.utime(log, (1, 1))
        desk.tidy()
        assert log.stat().st_size, "once a minute at most"


def test_an_index_is_never_made_of_two_archives(
    build: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home, other = build([OLD]), build([NEW], name="khác")
    with Archive.open(home / ARCHIVE_FILE) as archive:
        archive.add(random_article(random.Random(3), 3))
    write = writer._write_batch

    def write_of_another(*arguments: object) -> object:
        if (other / ARCHIVE_FILE).exists():
            os.replace(other / ARCHIVE_FILE, home / ARCHIVE_FILE)
            for side in ("-wal", "-shm"):
                (home / f"{ARCHIVE_FILE}{side}").unlink(missing_ok=True)
        return write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(writer, "_write_batch", write_of_another)
    before = sorted(os.listdir(home / INDEX_FOLDER))
    with pytest.raises((ArchiveReplaced, KeyError)):
        update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    assert [name for name in sorted(os.listdir(home / INDEX_FOLDER)) if name.endswith("toc")] == [
        name for name in before if name.endswith("toc")
    ]
    update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    assert statuses(client(home)) == [200, 200, 404, 200]


@pytest.mark.slow
def test_threads_that_read_while_the_archive_is_replaced_get_whole_answers(build: Callable[..., Path], tmp_path: Path) -> None:
    home = build([OLD])
    back_up(home / ARCHIVE_FILE, tmp_path / "ban-sao")
    app = application(home)
    stop = threading.Event()
    odd: list[int] = []

    def read() -> None:
        site = app.test_client()
        while not stop.is_set():
            status = site.get(permalink(OLD.id, OLD.title)).status_code
            if status not in (200, 503):
                odd.append(status)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(5):
            restore(tmp_path / "ban-sao", home / ARCHIVE_FILE)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert odd == []
    assert app.test_client().get(permalink(OLD.id, OLD.title)).status_code == 200


def test_what_goes_wrong_in_upkeep_is_logged_and_ends_nothing(
    build: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    home = build([OLD])
    app = application(home)
    assert app.test_client().get("/readyz").status_code == 200
    archive = home / ARCHIVE_FILE
    (home / f"{ARCHIVE_FILE}-wal").write_bytes(b"x")
    os.utime(home / f"{ARCHIVE_FILE}-wal", (1, 1))
    archive.unlink()
    archive.write_bytes(b"rac" * 5000)
    tidy(app)
    assert "ArchiveDamaged" in caplog.text
