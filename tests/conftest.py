"""Fixtures shared by the tests: small articles of chance, an index over them, the sample archive as a data folder and in a browser."""

from __future__ import annotations

import hashlib
import math
import os
import random
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import flask.templating
import pytest
from cluster_fixture import cluster_hosts  # noqa: F401
from flask import Flask
from hypothesis import settings
from jinja2.bccache import Bucket, BytecodeCache
from kept_reader import KeptReader
from werkzeug.serving import make_server

from corpus.archive import ARCHIVE_FILE, Archive
from corpus.article import Article, Block
from corpus.sample import sample_folder
from index.snapshot import INDEX_FOLDER
from index.writer import update_index
from language.timestamp import VIETNAM
from searcher.deadline import Deadline
from web import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SYLLABLES = (
    "đường dương duong trường truong thpt THPT đạt dat chuẩn chuan nông thôn mới nông thôn mới của của của và ở tỉnh xã huyện "
    "hòa hoà bình kĩ kỹ thuật 263/QĐ-TTg 57/2022/NĐ-CP 3/9 y ô"
).split()
Once = Callable[[str, Callable[[Path], None]], Path]
TAGS = ("nông thôn mới", "Giáo dục", "Quảng Ninh", "đất đai")


class Checks:
    """Counts how often a deadline is looked at; the time is over from look number `last` on, from 0."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done = 0
        self.last = math.inf
        check = Deadline.check

        def look(deadline: Deadline) -> None:
            self.done += 1
            check(deadline if self.done <= self.last else Deadline(-math.inf))

        monkeypatch.setattr(Deadline, "check", look)

    def allow(self, last: float) -> None:
        """Begin to count anew, and end the time after so many looks."""
        self.done, self.last = 0, last

    @property
    def over(self) -> bool:
        """Whether the time has been over since `allow`."""
        return self.done > self.last


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Checks:
    """Return what makes the time run out at a look at the clock that a test chooses."""
    return Checks(monkeypatch)


os.environ["LUCBAO_LANG"] = "vi"  # of commands, whatever the locale of the machine

settings.register_profile("lucbao", deadline=None)  # no test looks at a clock: a busy machine is no failure
settings.load_profile("lucbao")
settings.register_profile("quick", settings.get_profile("lucbao"), max_examples=20)  # between two edits

_after = Deadline.after
# Nor is it one that a search takes long on it: what is over from the beginning stays so, all others have thirty times as long.
Deadline.after = lambda seconds: _after(30 * seconds)  # type: ignore[method-assign, assignment]


class Templates(BytecodeCache):
    """Keeps what was compiled of the templates for all applications of the tests."""

    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key] = bucket.bytecode_to_string()


class TemplateEnvironment(flask.templating.Environment):
    """An application's templates, compiled once for all of them."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, bytecode_cache=_TEMPLATES, **options)


_TEMPLATES = Templates()
Flask.jinja_environment = TemplateEnvironment

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None)
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync"
).split()


def random_article(chance: random.Random, number: int) -> Article:
    """Return an article of chance syllables, with its own url; some have no date, no lead, no tags."""

    def text(most: int) -> str:
        return " ".join(chance.choice(SYLLABLES) for _ in range(chance.randint(1, most)))

    blocks = tuple(
        Block(chance.choice(("heading", "paragraph", "paragraph", "caption")), text(12)) for _ in range(chance.randint(0, 4))
    )
    published = datetime(2020, 1, 1, tzinfo=VIETNAM) + timedelta(days=chance.randint(0, 900)) if chance.random() < 0.9 else None
    return Article(
        title=text(6),
        lead=text(8) if chance.random() < 0.8 else "",
        blocks=blocks,
        url=f"https://bao.example/{number}",
        source=chance.choice(("Báo Một", "Báo Hai", "")),
        section=chance.choice(("Xã hội", "")),
        tags=tuple(chance.sample(TAGS, chance.randint(0, 2))),
        published=published,
    )


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Return a function that has a folder made and gives it, for reading only: made once, though several processes run the tests."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def once(name: str, make: Callable[[Path], None]) -> Path:
        folder = shared / name
        if folder.exists():
            return folder
        with closing(sqlite3.connect(shared / f"{name}.lock", timeout=600)) as lock:
            lock.execute("BEGIN EXCLUSIVE")  # waits for the process that makes it
            if not folder.exists():
                begun = tmp_path_factory.mktemp(name) / "kho"
                begun.mkdir()
                make(begun)
                begun.rename(folder)
        return folder

    return once


