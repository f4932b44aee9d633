"""The search page; with nothing asked, the archive introduces itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from searcher.engine import SearchEngine
from searcher.front import PAST_WEEKS, RISING, Front, Risen
from searcher.request import SearchRequest
from web.address import is_blank, read_request, search_url
from web.density import SIZES, Density, is_compact, remember, remembered
from web.desk import searcher
from web.door import doors
from web.histogram import histogram
from web.listing import Within, listing, offers
from web.message import language, t
from web.note import notes
from web.presentation import told, vietnamese
from web.preset import presets
from web.view.example import home_examples
from web.view.facet import typed_filter, within
from web.view.follow import how_to_follow
from web.way_out import meant, near_pages, ways_out, wider

blueprint = Blueprint("search", __name__)

_LARGEST_TAGS = 24
_PROBLEMS_SHOWN = 5


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Show what the archive holds and a box."""
    desk = searcher()
    overview, front = desk.overview(), desk.front()
    months = overview.facets.get("month", ())
    risen = [(facet, [each for each in front.risen if each.facet == facet]) for facet in RISING]
    return render_template(
        "search/home.html",
        asked=SearchRequest(),
        newest=search_url(SearchRequest(sort="newest")),
        overview=overview,
        chart=histogram(months, SearchRequest(), height=88),
        undated=overview.articles - sum(month.count for month in months),
        tags=sorted(overview.facets.get("tag", ()), key=lambda tag: -tag.count)[:_LARGEST_TAGS],
        examples=home_examples(),
        front=front,
        risen=[(facet, [(each, _in_week(front, each)) for each in found]) for facet, found in risen if found],
        weeks=PAST_WEEKS,
        paper_url=lambda key: search_url(SearchRequest(selected={"source": (key,)}, sort="newest")),
        sources=len(overview.facets.get("source", ())),
    )


def _in_week(front: Front, risen: Risen) -> str:
    """Return the address of the articles of the week that have what rose."""
    days = [date.fromisoformat(day) for day in (front.first_day, front.last_day) if day]
    return search_url(SearchRequest(selected={risen.facet: (risen.value,)}, first_day=days[0], last_day=days[-1]))


@blueprint.get("/tim-kiem")
def results() -> ResponseReturnValue:
    """Show the hits of the search that the address describes."""
    asked, bad = read_request(request.args)
    if is_blank(asked) and not bad:
        return home()
    if "keep" in request.args:
        return _kept(asked)
    density = remembered()
    if density != Density() and not bad:
        return redirect(search_url(replace(asked, size=density.size), compact=density.compact))
    desk = searcher()
    asked = desk.resolved(asked)
    result, overview, within = desk.search(asked), desk.overview(), _within(desk, asked)
    problems = [f"{one.in_words(language())} {t('bad.left_out')}" if one.name != "q" else one.in_words(language()) for one in bad]
    for problem in result.problems:
        part, said = asked.query[problem.start : problem.end], problem.in_words(language())
        shown = 0 < len(part) <= 60 and f"“{part}”" not in said
        problems.append(told("problem.query", part=vietnamese(part), message=said) if shown else said)
    return render_template(
        "search/results.html",
        asked=asked,
        page=listing(asked, result, within),
        within=within,
        problems=problems[:_PROBLEMS_SHOWN],
        more_problems=max(0, len(problems) - _PROBLEMS_SHOWN),
        offers=offers(asked, result),
        meant=meant(result),
        ways_out=ways_out(asked, result),
        wider=wider(asked, result),
        nearby=near_pages(result),
        doors=doors(overview),
        notes=notes(asked, result),
        presets=presets(asked, overview.first_published, overview.last_published),
        follow=how_to_follow(asked),
        other_near=search_url(replace(asked, near=not asked.near, page=1)),
        sizes=[(str(size), str(size)) for size in SIZES] if result.groups > min(SIZES) else [],
    )


def _within(desk: SearchEngine, asked: SearchRequest) -> Within | None:
    """Return what was typed (`tim`) to find a value of a facet (`loc`) of the search, and what was found."""
    name, typed = request.args.get("loc", ""), typed_filter()
    found = within(desk, asked, name, typed) if typed else None
    return None if found is None else Within(name, typed, found)


def _kept(asked: SearchRequest) -> ResponseReturnValue:
    """Remember how the reader wants hits listed, and lead to the address that says so."""
    response = redirect(search_url(asked))
    remember(response, Density(is_compact(), asked.size))
    return response
