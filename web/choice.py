"""What a reader chose, the language or how hits are listed, <-> the cookie that keeps it; what a cookie says is never trusted to be sound."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

_YEAR = 365 * 24 * 3600


def kept(name: str) -> str:
    """Return what the reader chose under a name, "" if nothing."""
    return request.cookies.get(name, "")


def keep(response: Response, name: str, value: str) -> None:
    """Have the reader's browser keep a choice for a year; no cache keeps the answer that says so."""
    response.set_cookie(
        name,
        value,
        max_age=_YEAR,
        path=request.script_root or "/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    response.headers["Cache-Control"] = "no-store"
