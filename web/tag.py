"""Hashtags: all of them with their counts, and the articles of one, newest first."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from searcher.request import SearchRequest
from web.address import facet_key, read_request
from web.desk import searcher
from web.error import error_response
from web.listing import listing, pager
from web.message import t

blueprint = Blueprint("tag", __name__)

TAGS_A_PAGE = 400


@blueprint.get("/the")
def all_tags() -> ResponseReturnValue:
    """List every hashtag, the most used first."""
    asked, _ = read_request(request.args)
    tags = sorted(searcher().overview().facets.get("tag", ()), key=lambda tag: (-tag.count, tag.label))
    start = (asked.page - 1) * TAGS_A_PAGE
    pages = pager(asked.page, len(tags), TAGS_A_PAGE, lambda number: _page(url_for("tag.all_tags"), number))
    return render_template("tag/all.html", tags=tags[start : start + TAGS_A_PAGE], total=len(tags), pager=pages)


@blueprint.get("/the/<path:name>")
def one_tag(name: str) -> ResponseReturnValue:
    """Show the articles that carry a hashtag, newest first."""
    key = facet_key("tag", name)
    if not key:
        return error_response(404, "no_tag", query=name[:200])
    if key != name:
        return redirect(url_for("tag.one_tag", name=key), 301)
    page, _ = read_request(request.args)
    asked = SearchRequest(selected={"tag": (key,)}, sort="newest", page=page.page)
    result = searcher().search(asked)
    if not result.total:
        return error_response(404, "no_tag", t("error.no_tag.named", tag=name), query=name[:200])
    shown = listing(asked, result)
    own = next((value for value in result.facets.get("tag", ()) if value.value == key), None)
    pages = pager(asked.page, result.total, asked.size, lambda number: _page(url_for("tag.one_tag", name=key), number))
    return render_template("tag/one.html", asked=asked, page=replace(shown, pager=pages), label=own.label if own else key)


def _page(path: str, number: int) -> str:
    return f"{path}?page={number}" if number > 1 else path
