"""An address of a paper -> its answer, after redirects, asked for as robots.txt, the host's patience and our rules allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING

from corpus.archive.ledger import Ledger
from corpus.errors import FetchFailed
from corpus.gathering.fetch import Answer, Fetcher
from corpus.gathering.manners import MOST_DELAY, Manners
from corpus.gathering.source import Source
from corpus.reading.address import parts_of, resolve
from language.timestamp import VIETNAM

if TYPE_CHECKING:
    from protego import Protego

ROBOT = "LucBao"
"""The name by which robots.txt may speak of us."""
MOST_REDIRECTS = 5
_ROBOTS_LAST = timedelta(hours=24)
_LARGEST_ROBOTS = 512_000  # bytes read of a robots.txt (RFC 9309, 2.5)

_NOT_THE_HOSTS = ("address_not_fetched", "host_private", "answer_too_large")
"""Failures for which a host is not left alone: it is the address that is wrong."""


class Resting(FetchFailed):
    """Raised when a host is left alone until a moment, `until`."""

    def __init__(self, host: str, until: datetime) -> None:
        super().__init__("host_rests", host=host, until=f"{until.astimezone(VIETNAM):%H:%M %d/%m/%Y}")
        self.until = until


class ServerFailed(FetchFailed):
    """Raised when a server answers that it cannot (5xx) or is asked too often (429); its host is left alone until `until`."""

    def __init__(self, host: str, status: int, until: datetime) -> None:
        super().__init__("server_failed", host=host, status=status, until=f"{until.astimezone(VIETNAM):%H:%M %d/%m/%Y}")
        self.status = status
        self.until = until


class Forbidden(FetchFailed):
    """Raised when robots.txt or the paper's own entry does not let us have an address."""


@dataclass(frozen=True)
class Visited:
    """What came of a visit: the last answer, and the address it was first asked for at."""

    asked: str
    answer: Answer

    @cached_property
    def etag(self) -> str:
        return self.answer.headers.get("etag", "")

    @cached_property
    def modified(self) -> str:
        return self.answer.headers.get("last-modified", "")


class Visitor:
    """Visits addresses for one archive. Safe to use from several threads, a thread a paper."""

    def __init__(self, ledger: Ledger, fetcher: Fetcher, manners: Manners, *, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._fetcher = fetcher
        self._manners = manners
        self._now = now
        self._parsed: dict[str, tuple[bytes, Protego]] = {}

    def visit(self, url: str, source: Source, *, etag: str = "", modified: str = "", accept: str = "*/*") -> Visited:
        """Return the answer of an address of `source`, redirects followed. Raises FetchFailed, Resting, Forbidden.

        Whatever its status is, the host has answered; it is blamed for 429 and 5xx, and left alone for as long as it asks or deserves.
        """
        at = url
        for _ in range(MOST_REDIRECTS + 1):
            self._check(at, source)
            answer = self._ask(at, source, etag=etag, modified=modified, accept=accept)
            if not answer.redirect:
                return Visited(url, answer)
            at = resolve(at, answer.redirect)
            if not at:
                raise FetchFailed("redirect_nowhere", address=answer.redirect[:200])
        raise FetchFailed("redirects_too_many", most=MOST_REDIRECTS)

    def sitemaps(self, url: str, source: Source) -> list[str]:
        """Return the sitemaps that the robots.txt of a host names. Raises FetchFailed while it cannot be had."""
        return [address for named in self._robots(url, source).sitemaps if (address := resolve(url, named))]

    def _check(self, url: str, source: Source) -> None:
        """Raise Forbidden when an address may not be asked for."""
        if not source.has(url):
            raise Forbidden("address_of_others", address=url[:200])
        if not self._robots(url, source).can_fetch(url, ROBOT):
            raise Forbidden("robots_forbid", host=_host(url))

    def _ask(self, url: str, source: Source, **how: str) -> Answer:
        host = _host(url)
        if until := self._manners.resting_until(host):
            raise Resting(host, until)
        delay = source.delay
        known = self._parsed.get(host)
        if known and delay > 0:
            delay = max(delay, min(known[1].crawl_delay(ROBOT) or 0.0, MOST_DELAY))
        try:
            with self._manners.turn(host, delay):
                answer = self._fetcher.get(url, allowed=source.private_hosts, **how)
        except FetchFailed as error:
            if error.told.code not in _NOT_THE_HOSTS:
                self._manners.failed(host)
            raise
        if answer.status == 429 or answer.status >= 500:
            until = self._manners.failed(host, _retry_after(answer.headers.get("retry-after", ""), self._now()))
            raise ServerFailed(host, answer.status, until)
        self._manners.answered(host)
        return answer

    def _robots(self, url: str, source: Source) -> Protego:
        """Return what the host of `url` forbids, asked for once a day and kept in the ledger."""
        from protego import Protego

        host = _host(url)
        state = self._ledger.host(host)
        if state.robots is None or state.robots_at is None or self._now() - state.robots_at > _ROBOTS_LAST:
            content = self._read_robots(url, source)
            state = replace(self._ledger.host(host), robots=content, robots_at=self._now())
            self._ledger.set_host(state)
        assert state.robots is not None
        known = self._parsed.get(host)
        if known is None or known[0] != state.robots:
            known = self._parsed[host] = (state.robots, Protego.parse(state.robots.decode("utf-8", "replace")))
        return known[1]

    def _read_robots(self, url: str, source: Source) -> bytes:
        """Return the robots.txt of a host: nothing where there is none. Raises FetchFailed while the host does not answer."""
        parts = parts_of(url)
        at = f"{parts.scheme}://{parts.netloc}/robots.txt"
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._ask(at, source, accept="text/plain,*/*")
            if not answer.redirect:
                return answer.content[:_LARGEST_ROBOTS] if answer.status == 200 else b""
            at = resolve(at, answer.redirect)
            if not at or not source.has(at):
                return b""
        return b""


def _retry_after(said: str, now: datetime) -> timedelta | None:
    """Return for how long Retry-After, seconds or a date, asks us to stay away."""
    if said.strip().isdecimal():
        return timedelta(seconds=min(int(said), 10**8))
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(timedelta(), (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)) - now)


def _host(url: str) -> str:
    return parts_of(url).netloc.lower()
