"""How hits are listed, in full or in a line each, and how many a page <-> the address that says it, and the cookie that remembers it.

The address counts: who is sent one sees what its sender saw. What was chosen is kept in a cookie, which speaks only where an address says
nothing of it, and then leads to the address that does.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from flask import has_request_context, request
from werkzeug.wrappers import Response

from searcher.request import SearchRequest
from web import choice

COOKIE = "list"
VIEW, COMPACT, FULL = "view", "compact", "full"
SIZES = (10, 20, 50, 100)
_SAYING = (VIEW, "size", "page")  # parameters of an address that says how its hits are listed


class Density(NamedTuple):
    """Whether hits are listed in a line each, and how many a page."""

    compact: bool = False
    size: int = SearchRequest().size


def is_compact() -> bool:
    """Return whether the address asks for a line a hit."""
    return has_request_context() and request.args.get(VIEW) == COMPACT


def remembered() -> Density:
    """Return what the reader chose, if the address says nothing of it; as it is by itself if it does, or nothing was chosen."""
    chosen = re.fullmatch(f"({FULL}|{COMPACT})-([0-9]{{1,3}})", choice.kept(COOKIE))
    if chosen is None or int(chosen[2]) not in SIZES or any(name in request.args for name in _SAYING):
        return Density()
    return Density(chosen[1] == COMPACT, int(chosen[2]))


def remember(response: Response, density: Density) -> None:
    """Have the reader's browser keep a choice."""
    choice.keep(response, COOKIE, f"{COMPACT if density.compact else FULL}-{density.size}")
