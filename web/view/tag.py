"""Hashtags: all of them with their counts and how they grow, and one with its articles over time and the tags that go with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from language.alphabet import alphabetical, initial
from searcher.engine import SearchEngine
from searcher.parameter import facet_key
from searcher.request import SearchRequest
from searcher.result import NearValue, ResultPage
from web.address import read_request, search_url
from web.around.error import error_response
from web.desk import searcher
from web.growth import ORDERS, ordered
from web.listing import Offer, listing, pager
from web.message import t
from web.presentation import hashtag
from web.view.facet import narrowed, typed_filter

blueprint = Blueprint("tag", __name__)

TAGS_A_PAGE = 200
COMPANIONS_SHOWN = 20


@dataclass(frozen=True)
class Companion:
    """A tag that articles carry beside another, how many do, and the address of the search for both."""

    label: str
    count: int
    href: str


@blueprint.get("/the")
def all_tags() -> ResponseReturnValue:
    """List hashtags: those that hold what is typed (`tim`), of one letter (`chu`), in an order (`xep`)."""
    desk = searcher()
    asked, _ = read_request(request.args)
    typed, letter = typed_filter(), request.args.get("chu", "")[:1].upper()
    order = request.args.get("xep", "")
    order = order if order in ORDERS else ORDERS[1 if letter else 0]
    everything = desk.overview().facets.get("tag", ())
    letters = sorted({initial(value.label) for value in everything}, key=alphabetical)
    letter = letter if letter in letters else ""
    found = [value for value in narrowed(typed, everything) if letter in ("", initial(value.label))]
    rows = ordered(order, "tag", found, desk)

    def address(page: int = 1, **changed: str) -> str:
        state = {"tim": typed, "chu": letter, "xep": order if order != ORDERS[0] else "", **changed}
        pairs = [(name, value) for name, value in state.items() if value] + ([("page", str(page))] if page > 1 else [])
        return url_for("tag.all_tags") + (f"?{urlencode(pairs)}" if pairs else "")

    start = (asked.page - 1) * TAGS_A_PAGE
    return render_template(
        "tag/all.html",
        tags=rows[start : start + TAGS_A_PAGE],
        total=len(rows),
        page=asked.page,
        typed=typed,
        order=order,
        orders=[
            (name, address(xep=name if name != ORDERS[0] else "", chu=letter if name == ORDERS[1] else "")) for name in ORDERS
        ],
        letters=[(each, address(chu="" if each == letter else each, xep="", tim="")) for each in letters],
        letter=letter,
        initial=initial,
        pager=pager(asked.page, len(rows), TAGS_A_PAGE, address),
    )


@blueprint.get("/the/<path:name>")
def one_tag(name: str) -> ResponseReturnValue:
    """Show the articles that carry a hashtag, newest first, over time, and the tags beside it."""
    key = facet_key("tag", name)
    if not key:
        return error_response(404, "no_tag", query=name[:200])
    desk = searcher()
    meant = desk.meant("tag", name)
    elsewhere = _elsewhere(name, key, meant)
    if elsewhere:
        return elsewhere
    page, _ = read_request(request.args)
    asked = SearchRequest(selected={"tag": (key,)}, sort="newest", page=page.page)
    result = desk.search(asked)
    if result.cut:
        return error_response(503, "too_slow")
    if not meant or not result.total:
        return _absent(name, result)
    shown = listing(asked, result)
    own = next((value for value in result.facets.get("tag", ()) if value.value == key), None)
    pages = pager(asked.page, result.groups, asked.size, lambda number: _page(url_for("tag.one_tag", name=key), number))
    return render_template(
        "tag/one.html",
        asked=asked,
        page=replace(shown, pager=pages),
        label=own.label if own else key,
        companions=companions(desk, key) if asked.page == 1 else [],
        sources=[group for group in shown.facets if group.name == "source" and group.total > 1] if asked.page == 1 else [],
    )


def _elsewhere(name: str, key: str, meant: Sequence[str]) -> Response | None:
    """Return the way to where the hashtag `name`, with this `key`, is shown, None if it is here; `meant` are the archive's own."""
    if len(meant) > 1:  # several hashtags that differ in their marks: let the reader choose
        return redirect(url_for("tag.all_tags", tim=name.replace("_", " ")), 302)
    if meant and meant[0] not in (key, name):  # as long as the archive has no hashtag spelled as asked
        return redirect(url_for("tag.one_tag", name=meant[0]), 302)
    return redirect(url_for("tag.one_tag", name=key), 301) if key != name else None


def _absent(name: str, result: ResultPage) -> ResponseReturnValue:
    """Say that the archive has no hashtag `name`, and which are nearest."""
    near = [Offer(value.label, url_for("tag.one_tag", name=value.value), value.count) for value in nearest(result)]
    offers = [(name, near)] if near else []
    return error_response(404, "no_tag", t("error.no_tag.named", tag=name), query=name[:200], offers=offers)


def nearest(result: ResultPage) -> tuple[NearValue, ...]:
    """Return the tags nearest to one that the archive does not have."""
    return result.unknown[0].nearest if result.unknown else ()


def companions(desk: SearchEngine, key: str) -> list[Companion]:
    """Return the tags that stand most often beside the tag `key`."""
    beside = desk.facets(SearchRequest(query=f"#{key}"))["tag"]
    return [
        Companion(value.label, value.count, search_url(SearchRequest(hashtag(value.label), {"tag": (key,)})))
        for value in beside
        if value.value != key
    ][:COMPANIONS_SHOWN]


def _page(path: str, number: int) -> str:
    return f"{path}?page={number}" if number > 1 else path
