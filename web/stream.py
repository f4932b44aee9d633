"""Pieces of a body that is long -> the same pieces, the first of them made before the answer begins.

So what cannot be read, because the archive is damaged or another one's, is a 503, and no 200 that breaks off at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import AnyStr


def begun(pieces: Iterator[AnyStr]) -> Iterator[AnyStr]:
    """Make the first of `pieces` now and return all of them; raises what making it raises."""
    first = list(islice(pieces, 1))

    def every() -> Iterator[AnyStr]:
        yield from first
        yield from pieces

    return every()
