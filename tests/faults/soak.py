"""A server, readers of every route and a writer that is killed now and then, for as long as wanted -> what broke, was lost, or grew.

What must hold all the time: no answer is 5xx, cut short or of a wrong form; the server says nothing on stderr; whatever `add` has
acknowledged is served after the next `index`, and counts are those of a model that knows nothing of search; memory, open files and
threads of the server stay where they were after its warm-up, and the archive's write-ahead log stays bounded.
"""

from __future__ import annotations

import gzip
import http.client
import json
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import archive_maker
from archive_maker import EVERYWHERE, identity, marker
from lucbao_process import Outcome, Server, finish, kill, middle, processor_seconds, run, serving, start
from tally import Tally, read_plan

ARTICLES = 3000
READERS = 4
SHARE = 0.4  # of one core, for everything together
CHANGED = 40  # articles a round of the writer
BETWEEN_ROUNDS = 12.0  # seconds
MOST_WAL = 32 << 20
WARM_UP = 10.0  # minutes until caches are full
# What may be added between the first and the last quarter: a part of what was there, and something besides.
GROWTH = {"anonymous KiB": (0.15, 16_384), "open files": (0.0, 6), "threads": (0.0, 2), "deleted maps": (0.0, 12)}
_WORDS = (
    'nông thôn mới|truong hoc|đạt chuẩn|"ủy ban nhân dân"|hoc sinh -lớp|tiêu-đề:xã|#nông_thôn_mới|xã HOẶC huyện|đường giao thông|'
    'từ:2020 đến:2024|xây*|quyet dinh 263/QĐ-TTg|giáo viên thpt|"nước sạch"~5|nguồn:langta|(|NOT|thjt lowjn|bo tieu chi|Thái Bình'
).split("|")
_LINK = re.compile(rb'href="(/[^"#]*)')


@dataclass
class Model:
    """Which version of each article is to be found, by the writer's own account; None: withdrawn."""

    seed: int
    versions: dict[int, int | None] = field(default_factory=dict)
    latest: dict[int, int] = field(default_factory=dict)  # version last written, withdrawn or not

    def live(self) -> int:
        """Return how many articles are to be found."""
        return sum(version is not None for version in self.versions.values())


@dataclass
class Pace:
    """How long each reader rests between requests, so that all together use a share of one core."""

    rest: float = 0.5


def check_form(method: str, status: int, headers: http.client.HTTPMessage, body: bytes) -> str:
    """Return what is wrong with the form of an answer, "" if nothing is."""
    if method == "HEAD" or status == 304:
        return "a body where none may be" if body else ""
    if headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    kind = headers.get_content_type()
    if kind == "text/html" and status // 100 != 3 and not body.rstrip().endswith(b"</html>"):
        return f"a page cut short: …{body[-80:]!r}"
    if kind == "application/json":
        json.loads(body)
    if kind == "application/atom+xml" and not body.rstrip().endswith(b"</feed>"):
        return f"a feed cut short: …{body[-80:]!r}"
    if "Content-Security-Policy" not in headers:
        return "no Content-Security-Policy"
    return ""


