"""A cluster that keeps account of what it is asked: how often, how long the nodes worked on it, how long we waited, how many bytes came back."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from index.cluster.connection import Body, Cluster
from index.cluster.whole import Answer


@dataclass(frozen=True)
class Way:
    """One way to the cluster and back: what was asked, in how many searches, and milliseconds that nodes worked on it and that we waited."""

    asked: str
    searches: int
    took: int
    waited: float
    size: int


@dataclass
class Account:
    """The ways since it was last cleared; sizes of answers only if it is `weighing`, as that takes time."""

    weighing: bool = False
    ways: list[Way] = field(default_factory=list)

    def add(self, asked: str, answers: Sequence[Answer], started: float) -> None:
        """Take down one way."""
        waited = (time.perf_counter() - started) * 1000
        took = max((answer.get("took", 0) for answer in answers), default=0)
        size = sum(len(json.dumps(answer)) for answer in answers) if self.weighing else 0
        self.ways.append(Way(asked, len(answers), took, waited, size))


class WatchedCluster(Cluster):
    """A Cluster with an account."""

    account: Account

    def search(self, body: Body, **further: Any) -> Answer:
        started = time.perf_counter()
        answer = super().search(body, **further)
        self.account.add(_said(body), [answer], started)
        return answer

    def searches(self, bodies: Sequence[Body], **further: Any) -> list[Answer]:
        started = time.perf_counter()
        answers = super().searches(bodies, **further)
        asked = ", ".join(f"{_said(body)} {answer.get('took', 0)}" for body, answer in zip(bodies, answers, strict=True))
        self.account.add(asked, answers, started)
        return answers

    def meta(self) -> Mapping[str, Any]:
        started = time.perf_counter()
        answer = super().meta()
        self.account.add("meta", [], started)
        return answer


def _said(body: Body) -> str:
    """Return in a word what a search asks for."""
    query = json.dumps(body.get("query", {}))
    scored = "scored " if "termFreq" in query else ""
    counted = f"{len(body['aggs'])} counts " if "aggs" in body else ""
    filters = body.get("aggs", {}).get("count", {}).get("filters", {}).get("filters", ())
    return f"{scored}{counted}{len(filters) or ''} size {body.get('size')} ({len(json.dumps(body))} B)"
