"""The search page; with nothing asked, the archive introduces itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from corpus.identity import slug
from searcher.answer import Overview
from searcher.request import SearchRequest
from web.address import is_blank, is_filtered, read_request, search_url
from web.desk import searcher
from web.histogram import histogram
from web.listing import listing, offers
from web.message import language, t
from web.presentation import hashtag, told, vietnamese

blueprint = Blueprint("search", __name__)

_LARGEST_TAGS = 24
_PROBLEMS_SHOWN = 5


@dataclass(frozen=True)
class Example:
    """A query worth trying, what it shows, and its address."""

    query: str
    gloss: str
    href: str


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
        examples=examples(overview),
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
    problems: list[str] = [f"{one.message} {t('bad.left_out')}" if one.name != "q" else one.message for one in bad]
    for problem in result.problems:
        part, said = asked.query[problem.start : problem.end], problem.in_words(language())
        problems.append(told("problem.query", part=vietnamese(part), message=said) if 0 < len(part) <= 60 else said)
    return render_template(
        "search/results.html",
        asked=asked,
        page=listing(asked, result),
        problems=problems[:_PROBLEMS_SHOWN],
        more_problems=max(0, len(problems) - _PROBLEMS_SHOWN),
        is_filtered=is_filtered(asked),
        offers=offers(asked, result),
        without_marks_switch=search_url(replace(asked, exact_marks=False, page=1)),
        also=", ".join(dict.fromkeys(each.expansion for each in result.expansions)),
        other_fold=search_url(replace(asked, fold=not asked.fold, page=1)),
        other_near=search_url(replace(asked, near=not asked.near, page=1)),
        other_expand=search_url(replace(asked, expand=not asked.expand, page=1)),
    )


def examples(overview: Overview) -> list[Example]:
    """Return three queries that show what can be asked: one without marks, a phrase, a hashtag (or a word) from a year on."""
    tags = sorted((tag for tag in overview.facets.get("tag", ()) if " " in tag.label), key=lambda tag: -tag.count)
    if len(tags) >= 3:
        unmarked, phrase, last = tags[0].label, tags[1].label, hashtag(tags[2].label)
    else:
        unmarked, phrase, last = t("example.labels").split("|")
    if overview.last_published:
        last += f" từ:{overview.last_published[:4]}"
    queries = {"unmarked": slug(unmarked).replace("-", " "), "phrase": f'"{phrase}"', "tag": last}
    return [Example(query, t(f"example.{name}"), search_url(SearchRequest(query=query))) for name, query in queries.items()]
