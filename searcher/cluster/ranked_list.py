"""What matches a search of the cluster -> in which order, copies folded, as far down as is asked.

The counterpart of searcher.rank.retrieval: how copies are folded and ties are broken are the same questions, put to the cluster instead of to arrays.
The first few hundred are ranked once more here, by where the query's terms stand in them and what they are about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from typing import Any

from index.cluster.connection import Body
from index.cluster.whole import Answer
from index.segment_file import Array
from searcher.cluster.collection import ClusterCollection
from searcher.cluster.matched import FULL, WINDOW, ClusterMatching
from searcher.cluster.reranking import Places, likeness_scores
from searcher.cluster.scoring import Scoring
from searcher.cluster.translation import EVERYTHING, Query, but, every
from searcher.deadline import Deadline
from searcher.meaning.level_tone import with_marks_left_out
from searcher.query.tree import Node, leaves
from searcher.rank.retrieval import parts_and_conditions
from searcher.rank.weighting import RankingParameters
from searcher.request import SearchRequest

OLDEST_FIRST = [{"published": {"order": "asc", "missing": "_last"}}, {"id": "asc"}]
BARELY = {"_source": False, "stored_fields": "_none_"}
"""Of a hit nothing is read but the values asked for: reading what is stored of each takes most of the time of a search."""
_NEWEST_FIRST = [{"published": {"order": "desc", "missing": "_last"}}, {"id": "asc"}]
_BEST_FIRST = [{"_score": "desc"}, *_NEWEST_FIRST]
_KEPT = ["id", "change", "published", "group"]
_MOST_LOOKUPS = 150_000
"""Matches, times the terms that are counted in each: more are not all scored by the script, at half a microsecond each, if only the best are wanted."""
COPIES = {"copies": {"terms": {"field": "group", "size": 60_000, "shard_size": 60_000}}}
"""The aggregation that counts the copies of each text: exact for so many texts that have copies, and the server gives no more at once."""


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


class ClusterRetrieval(ClusterMatching):
    """What one search of a commit found, in its order. Asks as it is asked, and nothing twice. Methods raise DeadlineExceeded."""

    def __init__(
        self,
        collection: ClusterCollection,
        node: Node,
        request: SearchRequest,
        deadline: Deadline,
        parameters: RankingParameters,
    ) -> None:
        super().__init__(collection, node, request, deadline)
        self._parameters = parameters
        self._first: list[Document] | None = None
        self._first_size = 0
        self.looked_at: tuple[list[str], Places] | None = None
        self.likeness: dict[str, float] = {}
        """The articles, once they were asked for, whose scores say where the query's terms stand in them too; and where that is."""

    @property
    def by_relevance(self) -> bool:
        return self.request.sort == "relevance" and bool(leaves(self.node))

    @cached_property
    def _sort(self) -> list[Any]:
        if self.by_relevance:
            return _BEST_FIRST
        return OLDEST_FIRST if self.request.sort == "oldest" else _NEWEST_FIRST

    @cached_property
    def scoring(self) -> Scoring:
        return Scoring(self.collection, self.translation, self._parameters, self.deadline)

    def prepare(self, body: Body) -> Answer:
        """Return the answer to a search that counts the full matches; with it, what must be known before hits are asked for is counted."""
        queries = self.scoring.frequency_queries(self.node) if self.by_relevance else []
        if self.by_relevance and self.request.near and len(self.parts) > 1:
            loose = self.node if self.request.exact_marks else with_marks_left_out(self.node)
            queries += [*self.scoring.frequency_queries(loose), *map(self.translation.query, parts_and_conditions(loose)[0])]
        [answer] = self.collection.ask_and_count([body], queries, self.deadline)
        return answer

    @cached_property
    def _hits(self) -> Body:
        """The search for the documents shown, in the order of the request."""
        query = self.shown
        if self.by_relevance:
            query = self.scoring.scored(query, self.near_node)
        return {"query": query, "sort": self._sort, "track_scores": self.by_relevance, "docvalue_fields": _KEPT, **BARELY}

    def first_body(self, wanted: int) -> Body:
        """Return the search for the first documents shown: as many as are ranked by where the terms stand, or as `wanted` otherwise."""
        self._first_size = self._parameters.candidates if self.by_relevance else min(WINDOW, wanted)
        if not self.by_relevance:
            return {**self._hits, "size": self._first_size, "track_total_hits": False}
        hits = self._hits
        if self.near is None and self.total * self.scoring.lookups(self.node) > _MOST_LOOKUPS:
            hits = {**self.scoring.likeliest(self.full, self.node), **BARELY}
        return {**hits, "size": self._first_size, "docvalue_fields": [*_KEPT, "tokens", "sketch"], "track_total_hits": False}

    def take_first(self, answer: Answer) -> None:
        """Take the answer to `first_body`, asked for together with other things."""
        hits = answer["hits"]["hits"]
        documents = [self._document(hit) for hit in hits]
        if self.by_relevance:
            tokens = [hit["fields"]["tokens"][0] for hit in hits]
            exact_marks = self.request.exact_marks
            places = Places(self.collection, self.near_node, tokens, self._parameters, exact_marks=exact_marks)
            self.looked_at = [document.article_id for document in documents], places
            sketches = {hit["fields"]["id"][0]: hit["fields"]["sketch"][0] for hit in hits}
            documents = _with_more(documents, places.scores())
            drawn, scores = [sketches[each.article_id] for each in documents], [each.score for each in documents]
            likeness = likeness_scores(drawn, scores, self._parameters)
            self.likeness = dict(zip((each.article_id for each in documents), likeness.tolist(), strict=True))
            documents = _with_more(documents, likeness)
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
        if self._first is None or (not self.by_relevance and self._first_size < wanted <= WINDOW):
            self.take_first(self.ask([self.first_body(wanted)])[0])
        assert self._first is not None
        if len(self._first) >= wanted or len(self._first) < self._first_size:
            return self._first
        rest = self.pages(WINDOW, self._hits) if wanted > WINDOW else self._page(wanted)
        seen = {document.article_id for document in self._first}
        others = (document for document in rest if document.article_id not in seen)
        return [*self._first, *islice(others, wanted - len(self._first))]

    def _page(self, size: int) -> list[Document]:
        [answer] = self.ask([{**self._hits, "size": size, "track_total_hits": False}])
        return [self._document(hit) for hit in answer["hits"]["hits"]]

    def _document(self, hit: dict[str, Any]) -> Document:
        fields = hit["fields"]
        published, group = fields.get("published", [None]), fields.get("group", [""])
        near = self.near is not None and FULL not in hit.get("matched_queries", ())
        score = float(hit["_score"] or 0)
        return Document(fields["id"][0], int(fields["change"][0]), score, published[0], group[0], near)

    def _folded(self, documents: Sequence[Document]) -> list[Document]:
        """Return of documents with copies only the first: a full match comes before a near one."""
        groups = {document.group for document in documents if document.group and document.near}
        has_full = dict(zip(groups, self._counts([every([self.full, in_group(group)]) for group in groups]), strict=True))
        taken: set[str] = set()
        order = []
        for document in documents:
            if document.group:
                if document.group in taken or (document.near and has_full[document.group]):
                    continue
                taken.add(document.group)
            order.append(document)
        return order

    def take_first_and_count(self, wanted: int, total: int, groups: int) -> tuple[int, int]:
        """Ask for the first documents; return how many near matches there are, and the documents shown, copies of one text counted as one.

        `total` are full matches, `groups` the same with copies counted as one.
        """
        bodies = [self.first_body(wanted)] if self.near is None else [self.first_body(wanted), self._shown_body()]
        first, *rest = self.ask(bodies)
        self.take_first(first)
        if not rest:
            return 0, groups
        shown = rest[0]["hits"]["total"]["value"]
        return shown - total, shown - folded(rest[0].get("aggregations", {}))

    def groups(self) -> int:
        """Return how many documents are shown, those that are copies of one text counted as one where copies are folded."""
        [answer] = self.ask([self._shown_body()])
        shown: int = answer["hits"]["total"]["value"]
        return shown - folded(answer.get("aggregations", {}))

    def _shown_body(self) -> Body:
        return {"query": self.shown, "size": 0, "track_total_hits": True, "aggs": COPIES if self.request.fold else {}}

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
        first = self.ordered(self._parameters.candidates) if self.by_relevance else []
        pages = self.collection.pages({**self._hits, "size": WINDOW}, self.deadline)
        answer = next(pages)
        seen = {document.article_id for document in first}

        def documents() -> Iterator[Document]:
            yield from first
            for page in chain([answer], pages):
                yield from (each for each in map(self._document, page["hits"]["hits"]) if each.article_id not in seen)

        return answer["hits"]["total"]["value"], documents()

    def unmarked(self) -> frozenset[str]:
        """Return the ids of the articles that match in full, but in which the marks that were typed are not written."""
        if self.spelled == self.base:
            return frozenset()
        bare = but(every([self.full, {"term": {"bare": True}}]), self.spelled)
        found = self.pages(WINDOW, {"query": bare, "sort": [{"id": "asc"}], "docvalue_fields": _KEPT})
        return frozenset(each.article_id for each in found)

    def last_arrived(self, most: int, before: int | None) -> tuple[int, list[Document]]:
        """Return how many articles match in full, and of those with a change below `before` the last `most`, the last first."""
        earlier = EVERYTHING if before is None else {"range": {"change": {"lt": before}}}
        last_first = {
            "sort": [{"change": "desc"}],
            "docvalue_fields": _KEPT,
            "size": min(most, WINDOW),
            "track_total_hits": False,
        }
        counted, latest = self.ask(
            [{"query": self.full, "size": 0, "track_total_hits": True}, {"query": every([self.full, earlier]), **last_first}]
        )
        return counted["hits"]["total"]["value"], [self._document(hit) for hit in latest["hits"]["hits"]]

    def changed(self, after: int, until: int) -> Iterator[Document]:
        """Yield the articles that match in full and whose change is above `after` and not above `until`, in order of the changes."""
        late = every([self.full, {"range": {"change": {"gt": after, "lte": until}}}])
        return self.pages(WINDOW, {"query": late, "sort": [{"change": "asc"}], "docvalue_fields": _KEPT})

    def pages(self, size: int, body: Body) -> Iterator[Document]:
        """Yield all documents of a search, as they were when it began: each once, whatever is indexed meanwhile."""
        for answer in self.collection.pages({**body, "size": size}, self.deadline):
            yield from map(self._document, answer["hits"]["hits"])


def _with_more(documents: Sequence[Document], added: Array) -> list[Document]:
    """Return documents with what is added to their scores, best first."""
    scored = [replace(each, score=each.score + more) for each, more in zip(documents, added.tolist(), strict=True)]
    return sorted(scored, key=lambda document: document.order)


def folded(told: dict[str, Any]) -> int:
    """Return how many documents are folded into copies of theirs, as COPIES is answered; 0 where it was not asked."""
    return sum(group["doc_count"] - 1 for group in told.get("copies", {"buckets": ()})["buckets"])


def in_group(group: str) -> Query:
    """Return the query for the articles of a group of copies."""
    return {"term": {"group": group}}
