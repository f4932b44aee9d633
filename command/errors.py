"""What goes wrong -> why, in a few words of a language."""

from __future__ import annotations

import errno

from language.errors import ToldError
from language.wording import worded

_REASONS = {
    errno.ENOSPC: "reason.disk_full",
    errno.EACCES: "reason.forbidden",
    errno.ENOENT: "reason.missing",
    errno.EADDRINUSE: "reason.port_taken",
    errno.EADDRNOTAVAIL: "reason.no_address",
}


class WrongUsage(ToldError):
    """Raised when something typed on the command line cannot be done; an error among its values is told as its reason."""

    room = "command"

    def in_words(self, language: str) -> str:
        """Return the sentence in a language."""
        values = {name: told(value, language) if isinstance(value, Exception) else value for name, value in self.values.items()}
        return worded(self.room, language, self.code, values)


def told(error: Exception, language: str) -> str:
    """Return what an error says in a language: of a file or a port, why it cannot be had; of others, their sentence."""
    if isinstance(error, ToldError):
        return error.in_words(language)
    if isinstance(error, UnicodeDecodeError):
        return worded("command", language, "reason.encoding", {})
    if isinstance(error, OSError) and error.errno in _REASONS:
        return worded("command", language, _REASONS[error.errno], {})
    return (error.strerror if isinstance(error, OSError) else "") or str(error)
