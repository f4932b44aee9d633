"""index.writer: the index keeps up with the archive, whatever interrupts it."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import random_article

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article
from corpus.errors import CorpusError
from index import inversion, schema, writer
from index.codec import EXTENSION, ArraySegment
from index.errors import IndexBusy, IndexMissing, IndexOutdated, IndexWriteFailed
from index.merge import merge_segments
from index.segment import SegmentReader
from index.segment_file import SegmentFile
from index.snapshot import INDEX_FOLDER, INDEX_NAME, open_snapshot
from index.storage import DurableStorage
from index.verification import check_index
from index.writer import choose_merge, update_index
from language.wording import Told


def articles(count: int, seed: int = 1) -> list[Article]:
    chance = random.Random(seed)
    return [random_article(chance, number) for number in range(count)]


def indexed_ids(home: Path) -> list[str]:
    snapshot = open_snapshot(home / INDEX_FOLDER)
    return sorted(each.decode() for segment in snapshot.segments for each in segment.ids[segment.live])


def problems(home: Path) -> list[Told]:
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        return check_index(home / INDEX_FOLDER, archive)


def run(home: Path, **options: object) -> writer.IndexReport:
    return update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER, **options)  # type: ignore[arg-type]


def test_updates_and_withdrawals_reach_the_index(build: Callable[..., Path]) -> None:
    first = articles(30)
    home = build(first)
    assert indexed_ids(home) == sorted(article.id for article in first)
    changed = replace(first[4], title="tiêu đề đã sửa")
    home = build([changed], withdrawn=[first[7].id])
    assert indexed_ids(home) == sorted(article.id for article in first if article is not first[7])
    assert problems(home) == []
    report = run(home)
    assert (report.indexed, report.removed, report.rebuilt) == (0, 0, None)


def test_an_article_that_comes_back_is_found_again(build: Callable[..., Path]) -> None:
    one = articles(1)[0]
    home = build([one], withdrawn=[one.id])
    assert indexed_ids(home) == []
    build([replace(one, lead="đăng lại")])
    assert indexed_ids(home) == [one.id]
    assert problems(home) == []


def test_an_up_to_date_index_is_not_written(build: Callable[..., Path]) -> None:
    home = build(articles(5))
    generation = open_snapshot(home / INDEX_FOLDER).generation
    run(home)
    assert open_snapshot(home / INDEX_FOLDER).generation == generation


def test_another_version_of_analysis_means_rebuild(build: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    home = build(articles(12))
    monkeypatch.setattr(schema, "VERSION", "khác")
    with pytest.raises(IndexOutdated, match="--rebuild"):
        open_snapshot(home / INDEX_FOLDER)
    report = run(home)
    assert report.indexed == 12
    assert report.rebuilt is not None and "phiên bản" in str(report.rebuilt)
    assert len(indexed_ids(home)) == 12


def test_another_archive_means_rebuild(build: Callable[..., Path]) -> None:
    home = build(articles(12))
    for path in home.glob(f"{ARCHIVE_FILE}*"):
        path.unlink()
    build(articles(3, seed=2))
    assert len(indexed_ids(home)) == 3
    assert problems(home) == []


def test_rebuilding_keeps_the_old_index_until_the_new_one_is_whole(build: Callable[..., Path]) -> None:
    home = build(articles(12))
    seen = []
    run(home, rebuild=True, progress=lambda done, total: seen.append((done, total, len(indexed_ids(home)))))
    assert seen == [(0, 12, 12), (12, 12, 12)]
    assert len(indexed_ids(home)) == 12


def test_one_writer_at_a_time(build: Callable[..., Path]) -> None:
    home = build(articles(3))
    lock = DurableStorage(home / INDEX_FOLDER).lock(f"{INDEX_NAME}_WRITELOCK")
    assert lock.acquire()
    try:
        with pytest.raises(IndexBusy, match="tiến trình khác"):
            run(home)
    finally:
        lock.release()
    run(home)


def test_no_index_yet(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="lucbao index"):
        open_snapshot(tmp_path / INDEX_FOLDER)


@pytest.mark.parametrize("pattern", [f"*{EXTENSION}", "_MAIN_*.toc"])
@pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
def test_damage_is_named_and_a_rebuild_mends_it(build: Callable[..., Path], pattern: str, damage: str) -> None:
    home = build(articles(9))
    path = next((home / INDEX_FOLDER).glob(pattern))
    content = path.read_bytes()
    if damage == "flip":
        path.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.unlink()
    found = problems(home)
    assert found and ("--rebuild" in str(found[0]) or "lucbao index" in str(found[0]))
    if damage != "remove":
        assert path.name in found[0].in_words("en")
    run(home, rebuild=True)
    assert problems(home) == []
    assert len(indexed_ids(home)) == 9


def test_folder_is_for_the_owner_only(build: Callable[..., Path]) -> None:
    home = build(articles(2))
    assert (home / INDEX_FOLDER).stat().st_mode & 0o077 == 0


def test_merging_equals_indexing_at_once(build: Callable[..., Path], tmp_path: Path) -> None:
    every = articles(40)
    pieces = open_snapshot(build(every[:10], every[10:25], every[25:]) / INDEX_FOLDER).segments
    assert len(pieces) == 3
    merge_segments(pieces, tmp_path / "merged.arrays")
    whole = open_snapshot(build(every, name="một lần") / INDEX_FOLDER).segments[0].file
    merged = SegmentFile(tmp_path / "merged.arrays")
    assert merged.names() == whole.names()
    for name in whole.names():
        assert merged.read(name).tolist() == whole.read(name).tolist(), name


def test_merging_leaves_deleted_documents_out(build: Callable[..., Path], tmp_path: Path) -> None:
    every = articles(40)
    gone = {article.id for article in every[3::7]}
    pieces = open_snapshot(build(every[:20], every[20:], withdrawn=sorted(gone)) / INDEX_FOLDER).segments
    merge_segments(pieces, tmp_path / "merged.arrays")
    whole = open_snapshot(
        build([article for article in every if article.id not in gone], name="một lần") / INDEX_FOLDER
    ).segments[0]
    merged = SegmentReader(SegmentFile(tmp_path / "merged.arrays"))
    assert merged.ids.tolist() == whole.ids.tolist()
    for name in set(whole.file.names()) - {"document/change"}:
        assert merged.file.read(name).tolist() == whole.file.read(name).tolist(), name


@pytest.mark.parametrize(
    ("sizes", "final", "merged"),
    [
        ([1000] * 7, False, []),
        ([1000] * 8, False, [1000] * 8),
        ([8000, *[1000] * 7], False, []),
        ([60000, 1, 1], False, []),
        ([60000, 20000, 1000, 8], True, [8, 1000, 20000]),
        ([60000], True, []),
        ([30000, 30000, 30000], True, [30000, 30000]),
    ],
)
def test_choice_of_segments_to_merge(sizes: list[int], final: bool, merged: list[int]) -> None:
    segments = [ArraySegment(INDEX_NAME, size) for size in sizes]
    assert [segment.doc_count() for segment in choose_merge(segments, final=final)] == merged


def test_a_segment_that_is_mostly_deleted_is_rewritten() -> None:
    segment = ArraySegment(INDEX_NAME, 10).without(frozenset(range(6)))
    assert choose_merge([ArraySegment(INDEX_NAME, 10), segment]) == [segment]


_INDEXING = """
import sys
from pathlib import Path
from index import writer
writer.BATCH, writer._BATCHES_A_COMMIT = 20, 2
writer.update_index(Path(sys.argv[1]), Path(sys.argv[2]), processes=1, progress=lambda done, total: print(done, flush=True))
"""


@pytest.mark.crash
def test_kill_at_any_moment_loses_nothing(build: Callable[..., Path]) -> None:
    """Whatever was committed stays whole; the next run goes on from there, without loss or doubles."""
    chance = random.Random(31)
    home = build([])
    every = articles(400)
    with Archive.open(home / ARCHIVE_FILE) as archive, archive.batch():
        for article in every:
            archive.add(article)
    killed = 0
    root = Path(writer.__file__).parents[1]
    for _ in range(8):
        command = [sys.executable, "-c", _INDEXING, str(home / ARCHIVE_FILE), str(home / INDEX_FOLDER)]
        process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(chance.randint(0, 3)):
            process.stdout.readline()
        time.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        snapshot = open_snapshot(home / INDEX_FOLDER)
        ids = indexed_ids(home)
        assert len(ids) == len(set(ids)) == snapshot.provenance.watermark
        assert problems(home) == []
    assert killed >= 3
    run(home)
    assert indexed_ids(home) == sorted(article.id for article in every)
    assert not list((home / INDEX_FOLDER).glob("pending_*"))


@pytest.mark.slow
def test_worker_processes_give_the_same_index(build: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "BATCH", 25)
    home = build([])
    every = articles(90)
    with Archive.open(home / ARCHIVE_FILE) as archive, archive.batch():
        for article in every:
            archive.add(article)
    report = run(home, processes=2)
    assert report.indexed == 90
    assert indexed_ids(home) == sorted(article.id for article in every)
    changes = np.concatenate([segment.changes for segment in open_snapshot(home / INDEX_FOLDER).segments])
    assert sorted(changes.tolist()) == list(range(1, 91))
    assert problems(home) == []


def test_a_failed_run_leaves_the_last_commit_and_nothing_else(
    build: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = build(articles(9))
    before = sorted(path.name for path in (home / INDEX_FOLDER).iterdir())
    monkeypatch.setattr(writer, "BATCH", 4)
    full = iter([False, False, True])

    def invert(*arguments: object) -> int:
        if next(full):
            raise OSError(errno.ENOSPC, "No space left on device")
        return inversion.invert(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(writer, "invert", invert)
    with pytest.raises(IndexWriteFailed, match="đầy"):
        run(home, rebuild=True, processes=1)
    assert sorted(path.name for path in (home / INDEX_FOLDER).iterdir()) == before
    assert problems(home) == []
    monkeypatch.undo()
    assert run(home, rebuild=True).indexed == 9  # the lock is free


def test_without_an_archive_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(CorpusError):
        run(tmp_path)
    assert not (tmp_path / INDEX_FOLDER).exists()


def test_a_damaged_segment_is_built_anew(build: Callable[..., Path]) -> None:
    home = build(articles(9))
    path = next((home / INDEX_FOLDER).glob(f"*{EXTENSION}"))
    path.write_bytes(path.read_bytes()[:50])
    report = run(home)
    assert report.rebuilt is not None and "cắt cụt" in str(report.rebuilt)
    assert problems(home) == []
    path = next((home / INDEX_FOLDER).glob(f"*{EXTENSION}"))
    path.unlink()
    assert str(run(home).rebuilt) == "thiếu tệp"
    assert len(indexed_ids(home)) == 9


def test_an_article_that_changes_while_changes_are_read_is_indexed_once(
    build: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = build(articles(3))
    one = articles(1)[0]
    build([replace(one, title="hai")])
    with Archive.open(home / ARCHIVE_FILE) as archive:
        latest = list(archive.changes(0))
    stale = [replace(latest[-1], number=1), *latest]  # as if read in two pages, with an update between
    monkeypatch.setattr(Archive, "changes", lambda self, after=0: iter([each for each in stale if each.number > after]))
    run(home, rebuild=True)
    assert len(indexed_ids(home)) == len(set(indexed_ids(home))) == 3


def test_an_archive_restored_from_an_older_copy_means_rebuild(build: Callable[..., Path], tmp_path: Path) -> None:
    home = build(articles(5))
    shutil.copy(home / ARCHIVE_FILE, tmp_path / "bản sao")
    build(articles(9))
    shutil.copy(tmp_path / "bản sao", home / ARCHIVE_FILE)
    others = articles(16, seed=5)[5:]
    with Archive.open(home / ARCHIVE_FILE) as archive, archive.batch():
        for article in others:
            archive.add(article)
    report = run(home)
    assert report.rebuilt is not None and "khôi phục" in str(report.rebuilt)
    assert problems(home) == []
    assert len(indexed_ids(home)) == 16


_OPENING = """
import sys
from pathlib import Path
from index.snapshot import open_snapshot
for _ in range(400):
    snapshot = open_snapshot(Path(sys.argv[1]))
    assert snapshot.document_count() >= 20
