"""No function has more than 15 ways through it, those that `and` and `or` open counted too (which ruff's C901 does not)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from test_imports import ROOT, modules

MOST = 15
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_BRANCHES = (ast.If, ast.For, ast.While, ast.ExceptHandler, ast.Assert, ast.IfExp, ast.match_case)


def complexity(function: ast.AST) -> int:
    """Return McCabe's number of a function, each operand of `and` and `or` after the first a branch; functions in it are others."""
    return 1 + sum(_opened(node) for node in _own(function))


def _own(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, _FUNCTIONS):
            yield from _own(child)


def _opened(node: ast.AST) -> int:
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    return int(isinstance(node, _BRANCHES))


@pytest.mark.parametrize(
    ("code", "expected"), [("lambda a: a", 1), ("lambda a: a and b or c", 3), ("lambda a: [x for x in a if x]", 3)]
)
def test_how_ways_are_counted(code: str, expected: int) -> None:
    assert complexity(ast.parse(code, mode="eval").body) == expected


def test_no_function_has_too_many_ways_through_it() -> None:
    too_many = {
        f"{path.relative_to(ROOT)}:{node.lineno}": count
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, _FUNCTIONS) and (count := complexity(node)) > MOST
    }
    assert too_many == {}
