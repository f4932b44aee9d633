"""index.lexicon: an index of the newest articles keeps up with the archive, stays small, and is else an index as any."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import random_article

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.archive.paper_file import SOURCES_FILE
from corpus.article import Article
from index import writer
from index.lexicon import LEXICON_FOLDER, update_lexicon
from index.report import IndexReport
from index.snapshot import INDEX_FOLDER, check_archive, open_snapshot


def articles(count: int, seed: int = 1) -> list[Article]:
    chance = random.Random(seed)
    return [random_article(chance, number) for number in range(count)]


def archived(home: Path, every: Sequence[Article], withdrawn: Sequence[Article] = ()) -> Path:
    home.mkdir(exist_ok=True)
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive, archive.batch():
        for article in every:
            archive.add(article)
        for article in withdrawn:
            archive.withdraw(article.id)
    return home


def update(home: Path, most: int) -> IndexReport:
    return update_lexicon(home / ARCHIVE_FILE, home, most=most, processes=1)


def ids_in(home: Path) -> list[str]:
    """Return the ids in the lexicon, in the order of change numbers, once it is known to be of this archive."""
    snapshot = open_snapshot(home / LEXICON_FOLDER)
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        check_archive(home / LEXICON_FOLDER, snapshot.provenance, archive)
        assert snapshot.provenance.watermark == archive.last_change()
    found = [
        (change, each.decode())
        for segment in snapshot.segments
        for change, each in zip(segment.changes[segment.live].tolist(), segment.ids[segment.live].tolist(), strict=True)
    ]
    return [article_id for _, article_id in sorted(found)]


def ids_of(every: Sequence[Article]) -> list[str]:
    return [article.id for article in every]


def test_of_a_small_archive_it_has_all_articles(build: Callable[..., Path]) -> None:
    every = articles(40)
    home = build(every, withdrawn=[every[5].id])
    for most in (39, 40, 1000):
        update(home, most)
        (whole,), (own,) = (open_snapshot(home / folder).segments for folder in (INDEX_FOLDER, LEXICON_FOLDER))
        assert own.ids.tolist() == whole.ids[whole.live].tolist()
    again = open_snapshot(home / LEXICON_FOLDER).generation
    assert update(home, 1000).indexed == 0
    assert open_snapshot(home / LEXICON_FOLDER).generation == again


def test_without_withdrawals_it_has_every_array_of_the_index(build: Callable[..., Path]) -> None:
    home = build(articles(30))
    update(home, 30)
    (whole,), (own,) = (open_snapshot(home / folder).segments for folder in (INDEX_FOLDER, LEXICON_FOLDER))
    assert own.file.names() == whole.file.names()
    for name in whole.file.names():
        assert own.file.read(name).tolist() == whole.file.read(name).tolist(), name


def test_of_a_large_archive_it_has_the_newest(tmp_path: Path) -> None:
    every = articles(40)
    home = archived(tmp_path / "kho", every, withdrawn=every[37:38])
    report = update(home, 10)
    assert (report.indexed, report.rebuilt) == (10, None)
    assert ids_in(home) == ids_of([*every[29:37], *every[38:]])


def test_what_is_changed_or_withdrawn_follows(tmp_path: Path) -> None:
    every = articles(40)
    home = archived(tmp_path / "kho", every)
    update(home, 10)
    archived(home, [replace(every[2], title="đã sửa"), replace(every[33], title="đã sửa")], withdrawn=[every[35], every[3]])
    assert update(home, 10).rebuilt is None
    assert ids_in(home) == ids_of([*every[30:33], every[34], *every[36:], every[2], every[33]])


def test_it_begins_anew_before_it_has_twice_as_many(tmp_path: Path) -> None:
    every = articles(60)
    home = archived(tmp_path / "kho", every[:30])
    update(home, 10)
    archived(home, every[30:40])
    assert update(home, 10).rebuilt is None
    assert ids_in(home) == ids_of(every[20:40])
    archived(home, every[40:41])
    report = update(home, 10)
    assert report.rebuilt is not None and "20" in report.rebuilt.in_words("en")
    assert ids_in(home) == ids_of(every[31:41])
    archived(home, every[41:])
    assert update(home, 10).indexed == 10
    assert ids_in(home) == ids_of(every[50:])


def test_an_archive_that_changes_as_a_whole_is_no_larger(tmp_path: Path) -> None:
    every = articles(12)
    home = archived(tmp_path / "kho", every)
    update(home, 12)
    archived(home, [replace(article, title="đã sửa") for article in every])
    assert update(home, 12).rebuilt is None
    assert ids_in(home) == ids_of(every)


def test_papers_with_other_names_are_renamed_in_it_only(tmp_path: Path) -> None:
    every = [replace(article, source="Báo Một") for article in articles(30)]
    home = archived(tmp_path / "kho", every)
    update(home, 10)
    (home / SOURCES_FILE).write_text(
        '[[source]]\nname = "Nhật báo"\nhome = "https://bao.example/"\nother_names = ["Báo Một"]\n', "utf-8"
    )
    report = update(home, 10)
    assert (report.indexed, report.renamed, report.rebuilt) == (0, 10, None)
    assert ids_in(home) == ids_of(every[20:])
    segments = open_snapshot(home / LEXICON_FOLDER).segments
    assert {label for segment in segments for label in segment.field("source").labels() or ()} == {"Nhật báo"}


_UPDATING = """
import sys
from pathlib import Path
from index import lexicon, writer
writer.BATCH, writer._BATCHES_A_COMMIT = 20, 2
archive, home = map(Path, sys.argv[1:])
lexicon.update_lexicon(archive, home, most=300, processes=1, progress=lambda done, total: print(done, flush=True))
"""


@pytest.mark.crash
def test_killed_at_any_moment_it_goes_on(tmp_path: Path) -> None:
    chance = random.Random(7)
    every = articles(400)
    home = archived(tmp_path / "kho", every)
    killed = 0
    for _ in range(6):
        command = [sys.executable, "-c", _UPDATING, str(home / ARCHIVE_FILE), str(home)]
        process = subprocess.Popen(command, cwd=Path(writer.__file__).parents[1], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(chance.randint(2, 5)):
            process.stdout.readline()
        time.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
    assert killed >= 2
    assert update(home, 300).rebuilt is None
    assert ids_in(home) == ids_of(every[100:])
    assert not list((home / LEXICON_FOLDER).glob("pending_*"))
