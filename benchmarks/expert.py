"""OpenSearch as its expert sets it up for Vietnamese: one of the engines beside ours.

Text is analysed by the server alone, four times: as it is, without marks, and both again in pairs of neighbours (shingles); and the first
words of the body twice more. A query is asked of all of them, each weighed; weights by trial on every second query. A node is started by
tests/cluster_nodes.py, which says what that needs.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from home import PATIENCE
from peer import ANY, Peer, Query, body_of

from corpus.article import Article

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from cluster_nodes import LOCAL, ClusterNodes

INDEX = "peer"
BATCH = 500
LEAD = 60
WEIGHTS = {"": 1.0, ".folded": 0.5, ".pairs": 0.5, ".folded_pairs": 0.5}
"""What a match in each reading of the body counts for, and in that of the title twice."""
LEAD_WEIGHTS = {".lead": 0.3, ".folded_lead": 0.3}
_FOLDED = ["lowercase", "asciifolding"]
_ANALYZERS = {
    "exact": ["lowercase"],
    "folded": _FOLDED,
    "pairs": ["lowercase", "pair"],
    "folded_pairs": [*_FOLDED, "pair"],
    "lead": ["lowercase", "first"],
    "folded_lead": [*_FOLDED, "first"],
}
_FILTERS = {
    "pair": {"type": "shingle", "min_shingle_size": 2, "max_shingle_size": 2, "output_unigrams": False},
    "first": {"type": "limit", "max_token_count": LEAD},
}


def _text(*more: str, **searched_by: str) -> dict[str, Any]:
    """Return the mapping of a text that is read in these ways besides; those named otherwise ask with another analyzer."""
    fields = {
        name: {"type": "text", "analyzer": name, "search_analyzer": searched_by.get(name, name)} for name in (*more, *searched_by)
    }
    return {"type": "text", "analyzer": "exact", "fields": fields}


_READINGS = ("folded", "pairs", "folded_pairs")
_SCHEMA = {
    "settings": {
        "index": {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": -1},
        "analysis": {
            "filter": _FILTERS,
            "analyzer": {
                name: {"type": "custom", "tokenizer": "standard", "filter": filters} for name, filters in _ANALYZERS.items()
            },
        },
    },
    "mappings": {
        "_source": {"enabled": False},
        "properties": {"title": _text(*_READINGS), "body": _text(*_READINGS, lead="exact", folded_lead="folded")},
    },
}


class ExpertOpenSearch(Peer):
    """One node with one shard, which ends with the process that had it built."""

    name = "OpenSearch"
    ways: Sequence[Literal["any", "all"]] = ("any", "all")

    def build(self, articles: Iterator[Article]) -> None:
        nodes = ClusterNodes(heap="1g", folder=self.folder / "node", watched=os.getppid())
        nodes.start()
        (self.folder / "host").write_text(nodes.hosts[0], encoding="utf-8")
        self.open()
        self._send("PUT", f"/{INDEX}", _SCHEMA)
        numbered = enumerate(articles)
        while batch := list(islice(numbered, BATCH)):
            lines: list[dict[str, Any]] = []
            for number, article in batch:
                lines += ({"index": {"_id": str(number)}}, {"title": article.title, "body": body_of(article)})
            if self._send("POST", f"/{INDEX}/_bulk", *lines)["errors"]:
                raise RuntimeError("OpenSearch refused an article")
        self._send("POST", f"/{INDEX}/_forcemerge?max_num_segments=1")
        self._send("POST", f"/{INDEX}/_refresh")

    def open(self) -> None:
        self.host = (self.folder / "host").read_text(encoding="utf-8")

    def ask(self, query: Query) -> int:
        name, syllables = query
        text = " ".join(syllables)
        if name == "phrase":
            asked = {"multi_match": {"query": text, "type": "phrase", "fields": ["title", "body"]}}
        else:
            asked = self._query(text, "any" if name in ANY else "all")
        answer = self._send("POST", f"/{INDEX}/_search", {"query": asked, "size": 10, "track_total_hits": True})
        total: int = answer["hits"]["total"]["value"]
        return total

    def best(self, query: str, way: str) -> list[int]:
        answer = self._send(
            "POST", f"/{INDEX}/_search", {"query": self._query(query, way), "size": 10, "track_total_hits": False}
        )
        return [int(hit["_id"]) for hit in answer["hits"]["hits"]]

    @staticmethod
    def _query(text: str, way: str) -> dict[str, Any]:
        boosts = {f"body{reading}": weight for reading, weight in (WEIGHTS | LEAD_WEIGHTS).items()}
        boosts |= {f"title{reading}": 2 * weight for reading, weight in WEIGHTS.items()}
        folded = {"query": text, "type": "cross_fields", "fields": ["title.folded", "body.folded"]}
        held = {"multi_match": folded | {"operator": "or" if way == "any" else "and"}}
        should = [{"match": {field: {"query": text, "boost": boost}}} for field, boost in boosts.items()]
        return {"bool": {"filter": [held], "should": should}}

    def _send(self, method: str, path: str, *lines: dict[str, Any]) -> Any:
        """Return the answer to a request with a JSON object, or several as lines, for its body."""
        body = "".join(json.dumps(line) + "\n" for line in lines).encode() or None
        kind = "application/x-ndjson" if path.endswith("/_bulk") else "application/json"
        request = urllib.request.Request(self.host + path, body, {"Content-Type": kind}, method=method)
        with LOCAL.open(request, timeout=10 * PATIENCE) as answer:
            return json.load(answer)
