"""An alias -> the indexes that stand in the cluster for it, and whether that behind it can be brought up to the archive."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corpus.archive import Archive
from index.cluster.channel import Channel
from index.cluster.commit import Commit
from index.cluster.errors import ClusterUnavailable
from index.cluster.host import Trouble
from index.cluster.mapping import VERSION
from index.errors import told
from index.snapshot import ANOTHER_ARCHIVE
from language.wording import Told

_SOON = 10.0
"""Seconds of the request that a run begins with: one that is not answered has to be told soon."""


@dataclass(frozen=True)
class Standing:
    """An index that stands in the cluster: its name, aliases, settings, and commit (None if this program knows none)."""

    index: str
    aliases: tuple[str, ...]
    settings: Mapping[str, Any]
    commit: Commit | None


def standing(channel: Channel) -> Standing | None:
    """Return the index behind the alias, None if there is none. Raises ClusterUnavailable, also where the alias is the name of an index."""
    try:
        found = dict(channel.ask("GET", f"/{channel.alias}", seconds=_SOON))
    except Trouble as trouble:
        if trouble.kind != "missing":
            raise
        return None
    index = max(found, key=number_of)
    if index == channel.alias:
        raise ClusterUnavailable(told("cluster_name_taken", name=index))
    if len(found) > 1:
        raise ClusterUnavailable(told("cluster_several", name=channel.alias, indexes=", ".join(sorted(found))))
    made = found[index]
    meta = made["mappings"].get("_meta") or {}
    return Standing(index, tuple(made["aliases"]), made["settings"]["index"], Commit.of(meta))


def numbered(channel: Channel) -> list[str]:
    """Return all indexes that were made for the alias, whether they are behind it or not."""
    found = channel.ask("GET", f"/{channel.alias}-*/_settings/index.uuid?expand_wildcards=all")
    return sorted((index for index in found if is_numbered(index, channel.alias)), key=number_of)


def is_numbered(index: str, alias: str) -> bool:
    """Tell whether an index was made for the alias; `a-b-1` was for `a-b`, not for `a`."""
    return re.fullmatch(rf"{re.escape(alias)}-[0-9]{{1,9}}", index) is not None


def number_of(index: str) -> int:
    number = re.search(r"-([0-9]{1,9})\Z", index)
    return int(number[1]) if number else 0


def why_anew(commit: Commit | None, archive: Archive) -> Told | None:
    """Return why an index cannot be brought up to the archive, but must be built anew; None if it can."""
    if commit is None or commit.version != VERSION:
        return told("other_analysis")
    if commit.archive != archive.traits.identity() or commit.fingerprint != archive.fingerprint(commit.watermark):
        return ANOTHER_ARCHIVE
    if commit.begun and commit.begun.fingerprint != archive.fingerprint(commit.begun.reach):
        return ANOTHER_ARCHIVE  # what a run that was killed has sent may be of changes that are no more
    return None
