"""What stands between readers and us -> whose word on the reader's address, scheme, host and path is believed.

As many proxies are believed as LUCBAO_PROXIES says, and no header otherwise. A proxy that nobody told us of makes all readers one
address, that of this machine perhaps, which is never limited: that is said once in the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Request
from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SIGNS = ("Forwarded", "Via", "X-Real-Ip")


def believe(app: Flask, hops: int) -> None:
    """Make `app` believe the `hops` proxies in front of it; with none, say so when one shows itself."""
    application = app.wsgi_app
    if hops:
        app.wsgi_app = ProxyFix(application, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops)  # type: ignore[method-assign]
    else:
        app.wsgi_app = _Watch(application, app)  # type: ignore[method-assign]


def is_forwarded(request: Request) -> bool:
    """Return whether a request bears a header that proxies add."""
    return any(name in _SIGNS or name.startswith("X-Forwarded") for name, _ in request.headers)


class _Watch:
    def __init__(self, application: WSGIApplication, app: Flask) -> None:
        self._application = application
        self._app = app
        self._has_told = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._has_told and ("HTTP_X_FORWARDED_FOR" in environ or "HTTP_FORWARDED" in environ):
            self._has_told = True
            self._app.logger.warning(
                "a request bears X-Forwarded-For or Forwarded, which is not believed while LUCBAO_PROXIES=0: "
                "behind nginx set LUCBAO_PROXIES=1, or all readers are counted as one machine"
            )
        return self._application(environ, start_response)
