"""Every way in which an alert can fail. What is said stands in messages/<language>.json."""

from __future__ import annotations

from corpus.errors import TableInvalid
from language.errors import ToldError

ROOM = "alert"


class AlertError(ToldError):
    """Base of the errors below."""

    room = ROOM


class AlertsInvalid(TableInvalid):
    """Raised when alerts.toml is not as it should be."""

    room = ROOM
    sentence = "alerts_invalid"


class AlertRefused(AlertError):
    """Raised when an alert cannot be added, or there is none of a name."""


class SettingInvalid(AlertError):
    """Raised when what the environment says about mail or webhooks makes no sense."""


class StateUnusable(AlertError):
    """Raised when alerts.sqlite3 is damaged, busy, of a newer version, or cannot be written."""


class DeliveryFailed(AlertError):
    """Raised when a digest has not been taken; it waits to be sent again."""


class ServerUnreachable(DeliveryFailed):
    """Raised when nothing else sent to the same server would fare better now."""
