"""What a batch changes -> the groups of copies of one text, kept right in the cluster.

Two documents are copies if they have a band in common and their signatures agree in enough places (index.likeness), and so are copies of copies; a
group is all that are linked, and is called by the smallest of their ids. A new document is compared with those that have one of its bands; where one
leaves, the group that it leaves is worked out anew from its members, for it may have held two parts together.

Invariant: if the groups were right, they are right once all that `regroup` tells of is sent; so they depend on the articles only, not on how these
were batched. Others' new groups are to be acknowledged before the batch itself is sent, so that after a run was killed everything that may have a
wrong group can be reached from what changes and what was to be left (`mend`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from index.cluster.document import kept
from index.likeness import alike, components
from index.segment_file import Array
from index.signature import SIGNATURE_LENGTH, bands

_PAGE = 5000
_MOST_TERMS = 16_384


@dataclass(frozen=True)
class Member:
    """A document that has a signature, so that it may be in a group; `group` is "" if it is in none."""

    id: str
    change: int
    signature: bytes
    group: str = ""


class Documents(Protocol):
    """Where documents are looked up."""

    def having(self, field: str, values: Iterable[str]) -> Iterator[Member]:
        """Yield the documents with any of `values` in `field` (id, group, band), each once."""


class Found:
    """The documents of an index that can be found, as of its last refresh."""

    def __init__(self, search: Any, index: str) -> None:
        self._search = search
        self._index = index

    def having(self, field: str, values: Iterable[str]) -> Iterator[Member]:
        """Yield the documents with any of `values` in `field` (id, group, band), each once."""
        wanted = [*values]
        seen: set[str] = set()
        for start in range(0, len(wanted), _MOST_TERMS):
            for member in self.matching({"terms": {field: wanted[start : start + _MOST_TERMS]}}):
                if member.id not in seen:
                    seen.add(member.id)
                    yield member

    def written_after(self, writing: int) -> Iterator[Member]:
        """Yield the documents that were sent after a writing."""
        return self.matching({"range": {"writing": {"gt": writing}}})

    def matching(self, query: Mapping[str, Any]) -> Iterator[Member]:
        """Yield the documents with a signature that match a query, by id."""
        body: dict[str, Any] = {
            "size": _PAGE,
            "query": {"bool": {"filter": [query, {"exists": {"field": "signature"}}]}},
            "sort": [{"id": "asc"}],
            "docvalue_fields": ["id", "change", "signature", "group"],
            "track_total_hits": False,
        }
        while True:
            hits = self._search(self._index, body)["hits"]["hits"]
            yield from (_member(hit["fields"]) for hit in hits)
            if len(hits) < _PAGE:
                return
            body["search_after"] = hits[-1]["sort"]


def _member(fields: Mapping[str, Sequence[Any]]) -> Member:
    signature = kept(fields["signature"][0])
    return Member(str(fields["id"][0]), int(fields["change"][0]), signature, str(fields.get("group", [""])[0]))


@dataclass(frozen=True)
class Regrouping:
    """What a batch does to groups: those of its own documents that are in any, by id; the other documents that change theirs, with the new ones; and
    the groups that any of its documents leaves.
    """

    groups: Mapping[str, str]
    moved: Sequence[Member]
    left: frozenset[str]


class Copies:
    """The groups of an index, and what was sent to it since its last refresh."""

    def __init__(self, found: Documents) -> None:
        self._found = found
        self._sent: dict[str, Member | None] = {}
        self._ids: dict[tuple[str, str], set[str]] = defaultdict(set)
        """Field and value -> the ids of what was sent, by their last value and earlier ones."""

    def regroup(self, changed: Mapping[str, Member | None]) -> Regrouping:
        """Return what becomes of the groups with a batch.

        `changed` has the new state of each document of the batch: None if it is withdrawn or has no signature.
        """
        left = frozenset(member.group for member in self._having("id", changed) if member.group)
        members = self._gathered(changed, left)
        # Of these groups nobody leaves; there may be more of them than have a band of the batch.
        settled = {id: member.group for id, member in members.items() if id not in changed and member.group not in ("", *left)}
        groups: dict[str, str] = {}
        moved: list[Member] = []
        for linked in _linked([*members.values()], settled):
            whole = {settled[member.id] for member in linked if member.id in settled}
            one = _name(linked, whole)
            far = self._others("group", whole - {one}, members)
            for member in (*linked, *far.values()):
                if member.id in changed:
                    groups[member.id] = one
                elif member.group != one:
                    moved.append(replace(member, group=one))
        return Regrouping(groups, moved, left)

    def _gathered(self, changed: Mapping[str, Member | None], left: Iterable[str]) -> dict[str, Member]:
        """Return the documents of a batch that have signatures, all of the groups `left`, and all that have a band in common with the batch."""
        own = {member.id: member for member in changed.values() if member}
        drawn = {band for member in own.values() for band in bands(member.signature)}
        return {**own, **self._others("group", left, changed), **self._others("band", drawn, changed)}

    def _others(self, field: str, values: Iterable[str], but: Container[str]) -> dict[str, Member]:
        """Return the documents with any of `values` in `field`, by id, `but` some."""
        return {member.id: member for member in self._having(field, values) if member.id not in but}

    def mend(self, dirty: Iterable[Member], left: Iterable[str]) -> list[Member]:
        """Return the documents whose groups are wrong, with the right ones, after a run was killed.

        `dirty` are all documents that it sent, and all whose articles have changed since the commit; `left` the groups that any document was to leave.
        No group is believed: all that can be reached from these through common bands and groups is compared.
        """
        members: dict[str, Member] = {}
        reached = {member.id: member for member in (*dirty, *self._having("group", left))}
        while reached:
            members |= reached
            drawn = {band for member in reached.values() for band in bands(member.signature)}
            groups = {member.group for member in reached.values() if member.group}
            found = [*self._having("group", groups), *self._having("band", drawn)]
            reached = {member.id: member for member in found if member.id not in members}
        wrong = []
        for linked in _linked([*members.values()], {}):
            one = _name(linked, ())
            wrong += [replace(member, group=one) for member in linked if member.group != one]
        return wrong

    def sent(self, members: Mapping[str, Member | None]) -> None:
        """Note what was sent, and what was deleted or has no signature (None)."""
        for id, member in members.items():
            self._sent[id] = member
            if member:
                for band in bands(member.signature):
                    self._ids["band", band].add(id)
                self._ids["group", member.group].add(id)

    def refreshed(self) -> None:
        """Forget what was sent: it is found now."""
        self._sent.clear()
        self._ids.clear()

    def _having(self, field: str, values: Iterable[str]) -> Iterator[Member]:
        wanted = set(values)
        if not wanted:
            return
        yield from (member for member in self._found.having(field, sorted(wanted)) if member.id not in self._sent)
        for id in (
            self._sent.keys() & wanted if field == "id" else set().union(*(self._ids.get((field, value), ()) for value in wanted))
        ):
            member = self._sent[id]
            if member and not wanted.isdisjoint(_values(member, field)):
                yield member


def _values(member: Member, field: str) -> Sequence[str]:
    match field:
        case "id":
            return (member.id,)
        case "group":
            return (member.group,)
        case _:
            return bands(member.signature)


def _name(linked: Sequence[Member], whole: Iterable[str]) -> str:
    """Return what the group of those `linked`, and all in the groups that are in it as a `whole`, is called; "" for one alone."""
    ids = [*(member.id for member in linked), *whole]
    return min(ids) if len(ids) > 1 else ""


def _linked(members: Sequence[Member], settled: Mapping[str, str]) -> Iterator[list[Member]]:
    """Yield the members in sets of those that are copies; those of one group are, if it is `settled` (id -> group), though the link be elsewhere."""
    if not members:
        return
    pairs = [alike(np.frombuffer(b"".join(member.signature for member in members), np.uint8).reshape(-1, SIGNATURE_LENGTH))]
    first: dict[str, int] = {}
    for number, member in enumerate(members):
        if member.id in settled:
            pairs.append(np.array([[first.setdefault(settled[member.id], number), number]]))
    lowest = components(np.concatenate(pairs), len(members))
    yield from _sets(members, lowest)


def _sets(members: Sequence[Member], lowest: Array) -> Iterator[list[Member]]:
    sets: dict[int, list[Member]] = defaultdict(list)
    for member, low in zip(members, lowest.tolist(), strict=True):
        sets[low].append(member)
    yield from sets.values()
