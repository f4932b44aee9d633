"""Matching documents -> facet values with counts.

Within one facet the chosen values are alternatives (OR), across facets they narrow each other (AND); a facet's counts ignore its own
selection, so each count equals the total that choosing just that value would show.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np

from index.segment_file import Array
from searcher.collection import Collection, FacetTable
from searcher.evaluation import Evaluation
from searcher.query import FacetName
from searcher.request import FACETS
from searcher.result import FacetValue

EVERY = 1 << 40
"""More values than a facet has."""


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


def without(
    masks: Sequence[Array], evaluations: Sequence[Evaluation], excluded: Mapping[FacetName, tuple[str, ...]]
) -> list[Array]:
    """Return the masks without the documents that carry an excluded value."""
    left = list(masks)
    for facet, values in excluded.items():
        for value in values:
            left = [mask & ~evaluation.facet_mask(facet, value) for mask, evaluation in zip(left, evaluations, strict=True)]
    return left


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
    excluded: Mapping[FacetName, tuple[str, ...]] | None = None,
) -> dict[str, tuple[FacetValue, ...]]:
    """Return for each facet its values with hits, most frequent first (months: oldest first, all), at most `most` and all chosen or excluded."""
    everything = np.flatnonzero(collection.joined(narrow(base, selections)))
    facets: dict[str, tuple[FacetValue, ...]] = {}
    for facet in FACETS:
        places = (
            np.flatnonzero(collection.joined(narrow(base, selections, ignoring=facet))) if facet in selections else everything
        )
        facets[facet] = _values(collection, facet, places, selected.get(facet, ()), (excluded or {}).get(facet, ()), most)
    return facets


def _values(
    collection: Collection, facet: FacetName, places: Array, chosen: tuple[str, ...], excluded: tuple[str, ...], most: int
) -> tuple[FacetValue, ...]:
    table: FacetTable = collection.facet(facet)
    counts = table.counts(places)
    present = np.flatnonzero(counts)
    if facet != "month":
        present = present[np.lexsort((present, -counts[present]))][:most]
    values = [FacetValue(table.keys[n], table.labels[n], int(counts[n]), table.keys[n] in chosen) for n in present.tolist()]
    shown = {value.value for value in values}
    for value in dict.fromkeys((*chosen, *excluded)):
        if value not in shown:
            n = bisect_left(table.keys, value)
            known = n < len(table.keys) and table.keys[n] == value
            label, count = (table.labels[n], int(counts[n])) if known else (value, 0)
            values.append(FacetValue(value, label, count, value in chosen, value in excluded))
    return tuple(values)
