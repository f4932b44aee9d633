"""Documents and deletions -> acknowledged by the cluster, each at its version.

A version is the number of the change that a document was made of, and below it that of the *writing*, which grows with every batch of every run.
The server keeps the greater: what is sent twice, or arrives late, changes nothing (409: the same or something newer is there, and that is an
acknowledgement, too).

A deletion is a version like any other for as long as the server remembers it (`index.gc_deletes`, a day). After that, or if the part of the
index that had it is opened anew, a document of an older version would be taken for a new one. It cannot come so late. Documents go through the
fence of their run (index.cluster.hold), which is taken away before another run sends anything. Of one and the same run, a try that we gave up
after 60 seconds waits in the cluster for a part of the index that is away for WAITING seconds and no longer; so when we try once more it has
happened or never will, and a later deletion is sent after both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from index.cluster.channel import Channel
from index.cluster.errors import RequestMalformed
from index.cluster.host import Trouble, refusal
from index.errors import IndexBusy

WRITINGS = 28
"""Bits of a version below the number of the change: writings in an index until its versions are used up, two hundred millions."""
MOST_BYTES = 4 << 20
MOST_DOCUMENTS = 500
AT_ONCE = 2
"""Chunks under way at the same time."""
WAITING = 10
"""Seconds that a node waits for a part of the index that is away, before it says so."""
_FENCED = ("index_not_found_exception",)


@dataclass(frozen=True)
class Sending:
    """A document (JSON, without line breaks), or the deletion of one (None)."""

    id: str
    change: int
    document: bytes | None


def version(change: int, writing: int) -> int:
    """Return the version of what is sent in a writing."""
    return change << WRITINGS | writing


def send(channel: Channel, index: str, fence: str, sendings: Iterable[Sending], writing: int) -> None:
    """Send everything to `index` through its `fence`; when this returns, all of it is acknowledged.

    Raises ClusterUnavailable, IndexBusy if the fence is gone, RequestMalformed if a document is refused: nothing is passed over.
    """
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for done in threads.map(lambda chunk: _send_chunk(channel, index, fence, chunk, writing), chunked(sendings)):
            assert done


def chunked(sendings: Iterable[Sending]) -> Iterator[list[Sending]]:
    """Yield chunks within MOST_BYTES and MOST_DOCUMENTS; a document that is larger is alone."""
    chunk: list[Sending] = []
    size = 0
    for sending in sendings:
        length = len(sending.document or b"")
        if chunk and (size + length > MOST_BYTES or len(chunk) == MOST_DOCUMENTS):
            yield chunk
            chunk, size = [], 0
        chunk.append(sending)
        size += length
    if chunk:
        yield chunk


def _send_chunk(channel: Channel, index: str, fence: str, chunk: list[Sending], writing: int) -> bool:
    left = chunk
    for pause in channel.pauses():
        body = b"".join(_lines(index, fence, left, writing))
        try:
            answer = channel.once("POST", f"/_bulk?require_alias=true&timeout={WAITING}s", body)
            left, trouble = _unacknowledged(answer, left)
            if trouble and trouble.kind == "missing":
                if fence not in channel.aliases(index):
                    raise IndexBusy(channel.alias)
                trouble = Trouble("away", named=trouble.named)  # a node that takes nothing new does not know it yet
            if trouble is None:
                return True
        except Trouble as whole:
            if whole.kind == "malformed":
                raise RequestMalformed(whole.said) from None
            trouble = whole
        pause(trouble)
    raise AssertionError


def _lines(index: str, fence: str, chunk: Sequence[Sending], writing: int) -> Iterator[bytes]:
    for sending in chunk:
        # A deletion is not kept from going by a name that is gone: it would make an index of it. Its version says all.
        head = {"_id": sending.id, "version": version(sending.change, writing), "version_type": "external"}
        if sending.document is None:
            yield json.dumps({"delete": {"_index": index, **head}}).encode() + b"\n"
        else:
            yield json.dumps({"index": {"_index": fence, **head}}).encode() + b"\n" + sending.document + b"\n"


def _unacknowledged(answer: Any, chunk: list[Sending]) -> tuple[list[Sending], Trouble | None]:
    """Return what is to be sent again and why: "missing", if the fence is. Raises RequestMalformed."""
    items = answer.get("items") if isinstance(answer, dict) else None
    if not isinstance(items, list) or len(items) != len(chunk):
        return chunk, Trouble("failed", named="bulk")
    left, trouble = [], None
    for sending, item in zip(chunk, items, strict=True):
        (said,) = item.values()
        status, error = int(said["status"]), said.get("error")
        if error is None or status == 409:
            continue
        found = refusal(status, said)
        if found.kind == "malformed" or found.kind == "missing" and not any(name in found.named for name in _FENCED):
            raise RequestMalformed(f"{sending.id}: {found.said or found.named}")
        left.append(sending)
        trouble = trouble if trouble and trouble.kind == "missing" else found
    return left, trouble
