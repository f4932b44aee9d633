"""Places: a map of today's provinces with their articles, and one place through time: what it was called, lay in and became, and its articles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from language.place import Place, former_provinces, named, places, predecessors, units_in
from language.place.unit import PROVINCE
from searcher.request import SearchRequest
from web.address import read_request
from web.around.error import error_response
from web.beside import beside
from web.desk import searcher
from web.listing import Offer, listing, pager
from web.message import t
from web.tile_map import tile_map

blueprint = Blueprint("place", __name__)

_INSIDE_SHOWN = 60
LONGEST = 200


@dataclass(frozen=True)
class PlaceLink:
    """Another place: its label, the address of its page, how many articles name it or what lies in it, until when it was (None: it is)."""

    label: str
    href: str
    count: int
    until: date | None


@dataclass(frozen=True)
class Province:
    """A province of today, and those that it was made of."""

    link: PlaceLink
    made_of: tuple[PlaceLink, ...]


@blueprint.get("/noi")
def all_places() -> ResponseReturnValue:
    """Show the provinces of today, with how many articles name each, as a map of squares and as a table."""
    counts = counts_of_places()
    today = provinces_of_today()
    provinces = [
        Province(_link(place, counts), tuple(_links(former_provinces(place), counts)))
        for place in sorted(today, key=lambda place: (-counts.get(place.key, 0), place.key))
    ]
    drawn = tile_map(counts, {place.key: place.name for place in today})
    return render_template("place/all.html", provinces=provinces, map=drawn)


@blueprint.get("/noi/<path:name>")
def one_place(name: str) -> ResponseReturnValue:
    """Show a place through time, and the articles that name it or what lies in it, newest first."""
    place = places().get(name)
    if place is None:
        return _meant(name)
    page, _ = read_request(request.args)
    asked = SearchRequest(selected={"place": (place.key,)}, sort="newest", page=page.page)
    result = searcher().search(asked)
    if result.cut:
        return error_response(503, "too_slow")
    counts = counts_of_places()
    here = url_for("place.one_place", name=place.key)
    pages = pager(asked.page, result.groups, asked.size, lambda number: f"{here}?page={number}" if number > 1 else here)
    return render_template(
        "place/one.html",
        asked=asked,
        page=replace(listing(asked, result), pager=pages),
        place=place,
        around=_links(place.around, counts),
        today=_links(place.today if place.until else (), counts),
        before=_links(predecessors(place), counts),
        inside=_links(_most_named(units_in(place), counts), counts),
        tags=beside(asked, result, "tag"),
        documents=beside(asked, result, "document"),
    )


def _meant(name: str) -> ResponseReturnValue:
    """Lead to the place that `name`, no key, means; offer those it may mean, or say that there is none."""
    found = named(name) if len(name) <= LONGEST else ()
    if len(found) == 1:
        return redirect(url_for("place.one_place", name=found[0].key), 302)
    counts = counts_of_places()
    near = [Offer(link.label, link.href, link.count) for link in _links(found, counts)]
    message = t("error.no_place.several" if near else "error.no_place.named", place=name[:LONGEST])
    return error_response(404, "no_place", message, query=name[:LONGEST], offers=[(name, near)] if near else [])


def provinces_of_today() -> list[Place]:
    """Return the 34 provinces."""
    return [place for place in places().values() if place.level == PROVINCE and place.until is None]


def _most_named(found: Iterable[Place], counts: dict[str, int]) -> list[Place]:
    """Return those that articles name, the most often named first, up to _INSIDE_SHOWN."""
    return sorted((place for place in found if place.key in counts), key=lambda place: -counts[place.key])[:_INSIDE_SHOWN]


def counts_of_places() -> dict[str, int]:
    """Return how many articles have each place."""
    return {value.value: value.count for value in searcher().overview().facets.get("place", ())}


def _link(place: Place, counts: dict[str, int]) -> PlaceLink:
    return PlaceLink(place.label, url_for("place.one_place", name=place.key), counts.get(place.key, 0), place.until)


def _links(found: Iterable[Place], counts: dict[str, int]) -> list[PlaceLink]:
    return [_link(place, counts) for place in found]
