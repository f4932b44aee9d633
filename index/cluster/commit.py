"""What a commit in the cluster says about itself <-> `_meta` of the index's mapping, which is replaced in one step.

What `_meta` says is committed; documents that a run has sent since then may be found or not, until it commits or the next run begins with them.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from corpus.paper import Paper, PaperTable
from index.cluster.mapping import VERSION


@dataclass(frozen=True)
class Commit:
    """One commit: what it was built from, as index.schema.Provenance says it of the embedded index, and what the next run must know.

    `generation` counts commits, over all indexes of one alias; `commit` is a name that no other has. `writing` is the number of the last writing
    that is in it (see index.cluster.bulk), `reserved` the last that a run may have begun: greater than `writing` while one is at work, or was
    killed; `left` are the groups of copies that documents were to leave since (see index.cluster.copies).
    """

    archive: str
    watermark: int = 0
    version: str = VERSION
    fingerprint: str = ""
    papers: PaperTable | None = None
    generation: int = 0
    commit: str = ""
    writing: int = 0
    reserved: int = 0
    left: tuple[str, ...] = ()

    @classmethod
    def of(cls, meta: Mapping[str, Any]) -> Commit | None:
        """Return what `_meta` says; None if it is of no commit that this program knows."""
        try:
            papers = json.loads(meta["papers"]) if meta["papers"] else None
            return cls(
                archive=str(meta["archive"]),
                watermark=int(meta["watermark"]),
                version=str(meta["version"]),
                fingerprint=str(meta["fingerprint"]),
                papers=papers and _table(papers),
                generation=int(meta["generation"]),
                commit=str(meta["commit"]),
                writing=int(meta["writing"]),
                reserved=int(meta["reserved"]),
                left=tuple(map(str, meta["left"])),
            )
        except (KeyError, TypeError, ValueError):
            return None

    def meta(self) -> dict[str, Any]:
        """Return what `_meta` is to say."""
        return {
            "version": self.version,
            "archive": self.archive,
            "watermark": self.watermark,
            "fingerprint": self.fingerprint,
            "papers": json.dumps(_written(self.papers), ensure_ascii=False) if self.papers else "",
            "generation": self.generation,
            "commit": self.commit,
            "writing": self.writing,
            "reserved": self.reserved,
            "left": list(self.left),
        }

    def next(self, **changed: Any) -> Commit:
        """Return the commit after this one, under a name of its own."""
        return replace(self, generation=self.generation + 1, commit=secrets.token_hex(16), **changed)


def _written(papers: PaperTable) -> dict[str, Any]:
    return {"papers": [[each.name, each.hosts, each.other_names] for each in papers.papers], "sites": papers.sites}


def _table(written: Mapping[str, Any]) -> PaperTable:
    papers = tuple(Paper(name, tuple(hosts), tuple(others)) for name, hosts, others in written["papers"])
    return PaperTable(papers, tuple((host, name) for host, name in written["sites"]))
