"""Hashtags: all of them with their counts and how they grow, and one with its articles over time and the tags that go with it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from language.alphabet import alphabetical, initial
from searcher.engine import SearchEngine
from searcher.parameter import facet_key
from searcher.request import SearchRequest
from searcher.result import FacetValue, NearValue, ResultPage
from web.address import read_request, search_url
from web.around.error import error_response
from web.desk import searcher
from web.listing import Offer, listing, pager
from web.message import t
from web.presentation import hashtag
from web.view.facet import narrowed, typed_filter

blueprint = Blueprint("tag", __name__)

TAGS_A_PAGE = 200
COMPANIONS_SHOWN = 20
ORDERS = ("bai", "ten", "tang")  # by articles, by name, by growth
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class TagRow:
    """A tag, the articles that carry it, and how many of them are of the archive's last year and of the year before."""

    key: str
    label: str
    count: int
    recent: int
    before: int

    @property
    def growth(self) -> int:
        """How many articles more the last year has than the one before."""
        return self.recent - self.before


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
    rows = _ordered(order, found, desk)

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


def _ordered(order: str, found: list[FacetValue], desk: SearchEngine) -> list[TagRow]:
    recent, before = desk.kept(_last_two_years, lambda: _last_two_years(desk))
    rows = [
        TagRow(value.value, value.label, value.count, recent.get(value.value, 0), before.get(value.value, 0)) for value in found
    ]
    if order == "ten":
        return sorted(rows, key=lambda row: alphabetical(row.label))
    if order == "tang":
        return sorted(rows, key=lambda row: (-row.growth, -row.count, row.label))
    return sorted(rows, key=lambda row: (-row.count, row.label))


def _last_two_years(desk: SearchEngine) -> tuple[dict[str, int], dict[str, int]]:
    """Return the articles of each tag in the 365 days that end with the archive's last, and in the 365 days before."""
    overview = desk.overview()
    if not overview.last_published:
        return {}, {}
    last = date.fromisoformat(overview.last_published)

    def within(first: date, last: date) -> dict[str, int]:
        # Worked out once a commit, so it takes the time that it needs.
        facets = desk.facets(SearchRequest(first_day=first, last_day=last), time_limit=math.inf)
        return {value.value: value.count for value in facets["tag"]}

    day = timedelta(days=1)
    try:
        return within(last - _YEAR + day, last), within(last - 2 * _YEAR + day, last - _YEAR)
    except OverflowError:  # an archive that ends in the year 1
        return {}, {}


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
