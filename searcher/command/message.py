"""What goes wrong -> what is said on stderr, in one sentence."""

from __future__ import annotations

import errno
import sys

_REASONS = {errno.ENOSPC: "hết chỗ trên đĩa", errno.EACCES: "không có quyền", errno.ENOENT: "không có tệp hoặc thư mục này"}
_REASONS |= {errno.EADDRINUSE: "đã có chương trình khác dùng", errno.EADDRNOTAVAIL: "máy này không có địa chỉ đó"}


class WrongUsage(Exception):
    """Raised when something typed on the command line cannot be done; the message says what."""


def say(message: str) -> None:
    """Write a message to stderr."""
    print(message, file=sys.stderr, flush=True)


def reason(error: OSError | UnicodeDecodeError) -> str:
    """Return why a file could not be read or written, in a few words."""
    return (
        _REASONS.get(error.errno or 0, error.strerror or str(error))
        if isinstance(error, OSError)
        else "không phải UTF-8 hay UTF-16"
    )
