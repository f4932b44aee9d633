"""A page of hits <-> the opaque `next` of the API that leads to the one behind it.

It says how many hits were given and which was the last, so paging goes on behind that one even if a commit has moved it meanwhile, and it is
bound to its search: with another query it is refused. Nobody may rely on what is inside.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

from searcher.parameter import parameters
from searcher.request import SearchRequest
from searcher.result import ResultPage

_INSIDE = re.compile("([0-9a-f]{12})\\.([0-9]{1,9})\\.([a-z2-7]{1,40})", re.ASCII)


def next_cursor(request: SearchRequest, page: ResultPage) -> str | None:
    """Return what leads on behind `page`, the answer to `request`; None behind the last hit."""
    given = page.start + len(page.hits)
    if not page.hits or given >= page.groups:
        return None
    inside = f"{_digest(request)}.{given}.{page.hits[-1].id}"
    return base64.urlsafe_b64encode(inside.encode()).decode().rstrip("=")


def read_cursor(cursor: str, request: SearchRequest) -> tuple[int, str] | None:
    """Return how many hits came before and the id of the last, as Searcher.search takes them; None if it is no cursor of this search."""
    try:
        inside = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode(
            "ascii"
        )
    except ValueError:
        return None
    match = _INSIDE.fullmatch(inside)
    return (int(match[2]), match[3]) if match and match[1] == _digest(request) and int(match[2]) else None


def _digest(request: SearchRequest) -> str:
    """Return a hash of what is searched and in which order; the size of a page may change on the way."""
    return hashlib.sha256(repr(parameters(replace(request, page=1, size=10))).encode("utf-8", "surrogatepass")).hexdigest()[:12]
