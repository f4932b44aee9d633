"""What is asked of an index while it may change -> one commit that all of it was answered from.

An answer takes several searches, and each sees what can be found when it comes. A writer says so before it lets what it has sent be found
(index.cluster.commit.Begun.shows), and its commit says that all of it can. So an answer is of one commit if that was the newest before and after it, and
nothing else began to show in between; if not, it is asked for once more. What nobody can say this of is no answer.

A copy of the index that is opened anew shows all that it has, whatever was said. So while a writer is at work, copies are also asked whether they have
shown more.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

from index.cluster.commit import Commit
from index.cluster.errors import ClusterUnavailable
from index.errors import told
from searcher.cluster.collection import ClusterCollection

_TRIES = 8
"""Answers that are asked for until one is of one commit; commits are seconds apart. After the last there is none."""
PATIENCE = 120.0
"""Seconds after which nobody waits any more for a commit that has begun to show: its writer was killed. A writer that was not waits for the cluster to
find out that a node is cut off (half a minute), or takes nothing that is said (cluster.publish.timeout and cluster.follower_lag.timeout)."""
_PAUSE = 0.05
_AGAIN = 1.0
_Asked = TypeVar("_Asked", bound=Callable[..., Any])


class Steadiness:
    """Which commit each thread answers from, and which was waited for in vain. Threads share it."""

    def __init__(self, newest: Callable[[], Commit], shows_after: Callable[[int], bool], time_limit: float) -> None:
        """`shows_after` says whether any copy shows what was sent after a writing."""
        self.newest = newest
        self._shows_after = shows_after
        self._time_limit = time_limit
        self._own = threading.local()
        self._showing = ("", 0.0)  # the commit after which something began to show, and since when
        self._looked = -math.inf

    @property
    def collection(self) -> ClusterCollection | None:
        """What this thread's answer is made of; None if it makes none."""
        return getattr(self._own, "collection", None)

    @collection.setter
    def collection(self, collection: ClusterCollection | None) -> None:
        self._own.collection = collection

    def steady(self) -> Commit:
        """Return the newest commit, as soon as no other has begun to show. Raises ClusterUnavailable if that takes longer than an answer may."""
        until = time.monotonic() + self._time_limit
        while True:
            commit, now = self.newest(), time.monotonic()
            name, since = self._showing
            if name == commit.commit:
                if now - since > PATIENCE or not commit.shows and self._shows_no_more(commit):
                    return commit
            elif not commit.shows:
                return commit
            else:
                self._showing = commit.commit, now
            if now > until:
                raise ClusterUnavailable(told("cluster_lags"))
            time.sleep(_PAUSE)

    def _shows_no_more(self, commit: Commit) -> bool:
        """Say whether the copies that showed more than a commit are gone; asked once in _AGAIN seconds, whoever waits."""
        now = time.monotonic()
        if now - self._looked < _AGAIN:
            return False
        self._looked = now
        if self._shows_after(commit.writing):
            return False
        self._showing = ("", 0.0)
        return True

    def held(self, commit: Commit) -> bool:
        """Return whether all that was found since `commit` was said to be the newest is of it. Raises ClusterUnavailable."""
        newest = self.newest()
        if newest.state != commit.state:
            return False
        name, since = self._showing
        if newest.begun is None or (name == commit.commit and time.monotonic() - since > PATIENCE):
            return True
        if not self._shows_after(commit.writing):
            return True
        if name != commit.commit:
            self._showing = commit.commit, time.monotonic()
        return False


class Steadied(Protocol):
    """Who answers from one commit at a time."""

    steadiness: Steadiness

    def collection(self) -> ClusterCollection:
        """Return the newest commit."""
        ...

    def forget(self, collection: ClusterCollection) -> None:
        """Give up what was remembered of a commit: it may be of more."""
        ...


def of_one_commit(ask: _Asked) -> _Asked:
    """Have a method's answer be of one commit, whatever it asks. Raises ClusterUnavailable too if commits come faster than answers."""

    @wraps(ask)
    def asked(engine: Steadied, *arguments: Any, **named: Any) -> Any:
        steadiness = engine.steadiness
        if steadiness.collection is not None:  # a part of another answer
            return ask(engine, *arguments, **named)
        for _ in range(_TRIES):
            collection = engine.collection()
            steadiness.collection = collection
            try:
                answer = ask(engine, *arguments, **named)
            finally:
                steadiness.collection = None
            if steadiness.held(collection.commit):
                return answer
            engine.forget(collection)
        raise ClusterUnavailable(told("cluster_lags"))

    return cast(_Asked, asked)
