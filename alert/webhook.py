"""A digest and an address -> JSON posted there, signed; a redirect is never followed.

The receiver computes HMAC-SHA256, with the secret of the settings, over the header Lucbao-Timestamp, a full stop and the body as it came; in
hexadecimal, behind "sha256=", it is the header Lucbao-Signature. The same delivery always has the same Lucbao-Delivery.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from alert.errors import DeliveryFailed, ServerUnreachable
from alert.outside import STEP, in_time, public_addresses
from alert.setting import Settings


def body(digest: Mapping[str, Any], identity: str) -> bytes:
    """Return what is posted."""
    return json.dumps({"delivery": identity, **digest["payload"]}, ensure_ascii=False).encode()


def signature(secret: str, timestamp: str, content: bytes) -> str:
    """Return the header Lucbao-Signature."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + content, hashlib.sha256).hexdigest()


def send(digest: Mapping[str, Any], address: str, identity: str, settings: Settings, now: float) -> None:
    """Post the digest. Raises DeliveryFailed unless the answer is a 2xx, ServerUnreachable if there is none."""
    if not settings.secret:
        raise ServerUnreachable("webhook_not_set")
    content, timestamp = body(digest, identity), str(int(now))
    headers = {
        "Host": urlsplit(address).netloc,
        "Content-Type": "application/json",
        "User-Agent": "lucbao-alert",
        "Lucbao-Delivery": identity,
        "Lucbao-Timestamp": timestamp,
        "Lucbao-Signature": signature(settings.secret, timestamp, content),
    }
    in_time(lambda: _post(address, content, headers, settings.private_hosts), urlsplit(address).hostname or "")


def _post(address: str, content: bytes, headers: dict[str, str], private_hosts: frozenset[str]) -> None:
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.exceptions import HTTPError, NewConnectionError

    parts = urlsplit(address)
    host, encrypted = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if encrypted else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    failure: HTTPError | None = None
    for reached in public_addresses(host, port, private_hosts):
        if encrypted:
            pool: HTTPConnectionPool = HTTPSConnectionPool(
                reached, port, timeout=STEP, server_hostname=host, assert_hostname=host
            )
        else:
            pool = HTTPConnectionPool(reached, port, timeout=STEP)
        try:
            response = pool.urlopen("POST", target, content, headers, retries=False, redirect=False, preload_content=False)
            response.close()  # what it says beyond its status is not read
        except NewConnectionError as error:
            failure = error
            continue  # another address of the host may answer
        except HTTPError as error:
            failure = error
            break
        finally:
            pool.close()
        if not 200 <= response.status < 300:
            raise DeliveryFailed("webhook_refused", host=host, status=str(response.status))
        return
    raise ServerUnreachable("webhook_unreachable", host=host, reason=str(failure)) from failure
