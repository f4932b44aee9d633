"""Days and facets, chosen and excluded -> which matches of a query they leave, and facet values with counts.

Across facets what is chosen narrows (AND). Within one facet it narrows too where articles have many values (hashtags, documents), unless any
of them is wanted, and widens (OR) where they have one. Invariant: the count beside a value is the total that a click on it gives; a
click on a value that is chosen or excluded takes it away.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

import numpy as np

from corpus.facet import FACET, FACET_NAMES, FacetName
from index.segment_file import Array
from searcher.match.collection import Collection
from searcher.match.resolution import keys_of
from searcher.request import SearchRequest
from searcher.result import FacetValue

EVERY = 1 << 40
"""As `most`: every value, for no facet has so many."""


class Narrowing:
    """What narrows the matches of a query. All masks are over docids (see searcher.match.collection); none is to be written to."""

    def __init__(self, collection: Collection, request: SearchRequest, days: Array) -> None:
        """`days` is the mask of the live documents within the days of the request."""
        self.collection = collection
        self.request = request
        self.days = days
        self._carrying: dict[tuple[FacetName, str], Array] = {}

    def of(self, found: Array, *, ignoring: FacetName | None = None) -> Array:
        """Return those of `found` that days and facets leave; what is chosen of the facet `ignoring` does not count."""
        left = self.unexcluded(found & self.days)
        for facet, values in self.request.selected.items():
            if facet != ignoring:
                left = self.among(left, facet, values)
        return left

    def unexcluded(self, found: Array, *, but: tuple[FacetName, str] | None = None) -> Array:
        """Return those of `found` that carry no excluded value; the value `but` counts as not excluded."""
        for facet, values in self.request.excluded.items():
            for value in values:
                if (facet, value) != but:
                    found = found & ~self.carrying(facet, value)
        return found

    def among(self, found: Array, facet: FacetName, chosen: Iterable[str]) -> Array:
        """Return those of `found` that carry the `chosen` values of a facet: all or any of them, as the request wants it. All if none is chosen."""
        masks = [self.carrying(facet, value) for value in chosen]
        if not masks:
            return found
        within: Array = (np.logical_and if self.request.narrows(facet) else np.logical_or).reduce(masks)
        return found & within

    def carrying(self, facet: FacetName, value: str) -> Array:
        """Return the mask of the documents with a value of a facet, or with any of several if it means several (keys_of)."""
        if (facet, value) not in self._carrying:
            mask = np.zeros(self.collection.docids, bool)
            table = self.collection.facet_table(facet)
            for key in keys_of(self.collection, facet, value):
                mask[table.docids_of(bisect_left(table.keys, key))] = True
            self._carrying[facet, value] = mask
        return self._carrying[facet, value]


class FacetCounts:
    """Counts the values of facets among `found`, the matches of the query before days and facets narrow them."""

    def __init__(self, narrowing: Narrowing, found: Array) -> None:
        self._narrowing = narrowing
        self._found = found
        self._request = narrowing.request

    @cached_property
    def _left(self) -> Array:
        return self._narrowing.of(self._found)

    @cached_property
    def _docids(self) -> Array:
        """The docids of what is left, ascending."""
        return np.flatnonzero(self._left)

    def values(self, facet: FacetName, *, most: int = EVERY) -> tuple[FacetValue, ...]:
        """Return at most `most` values of a facet with hits, most frequent first (months: all, oldest first), and all chosen or excluded."""
        table = self._narrowing.collection.facet_table(facet)
        chosen, excluded = self._request.selected.get(facet, ()), self._request.excluded.get(facet, ())
        held = table.counts(self._reachable(facet))
        present = np.flatnonzero(held)
        if not FACET[facet].is_month:
            present = present[np.lexsort((present, -held[present]))][:most]
        after = self._after_choosing(facet, held)
        values = [
            FacetValue(table.keys[n], table.labels[n], int(after[n]))
            for n in present.tolist()
            if table.keys[n] not in chosen and table.keys[n] not in excluded
        ]
        taken = [self._chosen(facet, value) for value in chosen if value not in excluded]
        taken += [self._excluded(facet, value) for value in excluded]
        if not FACET[facet].is_month:
            return (*taken, *values)
        return tuple(sorted((*taken, *values), key=lambda value: value.value))

    def every(self, *, most: int) -> dict[str, tuple[FacetValue, ...]]:
        """Return for each facet its values, as `values` gives them."""
        return {facet: self.values(facet, most=most) for facet in FACET_NAMES}

    def months(self) -> tuple[FacetValue, ...]:
        """Return the months with how many matches each has, whatever months are chosen, oldest first: what a chart draws."""
        table = self._narrowing.collection.facet_table("month")
        held = table.counts(self._reachable("month"))
        chosen = self._request.selected.get("month", ())
        return tuple(
            FacetValue(table.keys[n], table.labels[n], int(held[n]), table.keys[n] in chosen)
            for n in np.flatnonzero(held).tolist()
        )

    def anytime(self) -> int:
        """Return how many matches there are without days and months."""
        every = Narrowing(self._narrowing.collection, self._request, self._narrowing.collection.live_mask)
        return int(np.count_nonzero(every.of(self._found, ignoring="month")))

    def _widens(self, facet: FacetName) -> bool:
        return bool(self._request.selected.get(facet)) and not self._request.narrows(facet)

    def _reachable(self, facet: FacetName) -> Array:
        """Return the docids of the matches that can be shown when one more value of a facet is chosen."""
        if not self._widens(facet):
            return self._docids
        return np.flatnonzero(self._narrowing.of(self._found, ignoring=facet))

    def _after_choosing(self, facet: FacetName, held: Array) -> Array:
        """Return for each value of a facet the total once it is chosen, too; `held` says how many reachable matches carry it."""
        if not self._widens(facet):
            return held
        added = self._narrowing.of(self._found, ignoring=facet) & ~self._left
        counts: Array = self._docids.size + self._narrowing.collection.facet_table(facet).counts(np.flatnonzero(added))
        return counts

    def _chosen(self, facet: FacetName, value: str) -> FacetValue:
        return FacetValue(value, self._label(facet, value), self._total_without_value(facet, value), selected=True)

    def _excluded(self, facet: FacetName, value: str) -> FacetValue:
        chosen = value in self._request.selected.get(facet, ())
        return FacetValue(value, self._label(facet, value), self._total_without_value(facet, value), chosen, excluded=True)

    def _total_without_value(self, facet: FacetName, value: str) -> int:
        """Return how many matches there are once a value is neither chosen nor excluded."""
        left = self._narrowing.unexcluded(self._found & self._narrowing.days, but=(facet, value))
        for name, values in self._request.selected.items():
            others = [other for other in values if (name, other) != (facet, value)]
            left = self._narrowing.among(left, name, others)
        return int(np.count_nonzero(left))

    def _label(self, facet: FacetName, value: str) -> str:
        table = self._narrowing.collection.facet_table(facet)
        keys = keys_of(self._narrowing.collection, facet, value)
        return " / ".join(table.labels[bisect_left(table.keys, key)] for key in keys) or value


def count_facets(narrowing: Narrowing, found: Array, *, most: int) -> dict[str, tuple[FacetValue, ...]]:
    """Return for each facet its values among the matches `found`, as FacetCounts.values gives them."""
    return FacetCounts(narrowing, found).every(most=most)
