"""A page -> the same page as gzip, for browsers that take it.

Not where a password is set: a page that repeats what was asked beside what is secret must not change its length with how alike the two are
(BREACH). Streams are left to the proxy in front.
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

_SMALLEST = 1000  # bytes; less fits into one packet anyway
_LEVEL = 5
_TYPES = ("text/", "application/json", "application/xml", "application/atom+xml", "application/ld+json", "image/svg+xml")


def compress(app: Flask) -> None:
    """Make `app` send what is text and in memory as gzip when asked to."""

    @app.after_request
    def shrink(response: Response) -> Response:
        wanted = (response.mimetype or "").startswith(_TYPES) and response.status_code not in (204, 206, 304)
        if not wanted or response.is_streamed and not response.direct_passthrough or "Content-Encoding" in response.headers:
            return response
        response.vary.add("Accept-Encoding")
        if (
            request.accept_encodings["gzip"]
            and (response.content_length or _SMALLEST) >= _SMALLEST
            and "Range" not in request.headers
        ):
            response.direct_passthrough = False  # a file of our own: small, and read here
            content = response.get_data()
            if len(content) >= _SMALLEST:
                response.set_data(gzip.compress(content, _LEVEL, mtime=0))
                response.headers["Content-Encoding"] = "gzip"
                response.headers.pop("Accept-Ranges", None)
                strong = response.get_etag()
                if strong[0] is not None and not strong[1]:
                    response.set_etag(strong[0], weak=True)
        return response
