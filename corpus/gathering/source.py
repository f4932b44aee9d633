"""A paper that is followed: where it names its articles, which of them are wanted, how patient to be with its servers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from corpus.archive.ledger import TargetKind
from corpus.gathering.manners import DELAY
from corpus.paper import site
from corpus.reading.address import parts_of

DEPTH = 3
"""Pages of a section that are looked at, one after another."""


@dataclass(frozen=True)
class Source:
    """A paper by its `name`, with its `hosts` (those below them are its own too) and the lists that name its articles.

    `include` and `exclude` are patterns of paths ("/thoi-su/*"): an article is wanted if one of the first fits, or there is none, and none of
    the second does. `delay` is in seconds, 0 for none; `private_hosts` names hosts of private networks that may be asked ("127.0.0.1:8001").
    `folders` are folders of files on this machine, read with every round.
    """

    name: str
    hosts: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    delay: float = DELAY
    depth: int = DEPTH
    private_hosts: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_followed(self) -> bool:
        """Is there anything to gather from?"""
        return bool(self.feeds or self.sitemaps or self.sections or self.folders)

    def lists(self) -> Iterator[tuple[TargetKind, str]]:
        """Yield the lists, each with its kind."""
        kinds: tuple[tuple[Literal["feed", "sitemap", "section"], tuple[str, ...]], ...] = (
            ("feed", self.feeds),
            ("sitemap", self.sitemaps),
            ("section", self.sections),
        )
        yield from ((kind, url) for kind, urls in kinds for url in urls)

    def has(self, url: str) -> bool:
        """Say whether an address is on one of the paper's hosts, or on a host that one of its lists is on."""
        host = site(url)
        own = {*self.hosts, *(site(address) for _, address in self.lists())}
        return any(host == each or host.endswith(f".{each}") for each in own)

    def wants(self, url: str) -> bool:
        """Say whether an article at an address of the paper is wanted."""
        if not self.has(url):
            return False
        parts = parts_of(url)
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        fits = [fnmatchcase(path, pattern) for pattern in self.include]
        return (not fits or any(fits)) and not any(fnmatchcase(path, pattern) for pattern in self.exclude)


def source_of(url: str, sources: Iterable[Source]) -> Source:
    """Return the paper among `sources` that an address is of; one of its host alone where there is none."""
    host = site(url)
    return next((source for source in sources if source.has(url)), Source(host, (host,) if host else ()))
