"""The ranking with one ingredient less, or another number -> how much worse or better what is right is ranked.

Each variant is compared with the ranking as it stands, query by query. What only retrieval decides is asked without a page being made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

from home import PATIENCE
from measured import DEPTH, Judged, Measured, mean_and_margin, measure
from tqdm import tqdm

import searcher.rank.retrieval
from index.snapshot import INDEX_FOLDER, open_snapshot
from searcher.deadline import Deadline
from searcher.match.collection import Collection
from searcher.meaning.interpretation import interpret
from searcher.rank.retrieval import full_matches_wanted, retrieve
from searcher.rank.weighting import RankingParameters
from searcher.request import SearchRequest

AS_IT_IS = RankingParameters()


def _one(parts: int) -> int:
    return 1


def _all(parts: int) -> int:
    return 1_000_000_000


@dataclass(frozen=True)
class Variant:
    """What is ranked otherwise; `full_matches_wanted` is of searcher.rank.retrieval."""

    name: str
    parameters: RankingParameters = AS_IT_IS
    expand: bool = True
    full_matches_wanted: Callable[[int], int] = full_matches_wanted


def _changed(name: str, **numbers: float) -> Variant:
    return Variant(name, replace(AS_IT_IS, **numbers))  # type: ignore[arg-type]


VARIANTS = (
    Variant("as it is"),
    _changed("no words: word_weight 0", word_weight=0.0),
    _changed("no words, syllables in full", word_weight=0.0, syllable_weight=1.0, lone_syllable_weight=1.0),
    _changed("words only: syllable weights 0", syllable_weight=0.0, lone_syllable_weight=0.0),
    _changed("no syllables of words: syllable_weight 0", syllable_weight=0.0),
    _changed("syllables of words in full: syllable_weight 1", syllable_weight=1.0),
    _changed("lone syllables not raised: lone_syllable_weight 1", lone_syllable_weight=1.0),
    _changed(
        "no proximity, no lead: plain BM25F",
        pair_weight=0.0,
        wordless_pair_weight=0.0,
        window_weight=0.0,
        lead_weight=0.0,
        row_weight=0.0,
        row_presence=0.0,
    ),
    _changed("no pairs: pair weights 0", pair_weight=0.0, wordless_pair_weight=0.0),
    _changed("pair_weight 0.75", pair_weight=0.75),
    _changed("pairs no more without words: wordless_pair_weight 0.5", wordless_pair_weight=0.5),
    _changed("pairs no more in short queries: few_pairs 0", few_pairs=0.0),
    _changed("no windows: window_weight 0", window_weight=0.0),
    _changed("no lead: lead_weight 0", lead_weight=0.0),
    _changed("no row: row_weight, row_presence 0", row_weight=0.0, row_presence=0.0),
    _changed("no feedback: feedback_weight 0", feedback_weight=0.0),
    _changed("feedback_weight 0.3", feedback_weight=0.3),
    _changed("feedback by the first alone: feedback_documents 1", feedback_documents=1),
    _changed("candidates 100", candidates=100),
    _changed("candidates 1000", candidates=1000),
    _changed("as typed counts no more: typed_frequency 0", typed_frequency=0.0),
    _changed("unmarked counts in full: unmarked_frequency 1", unmarked_frequency=1.0),
    Variant("no expansion", expand=False),
    Variant("partial matches only where nothing is complete", full_matches_wanted=_one),
    Variant("partial matches always", full_matches_wanted=_all),
    _changed("k1 0.9", k1=0.9),
    _changed("b 0.6", b=0.6),
)

_COLLECTIONS: list[Collection] = []


def _open(home: Path) -> None:
    _COLLECTIONS.append(Collection(open_snapshot(home / INDEX_FOLDER)))


def _run(number: int, columns: Mapping[str, Sequence[Judged]]) -> list[Measured]:
    variant, collection = VARIANTS[number], _COLLECTIONS[-1]
    ids = [id.decode() for id in collection.joined([segment.ids for segment in collection.segments]).tolist()]

    def ask(query: str) -> list[str]:
        request = SearchRequest(query, expand=variant.expand, fold=False)
        found = retrieve(collection, interpret(collection, request).node, request, Deadline.after(PATIENCE))
        return [ids[place] for place in found.ordered(DEPTH, variant.parameters)[0].tolist()]

    with patch.object(searcher.rank.retrieval, "full_matches_wanted", variant.full_matches_wanted):
        return [measure(ask, items, column) for column, items in columns.items()]


def ablate(home: Path, columns: Mapping[str, Sequence[Judged]], *, processes: int) -> None:
    """Print a line for each variant: MRR@10 or nDCG@10 of each column, and the difference from the ranking as it is with its 95 % interval."""
    print(f"{'ranking':52}" + "".join(f" {column:>26}" for column in columns) + f" {'ms/query':>9}", flush=True)
    base: list[Measured] = []
    with ProcessPoolExecutor(processes, get_context("spawn"), _open, (home,)) as pool:
        running = [pool.submit(_run, number, columns) for number in range(len(VARIANTS))]
        for variant, future in zip(tqdm(VARIANTS, desc="ablation", disable=None), running, strict=True):
            measured = future.result()
            base = base or measured
            cells = []
            for own, other in zip(measured, base, strict=True):
                mean, margin = mean_and_margin([a - b for a, b in zip(own.gains, other.gains, strict=True)])
                cells.append(f" {own.mean:8.4f} {mean:+7.4f} ± {margin:.4f}")
            seconds = sum(each.seconds for each in measured) / sum(len(each.gains) for each in measured)
            print(f"{variant.name:52}" + "".join(cells) + f" {seconds * 1000:9.1f}", flush=True)
