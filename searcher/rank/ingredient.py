"""What the ingredients of a ranking give many documents, each as an array -> what each document's score is the sum of."""

from __future__ import annotations

from collections.abc import Iterable

from index.segment_file import Array
from searcher.result import Ingredient, IngredientName

DIGITS = 6
"""Behind the point, as many as a score has."""


def ingredients_of(given: Iterable[tuple[IngredientName, str, Array]], size: int) -> list[tuple[Ingredient, ...]]:
    """Return for each of `size` documents what it is given, in the order of `given`; nothing that gives it nothing."""
    of_each: list[list[Ingredient]] = [[] for _ in range(size)]
    for name, of, values in given:
        for own, value in zip(of_each, values.tolist(), strict=True):
            if rounded := round(value, DIGITS):
                own.append(Ingredient(name, of, rounded))
    return list(map(tuple, of_each))
