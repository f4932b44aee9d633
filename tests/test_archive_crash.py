"""What is left of an archive when the process that writes it is killed, at any moment."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.errors import ArchiveMissing
from corpus.ingest import ingest

pytestmark = [pytest.mark.crash, pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")]

ARTICLES = 480
BATCH = 20  # a few to a kill, and two dozen in all
# Small batches, so that a kill falls into any part of one, read by one process; prints how many inputs are acknowledged.
ADD = f"""
import os, sys
os.cpu_count = lambda: 1
sys.path[:] = sys.argv[3].split(":")
from corpus import ingest
from corpus.archive import Archive
if __name__ == "__main__":
    ingest._BATCH_ARTICLES = {BATCH}
    ingest._BATCH_SECONDS = 1000
    with Archive.open(sys.argv[1], create=True) as archive:
        ingest.ingest([sys.argv[2]], archive, progress=lambda report: print(report.added + report.unchanged, flush=True))
"""


def url(number: int) -> str:
    return f"https://tin.example/{number}"


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chance = random.Random(7)
    path = tmp_path_factory.mktemp("tin") / "bai.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(ARTICLES):
            body = [
                "Đoạn " + " ".join(chance.choices(["xã", "huyện", "nông thôn", "mới", "đường", "trường"], k=60)) for _ in range(4)
            ]
            page = f"<p>{chance.random()}" * 30
            file.write(
                json.dumps({"url": url(number), "title": f"Bài {number}", "body": body, "html": page}, ensure_ascii=False) + "\n"
            )
    return path


def add(archive: Path, lines: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ADD, str(archive), str(lines), ":".join(sys.path)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def numbers(archive: Archive) -> list[int]:
    """The articles in the order they were archived."""
    found = archive.revisions_at(range(1, archive.last_change() + 1))
    assert len(found) == archive.last_change(), "an article was archived twice, or a number left out"
    return [int(article.url.rpartition("/")[2]) for _, article in sorted(found.items())]


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, lines: Path) -> None:
    chance = random.Random(11)
    path = tmp_path / ARCHIVE_FILE
    kept = 0
    for round_number in range(8):
        process = add(path, lines)
        assert process.stdout is not None
        acknowledged = 0
        # Some rounds are killed before anything is done, most at some moment after a batch beyond what was there.
        if round_number:
            for told in process.stdout:
                acknowledged = int(told)
                if acknowledged > kept:
                    break
        time.sleep(chance.random() * 0.12)
        process.send_signal(signal.SIGKILL)
        acknowledged = max([acknowledged, *map(int, process.stdout.read().split())])
        process.stdout.close()
        process.wait()
        if round_number == 0 and not path.exists():
            continue
        # A reader that may not write, as the web is, must be able to take over a log left behind.
        try:
            with Archive.open(path, read_only=True) as archive:
                present = numbers(archive)
        except ArchiveMissing:
            assert acknowledged == 0  # killed while the archive was being made
            continue
        assert present == list(range(len(present)))
        assert len(present) >= max(acknowledged, kept)
        kept = len(present)
        with Archive.open(path) as archive:
            assert archive.check() == []
    assert kept > 0
    with Archive.open(path) as archive:
        report = ingest([lines], archive)
        assert (report.added, report.unchanged, report.rejected) == (ARTICLES - kept, kept, 0)
        assert numbers(archive) == list(range(ARTICLES))
        assert archive.statistics().pages == ARTICLES
        assert archive.check() == []


def test_a_log_cut_off_anywhere_leaves_whole_batches(tmp_path: Path, lines: Path) -> None:
    """As after a power cut on a drive that lied about what it had written."""
    chance = random.Random(13)
    path = tmp_path / "kho" / ARCHIVE_FILE
    process = add(path, lines)
    assert process.stdout is not None
    for told in process.stdout:
        if int(told) >= 10 * BATCH:
            break
    process.send_signal(signal.SIGKILL)
    process.stdout.close()
    process.wait()
    log = path.with_name(f"{ARCHIVE_FILE}-wal")
    whole = log.read_bytes()
    assert whole
    for round_number in range(12):
        copy = tmp_path / f"ban-{round_number}"
        shutil.copytree(path.parent, copy)
        (copy / f"{ARCHIVE_FILE}-shm").unlink(missing_ok=True)
        os.truncate(copy / log.name, chance.randrange(len(whole)))
        with Archive.open(copy / ARCHIVE_FILE, create=True) as archive:
            assert archive.check() == []
            present = numbers(archive)
            assert present == list(range(len(present))) and len(present) % BATCH == 0


def test_two_processes_may_add_at_once(tmp_path: Path, lines: Path) -> None:
    path = tmp_path / ARCHIVE_FILE
    reverse = tmp_path / "nguoc.jsonl"
    reverse.write_text("".join(lines.read_text(encoding="utf-8").splitlines(keepends=True)[::-1]), encoding="utf-8")
    processes = [add(path, lines), add(path, reverse)]
    for process in processes:
        output, _ = process.communicate()
        assert process.returncode == 0 and output
    with Archive.open(path) as archive:
        assert sorted(numbers(archive)) == list(range(ARTICLES))
        assert archive.check() == []
