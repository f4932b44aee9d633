"""A parsed query, a request and a commit of the cluster -> which articles match, in full or nearly, and how many, by few requests to the cluster.

The counterpart of searcher.rank.retrieval, whose numbers and rules are used here: what is a full match and what a near one is the same question, put
to the cluster instead of to arrays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from index.cluster.connection import Body
from index.cluster.whole import Answer
from index.schema import EARLIER
from language.normalizer import BARE
from searcher.cluster.collection import ClusterCollection
from searcher.cluster.narrowing import ClusterNarrowing
from searcher.cluster.translation import EVERYTHING, Query, Translation, but, either, every, named, scored_by
from searcher.deadline import Deadline
from searcher.meaning.interpretation import interpret
from searcher.meaning.level_tone import with_marks_left_out
from searcher.query.acceptance import acceptance
from searcher.query.tree import And, Node
from searcher.rank.evidence import terms_in_order
from searcher.rank.retrieval import NEAR_SHARE, NEAREST_WANTED, full_matches_wanted, near_weights, parts_and_conditions
from searcher.request import SearchRequest

WINDOW = 10_000
"""Documents or buckets that the cluster gives at once."""
FULL = "full"
"""The name by which a full match is known where near ones are shown, too."""
_MOST_TOLD = 20  # parts that a score tells apart: it has 24 bits
_LOOKED_AT = 1000


class ClusterMatching:
    """One search of a commit. It asks as it is asked, and nothing twice. Methods raise DeadlineExceeded."""

    def __init__(
        self,
        collection: ClusterCollection,
        node: Node,
        request: SearchRequest,
        deadline: Deadline,
    ) -> None:
        self.collection = collection
        self.node = node
        self.request = request
        self.deadline = deadline
        self.narrowing = ClusterNarrowing(collection, request)
        self.parts, self.conditions = parts_and_conditions(node)
        self.translation = Translation(request.exact_marks, lambda prefix: collection.forms_of(prefix, request.exact_marks))
        self.base = self.translation.query(node)
        """The query for what matches before days and facets narrow it."""
        self.full = every([self.base, self.narrowing.query()])

    @cached_property
    def total(self) -> int:
        """The exact number of articles that have every part of the query."""
        return self._counts([self.full])[0]

    @cached_property
    def spelled(self) -> Query:
        """The query for the articles in which the marks that were typed are written, narrowed by nothing.

        All have them where none were typed, whatever stands for what was typed.
        """
        accepted = (acceptance(term, exact_marks=self.request.exact_marks) for term in terms_in_order(self.node))
        if not any(form.startswith(BARE) for each in accepted for form in each.exact):
            return self.base
        return replace(self.translation, in_bare_text=False).query(self.node)

    def count(self, node: Node, *, narrowed: bool = True) -> int:
        """Return how many articles match `node`, under the days and facets of the request or under none."""
        return self.counts([node], narrowed=narrowed)[0]

    def counts(self, nodes: Sequence[Node], *, narrowed: bool = True) -> list[int]:
        """Return how many articles match each of `nodes`, under the days and facets of the request or under none."""
        left = self.narrowing.query() if narrowed else EVERYTHING
        return self._counts([every([self.translation.query(node), left]) for node in nodes])

    def total_of(self, request: SearchRequest, node: Node | None = None) -> int:
        """Return how many articles match in full what another request asks for; `node` if that is known."""
        return self.retrieved(request, node).total

    def totals_of(self, requests: Sequence[SearchRequest]) -> list[int]:
        """Return what `total_of` does of each."""
        return self._counts([self.retrieved(request).full for request in requests])

    def retrieved(self, request: SearchRequest, node: Node | None = None) -> ClusterMatching:
        """Return another search of the same commit and within the same time."""
        node = interpret(self.collection, request).node if node is None else node
        return ClusterMatching(self.collection, node, replace(request, near=False), self.deadline)

    @property
    def has_earlier(self) -> bool:
        """Whether any article lost anything that an earlier version of it had."""
        return self._counts([{"exists": {"field": EARLIER}}])[0] > 0

    def most_held(self, parts: Sequence[Node]) -> tuple[bool, ...]:
        """Return which of `parts` those of the articles have that the filters allow and that have most of them, as most of these have it.

        () if none has any. Of more than _MOST_TOLD parts, those of the first articles by id are looked at.
        """
        queries = [self.translation.query(part) for part in parts]
        allowed = self.narrowing.query()
        held = scored_by(queries, [1] * len(queries), allowed)
        [answer] = self.ask([{"query": held, "size": 1, "track_total_hits": False}])
        if not answer["hits"]["hits"]:
            return ()
        least = answer["hits"]["hits"][0]["_score"]
        nearest = {"script_score": {"query": held, "script": {"source": "_score"}, "min_score": least}}
        counts = self._patterns(queries, nearest) if len(parts) <= _MOST_TOLD else self._first_patterns(queries, nearest)
        return max(sorted(counts), key=lambda pattern: counts[pattern])

    def _patterns(self, queries: Sequence[Query], nearest: Query) -> dict[tuple[bool, ...], int]:
        """Return how many of the articles of `nearest` match which of the queries: told by a score that is a sum of powers of two."""
        told = {"terms": {"script": {"source": "_score.longValue()"}, "size": WINDOW, "value_type": "long"}}
        body = {"query": scored_by(queries, [1 << at for at in range(len(queries))], nearest), "aggs": {"patterns": told}}
        [answer] = self.ask([{**body, "size": 0, "track_total_hits": False}])
        buckets = answer["aggregations"]["patterns"]["buckets"]
        return {
            tuple(bool(int(bucket["key"]) >> at & 1) for at in range(len(queries))): bucket["doc_count"] for bucket in buckets
        }

    def _first_patterns(self, queries: Sequence[Query], nearest: Query) -> dict[tuple[bool, ...], int]:
        told = [named(query, str(number)) for number, query in enumerate(queries)]
        query = {"bool": {"filter": [nearest], "should": told}}
        [answer] = self.ask([{"query": query, "sort": [{"id": "asc"}], "size": _LOOKED_AT, "track_total_hits": False}])
        held = (hit.get("matched_queries", ()) for hit in answer["hits"]["hits"])
        return Counter(tuple(str(number) in names for number in range(len(queries))) for names in held)

    def _counts(self, queries: Sequence[Query]) -> list[int]:
        return self.collection.counts(queries, self.deadline)

    def ask(self, bodies: Sequence[Body]) -> list[Answer]:
        """Return the answers of several searches at once."""
        return self.collection.ask(bodies, self.deadline)

    @cached_property
    def near_node(self) -> Node:
        """What of the query counts for near matches, and scores all where some may be shown."""
        if not self._near_wanted or self.request.exact_marks:
            return self.node
        return with_marks_left_out(self.node)

    @cached_property
    def _near_wanted(self) -> bool:
        request, parts = self.request, len(self.parts)
        return request.near and request.sort == "relevance" and parts > 1 and self.total < full_matches_wanted(parts)

    def near_parts(self) -> list[Query]:
        """Return the queries for the parts of which a near match may lack some."""
        return [self.translation.query(part) for part in parts_and_conditions(self.near_node)[0]]

    @cached_property
    def near(self) -> Query | None:
        """The query for the articles that have most of the query and are no full matches; None where none are looked for."""
        if not self._near_wanted:
            return None
        parts = self.near_parts()
        weights = near_weights(self._counts(parts), self.collection.statistics().articles)
        allowed = every([self.translation.query(And(tuple(self.conditions))), self.narrowing.query()])
        having = scored_by(parts, weights, but(allowed, self.full))
        least = float(np.nextafter(np.float32(NEAR_SHARE * sum(weights)), np.float32(np.inf)))
        body = {"query": having, "min_score": least, "from": NEAREST_WANTED - 1, "size": 1, "track_total_hits": NEAREST_WANTED}
        [answer] = self.ask([body])
        if not answer["hits"]["total"]["value"]:
            return None
        if answer["hits"]["total"]["relation"] == "gte" and answer["hits"]["hits"]:
            least = max(least, answer["hits"]["hits"][0]["_score"])
        return {"script_score": {"query": having, "script": {"source": "_score"}, "min_score": least}}

    @cached_property
    def shown(self) -> Query:
        """The query for all that may be hits, full and near."""
        if self.near is None:
            return self.full
        # Where near ones are looked for, full ones are few: they may be told by name.
        return either([named(self.full, FULL), self.near])
