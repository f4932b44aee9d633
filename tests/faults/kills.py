"""kill -9 at a random moment of every command that writes -> whatever was lost, left half done, or cannot be taken up again.

Half of the attempts kill the command with all that it started, half the command alone: what it started must see that and end.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from lucbao_process import SURVIVED, run_killed
from tally import Plan, Tally, read_plan
from writing_command import Ground


def attack(plan: Plan, folder: Path) -> Tally:
    """Make the attempts in `folder`."""
    tally, ground = Tally("kills"), Ground(folder)
    durations: dict[str, float] = {}
    for number, chance in plan.attempts():
        command = ground.commands[number % len(ground.commands)]
        if command.name not in durations:
            durations[command.name] = ground.duration(command)
        moment, alone = chance.uniform(0, durations[command.name]), chance.random() < 0.5
        home = ground.copy(command)
        outcome = run_killed(home, *ground.arguments(command), after=moment, alone=alone)
        wrong = ["what it started lives on"] if outcome.code == SURVIVED else []
        wrong += ground.wrong(command, home, outcome)
        wrong += ground.wrong_when_repeated(command, home)
        tally.tried += 1
        if wrong:
            tally.fail(f"--seed {number}: {command.name}, killed {'alone ' * alone}after {moment:.3f} s: {'; '.join(wrong)}")
    return tally


def main(arguments: list[str] | None = None) -> int:
    """Kill and look."""
    plan = read_plan(__doc__, tries=240, arguments=arguments)
    with tempfile.TemporaryDirectory(prefix="lucbao-kills-") as folder:
        return attack(plan, Path(folder)).close()


if __name__ == "__main__":
    sys.exit(main())
