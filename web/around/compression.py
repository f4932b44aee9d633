"""An answer -> the same answer as gzip, for who takes it: a page at once, a stream piece by piece as it is made.

Not where a password is set: a page that repeats what was asked beside what is secret must not change its length with how alike the two are
(BREACH). Invariant: whoever changes what is sent takes away the length it had, so no answer bears the length of another.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator

from flask import Flask, Response, request

_SMALLEST = 1000  # bytes; less fits into one packet anyway
_LEVEL = 5
_GZIP = 16 + zlib.MAX_WBITS  # zlib's way to ask for gzip's header and sum
_TEXT = re.compile(r"text/.+|.+[/+](json|xml)|application/(jsonl|x-bibtex|x-research-info-systems)")


def compress(app: Flask) -> None:
    """Make `app` send what is text as gzip when asked to; a stream is never collected."""

    @app.after_request
    def shrink(response: Response) -> Response:
        wanted = _TEXT.fullmatch(response.mimetype or "") and response.status_code not in (204, 206, 304)
        if not wanted or "Content-Encoding" in response.headers:
            return response
        response.vary.add("Accept-Encoding")
        if not request.accept_encodings["gzip"] or "Range" in request.headers:
            return response
        if response.is_streamed and not response.direct_passthrough:
            whole = response.response
            response.call_on_close(getattr(whole, "close", lambda: None))  # what was read from is let go, however it ends
            response.response = pieces(response.iter_encoded())
            response.headers.pop("Content-Length", None)
        else:
            if (response.content_length or _SMALLEST) < _SMALLEST:
                return response
            response.direct_passthrough = False  # a file of our own: small, and read here
            content = response.get_data()
            if len(content) < _SMALLEST:
                return response
            response.set_data(gzip.compress(content, _LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("Accept-Ranges", None)
        strong = response.get_etag()
        if strong[0] is not None and not strong[1]:
            response.set_etag(strong[0], weak=True)
        return response


def pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield `content` as one gzip file; each piece is readable as soon as it is sent, before the next one is made."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    for piece in content:
        if piece:
            yield packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)
    yield packer.flush()
