"""What was read of an article's paper -> the paper's name: one name for each paper, however its pages call it.

A page may name its paper by a slogan, an address, an earlier name, or name the paper's owner instead. The archive keeps what was
read; a PaperTable says what that paper is called.

Invariant: a name depends only on the table and on what was read (the source, where that was found, the address), so whoever has
the same table has the same names.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from corpus.permalink import slug
from language.text import clean

STATED = "stated"
"""Origin of a source that a page stated once, which a line of JSON reports."""
_READ_OFF_PAGES = frozenset(("json-ld", "meta", "microdata", "url", STATED))

_DATA = Path(__file__).parent / "data"
_HOST = re.compile(r"[\w.-]+|[\da-f:.]+")
# Copies of a site for telephones and the like are the site.
_COPIES = ("www.", "m.", "amp.", "mobile.", "wap.")
_PORTS = (None, 80, 443)
_ADDRESS = re.compile(r"(?:https?://\S+|(?:[\w-]+\.)+[a-z]{2,})/?$", re.I)
_PART = re.compile(r"\s+[-–—|»›:•·]+\s+|\s*[|»]\s*")
_LONGEST_NAME = 40
_KINDS = ("bao", "tap-chi")


@dataclass(frozen=True)
class Paper:
    """A paper: its name, its hosts (those below them are its own too) and what else it is called."""

    name: str
    hosts: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.other_names)


@dataclass(frozen=True)
class StatedSource:
    """A `source` as it was read, where it was found (`origin`, see Article.origins), the address, and how many articles have these."""

    source: str
    origin: str
    url: str
    articles: int = 1


@dataclass(frozen=True)
class PaperTable:
    """Papers, no two with a host or name in common, and the names of sites that are in none of them: pairs of host and name."""

    papers: tuple[Paper, ...] = ()
    sites: tuple[tuple[str, str], ...] = ()

    def __reduce__(self) -> tuple[type[PaperTable], tuple[object, ...]]:
        return PaperTable, (self.papers, self.sites)  # without what is looked up in

    def name(self, source: str, origin: str, url: str) -> str:
        """Return the name of the paper of an article at `url` whose source was read as `source` at `origin`; "" if it is unknown.

        What a page stated gives way to the paper its host belongs to, then to the paper known by that name, then to what the other
        pages of the site state; an owner's name is never believed. What a person gave is looked up by name first, and stays if the
        table knows neither name nor host.
        """
        host = site(url)
        known = self._named.get((source, origin, host))
        if known is None:
            known = self._named[source, origin, host] = self._name(source, origin, host)
        return known

    def known(self, name: str) -> str:
        """Return the name of the paper that the table knows by `name`, be it one of its names or hosts; "" if there is none."""
        return self.of_host(name) if _ADDRESS.match(name) else self._by_name.get(_key(name), "")

    def of_host(self, host: str) -> str:
        """Return the name of the paper that `host`, or the host of this address, belongs to; "" if there is none."""
        return self._at(site(host if "//" in host else f"https://{host}"))

    def over(self, other: PaperTable) -> PaperTable:
        """Return both tables as one.

        A paper here that has a name of one in `other` is that paper: called as here, with the hosts and names of both.
        """
        left = self._unknown_of(other)
        own = []
        for paper in self.papers:
            called = {other.known(name) for name in paper.names}
            same = [each for each in left if each.name in called]
            left = [each for each in left if each.name not in called]
            hosts = (host for each in same for host in each.hosts)
            names = (name for each in same for name in each.other_names)
            own.append(Paper(paper.name, (*paper.hosts, *hosts), (*paper.other_names, *names)))
        return PaperTable((*own, *left))

    def _unknown_of(self, other: PaperTable) -> list[Paper]:
        """Return the papers of `other` with those of their hosts and names that no paper here has."""
        taken = {_key(name) for paper in self.papers for name in paper.names}
        return [
            Paper(
                each.name,
                tuple(host for host in each.hosts if host not in self._by_host),
                tuple(name for name in each.names if _key(name) not in taken),
            )
            for each in other.papers
        ]

    def with_sites(self, stated: Iterable[StatedSource]) -> PaperTable:
        """Return the table with names for sites that are no known paper's and whose pages state several names.

        A site has the name that more than half of its articles with any state; without such a majority it is called by its host.
        """
        alone = PaperTable(self.papers)
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for each in stated:
            host = site(each.url)
            if each.origin in _READ_OFF_PAGES and host and not self._at(host):
                votes[host][alone.name(each.source, each.origin, each.url)] += each.articles
        sites = {host: _elected(host, names) for host, names in votes.items() if len(names) > 1}
        return PaperTable(self.papers, tuple(sorted(sites.items())))

    def _name(self, source: str, origin: str, host: str) -> str:
        if origin not in _READ_OFF_PAGES:
            return self.known(source) or self._at(host) or source
        return self._at(host) or self.known(source) or self._sites.get(host) or masthead(source, host) or host

    def _at(self, host: str) -> str:
        """Return the name of the paper that `host` belongs to."""
        labels = host.partition(":")[0].split(".")
        below = (".".join(labels[start:]) for start in range(len(labels)))
        return next((self._by_host[each] for each in (host, *below) if each in self._by_host), "")

    @cached_property
    def _named(self) -> dict[tuple[str, str, str], str]:
        return {}

    @cached_property
    def _sites(self) -> dict[str, str]:
        return dict(self.sites)

    @cached_property
    def _by_host(self) -> dict[str, str]:
        return {host: paper.name for paper in self.papers for host in paper.hosts}

    @cached_property
    def _by_name(self) -> dict[str, str]:
        """Keys of names -> name. With or without "Báo" is the same paper, unless that would make one name of two papers."""
        written = {_key(name): paper.name for paper in self.papers for name in paper.names}
        loose: dict[str, set[str]] = defaultdict(set)
        for key, name in written.items():
            for other in _with_and_without_kind(key):
                loose[other].add(name)
        return {key: next(iter(names)) for key, names in loose.items() if len(names) == 1} | written


def shares_name(first: str, second: str) -> bool:
    """Say whether two names are one but for case, marks, punctuation and endings such as "Online"."""
    return _key(first) == _key(second)


@lru_cache(maxsize=4096)
def site(url: str) -> str:
    """Return the host of an address without "www.", "m.", "amp." and the like, with its port where that is a special one; "" if none."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not _HOST.fullmatch(host):
        return ""
    while host.startswith(_COPIES) and host.count(".") > 1:
        host = host.partition(".")[2]
    return host if port in _PORTS else f"{host}:{port}"


