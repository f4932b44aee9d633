"""An index of the cluster -> held by one writer at a time, whichever machine it runs on.

Two aliases of the index are the lock, so that all of it is changed in one step with the cluster's own state. Through the *fence*, a name drawn for
each run, the run writes; who takes the index takes the old fence away in the same step, and so whoever held it before, however late it wakes up,
writes no more: there is no such name. The *lease* says until when its holder wants to be left in peace (a moment of the day, so it is a
courtesy, no more). A run renews it; one that was killed cannot, and is not waited for by the next run over the same data folder, for that holds
the folder's own lock.

The alias that is read is of one index at most: the cluster refuses a second that it is to be written through (`is_write_index`), though nobody does.
So whoever takes a cluster that has only just come back for an empty one makes no second index.
"""

from __future__ import annotations

import hashlib
import platform
import re
import secrets
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.cluster.channel import Channel
from index.cluster.errors import ClusterUnavailable
from index.cluster.host import Trouble
from index.errors import IndexBusy
from index.storage import DurableStorage

LEASE = 60
"""Seconds."""
_LOCK = "cluster_WRITELOCK"
_FENCE = re.compile(r".+-fence-[0-9a-f]{16}")
_LEASE = re.compile(r".+-until-(?P<until>[0-9]{1,12})-(?P<owner>[0-9a-f]{16})-[0-9a-f]{16}")
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between tries to take an index from a run of one's own that was killed."""
_ALONE = {"is_write_index": True}
_SECOND = "illegal_state_exception"  # what the cluster calls a second index to be written through one alias
Action = dict[str, dict[str, Any]]


def new_fence(index: str) -> str:
    """Return a name for a fence of `index` that nobody had before."""
    return f"{index}-fence-{secrets.token_hex(8)}"


@contextmanager
def folder_lock(folder: Path, alias: str) -> Iterator[str]:
    """Hold the lock of a data folder; give the name of who holds it. Raises IndexBusy."""
    lock = DurableStorage(folder).lock(_LOCK)
    if not lock.acquire():
        raise IndexBusy(alias)
    try:
        yield hashlib.sha256(f"{platform.node()} {folder.resolve()}".encode()).hexdigest()[:16]
    finally:
        lock.release()


def fences(aliases: Iterable[str]) -> list[str]:
    """Return those aliases of an index that are fences: one, unless somebody else meddled."""
    return [alias for alias in aliases if _FENCE.fullmatch(alias)]


def leases(aliases: Iterable[str]) -> list[str]:
    """Return those aliases of an index that are leases: one while it is held."""
    return [alias for alias in aliases if _LEASE.fullmatch(alias)]


