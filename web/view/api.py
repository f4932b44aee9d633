"""/api/v1: the same answers as the pages, as JSON; web.description is what it promises, held to it by tests.

Offsets count Unicode code points. A parameter that is not understood or not known is a 400, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, cast, get_args
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from corpus.archive.absence import Absence
from corpus.entity import Entity, entities
from corpus.facet import LISTED
from corpus.permalink import id_in
from corpus.writing.article_json import article_json
from corpus.writing.cell import Cell
from corpus.writing.csv_table import head, row
from searcher.answer import Period, Tally
from searcher.help.completion import Completion
from searcher.parameter import parameters
from searcher.request import SearchRequest
from web.address import read_request, site
from web.around.error import error_response
from web.attachment import attachment
from web.cursor import next_cursor, read_cursor
from web.description import AGGREGATE, MOST_VALUES, SEARCH, description, parameter_names
from web.desk import archive, searcher
from web.message import language, t
from web.paper_link import related
from web.presentation import hashtag

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

DEEPEST = 100_000  # hits that paging reaches; all of them are had by exporting
MOST_COUNTS = 50_000  # of an aggregate
_USUAL_VALUES = 20


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Answer with the description of this API, at the address where it was asked."""
    return jsonify(description() | {"servers": [{"url": site()}]})


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """Answer with a Result (web/data/openapi.json) for the parameters of the search page, and `next`, which leads on."""
    asked, wrong = _asked(SEARCH)
    cursor = request.args.get("next")
    after = read_cursor(cursor, asked) if cursor is not None else None
    explain = request.args.get("explain", "").strip()
    if explain not in ("", "0", "1"):
        wrong.append(t("api.bad_explain", value=explain[:40]))
    if cursor is not None and (after is None or "page" in request.args):
        wrong.append(t("api.bad_next"))
    if wrong:
        return error_response(400, "bad_parameter", "; ".join(wrong))
    if (after[0] + asked.size if after else asked.page * asked.size) > DEEPEST:
        return error_response(400, "too_deep", t("error.too_deep.message", count=DEEPEST))
    result = searcher().search(replace(asked, explain=explain == "1"), after=after)
    following = next_cursor(asked, result)
    response = jsonify(**result.as_json(language(), site()), next=following)
    if following:
        pairs = [*parameters(replace(asked, page=1)), *([("explain", explain)] if explain else []), ("next", following)]
        response.headers["Link"] = f'<{url_for("api.search")}?{urlencode(pairs)}>; rel="next"'
    return response


@blueprint.get("/aggregate")
def aggregate() -> ResponseReturnValue:
    """Answer with an Aggregate: how many articles of a search there are by values of a facet `by`, by `period`, or by both."""
    counting = _counting()
    if not isinstance(counting, _Counting):
        return counting
    asked, counted = counting.asked, counting.tally
    told = searcher().search(replace(asked, near=False, size=1)).as_json(language())
    return jsonify(query=asked.query, by=counting.by, period=counting.period, **asdict(counted), problems=told["problems"])


@blueprint.get("/aggregate.csv")
def aggregate_table() -> ResponseReturnValue:
    """Send the counts of an Aggregate as a table; X-Total-Count and X-More-Values say of how many articles, and how many values are left out."""
    counting = _counting()
    if not isinstance(counting, _Counting):
        return counting
    labels = {one.value: one.label for one in counting.tally.values}
    columns = [*(("value", "label") if counting.by else ()), *(("period",) if counting.period else ()), "count"]
    lines = [head(columns)]
    for one in counting.tally.counts:
        cells: dict[str, Cell] = {
            "value": one.value or "",
            "label": labels.get(one.value or "", ""),
            "period": one.period or "",
            "count": one.count,
        }
        lines.append(row([cells[column] for column in columns]))
    response = attachment(lines, "csv", counting.asked.query, total=counting.tally.total)
    response.headers["X-More-Values"] = str(counting.tally.more)
    return response


@dataclass(frozen=True)
class _Counting:
    """A search that was counted: `by` the values of which facet, by which `period`."""

    asked: SearchRequest
    by: str | None
    period: Period | None
    tally: Tally


