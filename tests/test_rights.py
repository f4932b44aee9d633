"""index.rights: an index that others may write is not opened, one that may not be read is said to be that."""

from __future__ import annotations

import builtins
import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

import lucbao
from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article
from index.errors import IndexMissing, IndexUnreadable, IndexUnsafe, IndexWriteFailed
from index.snapshot import INDEX_FOLDER, commit_stamp, open_snapshot, read_toc
from index.verification import check_index
from index.writer import update_index
from web import create_app

pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights of POSIX")


@pytest.fixture
def home(build: Callable[..., Path]) -> Path:
    return build([Article(title="Xã đạt chuẩn nông thôn mới", url="https://bao.example/1")], name="kho của tôi")


@pytest.mark.parametrize("mode", [0o700, 0o750, 0o755, 0o500, 0o2700])
def test_a_folder_that_its_owner_alone_writes_opens(home: Path, mode: int) -> None:
    (home / INDEX_FOLDER).chmod(mode)
    assert open_snapshot(home / INDEX_FOLDER).document_count() == 1
    (home / INDEX_FOLDER).chmod(0o700)


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702, 0o1777, 0o720])
def test_a_folder_that_others_may_write_is_refused(home: Path, mode: int, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = home / INDEX_FOLDER
    folder.chmod(mode)
    read: list[str] = []
    opened = builtins.open
    monkeypatch.setattr(builtins, "open", lambda path, *rest, **more: read.append(str(path)) or opened(path, *rest, **more))
    said = rf"{mode:04o}: người khác cũng ghi được.*`chmod go-w '.*kho của tôi/{INDEX_FOLDER}'`"
    with pytest.raises(IndexUnsafe, match=said):
        open_snapshot(folder)
    with pytest.raises(IndexUnsafe, match=said):
        update_index(home / ARCHIVE_FILE, folder)
    assert not [path for path in read if path.startswith(str(folder))]  # nothing in it was as much as opened
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        assert "chmod go-w" in str(check_index(folder, archive)[0])
    folder.chmod(stat.S_IMODE(folder.stat().st_mode) & ~0o022)  # as the sentence says
    assert open_snapshot(folder).document_count() == 1


def test_readers_of_a_refused_index_learn_nothing_of_the_machine(home: Path) -> None:
    (home / INDEX_FOLDER).chmod(0o777)
    client = create_app(home).test_client()
    for path in ("/", "/readyz"):
        response = client.get(path)
        assert response.status_code == 503
        assert str(home) not in response.text and "chmod" not in response.text
    (home / INDEX_FOLDER).chmod(0o700)
    assert client.get("/readyz").status_code == 200  # without a restart
    client.application.extensions["lucbao"].close()


def owned_by(monkeypatch: pytest.MonkeyPatch, owners: dict[Path, int], me: int) -> None:
    """Let paths belong to users by their numbers, and the tests run as one."""
    real = os.stat

    def fake(path: object, *rest: object, **more: object) -> os.stat_result:
        status = real(path, *rest, **more)  # type: ignore[arg-type, call-overload]
        owner = owners.get(Path(path)) if isinstance(path, str | Path) else None
        return status if owner is None else os.stat_result((*status[:4], owner, *status[5:]))

    monkeypatch.setattr(os, "stat", fake)
    monkeypatch.setattr(os, "geteuid", lambda: me)


@pytest.mark.parametrize(
    ("index", "data", "me", "opens"),
    [
        (1000, 1000, 1000, True),
        (0, 1000, 1000, True),  # root made it
        (1000, 0, 1000, True),
        (1000, 1000, 0, True),  # root looks at somebody's data folder, as in a container
        (1000, 1000, 33, True),  # the web runs as another user than the nightly work
        (1001, 1000, 1000, False),
        (1001, 0, 0, False),
        (1001, 0, 33, False),  # a folder put where all may make one
    ],
)
def test_whose_folder_it_may_be(home: Path, monkeypatch: pytest.MonkeyPatch, index: int, data: int, me: int, opens: bool) -> None:
    folder = home / INDEX_FOLDER
    owned_by(monkeypatch, {folder: index, home: data}, me)
    if opens:
        assert len(read_toc(folder).segments) == 1
        return
    with pytest.raises(IndexUnsafe, match=rf"người dùng khác \(uid 1001\).*`chown {me} '.*kho của tôi/{INDEX_FOLDER}'`"):
        read_toc(folder)


def test_a_table_that_others_may_write_is_refused_where_they_can_reach_it(home: Path) -> None:
    (toc,) = (home / INDEX_FOLDER).glob("*.toc")
    toc.chmod(0o666)
    assert open_snapshot(home / INDEX_FOLDER).document_count() == 1  # nobody can: the folder is closed
    (home / INDEX_FOLDER).chmod(0o755)
    with pytest.raises(IndexUnsafe, match=r"_MAIN_0\.toc có quyền 0666"):
        open_snapshot(home / INDEX_FOLDER)


def test_an_index_written_with_a_lax_umask_can_be_shown_to_others(build: Callable[..., Path]) -> None:
    before = os.umask(0)
    try:
        home = build([Article(title="Xã đạt chuẩn", url="https://bao.example/1")])
    finally:
        os.umask(before)
    (toc,) = (home / INDEX_FOLDER).glob("*.toc")
    assert stat.S_IMODE(toc.stat().st_mode) & 0o022 == 0
    (home / INDEX_FOLDER).chmod(0o755)
    assert open_snapshot(home / INDEX_FOLDER).document_count() == 1


def forbid(monkeypatch: pytest.MonkeyPatch, where: str, pattern: str) -> None:
    """Let a call of the system answer for paths that match as it answers who has no right to them: root has them all."""
    module, name = (builtins, "open") if where == "open" else (os, where)
    real = getattr(module, name)

    def refuse(path: object, *rest: object, **more: object) -> object:
        if isinstance(path, str | Path) and Path(path).match(pattern):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, *rest, **more)

    monkeypatch.setattr(module, name, refuse)


