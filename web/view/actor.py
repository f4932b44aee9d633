"""Persons and bodies: what the archive's articles say of one: how often, in which months, in which offices, with whom and what, and who is quoted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from corpus.article import Article
from corpus.facet import FacetName
from corpus.mention import actor_mentions, day_of, texts_of
from language.actor import successor
from searcher.request import SearchRequest
from searcher.result import FacetValue, ResultPage
from web.address import read_request, search_url
from web.around.error import error_response
from web.desk import searcher
from web.listing import listing, pager
from web.message import t

blueprint = Blueprint("actor", __name__)

LONGEST = 200
BESIDE_SHOWN = 20
_READ_FOR_OFFICES = 100
"""Articles that are read for the offices they tell, the newest."""
_OFFICES_SHOWN = 12
_BESIDE: tuple[FacetName, ...] = ("person", "organisation", "place", "document", "tag")


@dataclass(frozen=True)
class Office:
    """An office as papers write it before or after a person's name, how many of the articles read tell it, on which days first and last.

    `href` leads to the articles that name the person and have these words: who is one of several of a name is known by them.
    """

    written: str
    href: str
    count: int
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Beside:
    """The values of a facet that stand most often beside an actor, each with its page or the search for both."""

    heading: str
    values: tuple[tuple[FacetValue, str], ...]


@blueprint.get("/nhan-vat/<path:key>")
def person(key: str) -> ResponseReturnValue:
    """Show what articles say of a person."""
    return _page("person", key)


@blueprint.get("/co-quan/<path:key>")
def organisation(key: str) -> ResponseReturnValue:
    """Show what articles say of a body."""
    return _page("organisation", key)


def actor_url(facet: FacetName, key: str) -> str:
    """Return the address of the page of a person or body."""
    return url_for(f"actor.{facet}", key=key)


def _page(facet: FacetName, key: str) -> ResponseReturnValue:
    desk = searcher()
    meant = desk.meant(facet, key) if len(key) <= LONGEST else ()
    if len(meant) == 1 and meant != (key,):
        return redirect(actor_url(facet, meant[0]), 302)
    if key not in meant:
        return error_response(404, f"no_{facet}", query=key[:LONGEST])
    page, _ = read_request(request.args)
    asked = SearchRequest(selected={facet: (key,)}, sort="newest", page=page.page)
    result = desk.search(asked)
    if result.cut:
        return error_response(503, "too_slow")
    here = actor_url(facet, key)
    pages = pager(asked.page, result.groups, asked.size, lambda number: f"{here}?page={number}" if number > 1 else here)
    label = next(value.label for value in result.facets[facet] if value.value == key)
    quoted = next((value.count for value in result.facets["speaker"] if facet == "person" and value.value == key), 0)
    is_first = asked.page == 1
    return render_template(
        "actor/one.html",
        asked=asked,
        page=replace(listing(asked, result), pager=pages),
        facet=facet,
        key=key,
        label=label,
        quoted=(quoted, search_url(SearchRequest(selected={"speaker": (key,)}, sort="newest"))),
        offices=offices(key, desk.find_all(asked)) if is_first and facet == "person" else (),
        read=min(_READ_FOR_OFFICES, result.total),
        beside=_all_beside(asked, result, key) if is_first else (),
        successor=successor(key) if facet == "organisation" else None,
    )


def offices(key: str, articles: Iterable[Article]) -> tuple[Office, ...]:
    """Return the offices that articles, the newest first, tell of a person, the latest first."""
    found: dict[str, list[tuple[date | None, str]]] = {}
    for article in islice(articles, _READ_FOR_OFFICES):
        texts = texts_of(article)
        told: dict[str, str] = {}
        for named in actor_mentions(article):
            if named.actor.key == key and named.office is not None:
                written = texts[named.text][slice(*named.office)]
                told.setdefault(written.casefold(), written)
        for folded, written in told.items():
            found.setdefault(folded, []).append((day_of(article), written))
    listed = [_office(key, times) for times in found.values()]
    listed.sort(key=lambda office: (office.last or date.min, office.count), reverse=True)
    return tuple(listed[:_OFFICES_SHOWN])


def _office(key: str, told: list[tuple[date | None, str]]) -> Office:
    days = [day for day, _ in told if day is not None]
    written = told[0][1]
    href = search_url(SearchRequest(f'"{written}"', {"person": (key,)}, sort="newest"))
    return Office(f"{written[0].upper()}{written[1:]}", href, len(told), min(days, default=None), max(days, default=None))


def _all_beside(asked: SearchRequest, result: ResultPage, key: str) -> tuple[Beside, ...]:
    found = []
    for facet in _BESIDE:
        values = [value for value in result.facets.get(facet, ()) if value.value != key][:BESIDE_SHOWN]
        links = tuple((value, search_url(SearchRequest(selected=_both(asked, facet, value.value)))) for value in values)
        if links:
            found.append(Beside(t(f"actor.beside.{facet}"), links))
    return tuple(found)


def _both(asked: SearchRequest, facet: FacetName, value: str) -> dict[FacetName, tuple[str, ...]]:
    return {**asked.selected, facet: (*asked.selected.get(facet, ()), value)}
