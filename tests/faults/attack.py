"""All programs of this folder, two at a time -> what each tells while it runs, and at the end one table; not 0 if anything was not survived.

That too little was tried, because time was up, is a failure as well; what cannot be tried on this machine is told as skipped.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lucbao_process import ROOT

_FIGURES = re.compile(r"(.+): tried (\d+), survived (\d+)")
_SKIPPED = re.compile(r"(.+): skipped, (.+)")


@dataclass(frozen=True)
class Program:
    """A module of this folder, how many attempts it makes, and how many there must be at least."""

    module: str
    tries: int
    least: int
    minutes: float = 60.0


# The longest first, so that both processors have work to the end.
PROGRAMS = (
    Program("kills", 240, 229),
    Program("random_queries", 110_000, 107_500),
    Program("soak", 1, 1000, minutes=10.0),
    Program("killed_gathering", 40, 40),
    Program("io_errors", 180, 124),
    Program("index_damage", 160, 158),
    Program("archive_damage", 120, 100),
    Program("full_disks", 64, 58),
    Program("mutated_pages", 10_000, 10_000),
    Program("killed_alerts", 40, 36),
    Program("clocks", 8, 8),
    Program("raw_requests", 5000, 5000),
    Program("hostile_articles", 3000, 682),
)


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    name: str
    tried: int
    survived: int
    minutes: float
    remark: str = ""
    failed: bool = False


def run(program: Program, share: float, left: Callable[[], float]) -> Row:
    """Run a program, printing what it prints; it begins no attempt when the minutes `left` are over."""
    began = time.monotonic()
    minutes = min(program.minutes * min(1.0, share) if program.module == "soak" else program.minutes, left())
    command = [sys.executable, str(Path(__file__).with_name(f"{program.module}.py")), "--minutes", f"{minutes:.2f}"]
    command += ["--tries", str(max(1, round(program.tries * share)))]
    path = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    name, tried, survived, remark = program.module, 0, 0, ""
    with subprocess.Popen(
        command, env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            if figures := _FIGURES.fullmatch(line.strip()):
                name, tried, survived = figures[1], int(figures[2]), int(figures[3])
            elif skipped := _SKIPPED.fullmatch(line.strip()):
                name, remark = skipped[1], f"skipped: {skipped[2]}"
    few = not remark and tried < program.least * share
    remark = remark or (f"fewer than {program.least * share:g}" if few else "" if not process.returncode else "see above")
    return Row(name, tried, survived, (time.monotonic() - began) / 60, remark, failed=bool(process.returncode) or few)


def table(rows: list[Row]) -> str:
    """Return the figures for reading."""
    lines = [f"{'':24}{'tried':>9}{'survived':>10}{'minutes':>9}"]
    lines += [f"{row.name:24}{row.tried:>9,}{row.survived:>10,}{row.minutes:>9.1f}  {row.remark}".rstrip() for row in rows]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Attack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--share", type=float, default=1.0, metavar="X", help="a part of all attempts, or a multiple (default: 1)"
    )
    parser.add_argument("--minutes", type=float, default=58.0, metavar="M", help="begin no attempt after (default: 58)")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="programs at a time (default: 2)")
    options = parser.parse_args(arguments)
    until = time.monotonic() + 60 * options.minutes
    with ThreadPoolExecutor(options.processes) as pool:
        left = lambda: max(0.0, (until - time.monotonic()) / 60)  # noqa: E731
        rows = list(pool.map(lambda program: run(program, options.share, left), PROGRAMS))
    print(table(rows), flush=True)
    return int(any(row.failed for row in rows))


if __name__ == "__main__":
    sys.exit(main())
