"""C beside this module -> a library to be loaded before libc, compiled where there is a compiler."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

_SOURCES = Path(__file__).resolve().parent


def obstacle() -> str:
    """Return why nothing can be loaded before libc here, "" if it can."""
    if not sys.platform.startswith("linux"):
        return "LD_PRELOAD is Linux's"
    return "" if _compiler() else "there is no C compiler (cc, gcc, clang)"


def build(name: str, folder: Path) -> Path:
    """Compile `name`.c into `folder` and return the library. Raises CalledProcessError if it cannot be compiled."""
    library = folder / f"{name}.so"
    command = [
        _compiler(),
        "-shared",
        "-fPIC",
        "-O1",
        "-Wall",
        "-Werror",
        "-o",
        str(library),
        str(_SOURCES / f"{name}.c"),
        "-ldl",
    ]
    subprocess.run(command, check=True)
    return library


def _compiler() -> str:
    return next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), "")
