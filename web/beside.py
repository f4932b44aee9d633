"""The page of one facet value and what it found -> the values of another facet that stand beside it, each with the search for both."""

from __future__ import annotations

from corpus.facet import FacetName
from searcher.request import SearchRequest
from searcher.result import FacetValue, ResultPage
from web.address import search_url

BESIDE_SHOWN = 20


def beside(asked: SearchRequest, result: ResultPage, facet: FacetName) -> list[tuple[FacetValue, str]]:
    """Return the values of a facet that most articles of `asked` have, each with the address of the search for both; only for the first page."""
    if asked.page > 1:
        return []
    values = result.facets.get(facet, ())[:BESIDE_SHOWN]
    return [(value, search_url(SearchRequest(selected={**asked.selected, facet: (value.value,)}))) for value in values]
