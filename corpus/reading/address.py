"""What is written as a web address -> its parts, or the address it leads to from its page; "" where it is none.

Invariant: nothing here raises. Pages carry "http://[", ports of six digits and templates that were never filled in; one such address costs
itself only, never the page it stands on.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit

from corpus.identity import canonical_url
from language.text import clean

# Longer ones are no addresses but what was put in their place: browsers and robots take no more than about 2,000 characters.
LONGEST = 2_000
_BREAK = re.compile("[\t\r\n]")
_NONE = SplitResult("", "", "", "", "")


def parts_of(address: str) -> SplitResult:
    """Return the parts of `address`, all of them "" if it is none."""
    try:
        parts = urlsplit(address)
        _ = parts.port, parts.hostname  # these too are read only when asked for
    except ValueError:
        return _NONE
    return parts


def resolve(base: str, target: str) -> str:
    """Return the http(s) address that `target`, written on the page at `base`, leads to; "" if it leads to none.

    Line breaks in it are passed over, as in browsers, and so are invisible characters (language.text.clean).
    """
    target = clean(_BREAK.sub("", target))
    if not target or len(target) > LONGEST:
        return ""
    try:
        address = urljoin(base, target)
    except ValueError:
        return ""
    return address if len(address) <= LONGEST and canonical_url(address) and _is_host(parts_of(address)) else ""


def is_broken(target: str) -> bool:
    """Is `target` written as a web address and yet none ("http://[")?"""
    written = target.strip()
    written = f"http:{written}" if written.startswith("//") else written
    return written.lower().startswith(("http:", "https:")) and not resolve("", written)


def _is_host(parts: SplitResult) -> bool:
    """Can the host be the name or number of a machine: no label of it empty, too long or badly encoded ("xn--")?"""
    host = parts.hostname or ""
    if "[" in parts.netloc:
        return ":" in host
    try:
        host.encode("idna").decode("idna")
    except UnicodeError:
        return False
    return True
