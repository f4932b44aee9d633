"""Pieces of a body that is long -> the same pieces, the first of them made before the answer begins.

So what cannot be read, because the archive is damaged or another one's, is a 503, and no 200 that breaks off at once.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import chain, islice
from typing import AnyStr, Generic


class Begun(Generic[AnyStr]):
    """A body whose first piece is made. Closed, by whoever sends it, it lets go what it is read from, though nothing of it was sent."""

    def __init__(self, pieces: Generator[AnyStr, None, None]) -> None:
        """Raise what making the first piece raises."""
        self._pieces: Generator[AnyStr, None, None] = pieces
        self._left: Iterator[AnyStr] = chain(list(islice(pieces, 1)), pieces)

    def __iter__(self) -> Iterator[AnyStr]:
        return self

    def __next__(self) -> AnyStr:
        return next(self._left)

    def close(self) -> None:
        """Make no more pieces."""
        self._pieces.close()
