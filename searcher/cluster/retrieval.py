"""A parsed query, a request and a commit of the cluster -> which articles match and in which order, by few requests to the cluster.

The counterpart of searcher.rank.retrieval, whose numbers and rules are used here: what is a full and what is a near match, what is counted, how copies
are folded and ties are broken are the same questions, put to the cluster instead of to arrays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from typing import Any

import numpy as np

from index.cluster.connection import Body
from index.cluster.whole import Answer
from index.schema import EARLIER
from searcher.cluster.collection import ClusterCollection
from searcher.cluster.narrowing import ClusterNarrowing
from searcher.cluster.query import EVERYTHING, Query, Translation, but, either, every
from searcher.cluster.reranking import places_scores
from searcher.cluster.scoring import Scoring
from searcher.deadline import Deadline
from searcher.meaning.interpretation import interpret
from searcher.meaning.level_tone import with_marks_left_out
from searcher.query.tree import And, Node, as_typed, asked_of_earlier, leaves
from searcher.rank.retrieval import NEAR_SHARE, NEAREST_WANTED, full_matches_wanted, near_weights, parts_and_conditions
from searcher.rank.scored_document import MOST_COPIES, ScoredDocument
from searcher.rank.weighting import RankingParameters
from searcher.request import SearchRequest

_MOST_TOLD = 20  # parts that a score tells apart: it has 24 bits
_LOOKED_AT = 1000
_MOST_GROUPS = 60_000  # groups of copies that are counted in one answer
_WINDOW = 10_000  # documents that the cluster gives at once
_NEWEST_FIRST = [{"published": {"order": "desc", "missing": "_last"}}, {"id": "asc"}]
_OLDEST_FIRST = [{"published": {"order": "asc", "missing": "_last"}}, {"id": "asc"}]
_BEST_FIRST = [{"_score": "desc"}, *_NEWEST_FIRST]
_KEPT = ["id", "change", "published", "group"]
_BARELY = {"_source": False, "stored_fields": "_none_"}
"""Of a hit nothing is read but the values asked for: reading what is stored of each takes most of the time of a search."""
_FULL, _SPELLED, _PART, _EARLIER = "full", "spelled", "part", "earlier"


@dataclass(frozen=True)
class Document:
    """A document found: `published` in seconds, None if undated; `group` of the copies of its text, "" if it has none."""

    article_id: str
    change: int
    score: float
    published: int | None
    group: str
    near: bool

    @property
    def order(self) -> tuple[float, bool, int, str]:
        """By this ascending the best come first: by score, then the newest, undated ones last, then by id."""
        return -self.score, self.published is None, -(self.published or 0), self.article_id


class ClusterRetrieval:
    """One search of a commit. It asks as it is asked, and nothing twice. Methods raise DeadlineExceeded."""

    def __init__(
        self,
        collection: ClusterCollection,
        node: Node,
        request: SearchRequest,
        deadline: Deadline,
        parameters: RankingParameters | None = None,
    ) -> None:
        self.collection = collection
        self.node = node
        self.request = request
        self.deadline = deadline
        self.narrowing = ClusterNarrowing(collection, request)
        self.parts, self.conditions = parts_and_conditions(node)
        self._parameters = parameters or RankingParameters()
        self.translation = Translation(request.exact_marks, lambda prefix: collection.forms_of(prefix, request.exact_marks))
        self.base = self.translation.query(node)
        """The query for what matches before days and facets narrow it."""
        self.full = every([self.base, self.narrowing.query()])
        self._first: list[Document] | None = None
        self._first_size = 0

    @cached_property
    def total(self) -> int:
        """The exact number of articles that have every part of the query."""
        return self._counts([self.full])[0]

    @cached_property
    def spelled(self) -> Query:
        """The query for the articles in which the marks that were typed are written, narrowed by nothing."""
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

    def retrieved(self, request: SearchRequest, node: Node | None = None) -> ClusterRetrieval:
        """Return another search of the same commit and within the same time."""
        node = interpret(self.collection, request).node if node is None else node
        return ClusterRetrieval(self.collection, node, replace(request, near=False), self.deadline, self._parameters)

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
        held = _scored_by(queries, [1] * len(queries), allowed)
        [answer] = self.ask([{"query": held, "size": 1, "track_total_hits": False}])
        if not answer["hits"]["hits"]:
            return ()
        least = answer["hits"]["hits"][0]["_score"]
        nearest = {"script_score": {"query": held, "script": {"source": "_score"}, "min_score": least}}
        counts = self._patterns(queries, nearest) if len(parts) <= _MOST_TOLD else self._first_patterns(queries, nearest)
        return max(sorted(counts), key=lambda pattern: counts[pattern])

    def _patterns(self, queries: Sequence[Query], nearest: Query) -> dict[tuple[bool, ...], int]:
        """Return how many of the articles of `nearest` match which of the queries: told by a score that is a sum of powers of two."""
        told = {"terms": {"script": {"source": "_score.longValue()"}, "size": _WINDOW, "value_type": "long"}}
        body = {"query": _scored_by(queries, [1 << at for at in range(len(queries))], nearest), "aggs": {"patterns": told}}
        [answer] = self.ask([{**body, "size": 0, "track_total_hits": False}])
        buckets = answer["aggregations"]["patterns"]["buckets"]
        return {
            tuple(bool(int(bucket["key"]) >> at & 1) for at in range(len(queries))): bucket["doc_count"] for bucket in buckets
        }

    def _first_patterns(self, queries: Sequence[Query], nearest: Query) -> dict[tuple[bool, ...], int]:
        named = [_named(query, str(number)) for number, query in enumerate(queries)]
        query = {"bool": {"filter": [nearest], "should": named}}
        [answer] = self.ask([{"query": query, "sort": [{"id": "asc"}], "size": _LOOKED_AT, "track_total_hits": False}])
        held = (hit.get("matched_queries", ()) for hit in answer["hits"]["hits"])
        return Counter(tuple(str(number) in names for number in range(len(queries))) for names in held)

    def _counts(self, queries: Sequence[Query]) -> list[int]:
        return self.collection.counts(queries, self.deadline)

    def ask(self, bodies: Sequence[Body]) -> list[dict[str, Any]]:
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

    @cached_property
    def near(self) -> Query | None:
        """The query for the articles that have most of the query and are no full matches; None where none are looked for."""
        if not self._near_wanted:
            return None
        parts = [self.translation.query(part) for part in parts_and_conditions(self.near_node)[0]]
        weights = near_weights(self._counts(parts), self.collection.statistics().articles)
        allowed = every([self.translation.query(And(tuple(self.conditions))), self.narrowing.query()])
        having = _scored_by(parts, weights, but(allowed, self.full))
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
        return either([{"bool": {"filter": [self.full], "_name": _FULL}}, self.near])

    @property
    def _by_relevance(self) -> bool:
        return self.request.sort == "relevance" and bool(leaves(self.node))

    @cached_property
    def _sort(self) -> list[Any]:
        if self._by_relevance:
            return _BEST_FIRST
        return _OLDEST_FIRST if self.request.sort == "oldest" else _NEWEST_FIRST

    @cached_property
    def _hits(self) -> Body:
        """The search for the documents shown, in the order of the request."""
        query = self.shown
        if self._by_relevance:
            query = Scoring(self.collection, self.translation, self._parameters, self.deadline).scored(query, self.near_node)
        return {"query": query, "sort": self._sort, "track_scores": self._by_relevance, "docvalue_fields": _KEPT, **_BARELY}

    def first_body(self, wanted: int) -> Body:
        """Return the search for the first documents shown: as many as are ranked by where the terms stand, or as `wanted` otherwise."""
        self._first_size = self._parameters.candidates if self._by_relevance else min(_WINDOW, wanted)
        fields = [*_KEPT, "tokens"] if self._by_relevance else _KEPT
        return {**self._hits, "size": self._first_size, "docvalue_fields": fields, "track_total_hits": False}

    def take_first(self, answer: Answer) -> None:
        """Take the answer to `first_body`, asked for together with other things."""
        hits = answer["hits"]["hits"]
        documents = [self._document(hit) for hit in hits]
        if self._by_relevance:
            tokens = [hit["fields"]["tokens"][0] for hit in hits]
            exact_marks = self.request.exact_marks
            added = places_scores(self.collection, self.near_node, tokens, self._parameters, exact_marks=exact_marks)
            scored = [replace(each, score=each.score + more) for each, more in zip(documents, added.tolist(), strict=True)]
            documents = sorted(scored, key=lambda document: document.order)
        self._first = documents

    def ordered(self, wanted: int, *, fold: bool = False) -> list[Document]:
        """Return the first `wanted` documents in the order of the request; with `fold`, of copies of one text only the first."""
        size = wanted
        while True:
            documents = self._documents(size)
            order = self._folded(documents) if fold else documents
            if len(order) >= wanted or len(documents) < size:
                return order[:wanted]
            size *= 2

    def _documents(self, wanted: int) -> list[Document]:
        if self._first is None or (not self._by_relevance and self._first_size < wanted <= _WINDOW):
            self.take_first(self.ask([self.first_body(wanted)])[0])
        assert self._first is not None
        if len(self._first) >= wanted or len(self._first) < self._first_size:
            return self._first
        rest = self.pages(_WINDOW, self._hits) if wanted > _WINDOW else self._page(wanted)
        seen = {document.article_id for document in self._first}
        others = (document for document in rest if document.article_id not in seen)
        return [*self._first, *islice(others, wanted - len(self._first))]

    def _page(self, size: int) -> list[Document]:
        [answer] = self.ask([{**self._hits, "size": size, "track_total_hits": False}])
        return [self._document(hit) for hit in answer["hits"]["hits"]]

    def _document(self, hit: dict[str, Any]) -> Document:
        fields = hit["fields"]
        published, group = fields.get("published", [None]), fields.get("group", [""])
        near = self.near is not None and _FULL not in hit.get("matched_queries", ())
        score = float(hit["_score"] or 0)
        return Document(fields["id"][0], int(fields["change"][0]), score, published[0], group[0], near)

    def _folded(self, documents: Sequence[Document]) -> list[Document]:
        """Return of documents with copies only the first: a full match comes before a near one."""
        groups = {document.group for document in documents if document.group and document.near}
        has_full = dict(zip(groups, self._counts([every([self.full, _in_group(group)]) for group in groups]), strict=True))
        taken: set[str] = set()
        order = []
        for document in documents:
            if document.group:
                if document.group in taken or (document.near and has_full[document.group]):
                    continue
                taken.add(document.group)
            order.append(document)
        return order

    def shown_body(self) -> Body:
        """Return the search that counts what may be hits, full and near, and the copies among them."""
        copies = {"copies": {"terms": {"field": "group", "size": _MOST_GROUPS}}} if self.request.fold else {}
        return {"query": self.shown, "size": 0, "track_total_hits": True, "aggs": copies}

    def shown_counts(self, answer: Answer, total: int) -> tuple[int, int]:
        """Return (near matches, documents shown, those that are copies of one text counted as one), as `shown_body` is answered."""
        shown = answer["hits"]["total"]["value"]
        groups = answer["aggregations"]["copies"]["buckets"] if self.request.fold else ()
        return shown - total, shown - sum(group["doc_count"] - 1 for group in groups)

    def position(self, order: Sequence[Document], article_id: str) -> int | None:
        """Return which of the documents in `order`, from 0, is an article or, where copies are folded, stands for it."""
        for at, document in enumerate(order):
            if document.article_id == article_id:
                return at
        groups = {document.group: at for at, document in enumerate(order) if document.group} if self.request.fold else {}
        if not groups:
            return None
        itself = every([self.shown, {"term": {"id": article_id}}])
        [answer] = self.ask([{"query": itself, "size": 1, "docvalue_fields": ["group"]}])
        found = [hit.get("fields", {}).get("group", [""])[0] for hit in answer["hits"]["hits"]]
        return groups.get(found[0]) if found else None

    def all_ordered(self) -> tuple[int, Iterator[Document]]:
        """Return how many articles match in full, and all of them in the order of the request, each once."""
        first = self.ordered(self._parameters.candidates) if self._by_relevance else []
        pages = self.collection.pages({**self._hits, "size": _WINDOW}, self.deadline)
        answer = next(pages)
        seen = {document.article_id for document in first}

        def documents() -> Iterator[Document]:
            yield from first
            for page in chain([answer], pages):
                yield from (each for each in map(self._document, page["hits"]["hits"]) if each.article_id not in seen)

        return answer["hits"]["total"]["value"], documents()

    def last_arrived(self, most: int, before: int | None) -> tuple[int, list[Document]]:
        """Return how many articles match in full, and of those with a change below `before` the last `most`, the last first."""
        earlier = EVERYTHING if before is None else {"range": {"change": {"lt": before}}}
        last_first = {
            "sort": [{"change": "desc"}],
            "docvalue_fields": _KEPT,
            "size": min(most, _WINDOW),
            "track_total_hits": False,
        }
        counted, latest = self.ask(
            [{"query": self.full, "size": 0, "track_total_hits": True}, {"query": every([self.full, earlier]), **last_first}]
        )
        return counted["hits"]["total"]["value"], [self._document(hit) for hit in latest["hits"]["hits"]]

    def changed(self, after: int, until: int) -> Iterator[Document]:
        """Yield the articles that match in full and whose change is above `after` and not above `until`, in order of the changes."""
        late = every([self.full, {"range": {"change": {"gt": after, "lte": until}}}])
        return self.pages(_WINDOW, {"query": late, "sort": [{"change": "asc"}], "docvalue_fields": _KEPT})

    def pages(self, size: int, body: Body) -> Iterator[Document]:
        """Yield all documents of a search, as they were when it began: each once, whatever is indexed meanwhile."""
        for answer in self.collection.pages({**body, "size": size}, self.deadline):
            yield from map(self._document, answer["hits"]["hits"])

    def scored_documents(self, documents: Sequence[Document], *, fold: bool) -> list[ScoredDocument]:
        """Return what is known of the documents that are to be hits: how they match, what they lack, their copies and earlier versions."""
        if not documents:
            return []
        parts = list(self.parts)
        of_earlier = asked_of_earlier(self.node)
        named = [
            {"bool": {"filter": [self.full], "_name": _FULL}},
            {"bool": {"filter": [self.spelled], "_name": _SPELLED}},
            *(_named(self.translation.query(part), f"{_PART}{number}") for number, part in enumerate(parts)),
            *(_named(self.translation.query(each), f"{_EARLIER}{number}") for number, each in enumerate(of_earlier)),
        ]
        ids = {"terms": {"id": [document.article_id for document in documents]}}
        bodies: list[Body] = [
            {"query": {"bool": {"filter": [ids], "should": named}}, "size": len(documents), "docvalue_fields": ["id"]}
        ]
        grouped = [document for document in documents if document.group] if fold else []
        bodies += [self._copies(document) for document in grouped]
        explained, *copies = self.ask(bodies)
        names = {hit["fields"]["id"][0]: set(hit.get("matched_queries", ())) for hit in explained["hits"]["hits"]}
        copies_of = {document.article_id: answer["hits"] for document, answer in zip(grouped, copies, strict=True)}
        found = []
        for document in documents:
            held, own = names.get(document.article_id, set()), copies_of.get(document.article_id)
            missing = [as_typed(part) for number, part in enumerate(parts) if f"{_PART}{number}" not in held]
            is_full = _FULL in held
            found.append(
                ScoredDocument(
                    revision=(document.change, document.article_id),
                    score=document.score,
                    match=("exact" if _SPELLED in held else "unmarked") if is_full else "partial",
                    missing=() if is_full else tuple(dict.fromkeys(missing)),
                    copies=tuple((int(hit["fields"]["change"][0]), hit["fields"]["id"][0]) for hit in own["hits"]) if own else (),
                    copies_total=own["total"]["value"] if own else 0,
                    earlier=tuple(each for number, each in enumerate(of_earlier) if f"{_EARLIER}{number}" in held),
                )
            )
        return found

    def _copies(self, document: Document) -> Body:
        itself = {"term": {"id": document.article_id}}
        others = but(every([self.shown, _in_group(document.group)]), itself)
        return {
            "query": {"bool": {"filter": [others]}},
            "size": MOST_COPIES,
            "sort": _OLDEST_FIRST,
            "docvalue_fields": ["id", "change"],
            "track_total_hits": True,
        }


def _in_group(group: str) -> Query:
    return {"term": {"group": group}}


def _named(query: Query, name: str) -> Query:
    return {"bool": {"filter": [query], "_name": name}}


def _scored_by(queries: Sequence[Query], scores: Sequence[float], allowed: Query) -> Query:
    """Return the query for what is allowed and matches any of `queries`: its score is the sum of the scores of those."""
    should = [{"constant_score": {"filter": query, "boost": score}} for query, score in zip(queries, scores, strict=True)]
    return {"bool": {"filter": [allowed], "should": should, "minimum_should_match": 1}}
