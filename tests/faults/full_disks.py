"""Every command that writes on a disk that fills while it runs -> whatever it loses, or cannot take up when there is room again.

The disk is a tmpfs with a little room beyond what stands on it, which needs root to be mounted. When the command has said so, the disk is
made larger and the command must complete.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from io_errors import misbehaved
from lucbao_process import run
from tally import Plan, Tally, read_plan
from writing_command import Ground

_PAGE = 4096
_LARGE = 256 << 20


@contextmanager
def disk(mount: Path) -> Iterator[None]:
    """Mount an empty disk at `mount` until the block ends. Raises CalledProcessError or OSError where that may not be done."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_LARGE}", "tmpfs", str(mount)], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(mount)], check=True)


def resize(mount: Path, size: int) -> None:
    """Give the disk another size, which may not be less than what stands on it."""
    subprocess.run(["mount", "-o", f"remount,size={size}", str(mount)], check=True, capture_output=True)


def taken(mount: Path) -> int:
    """Return the bytes that are not free."""
    room = os.statvfs(mount)
    return (room.f_blocks - room.f_bfree) * room.f_frsize


def obstacle(mount: Path) -> str:
    """Return why no disk can be mounted at `mount`, "" if one can."""
    if shutil.which("mount") is None:
        return "there is no mount command"
    try:
        with disk(mount):
            resize(mount, _LARGE)
    except (subprocess.CalledProcessError, OSError):
        return "a tmpfs may not be mounted here (it takes root)"
    return ""


def attack(plan: Plan, folder: Path) -> Tally:
    """Make the attempts in `folder`."""
    mount = folder / "dia"
    mount.mkdir()
    tally = Tally("full disks", skipped=obstacle(mount))
    if tally.skipped:
        return tally
    ground = Ground(folder)
    needs: dict[str, int] = {}
    for number, chance in plan.attempts():
        command = ground.commands[number % len(ground.commands)]
        if command.name not in needs:
            with disk(mount):
                home, before = ground.copy(command, below=mount), taken(mount)
                run(home, *ground.arguments(command))
                needs[command.name] = taken(mount) - before + 10 * _PAGE
        with disk(mount):
            home = ground.copy(command, below=mount)
            room = chance.randrange(max(needs[command.name], 40 * _PAGE)) // _PAGE * _PAGE
            resize(mount, taken(mount) + room)
            outcome = run(home, *ground.arguments(command))
            resize(mount, _LARGE)  # to open an archive, even for reading, SQLite needs a page for the index of its log
            wrong = misbehaved(command, outcome) + ground.wrong(command, home, outcome)
            wrong += ground.wrong_when_repeated(command, home)
        tally.tried += 1
        if wrong:
            tally.fail(f"--seed {number}: {command.name} with {room} bytes of room: {'; '.join(wrong)}")
    return tally


def main(arguments: list[str] | None = None) -> int:
    """Fill disks and look."""
    plan = read_plan(__doc__, tries=64, arguments=arguments)
    with tempfile.TemporaryDirectory(prefix="lucbao-disk-") as folder:
        return attack(plan, Path(folder)).close()


if __name__ == "__main__":
    sys.exit(main())
