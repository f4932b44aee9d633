"""The bytes of a file and chance -> the bytes that a bad drive, a bad copy or a bad hand leaves."""

from __future__ import annotations

import random
from collections.abc import Callable

Damage = Callable[[bytes, random.Random], bytes]


def flip(content: bytes, chance: random.Random) -> bytes:
    """Change one bit."""
    changed = bytearray(content)
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def noise(content: bytes, chance: random.Random) -> bytes:
    """Change a run of bytes into others."""
    at, size = chance.randrange(len(content)), chance.choice((1, 16, 512))
    return content[:at] + chance.randbytes(min(size, len(content) - at)) + content[at + size :]


def zeros(content: bytes, chance: random.Random) -> bytes:
    """Make a page of the file zeros, as a drive does that never wrote it."""
    at = chance.randrange(len(content)) // 4096 * 4096
    return content[:at] + bytes(min(4096, len(content) - at)) + content[at + 4096 :]


def cut(content: bytes, chance: random.Random) -> bytes:
    """End somewhere before the end, half of the time at the end of a page."""
    at = chance.randrange(len(content))
    return content[: at // 4096 * 4096 if chance.random() < 0.5 else at]


def lengthen(content: bytes, chance: random.Random) -> bytes:
    """Go on after the end."""
    return content + chance.choice((bytes(4096), chance.randbytes(100)))


def empty(content: bytes, chance: random.Random) -> bytes:
    """Leave nothing."""
    return b""


def exchange(content: bytes, chance: random.Random) -> bytes:
    """Exchange two pages."""
    pages = [content[at : at + 4096] for at in range(0, len(content), 4096)]
    first, second = (chance.randrange(len(pages)) for _ in range(2))
    pages[first], pages[second] = pages[second], pages[first]
    return b"".join(pages)


DAMAGES: tuple[Damage, ...] = (flip, flip, noise, zeros, cut, lengthen, empty, exchange)
