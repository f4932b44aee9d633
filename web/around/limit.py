"""A client and the page it asks for -> go on, or 429 with the seconds to wait.

Counted in the memory of each process for the last minute, with Flask-Limiter; nothing of it is written down. A client is an address
(of IPv6 the /64 that one household has). Whoever sits at the machine itself is not limited, so the counts need the real address: behind
a proxy LUCBAO_PROXIES must be set.
"""

from __future__ import annotations

import math
import time
from ipaddress import IPv6Address, ip_address

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter, RateLimitExceeded
from limits import RateLimitItemPerMinute

from web.around.error import error_response
from web.message import t

WRONG_PASSWORDS = RateLimitItemPerMinute(10)
# Part of the searches that LUCBAO_RATE allows, by the beginning of the path; the first that fits counts.
_PARTS = (
    ("/api/v1/suggest", 5),
    ("/goi-y", 5),
    ("/api/", 1),
    ("/tim-kiem.atom", 1),
    ("/tim-kiem.", 0.1),  # exports
    ("/tra-hang-loat", 0.1),
    ("/sitemap", 0.1),
    ("/tim-kiem", 1),
    ("/", 2),
)
_FREE = ("static", "health.alive", "health.ready", "metric.show")


def limit(app: Flask, rate: int) -> None:
    """Make `app` count the requests of each client; `rate` is searches a minute, 0 for no limit but that on wrong passwords."""
    app.extensions["limiter_of_requests"] = Limiter(
        client,
        app=app,
        application_limits=[lambda: f"{allowed(rate, request.path)} per minute"],
        application_limits_exempt_when=lambda: not rate or request.endpoint in _FREE or is_local(request.remote_addr),
        storage_uri="memory://",
        strategy="sliding-window-counter",
    )
    app.register_error_handler(RateLimitExceeded, _too_many)


def allowed(rate: int, path: str) -> int:
    """Return how many requests a minute a client may make to the page at `path`, if searches are limited to `rate`."""
    return max(1, int(rate * next(part for start, part in _PARTS if path.startswith(start))))


def client() -> str:
    """Return what requests are counted by: the address they come from."""
    return household(request.remote_addr)


def household(asker: str | None) -> str:
    """Return the address that all of one asker's count as: of IPv6 the /64 that one household has."""
    try:
        address = ip_address(asker or "")
    except ValueError:
        return asker or "?"
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
    return str(address)


def is_local(address: str | None) -> bool:
    """Return whether requests from `address` come from this machine."""
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return not address or address == "localhost"  # a Unix socket


def may_try_password() -> bool:
    """Return whether this client has guessed wrong less often than it may."""
    return bool(_limiter().limiter.test(WRONG_PASSWORDS, "password", client()))


def count_wrong_password() -> None:
    """Remember that this client guessed wrong."""
    _limiter().limiter.hit(WRONG_PASSWORDS, "password", client())


def too_many(until: float) -> Response:
    """Return the 429 that says to come back at `until`, in seconds since 1970."""
    seconds = max(1, math.ceil(until - time.time()))
    response = error_response(429, "http_429", t("error.http_429.wait", count=seconds))
    response.headers["Retry-After"] = str(seconds)
    return response


def too_many_passwords() -> Response:
    """Return the 429 for a client that guesses passwords."""
    stats = _limiter().limiter.get_window_stats(WRONG_PASSWORDS, "password", client())
    return too_many(math.floor(stats.reset_time) + 1)  # when the windows meet, the one before still counts in full


def _too_many(_: RateLimitExceeded) -> Response:
    current = _limiter().current_limit
    return too_many(current.reset_at if current else time.time())


def _limiter() -> Limiter:
    limiter: Limiter = current_app.extensions["limiter_of_requests"]
    return limiter
