"""The index in the cluster and the archive -> a list of what is wrong with the index, as it is told; an empty list means nothing is.

All articles are compared by id and number of change, in constant memory, at one point in time; of some, drawn by chance, the whole document is made
anew: what is kept of it must be the same, and what is searched must be found in it, block by block.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpus.archive import Archive, Change
from corpus.errors import ArchiveDamaged
from corpus.facet import FACET_NAMES
from index.cluster.building import documents
from index.cluster.bulk import version
from index.cluster.channel import Channel
from index.cluster.commit import Commit, check_not_behind
from index.cluster.connection import Cluster
from index.cluster.errors import ClusterIndexOutdated, ClusterLate, ClusterUnavailable
from index.cluster.mapping import BETWEEN_FORMS, LENGTH_FIELDS, WORDS, label_field
from index.cluster.standing import standing, why_anew
from index.errors import IndexingError, told
from index.schema import POSITIONAL_FIELDS, TEXT_FIELDS, words_field
from index.snapshot import ANOTHER_ARCHIVE
from language.wording import Told

SAMPLE = 100
_PAGE = 5000
_PATIENCE = 10.0  # seconds that the cluster has to become well again
_SECONDS = 60.0
_KEPT = ("id", "change", "published", "bare", *LENGTH_FIELDS.values(), *FACET_NAMES, *map(label_field, FACET_NAMES))
_BINARY = ("tokens", "sketch", "signature")
_CLAUSES = 200  # of one query
_PHRASE = 32  # syllables in a row that are asked for at once
_MOST_CLAUSES = 600  # asked of one document: an article has a few dozen, of a book some are drawn
_BEYOND = 1 << 62


def check_cluster(cluster: Cluster, archive: Archive, *, sample: int = SAMPLE, seed: int | None = None) -> list[Told]:
    """Compare the index behind the cluster's alias with the archive up to the watermark. Raises ClusterUnavailable, ClusterLate if it cannot be."""
    try:
        found = standing(Channel(cluster, patience=_PATIENCE))
        if found is None:
            return [told("cluster_none", name=cluster.settings.index)]
        if found.commit is not None:
            check_not_behind(found.commit, archive)
        reason = why_anew(found.commit, archive)
        if reason or found.commit is None:
            return [ClusterIndexOutdated(found.index, reason or ANOTHER_ARCHIVE).told]
        return _Check(cluster, archive, found.commit, random.Random(seed)).problems(sample)  # noqa: S311
    except (ClusterUnavailable, ClusterLate):
        raise
    except (IndexingError, ArchiveDamaged) as error:
        return [error.told]


