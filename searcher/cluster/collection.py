"""One commit of a cluster's index, and the lexicon beside it -> what searching needs to know about all its articles together.

The lexicon (index.lexicon) says how the archive writes, and is what the rooms meaning and help ask. How many articles have what, which facet values
there are and how long texts are, the cluster says, once a commit each.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from corpus.facet import FACET_NAMES
from corpus.paper import PaperTable
from index.cluster.commit import Commit
from index.cluster.connection import Body, Cluster
from index.cluster.errors import ClusterLate, PitLost
from index.cluster.mapping import LENGTH_FIELDS, STRIPPED, label_field
from index.cluster.whole import Answer
from index.inversion import best_label
from index.posting import FieldPostings, single
from index.schema import TEXT_FIELDS, stripped_field
from index.snapshot import Snapshot
from language.timestamp import VIETNAM
from searcher.cluster.translation import EVERYTHING, Query
from searcher.deadline import NEVER, Deadline
from searcher.match.collection import Collection, FacetValues
from searcher.query.acceptance import acceptance
from searcher.query.tree import Prefix, Term

_MOST_COUNTED = 100_000  # counts that are remembered
_COUNTED_AT_ONCE = 512
_REMEMBERED = 1024
_PAGE = 10_000  # buckets the cluster gives at a time
_MOST_LOST = 3  # points in time that may be lost one after the other
_PATIENCE = 5.0
"""Seconds that a page read at a point in time may take; each time one was given up, twice as long."""
_MOST_FORMS = 1024
"""Forms that a prefix is taken to be, the most frequent, where the cluster takes no prefix."""


@dataclass(frozen=True)
class Statistics:
    """How many articles a commit has, how long each text field is in them on average (in terms), and from which day to which they are (ISO)."""

    articles: int
    average_lengths: dict[str, float]
    first_published: str | None
    last_published: str | None


class LexiconAlone(Collection):
    """The articles of the lexicon: what is known of an archive before any commit of its cluster was seen."""

    @property
    def stamp(self) -> str:
        """What tells this state of the lexicon from every other, and from every commit."""
        return self.snapshot.commit

    @property
    def papers(self) -> PaperTable | None:
        """The table by which papers are named in it."""
        return self.snapshot.provenance.papers


class ClusterCollection(Collection):
    """The articles of one commit: the segments are the lexicon's, all else is the cluster's."""

    def __init__(self, snapshot: Snapshot, cluster: Cluster, commit: Commit) -> None:
        super().__init__(snapshot)
        self.cluster = cluster
        self.commit = commit
        self._counts: dict[str, int] = {}
        self._values = lru_cache(None)(self._ask_values)
        self.forms_of = lru_cache(_REMEMBERED)(self._forms_of)
        self.beginning = lru_cache(_REMEMBERED)(self._beginning)

    @property
    def stamp(self) -> str:
        """What tells this commit from every other, and the state of the lexicon."""
        said = f"{self.commit.commit} {self.snapshot.commit}"
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    @property
    def papers(self) -> PaperTable | None:
        """The table by which papers are named in it."""
        return self.commit.papers

    def facet(self, name: str) -> FacetValues:
        """Return all values of a facet in the cluster; of what is no facet, in the lexicon."""
        return self._values(name) if name in FACET_NAMES else super().facet(name)

    def ask(self, bodies: Sequence[Body], deadline: Deadline) -> list[Answer]:
        """Return the answers of several searches. Raises DeadlineExceeded."""
        deadline.check()
        try:
            if len(bodies) == 1:
                return [self.cluster.search(bodies[0], time_limit=deadline.left)]
            return self.cluster.searches(bodies, time_limit=deadline.left) if bodies else []
        except ClusterLate:
            raise deadline.exceeded() from None

    def pages(self, body: Body, deadline: Deadline) -> Iterator[Answer]:
        """Yield the answers of a search page by page, as they were when it began. Raises DeadlineExceeded, and PitLost where that cannot be.

        A point in time is held by certain nodes, so no other can be asked instead. If one of them does not answer, another is opened where all do.
        """
        body = {**body, "track_total_hits": True}
        pit, lost = self._open_pit(deadline), 0
        try:
            while True:
                try:
                    asked = {**body, "pit": {"id": pit, "keep_alive": "1m"}}
                    answer = self.cluster.search(asked, time_limit=min(deadline.left, _PATIENCE * 2**lost))
                except (PitLost, ClusterLate) as error:
                    deadline.check()
                    lost += 1
                    if lost > _MOST_LOST or ("search_after" in body and not self._is_newest()):
                        raise PitLost from error
                    self.cluster.close_pit(pit)
                    pit = self._open_pit(deadline)
                    continue
                yield answer
                lost, hits = 0, answer["hits"]["hits"]
                if len(hits) < body["size"]:
                    return
                body = {**body, "search_after": hits[-1]["sort"], "track_total_hits": False}
        finally:
            self.cluster.close_pit(pit)

    def _open_pit(self, deadline: Deadline) -> str:
        try:
            return self.cluster.open_pit(time_limit=deadline.left)
        except ClusterLate:
            raise deadline.exceeded() from None

    def _is_newest(self) -> bool:
        """Say whether this is still the newest commit, so that the index has, and in the same order, what it had at a point in time that is lost."""
        newest = Commit.of(self.cluster.meta())
        return newest is not None and newest.commit == self.commit.commit and newest.begun is None

    def counts(self, queries: Sequence[Query], deadline: Deadline) -> list[int]:
        """Return how many articles match each of the queries. What was counted once is remembered. Raises DeadlineExceeded."""
        _, counts = self._ask_and_count([], queries, deadline)
        return [counts[_key(query)] for query in queries]

    def ask_and_count(self, bodies: Sequence[Body], queries: Sequence[Query], deadline: Deadline) -> list[Answer]:
        """Return the answers of several searches; with them, it is asked how many articles match each of the queries, for `counts` to know."""
        return self._ask_and_count(bodies, queries, deadline)[0]

    def _ask_and_count(
        self, bodies: Sequence[Body], queries: Sequence[Query], deadline: Deadline
    ) -> tuple[list[Answer], dict[str, int]]:
        """Return the answers, and counts by key, among them those of the queries."""
        named = {_key(query): query for query in queries}
        if len(self._counts) + len(named) > _MOST_COUNTED:
            self._counts = {}  # other threads go on with those that they have
        counts = self._counts
        missing = [key for key in named if key not in counts]
        chunks = [missing[start : start + _COUNTED_AT_ONCE] for start in range(0, len(missing), _COUNTED_AT_ONCE)]
        counting = [_counting([named[key] for key in keys]) for keys in chunks]
        answers = self.ask([*bodies, *counting], deadline)
        for keys, answer in zip(chunks, answers[len(bodies) :], strict=True):
            buckets = answer["aggregations"]["count"]["buckets"]
            counts.update(zip(keys, (bucket["doc_count"] for bucket in buckets), strict=True))
        return answers[: len(bodies)], counts

    def know(self, query: Query, count: int) -> None:
        """Take that so many articles match a query, which an answer to another question has told."""
        self._counts[_key(query)] = count

    def statistics(self) -> Statistics:
        """Return what is known of all articles, asked once."""
        return self.kept(ClusterCollection.statistics, self._ask_statistics)

    def _ask_statistics(self) -> Statistics:
        sums = {name: {"sum": {"field": field}} for name, field in LENGTH_FIELDS.items()}
        days = {"first": {"min": {"field": "published"}}, "last": {"max": {"field": "published"}}}
        [answer] = self.ask([{"size": 0, "track_total_hits": True, "aggs": {**sums, **days}}], NEVER)
        articles, told = answer["hits"]["total"]["value"], answer["aggregations"]
        averages = {name: told[name]["value"] / articles if told[name]["value"] else 1.0 for name in LENGTH_FIELDS}
        return Statistics(articles, averages, day(told["first"]["value"]), day(told["last"]["value"]))

    def in_order_of_id(self) -> Iterator[int]:
        """Yield the change numbers of all articles in order of their ids."""
        body = {"query": EVERYTHING, "sort": [{"id": "asc"}], "docvalue_fields": ["change"], "size": _PAGE}
        for answer in self.pages(body, NEVER):
            yield from (int(hit["fields"]["change"][0]) for hit in answer["hits"]["hits"])

    def revision_at(self, share: float) -> tuple[int, str] | None:
        """Return (change number, article id) of an article that stands at about `share` of all by their changes; None if there is none."""
        body = {"size": 1, "docvalue_fields": ["id", "change"], "track_total_hits": False}
        above = {"query": {"range": {"change": {"gt": int(share * self.commit.watermark)}}}, "sort": [{"change": "asc"}]}
        below = {"query": EVERYTHING, "sort": [{"change": "desc"}]}
        for answer in self.ask([{**body, **above}, {**body, **below}], NEVER):
            for hit in answer["hits"]["hits"]:
                return int(hit["fields"]["change"][0]), hit["fields"]["id"][0]
        return None

    def _ask_values(self, facet: str) -> FacetValues:
        labels: dict[str, str] = {}
        totals: dict[str, int] = {}
        for written, count in self.every_value(label_field(facet), EVERYTHING, NEVER):
            key, label = written.split("\t", 1)
            labels[key] = best_label(labels[key], label) if key in labels else label
            totals[key] = totals.get(key, 0) + count
        keys = sorted(labels)
        return FacetValues(keys, [labels[key] for key in keys], np.array([totals[key] for key in keys], np.int64))

    def every_value(self, field: str, query: Query, deadline: Deadline) -> Iterator[tuple[str, int]]:
        """Yield every value of a keyword field among the articles of `query`, ascending, with in how many it is."""
        found = self.every_combination({"value": {"terms": {"field": field}}}, query, deadline)
        return ((key["value"], count) for key, count in found)

    def every_combination(
        self, sources: Mapping[str, Any], query: Query, deadline: Deadline
    ) -> Iterator[tuple[dict[str, Any], int]]:
        """Yield every combination of the values of `sources` (of a composite aggregation, by name) with in how many articles of `query` it is."""
        after: dict[str, Any] = {}
        while True:
            composite = {"size": _PAGE, "sources": [{name: source} for name, source in sources.items()], **after}
            body = {"size": 0, "track_total_hits": False, "query": query, "aggs": {"values": {"composite": composite}}}
            [answer] = self.ask([body], deadline)
            found = answer["aggregations"]["values"]
            yield from ((bucket["key"], bucket["doc_count"]) for bucket in found["buckets"])
            if len(found["buckets"]) < _PAGE:
                return
            after = {"after": found["after_key"]}

    def _forms_of(self, node: Term | Prefix, exact_marks: bool) -> tuple[str, ...]:
        """Return the exact forms of the lexicon that `node` accepts, the most frequent first, at most _MOST_FORMS of them."""
        accepted = acceptance(node, exact_marks=exact_marks)
        counts: dict[str, int] = {} if accepted.prefix else dict.fromkeys(accepted.exact, 0)
        for segment, field in product(self.segments, TEXT_FIELDS):
            exact, bare = segment.field(field), segment.field(stripped_field(field))
            ordinals = {ordinal for form in accepted.exact for ordinal in _ordinals(exact, form, accepted.prefix)}
            if accepted.stripped is not None:
                for own in _ordinals(bare, accepted.stripped, accepted.prefix):
                    ordinals.update(segment.variants(field, own).tolist())
            for ordinal in ordinals:
                form = exact.terms.term(ordinal).decode()
                counts[form] = counts.get(form, 0) + exact.posting_count(single(ordinal))
        return tuple(sorted(counts, key=lambda form: (-counts[form], form))[:_MOST_FORMS])

    def _beginning(self, field: str, text: str) -> tuple[str, ...]:
        """Return the terms of a field of the lexicon that begin with `text`, the most frequent first, at most _MOST_FORMS of them."""
        counts: dict[str, int] = {}
        for segment in self.segments:
            postings = segment.field(field)
            for ordinal in _ordinals(postings, text, True):
                form = postings.terms.term(ordinal).decode()
                counts[form] = counts.get(form, 0) + postings.posting_count(single(ordinal))
        return tuple(sorted(counts, key=lambda form: (-counts[form], form))[:_MOST_FORMS])


def _ordinals(postings: FieldPostings, form: str, prefix: bool) -> range:
    return (postings.terms.prefixed if prefix else postings.terms.found)(form.encode())


def _key(query: Query) -> str:
    return json.dumps(query, sort_keys=True, ensure_ascii=False)


def _counting(queries: Sequence[Query]) -> Body:
    counted = {"count": {"filters": {"filters": list(queries)}}}
    return {"size": 0, "track_total_hits": False, "query": EVERYTHING, "aggs": counted}


def stripped_term(form: str) -> str:
    """Return how the index has a stripped form."""
    return STRIPPED + form


def day(seconds: float | None) -> str | None:
    """Return the day (ISO, Vietnamese time) of a moment in seconds since 1970 UTC."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(int(seconds), timezone.utc).astimezone(VIETNAM).date().isoformat()
