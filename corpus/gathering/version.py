"""The addresses of one article's versions (AMP, for telephones, for printing) -> one address to know them by.

What is made here is a key, never asked for: which version a server has, only the addresses it names itself say.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from corpus.identity import canonical_url

_HOST = re.compile(r"(?:www|m|amp|mobile|wap|in|print)\.(?=[^.]+\.)")
_PATH = re.compile(r"(?:/(?:amp|print|in|ban-in)(?=/|$)|(?:[.-](?:amp|print))(?=\.\w+$|$))")
_PARAMETERS = frozenset("amp print in mode view output type mobile m".split())
_VALUES = frozenset(("", "1", "true", "amp", "print", "in", "mobile", "yes"))


def key_of(url: str) -> str:
    """Return the key of the article at `url`, the same for all its versions; "" if it is no http(s) address."""
    parts = urlsplit(canonical_url(url))
    if not parts.netloc:
        return ""
    path = _PATH.sub("", parts.path) or parts.path
    asked = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
        if name.lower() not in _PARAMETERS or value.lower() not in _VALUES
    ]
    query = urlencode(asked, errors="surrogateescape")
    return urlunsplit((parts.scheme, _HOST.sub("", parts.netloc), path, query, ""))
