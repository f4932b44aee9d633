"""command.shown.output_file: a file appears under its name when it is whole and on disk, or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from command.shown.output_file import output


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What is asked of the disk, in order: fsync of a file with its content's size, of a folder, and a rename."""
    seen: list[tuple[object, ...]] = []
    fsync, replace = os.fsync, os.replace

    def watch_fsync(descriptor: int) -> None:
        status = os.fstat(descriptor)
        seen.append(("folder",) if stat.S_ISDIR(status.st_mode) else ("file", status.st_size))
        fsync(descriptor)

    def watch_replace(source: Path, target: Path) -> None:
        seen.append(("rename", Path(target).name))
        replace(source, target)

    monkeypatch.setattr(os, "fsync", watch_fsync)
    monkeypatch.setattr(os, "replace", watch_replace)
    return seen


def test_a_file_is_on_disk_before_it_has_its_name(tmp_path: Path, calls: list[tuple[object, ...]]) -> None:
    with output(tmp_path / "bài.csv") as out:
        out.write("x" * 100)
        assert calls == []
    assert calls == [("file", 100), ("rename", "bài.csv"), ("folder",)]
    assert (tmp_path / "bài.csv").read_text() == "x" * 100


def test_a_file_that_does_not_reach_the_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bài.csv"
    path.write_text("cũ")

    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output error") as caught, output(path) as out:
        out.write("mới")
    assert caught.value.filename == str(path)
    assert path.read_text() == "cũ"
    assert [each.name for each in tmp_path.iterdir()] == ["bài.csv"]


def test_a_device_is_written_as_it_is(calls: list[tuple[object, ...]]) -> None:
    with output(Path(os.devnull)) as out:
        out.write("x")
    assert calls == []
