"""A digest and an address -> a mail with a text and an HTML part, handed to the SMTP server of the settings.

Invariant: every header is set by Python's email package, which refuses a line break in one; who else gets the mail is in none of them. The same
delivery always has the same Message-ID, so a mail that was sent twice can be known.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Any

from alert.errors import DeliveryFailed, ServerUnreachable
from alert.outside import STEP, in_time
from alert.setting import MailServer, Settings

_LOCAL = ("localhost", "127.0.0.1", "::1")


def message(digest: Mapping[str, Any], recipient: str, sender: Address, identity: str) -> EmailMessage:
    """Return the mail that brings a digest; `identity` tells this delivery from all others."""
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["From"] = sender
    user, _, domain = recipient.rpartition("@")
    mail["To"] = Address("", user, domain)
    mail["Subject"] = digest["subject"]
    mail["Date"] = datetime.fromtimestamp(digest["at"], timezone.utc)
    mail["Message-ID"] = f"<{identity}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = digest["language"]
    mail.set_content(digest["text"], cte="base64")
    mail.add_alternative(digest["html"], subtype="html", cte="base64")
    return mail


def send(digest: Mapping[str, Any], recipient: str, identity: str, settings: Settings) -> None:
    """Hand the mail in. Raises DeliveryFailed, ServerUnreachable if no other mail would fare better."""
    if settings.server is None or settings.sender is None:
        raise ServerUnreachable("mail_not_set")
    mail, server = message(digest, recipient, settings.sender, identity), settings.server
    in_time(lambda: _hand_in(server, mail, recipient), server.host)


def _hand_in(where: MailServer, mail: EmailMessage, recipient: str) -> None:
    try:
        with _session(where) as session:
            session.send_message(mail, mail["From"].addresses[0].addr_spec, [recipient])
            with suppress(smtplib.SMTPException, OSError):  # the mail has been taken: how the server says goodbye changes nothing
                session.quit()
    except smtplib.SMTPRecipientsRefused as error:
        code, said = error.recipients[recipient]
        raise DeliveryFailed("mail_refused", status=str(code), said=_words(said)) from error
    except smtplib.SMTPDataError as error:
        raise DeliveryFailed("mail_refused", status=str(error.smtp_code), said=_words(error.smtp_error)) from error
    except smtplib.SMTPResponseException as error:
        raise ServerUnreachable("mail_refused", status=str(error.smtp_code), said=_words(error.smtp_error)) from error
    except (smtplib.SMTPException, OSError) as error:
        reason = str(error) or type(error).__name__
        raise ServerUnreachable("mail_unreachable", host=where.host, port=str(where.port), reason=reason) from error


@contextmanager
def _session(where: MailServer) -> Iterator[smtplib.SMTP]:
    """Open a session, encrypted and logged in as the settings say, and close it whatever happens."""
    local = where.host in _LOCAL
    if where.encrypted:
        session: smtplib.SMTP = smtplib.SMTP_SSL(where.host, where.port, timeout=STEP, context=_context(local))
    else:
        session = smtplib.SMTP(where.host, where.port, timeout=STEP)
    try:
        session.ehlo_or_helo_if_needed()
        if not where.encrypted and session.has_extn("starttls"):
            session.starttls(context=_context(local))
        elif not where.encrypted and not local:
            raise ServerUnreachable("mail_not_encrypted", host=where.host)
        if where.user:
            session.login(where.user, where.password)
        yield session
    finally:
        session.close()


def _context(local: bool) -> ssl.SSLContext:
    """Return what checks the server's certificate; that of this machine's own relay is rarely made out to its name."""
    context = ssl.create_default_context()
    if local:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _words(said: bytes | str) -> str:
    return (said.decode("utf-8", "replace") if isinstance(said, bytes) else said)[:300]
