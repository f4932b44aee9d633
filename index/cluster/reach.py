"""Which hosts of the cluster answer, and which of its nodes may be relied on for their part of an answer.

A host that did not answer is put aside, and asked again by one thread at a time; whoever has another question goes to the others at once.
While all are put aside, every question but the one that tries again fails at once (a circuit breaker). A node that is there but does not
answer (stopped, swapped out, cut off) still counts as one of the cluster for half a minute, and other nodes wait for its shards: requests are
then kept away from it by the ids of all others (`preference=_only_nodes`).
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Sequence
from queue import Empty, SimpleQueue

from index.cluster.errors import ClusterUnavailable
from index.cluster.host import Host, Request, Trouble
from index.errors import told
from language.wording import Told

PING = 0.5  # seconds; a node that has much to do answers in less
AGAIN = 2.0
"""Seconds after which what is put aside is asked whether it answers."""
PROBE = 0.5
"""The same while all are put aside."""
SUSPECTED = 15.0
"""Seconds for which a node is kept out of answers because one came as soon as it had no part in it."""
ACQUITTED = 5.0
"""Seconds for which a node is not suspected again because an answer was slow in which it had no part."""


class Reach:
    """The hosts, and what is known of each. Threads share it."""

    def __init__(self, hosts: Sequence[Host]) -> None:
        self.hosts = tuple(hosts)
        self._lock = threading.Lock()
        self._turn = itertools.count()
        self._aside: dict[Host, Told] = {}
        self._hung: set[Host] = set()
        self._suspect: Host | None = None  # one at a time: the others have to answer in its place
        self._until = 0.0
        self._acquitted: dict[Host, float] = {}
        self._nodes: frozenset[str] = frozenset()  # the ids of all nodes of the cluster, as far as we may know them
        self._looked = -float("inf")
        self._looking = threading.Lock()
        self._found: tuple[float, frozenset[Host]] = (-float("inf"), frozenset())  # when somebody last looked, and who was silent
        self._own = threading.local()

    @property
    def is_open(self) -> bool:
        """Whether the circuit is open: no host is known to answer."""
        return len(self._aside) == len(self.hosts)

    def keep_to(self, host: Host | None) -> None:
        """Let this thread's next questions go to this host, if it answers; None: to any."""
        self._own.host = host

    def choose(self, tried: Sequence[Host] = ()) -> Host:
        """Return a host to ask, one that is not among those tried if there is any. Raises ClusterUnavailable while none answers."""
        if not any(host not in self._aside for host in self.hosts):
            self._probe()
        elif self._aside and self._is_due(AGAIN):
            threading.Thread(target=self.look, daemon=True).start()
        answering = self.answering()
        if not answering:
            raise ClusterUnavailable(self.reason())
        own = getattr(self._own, "host", None)
        suspect = self.suspect
        if own in answering and own not in tried and own is not suspect:
            return own  # type: ignore[no-any-return]
        turn = next(self._turn)
        order = [answering[(turn + number) % len(answering)] for number in range(len(answering))]
        return min(order, key=lambda host: (tried.count(host), host is suspect))

    def answering(self) -> list[Host]:
        """Return the hosts that answer, as far as is known."""
        return [host for host in self.hosts if host not in self._aside]

    def reason(self) -> Told:
        """Return why the host that was put aside last is."""
        with self._lock:
            return next(reversed(self._aside.values()), told("cluster_silent"))

    def put_aside(self, host: Host, trouble: Trouble) -> None:
        """Ask this host no more until it is known to answer again."""
        with self._lock:
            self._looked = time.monotonic()
            self._aside.pop(host, None)
            self._aside[host] = trouble.reason
            if trouble.kind == "silent":
                self._hung.add(host)
            else:
                self._hung.discard(host)

    def put_all_aside(self) -> None:
        """Open the circuit: none answers."""
        for host in self.hosts:
            self.put_aside(host, Trouble("silent"))

    def around_each(self) -> list[tuple[Host, Host]]:
        """Return, for each host that answers, another that may be asked without it; nothing if there are no two."""
        answering = [host for host in self.hosts if host not in self._aside and host.node]
        if len(answering) < 2:
            return []
        return [(answering[number - 1], host) for number, host in enumerate(answering)]

    @property
    def suspect(self) -> Host | None:
        """The node that is kept out of answers for some seconds, though it answers for itself."""
        return self._suspect if time.monotonic() < self._until else None

    def accuse(self, host: Host) -> None:
        """Suspect a node, unless an answer was slow without it just now."""
        with self._lock:
            now = time.monotonic()
            if self._acquitted.get(host, 0) <= now:
                self._suspect, self._until = host, now + SUSPECTED

    def acquit(self, host: Host) -> None:
        """Suspect a node no more: an answer was slow in which it had no part."""
        with self._lock:
            self._acquitted[host] = time.monotonic() + ACQUITTED
            if self._suspect is host:
                self._suspect = None

    def look(self) -> frozenset[Host]:
        """Ask all hosts at once whether they answer; return those that do not. Who comes while another looks, is told what that one finds.

        Of several, those that do not are put aside; where none does that is left to whoever waits for an answer.
        """
        began = time.monotonic()
        with self._looking:
            if self._found[0] < began:
                silent = self._ping()
                self._found = time.monotonic(), silent
            return self._found[1]

    def _ping(self) -> frozenset[Host]:
        self._looked = time.monotonic()
        outcomes: SimpleQueue[tuple[Host, Trouble | None]] = SimpleQueue()
        for host in self.hosts:
            threading.Thread(target=lambda host=host: outcomes.put((host, host.ping(PING))), daemon=True).start()
        silent = {host: Trouble("silent") for host in self.hosts}
        until = self._looked + 1.2 * PING
        for _ in self.hosts:
            try:
                host, trouble = outcomes.get(timeout=max(until - time.monotonic(), 0.001))
            except Empty:
                break
            if trouble is not None:
                silent[host] = trouble
                continue
            del silent[host]
            with self._lock:
                self._aside.pop(host, None)
                self._hung.discard(host)
        if len(silent) < len(self.hosts):
            for host, trouble in silent.items():
                self.put_aside(host, trouble)
            self._learn(next(host for host in self.hosts if host not in silent))
        self._looked = time.monotonic()
        return frozenset(silent)

    def preference(self, without: Host | None = None) -> str:
        """Return which nodes may take part, as the parameter `preference` says it; "" if all may."""
        out = self._hung | {host for host in (self.suspect, without) if host is not None}
        if not out or len(out) == len(self.hosts):
            return ""
        known = {host.node for host in self.hosts if host not in out and host.node}
        silent = {host.node for host in out}
        if "" not in silent:
            known |= self._nodes - silent
        return "_only_nodes:" + ",".join(sorted(known)) if known else ""

    def _learn(self, host: Host) -> None:
        """Note which nodes the cluster has, as one of them knows it; nothing, if we may not know."""
        try:
            answer = host.ask(Request("GET", "/_cluster/state/nodes", {"local": "true", "filter_path": "nodes.*.name"}), PING)
            self._nodes = frozenset(answer["nodes"])
        except (Trouble, TypeError, LookupError):
            self._nodes = frozenset()

    def _is_due(self, seconds: float) -> bool:
        """Return whether it is time to look again; only once to however many threads."""
        with self._lock:
            now = time.monotonic()
            if now - self._looked < seconds:
                return False
            self._looked = now
            return True

    def _probe(self) -> None:
        """Look if it is time to, and if those that are put aside were so one by one: not answering at different times, they may all do now."""
        if self._is_due(PROBE) or len(self._found[1]) < len(self.hosts):
            self.look()
