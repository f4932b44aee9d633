"""A search that found little or nothing -> what stands in its way, in the reader's words, and the links that lead out, each with its count."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup

from corpus.facet import FacetName
from searcher.help.obstacle import cleared
from searcher.help.suggestion import respells
from searcher.request import SearchRequest
from searcher.result import Coverage, Obstacle, ResultPage, Suggestion
from web.address import search_url, with_query
from web.listing import Offer
from web.message import t
from web.presentation import day, hashtag, told, vietnamese


@dataclass(frozen=True)
class WayOut:
    """What is said, what leads out ("" if nothing does) and how many articles that shows; `label` is a query, or the interface's words."""

    said: Markup
    lead: str = ""
    label: Markup = Markup()
    href: str = ""
    count: int = 0


def ways_out(asked: SearchRequest, result: ResultPage) -> list[WayOut]:
    """Return what is in the way of a search, and the queries that ask for less; none if something was found in full."""
    less = [_less(asked, suggestion) for suggestion in result.suggestions if not respells(suggestion)]
    return [*(_cleared(asked, obstacle, result.archive) for obstacle in result.obstacles), *less]


def wider(asked: SearchRequest, result: ResultPage) -> list[Offer]:
    """Return the searches that ask for less than one that found little, each named by what goes."""
    return [
        Offer(told(f"wider.{each.kind}", part=vietnamese(each.part)), search_url(cleared(asked, each)), each.without)
        for each in result.wider
    ]


def near_pages(result: ResultPage) -> list[tuple[FacetName, list[Offer]]]:
    """Return for each facet that has values called like something in the query the ways to their pages."""
    offered: dict[FacetName, list[Offer]] = {}
    for each in result.nearby:
        label, view = (hashtag(each.label), "tag.one_tag") if each.facet == "tag" else (each.label, "place.one_place")
        offered.setdefault(each.facet, []).append(Offer(label, url_for(view, name=each.value), each.count))
    return list(offered.items())


def meant(result: ResultPage) -> list[Suggestion]:
    """Return the suggestions that spell the query otherwise."""
    return [suggestion for suggestion in result.suggestions if respells(suggestion)]


def _less(asked: SearchRequest, suggestion: Suggestion) -> WayOut:
    lead = t(f"suggestions.{suggestion.reason}")
    return WayOut(Markup(), lead, vietnamese(suggestion.query), search_url(with_query(asked, suggestion.query)), suggestion.total)


def _cleared(asked: SearchRequest, obstacle: Obstacle, archive: Coverage | None) -> WayOut:
    kind = obstacle.kind if obstacle.kind in ("exclusion", "marks", "filters") or obstacle.alone else f"{obstacle.kind}_none"
    said = told(f"obstacles.{kind}", part=vietnamese(obstacle.part), count=obstacle.alone)
    if obstacle.kind == "days" and archive and archive.first_published and archive.last_published:
        said += " " + told("obstacles.span", first=day(archive.first_published), last=day(archive.last_published))
    if not obstacle.without:
        return WayOut(said)
    label = vietnamese(obstacle.query) if obstacle.query else Markup("{}").format(t("obstacles.all_else"))
    return WayOut(said, t("obstacles.without"), label, search_url(cleared(asked, obstacle)), obstacle.without)