@dataclass
class Hold:
    """The right to write an index, through the alias `fence`, for as long as it is not `lost`."""

    channel: Channel
    owner: str
    index: str
    fence: str
    lease: str

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self.lost = False

    @classmethod
    def create(cls, channel: Channel, owner: str, index: str, made: Mapping[str, Any], *, alias: str) -> Hold:
        """Make an index as `made` says, behind `alias`, and hold it. Raises IndexBusy if somebody else was faster."""
        fence = new_fence(index)
        hold = cls(channel, owner, index, fence, _new_lease(index, owner, fence))
        hold._make({**made, "aliases": {alias: _ALONE, hold.fence: {}, hold.lease: {}}}, index, hold.fence)
        return hold

    @classmethod
    def take(cls, channel: Channel, owner: str, index: str, aliases: Collection[str]) -> Hold:
        """Hold an index that has these aliases. Raises IndexBusy if somebody else does, or was faster.

        What a run of the same owner asked for just before it was killed may come into effect only now, and change the aliases.
        """
        for pause in (*_PAUSES, None):
            try:
                return cls._take(channel, owner, index, aliases)
            except IndexBusy:
                aliases = channel.aliases(index)
                if pause is None or not _is_free(aliases, owner):
                    raise
                time.sleep(pause)
        raise AssertionError

    @classmethod
    def _take(cls, channel: Channel, owner: str, index: str, aliases: Collection[str]) -> Hold:
        if not _is_free(aliases, owner):
            raise IndexBusy(channel.alias)
        fence = new_fence(index)
        hold = cls(channel, owner, index, fence, _new_lease(index, owner, fence))
        removed = [_remove(index, alias) for alias in (*fences(aliases), *leases(aliases))]
        hold._change([*removed, _add(index, hold.fence), _add(index, hold.lease)])
        return hold

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Renew the lease as long as the block lasts, then give the index up."""
        thread = threading.Thread(target=self._renew, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()
            self._give_up()

    def check(self) -> None:
        """Raise IndexBusy if somebody else has taken the index."""
        if self.lost:
            raise IndexBusy(self.channel.alias)

    def make_beside(self, index: str, made: Mapping[str, Any]) -> str:
        """Make another index, behind no alias yet; return its fence."""
        fence = new_fence(index)
        self._make({**made, "aliases": {fence: {}}}, index, fence)
        return fence

    def move(self, index: str, fence: str, alias: str) -> None:
        """Put `index` behind `alias` instead of the one held, and hold that, in one step."""
        with self._lock:
            lease = _new_lease(index, self.owner, fence)
            away = [_remove(self.index, name) for name in (alias, self.lease)]
            self._change([*away, _add(index, alias, **_ALONE), _add(index, lease)], came=(index, lease))
            self.index, self.fence, self.lease = index, fence, lease

    def _make(self, made: Mapping[str, Any], index: str, fence: str) -> None:
        for pause in self.channel.pauses():
            try:
                self.channel.once("PUT", f"/{index}", made)
                return
            except Trouble as trouble:
                if _SECOND in trouble.named:
                    raise IndexBusy(self.channel.alias) from None
                if "resource_already_exists_exception" in trouble.named:
                    if fence not in self.channel.aliases(index):  # else it was our own first try that came through
                        raise IndexBusy(self.channel.alias) from None
                    return
                pause(trouble)

    def _change(self, actions: list[Action], came: tuple[str, str] | None = None) -> None:
        """Change aliases in one step. Raises IndexBusy if one to be removed is no more, and `came` has not come: somebody else removed it."""
        index, alias = came or (self.index, self.fence)
        try:
            self.channel.ask("POST", "/_aliases", {"actions": actions})
        except Trouble:
            if alias in self.channel.aliases(index):  # our own first try came through
                return
            self.lost = True
            raise IndexBusy(self.channel.alias) from None

    def _renew(self) -> None:
        while not self._ended.wait(LEASE / 4):
            with self._lock:
                lease = _new_lease(self.index, self.owner, self.fence)
                if lease == self.lease:
                    continue
                try:
                    self.channel.once(
                        "POST", "/_aliases", {"actions": [_remove(self.index, self.lease), _add(self.index, lease)]}
                    )
                    self.lease = lease
                except Trouble as trouble:
                    if trouble.kind in ("missing", "malformed"):
                        self._look()
                if self.lost:
                    return

    def _look(self) -> None:
        """Find out under which lease the index is held, if it still is: of a try that had no answer nobody knows what came of it."""
        try:
            aliases = self.channel.once("GET", f"/{self.index}/_alias")[self.index]["aliases"]
        except Trouble:
            return  # no answer, or that of a manager that was just elected and knows of no index yet: the next renewal tells
        self.lost = self.fence not in aliases
        self.lease = next((lease for lease in leases(aliases) if lease.endswith(self.fence[-16:])), self.lease)

    def _give_up(self) -> None:
        try:
            self.channel.once("POST", "/_aliases", {"actions": [_remove(self.index, self.lease)]}, seconds=10)
        except (Trouble, ClusterUnavailable):
            return  # taken, or not to be reached: it ends by itself


def _new_lease(index: str, owner: str, fence: str) -> str:
    """Return the name of a lease from now on: that of one hold is no other's, though they begin in the same second."""
    return f"{index}-until-{int(time.time()) + LEASE}-{owner}-{fence[-16:]}"


def _is_free(aliases: Collection[str], owner: str) -> bool:
    """Tell whether the aliases are of an index that nobody but the owner holds."""
    found = [match for alias in aliases if (match := _LEASE.fullmatch(alias))]
    return bool(aliases) and all(match["owner"] == owner or int(match["until"]) <= time.time() for match in found)


def _add(index: str, alias: str, **more: Any) -> Action:
    return {"add": {"index": index, "alias": alias, **more}}


def _remove(index: str, alias: str) -> Action:
    return {"remove": {"index": index, "alias": alias, "must_exist": True}}
