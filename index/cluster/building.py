"""Revisions of the archive -> their documents, as they are sent to the cluster. Worker processes do it."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.archive import Archive
from corpus.article import Article
from corpus.paper import PaperTable
from index.cluster.bulk import Sending
from index.cluster.document import document


@dataclass(frozen=True)
class Built:
    """One article as it is sent: `document` is JSON, still open at its end for what the writer adds; `signature` is b"" if it has none."""

    id: str
    change: int
    signature: bytes
    document: bytes

    def sending(self, writing: int, group: str) -> Sending:
        """Return what is sent in a writing, with the group that the document is in."""
        added: dict[str, Any] = {"writing": writing, **({"group": group} if group else {})}
        return Sending(self.id, self.change, self.document + b"," + json.dumps(added).encode()[1:])


def build_batch(archive_path: Path, changes: Sequence[int], papers: PaperTable) -> list[Built]:
    """Return the documents of the revisions at `changes`, in the order of these, from an archive opened for it."""
    if not changes:
        return []
    with Archive.open(archive_path, read_only=True) as archive:
        return build(archive, changes, papers)


def build(archive: Archive, changes: Sequence[int], papers: PaperTable) -> list[Built]:
    """Return the documents of the revisions at `changes`, in the order of these."""
    return [_built(one) for one in documents(archive, changes, papers)]


def documents(archive: Archive, changes: Sequence[int], papers: PaperTable) -> Iterator[dict[str, Any]]:
    """Yield the documents of the revisions at `changes`, in the order of these, as index.cluster.document makes them."""
    named = archive.named_by(papers)
    articles, earlier = named.revisions_at(changes), archive.earlier(changes)

    def earlier_of(change: int) -> Iterable[Article]:
        return map(named.revision, earlier.get(change, ()))

    for change in changes:
        yield document(change, articles[change], earlier_of(change))


def _built(one: dict[str, Any]) -> Built:
    written = json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode()
    return Built(one["id"], one["change"], b64decode(one.get("signature", "")), written[:-1])
