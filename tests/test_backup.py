"""Copies of an archive are whole, and put back they are the archive, whatever lies there and whoever reads or writes meanwhile."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive import wal as archive_log
from corpus.archive.backup import back_up, restore
from corpus.article import Article, Block
from corpus.errors import ArchiveBusy, ArchiveDamaged, ArchiveMissing, ArchiveReplaced, CopyFailed

pytestmark = pytest.mark.slow


def article(number: int, text: str = "Xã đạt chuẩn nông thôn mới.") -> Article:
    return Article(url=f"https://bao.example/{number}", title=f"Bài số {number}", blocks=(Block("paragraph", text),))


def fill(path: Path, first: int, last: int) -> None:
    with Archive.open(path, create=True) as archive, archive.batch():
        for number in range(first, last + 1):
            archive.add(article(number), f"<p>{number}</p>".encode())


def urls(path: Path) -> list[str]:
    with Archive.open(path, read_only=True) as archive:
        assert archive.check() == []
        return sorted((each.url for each in archive.articles()), key=lambda url: int(url.rpartition("/")[2]))


def numbered(first: int, last: int) -> list[str]:
    return [f"https://bao.example/{number}" for number in range(first, last + 1)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "kho bài #1?%"
    folder.mkdir()
    fill(folder / ARCHIVE_FILE, 1, 30)
    return folder / ARCHIVE_FILE


@pytest.fixture
def reader(path: Path) -> Iterator[Archive]:
    """An archive that a server has open."""
    with Archive.open(path, read_only=True) as archive:
        assert archive.last_change() == 30
        yield archive


def leave_in_log(path: Path, first: int, last: int) -> None:
    """Add articles by a program that is killed: they are acknowledged, and in the log alone."""
    program = (
        "import os, sys; sys.path[:] = sys.argv[4].split(':'); from test_backup import article\n"
        "from corpus.archive import Archive\n"
        "archive = Archive.open(sys.argv[1])\n"
        "with archive.batch():\n"
        "    for number in range(int(sys.argv[2]), int(sys.argv[3]) + 1): archive.add(article(number))\n"
        "os._exit(9)\n"
    )
    places = ":".join([str(Path(__file__).parent), *sys.path])
    code = subprocess.run([sys.executable, "-c", program, str(path), str(first), str(last), places], check=False).returncode
    assert code == 9
    assert path.with_name(f"{ARCHIVE_FILE}-wal").stat().st_size


def test_after_a_checkpoint_the_one_file_is_whole(path: Path, reader: Archive, tmp_path: Path) -> None:
    with Archive.open(path) as archive:
        archive.add(article(31))
        assert archive.file.checkpoint()
    shutil.copy(path, tmp_path / "ban-sao")
    assert urls(tmp_path / "ban-sao") == numbered(1, 31)
    assert reader.last_change() == 31


def test_a_reader_does_not_make_a_checkpoint_wait_for_ever(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM article").fetchone()
    with Archive.open(path) as archive:
        archive.add(article(31))
        assert not archive.file.checkpoint(wait=0)
        connection.close()
        assert archive.file.checkpoint(wait=0)


def test_a_backup_has_what_only_the_log_has(path: Path, reader: Archive, tmp_path: Path) -> None:
    leave_in_log(path, 31, 40)
    target = tmp_path / "sao luu.sqlite3"
    told: list[tuple[int, int]] = []
    back_up(path, target, lambda done, total: told.append((done, total)))
    assert urls(target) == numbered(1, 40)
    assert told[-1][0] == told[-1][1] > 0
    assert sorted(os.listdir(tmp_path)) == [path.parent.name, target.name]
    assert target.stat().st_mode & 0o077 == 0
    assert target.read_bytes()[18:20] == b"\1\1", "a file that needs no log beside it"
    assert urls(path) == numbered(1, 40)


def test_a_backup_is_of_one_moment_while_others_write(path: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with Archive.open(path) as archive:
            number = 31
            while not stop.is_set():
                with archive.batch():  # always two together
                    archive.add(article(number))
                    archive.add(article(number + 1))
                number += 2

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for copy in range(5):
            back_up(path, tmp_path / f"ban-{copy}")
    finally:
        stop.set()
        writer.join()
    for copy in range(5):
        kept = urls(tmp_path / f"ban-{copy}")
        assert len(kept) % 2 == 0 and kept == numbered(1, len(kept))


def test_a_backup_overwrites_nothing(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "đã có"
    target.write_text("quan trọng")
    with pytest.raises(CopyFailed, match="không ghi đè"):
        back_up(path, target)
    (tmp_path / "liên kết").symlink_to(tmp_path / "không có")
    with pytest.raises(CopyFailed, match="không ghi đè"):
        back_up(path, tmp_path / "liên kết")
    assert target.read_text() == "quan trọng"


def test_a_backup_that_cannot_be_written_says_so_and_leaves_nothing(path: Path, tmp_path: Path) -> None:
    with pytest.raises(CopyFailed, match="khong-co"):
        back_up(path, tmp_path / "khong-co" / "ban-sao")
    assert os.listdir(tmp_path) == [path.parent.name]


def test_a_damaged_archive_is_not_backed_up_as_if_it_were_sound(path: Path, tmp_path: Path) -> None:
    spoil(path, "UPDATE article SET source = 'Báo Khác' WHERE url LIKE '%/7'")
    with pytest.raises(CopyFailed, match=r"không lành lặn \(1 chỗ\).*: Bài \w{12}: có giá trị") as told:
        back_up(path, tmp_path / "ban-sao")
    assert "\n" not in str(told.value)
    assert os.listdir(tmp_path) == [path.parent.name]


def spoil(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_what_is_restored_is_the_archive_and_the_other_is_kept(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "ban-sao")
    fill(path, 31, 40)
    aside = restore(tmp_path / "ban-sao", path)
    assert urls(path) == numbered(1, 30)
    assert aside is not None and urls(aside) == numbered(1, 40)
    assert urls(tmp_path / "ban-sao") == numbered(1, 30)


def test_numbers_given_out_before_a_restore_are_not_given_out_again(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "ban-sao")
    fill(path, 31, 40)
    restore(tmp_path / "ban-sao", path)
    fill(path, 50, 50)
    assert urls(path) == [*numbered(1, 30), "https://bao.example/50"]
    with Archive.open(path) as archive:
        assert [change.number for change in archive.changes(30)] == [41]
    restore(tmp_path / "ban-sao", path)
    fill(path, 51, 51)
    with Archive.open(path) as archive:
        assert [change.number for change in archive.changes(30)] == [42]
        assert archive.check() == []


def test_a_lost_change_is_told_from_a_number_that_was_skipped(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "ban-sao")
    fill(path, 31, 40)
    restore(tmp_path / "ban-sao", path)
    fill(path, 50, 52)
    spoil(path, "DELETE FROM change WHERE number = 42")
    with Archive.open(path) as archive:
        assert any(
            "Thiếu các thay đổi từ 31 đến 42" in problem or "từ 42 đến 42" in problem for problem in map(str, archive.check())
        )


@pytest.mark.parametrize("state", ["sound", "in the log", "garbage", "empty", "missing"])
def test_an_archive_in_any_state_is_replaced(path: Path, tmp_path: Path, state: str) -> None:
    back_up(path, tmp_path / "ban-sao")
    if state == "in the log":
        leave_in_log(path, 31, 40)
    elif state == "garbage":
        path.write_bytes(b"rac" * 5000)
    elif state == "empty":
        path.write_bytes(b"")
    elif state == "missing":
        path.unlink()
    aside = restore(tmp_path / "ban-sao", path)
    assert urls(path) == numbered(1, 30)
    if state == "in the log":
        assert aside is not None and urls(aside) == numbered(1, 40)
    if state == "garbage":
        assert aside is not None and aside.read_bytes() == b"rac" * 5000
    assert (aside is None) == (state == "missing")


def test_who_writes_on_is_refused_and_loses_nothing(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "ban-sao")
    with Archive.open(path) as writer:
        writer.add(article(31))
        aside = restore(tmp_path / "ban-sao", path)
        with pytest.raises(ArchiveReplaced, match="chạy lại"):
            writer.add(article(32))
    assert aside is not None and urls(aside) == numbered(1, 31)
    fill(path, 33, 33)
    assert urls(path) == [*numbered(1, 30), *numbered(33, 33)]


def test_who_holds_the_archive_is_waited_for(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    back_up(path, tmp_path / "ban-sao")
    monkeypatch.setattr("corpus.archive.backup.WAIT", 0.05)
    with Archive.open(path) as writer, writer.batch():
        writer.add(article(31))
        with pytest.raises(ArchiveBusy):
            restore(tmp_path / "ban-sao", path)
    assert urls(path) == numbered(1, 31)


def test_threads_of_a_reader_never_read_two_archives(path: Path, reader: Archive, tmp_path: Path) -> None:
    back_up(path, tmp_path / "ban-sao")
    fill(path, 31, 40)
    restore(tmp_path / "ban-sao", path)
    assert reader.file.is_replaced()
    raised: list[Exception] = []

    def read() -> None:
        try:
            reader.last_change()
        except ArchiveReplaced as error:
            raised.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert raised


def test_a_backup_that_is_none_changes_nothing(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "khac.sqlite3"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE bang (x)")
    connection.close()
    damaged = tmp_path / "hong.sqlite3"
    back_up(path, damaged)
    spoil(damaged, "UPDATE change SET archived_at = '2020-01-01T00:00:00+00:00' WHERE number = 3")
    (tmp_path / "chu").write_text("không phải SQLite" * 1000)
    (tmp_path / "rong").touch()
    before = sorted(os.listdir(path.parent))
    for name in ("khac.sqlite3", "hong.sqlite3", "chu", "rong"):
        with pytest.raises((CopyFailed, ArchiveDamaged), match=name):
            restore(tmp_path / name, path)
    with pytest.raises(ArchiveMissing, match="khong-co"):
        restore(tmp_path / "khong-co", path)
    with pytest.raises(CopyFailed, match="chính là kho"):
        restore(path, path)
    assert sorted(os.listdir(path.parent)) == before
    assert urls(path) == numbered(1, 30)


def test_a_log_of_another_archive_is_refused_before_it_is_replayed(path: Path, reader: Archive, tmp_path: Path) -> None:
    back_up(path, tmp_path / "ban-sao")
    fill(path, 31, 35)
    assert Archive.open(path).file.checkpoint()
    leave_in_log(path, 36, 40)
    reader.close()
    shutil.copy(tmp_path / "ban-sao", path)  # what nobody should do
    for read_only in (True, False):
        with pytest.raises(ArchiveDamaged, match="archive.sqlite3-wal.*lucbao restore"):
            Archive.open(path, read_only=read_only)
    aside = restore(tmp_path / "ban-sao", path)
    assert urls(path) == numbered(1, 30)
    assert aside is not None and aside.with_name(f"{aside.name}-wal").stat().st_size


@pytest.mark.slow
@pytest.mark.parametrize("checkpointed", ["nothing", "passive", "half"])
def test_the_own_log_is_taken(path: Path, reader: Archive, checkpointed: str) -> None:
    leave_in_log(path, 31, 35)
    if checkpointed != "nothing":
        connection = sqlite3.connect(path, isolation_level=None)
        blocking = sqlite3.connect(path, isolation_level=None)
        if checkpointed == "half":  # a reader keeps what comes after it in the log
            blocking.execute("BEGIN")
            blocking.execute("SELECT count(*) FROM article").fetchone()
            leave_in_log(path, 36, 38)
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        blocking.close()
        leave_in_log(path, 39, 40)
        assert path.with_name(f"{ARCHIVE_FILE}-wal").stat().st_size
        reader.close()
        kept = urls(path)
        connection.close()
        assert kept == numbered(1, 35) + (numbered(36, 38) if checkpointed == "half" else []) + numbered(39, 40)
    else:
        reader.close()
        assert urls(path) == numbered(1, 35)


def test_the_log_of_an_archive_that_is_being_made_is_taken(tmp_path: Path) -> None:
    path = tmp_path / ARCHIVE_FILE
    path.touch()
    with Archive.open(path, create=True) as archive:
        leave_in_log(path, 1, 5)
        shutil.copy(path, tmp_path / "ban")
        shutil.copy(path.with_name(f"{ARCHIVE_FILE}-wal"), tmp_path / "ban-wal")
        assert archive.last_change() == 5
    assert urls(tmp_path / "ban") == numbered(1, 5)


def test_a_log_that_goes_while_it_is_looked_at_is_no_error(path: Path, reader: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_in_log(path, 31, 35)
    look = archive_log._era_of_file

    def look_and_lose(of: Path) -> tuple[bytes, int]:
        archive_log.log_path(of).unlink()
        return look(of)

    monkeypatch.setattr(archive_log, "_era_of_file", look_and_lose)
    assert archive_log.is_own_log(path)
    assert archive_log.log_size(path) == 0
    assert reader.file.size() == path.stat().st_size
