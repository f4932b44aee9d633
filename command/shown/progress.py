"""How far a long command is -> a bar on stderr where that is a terminal, else a line every few seconds: a job that is killed has told something."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator

from command.speaker import Speaker

_USUAL_SIZE = (80, 24)
_EVERY = 5.0  # seconds


@contextlib.contextmanager
def progress_bar(
    speaker: Speaker, label: str, unit: str, *, told: str = "", forced: bool = False
) -> Iterator[Callable[..., None]]:
    """Yield a function of (done) or (done, total) that shows progress on stderr; `label` and `unit` are keys of what stands at the bar.

    Where that is no terminal and there is a message `told` of what is {done}, it is a line every few seconds; `forced`, a line each time.
    """
    if told and (forced or not sys.stderr.isatty()):
        yield progress_lines(speaker, told, every=0.0 if forced else _EVERY)
        return
    from tqdm import tqdm

    columns, rows = _size()
    name, counted = speaker.text(label), f" {speaker.text(unit)}"
    with tqdm(desc=name, unit=counted, file=sys.stderr, disable=None, leave=False, ncols=columns, nrows=rows) as bar:

        def show(done: int, total: int | None = None) -> None:
            bar.total, bar.n = total, done
            bar.refresh()

        yield show


def progress_lines(
    speaker: Speaker, told: str, *, every: float, clock: Callable[[], float] = time.monotonic
) -> Callable[..., None]:
    """Return a function of (done) or (done, total) that says how much is done, at most once in `every` seconds, and nothing twice."""
    last, before = clock(), 0

    def show(done: int, total: int | None = None) -> None:
        nonlocal last, before
        if done != before and clock() - last >= every:
            last, before = clock(), done
            speaker.say(told, done="/".join(map(speaker.number, filter(None, (done, total)))))

    return show


def _size() -> tuple[int, int]:
    """Return (columns, rows) of the terminal that stderr is."""
    try:
        columns, rows = os.get_terminal_size(sys.stderr.fileno())
    except OSError:  # no terminal
        return _USUAL_SIZE
    # A terminal that does not know its size (of a container, a serial line) says 0, at which tqdm shows nothing at all.
    return columns or _USUAL_SIZE[0], rows or _USUAL_SIZE[1]
