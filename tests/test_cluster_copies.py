"""index.cluster.copies and index.likeness: groups are those of all documents at once, however they came, changed and left."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cluster.copies import Copies, Member
from index.likeness import ENOUGH, alike, components
from index.signature import SIGNATURE_LENGTH, bands


class Shelf:
    """Documents in memory, found as of the last refresh."""

    def __init__(self) -> None:
        self.there: dict[str, Member] = {}
        self.found: dict[str, Member] = {}

    def having(self, field: str, values: Iterable[str]) -> Iterator[Member]:
        wanted = set(values)
        for member in self.found.values():
            own = {"id": [member.id], "group": [member.group], "band": bands(member.signature)}[field]
            if not wanted.isdisjoint(own):
                yield member


def are_copies(one: bytes, other: bytes) -> bool:
    agree = sum(first == second for first, second in zip(one, other, strict=True))
    return agree >= ENOUGH and not set(bands(one)).isdisjoint(bands(other))


def by_definition(members: Iterable[Member]) -> dict[str, str]:
    """Return the group of each document that has copies: by comparing all with all."""
    left = {member.id: member for member in members}
    groups = {}
    while left:
        _, first = left.popitem()
        linked, queue = {first.id}, [first]
        while queue:
            here = queue.pop()
            for member in [member for member in left.values() if are_copies(here.signature, member.signature)]:
                linked.add(member.id)
                queue.append(left.pop(member.id))
        if len(linked) > 1:
            groups |= dict.fromkeys(linked, min(linked))
    return groups


def drawn(chance: random.Random, like: bytes | None = None) -> bytes:
    """Return a signature of chance, or one that differs from another in so many places that it may be of a copy or not."""
    if like is None:
        return bytes(chance.randrange(1, 256) for _ in range(SIGNATURE_LENGTH))
    changed = bytearray(like)
    for place in chance.sample(range(SIGNATURE_LENGTH), chance.choice((0, 5, 15, 25, 26, 40))):
        changed[place] = chance.randrange(256)
    return bytes(changed)


def batches_of(chance: random.Random, count: int) -> Iterator[dict[str, Member | None]]:
    """Yield batches of documents that are new, changed or withdrawn; most are like one of a few."""
    known = [drawn(chance) for _ in range(3)]
    for number in range(count):
        batch: dict[str, Member | None] = {}
        for _ in range(chance.randint(1, 12)):
            id = f"{chance.randrange(40):02}"
            if chance.random() < 0.25:
                batch[id] = None
                continue
            signature = drawn(chance, chance.choice(known))
            known[chance.randrange(3)] = signature if chance.random() < 0.3 else known[0]
            batch[id] = Member(id, number, signature)
        yield batch


def send(shelf: Shelf, copies: Copies, members: dict[str, Member | None]) -> None:
    for id, member in members.items():
        shelf.there.pop(id, None)
        if member:
            shelf.there[id] = member
    copies.sent(members)


@pytest.mark.parametrize("seed", range(40))
def test_groups_do_not_depend_on_batches(seed: int) -> None:
    chance = random.Random(seed)
    shelf = Shelf()
    copies = Copies(shelf)
    grouped = 0
    for batch in batches_of(chance, 25):
        regrouping = copies.regroup(batch)
        groups, moved = regrouping.groups, regrouping.moved
        assert all(shelf.there[member.id].group != member.group for member in moved)
        send(shelf, copies, {member.id: member for member in moved})
        send(shelf, copies, {id: member and replace(member, group=groups.get(id, "")) for id, member in batch.items()})
        if chance.random() < 0.3:
            shelf.found = dict(shelf.there)
            copies.refreshed()
        expected = by_definition(shelf.there.values())
        assert {member.id: member.group for member in shelf.there.values() if member.group} == expected
        grouped += len(expected)
    assert grouped > 100


@pytest.mark.parametrize("seed", range(40))
def test_a_run_that_was_killed_is_mended(seed: int) -> None:
    """Whatever part of the last batch was sent: the next run looks at what was sent since the commit, and at what it will change."""
    chance = random.Random(seed)
    shelf = Shelf()
    for batch in batches_of(chance, 25):
        copies = Copies(shelf)
        regrouping = copies.regroup(batch)
        groups, moved = regrouping.groups, regrouping.moved
        steps: list[tuple[str, Member | None]] = [(member.id, member) for member in moved]
        steps += [(id, member and replace(member, group=groups.get(id, ""))) for id, member in batch.items()]
        sent: set[str] = set()
        others = len(moved)
        first, second = steps[:others], steps[others:]
        chance.shuffle(first)
        chance.shuffle(second)
        for id, member in (first + second)[: chance.randint(0, len(steps))]:
            send(shelf, copies, {id: member})
            sent.add(id)
        shelf.found = dict(shelf.there)
        mended = Copies(shelf)
        wrong = mended.mend((shelf.there[id] for id in {*sent, *batch} if id in shelf.there), regrouping.left)
        send(shelf, mended, {member.id: member for member in wrong})
        shelf.found = dict(shelf.there)
        assert {member.id: member.group for member in shelf.there.values() if member.group} == by_definition(shelf.there.values())


@given(st.integers(0, 2**32), st.integers(1, 30))
def test_alike_links_all_copies(seed: int, count: int) -> None:
    chance = random.Random(seed)
    known = [drawn(chance) for _ in range(2)]
    signatures = [drawn(chance, chance.choice(known)) for _ in range(count)]
    lowest = components(alike(np.frombuffer(b"".join(signatures), np.uint8).reshape(-1, SIGNATURE_LENGTH)), count)
    groups = by_definition(Member(f"{number:02}", 0, signature) for number, signature in enumerate(signatures))
    assert [f"{low:02}" for low in lowest] == [groups.get(f"{number:02}", f"{number:02}") for number in range(count)]
