"""A small share of what `make faults` does at length, so that the programs of tests/faults stay sound."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sys
from collections.abc import Callable
from http.client import HTTPMessage
from pathlib import Path
from types import ModuleType

import archive_damage
import archive_maker
import attack
import bound
import file_damage
import full_disks
import hostile_articles
import index_damage
import io_errors
import killed_alerts
import killed_gathering
import kills
import mutated_pages
import preload
import pytest
import random_queries
import raw_requests
import restless_reader
import site_answers
import soak
import tally
import writing_command
from conftest import Once
from tally import Plan, Tally

from corpus.article import Article
from corpus.reading.jsonl import write_line

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the programs look into /proc")


@pytest.fixture
def made_once(
    once: Once, archive_home: Path, sample_articles: dict[bytes, Article], kept_readers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give the programs a copy of what one of them has made, all of it out of the sample archive as it was read for all tests."""
    lines = tuple(json.loads(write_line(sample_articles[page])) for page in archive_maker.sample_pages())
    monkeypatch.setattr(archive_maker, "_sample_articles", lambda: lines)

    def share(module: ModuleType, make: Callable[[Path], object], made: str) -> None:
        def copied(folder: Path) -> Path:
            shutil.copytree(once(f"kho-{module.__name__}", make), folder, dirs_exist_ok=True)
            return folder / made

        monkeypatch.setattr(module, "make", copied)

    share(random_queries, lambda folder: random_queries.add_articles(shutil.copytree(archive_home, folder / "kho")), "kho")
    share(index_damage, index_damage.make, "lanh/kho")
    monkeypatch.setattr(index_damage, "ASKED", index_damage.ASKED[::3])
    share(writing_command, writing_command.make, "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "tries"),
    [
        (lambda plan, folder: random_queries.attack(plan, folder), 40),
        (lambda plan, folder: mutated_pages.attack(plan), 30),
        (lambda plan, folder: hostile_articles.attack(plan, folder), 30),
        (lambda plan, folder: raw_requests.attack(plan, folder), 40),
    ],
    ids=["queries", "pages", "hostile articles", "requests"],
)
@pytest.mark.usefixtures("made_once")
def test_what_comes_from_outside_does_no_harm(make: Callable[[Plan, Path], Tally], tries: int, tmp_path: Path) -> None:
    told = make(Plan(tries, seed=0, minutes=60.0), tmp_path)
    assert (told.tried, told.failures) == (tries, [])


@pytest.mark.crash
@pytest.mark.usefixtures("made_once")
def test_a_kill_loses_nothing(tmp_path: Path) -> None:
    told = kills.attack(Plan(1, seed=0, minutes=60.0), tmp_path)
    assert (told.tried, told.failures) == (1, [])


@pytest.mark.crash
@pytest.mark.usefixtures("made_once")
@pytest.mark.skipif(bool(preload.obstacle()), reason=preload.obstacle() or "-")
def test_an_error_of_the_disk_loses_nothing(tmp_path: Path) -> None:
    told = io_errors.attack(Plan(1, seed=3, minutes=60.0), tmp_path)
    assert told.failures == []


@pytest.mark.crash
@pytest.mark.usefixtures("made_once")
def test_damage_of_the_index_is_told(tmp_path: Path) -> None:
    told = index_damage.attack(Plan(1, seed=0, minutes=60.0), tmp_path)
    assert (told.tried, told.failures) == (1, [])


@pytest.mark.crash
def test_a_kill_of_gathering_loses_nothing_and_nothing_is_asked_for_twice(tmp_path: Path) -> None:
    told = killed_gathering.attack(Plan(1, seed=1082, minutes=60.0), tmp_path)
    assert (told.tried, told.failures) == (1, [])


@pytest.mark.crash
@pytest.mark.usefixtures("made_once")
def test_damage_of_the_archive_is_told(tmp_path: Path) -> None:
    told = archive_damage.attack(Plan(1, seed=10, minutes=60.0), tmp_path)
    assert (told.tried, told.failures) == (1, [])


