"""What goes wrong -> why, in a few words, before the language is known."""

from __future__ import annotations

import errno

from language.errors import ToldError
from language.wording import Told

_REASONS = {
    errno.ENOSPC: "reason.disk_full",
    errno.EDQUOT: "reason.disk_full",
    errno.EACCES: "reason.forbidden",
    errno.EROFS: "reason.read_only",
    errno.ENOENT: "reason.missing",
    errno.EADDRINUSE: "reason.port_taken",
    errno.EADDRNOTAVAIL: "reason.no_address",
}


class WrongUsage(ToldError):
    """Raised when something typed on the command line cannot be done."""

    room = "command"


def reason(error: OSError | UnicodeDecodeError) -> Told | str:
    """Return why a file could not be read or written, or a port not be had; of what is rare, what the system says."""
    if isinstance(error, UnicodeDecodeError):
        return Told("command", "reason.encoding")
    if error.errno in _REASONS:
        return Told("command", _REASONS[error.errno])
    return error.strerror or str(error)
