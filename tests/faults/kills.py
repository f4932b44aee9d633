"""kill -9 at a random moment of every command that writes -> whatever was lost, left half done, or cannot be taken up again.

Half of the attempts kill the command with all that it started, half the command alone: what it started must see that and end.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from lucbao_process import SURVIVED, free_port, run_killed, serving
from tally import Plan, Tally, read_plan
from writing_command import Ground, check

_DEMO = "demo"
_SAMPLE = 97  # articles


def attack(plan: Plan, folder: Path) -> Tally:
    """Make the attempts in `folder`."""
    tally, ground = Tally("kills"), Ground(folder)
    durations: dict[str, float] = {}
    for number, chance in plan.attempts():
        command = [*ground.commands, None][number % (len(ground.commands) + 1)]
        name = command.name if command else _DEMO
        if name not in durations:
            durations[name] = ground.duration(command) if command else _demonstrate(folder / "chua" / "kho")
        moment, alone = chance.uniform(0, durations[name]), chance.random() < 0.5
        home = ground.copy(command) if command else folder / f"demo-{number}" / "kho"
        arguments = ground.arguments(command) if command else (_DEMO, "--port", str(free_port()))
        home.parent.mkdir(exist_ok=True)
        outcome = run_killed(home, *arguments, after=moment, alone=alone)
        wrong = ["what it started lives on"] if outcome.code == SURVIVED else []
        if command:
            wrong += ground.wrong(command, home, outcome) + ground.wrong_when_repeated(command, home)
        else:
            wrong += _demonstrate_again(home)
        tally.tried += 1
        if wrong:
            tally.fail(f"--seed {number}: {name}, killed {'alone ' * alone}after {moment:.3f} s: {'; '.join(wrong)}")
    return tally


def _demonstrate(home: Path) -> float:
    """Run `lucbao demo` until it answers, and return how many seconds that took. Raises RuntimeError if it does not show the sample."""
    home.parent.mkdir(exist_ok=True)
    before = time.monotonic()
    with serving(home, home.parent / "demo.txt", _DEMO) as server:
        taken = time.monotonic() - before
        with urlopen(f"{server.origin}/api/v1/search?q=") as answer:
            total = json.load(answer)["total"]
    complaint = f"the demo shows {total} articles; {check(home / 'demo')}"
    if total != _SAMPLE or check(home / "demo") or "Traceback" in server.said():
        raise RuntimeError(f"{complaint} {server.said()[-1000:]}")
    return taken


def _demonstrate_again(home: Path) -> list[str]:
    try:
        _demonstrate(home)
    except RuntimeError as error:
        return [str(error)]
    finally:
        shutil.rmtree(home.parent)
    return []


def main(arguments: list[str] | None = None) -> int:
    """Kill and look."""
    plan = read_plan(__doc__, tries=240, arguments=arguments)
    with tempfile.TemporaryDirectory(prefix="lucbao-kills-") as folder:
        return attack(plan, Path(folder)).close()


if __name__ == "__main__":
    sys.exit(main())
