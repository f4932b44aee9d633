"""A host outside -> the addresses that may be spoken to, and a conversation with it that ends in time.

Invariant: what is checked is what is connected to: names are looked up once, here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from alert.errors import ServerUnreachable
from corpus.errors import FetchFailed
from corpus.gathering.network import addresses_of

STEP = 20.0
"""Seconds that each step of a conversation may take: a connection, a reply."""

WHOLE = 120.0
"""Seconds that all of it may take, however slowly the other side trickles."""


def public_addresses(host: str, port: int, private_hosts: frozenset[str]) -> list[str]:
    """Return where a host may be spoken to. Raises ServerUnreachable if nowhere: its name is unknown, or of a private network and not allowed."""
    try:
        return addresses_of(host.lower(), port, private_hosts)
    except FetchFailed as error:
        private = error.told.code == "host_private"
        raise ServerUnreachable("host_private" if private else "host_unknown", host=host) from error


def in_time(conversation: Callable[[], None], host: str, seconds: float = WHOLE) -> None:
    """Hold a conversation with a host. Raises what it raises, and ServerUnreachable if it lasts longer.

    It then goes on by itself until the other side lets go: looking up a name or a handshake cannot be broken off from here.
    """
    raised: list[BaseException | None] = []

    def hold() -> None:
        try:
            conversation()
            raised.append(None)
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=hold, name="lucbao-delivery", daemon=True)
    thread.start()
    thread.join(seconds)
    if not raised:
        raise ServerUnreachable("host_slow", host=host, seconds=f"{seconds:g}")
    if raised[0] is not None:
        raise raised[0]
