"""The machine -> what it is, and what of it makes Lục Báo slow, incomplete or unsafe, with what to do about it.

A module looks at one thing. `look_at…` says what is there; `told` is a line of it, and `hints` what to do, made of nothing but what was seen.
"""

from __future__ import annotations

from importlib.resources import files


def table(name: str) -> dict[str, str]:
    """Return a table of this room's data: the first column, and what stands in the second."""
    lines = (files("command") / "data" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if not line.startswith("#"))
