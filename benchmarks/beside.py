"""Engines beside ours, over the same articles and asked the same queries -> how well they rank, and how far from ours.

Each is built in a process of its own and asked in others. Of its ways of asking the better is shown, column by column.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from expert import ExpertOpenSearch
from measured import Judged, Measured, difference, header, row
from peer import Fts5, Peer, StockWhoosh
from tqdm import tqdm

from corpus.archive import ARCHIVE_FILE, Archive

PEERS: tuple[type[Peer], ...] = (Fts5, StockWhoosh, ExpertOpenSearch)
_PEER: list[Peer] = []


@dataclass(frozen=True)
class Column:
    """Queries judged alike (`measure` is MRR@10 or nDCG@10), and how well ours ranks for them."""

    measure: str
    queries: Sequence[Judged]
    ours: Measured


def _build(kind: type[Peer], folder: Path, archive: Path) -> float:
    started = time.perf_counter()
    folder.mkdir()
    with Archive.open(archive, read_only=True) as kept:
        kind(folder, 1).build(kept.articles())
    return time.perf_counter() - started


def _open(kind: type[Peer], folder: Path) -> None:
    _PEER.append(kind(folder, 1))
    _PEER[-1].open()


def _ask(query: str, way: str) -> tuple[list[int], float]:
    started = time.perf_counter()
    found = _PEER[-1].best(query, way)
    return found, time.perf_counter() - started


def show_peers(home: Path, columns: Mapping[str, Column], processes: int) -> None:
    """Print two lines for each column and peer: how well it ranks, and its difference from ours."""
    spawn = get_context("spawn")
    with Archive.open(home / ARCHIVE_FILE, read_only=True) as archive:
        ids = [article.id for article in archive.articles()]
    with tempfile.TemporaryDirectory() as folder:
        places = {kind: Path(folder) / kind.__name__ for kind in PEERS}
        with ProcessPoolExecutor(processes, spawn) as pool:
            building = {kind: pool.submit(_build, kind, places[kind], home / ARCHIVE_FILE) for kind in PEERS}
            for kind, built in building.items():
                print(f"{kind.name} built in {built.result():.0f} s", file=sys.stderr, flush=True)
        for kind in PEERS:
            with ProcessPoolExecutor(processes, spawn, _open, (kind, places[kind])) as pool:
                above = ""
                for name, column in columns.items():
                    if column.queries:
                        if column.measure != above:
                            print(header(above := column.measure))
                        way, measured = _best_way(kind, pool, name, column.queries, ids)
                        print(row(f"{kind.name}, {way}: {name}", measured))
                        print(difference("  ours is better by", column.ours, measured), flush=True)


def _best_way(
    kind: type[Peer], pool: ProcessPoolExecutor, about: str, queries: Sequence[Judged], ids: Sequence[str]
) -> tuple[str, Measured]:
    """Return the way of asking that ranks better, and how well."""
    measured: dict[str, Measured] = {}
    for way in kind.ways:
        asking = pool.map(_ask, [each.query for each in queries], [way] * len(queries), chunksize=8)
        found = list(tqdm(asking, total=len(queries), desc=f"{kind.name}, {way}: {about}", leave=False, disable=None))
        gains = [each.gain([ids[number] for number in numbers]) for each, (numbers, _) in zip(queries, found, strict=True)]
        measured[way] = Measured(gains, sum(seconds for _, seconds in found))
    return max(measured.items(), key=lambda pair: pair[1].mean)
