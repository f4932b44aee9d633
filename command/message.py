"""What goes wrong -> what is said on stderr, in one sentence."""

from __future__ import annotations

import errno
import sys

_REASONS = {errno.ENOSPC: "hết chỗ trên đĩa", errno.EACCES: "không có quyền", errno.ENOENT: "không có tệp hoặc thư mục này"}
_REASONS |= {errno.EADDRINUSE: "đã có chương trình khác dùng", errno.EADDRNOTAVAIL: "máy này không có địa chỉ đó"}


class WrongUsage(Exception):
    """Raised when something typed on the command line cannot be done; the message says what."""


def say(message: str) -> None:
    """Write a message, one line, to stderr; whatever name of a file is in it, it commands no terminal."""
    print(escaped(message), file=sys.stderr, flush=True)


def escaped(text: str) -> str:
    """Return `text` on one line, with what could command a terminal or turn its writing round written as in Python: "\\x1b", "\\u202e"."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def reason(error: OSError | UnicodeDecodeError) -> str:
    """Return why a file could not be read or written, in a few words."""
    return (
        _REASONS.get(error.errno or 0, error.strerror or str(error))
        if isinstance(error, OSError)
        else "không phải UTF-8 hay UTF-16"
    )
