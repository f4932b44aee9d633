"""How letters leave the program -> whether Vietnamese can be read where they arrive."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from language.wording import Told


def hints(encoding: str | None) -> Iterator[Told]:
    """Yield what to do where stdout is written in a code without Vietnamese letters; None is taken for such."""
    if encoding is None or codecs.lookup(encoding).name not in ("utf-8", "utf-16", "utf-32", "utf-8-sig"):
        yield Told("command", "doctor.encoding", (("encoding", encoding or "?"),))
