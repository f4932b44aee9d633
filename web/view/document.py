"""Legal documents that articles cite: all of them with their counts and how they grow, and one with its articles over time and what stands beside it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from searcher.parameter import LONGEST_VALUE
from searcher.request import SearchRequest
from searcher.result import ResultPage
from web.address import read_request
from web.around.error import error_response
from web.beside import beside
from web.desk import searcher
from web.growth import ORDERS, ordered
from web.listing import Offer, listing, pager
from web.message import t
from web.view.facet import narrowed, typed_filter

blueprint = Blueprint("document", __name__)

DOCUMENTS_A_PAGE = 200


@blueprint.get("/van-ban")
def all_documents() -> ResponseReturnValue:
    """List documents: those that hold what is typed (`tim`), in an order (`xep`)."""
    desk = searcher()
    asked, _ = read_request(request.args)
    typed, order = typed_filter(), request.args.get("xep", "")
    order = order if order in ORDERS else ORDERS[0]
    everything = desk.overview().facets.get("document", ())
    rows = ordered(order, "document", narrowed(typed, everything), desk)

    def address(page: int = 1, **changed: str) -> str:
        state = {"tim": typed, "xep": order, "page": str(page), **changed}
        pairs = [(name, value) for name, value in state.items() if value not in ("", ORDERS[0], "1")]
        return url_for("document.all_documents") + (f"?{urlencode(pairs)}" if pairs else "")

    start = (asked.page - 1) * DOCUMENTS_A_PAGE
    return render_template(
        "document/all.html",
        documents=rows[start : start + DOCUMENTS_A_PAGE],
        total=len(rows),
        any=bool(everything),
        page=asked.page,
        typed=typed,
        order=order,
        orders=[(name, address(xep=name)) for name in ORDERS],
        pager=pager(asked.page, len(rows), DOCUMENTS_A_PAGE, address),
    )


@blueprint.get("/van-ban/<path:name>")
def one_document(name: str) -> ResponseReturnValue:
    """Show the articles that cite a document, newest first, over time, and the papers, tags and places beside it."""
    desk = searcher()
    meant = desk.meant("document", name[:LONGEST_VALUE])
    if len(meant) > 1:  # let the reader choose
        return redirect(url_for("document.all_documents", tim=name), 302)
    if meant and meant[0] != name:
        return redirect(url_for("document.one_document", name=meant[0]), 302)
    page, _ = read_request(request.args)
    asked = SearchRequest(selected={"document": (name[:LONGEST_VALUE],)}, sort="newest", page=page.page)
    result = desk.search(asked)
    if result.cut:
        return error_response(503, "too_slow")
    if not result.total:
        return _absent(name, result)
    here = url_for("document.one_document", name=name)
    pages = pager(asked.page, result.groups, asked.size, lambda number: f"{here}?page={number}" if number > 1 else here)
    shown = listing(asked, result)
    own = next(value for value in result.facets["document"] if value.value == name)
    return render_template(
        "document/one.html",
        asked=asked,
        page=replace(shown, pager=pages),
        label=own.label,
        sides=[(facet, found) for facet in ("source", "tag", "place") if (found := beside(asked, result, facet))],
    )


def _absent(name: str, result: ResultPage) -> ResponseReturnValue:
    """Say that no article cites a document `name`, and which are nearest."""
    near = [
        Offer(value.label, url_for("document.one_document", name=value.value), value.count)
        for value in (result.unknown[0].nearest if result.unknown else ())
    ]
    message = t("error.no_document.named", document=name[:LONGEST_VALUE])
    return error_response(404, "no_document", message, query=name[:LONGEST_VALUE], offers=[(name, near)] if near else [])
