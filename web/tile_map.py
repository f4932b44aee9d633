"""Provinces and their counts -> a map of squares that the server draws, one a province, the darker the more articles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

WIDTH, HEIGHT = 66, 50
"""Pixels of a square, its gap included."""
_GAP = 2
_FAINTEST, _STRONGEST = 0.04, 0.42
"""How strong the colour is where there are no articles, and where there are most; letters stay readable on it."""
_LONGEST_LINE = 8  # characters


@dataclass(frozen=True)
class Tile:
    """A province's square at `x`, `y`: its key, its name in one or two lines, how many articles, how strong its colour is."""

    key: str
    label: str
    lines: tuple[str, ...]
    count: int
    x: int
    y: int
    strength: float


@dataclass(frozen=True)
class TileMap:
    """All squares, and the size of the map in pixels; `side` and `rise` are the size of one."""

    tiles: tuple[Tile, ...]
    width: int
    height: int
    side: int = WIDTH - _GAP
    rise: int = HEIGHT - _GAP


def tile_map(counts: Mapping[str, int], labels: Mapping[str, str]) -> TileMap:
    """Return the map of the provinces that `labels` names by their keys, those without a count with none."""
    most = max((counts.get(key, 0) for key in _squares()), default=0)
    tiles = tuple(
        Tile(
            key,
            labels[key],
            _lines(labels[key]),
            count := counts.get(key, 0),
            column * WIDTH,
            row * HEIGHT,
            round(_FAINTEST + (_STRONGEST - _FAINTEST) * math.sqrt(count / most if most else 0), 3),
        )
        for key, (column, row) in _squares().items()
    )
    columns, rows = (1 + max(place[axis] for place in _squares().values()) for axis in (0, 1))
    return TileMap(tiles, columns * WIDTH - _GAP, rows * HEIGHT - _GAP)


def _lines(label: str) -> tuple[str, ...]:
    """Return a name in two lines if it is too long for one."""
    if len(label) <= _LONGEST_LINE:
        return (label,)
    words = label.split()
    middle = (len(words) + 1) // 2
    return " ".join(words[:middle]), " ".join(words[middle:])


@cache
def _squares() -> Mapping[str, tuple[int, int]]:
    """Return the column and row of each province's square."""
    lines = files("web").joinpath("data/province_tiles.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {key: (int(column), int(row)) for key, column, row in rows}
