"""A question to the cluster -> an answer that is whole, from whichever nodes answer in time.

A question is asked of one node. If that fails, of another; if it only takes long, all hosts are asked whether they are there, and the question
is put once more around those that are not. If all are there, one of them may still wait for a node that only the cluster cannot reach: the
question is then put once more around each of them in turn, and the first answer counts. So no answer waits longer than about a second for a
node that is ill, and none lacks what that node has: another holds a copy of it, or there is no answer.

Threads share a Cluster. Each try runs in a thread of its own, which is left to itself when another was faster.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from index.cluster.errors import ClusterLate, ClusterUnavailable, PitLost, RequestMalformed
from index.cluster.host import Host, Kind, Request, Trouble, client
from index.cluster.newest import PATIENCE, Newest, Said, said
from index.cluster.reach import Reach
from index.cluster.setting import ClusterSettings
from index.cluster.whole import Answer, check_shards, whole, whole_each
from index.errors import told

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

Body = dict[str, Any]
T = TypeVar("T")
Observer = Callable[[str, float], None]

TRY = 1.0
"""Seconds that a node has until it is asked whether it is there."""
LONGEST = 120.0  # seconds: no question takes longer, though whoever asks has all time
META = 2.0  # seconds
_MARGIN = 0.25
"""Seconds that a request outlasts the time it is given, so that the end of the time is noticed by whoever waits and never taken for a host's silence."""
_PAUSES = (0.1, 0.2, 0.4, *(0.8,) * 12)
"""Seconds between tries while the cluster has too much to do, or has not yet chosen who manages it."""
_NODES_TIME = "cluster_manager_timeout"
"""The parameter that gives a node less time than a question has: when that is over, another is asked."""
_PAUSED: tuple[Kind, ...] = ("busy", "away")
_HOST: tuple[Kind, ...] = ("silent", "unreachable", "tls", "foreign")
"""Troubles that a host has by itself, whatever it is asked."""


@dataclass(frozen=True)
class _Question(Generic[T]):
    request: Request
    read: Callable[[Any], T]
    is_kept_away: bool = False
    """Whether it may be kept away from nodes that do not answer (`preference`)."""
    has_pit: bool = False
    lines: Sequence[tuple[Body, Body]] = ()
    """What several searches ask, each with its head."""

    def around(self, preference: str) -> Request:
        """Return what is asked, to be answered by the nodes of `preference` alone."""
        kept = {"preference": preference} if preference and self.is_kept_away else {}
        if self.lines:
            lines = "".join(f"{_json({**head, **kept})}\n{_json(body)}\n" for head, body in self.lines)
            return replace(self.request, body=lines)
        body = None if self.request.body is None else _json(self.request.body)
        return replace(self.request, params={**self.request.params, **kept}, body=body)


class _Race:
    """The tries of one question that run at the same time."""

    def __init__(self, reach: Reach) -> None:
        self.outcomes: SimpleQueue[tuple[Host | None, object]] = SimpleQueue()
        self.running = 0
        self.is_hedged = False
        self.trouble: Trouble | None = None  # of the first try, while others run
        self.suspect = reach.suspect  # has no part in the first try
        self.preference = reach.preference()


