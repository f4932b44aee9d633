"""Pieces of a body that is long -> the same pieces, the first of them made before the answer begins.

So what cannot be read, because the archive is damaged or another one's, is a 503, and no 200 that breaks off at once.
"""

from __future__ import annotations

from collections.abc import Iterator


def begun(pieces: Iterator[str]) -> Iterator[str]:
    """Make the first of `pieces` now and return all of them; raises what making it raises."""
    first = next(pieces, "")

    def every() -> Iterator[str]:
        yield first
        yield from pieces

    return every()
