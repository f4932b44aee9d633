"""What an article's page asks of a cluster -> the answer, or nothing while there is none: the article is read without."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from searcher.deadline import DeadlineExceeded, lack
from searcher.engine import AWAY

_T = TypeVar("_T")
_N = TypeVar("_N")
_P = ParamSpec("_P")


def or_nothing(nothing: Callable[[], _N]) -> Callable[[Callable[_P, _T]], Callable[_P, _T | _N]]:
    """Have a method answer with `nothing`, and note that this is lacking, while the cluster is away or if it takes longer than a search may."""

    def bearing(ask: Callable[_P, _T]) -> Callable[_P, _T | _N]:
        @wraps(ask)
        def asked(*given: _P.args, **named: _P.kwargs) -> _T | _N:
            try:
                return ask(*given, **named)
            except (*AWAY, DeadlineExceeded):
                lack()
                return nothing()

        return asked

    return bearing
