"""What a search found -> its total, its facet values with counts, its days, asked of the cluster as aggregations of one request.

The counterpart of searcher.match.facet_count. Invariant: the count beside a value is the total that a click on it gives. On several shards each
sends all its values, so that no count is an estimate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from corpus.facet import FACET, FACET_NAMES, FacetName
from index.cluster.connection import Body
from index.cluster.whole import Answer
from searcher.cluster.collection import day
from searcher.cluster.ranked_list import COPIES, ClusterRetrieval, folded
from searcher.cluster.translation import Query, every
from searcher.match.resolution import keys_of
from searcher.result import FacetValue

LEFT = "left"


@dataclass(frozen=True)
class Counted:
    """What was counted of a search: see ResultPage for what is not said here."""

    total: int
    groups: int
    """The matches, those that are copies of one text counted as one where copies are folded."""
    unmarked: int
    first_published: str | None
    last_published: str | None
    anytime: int
    facets: dict[str, tuple[FacetValue, ...]]
    months: tuple[FacetValue, ...]


class FacetCounting:
    """Asks for the facets of one search: `body` is the request, `counted` reads its answer. At most `most` values of a facet are told; none are asked for if that is 0."""

    def __init__(self, found: ClusterRetrieval, *, most: int) -> None:
        self._found = found
        self._most = most
        self._narrowing = found.narrowing
        self._request = found.request

    def body(self) -> Body:
        """Return the request."""
        left = self._narrowing.query()
        facets = {facet: self._terms(facet) for facet in FACET_NAMES if self._most and not self.widens(facet)}
        copies = COPIES if self._most and self._request.fold else {}
        spelled = {"filter": every([{"term": {"bare": True}}, {"bool": {"must_not": [self._found.spelled]}}])}
        days = {"first": {"min": {"field": "published"}}, "last": {"max": {"field": "published"}}}
        asked: dict[str, Any] = {LEFT: {"filter": left, "aggs": {**facets, **days, **copies, "unmarked": spelled}}}
        for facet in FACET_NAMES:
            if self._most and self.widens(facet):
                within = {"aggs": {"left": {"filter": left}}}
                reachable = {"filter": self._narrowing.query(ignoring=facet)}
                asked[f"reachable:{facet}"] = {**reachable, "aggs": {"values": {**self._terms(facet), **within}}}
        for facet, value in self._taken():
            asked[f"without:{facet}:{value}"] = {"filter": self._narrowing.query(without=(facet, value))}
        asked["anytime"] = {"filter": self._narrowing.query(ignoring="month", dated=False)}
        return {"query": self._found.base, "size": 0, "track_total_hits": False, "aggs": asked}

    def counted(self, answer: Answer) -> Counted:
        """Return what an answer to `body` says."""
        told = answer["aggregations"]
        left = told[LEFT]
        facets = {facet: self._values(facet, told) for facet in FACET_NAMES}
        chosen = self._request.selected.get("month", ())
        table = self._found.collection.facet("month")
        months = sorted((bucket["key"], bucket["doc_count"]) for bucket in self._buckets("month", told))
        label = dict(zip(table.keys, table.labels, strict=True))
        return Counted(
            total=left["doc_count"],
            groups=left["doc_count"] - folded(left),
            unmarked=left["unmarked"]["doc_count"],
            first_published=day(left["first"]["value"]),
            last_published=day(left["last"]["value"]),
            anytime=told["anytime"]["doc_count"],
            facets=facets,
            months=tuple(FacetValue(month, label.get(month, month), count, month in chosen) for month, count in months),
        )

    def _terms(self, facet: FacetName) -> dict[str, Any]:
        """Return the aggregation of a facet's values: the most frequent, of equal ones the first by key; of months all."""
        known = max(1, len(self._found.collection.facet(facet).keys))
        size = known if FACET[facet].is_month else min(self._most, known)
        return {"terms": {"field": facet, "size": size, "shard_size": known}}

    def widens(self, facet: FacetName) -> bool:
        """Say whether one more value of a facet adds to what is shown."""
        return bool(self._request.selected.get(facet)) and not self._request.narrows(facet)

    def _taken(self) -> Iterator[tuple[FacetName, str]]:
        for chosen in (self._request.selected, self._request.excluded):
            yield from ((facet, value) for facet, values in chosen.items() for value in values)

    def _buckets(self, facet: FacetName, told: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the buckets of the values that can be shown when one more of a facet is chosen."""
        found = told[f"reachable:{facet}"]["values"] if self.widens(facet) else told[LEFT][facet]
        buckets: list[dict[str, Any]] = found["buckets"]
        return buckets

    def _values(self, facet: FacetName, told: dict[str, Any]) -> tuple[FacetValue, ...]:
        table = self._found.collection.facet(facet)
        chosen, excluded = self._request.selected.get(facet, ()), self._request.excluded.get(facet, ())
        values = []
        for bucket in self._buckets(facet, told):
            number = table.number(bucket["key"])
            if bucket["key"] in chosen or bucket["key"] in excluded:
                continue
            after = bucket["doc_count"]
            if self.widens(facet):  # choosing it too adds those that are not shown yet
                after = told[LEFT]["doc_count"] + after - bucket["left"]["doc_count"]
            values.append(FacetValue(bucket["key"], bucket["key"] if number is None else table.labels[number], after))
        taken = [self._value(facet, value, told, selected=True) for value in chosen if value not in excluded]
        taken += [self._value(facet, value, told, selected=value in chosen, excluded=True) for value in excluded]
        if FACET[facet].is_month:
            return tuple(sorted((*taken, *values), key=lambda value: value.value))
        return (*taken, *values)

    def _value(self, facet: FacetName, value: str, told: dict[str, Any], *, selected: bool, excluded: bool = False) -> FacetValue:
        table = self._found.collection.facet(facet)
        numbers = [table.number(key) for key in keys_of(self._found.collection, facet, value)]
        label = " / ".join(table.labels[number] for number in numbers if number is not None) or value
        return FacetValue(value, label, told[f"without:{facet}:{value}"]["doc_count"], selected, excluded)


def every_value_of(found: ClusterRetrieval) -> dict[FacetName, tuple[FacetValue, ...]]:
    """Return all facet values of what was found, however many, as FacetCounting tells the most frequent."""
    counting = FacetCounting(found, most=0)
    [answer] = found.ask([counting.body()])
    told = answer["aggregations"]
    for facet in FACET_NAMES:
        told[LEFT][facet] = {"buckets": _every_bucket(found, facet, found.full)}
        if counting.widens(facet):
            left = {bucket["key"]: bucket for bucket in told[LEFT][facet]["buckets"]}
            reachable = _every_bucket(found, facet, every([found.base, found.narrowing.query(ignoring=facet)]))
            for bucket in reachable:
                bucket["left"] = left.get(bucket["key"], {"doc_count": 0})
            told[f"reachable:{facet}"] = {"values": {"buckets": reachable}}
    return counting.counted(answer).facets


def _every_bucket(found: ClusterRetrieval, facet: FacetName, query: Query) -> list[dict[str, Any]]:
    values = found.collection.every_value(facet, query, found.deadline)
    return [{"key": key, "doc_count": count} for key, count in sorted(values, key=lambda each: (-each[1], each[0]))]