class _Check:
    def __init__(self, cluster: Cluster, archive: Archive, commit: Commit, chance: random.Random) -> None:
        self._cluster = cluster
        self._archive = archive
        self._commit = commit
        self._chance = chance
        self._drawn: list[int] = []

    def problems(self, sample: int) -> list[Told]:
        pit = self._cluster.open_pit("5m")
        try:
            found = [*self._compared(pit, sample)]
            return found + [*self._differing(pit)]
        finally:
            self._cluster.close_pit(pit)

    def _compared(self, pit: str, sample: int) -> Iterator[Told]:
        """Yield what one has and the other has not, both walked through by number of change; draw some of what both have."""
        watermark = self._commit.watermark
        changed_since = {change.article_id for change in self._archive.changes(watermark)}
        expected = (change for change in self._archive.changes(0) if change.number <= watermark and not change.withdrawn)
        both = 0
        for change, indexed in _side_by_side(expected, self._indexed(pit)):
            if change is not None and indexed is not None and change.article_id == indexed[1]:
                both += 1
                self._draw(change.number, both, sample)
                continue
            if change is not None and change.article_id not in changed_since:
                yield told("check_missing", article=change.article_id)
            if indexed is not None and indexed[1] not in changed_since:
                yield told("check_surplus", article=indexed[1])

    def _draw(self, change: int, seen: int, sample: int) -> None:
        """Keep each of those seen with the same chance (Vitter's algorithm R)."""
        if len(self._drawn) < sample:
            self._drawn.append(change)
        elif (place := self._chance.randrange(seen)) < sample:
            self._drawn[place] = change

    def _indexed(self, pit: str) -> Iterator[tuple[int, str]]:
        """Yield number of change and article id of all that is found, by the first."""
        body: dict[str, Any] = {
            "size": _PAGE,
            "pit": {"id": pit, "keep_alive": "5m"},
            "sort": [{"change": "asc"}, {"id": "asc"}],
            "track_total_hits": False,
            "_source": False,
        }
        while True:
            hits = self._cluster.search(body, time_limit=_SECONDS)["hits"]["hits"]
            yield from ((int(hit["sort"][0]), str(hit["sort"][1])) for hit in hits)
            if len(hits) < _PAGE:
                return
            body["search_after"] = hits[-1]["sort"]

    def _differing(self, pit: str) -> Iterator[Told]:
        """Yield the articles drawn whose documents are not what they would be if they were made now."""
        drawn = sorted(self._drawn)
        query = {
            "size": len(drawn) or 1,
            "pit": {"id": pit, "keep_alive": "5m"},
            "query": {"terms": {"change": drawn}},
            "docvalue_fields": [*_KEPT, *_BINARY],
            "version": True,
            "_source": False,
        }
        hits = self._cluster.search(query, time_limit=_SECONDS)["hits"]["hits"]
        there = {str(hit["_id"]): hit for hit in hits}
        papers = self._commit.papers
        if papers is None:
            return
        for one in documents(self._archive, drawn, papers):
            hit = there.get(one["id"])
            wrong = [*(_differences(one, hit["fields"]) if hit else ["id"]), *self._unfound(one)]
            if hit and not version(one["change"], 0) < int(hit["_version"]) < version(one["change"] + 1, 0):
                wrong.append("_version")
            if wrong:
                yield told("check_differs", article=one["id"], fields=", ".join(sorted(set(wrong))))

    def _unfound(self, one: Mapping[str, Any]) -> list[str]:
        """Return the fields of a document in which not everything is found that is in it."""
        asked = [*_clauses(one)]
        if len(asked) > _MOST_CLAUSES:
            asked = self._chance.sample(asked, _MOST_CLAUSES)
        bodies = [
            {
                "size": 0,
                "query": {
                    "bool": {"filter": [{"term": {"id": one["id"]}}, *(clause for _, clause in asked[start : start + _CLAUSES])]}
                },
            }
            for start in range(0, len(asked), _CLAUSES)
        ]
        answers = self._cluster.searches(bodies, time_limit=_SECONDS)
        return [
            field
            for start, answer in zip(range(0, len(asked), _CLAUSES), answers, strict=True)
            if answer["hits"]["total"]["value"] != 1
            for field, _ in asked[start : start + _CLAUSES]
        ]


def _side_by_side(
    expected: Iterator[Change], indexed: Iterator[tuple[int, str]]
) -> Iterator[tuple[Change | None, tuple[int, str] | None]]:
    """Yield what stands at each number of change in either, both being in the order of numbers."""
    here, there = next(expected, None), next(indexed, None)
    while here is not None or there is not None:
        first = min(*([here.number] if here else []), *([there[0]] if there else []), _BEYOND)
        yield here if here and here.number == first else None, there if there and there[0] == first else None
        here = next(expected, None) if here and here.number == first else here
        there = next(indexed, None) if there and there[0] == first else there


def _differences(one: Mapping[str, Any], fields: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """Yield the fields that are kept otherwise than a document has them."""
    for field in _KEPT:
        wanted = one.get(field, [])
        if sorted(set(wanted) if isinstance(wanted, list) else [wanted]) != sorted(fields.get(field, [])):
            yield field
    for field in _BINARY:
        if one.get(field, "").rstrip("=") != "".join(fields.get(field, [])).rstrip("="):
            yield field


def _clauses(one: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield, each with its field, queries that a document matches if everything is found in it, where it is."""
    for field in POSITIONAL_FIELDS:
        for block in one.get(field, []):
            for phrase in _phrases(block):
                yield field, {"match_phrase": {field: {"query": phrase, "analyzer": WORDS}}}
            for form in {form for token in block.split() for form in token.split(BETWEEN_FORMS)[:-2]}:
                yield field, {"term": {field: form}}
    for field in map(words_field, TEXT_FIELDS):
        for word in sorted(set(one.get(field, "").split())):
            yield field, {"term": {field: word}}
    yield from ((band_field, {"term": {band_field: band}}) for band_field in ("band",) for band in one.get("band", []))


def _phrases(block: str) -> Iterator[str]:
    """Yield the exact forms of a block's syllables in a row, some at a time, and the stripped ones; the last two forms of a token are a syllable's."""
    tokens = [token.split(BETWEEN_FORMS)[-2:] for token in block.split()]
    for start in range(0, len(tokens), _PHRASE):
        some = tokens[start : start + _PHRASE]
        yield " ".join(exact for exact, _ in some)
        yield " ".join(stripped for _, stripped in some)
