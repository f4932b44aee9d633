"""The state of archive and index -> the ETag of every page made from it, and 304 for whoever has that page already.

Invariant: the tag changes with whatever the page is made from: the index's commit, the archive's last change, the program's own files, the
day (`đến:hôm-nay`), the address, the reader's language and cookies. A page found fresh costs no search. What of this stands in a request's
headers is told to caches here and nowhere else (Vary).
"""

from __future__ import annotations

import hashlib
import time
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, g, request

from language.errors import ToldError
from language.period import today_in_vietnam
from searcher.deadline import watched
from web.desk import Desk

_NEVER = ("static", "health.alive", "health.ready", "metric.show", "login.form", "login.enter", "follow.every", "follow.one")
_VARIES = ("Accept-Language", "Accept", "Cookie")  # what a page is made from besides its address


def keep_fresh(app: Flask) -> None:
    """Make `app` tag its pages and answer 304. Caches must ask each time; with a password only the reader's browser may cache."""

    @app.before_request
    def not_modified() -> Response | None:
        g.freshness = tag() if request.endpoint not in _NEVER and request.method in ("GET", "HEAD") else ""
        g.deadlines = watched()
        if not g.freshness or not request.if_none_match.contains_weak(g.freshness) or request.if_none_match.star_tag:
            return None
        return Response(status=304)

    @app.after_request
    def say_so(response: Response) -> Response:
        if request.endpoint == "static":
            return response
        response.vary.update(_VARIES)
        # What lacks something for want of time is told once: asked again, it may not.
        cut = "deadlines" in g and g.deadlines.expired
        if cut or response.status_code not in (200, 301, 304, 404, 410):
            response.headers.setdefault("Cache-Control", "no-store")
            return response
        response.headers.setdefault("Cache-Control", "private, no-cache" if "PASSWORD_DIGEST" in app.config else "no-cache")
        if response.status_code in (200, 304) and g.get("freshness") and "Set-Cookie" not in response.headers:
            response.set_etag(g.freshness, weak=True)
        return response


def tag() -> str:
    """Return what tells this answer from others; "" while the archive cannot be opened."""
    desk: Desk = current_app.extensions["lucbao"]
    try:
        state = desk.state()
    except ToldError:
        return ""
    said = (request.headers.get(name, "") for name in (*_VARIES, "Authorization"))
    parts = [state, _gathered(desk), program(), str(today_in_vietnam()), request.url, *said]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _gathered(desk: Desk) -> str:
    """Return what changes whenever the page that tells how gathering goes may; other pages have nothing of it."""
    return f"{desk.archive().ledger.last_visit()} {int(time.time() // 3600)}" if request.endpoint == "coverage.show" else ""


@cache
def program() -> str:
    """Return a hash of what pages are made by: the files of all rooms."""
    digest = hashlib.sha256()
    house = Path(__file__).parents[2]
    rooms = [house / room for room in ("language", "corpus", "index", "searcher", "alert", "web")]
    for path in sorted(
        path for room in rooms for path in room.rglob("*") if path.suffix in (".py", ".html", ".json", ".css", ".js")
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()
