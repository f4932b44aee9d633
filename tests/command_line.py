"""Arguments of `lucbao` -> what it says and its exit code: in this process, or in one of its own where that is what a test is about."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import lucbao

ROOT = Path(__file__).resolve().parents[1]
LUCBAO = f'"{sys.executable}" "{ROOT / "lucbao.py"}"'


@dataclass(frozen=True)
class Ran:
    """What a command came to; whatever it does not catch is raised instead."""

    returncode: int
    stdout: str
    stderr: str


def run(home: Path, *arguments: str | Path, stdin: str = "") -> Ran:
    """Run a command over a data folder in this process, with streams as a process has them."""
    given, out, err = (io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8", write_through=True) for text in (stdin, "", ""))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LUCBAO_HOME", str(home))
        for name, stream in (("stdin", given), ("stdout", out), ("stderr", err)):
            patch.setattr(sys, name, stream)
        try:
            code = lucbao.main([str(argument) for argument in arguments])
        except SystemExit as end:  # so argparse ends
            code = int(end.code or 0)
    said, complained = (stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]
    return Ran(code, said, complained)


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a process over a data folder."""
    return {**os.environ, "LUCBAO_HOME": str(home), "PYTHONUTF8": "1"}


def process(home: Path, *arguments: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command over a data folder as its users do."""
    return subprocess.run(
        [sys.executable, ROOT / "lucbao.py", *arguments],
        env=environment(home),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def shell(home: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command line in bash, for its pipes and limits."""
    return subprocess.run(
        ["bash", "-c", command], env=environment(home), capture_output=True, text=True, timeout=120, check=False
    )
