"""A path or none -> a file to write, which appears under its name only when it is whole and on disk."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from command.errors import WrongUsage, reason
from corpus.disk import synchronize


@contextmanager
def output(path: Path | None, *, binary: bool = False) -> Iterator[IO[Any]]:
    """Yield `path`, or stdout, opened for writing text, or bytes if `binary`; raise WrongUsage if it cannot be opened, OSError with its name if it cannot be written."""
    if path is None and binary:
        yield sys.stdout.buffer
        return
    if path is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
        yield sys.stdout
        return
    try:
        # A device or a pipe takes what comes.
        direct = path.exists() and not path.is_file()
        target = path if direct else path.resolve()
        written = target if direct else target.with_name(f".lucbao-{os.getpid()}.tmp")
        text = {} if binary else {"encoding": "utf-8", "newline": ""}
        out = open(written, ("w" if direct else "x") + "b" * binary, **text)  # type: ignore[call-overload] # noqa: SIM115
    except OSError as error:
        raise WrongUsage("output.unwritable", path=path, error=reason(error)) from error
    try:
        with out:
            yield out
            if not direct:
                out.flush()
                os.fsync(out.fileno())
        if not direct:
            os.replace(written, target)
            synchronize(target.parent)
    except BaseException as error:
        if not direct:
            written.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)
        raise
