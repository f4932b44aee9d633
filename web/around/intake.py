"""What a server hands over -> what Flask can read.

* A body's bytes; a 400 where it breaks off or its chunks make no sense, whatever the server raises then.
* A query string in ASCII: raw bytes are escaped as browsers escape them.
* A prefix that begins with one slash: with two, links would read as another site's.

Invariant: when an answer begins, the body has been read to its end, if anybody can say where that is. gunicorn reads the rest after the answer,
and with it the beginning of the next request, which it then forgets until the connection times out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Flask
from werkzeug.exceptions import ClientDisconnected

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PIECE = 1 << 16  # bytes
_BEYOND_ASCII = re.compile(r"[^!-~]+")


def take_in(app: Flask) -> None:
    """Make `app` read every query string, and every body, wanted or not."""
    app.wsgi_app = _Reader(app.wsgi_app)  # type: ignore[method-assign]


class _Reader:
    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = _Body(environ["wsgi.input"])
        environ["wsgi.input"] = body
        environ["QUERY_STRING"] = _BEYOND_ASCII.sub(lambda one: quote(one[0].encode("latin-1")), environ.get("QUERY_STRING", ""))
        if prefix := environ.get("SCRIPT_NAME"):
            environ["SCRIPT_NAME"] = "/" + prefix.strip("/\\") if prefix.strip("/\\") else ""
        answer = self._application(environ, start_response)
        if environ.get("wsgi.input_terminated"):
            with suppress(ClientDisconnected):
                while body.read(_PIECE):
                    pass
        return answer


class _Body:
    """What WSGI asks of wsgi.input, over the server's own."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, *size: int) -> bytes:
        return self._ask(self._stream.read, *size)

    def readline(self, *size: int) -> bytes:
        return self._ask(self._stream.readline, *size)

    def readlines(self, *_: int) -> list[bytes]:
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _ask(self, what: Any, *size: int) -> bytes:
        try:
            return bytes(what(*size))
        except Exception as error:  # each server has its own
            raise ClientDisconnected from error
