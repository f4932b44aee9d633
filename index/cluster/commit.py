"""What a commit in the cluster says about itself <-> `_meta` of the index's mapping, which is replaced in one step.

What `_meta` says is committed; documents that a run has sent since then may be found or not, until it commits or the next run begins with them.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from corpus.archive import Archive
from corpus.paper import Paper, PaperTable
from index.cluster.errors import ArchiveBehind
from index.cluster.mapping import VERSION


@dataclass(frozen=True)
class Begun:
    """What a run says before it sends anything, so that the next knows what to look at if it is killed.

    `reserved` is the last writing that it may begin (see index.cluster.bulk); `reach` the last change of the archive that it will come to, with its
    `fingerprint`; `papers` the table by which it names papers; `left` the groups of copies that its documents leave (see index.cluster.copies).
    """

    reserved: int
    reach: int
    fingerprint: str
    papers: PaperTable | None
    left: frozenset[str] = frozenset()

    @classmethod
    def of(cls, meta: Mapping[str, Any]) -> Begun:
        """Return what a part of `_meta` says."""
        left = frozenset(map(str, meta["left"]))
        return cls(int(meta["reserved"]), int(meta["reach"]), str(meta["fingerprint"]), _read(meta["papers"]), left)

    def meta(self) -> dict[str, Any]:
        """Return what this part of `_meta` is to say."""
        return {**_own_fields(self), "papers": _written(self.papers), "left": sorted(self.left)}


@dataclass(frozen=True)
class Commit:
    """One commit: what it was built from, as index.schema.Provenance says it of the embedded index.

    `generation` counts commits, over all indexes of one alias; `commit` is a name that no other has. `writing` is the number of the last writing
    that is in it; `begun` is there while a run is at work, or if it was killed.
    """

    archive: str
    watermark: int = 0
    version: str = VERSION
    fingerprint: str = ""
    papers: PaperTable | None = None
    generation: int = 0
    commit: str = ""
    writing: int = 0
    begun: Begun | None = None

    @classmethod
    def of(cls, meta: Mapping[str, Any]) -> Commit | None:
        """Return what `_meta` says; None if it is of no commit that this program knows."""
        try:
            return cls(
                archive=str(meta["archive"]),
                watermark=int(meta["watermark"]),
                version=str(meta["version"]),
                fingerprint=str(meta["fingerprint"]),
                papers=_read(meta["papers"]),
                generation=int(meta["generation"]),
                commit=str(meta["commit"]),
                writing=int(meta["writing"]),
                begun=Begun.of(meta["begun"]) if meta["begun"] else None,
            )
        except (KeyError, TypeError, ValueError):
            return None

    def meta(self) -> dict[str, Any]:
        """Return what `_meta` is to say."""
        return {**_own_fields(self), "papers": _written(self.papers), "begun": self.begun.meta() if self.begun else None}

    def next(self, **changed: Any) -> Commit:
        """Return the commit after this one, under a name of its own."""
        return replace(self, generation=self.generation + 1, commit=secrets.token_hex(16), **changed)


def check_not_behind(commit: Commit, archive: Archive, reach: int = 0) -> None:
    """Raise ArchiveBehind if the archive is an older copy of that which was indexed: the index is others' too, and theirs is newer."""
    there = max(commit.watermark, reach)
    if commit.archive == archive.traits.identity() and archive.last_change() < there:
        raise ArchiveBehind(archive.last_change(), there)


def _own_fields(of: Begun | Commit) -> dict[str, Any]:
    return {field.name: getattr(of, field.name) for field in fields(of)}


def _written(papers: PaperTable | None) -> str:
    if papers is None:
        return ""
    written = {"papers": [[each.name, each.hosts, each.other_names] for each in papers.papers], "sites": papers.sites}
    return json.dumps(written, ensure_ascii=False)


def _read(written: str) -> PaperTable | None:
    if not written:
        return None
    read = json.loads(written)
    papers = tuple(Paper(name, tuple(hosts), tuple(others)) for name, hosts, others in read["papers"])
    return PaperTable(papers, tuple((host, name) for host, name in read["sites"]))
