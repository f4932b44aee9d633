"""Every response -> the same response with headers that let a browser do nothing but show it; what is not reading is refused. (What caches are
told: web.around.freshness.)

A reader's sources are protected: no referrer leaves, no third party is asked, nothing is remembered of what was read. A route is
read with GET and HEAD; the few that take POST say so themselves, and take it from our own pages only.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import ExpectationFailed, Forbidden, MethodNotAllowed

METHODS = ("GET", "HEAD")
LARGEST_BODY = 1 << 20  # bytes of a form
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def guard(app: Flask) -> None:
    """Make `app` refuse other methods and foreign forms, and send the headers with everything, its errors included."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY

    @app.before_request
    def refuse_all_but_reading() -> None:
        refused = getattr(request.routing_exception, "valid_methods", None)
        taken = (request.url_rule.methods if request.url_rule else refused) or ()
        if request.method not in METHODS and not (request.method == "POST" and "POST" in taken):
            raise MethodNotAllowed(valid_methods=[*METHODS, "POST"] if "POST" in taken else METHODS)
        if request.headers.get("Expect", "100-continue").lower() != "100-continue":
            raise ExpectationFailed
        if request.method == "POST" and not from_our_pages():
            raise Forbidden

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def from_our_pages() -> bool:
    """Return whether a form may have been sent by one of our own pages.

    Browsers say so in Sec-Fetch-Site where the address is https or this machine, and in Origin always; a page that holds such a form is sent
    with `Referrer-Policy: same-origin`, because "no-referrer" makes Origin "null". A program that sends neither carries nobody's cookies.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc in (request.host, urlsplit(current_app.config["BASE_URL"]).netloc or None)
    except ValueError:
        return False
