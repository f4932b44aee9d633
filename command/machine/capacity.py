"""The machine, or what a container or a unit of systemd may have of it -> processors, memory, files open at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from language.wording import Told

ENOUGH_MEMORY = 1_000_000_000
"""Bytes; an archive of 150,000 articles was indexed in 798 MB and served in 262 MB."""
ENOUGH_FILES = 1024
"""`lucbao serve` holds 500 connections, and some files for each segment of the index."""
_CGROUPS = Path("/sys/fs/cgroup")
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Capacity:
    """What may be used: processors; bytes of memory and files open at once, None where the system does not say."""

    processors: int
    memory: int | None
    files: int | None


def look_at_capacity() -> Capacity:
    """Return what may be used."""
    if sys.platform == "win32":
        return Capacity(os.cpu_count() or 1, None, None)
    import resource

    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = min(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), *memory_limits(_CGROUPS, Path("/proc/self/cgroup")))
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return Capacity(processors, memory, None if files == resource.RLIM_INFINITY else files)


def told(capacity: Capacity) -> Told:
    """Return what may be used, in a line."""
    if capacity.memory is None:
        return Told("command", "doctor.processors", (("count", capacity.processors),))
    return Told("command", "doctor.capacity", (("count", capacity.processors), ("memory", capacity.memory // _MEGABYTE)))


def hints(capacity: Capacity) -> Iterator[Told]:
    """Yield what is scarce."""
    if capacity.memory is not None and capacity.memory < ENOUGH_MEMORY:
        names = (("memory", capacity.memory // _MEGABYTE), ("enough", ENOUGH_MEMORY // _MEGABYTE))
        yield Told("command", "doctor.little_memory", names)
    if capacity.files is not None and capacity.files < ENOUGH_FILES:
        yield Told("command", "doctor.few_files", (("files", capacity.files), ("enough", f"{ENOUGH_FILES}")))


def memory_limits(root: Path, own: Path) -> Iterator[int]:
    """Yield the limits in bytes of the control groups that this process is in; `own` names them, `root` is where they are mounted.

    In a container its own group is mounted at the root, whatever it is called outside.
    """
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:  # no Linux
        return
    paths = [line.split(":", 2)[2].strip("/") for line in lines if line.startswith("0::")]
    folders = [root, root / "memory", *(each for path in paths for each in (root / path, *(root / path).parents))]
    for folder in folders:
        for name in ("memory.max", "memory.limit_in_bytes"):
            try:
                limit = (folder / name).read_text(encoding="ascii").strip()
            except OSError:  # no such limit
                continue
            if limit.isdecimal():
                yield int(limit)
