"""Matching documents -> facet values with counts.

Within one facet the chosen values are alternatives (OR), across facets they narrow each other (AND); a facet's counts ignore its own
selection, so each count equals the total that choosing just that value would show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from index.segment_file import Array
from searcher.collection import Collection, FacetTable
from searcher.evaluation import Evaluation
from searcher.query import FacetName
from searcher.request import FACETS
from searcher.result import FacetValue


def selection_masks(
    evaluations: Sequence[Evaluation], selected: Mapping[FacetName, tuple[str, ...]]
) -> dict[FacetName, list[Array]]:
    """Return for each facet with a selection the masks, per segment, of the documents that carry one of the chosen values."""
    masks: dict[FacetName, list[Array]] = {}
    for facet, values in selected.items():
        if values:
            masks[facet] = [
                np.logical_or.reduce([evaluation.facet_mask(facet, value) for value in values]) for evaluation in evaluations
            ]
    return masks


def narrow(
    base: Sequence[Array], selections: Mapping[FacetName, list[Array]], *, ignoring: FacetName | None = None
) -> list[Array]:
    """Return the base masks narrowed by every facet's selection but that of `ignoring`."""
    narrowed = list(base)
    for facet, masks in selections.items():
        if facet != ignoring:
            narrowed = [here & mask for here, mask in zip(narrowed, masks, strict=True)]
    return narrowed


def count_facets(
    collection: Collection,
    base: Sequence[Array],
    selections: Mapping[FacetName, list[Array]],
    selected: Mapping[FacetName, tuple[str, ...]],
    *,
    most: int,
) -> dict[str, tuple[FacetValue, ...]]:
    """Return for each facet its values with hits, most frequent first (months: oldest first, all of them), at most `most` and all chosen."""
    everything = np.flatnonzero(collection.joined(narrow(base, selections)))
    facets: dict[str, tuple[FacetValue, ...]] = {}
    for facet in FACETS:
        places = (
            np.flatnonzero(collection.joined(narrow(base, selections, ignoring=facet))) if facet in selections else everything
        )
        facets[facet] = _values(collection, facet, places, selected.get(facet, ()), most)
    return facets


def _values(
    collection: Collection, facet: FacetName, places: Array, chosen: tuple[str, ...], most: int
) -> tuple[FacetValue, ...]:
    table: FacetTable = collection.facet(facet)
    counts = table.counts(places)
    present = np.flatnonzero(counts)
    if facet != "month":
        present = present[np.lexsort((present, -counts[present]))][:most]
    values = [FacetValue(table.keys[n], table.labels[n], int(counts[n]), table.keys[n] in chosen) for n in present.tolist()]
    shown = {value.value for value in values}
    numbers = {key: n for n, key in enumerate(table.keys) if key in chosen}
    for value in chosen:
        if value not in shown:
            n = numbers.get(value)
            values.append(
                FacetValue(value, table.labels[n] if n is not None else value, int(counts[n]) if n is not None else 0, True)
            )
    return tuple(values)