def _counting() -> _Counting | Response:
    """Count what is asked for, or answer why not."""
    asked, wrong = _asked(AGGREGATE)
    by, period, most = (request.args.get(name, "").strip() for name in ("by", "period", "most"))
    wrong += _wrong_counting(by, period, most)
    if wrong:
        return error_response(400, "bad_parameter", "; ".join(wrong))
    kind = cast(Period, period) if period else None
    counted = searcher().tally(asked, by or None, kind, most=int(most or _USUAL_VALUES))
    if len(counted.counts) > MOST_COUNTS:
        return error_response(400, "too_many_counts", t("error.too_many_counts.message", most=MOST_COUNTS))
    return _Counting(asked, by or None, kind, counted)


@blueprint.get("/front")
def front() -> Response:
    """Answer with a Front: what came in last, and what rose in the archive's last week."""
    told = asdict(searcher().front())
    for paper in told["latest"]:
        for headline in paper["headlines"]:
            headline["permalink"] = _cited(headline["permalink"])
    return jsonify(told)


def _wrong_counting(by: str, period: str, most: str) -> Iterator[str]:
    """Yield what is not understood of how to count."""
    for name, value, choices in (("by", by, LISTED), ("period", period, get_args(Period))):
        if value and value not in choices:
            yield t("api.bad_choice", name=name, value=value[:40], choices=", ".join(choices))
    if not by and not period:
        yield t("api.by_nothing")
    if most and not (re.fullmatch("[0-9]{1,3}", most) and 1 <= int(most) <= MOST_VALUES):
        yield t("api.bad_most", value=most[:40], most=MOST_VALUES)


def _asked(path: str) -> tuple[SearchRequest, list[str]]:
    """Return the search that was asked for at `path`, and what was not understood."""
    asked, bad = read_request(request.args)
    wrong = [f"{parameter.name}: {parameter.in_words(language())}" for parameter in bad]
    return asked, wrong + [t("api.unknown", name=name[:40]) for name in request.args if name not in parameter_names(path)]


@blueprint.get("/suggest")
def suggest() -> Response:
    """Answer with what the beginning of a query, `q`, may become: tags, phrases and titles."""
    typed = request.args.get("q", "")
    return jsonify(query=typed, completions=[_completion(one) for one in completions(typed)])


def _completion(completion: Completion) -> dict[str, Any]:
    return asdict(completion) | {"permalink": _cited(completion.permalink)}


def _cited(path: str | None) -> str | None:
    return site() + path if path else None


def completions(typed: str) -> list[Completion]:
    """Return what `typed` may become, tags as they are typed in the box, so that asking for a text shows as many hits as it says."""
    found = searcher().complete(typed)
    return [replace(one, text=hashtag(one.text)) if one.kind == "tag" else one for one in found]


@blueprint.get("/articles/<id>")
def article(id: str) -> Response:
    """Answer with an article as the archive has it now, its related articles resolved, its revisions listed."""
    kept = archive()
    known = kept.get(id_in(id)) if id_in(id) == id else None
    if known is None:
        return error_response(404, "no_article")
    return jsonify(
        **article_json(known, site()),
        related=[{"title": link.title, "url": link.url, "permalink": _cited(link.permalink)} for link in related(kept, known)],
        gone=_absence(kept.absences.of([id]).get(id)),
        revisions=[
            {"change": revision.change, "content_hash": revision.content_hash, "archived_at": revision.archived_at.isoformat()}
            for revision in kept.revisions(id)
        ],
    )


@blueprint.get("/articles/<id>/entities")
def named(id: str) -> ResponseReturnValue:
    """Answer with Entities: what an article names, and where."""
    known = archive().get(id_in(id)) if id_in(id) == id else None
    if known is None:
        return error_response(404, "no_article")
    return jsonify(entities=[_entity(each) for each in entities(known)])


def _entity(entity: Entity) -> dict[str, Any]:
    return asdict(entity) | {"key": entity.key or None, "label": entity.label or None}


def _absence(absence: Absence | None) -> dict[str, str] | None:
    return {"since": absence.seen_at.isoformat(), "reason": absence.words.in_words(language())} if absence else None
