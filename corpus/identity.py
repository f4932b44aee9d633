"""A page's address or text -> the twelve characters an article is cited by, for ever."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit, urlunsplit

ID_LENGTH = 12
_HOST = re.compile(r"[\w.-]+|[\da-f:.]+")
# Query parameters that name the reader's way to a page, not the page.
_TRACKING = ("utm_", "fbclid", "gclid", "zarsrc", "vnsource", "ref_src", "itm_", "mtm_", "hsa_", "_hs")
_TRACKING_NAMES = frozenset(
    "gbraid wbraid dclid gad_source gad_campaignid srsltid msclkid yclid twclid ttclid igshid igsh mibextid sfnsn mc_cid mc_eid mkt_tok _ga _gl gidzl"
    " vn_source vn_medium vn_campaign vn_term vn_thumb fb_action_ids fb_action_types fb_source fb_ref fb_comment_id".split()
)
_FRAGMENT = re.compile(r"#(?::~:|utm_).*")


@lru_cache(maxsize=1000)  # asked for several times on an article's way into the archive
def canonical_url(url: str) -> str:
    """Return the form of `url` under which two spellings of one address are equal.

    Scheme and host lower-cased, http made https, default port, fragment, tracking parameters and a trailing slash of the path
    dropped, percent-encoding made uniform without losing a byte of it. An empty or relative url, or one that is no http(s)
    address, gives "". Idempotent.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".")
        if parts.scheme.lower() not in ("http", "https") or not _HOST.fullmatch(host):
            return ""
        if ":" in host:
            host = f"[{host}]"
        if parts.port not in (None, 80, 443):
            host = f"{host}:{parts.port}"
        path = "/".join(quote(unquote_to_bytes(segment), safe=":@!$&'()*+,;=~-._") for segment in parts.path.split("/"))
        parameters = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
        kept = sorted((name, value) for name, value in parameters if not _tracks(name))
        return urlunsplit(("https", host, path.rstrip("/"), urlencode(kept, errors="surrogateescape"), ""))
    except ValueError:
        return ""


def without_tracking(url: str) -> str:
    """Return `url` without the parameters that name the reader's way to it (utm_source, fbclid), everything else as written."""
    address, mark, query = _FRAGMENT.sub("", url).partition("?")
    query, hash_mark, fragment = query.partition("#")
    kept = "&".join(part for part in query.split("&") if not _tracks(part.partition("=")[0]))
    return address + (mark if kept else "") + kept + hash_mark + fragment if kept != query else _FRAGMENT.sub("", url)


def _tracks(name: str) -> bool:
    return name.lower().startswith(_TRACKING) or name.lower() in _TRACKING_NAMES


def article_id(url: str, texts: Iterable[str]) -> str:
    """Return the first 12 characters of base32(sha256(canonical url)), lower case; without a url, of the case-folded texts."""
    key = canonical_url(url) or "\n".join(text.casefold() for text in texts if text)
    return base64.b32encode(hashlib.sha256(key.encode()).digest()).decode().lower()[:ID_LENGTH]
