"""All values of one facet of a search on a page of their own: found by typing, ordered, chosen several at a time.

Works as a plain form: what is ticked here is the search page's address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corpus.facet import LISTED
from corpus.hashtag import tag_key
from corpus.permalink import slug
from language.alphabet import alphabetical
from language.text import clean
from searcher.engine import SearchEngine
from searcher.parameter import EXCLUDING
from searcher.request import SearchRequest
from searcher.result import FacetValue
from web.address import pairs, read_request
from web.around.error import error_response
from web.desk import searcher
from web.listing import chips, facet_links, pager, switch
from web.message import t

blueprint = Blueprint("facet", __name__)

VALUES_A_PAGE = 120
LONGEST_TYPED = 100


@blueprint.get("/tim-kiem/loc/<facet>")
def values(facet: str) -> ResponseReturnValue:
    """List the values of `facet` that the search in the address finds; `tim` narrows them, `xep=ten` orders them by name."""
    name = next((known for known in LISTED if known == facet), None)
    if name is None:
        return error_response(404, "http_404")
    asked, _ = read_request(request.args)
    typed, by_name = typed_filter(), request.args.get("xep") == "ten"
    desk = searcher()
    asked = desk.resolved(asked)
    found = desk.facets(asked)[name]
    matching = narrowed(typed, found)
    if by_name:
        matching.sort(key=lambda value: alphabetical(value.label))
    here = replace(asked, page=1)
    extra = [pair for pair in (("tim", typed), ("xep", "ten" if by_name else "")) if pair[1]]

    def address(page: int, *, order: str | None = None) -> str:
        kept = [pair for pair in extra if order is None or pair[0] != "xep"] + ([("xep", order)] if order else [])
        query = urlencode(pairs(replace(here, page=page)) + kept)
        return url_for("facet.values", facet=name) + (f"?{query}" if query else "")

    start = (asked.page - 1) * VALUES_A_PAGE
    links = facet_links(name, here, matching)
    shown = links[start : start + VALUES_A_PAGE]
    on_page = {link.value for link in shown}
    return render_template(
        "search/facet.html",
        asked=here,
        facet=name,
        links=shown,
        kept=[value for value in asked.selected.get(name, ()) if value not in on_page],
        excluding=EXCLUDING,
        total=len(links),
        page=asked.page,
        typed=typed,
        by_name=by_name,
        by_count=address(1, order=""),
        by_letter=address(1, order="ten"),
        chips=chips(here, desk.search(replace(here, size=1))),
        switch=switch(name, here),
        pager=pager(asked.page, len(links), VALUES_A_PAGE, address),
        title=t(f"facet.{name}"),
    )


def typed_filter() -> str:
    """Return what the reader typed to narrow a list."""
    return clean(request.args.get("tim", "")[:LONGEST_TYPED])


def within(desk: SearchEngine, asked: SearchRequest, name: str, typed: str) -> list[FacetValue] | None:
    """Return the values of a facet of a search whose labels hold what was typed; None if there is no such facet."""
    return narrowed(typed, desk.facets(asked)[name]) if name in LISTED else None


def narrowed(typed: str, found: Sequence[FacetValue]) -> list[FacetValue]:
    """Return the values whose label holds what was typed: marks that are typed must match, marks left out match anything."""
    plain, key = slug(typed), tag_key(typed)
    if not typed:
        return list(found)
    return (
        [value for value in found if plain in _slug(value.label) and (typed.isascii() or key in tag_key(value.label))]
        if key
        else []
    )


_slug = lru_cache(100_000)(slug)
