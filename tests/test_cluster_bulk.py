"""What is sent to a cluster, and what a commit says, without any: chunks, versions, `_meta`, disks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.paper import Paper, PaperTable
from index.cluster.bulk import MOST_BYTES, MOST_DOCUMENTS, Sending, chunked, version
from index.cluster.commit import Begun, Commit
from index.cluster.diagnosis import least_free
from index.cluster.hold import fences, leases, new_fence


@given(st.lists(st.one_of(st.none(), st.integers(0, MOST_BYTES * 2)), max_size=40))
def test_chunks_are_bounded_and_in_order(sizes: list[int | None]) -> None:
    sendings = [Sending(str(number), 1, None if size is None else bytes(size)) for number, size in enumerate(sizes)]
    chunks = [*chunked(sendings)]
    assert [sending for chunk in chunks for sending in chunk] == sendings
    for chunk in chunks:
        assert len(chunk) == 1 or sum(len(each.document or b"") for each in chunk) <= MOST_BYTES


def test_chunks_of_many() -> None:
    assert [len(chunk) for chunk in chunked(Sending("a", 1, b"{}") for _ in range(MOST_DOCUMENTS + 1))] == [MOST_DOCUMENTS, 1]


@given(
    st.tuples(st.integers(1, 1 << 34), st.integers(0, (1 << 28) - 1)),
    st.tuples(st.integers(1, 1 << 34), st.integers(0, (1 << 28) - 1)),
)
def test_versions_are_ordered_as_changes_and_then_writings(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert (version(*one) < version(*other)) == (one < other)
    assert version(*one) < 1 << 63


def test_a_commit_says_all_of_itself() -> None:
    papers = PaperTable((Paper("Báo Một", ("mot.example",), ("Một",)),), (("hai.example", "Hai"),))
    begun = Begun(7, 12, "f", papers, frozenset("ab"), shows=True)
    for commit in (Commit("x"), Commit("x", 3, papers=papers, begun=begun, writing=2, fingerprint="g").next()):
        assert Commit.of(json.loads(json.dumps(commit.meta()))) == commit


@pytest.mark.parametrize(
    "meta", [{}, {"version": "1"}, {**Commit("x").meta(), "watermark": "?"}, {**Commit("x").meta(), "papers": "{}"}]
)
def test_what_is_no_commit(meta: dict[str, Any]) -> None:
    assert Commit.of(meta) is None


def test_each_commit_has_a_name_of_its_own() -> None:
    first = Commit("x").next()
    assert first.next(watermark=4).commit != first.commit
    assert first.next().generation == 2


def test_names_of_aliases() -> None:
    fence = new_fence("a-1")
    lease = f"a-1-until-1800000000-{'0' * 16}-{'1' * 16}"
    assert fences(["a", fence, lease]) == [fence]
    assert leases(["a", fence, lease]) == [lease]


@pytest.mark.parametrize(
    ("watermark", "free"),
    [("85%", 150.0), ("0.9", 100.0), ("500b", 500.0), ("1kb", 1024.0), ("2.5gb", 2.5 * (1 << 30)), ("", 0.0)],
)
def test_how_much_must_be_free(watermark: str, free: float) -> None:
    assert least_free(watermark, 1000) == pytest.approx(free)
