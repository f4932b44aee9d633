"""An index that much was sent to -> merged by the server, without what it kept for nodes to catch up with."""

from __future__ import annotations

import time

from index.cluster.channel import Channel

_CATCHING_UP = 60.0
"""Seconds that nodes have to tell that they have all that was sent; they do every 30."""
_PAUSE = 1.0  # seconds
_SEGMENT = 4 << 30
"""Bytes of a segment, as the server itself merges them."""


def pack(channel: Channel, index: str) -> None:
    """Have the server merge what a large run has sent and committed, and let readers have that.

    A server keeps what it was sent as a whole, too, for other nodes to catch up with; merging leaves out what all of them have: three quarters of
    the index. They say so some seconds after the last document.
    """
    until = time.monotonic() + _CATCHING_UP
    while time.monotonic() < until and not _have_caught_up(channel, index):
        channel.lost()
        time.sleep(_PAUSE)
    channel.ask("POST", f"/{index}/_flush?force=true")  # what is in no commit of the server's own counts as not had
    primaries = channel.ask("GET", f"/{index}/_stats/store")["_all"]["primaries"]["store"]["size_in_bytes"]
    most = 1 + int(primaries) // channel.settings.shards // _SEGMENT
    channel.ask("POST", f"/{index}/_forcemerge?max_num_segments={most}&wait_for_completion=false")
    time.sleep(_PAUSE)  # it has begun
    while channel.ask("GET", f"/{index}/_stats/merge")["_all"]["total"]["merges"]["current"]:
        channel.lost()
        time.sleep(_PAUSE)
    channel.refresh(index)  # until then what was merged is kept, and searched


def _have_caught_up(channel: Channel, index: str) -> bool:
    """Say whether every copy of the index has told that it has all that was sent."""
    found = channel.ask("GET", f"/{index}/_stats?level=shards&filter_path=indices.*.shards")
    copies = [copy for each in found["indices"].values() for shard in each["shards"].values() for copy in shard]
    return all(
        lease["retaining_seq_no"] > copy["seq_no"]["max_seq_no"]
        for copy in copies
        for lease in copy["retention_leases"]["leases"]
    )
