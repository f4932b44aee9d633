"""The search page; with nothing asked, the archive introduces itself."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from searcher.request import SearchRequest
from web.address import is_blank, read_request, search_url
from web.desk import searcher
from web.histogram import histogram
from web.listing import listing, offers
from web.message import language, t
from web.presentation import told, vietnamese
from web.view.example import home_examples
from web.view.follow import how_to_follow
from web.way_out import meant, ways_out

blueprint = Blueprint("search", __name__)

_LARGEST_TAGS = 24
_PROBLEMS_SHOWN = 5


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Show what the archive holds and a box."""
    overview = searcher().overview()
    months = overview.facets.get("month", ())
    return render_template(
        "search/home.html",
        asked=SearchRequest(),
        newest=search_url(SearchRequest(sort="newest")),
        overview=overview,
        chart=histogram(months, SearchRequest(), height=88),
        undated=overview.articles - sum(month.count for month in months),
        tags=sorted(overview.facets.get("tag", ()), key=lambda tag: -tag.count)[:_LARGEST_TAGS],
        examples=home_examples(),
    )


@blueprint.get("/tim-kiem")
def results() -> ResponseReturnValue:
    """Show the hits of the search that the address describes."""
    asked, bad = read_request(request.args)
    if is_blank(asked) and not bad:
        return home()
    desk = searcher()
    asked = desk.resolved(asked)
    result = desk.search(asked)
    problems = [f"{one.in_words(language())} {t('bad.left_out')}" if one.name != "q" else one.in_words(language()) for one in bad]
    for problem in result.problems:
        part, said = asked.query[problem.start : problem.end], problem.in_words(language())
        shown = 0 < len(part) <= 60 and f"“{part}”" not in said
        problems.append(told("problem.query", part=vietnamese(part), message=said) if shown else said)
    return render_template(
        "search/results.html",
        asked=asked,
        page=listing(asked, result),
        problems=problems[:_PROBLEMS_SHOWN],
        more_problems=max(0, len(problems) - _PROBLEMS_SHOWN),
        offers=offers(asked, result),
        meant=meant(result),
        ways_out=ways_out(asked, result),
        also=", ".join(dict.fromkeys(each.expansion for each in result.expansions)),
        follow=how_to_follow(asked),
        other_fold=search_url(replace(asked, fold=not asked.fold, page=1)),
        other_near=search_url(replace(asked, near=not asked.near, page=1)),
        other_expand=search_url(replace(asked, expand=not asked.expand, page=1)),
    )
