"""The name of a server -> the addresses it may be asked at: none of a private network, unless it is allowed by name.

A name is looked up once for each connection, and the connection goes to the address that was judged: a name that is made to point into the
office's network after it was judged (DNS rebinding) leads nowhere.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence

from corpus.errors import FetchFailed

Lookup = Callable[[str, int], Sequence[str]]
"""A host's name and a port -> its addresses as text. Raises OSError."""

_EMBEDDING = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "2002::/16", "2001::/32")))  # an IPv4 address stands in these


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host. Raises OSError when it has none."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def addresses_of(host: str, port: int, allowed: frozenset[str] = frozenset(), *, look_up: Lookup = look_up) -> list[str]:
    """Return where `host` may be asked; `allowed` names hosts ("127.0.0.1", "cms.lan:8080") of private networks that may be.

    Raises FetchFailed when the host is not known, or stands in a private network.
    """
    try:
        found = look_up(host, port)
    except (OSError, UnicodeError) as error:
        raise FetchFailed("host_unknown", host=host) from error
    if host in allowed or f"{host}:{port}" in allowed:
        return list(found)
    public = [address for address in found if is_public(address)]
    if not public:
        raise FetchFailed("host_private", host=host)
    return public


def is_public(address: str) -> bool:
    """Say whether an address is one of the internet, not of this machine, a private network or another use."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return is_public(str(parsed.ipv4_mapped))
        if any(parsed in network for network in _EMBEDDING):
            return False
    return parsed.is_global and not parsed.is_multicast
