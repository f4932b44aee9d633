"""A server, readers of every route and a writer that is killed now and then, for as long as wanted -> what broke, was lost, or grew.

What must hold all the time: no answer is 5xx, cut short or of a wrong form; the server says nothing on stderr; whatever `add` has
acknowledged is served after the next `index`, and counts are those of a model that knows nothing of search; memory, open files and
threads of the server stay where they were after its warm-up, and the archive's write-ahead log stays bounded.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import archive_maker
from killed_writer import Model, Writer
from lucbao_process import Server, processor_seconds, run, serving
from restless_reader import Pace, Reader
from tally import Tally, read_plan

ARTICLES = 3000
READERS = 4
SHARE = 0.4  # of one core, for everything together
MOST_WAL = 32 << 20
WARM_UP = 10.0  # minutes until caches are full
# What may be added between the first and the last quarter: a part of what was there, and something besides.
GROWTH = {"anonymous KiB": (0.15, 16_384), "open files": (0.0, 6), "threads": (0.0, 2), "deleted maps": (0.0, 12)}


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
    for name, (share, besides) in GROWTH.items() if warm else ():
        first, last = (median([sample.figures[name] for sample in part]) for part in (warm[:quarter], warm[-quarter:]))
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
        readers = [Reader(server, ARTICLES, pace, seed, number, stop) for number in range(READERS)]
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
