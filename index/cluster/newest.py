"""What nodes say is committed -> the newest of it, which never goes back in time.

A node that was cut off still knows an older commit than others do. Whoever has seen a newer one takes the older for a sign that the node
lags. Only where most nodes of the cluster have said less for as long as it takes to notice that a node is cut off is the older commit what
there is: somebody restored it. An index of a later number (`lucbao-8` after `lucbao-7`) is newer whatever its commit says: it was built anew.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Rank = tuple[int, int, int, bool]
"""Number of the index, generation, watermark, whether more has begun to show: of two, the greater is the newer."""
NOTHING: Rank = (-1, -1, -1, False)
PATIENCE = 40.0
"""Seconds; a cluster finds out within three times ten (cluster.fault_detection.*) that a node is cut off."""


@dataclass(frozen=True)
class Said:
    """What a node says: the index behind the alias and its `_meta`; "" and {} if there is none; which `others` are behind it, where none should be."""

    index: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    @property
    def rank(self) -> Rank:
        if not self.index:
            return NOTHING
        number = re.search(r"-([0-9]{1,9})\Z", self.index)
        generation, watermark = (_number(self.meta, name) for name in ("generation", "watermark"))
        return int(number[1]) if number else 0, generation, watermark, self._shows

    @property
    def _shows(self) -> bool:
        begun = self.meta.get("begun")
        return isinstance(begun, dict) and begun.get("shows") is True


def said(answer: object) -> Said | None:
    """Return what the mappings of an alias say, the latest index if there are several; None if that is no such answer."""
    if not isinstance(answer, dict) or not all(isinstance(each, dict) and "mappings" in each for each in answer.values()):
        return None
    found = [
        Said(name, each["mappings"].get("_meta") or {}, tuple(other for other in answer if other != name))
        for name, each in answer.items()
    ]
    return max(found, key=lambda each: each.rank, default=Said())


class Newest:
    """The newest commit that was seen. Threads share it."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._lock = threading.Lock()
        self._patience = patience
        self._seen = NOTHING
        self._behind_since: float | None = None

    def take(self, told: Said) -> bool:
        """Return whether this is as new as what was seen; it is what was seen, from now on."""
        with self._lock:
            if told.rank < self._seen:
                return False
            self._seen, self._behind_since = told.rank, None
            return True

    def settle(self, told: Said) -> bool:
        """Return whether this is what there is, though it is older than what was seen. To be asked only if most nodes say no more."""
        with self._lock:
            now = time.monotonic()
            self._behind_since = now if self._behind_since is None else self._behind_since
            if told.rank < self._seen and now - self._behind_since < self._patience:
                return False
            self._seen, self._behind_since = told.rank, None
            return True

    def forget(self) -> None:
        """Take whatever is said next."""
        with self._lock:
            self._seen, self._behind_since = NOTHING, None


def _number(meta: Mapping[str, Any], name: str) -> int:
    value = meta.get(name)
    return value if isinstance(value, int) else -1
