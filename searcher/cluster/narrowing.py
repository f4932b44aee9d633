"""Days and facets, chosen and excluded -> what of a query's matches they leave, as queries of the cluster (see searcher.match.facet_count)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corpus.facet import FacetName
from searcher.cluster.translation import Query, either, every, published
from searcher.match.collection import Collection
from searcher.match.resolution import keys_of
from searcher.query.tree import Published
from searcher.request import SearchRequest


@dataclass(frozen=True)
class ClusterNarrowing:
    """What narrows the matches of a query of `request`."""

    collection: Collection
    request: SearchRequest

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        request = self.request
        return bool(request.first_day or request.last_day or any(request.selected.values()) or any(request.excluded.values()))

    def query(
        self, *, ignoring: FacetName | None = None, dated: bool = True, without: tuple[FacetName, str] | None = None
    ) -> Query:
        """Return the query for what is left.

        Without what is chosen of the facet `ignoring`; without the days unless `dated`; as if the one value `without` were neither
        chosen nor excluded.
        """
        request = self.request
        left = []
        if dated and (request.first_day or request.last_day):
            left.append(published(Published(request.first_day, request.last_day)))
        for facet, values in request.selected.items():
            if facet != ignoring:
                left.append(self.among(facet, [value for value in values if (facet, value) != without]))
        for facet, values in request.excluded.items():
            unwanted = [self.carrying(facet, value) for value in values if (facet, value) != without]
            left += [{"bool": {"must_not": [query]}} for query in unwanted]
        return every(left)

    def among(self, facet: FacetName, chosen: Iterable[str]) -> Query:
        """Return the query for what carries the `chosen` values of a facet: all or any of them, as the request wants it."""
        carrying = [self.carrying(facet, value) for value in chosen]
        if self.request.narrows(facet) or not carrying:
            return every(carrying)
        return either(carrying)

    def carrying(self, facet: FacetName, value: str) -> Query:
        """Return the query for what carries a value of a facet, or any of several if it means several."""
        return {"terms": {facet: list(keys_of(self.collection, facet, value))}}
