"""The n-th write, fsync, rename, read, ftruncate, open or unlink of a command that writes fails -> whatever it does not take well.

It must say what happened in a sentence and exit with 3 (or finish, when the call could be done without), lose nothing it has reported, and
the same command must complete when the disk is well again.
"""

from __future__ import annotations

import errno
import os
import re
import struct
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import preload
from lucbao_process import Outcome, run
from tally import Plan, Tally, read_plan
from writing_command import Command, Ground

CALLS = ("write", "fsync", "rename", "read", "ftruncate", "open", "unlink")
_ERRORS = {"write": (errno.ENOSPC, errno.EIO), "open": (errno.EIO, errno.ENOSPC, errno.EMFILE)}
_FAILED = len(CALLS)
_VIETNAMESE = re.compile("[ăâđêôơưạảấầậắằặẹẻếềệịọốồộớờợụứừựỳý]")


class Fault(NamedTuple):
    """Which call fails, counted from 1 (0: none), with which error, and whether all later ones do."""

    call: str
    at: int
    number: int
    forever: bool

    def __str__(self) -> str:
        return f"{self.call} {self.at}{' and all later' * self.forever}: {errno.errorcode[self.number]}"


class Shim:
    """The library that makes calls fail, and the file in which it counts them."""

    def __init__(self, folder: Path) -> None:
        self._library = preload.build("failing_io", folder)
        self._counter = folder / "counter"

    def environment(self, fault: Fault, under: Path) -> Mapping[str, str]:
        """Return the variables under which a process suffers `fault` on files below `under`; counting begins anew."""
        self._counter.write_bytes(bytes(64))
        return {
            "LD_PRELOAD": str(self._library),
            "FAULT_UNDER": f"{under}/",
            "FAULT_CALL": fault.call,
            "FAULT_AT": str(fault.at),
            "FAULT_ERRNO": str(fault.number),
            "FAULT_FOREVER": str(int(fault.forever)),
            "FAULT_COUNTER": str(self._counter),
        }

    def counts(self) -> tuple[int, ...]:
        """Return how many calls of each kind there were since, and how many failed."""
        return struct.unpack("8q", self._counter.read_bytes())


def misbehaved(command: Command, outcome: Outcome) -> list[str]:
    """Return what is wrong with how a command told of an error."""
    if outcome.code in (*command.codes, 1):
        return []
    # A file of settings or an output that cannot be opened is wrong usage: nothing has begun.
    unbegun = outcome.code == 2 and (command.target or "Chưa có gì thay đổi" in outcome.complained)
    found = [] if outcome.code == 3 or unbegun else [f"not exit code 3 but {outcome}"]
    return found if _VIETNAMESE.search(outcome.complained) else [*found, f"no sentence: {outcome}"]


def attack(plan: Plan, folder: Path) -> Tally:
    """Make the attempts in `folder`."""
    tally = Tally("I/O errors", skipped=preload.obstacle())
    if tally.skipped:
        return tally
    ground, shim = Ground(folder), Shim(folder)
    counts: dict[tuple[str, str], int] = {}
    for number, chance in plan.attempts():
        command = ground.commands[number % len(ground.commands)]
        if (command.name, CALLS[0]) not in counts:
            home = ground.copy(command)
            outcome = run(
                home, *ground.arguments(command), more=shim.environment(Fault("none", 0, errno.EIO, False), home.parent)
            )
            if outcome.code not in command.codes:
                raise RuntimeError(f"{command.name} with a shim that does nothing: {outcome}")
            counts.update(((command.name, call), count) for call, count in zip(CALLS, shim.counts(), strict=False))
        call = chance.choice([call for call in CALLS if counts[command.name, call]])
        error = chance.choice(_ERRORS.get(call, (errno.EIO,)))
        fault = Fault(call, chance.randint(1, counts[command.name, call]), error, chance.random() < 0.3)
        home = ground.copy(command)
        outcome = run(home, *ground.arguments(command), more=shim.environment(fault, home.parent))
        if not shim.counts()[_FAILED]:
            continue  # other processes of the command were faster this time, and there were fewer calls
        wrong = misbehaved(command, outcome) + ground.wrong(command, home, outcome) + ground.wrong_when_repeated(command, home)
        tally.tried += 1
        if wrong:
            tally.fail(f"--seed {number}: {command.name}, {fault}: {'; '.join(wrong)}")
    return tally


def main(arguments: list[str] | None = None) -> int:
    """Let calls fail and look."""
    plan = read_plan(__doc__, tries=180, arguments=arguments)
    with tempfile.TemporaryDirectory(prefix="lucbao-io-") as folder:
        return attack(plan, Path(os.path.realpath(folder))).close()


if __name__ == "__main__":
    sys.exit(main())
