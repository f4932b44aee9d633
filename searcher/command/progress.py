"""How far a long command is -> a bar on stderr, where that is a terminal."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator

_USUAL_WIDTH = 80


@contextlib.contextmanager
def progress_bar(label: str, unit: str) -> Iterator[Callable[..., None]]:
    """Yield a function of (done) or (done, total) that shows progress on stderr when that is a terminal."""
    from tqdm import tqdm

    with tqdm(desc=label, unit=f" {unit}", file=sys.stderr, disable=None, leave=False, ncols=_width()) as bar:

        def show(done: int, total: int | None = None) -> None:
            bar.total, bar.n = total, done
            bar.refresh()

        yield show


def _width() -> int:
    """Return the width of the terminal that stderr is, in columns."""
    try:
        # A terminal that does not know its size (of a container, a serial line) says 0, at which tqdm shows nothing at all.
        return os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL_WIDTH
    except OSError:  # no terminal
        return _USUAL_WIDTH