class Cluster:
    """One alias of an OpenSearch cluster. Safe to share between threads.

    `observe` is called after each try with how it ended ("answered", or the kind of trouble) and the seconds it took; with "open" where none
    was made, as no host answers.
    """

    def __init__(self, settings: ClusterSettings, *, observe: Observer | None = None, patience: float = PATIENCE) -> None:
        self.settings = settings
        self.observe = observe
        self._reach = Reach([Host(address, settings) for address in settings.hosts])
        self._newest = Newest(patience)
        self._hedge = threading.Lock()

    def __repr__(self) -> str:
        return f"Cluster({', '.join(self.settings.hosts)}, {self.settings.index})"

    @cached_property
    def client(self) -> OpenSearch:
        """The library's own client for all hosts, for the writer: it goes on to another host by itself, and raises its own errors."""
        return client(self.settings.hosts, self.settings, max_retries=3, retry_on_timeout=True, retry_on_status=(502, 503, 504))

    @property
    def is_open(self) -> bool:
        """Whether the circuit is open: no host answers, and questions fail at once."""
        return self._reach.is_open

    def close(self) -> None:
        """Close all connections."""
        for host in self._reach.hosts:
            host.close()
        if "client" in self.__dict__:
            self.client.close()

    def search(self, body: Body, *, time_limit: float, search_type: str = "") -> Answer:
        """Return the whole answer of one search. Raises ClusterLate, ClusterUnavailable, PitLost, RequestMalformed."""
        has_pit = "pit" in body
        path = "/_search" if has_pit else f"/{self.settings.index}/_search"
        params = {"allow_partial_search_results": "false", **_type(search_type)}
        return self._answer(_Question(Request("POST", path, params, body), whole, not has_pit, has_pit), time_limit)

    def searches(self, bodies: Sequence[Body], *, time_limit: float, search_type: str = "") -> list[Answer]:
        """Return the whole answers of several searches, in their order. Raises what `search` does, if that is so of any of them."""
        if not bodies:
            return []
        head = {"allow_partial_search_results": False, **_type(search_type)}
        lines = [({**head} if "pit" in body else {**head, "index": self.settings.index}, body) for body in bodies]
        question = _Question(
            Request("POST", "/_msearch"),
            lambda answer: whole_each(answer, len(bodies)),
            not any("pit" in body for body in bodies),
            any("pit" in body for body in bodies),
            lines,
        )
        return self._answer(question, time_limit)

    def open_pit(self, keep_alive: str = "1m", *, time_limit: float = META) -> str:
        """Return the name of a point in time of the whole index. Raises what `search` does."""
        params = {"keep_alive": keep_alive, "allow_partial_pit_creation": "false"}
        path = f"/{self.settings.index}/_search/point_in_time"
        return self._answer(_Question(Request("POST", path, params), _pit, True), time_limit)

    def close_pit(self, pit: str) -> None:
        """Give up a point in time; if the cluster cannot be told, it expires by itself."""
        try:
            self._answer(_Question(Request("DELETE", "/_search/point_in_time", {}, {"pit_id": [pit]}), dict), TRY)
        except (ClusterLate, ClusterUnavailable, RequestMalformed):
            return

    def meta(self, *, time_limit: float = META) -> Mapping[str, Any]:
        """Return `_meta` of the mapping of the index behind the alias, {} if there is no such index; never older than what was returned before.

        This thread's next questions go to the host that said it. Raises ClusterLate, ClusterUnavailable.
        """
        until = time.monotonic() + time_limit
        request = Request(
            "GET",
            f"/{self.settings.index}/_mapping",
            {"local": "true", "ignore_unavailable": "true", _NODES_TIME: "500ms"},
        )
        self._reach.keep_to(None)
        behind: dict[Host, Said] = {}
        for _ in self._reach.hosts:
            host, told_ = self._ask(_Question(request, _said), until, [*behind])
            if self._newest.take(told_):
                self._reach.keep_to(host)
                self._check_alone(told_)
                return told_.meta
            behind[host] = told_
        best = max(behind.values(), key=lambda each: each.rank)
        if 2 * len(behind) > len(self._reach.hosts) and self._newest.settle(best):
            self._check_alone(best)
            return best.meta
        raise ClusterUnavailable(told("cluster_lags"))

    def _check_alone(self, told_: Said) -> None:
        """Raise ClusterUnavailable if another index is behind the alias too: each search would be answered from both."""
        if told_.others:
            indexes = ", ".join(sorted((told_.index, *told_.others)))
            raise ClusterUnavailable(told("cluster_several", name=self.settings.index, indexes=indexes))

    def shows_after(self, writing: int) -> bool:
        """Say whether any copy shows a document that was sent after a writing.

        A copy shows what it has been sent without being told to when it is opened anew: brought up after its node was away, or moved. Each host is asked
        of its own copies; one that does not answer gives nobody any. Raises ClusterUnavailable where one has too much to do to say it.
        """
        body = _json({"size": 0, "track_total_hits": 1, "query": {"range": {"writing": {"gt": writing}}}})
        own = {"preference": "_only_local", "allow_partial_search_results": "true", "ignore_unavailable": "true"}
        request = Request("POST", f"/{self.settings.index}/_search", own, body)
        for host in self._reach.answering():
            try:
                answer = host.ask(request, TRY)
            except Trouble as trouble:
                if trouble.kind in _HOST:
                    self._reach.put_aside(host, trouble)
                elif trouble.kind not in ("shards", "away"):  # it has no copy
                    raise ClusterUnavailable(trouble.reason) from None
                continue
            if answer["hits"]["total"]["value"]:
                return True
        return False

    def forget(self) -> None:
        """Let `meta` take whatever is said next: whoever knows that the index was made anew or restored."""
        self._newest.forget()

    def health(self, *, time_limit: float = TRY) -> Mapping[str, Any]:
        """Return what the cluster says of its state (`status`, `number_of_nodes` …). Raises ClusterLate, ClusterUnavailable."""
        params = {_NODES_TIME: "500ms", "timeout": "500ms"}  # the manager's: a node that is cut off says what was
        return self._answer(_Question(Request("GET", f"/_cluster/health/{self.settings.index}", params), dict), time_limit)

    def _answer(self, question: _Question[T], time_limit: float) -> T:
        return self._ask(question, time.monotonic() + min(time_limit, LONGEST), [])[1]

    def _ask(self, question: _Question[T], until: float, tried: list[Host]) -> tuple[Host, T]:
        """Return a host and what it answered. Goes on to other hosts, with pauses where the cluster has too much to do, until the time is over."""
        tried = [*tried]
        pauses = iter(_PAUSES)
        failed = 0
        while True:
            host = self._choose(tried)
            tried.append(host)
            race = _Race(self._reach)
            try:
                return host, self._race(race, host, question, until)
            except Trouble as trouble:
                failed += 1
                question = self._go_on(question, race, host, trouble, failed)
                if trouble.kind in _PAUSED:
                    pause = next(pauses, None)
                    if pause is None or time.monotonic() + pause > until:
                        raise ClusterUnavailable(trouble.reason) from None
                    time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311
                if time.monotonic() >= until:
                    is_late = trouble.kind in ("silent", "hung") and not self._reach.is_open
                    raise (ClusterLate() if is_late else ClusterUnavailable(trouble.reason)) from None

    def _choose(self, tried: Sequence[Host]) -> Host:
        try:
            return self._reach.choose(tried)
        except ClusterUnavailable:
            if self.observe is not None:
                self.observe("open", 0.0)
            raise

    def _go_on(self, question: _Question[T], race: _Race, host: Host, trouble: Trouble, failed: int) -> _Question[T]:
        """Return what is to be asked of another host after a trouble. Raises what is to be told if that would not help."""
        match trouble.kind:
            case "late" if _NODES_TIME not in question.request.params:
                raise ClusterLate from None
            case "pit":
                raise PitLost from None
            case "malformed":
                raise RequestMalformed(f"{trouble.status} {trouble.named}: {trouble.said}") from None
            case "shards" | "away" if question.is_kept_away and race.preference:
                if race.suspect is None:
                    return replace(question, is_kept_away=False)  # the nodes that we do not reach may be reached by the others
                self._reach.acquit(race.suspect)  # the others have not all that it has
                return question
            case "access" | "missing" | "shards":
                raise ClusterUnavailable(trouble.reason) from None
            case "failed" | "unreachable" | "tls" | "foreign" if failed > len(self._reach.hosts):
                raise ClusterUnavailable(trouble.reason) from None  # though they say that they are there
            case "hung" if question.has_pit:
                raise PitLost from None
        if trouble.kind in _HOST:
            self._reach.put_aside(host, trouble)
            if question.has_pit and failed > 1:
                raise PitLost from None
        return question

    def _race(self, race: _Race, host: Host, question: _Question[T], until: float) -> T:
        """Return what the host answers, or another, where this one may wait for a node that does not. Raises Trouble, ClusterLate."""
        self._begin(race, host, question.around(race.preference), question, until)
        patience = min(TRY, (until - time.monotonic()) / 3)
        silent: frozenset[Host] = frozenset()
        try:
            while True:
                try:
                    outcome = race.outcomes.get(timeout=max(min(patience, until - time.monotonic()), 0.001))
                except Empty:
                    if time.monotonic() >= until:
                        raise self._over(silent) from None
                    silent = self._reach.look()
                    if race.outcomes.empty():
                        self._look_around(race, host, question, until, silent)
                    continue
                if isinstance(outcome[1], Trouble) and outcome[1].kind == "silent" and time.monotonic() >= until:
                    raise self._over(silent)
                answer = self._settled(race, *outcome)
                if answer is not None:
                    return answer  # type: ignore[no-any-return]
        finally:
            if race.is_hedged:
                self._hedge.release()

    def _over(self, silent: frozenset[Host]) -> ClusterLate | ClusterUnavailable:
        """Return what to raise as the time is over: if nobody answered at all, the next need not wait as long."""
        if len(silent) < len(self._reach.hosts):
            return ClusterLate()
        self._reach.put_all_aside()
        return ClusterUnavailable(Trouble("silent").reason)

    def _look_around(self, race: _Race, host: Host, question: _Question[Any], until: float, silent: frozenset[Host]) -> None:
        """Put a question once more, if it may wait for a node that is ill. Raises Trouble where it is to be put anew."""
        if len(silent) == len(self._reach.hosts):
            return
        if host in silent and not race.is_hedged:
            raise Trouble("silent")
        if (
            question.has_pit
            and silent
            or question.is_kept_away
            and self._reach.preference() != race.preference
            and not race.is_hedged
        ):
            raise Trouble("hung")
        if question.is_kept_away and not race.is_hedged and self._hedge.acquire(blocking=False):
            race.is_hedged = True
            if race.suspect is not None:
                self._reach.acquit(race.suspect)
            for asked, without in self._reach.around_each():
                if preference := self._reach.preference(without):
                    self._begin(race, asked, question.around(preference), question, until, without)

    def _settled(self, race: _Race, without: Host | None, outcome: object) -> Any:
        """Return the answer that a try ended with, None if others are to be waited for. Raises what the first try ended with."""
        race.running -= 1
        if isinstance(outcome, Trouble):
            if without is None:
                race.trouble = outcome
            if race.trouble and not (race.running and race.trouble.kind in _HOST):
                raise race.trouble
            return None
        if isinstance(outcome, BaseException):
            raise outcome
        if without is not None:
            self._reach.accuse(without)
        return outcome

    def _begin(
        self, race: _Race, host: Host, request: Request, question: _Question[Any], until: float, without: Host | None = None
    ) -> None:
        """Try a question in a thread of its own."""

        def run() -> None:
            began = time.monotonic()
            outcome: object
            try:
                outcome = question.read(host.ask(request, until - began + _MARGIN))
            except BaseException as error:  # noqa: BLE001  whoever waits raises it
                outcome = error
            if self.observe is not None:
                ended = outcome.kind if isinstance(outcome, Trouble) else "answered"
                self.observe(ended, time.monotonic() - began)
            race.outcomes.put((without, outcome))

        race.running += 1
        threading.Thread(target=run, daemon=True).start()


def _json(body: object) -> str:
    return json.dumps(body, separators=(",", ":"))


def _type(search_type: str) -> dict[str, str]:
    return {"search_type": search_type} if search_type else {}


def _said(answer: object) -> Said:
    told_ = said(answer)
    if told_ is None:
        raise Trouble("foreign")
    return told_


def _pit(answer: object) -> str:
    if not isinstance(answer, dict) or not isinstance(answer.get("pit_id"), str):
        raise Trouble("foreign")
    check_shards(answer)
    return str(answer["pit_id"])
