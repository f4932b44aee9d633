"""A text -> whether a verb of saying stands in a place, and where it ends."""

from __future__ import annotations

import re
from functools import cache

from language.actor.capital import level, listed
from language.document_kind import rows


def says(text: str, start: int) -> bool:
    """Say whether a verb of saying begins at `start` of a level text, words between as in "cũng cho biết" left out."""
    return _verb().match(text, start) is not None


def verb_at(text: str, start: int) -> tuple[int, bool] | None:
    """Return where the verb of saying ends that begins at `start`, and whether it tells of an act, too; None if none begins there."""
    verb = _verb().match(text, start)
    return (verb.end(), verb["verb"] in _acts()) if verb else None


@cache
def _acts() -> frozenset[str]:
    return frozenset(level(verb) for verb, *use in rows("saying_verbs.txt") if use)


@cache
def _verb() -> re.Pattern[str]:
    verbs = "|".join(map(re.escape, sorted(listed("saying_verbs.txt"), key=len, reverse=True)))
    return re.compile(
        rf"(?:(?:cũng|đã|còn|lại|vừa|từng|tiếp tục|thẳng thắn|tiếp lời|nhiều lần|đồng thời|mới đây|rất|luôn|cũng đã) ){{0,2}}(?P<verb>{verbs})(?!\w)(?! (?:chuyện|dối|xấu|đùa|lời))"
    )
