"""An answer for programs -> the same, for scripts on pages of the sites that the operator named: what is read with GET, and nothing with a cookie.

Without LUCBAO_CORS a page of another site reads nothing here. With it, the API, exports and feeds may be read: no page, no form, and no
archive behind a password, for a browser sends another site's script neither the session's cookie nor a password.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response, request

from web.around.host import ANY

_FOR_PROGRAMS = ("/api/v1/", "/tim-kiem.")
_EXPOSED = "Content-Disposition, ETag, Link, Retry-After, X-Total-Count"


def open_to(app: Flask, origins: Sequence[str]) -> None:
    """Make `app` let pages of `origins` (`https://host`, or "*" for any) read what is for programs."""

    @app.after_request
    def allow(response: Response) -> Response:
        if not origins or not request.path.startswith(_FOR_PROGRAMS):
            return response
        if ANY not in origins:
            response.vary.add("Origin")
        origin = request.headers.get("Origin", "")
        if ANY in origins or origin in origins:
            response.headers["Access-Control-Allow-Origin"] = ANY if ANY in origins else origin
            response.headers["Access-Control-Expose-Headers"] = _EXPOSED
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response