class Reader(threading.Thread):
    """One reader with kept connections: asks, follows what it is shown, breaks off now and then."""

    def __init__(self, server: Server, model: Model, pace: Pace, seed: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._model = model
        self._pace = pace
        self._chance = random.Random(f"reader {seed}")
        self._stopped = stop
        self._links: list[str] = []
        self._tags: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None
        self.asked: Counter[int] = Counter()
        self.troubles: list[str] = []

    def run(self) -> None:
        """Ask until stopped."""
        while not self._stopped.wait(self._pace.rest * (0.5 + self._chance.random())):
            method, path, form = self._next()
            try:
                self._ask(method, path, form)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.troubles.append(f"{method} {path}: {error!r}")
                self._drop()
        self._drop()

    def _drop(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def _ask(self, method: str, path: str, form: str) -> None:
        connection = self._connection = self._connection or http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=60)
        headers = {"Accept-Encoding": "gzip"} if self._chance.random() < 0.6 else {}
        if form:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._server.origin}
        if path in self._tags and self._chance.random() < 0.5:
            headers["If-None-Match"] = self._tags[path]
        connection.request(method, path, form.encode() if form else None, headers)
        answer = connection.getresponse()
        if self._chance.random() < 0.02:  # a reader who goes away before all has come
            answer.read(100)
            self._drop()
            return
        body = answer.read()
        self.asked[answer.status] += 1
        trouble = f"status {answer.status}" if answer.status >= 500 else check_form(method, answer.status, answer.headers, body)
        if trouble:
            self.troubles.append(f"{method} {path} {form[:200]} {headers}: {trouble}; {body[:600]!r}")
        if answer.headers.get("ETag") and method == "GET":
            self._tags = {**dict(list(self._tags.items())[-50:]), path: answer.headers["ETag"]}
        if answer.headers.get_content_type() == "text/html" and "gzip" not in headers.get("Accept-Encoding", ""):
            found = [link.decode().replace("&amp;", "&") for link in _LINK.findall(body)]
            self._links = (self._links + self._chance.sample(found, min(len(found), 8)))[-40:]
        if self._chance.random() < 0.05:
            self._drop()

    def _next(self) -> tuple[str, str, str]:
        """Return what to ask next: method, path, form."""
        chance = self._chance
        if self._links and chance.random() < 0.4:
            return "GET", self._links.pop(chance.randrange(len(self._links))), ""
        query = " ".join(chance.sample(_WORDS, chance.choice((1, 1, 1, 2))))
        number = chance.randrange(ARTICLES)
        narrowing = chance.choice(
            ({}, {"sort": "newest"}, {"page": chance.randint(1, 9)}, {"exact": 1}, {"from": "2021"}, {"source": "langta.example"})
        )
        asked = urlencode({"q": query, **narrowing})
        exported = urlencode(
            {"q": f"{query} {marker(self._model.seed, number)}" if chance.random() < 0.7 else query, "from": "2024"}
        )
        article = f"/bai-viet/{identity(number)}"
        if chance.random() < 0.06:
            lines = chance.sample(_WORDS, 5) + [marker(self._model.seed, chance.randrange(ARTICLES)) for _ in range(5)]
            return (
                "POST",
                "/tra-hang-loat",
                urlencode({"danh-sach": "\n".join(lines), **chance.choice(({}, {"dang": "csv"}, {"nam": "1"}))}),
            )
        path = chance.choice(
            (
                *(
                    "/",
                    f"/tim-kiem?{asked}",
                    f"/tim-kiem?{asked}",
                    f"/api/v1/search?{urlencode({'q': query})}",
                    f"/tim-kiem.atom?{asked}",
                ),
                f"/tim-kiem/loc/{chance.choice(('tag', 'source', 'section', 'author', 'document', 'month'))}?{asked}",
                f"/tim-kiem.{chance.choice(('csv', 'jsonl', 'ris', 'bib'))}?{exported}",
                *(
                    article,
                    f"{article}?{asked}",
                    f"{article}/thay-doi",
                    f"{article}/goc",
                    f"{article}.{chance.choice(('ris', 'bib', 'json'))}",
                ),
                f"/bai-viet?{urlencode({'url': archive_maker.address(number)})}",
                *(
                    f"/api/v1/articles/{identity(number)}",
                    f"/api/v1/suggest?q={quote(query[:5])}",
                    f"/goi-y?q={quote(query[:4])}",
                ),
                *(
                    "/thong-ke",
                    "/the",
                    "/the/n%C3%B4ng_th%C3%B4n_m%E1%BB%9Bi",
                    "/tra-hang-loat",
                    "/api",
                    "/api/v1/openapi.json",
                    "/robots.txt",
                ),
                *("/opensearch.xml", "/sitemap.xml", "/sitemap-1.xml", "/healthz", "/readyz", "/metrics", "/khong-co"),
            )
        )
        return ("HEAD" if chance.random() < 0.05 else "GET"), path, ""


