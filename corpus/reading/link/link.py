"""One address that a feed, a sitemap or a page of a section names, and what it says of it; as JSON too, to come out of another process.

Invariant: an address is http(s) and whole (see corpus.reading.address.resolve); a date is one that a newspaper can have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

ListKind = Literal["feed", "sitemap", "section", "home"]
"""How what is read is to be understood: a "home" page is looked at for the paper's feeds and sections."""
KINDS: tuple[str, ...] = get_args(ListKind)


@dataclass(frozen=True)
class Link:
    """An address: perhaps an "article", a further "sitemap", a "feed", a "section", or the "next" page of the same list.

    `at` is when the article was published or the list last changed, as the list says; None if it does not.
    """

    kind: Literal["article", "sitemap", "feed", "section", "next"]
    url: str
    title: str = ""
    at: datetime | None = None


def encode(links: Iterable[Link]) -> bytes:
    """Return links as JSON."""
    return json.dumps([[link.kind, link.url, link.title, link.at and link.at.isoformat()] for link in links]).encode()


def decode(content: bytes) -> list[Link]:
    """Return the links in what `encode` returned."""
    return [Link(kind, url, title, at and datetime.fromisoformat(at)) for kind, url, title, at in json.loads(content)]
