"""The time of day jumps years back and forth between commands -> whatever is lost, put in a wrong order, or told of as in the future.

Added, changed, withdrawn and indexed under any clock, articles must be found as the model says, changes must stand in the order in which they
were made, `check` must find all sound, and the last word must be had by the last text added.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

import archive_maker
import preload
from archive_maker import EVERYWHERE, identity, marker
from lucbao_process import run, serving
from tally import Plan, Tally, read_plan
from writing_command import check, read_state

from corpus.archive import ARCHIVE_FILE, Archive
from searcher.request import SearchRequest
from searcher.search import Searcher

_SEED = 14
_YEAR = 365 * 24 * 3600
_SHIFTS = (-30 * _YEAR, -5 * _YEAR, -_YEAR, -3600, -1, 0, 1, 3600, _YEAR, 12 * _YEAR)
_STEPS = 6


def attack(plan: Plan, folder: Path) -> Tally:
    """Make the attempts in `folder`; each is a data folder's whole life under clocks that jump."""
    tally = Tally("clocks", skipped=preload.obstacle())
    if tally.skipped:
        return tally
    library = preload.build("jumping_clock", folder)
    for number, chance in plan.attempts():
        home = folder / f"{number}" / "kho"
        home.parent.mkdir()
        versions: dict[int, int] = {}
        latest: dict[int, int] = {}
        order: list[int] = []
        wrong: list[str] = []
        shifts = [chance.choice(_SHIFTS) for _ in range(_STEPS)]
        for step, shift in enumerate(shifts):
            clock = {"LD_PRELOAD": str(library), "CLOCK_SHIFT": str(shift)}
            changed = {article: latest.get(article, -1) + 1 for article in chance.sample(range(30), 8)}
            lines = archive_maker.write_lines(home.parent / f"{step}.jsonl", _SEED, changed.items(), paragraphs=1)
            gone = chance.sample(sorted(versions), min(len(versions), 2)) if step % 2 else []
            commands = [("add", str(lines)), *([("withdraw", *map(identity, gone))] if gone else []), ("index",)]
            outcomes = [run(home, *arguments, more=clock) for arguments in commands]
            wrong += [
                f"step {step}, {shift} s: {arguments[0]} {outcome}"
                for arguments, outcome in zip(commands, outcomes, strict=True)
                if outcome.code
            ]
            versions |= changed
            latest |= changed
            order += changed
            versions = {article: version for article, version in versions.items() if article not in gone}
            wrong += [f"step {step}, {shift} s: {sentence}" for sentence in _wrong(home, versions, order)]
        with serving(home, home.parent / "serve.txt", more={"LD_PRELOAD": str(library), "CLOCK_SHIFT": str(shifts[0])}) as server:
            wrong += _served(server.origin, versions)
            wrong += [server.said()] if "Traceback" in server.said() else []
        tally.tried += 1
        if wrong:
            tally.fail(f"--seed {number}: shifts {shifts}: {'; '.join(wrong)}")
    return tally


def _wrong(home: Path, versions: dict[int, int], order: list[int]) -> list[str]:
    found = check(home)
    if read_state(home) != versions:
        found.append("the archive is not as the model says")
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        numbers = list(range(1, archive.last_change() + 1))
        written = [int(article.url.rpartition("/")[2]) for _, article in sorted(archive.revisions_at(numbers).items())]
    if written != order:
        found.append(f"revisions stand in the order {written}, added in {order}")
    searcher = Searcher.open(home)
    with searcher.archive:
        total = searcher.search(SearchRequest(EVERYWHERE)).total
        lost = [
            number
            for number, version in versions.items()
            if searcher.search(SearchRequest(marker(_SEED, number, version))).total != 1
        ]
    return found + ([f"a search finds {total} of {len(versions)}, not {lost}"] if total != len(versions) or lost else [])


def _served(origin: str, versions: dict[int, int]) -> list[str]:
    found = []
    for path in (
        "/",
        "/thong-ke",
        "/tim-kiem?q=",
        "/tim-kiem.atom?q=",
        "/sitemap-1.xml",
        *(f"/bai-viet/{identity(number)}" for number in list(versions)[:3]),
    ):
        with urlopen(origin + path) as answer:
            answer.read()
    with urlopen(f"{origin}/api/v1/search?q={EVERYWHERE}") as answer:
        told = json.load(answer)
    if told["total"] != len(versions) or told["took_ms"] < 0:
        found.append(f"the server finds {told['total']} of {len(versions)} in {told['took_ms']} ms")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Let clocks jump and look."""
    plan = read_plan(__doc__, tries=8, arguments=arguments)
    with tempfile.TemporaryDirectory(prefix="lucbao-clock-") as folder:
        return attack(plan, Path(folder)).close()


if __name__ == "__main__":
    sys.exit(main())