@pytest.fixture(scope="session")
def filled(once: Once) -> Callable[..., Path]:
    """Return a function that gives a data folder as `build` makes it, for reading only."""

    def filled(*batches: Sequence[Article], withdrawn: Sequence[str] = ()) -> Path:
        made = hashlib.sha256(repr((batches, withdrawn)).encode()).hexdigest()[:20]
        return once(made, lambda new: fill(new, batches, withdrawn))

    return filled


@pytest.fixture
def build(request: pytest.FixtureRequest, tmp_path: Path, filled: Callable[..., Path]) -> Callable[..., Path]:
    """Return a function that archives batches of articles, indexing after each so that there are several segments; gives the data folder.

    What is asked of it again, by another test, is a copy of what it made; not where a test changes how things are made.
    """
    seen = set()

    def build(*batches: Sequence[Article], withdrawn: Sequence[str] = (), name: str = "kho") -> Path:
        home = tmp_path / name
        made = repr((batches, withdrawn))
        if home.exists() or made in seen or "monkeypatch" in request.fixturenames:
            home.mkdir(exist_ok=True)
            fill(home, batches, withdrawn)
        else:
            shutil.copytree(filled(*batches, withdrawn=withdrawn), home)
        seen.add(made)
        return home

    return build


def fill(home: Path, batches: Sequence[Sequence[Article]], withdrawn: Sequence[str] = ()) -> None:
    """Archive and index batches of articles in a folder, then withdraw some."""
    for articles in batches:
        with Archive.open(home / ARCHIVE_FILE, create=True) as archive, archive.batch():
            for article in articles:
                archive.add(article)
        update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)
    if withdrawn:
        with Archive.open(home / ARCHIVE_FILE) as archive, archive.batch():
            for article_id in withdrawn:
                archive.withdraw(article_id)
        update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)


@pytest.fixture(scope="session")
def archive_home(once: Once) -> Path:
    """A data folder with the sample archive, indexed. For reading only."""
    from corpus.ingest import ingest

    def make(home: Path) -> None:
        with Archive.open(home / ARCHIVE_FILE, create=True) as archive:
            ingest([sample_folder()], archive)
        update_index(home / ARCHIVE_FILE, home / INDEX_FOLDER)

    return once("kho-mau", make)


@pytest.fixture(scope="session")
def sample_articles(archive_home: Path) -> dict[bytes, Article]:
    """Each page of the sample archive, and what was read of it."""
    with Archive.open(archive_home / ARCHIVE_FILE, read_only=True) as archive:
        return {archive.pages.of(article.id) or b"": article for article in archive.articles()}


@pytest.fixture(scope="session")
def _readers() -> Iterator[None]:
    yield
    KeptReader.end()


@pytest.fixture
def kept_readers(_readers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what is read in by this process read by a process that another test has begun."""
    monkeypatch.setattr("corpus.ingest.PageProcess", KeptReader)


@dataclass
class Clock:
    now: float  # seconds since 1970


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of day, which stands still unless a test moves it: half a minute past, far from where windows of a minute meet."""
    clock = Clock(1_800_000_030.0)
    monkeypatch.setattr(time, "time", lambda: clock.now)
    return clock


def _absent(reason: str) -> NoReturn:
    if os.environ.get("LUCBAO_REQUIRE_BROWSER") == "1":
        pytest.fail(f"LUCBAO_REQUIRE_BROWSER=1, but {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _absent("the package playwright is not installed: pip install -e .[test]")
    if CHROMIUM is None:
        _absent("no Chromium on the path: install chromium to run the browser test")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser said went wrong, and addresses it asked that are not the site's; each test ends by finding none."""
    return []


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """Serve an application from a thread and give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["lucbao"].close()


@pytest.fixture(scope="session")
def site(archive_home: Path) -> Iterator[str]:
    """The address of the sample archive's pages."""
    with serve(create_app(archive_home)) as address:
        yield address