print("ok")
"""


@pytest.mark.slow
def test_readers_do_not_stumble_over_commits(build: Callable[..., Path]) -> None:
    every = articles(60)
    home = build(every[:20])
    root = Path(writer.__file__).parents[1]
    command = [sys.executable, "-c", _OPENING, str(home / INDEX_FOLDER)]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for article in every[20:]:
        build([article])
        run(home, rebuild=article is every[40])
        if process.poll() is not None:
            break
    out, error = process.communicate(timeout=120)
    assert out == "ok\n", error


_INDEXING_IN_PROCESSES = """
import sys
from pathlib import Path
from index import writer

if __name__ == "__main__":
    writer.BATCH = 20
    writer.update_index(Path(sys.argv[1]), Path(sys.argv[2]), processes=2, progress=lambda done, total: print(done, flush=True))
"""


@pytest.mark.crash
def test_workers_end_with_a_killed_run(build: Callable[..., Path], tmp_path: Path) -> None:
    home = build([])
    with Archive.open(home / ARCHIVE_FILE) as archive, archive.batch():
        for article in articles(3000):
            archive.add(article)
    script = tmp_path / "run.py"
    script.write_text(_INDEXING_IN_PROCESSES)
    command = [sys.executable, str(script), str(home / ARCHIVE_FILE), str(home / INDEX_FOLDER)]
    root = str(Path(writer.__file__).parents[1])
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": root}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        # The workers inherited the pipe: it ends when the last of them has.
        process.stdout.read()
    assert process.returncode == -signal.SIGKILL
