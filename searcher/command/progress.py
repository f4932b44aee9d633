"""How far a long command is -> a bar on stderr, where that is a terminal."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator

_USUAL_SIZE = (80, 24)


@contextlib.contextmanager
def progress_bar(label: str, unit: str) -> Iterator[Callable[..., None]]:
    """Yield a function of (done) or (done, total) that shows progress on stderr when that is a terminal."""
    from tqdm import tqdm

    columns, rows = _size()
    with tqdm(desc=label, unit=f" {unit}", file=sys.stderr, disable=None, leave=False, ncols=columns, nrows=rows) as bar:

        def show(done: int, total: int | None = None) -> None:
            bar.total, bar.n = total, done
            bar.refresh()

        yield show


def _size() -> tuple[int, int]:
    """Return (columns, rows) of the terminal that stderr is."""
    try:
        columns, rows = os.get_terminal_size(sys.stderr.fileno())
    except OSError:  # no terminal
        return _USUAL_SIZE
    # A terminal that does not know its size (of a container, a serial line) says 0, at which tqdm shows nothing at all.
    return columns or _USUAL_SIZE[0], rows or _USUAL_SIZE[1]
