from __future__ import annotations

from datetime import date

import pytest

from searcher.query.tree import And, Everything, FacetFilter, Leaf, Near, Node, Not, Or, Phrase, Prefix, Published, Term, leaves

A, B = Term("á", "a", "á"), Term("b", "b", "b")
C = Prefix("c", "c", "c")
TAG = FacetFilter("tag", "nông_thôn_mới")
YEAR = Published(date(2022, 1, 1), date(2022, 12, 31))
PHRASE, NEAR = Phrase((A, C)), Near((B, A), 3)


@pytest.mark.parametrize(
    ("node", "found"),
    [
        (Everything(), []),
        (A, [A]),
        (TAG, []),
        (YEAR, []),
        (Not(A), []),
        (PHRASE, [PHRASE]),
        (And((B, Or((NEAR, A)), TAG, Not(And((A, C))), C, A)), [B, NEAR, A, C, A]),
        (Or((And((YEAR, A)), Not(Not(B)))), [A]),
    ],
)
def test_leaves_stand_in_typed_order_and_are_not_denied(node: Node, found: list[Leaf]) -> None:
    assert leaves(node) == found


def test_where_a_node_was_typed_is_no_part_of_what_it_asks() -> None:
    typed_elsewhere = Term("á", "a", "á", span=(7, 8))
    assert typed_elsewhere == A
    assert len({And((A, FacetFilter("tag", "x", (1, 2)))), And((typed_elsewhere, FacetFilter("tag", "x", (3, 4))))}) == 1


@pytest.mark.parametrize(
    ("node", "other"),
    [
        (A, Term("á", "a", "á", title_only=True)),
        (A, Prefix("á", "a", "á")),
        (NEAR, Near((B, A), 4)),
        (And((A, B)), And((B, A))),
        (And((A, B)), Or((A, B))),
    ],
)
def test_what_asks_something_else_is_not_equal(node: Node, other: Node) -> None:
    assert node != other
