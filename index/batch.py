"""The archive's changes -> batches, worked on by other processes and handed back in order.

Invariant: of each article, the last change of a batch only. Who is killed leaves no process behind.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from operator import attrgetter
from typing import TypeVar

from corpus.archive import Change

T = TypeVar("T")


def batched(changes: Iterable[Change], size: int) -> Iterator[list[Change]]:
    """Yield changes in batches, in order, of each article only the last: it may change again while we read."""
    iterator = iter(changes)
    while batch := list(islice(iterator, size)):
        latest = {change.article_id: change for change in batch}
        yield sorted(latest.values(), key=attrgetter("number"))


@contextmanager
def workers(processes: int) -> Iterator[Executor | None]:
    """Give an executor of so many processes that end with this one; None for fewer than two, which are not worth it."""
    if processes < 2:
        yield None
        return
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(processes, mp_context=context, initializer=_follow_parent)
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def worked(
    executor: Executor | None, ahead: int, batches: Iterable[list[Change]], work: Callable[[list[Change]], Callable[[], T]]
) -> Iterator[tuple[list[Change], T]]:
    """Yield each batch with what came of it, in order, at most `ahead` batches before they are asked for.

    `work` gives what to do for a batch: something another process can be sent. It is called when the batch's turn to be begun has come.
    """
    if executor is None:
        for batch in batches:
            yield batch, work(batch)()
        return
    running: deque[tuple[list[Change], Future[T]]] = deque()
    for batch in batches:
        running.append((batch, executor.submit(work(batch))))
        if len(running) > ahead:
            first, future = running.popleft()
            yield first, future.result()
    for first, future in running:
        yield first, future.result()


def _follow_parent() -> None:
    """Leave Ctrl-C to the parent process, which stops the workers in order, and end with it if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
