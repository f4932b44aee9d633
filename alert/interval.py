"""How often, as a person writes it ("15m", "1h", "7d"), <-> seconds."""

from __future__ import annotations

import re

_SECONDS = {"m": 60, "h": 3600, "d": 86_400}
_LONGEST = 366 * 86_400


def seconds(text: str) -> int | None:
    """Return the seconds that `text` means, from a minute to a year; None if it means none."""
    written = re.fullmatch(r"([0-9]{1,6}) ?([mhd])", text.strip())
    found = int(written[1]) * _SECONDS[written[2]] if written else 0
    return found if 60 <= found <= _LONGEST else None


def written(interval: int) -> str:
    """Return whole minutes as a person writes them, in the largest unit that they are a multiple of."""
    unit = next(unit for unit in ("d", "h", "m") if interval % _SECONDS[unit] == 0)
    return f"{interval // _SECONDS[unit]}{unit}"
