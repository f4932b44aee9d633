"""A search <-> the address of the page that shows it: a page's whole state is in its URL.

Whatever a reader can click is made by changing the request and asking for its address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

from flask import current_app, url_for
from flask import request as asked_of_us
from werkzeug.datastructures import MultiDict

from corpus.facet import FacetName
from searcher.parameter import BadParameter, encoded, parameters, read_parameters
from searcher.request import SearchRequest
from web.density import COMPACT, VIEW, is_compact


def read_request(args: MultiDict[str, str], *, size: int = 10) -> tuple[SearchRequest, tuple[BadParameter, ...]]:
    """Return the search that the parameters of an address ask for, and what in them was not understood. Never raises."""
    return read_parameters(args.items(multi=True), size=size)


def pairs(request: SearchRequest) -> list[tuple[str, str]]:
    """Return the named values of a page's address: those of the search, and the view, if the page being made has another than the usual."""
    return [*parameters(request), *([(VIEW, COMPACT)] if is_compact() else [])]


def search_url(request: SearchRequest, *, anchor: str = "", compact: bool | None = None) -> str:
    """Return the path of the page that shows `request`, with `anchor` as its fragment; in the view of the page being made, if none is said."""
    view = f"{VIEW}={COMPACT}" if (is_compact() if compact is None else compact) else ""
    query = "&".join(filter(None, (encoded(request), view)))
    return url_for("search.results") + (f"?{query}" if query else "") + (f"#{anchor}" if anchor else "")


def article_url(path: str, request: SearchRequest | None = None, *, change: int | None = None) -> str:
    """Return the address of an article's permalink `path`, carrying the search that led there; of its revision `change`, or the newest."""
    query = urlencode([*(pairs(request) if request else []), *([("ban", str(change))] if change else [])])
    return url_for("article.show", name=path.rpartition("/")[2]) + (f"?{query}" if query else "")


def site() -> str:
    """Return the address of the whole site, without a slash at its end: as configured, else as the reader called it."""
    return str(current_app.config["BASE_URL"]) or asked_of_us.url_root.rstrip("/")


def here() -> str:
    """Return the full address of the page that is being made."""
    query = asked_of_us.query_string.decode("ascii", "replace")
    return site() + quote(asked_of_us.path) + (f"?{query}" if query else "")


def full(path: str) -> str:
    """Return a path that url_for made as a full address."""
    return site() + path.removeprefix(asked_of_us.root_path if path.startswith(asked_of_us.root_path + "/") else "")


def away_url(request: SearchRequest, extension: str) -> str:
    """Return the address of all hits of a search as a file or a feed: `csv`, `xlsx`, `jsonl`, `ris`, `bib`, `atom`."""
    query = encoded(replace(request, page=1, size=10, fold=True, near=True))  # a file has every full match and no other
    path = url_for("feed.atom") if extension == "atom" else url_for("export.hits", extension=extension)
    return path + (f"?{query}" if query else "")


def chart_url(request: SearchRequest, extension: str) -> str:
    """Return the address of the chart of a search as a file: `csv`, `svg`."""
    query = encoded(replace(request, page=1, size=10, sort="relevance"))
    return url_for("chart.file", extension=extension) + (f"?{query}" if query else "")


def toggled(request: SearchRequest, facet: FacetName, value: str) -> SearchRequest:
    """Return `request` with one more value of a facet, or without it if it was chosen, at the first page."""
    chosen = request.selected.get(facet, ())
    left = _with(request.excluded, facet, tuple(other for other in request.excluded.get(facet, ()) if other != value))
    return selecting(replace(request, excluded=left), facet, _flipped(chosen, value))


def barred(request: SearchRequest, facet: FacetName, value: str) -> SearchRequest:
    """Return `request` with one more value of a facet excluded, or no longer if it was, at the first page."""
    chosen = tuple(other for other in request.selected.get(facet, ()) if other != value)
    excluded = _with(request.excluded, facet, _flipped(request.excluded.get(facet, ()), value))
    return replace(selecting(request, facet, chosen), excluded=excluded)


def selecting(request: SearchRequest, facet: FacetName, values: tuple[str, ...]) -> SearchRequest:
    """Return `request` with exactly these values of a facet chosen, at the first page."""
    return replace(request, selected=_with(request.selected, facet, values), page=1)


def excluding(request: SearchRequest, facet: FacetName, values: tuple[str, ...]) -> SearchRequest:
    """Return `request` with exactly these values of a facet excluded, at the first page."""
    return replace(request, excluded=_with(request.excluded, facet, values), page=1)


def widening(request: SearchRequest, facet: FacetName) -> SearchRequest:
    """Return `request` with any of the chosen values of a facet enough or, if that was so, with all of them wanted, at the first page."""
    return replace(request, widened=request.widened ^ {facet}, page=1)


def _flipped(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(other for other in values if other != value) if value in values else (*values, value)


def _with(
    chosen: Mapping[FacetName, tuple[str, ...]], facet: FacetName, values: tuple[str, ...]
) -> Mapping[FacetName, tuple[str, ...]]:
    others = {name: kept for name, kept in chosen.items() if name != facet}
    return {**others, facet: values} if values else others


def with_query(request: SearchRequest, query: str) -> SearchRequest:
    """Return `request` asking for something else, at the first page."""
    return replace(request, query=query, page=1)


def unfiltered(request: SearchRequest) -> SearchRequest:
    """Return `request` without facets and days, at the first page; the query, its switches and the order stay."""
    return replace(request, selected={}, widened=frozenset(), excluded={}, first_day=None, last_day=None, page=1)


def is_filtered(request: SearchRequest) -> bool:
    """Return whether facets or days narrow the search."""
    return bool(request.selected or request.excluded or request.first_day or request.last_day)


def is_blank(request: SearchRequest) -> bool:
    """Return whether nothing at all is asked, so that the archive may introduce itself."""
    return not parameters(replace(request, exact_marks=False, expand=True, fold=True, near=True, size=10))