@lru_cache(maxsize=4096)
def masthead(text: str, host: str = "") -> str:
    """Return the name in what a page states as its paper, without slogan; "" if it states none but an owner, praise or an address.

    "Báo Núi Sông - Tiếng nói của miền ngược" is "Báo Núi Sông", "Công ty CP Truyền thông Núi Sông" nothing. An organ of state is the name of
    its own site only (`host` under gov.vn).
    """
    words = _words()
    for part in _PART.split(clean(text)):
        key = f"-{slug(part)}-"
        if part.startswith(("©", "(c)")) or any(f"-{word}-" in key for word in words["company"]):
            return ""
        owners = words["owner"] if host.endswith(".gov.vn") else words["owner"] + words["state"]
        if any(key.startswith(f"-{word}-") for word in owners):
            return ""
        if key.strip("-") in words["page"]:
            continue
        praise = any(key.startswith(f"-{word}-") for word in words["slogan"])
        return part if 2 <= len(part) <= _LONGEST_NAME and not praise and not _ADDRESS.match(part) else ""
    return ""


def _elected(host: str, names: Counter[str]) -> str:
    """Return the name that most articles of a site state, spelled as most of these do; without a majority the host."""
    papers: dict[str, Counter[str]] = defaultdict(Counter)
    for name, articles in names.items():
        if name != host:
            papers[_without_kind(_key(name))][name] += articles
    best = max(papers.values(), key=Counter.total, default=Counter())
    if 2 * best.total() <= sum(spellings.total() for spellings in papers.values()):
        return host
    return max(best, key=lambda name: (best[name], not name.isupper(), name))


def _key(name: str) -> str:
    """Return the key that all spellings of a paper's name have."""
    key = slug(name).removesuffix("-online").removesuffix("-dien-tu")
    for kind in _KINDS:
        key = f"{kind}-{key.removeprefix(f'{kind}-dien-tu-')}" if key.startswith(f"{kind}-dien-tu-") else key
    return key or clean(name).casefold()


def _without_kind(key: str) -> str:
    return next((key.removeprefix(f"{kind}-") for kind in _KINDS if key.startswith(f"{kind}-")), key)


def _with_and_without_kind(key: str) -> Iterator[str]:
    bare = _without_kind(key)
    yield bare
    if bare == key:  # "Tạp chí Công Thương" is not "Báo Công Thương", but "Báo Dân trí" is "Dân trí"
        yield from (f"{kind}-{key}" for kind in _KINDS)


@cache
def _words() -> dict[str, tuple[str, ...]]:
    kinds: dict[str, list[str]] = defaultdict(list)
    for row in (_DATA / "paper_words.tsv").read_text("utf-8").splitlines():
        if row and not row.startswith("#"):
            kind, _, words = row.partition("\t")
            kinds[kind].append(slug(words))
    return {kind: tuple(words) for kind, words in kinds.items()}
