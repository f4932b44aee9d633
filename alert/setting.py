"""The environment, as a mapping -> how mail and webhooks are sent.

Invariant: a password is never sent over a line that others can read: to `smtp://` it goes after STARTTLS only, but on this machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from alert.errors import SettingInvalid

_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. `encrypted`: TLS from the first byte (smtps), else STARTTLS; `user` is "" where nobody logs in."""

    host: str
    port: int
    encrypted: bool
    user: str = ""
    password: str = ""


@dataclass(frozen=True)
class Settings:
    """What the operator decides. Without `server` and `sender` no mail is sent, without `secret` no webhook; they wait.

    `private_hosts` are the hosts of webhooks that may lie in a private network.
    """

    server: MailServer | None = None
    sender: Address | None = None
    secret: str = ""
    private_hosts: frozenset[str] = frozenset()


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return what LUCBAO_SMTP, LUCBAO_MAIL_FROM, LUCBAO_WEBHOOK_SECRET and LUCBAO_WEBHOOK_HOSTS say. Raises SettingInvalid."""
    smtp, sender = environment.get("LUCBAO_SMTP", ""), environment.get("LUCBAO_MAIL_FROM", "")
    return Settings(
        server=_server(smtp) if smtp else None,
        sender=_sender(sender) if sender else None,
        secret=environment.get("LUCBAO_WEBHOOK_SECRET", ""),
        private_hosts=frozenset(environment.get("LUCBAO_WEBHOOK_HOSTS", "").lower().replace(",", " ").split()),
    )


def _server(address: str) -> MailServer:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise SettingInvalid("setting_smtp") from error
    known = parts.scheme in _PORTS and parts.hostname and parts.path in ("", "/") and not parts.query and not parts.fragment
    if not known or port == 0 or bool(parts.username) != bool(parts.password):
        raise SettingInvalid("setting_smtp")  # not what was given: it holds a password
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        raise SettingInvalid("setting_login")  # Python's smtplib can say no other
    return MailServer(parts.hostname or "", port or _PORTS[parts.scheme], parts.scheme == "smtps", user, password)


def _sender(written: str) -> Address:
    name, address = parseaddr(written)
    user, _, domain = address.rpartition("@")
    if not user or not domain or not address.isascii() or not written.isprintable():
        raise SettingInvalid("setting_sender", value=written)
    return Address(name, user, domain)