class Writer(threading.Thread):
    """One writer: changes articles by real commands, kills some of them, and holds what is served against the model."""

    def __init__(self, home: Path, server: Server, model: Model, seed: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._home = home
        self._server = server
        self._model = model
        self._chance = random.Random(f"writer {seed}")
        self._stopped = stop
        self.rounds = self.kills = self.compared = self.checks = 0
        self.troubles: list[str] = []

    def run(self) -> None:
        """Go round until stopped."""
        while not self._stopped.wait(BETWEEN_ROUNDS):
            try:
                self._round()
            except Exception as error:  # it must be told, and the other threads must go on
                self.troubles.append(f"round {self.rounds}: {error!r}")
            self.rounds += 1

    def _command(self, *arguments: str, killed: bool = False, codes: tuple[int, ...] = (0,)) -> Outcome:
        if killed:
            process = start(self._home, *arguments)
            self._stopped.wait(self._chance.uniform(0.05, 1.5))
            kill(process)
            finish(process)
            self.kills += 1
        outcome = run(self._home, *arguments)
        if outcome.code not in codes:
            self.troubles.append(f"round {self.rounds}: lucbao {' '.join(arguments[:2])} {outcome}")
        return outcome

    def _round(self) -> None:
        chance, model = self._chance, self._model
        killed = [chance.random() < 0.12 for _ in range(3)]
        numbers = chance.sample(range(ARTICLES), CHANGED)
        versions = [(number, model.latest.get(number, -1) + 1) for number in numbers]
        new = archive_maker.write_lines(self._home.parent / "moi.jsonl", model.seed, versions)
        outcome = self._command("add", str(new), killed=killed[0])
        if outcome.code == 0:
            model.versions.update(versions)
            model.latest.update(versions)
        gone = [number for number in chance.sample(range(ARTICLES), 5) if model.versions[number] is not None]
        if self.rounds % 3 == 0:
            # Killed and asked again, those already gone are reported as unknown (1).
            self._command("withdraw", *map(identity, gone), killed=killed[1], codes=(0, 1))
            model.versions.update(dict.fromkeys(gone))
        self._command("index", killed=killed[2])
        self._compare(numbers + gone)
        if self.rounds % 15 == 7:
            self._command("check")
            self.checks += 1
        if self.rounds % 15 == 11:
            target = self._home.parent / "xuat.jsonl"
            self._command("export", EVERYWHERE, "--format", "jsonl", "-o", str(target))
            with target.open(encoding="utf-8") as lines:
                self._equal("lines exported", sum(1 for _ in lines), model.live())

    def _equal(self, what: str, found: object, expected: object) -> None:
        self.compared += 1
        if found != expected:
            self.troubles.append(f"round {self.rounds}: {what}: {found!r}, by the model {expected!r}")

    def _compare(self, numbers: list[int]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=60)

        def total(query: str) -> int:
            connection.request("GET", f"/api/v1/search?{urlencode({'q': query, 'size': 1})}")
            return int(json.loads(connection.getresponse().read())["total"])

        model = self._model
        self._equal("all articles", total(EVERYWHERE), model.live())
        self._equal("all articles of an empty query", total(""), model.live())
        for number in self._chance.sample(numbers, 15):
            version, latest = model.versions[number], model.latest[number]
            self._equal(f"article {number} {version}", total(marker(model.seed, number, latest)), int(version is not None))
            if latest:
                self._equal(f"article {number} before {latest}", total(marker(model.seed, number, latest - 1)), 0)
            connection.request("GET", f"/api/v1/articles/{identity(number)}")
            answer = connection.getresponse()
            body = answer.read().decode()
            if version is None:
                self._equal(f"status of withdrawn article {number}", answer.status in (404, 410), True)
            else:
                self._equal(f"text of article {number}", marker(model.seed, number, version) in body, True)
        connection.close()


@dataclass(frozen=True)
class Sample:
    """What the server held at one moment."""

    minute: float
    figures: dict[str, int]


def look(server: Server, home: Path, started: float) -> Sample:
    """Read from the kernel what the server holds, and the size of the archive's log."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8").splitlines())
    maps = Path(f"/proc/{server.pid}/maps").read_text(encoding="utf-8")
    log = home / "archive.sqlite3-wal"
    figures = {
        "resident KiB": int(status["VmRSS"].split()[0]),
        "anonymous KiB": int(status["RssAnon"].split()[0]),
        "open files": len(os.listdir(f"/proc/{server.pid}/fd")),
        "threads": int(status["Threads"]),
        "deleted maps": len({line.split()[4] for line in maps.splitlines() if line.endswith("(deleted)")}),
        "log bytes": log.stat().st_size if log.exists() else 0,
    }
    return Sample((time.monotonic() - started) / 60, figures)


def growth(samples: list[Sample]) -> list[str]:
    """Return what grew from the first to the last quarter of the samples after the warm-up, and more than it may.

    The warm-up is a tenth, and WARM_UP minutes at least; a soak that is no longer tells nothing of growth but the log's.
    """
    warm = [sample for sample in samples[len(samples) // 10 :] if sample.minute >= WARM_UP]
    quarter = max(1, len(warm) // 4)
    found = []
    for name, (share, besides) in GROWTH.items():
        first = middle([sample.figures[name] for sample in warm[:quarter]])
        last = middle([sample.figures[name] for sample in warm[-quarter:]])
        if last > first * (1 + share) + besides:
            found.append(f"{name} grew from {first:g} to {last:g}")
    most = max((sample.figures["log bytes"] for sample in samples), default=0)
    return [*found, *([f"the archive's log grew to {most} bytes"] if most > MOST_WAL else [])]


def used() -> float:
    """Return the processor seconds of this process and of all commands that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def soak(folder: Path, seed: int, minutes: float) -> Tally:
    """Make the archive in `folder`, run everything over it, and return what came of it."""
    tally = Tally("soak")
    home, model, pace = folder / "kho", Model(seed), Pace()
    home.mkdir()
    everything = [(number, 0) for number in range(ARTICLES)]
    for arguments in (("add", str(archive_maker.write_lines(folder / "dau.jsonl", seed, everything))), ("index",)):
        outcome = run(home, *arguments)
        if outcome.code:
            tally.fail(f"lucbao {arguments[0]}: {outcome}")
            return tally
    model.versions.update(everything)
    model.latest.update(everything)
    stop, started, samples = threading.Event(), time.monotonic(), []
    with serving(home, folder / "serve.txt") as server:
        readers = [Reader(server, model, pace, seed * READERS + number, stop) for number in range(READERS)]
        writer = Writer(home, server, model, seed, stop)
        told: dict[threading.Thread, int] = {}
        for thread in (*readers, writer):
            thread.start()
        spent, moment, next_line = used() + server.seconds(), started, started + 60
        while time.monotonic() < started + 60 * minutes and all(thread.is_alive() for thread in (*readers, writer)):
            time.sleep(5)
            samples.append(look(server, home, started))
            now, spends = time.monotonic(), used() + processor_seconds(server.pid)
            share, spent, moment = (spends - spent) / (now - moment), spends, now
            pace.rest = min(5.0, max(0.02, pace.rest * (1.15 if share > SHARE else 0.9)))
            for thread in (*readers, writer):
                for trouble in thread.troubles[told.get(thread, 0) :]:
                    tally.fail(f"minute {(now - started) / 60:.1f}, seed {seed}: {trouble}")
                told[thread] = len(thread.troubles)
            if now >= next_line or now >= started + 60 * minutes:
                next_line += 60
                answers = sum((reader.asked for reader in readers), Counter())
                print(
                    f"minute {(now - started) / 60:.1f}: answers {dict(sorted(answers.items()))}; rounds {writer.rounds}, kills {writer.kills}, "
                    f"compared {writer.compared}, checks {writer.checks}; {samples[-1].figures}; rest {pace.rest:.2f}; failures {len(tally.failures)}",
                    flush=True,
                )
        for thread in (*readers, writer):
            if not thread.is_alive():
                tally.fail(f"seed {seed}: {thread.name} ended by itself")
        stop.set()
        for thread in (*readers, writer):
            thread.join(timeout=120)
        complaints = server.said()
    tally.tried = sum(sum(reader.asked.values()) for reader in readers) + writer.compared
    unexpected = [line for line in complaints.splitlines() if line.strip() and "đang chạy ở" not in line]
    if unexpected:
        tally.fail(f"seed {seed}: the server said {len(unexpected)} lines, the first: {unexpected[:40]}")
    for sentence in growth(samples):
        tally.fail(f"seed {seed}: {sentence}")
    return tally


def main(arguments: list[str] | None = None) -> int:
    """Soak for --minutes; --tries is not used."""
    plan = read_plan(__doc__, tries=1, minutes=10, arguments=arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    folder = Path(tempfile.mkdtemp(prefix="lucbao-soak-"))
    try:
        tally = soak(folder, plan.seed, plan.minutes)
    finally:
        said = folder / "serve.txt"
        if said.exists() and said.stat().st_size > 200:
            print(said.read_text(encoding="utf-8", errors="replace")[-4000:])
        shutil.rmtree(folder, ignore_errors=True)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