def test_a_wrong_answer_is_a_failure() -> None:
    sound = site_answers.Answers({"/": (200, "a"), "/the": (200, "b")}, check=0)
    for answers, wrong in [
        ({"/": (200, "a"), "/the": (200, "b")}, 0),
        ({"/": (503, "x"), "/the": (503, "y")}, 0),
        ({"/": (200, "x"), "/the": (503, "y")}, 1),
        ({"/": (200, "a"), "/the": (500, "y")}, 1),
    ]:
        assert len(index_damage.wrong_answers(sound, site_answers.Answers(answers, check=3))) == wrong
    died = site_answers.Answers({}, died="exit -7 after 0 answers", complained="Traceback (most recent call last):\n…")
    assert len(index_damage.wrong_answers(sound, died)) == 2
    assert archive_damage.wrong(site_answers.Answers({"/": (200, "x")}, check=0), same=False) == ["check: 0 "]
    assert archive_damage.wrong(site_answers.Answers({"/": (200, "x")}, check=3), same=False) == []
    assert archive_damage.wrong(site_answers.Answers({"/": (500, "x")}, check=3), same=False) != []


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        ("<p>a</p>", 0),
        ("<p>a", 1),
        ("<p onclick=a>b</p>", 1),
        ("<xq7>b</xq7>", 1),
        ('<a href="javascript:alert(1)">b</a>', 1),
        ('<a href="//evil.example">b</a>', 1),
        ('<a href="/tim-kiem">b</a>', 0),
        ("<script>alert(1)</script>", 1),
        ('<script type="application/ld+json">{"a": 1}</script>', 0),
        ("<!--a-->", 1),
    ],
)
def test_markup_that_no_template_writes_is_seen(page: str, wrong: int) -> None:
    parser = hostile_articles.Page()
    parser.feed(page)
    parser.finish()
    assert len(parser.wrong) == wrong


@pytest.mark.usefixtures("made_once")
def test_every_article_has_its_own_marker() -> None:
    markers = {archive_maker.marker(3, number, version) for number in range(200) for version in range(20)}
    assert len(markers) == 4000
    assert archive_maker.article(3, 7, 1) == archive_maker.article(3, 7, 1) != archive_maker.article(3, 7, 2)


def test_damage_damages() -> None:
    content = random.Random(1).randbytes(25_000)
    for damage in file_damage.DAMAGES:
        assert any(damage(content, random.Random(seed)) != content for seed in range(20))


def test_growth_is_told() -> None:
    def sample(minute: float, **figures: int) -> soak.Sample:
        names = ("resident KiB", "anonymous KiB", "open files", "threads", "deleted maps", "log bytes")
        return soak.Sample(minute, dict.fromkeys(names, 10) | {name.replace("_", " "): value for name, value in figures.items()})

    level = [sample(minute) for minute in range(60)]
    assert soak.growth(level) == []
    assert soak.growth([sample(minute, open_files=10 + minute) for minute in range(60)]) == ["open files grew from 25.5 to 63.5"]
    assert soak.growth([*level, sample(60, log_bytes=1 << 30)]) == ["the archive's log grew to 1073741824 bytes"]


def test_an_answer_cut_short_is_seen() -> None:
    headers = HTTPMessage()
    headers["Content-Type"], headers["Content-Security-Policy"] = "text/html; charset=utf-8", "x"
    assert restless_reader.check_form("GET", 200, headers, b"<html></html>\n") == ""
    assert restless_reader.check_form("GET", 200, headers, b"<html>") != ""
    assert restless_reader.check_form("HEAD", 200, headers, b"a") != ""


def test_a_case_that_takes_too_long_is_broken_off() -> None:
    before = signal.getsignal(signal.SIGPROF)
    with pytest.raises(random_queries.CaseTooSlow), random_queries.within(0.05):
        while True:
            pass
    assert signal.getsignal(signal.SIGPROF) is before


def test_figures_and_failures_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    told = Tally("kills", tried=3)
    assert told.close() == 0
    told.fail("--seed 2: lost")
    assert told.close() == 1
    assert capsys.readouterr().out == "kills: tried 3, survived 3\n! kills: --seed 2: lost\nkills: tried 3, survived 2\n"
    assert [number for number, _ in tally.read_plan("", tries=3, arguments=["--seed", "5"]).attempts()] == [5, 6, 7]
    rows = [attack.Row("kills", 240, 239, 12.345, "see above", failed=True)]
    assert attack.table(rows).splitlines()[1] == "kills                         240       239     12.3  see above"


def test_where_no_disk_may_be_mounted_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "mount" in full_disks.obstacle(tmp_path)


def test_what_alerts_skip_or_tell_twice_is_seen() -> None:
    assert killed_alerts.wrong({"mail 1": [(1, 2), (1, 2)], "mail 2": [(3,)], "webhook 9": [(1, 2, 3)]}, {1, 2, 3}) == []
    assert killed_alerts.wrong({"mail 1": [(1,), (1, 2)], "webhook 1": [(1,)]}, {1}) == ["mail: one delivery with two contents"]
    assert len(killed_alerts.wrong({"mail 1": [(1, 2)], "mail 2": [(2,)], "webhook 1": [(1, 4)]}, {1, 2, 3})) == 3


def test_memory_that_grows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    held = iter([1000, 1400, 1501])
    monkeypatch.setattr(bound, "_resident", lambda: next(held))
    memory = bound.Growth(warm=10, most=500)
    assert [memory.told(tried) for tried in (1, 10, 15, 20)] == [""] * 4
    assert memory.told(30) == "after 30 attempts the process holds 1501 bytes, after 10 it held 1000"
