"""What the writer asks of the cluster -> the answer, though a node dies or has too much to do in the meantime.

Everything it asks may be asked twice: what happens then is what happened the first time, or a refusal that its callers understand. So whatever
may pass is tried again, with growing pauses, for as long as PATIENCE.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from index.cluster.connection import Cluster
from index.cluster.errors import ClusterUnavailable, RequestMalformed
from index.cluster.host import Trouble, trouble_of
from index.cluster.whole import Answer, check_shards, whole
from index.errors import told
from language.wording import Told

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

PATIENCE = 300.0
"""Seconds that the cluster has to become well again, before a run ends with what was committed."""
_SECONDS = 60.0  # of one request
_SOON = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
_PASSES = ("silent", "unreachable", "failed", "busy", "away", "shards", "late")
"""Kinds of trouble that may pass."""


class Channel:
    """The writer's way to a cluster.

    `lost` is asked before each try and each pause, and may raise: nothing is sent any more. `waiting` is told once, with the reason, that there
    is more than one pause to be made.
    """

    def __init__(
        self,
        cluster: Cluster,
        *,
        patience: float = PATIENCE,
        lost: Callable[[], None] = lambda: None,
        waiting: Callable[[Told], None] = lambda reason: None,
        client: OpenSearch | None = None,
    ) -> None:
        self.alias = cluster.settings.index
        self.settings = cluster.settings
        self.lost = lost
        self._client = client or cluster.client
        self._waiting = waiting
        self._has_said = False
        self._patience = patience

    def once(self, method: str, path: str, body: Any = None, *, seconds: float = _SECONDS) -> Any:
        """Return the answer to one try. Raises Trouble."""
        from opensearchpy.exceptions import OpenSearchException

        try:
            return self._client.transport.perform_request(method, path, body=body, timeout=seconds)
        except OpenSearchException as error:
            raise trouble_of(error) from None  # its text may hold what the node says of who we are

    def ask(self, method: str, path: str, body: Any = None, *, seconds: float = _SECONDS) -> Any:
        """Return the answer. Raises ClusterUnavailable, and Trouble where there is nothing of that name, or something already.

        That there is nothing is believed when it is said twice: a manager that was just elected may know of no index yet.
        """
        was_missing = False
        for pause in self.pauses():
            try:
                return self.once(method, path, body, seconds=seconds)
            except Trouble as trouble:
                if trouble.kind != "missing" or was_missing:
                    pause(trouble)
                else:
                    was_missing = True
                    self._wait_for_state()
        raise AssertionError

    def _wait_for_state(self) -> None:
        """Wait until the cluster knows which indexes it has: asked for those of a pattern, it answers no sooner."""
        for pause in self.pauses():
            try:
                self.once("GET", f"/{self.alias}-*/_settings/index.uuid?expand_wildcards=all")
                return
            except Trouble as trouble:
                if trouble.kind == "missing":
                    return
                pause(trouble)

    def pauses(self) -> Iterator[Callable[[Trouble], None]]:
        """Yield for each try what is to be called with the trouble it had: waits, or raises if that is no use or there was time enough."""
        until, length = time.monotonic() + self._patience, _FIRST_PAUSE

        def pause(trouble: Trouble) -> None:
            nonlocal length
            if trouble.kind in ("missing", "malformed"):
                raise trouble
            if trouble.kind not in _PASSES or time.monotonic() + length > until:
                raise ClusterUnavailable(reason(trouble))
            if length > _FIRST_PAUSE and not self._has_said:
                self._has_said = True
                self._waiting(reason(trouble))
            time.sleep(length * random.uniform(0.5, 1))  # noqa: S311
            length = min(2 * length, _LONGEST_PAUSE)

        while True:
            self.lost()
            yield pause

    def aliases(self, index: str) -> list[str]:
        """Return all aliases of an index, as the manager of the cluster knows them, none if it is no more. Raises ClusterUnavailable."""
        try:
            found = self.ask("GET", f"/{index}/_alias")
        except Trouble:
            return []
        return [alias for each in found.values() for alias in each["aliases"]]

    def search(self, index: str, body: dict[str, Any]) -> Answer:
        """Return the whole answer of a search. Raises ClusterUnavailable, RequestMalformed."""
        for pause in self.pauses():
            try:
                path = "/_search" if "pit" in body else f"/{index}/_search"
                return whole(self.once("POST", f"{path}?allow_partial_search_results=false", body))
            except Trouble as trouble:
                if trouble.kind == "malformed":
                    raise RequestMalformed(trouble.said) from None
                pause(trouble)
        raise AssertionError

    def refresh(self, index: str) -> None:
        """Have all that was sent found from now on. Raises ClusterUnavailable unless every part of the index says that it is so.

        Readers wait for it, so a node that does not answer soon, for it may be cut off, is asked no longer than that; of the next, longer.
        """
        seconds = _SOON
        for pause in self.pauses():
            try:
                answer = self.once("POST", f"/{index}/_refresh", seconds=seconds)
                _check_refreshed(answer)
                return
            except Trouble as trouble:
                seconds = min(2 * seconds, _SECONDS)
                pause(trouble)


def _check_refreshed(answer: Answer) -> None:
    """Raise Trouble if a part was not refreshed. A copy that is away is none: it is brought up to the others before it answers again."""
    shards = answer.get("_shards") or {}
    check_shards({"_shards": {**shards, "total": shards.get("successful", 0)}})


def reason(trouble: Trouble) -> Told:
    """Return what a reader is told of a trouble that did not pass."""
    return told("cluster_full") if "cluster_block_exception" in trouble.named else trouble.reason
