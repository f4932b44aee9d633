"""index.storage: a commit names what is on disk, and is on disk itself when the run ends. Whoosh 2.7.4 never calls fsync."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import random_article

from corpus.archive import ARCHIVE_FILE, Archive
from index import writer
from index.codec import EXTENSION
from index.snapshot import INDEX_FOLDER, read_toc


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[int, int], str]]:
    """What is asked of the disk, in order: "fsync" or "rename", which file (device and inode), the name a rename gives."""
    calls: list[tuple[str, tuple[int, int], str]] = []
    fsync, replace = os.fsync, os.replace

    def identity(status: os.stat_result) -> tuple[int, int]:
        return status.st_dev, status.st_ino

    def watch_fsync(descriptor: int) -> None:
        fsync(descriptor)
        calls.append(("fsync", identity(os.fstat(descriptor)), ""))

    def watch_replace(source: Path, target: Path) -> None:
        replace(source, target)
        calls.append(("rename", identity(os.stat(target)), Path(target).name))

    monkeypatch.setattr(os, "fsync", watch_fsync)
    monkeypatch.setattr(os, "replace", watch_replace)
    return calls


def test_a_commit_is_on_disk_and_what_it_names_was_before(
    build: Callable[..., Path], asked: list[tuple[str, tuple[int, int], str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "BATCH", 10)
    home = build([])
    chance = random.Random(5)
    with Archive.open(home / ARCHIVE_FILE) as archive, archive.batch():
        for number in range(35):
            archive.add(random_article(chance, number))
    asked.clear()
    folder = home / INDEX_FOLDER
    writer.update_index(home / ARCHIVE_FILE, folder, processes=1)
    status = folder.stat()
    itself = ("fsync", (status.st_dev, status.st_ino), "")
    commits = [place for place, (_, _, name) in enumerate(asked) if name.endswith(".toc")]
    assert commits
    for place in commits:
        _, toc, _ = asked[place]
        assert ("fsync", toc, "") in asked[:place]
        assert asked[place + 1] == itself
    segments = read_toc(folder).segments
    assert segments
    for segment in segments:
        path = folder / segment.make_filename(EXTENSION)
        content = ("fsync", (path.stat().st_dev, path.stat().st_ino), "")
        named = next(place for place, (_, _, name) in enumerate(asked) if name == path.name)
        assert content in asked[:named]
        assert itself in asked[named : commits[-1]]