@pytest.mark.parametrize(
    ("where", "pattern", "named", "right"),
    [
        ("listdir", INDEX_FOLDER, f"/{INDEX_FOLDER},", "đọc và vào (r-x)"),
        ("stat", f"*/{INDEX_FOLDER}", f"/{INDEX_FOLDER},", "đọc và vào (r-x)"),
        ("open", "*.toc", "/_MAIN_0.toc,", "đọc (r)"),
        ("open", "*.arrays", ".arrays,", "đọc (r)"),
    ],
)
def test_what_may_not_be_read_is_said_to_be_that(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    where: str,
    pattern: str,
    named: str,
    right: str,
) -> None:
    forbid(monkeypatch, where, pattern)
    folder = home / INDEX_FOLDER
    readers: list[Callable[[Path], object]] = [open_snapshot]
    if where != "stat":  # who may not look at the index may not enter the data folder, nor read the archive in it
        readers.append(lambda folder: update_index(home / ARCHIVE_FILE, folder))
    for read in readers:
        with pytest.raises(IndexUnreadable) as caught:
            read(folder)
        said = str(caught.value)
        assert "Không có quyền đọc chỉ mục" in said and named in said and f"cần quyền {right}" in said
        assert "hỏng" not in said and "rebuild" not in said and "Chưa có" not in said
    monkeypatch.setenv("LUCBAO_HOME", str(home))
    assert lucbao.main(["search", "nông thôn"]) == 3
    assert "Không có quyền đọc chỉ mục" in capsys.readouterr().err
    assert lucbao.main(["check"]) == 3
    shown = capsys.readouterr()
    assert "Không có quyền đọc chỉ mục" in shown.out + shown.err


def test_a_mark_that_may_not_be_read_is_no_missing_index(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid(monkeypatch, "listdir", INDEX_FOLDER)
    with pytest.raises(IndexUnreadable):
        commit_stamp(home / INDEX_FOLDER)


def test_a_file_in_the_folders_place_is_no_index(tmp_path: Path) -> None:
    (tmp_path / INDEX_FOLDER).write_text("không phải thư mục")
    with pytest.raises(IndexMissing):
        open_snapshot(tmp_path / INDEX_FOLDER)


def test_what_may_not_be_written_is_said_to_be_that(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid(monkeypatch, "replace", "*.toc.*")
    with pytest.raises(IndexWriteFailed, match=r"không có quyền ghi .*\.toc"):
        update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER, rebuild=True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("pattern", ["", "*.toc", "*.arrays"])
def test_rights_as_they_are(home: Path, pattern: str) -> None:
    folder = home / INDEX_FOLDER
    (path,) = folder.glob(pattern) if pattern else (folder,)
    path.chmod(0)
    try:
        with pytest.raises(IndexUnreadable, match=path.name):
            open_snapshot(folder)
    finally:
        path.chmod(0o700)
