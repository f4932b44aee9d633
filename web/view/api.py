"""/api/v1: the same answers as the pages, as JSON; web.description is what it promises, held to it by tests.

Offsets count Unicode code points. A parameter that is not understood or not known is a 400, never a guess.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from corpus.archive.absence import Absence
from corpus.article import Article
from corpus.permalink import id_in, permalink
from searcher.help.completion import Completion
from searcher.parameter import parameters
from web.address import read_request
from web.around.error import error_response
from web.cursor import next_cursor, read_cursor
from web.description import SEARCH, description
from web.desk import archive, searcher
from web.message import language, t
from web.paper_link import related
from web.presentation import hashtag

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

DEEPEST = 100_000  # hits that paging reaches; all of them are had by exporting


@cache
def _parameters() -> frozenset[str]:
    """Return the names that a search may have: those that are documented."""
    return frozenset(parameter["name"] for parameter in description()["paths"][SEARCH]["get"]["parameters"])


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Answer with the description of this API, at the address where it was asked."""
    base = current_app.config["BASE_URL"] or request.url_root.rstrip("/")
    return jsonify(description() | {"servers": [{"url": base}]})


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """Answer with a Result (web/data/openapi.json) for the parameters of the search page, and `next`, which leads on."""
    asked, bad = read_request(request.args)
    wrong = [f"{parameter.name}: {parameter.in_words(language())}" for parameter in bad]
    wrong += [t("api.unknown", name=name[:40]) for name in request.args if name not in _parameters()]
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
    response = jsonify(**result.as_json(language()), next=following)
    if following:
        pairs = [*parameters(replace(asked, page=1)), *([("explain", explain)] if explain else []), ("next", following)]
        response.headers["Link"] = f'<{url_for("api.search")}?{urlencode(pairs)}>; rel="next"'
    return response


@blueprint.get("/suggest")
def suggest() -> Response:
    """Answer with what the beginning of a query, `q`, may become: tags, phrases and titles."""
    typed = request.args.get("q", "")
    return jsonify(query=typed, completions=[asdict(completion) for completion in completions(typed)])


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
        **article_json(known),
        related=[{"title": link.title, "url": link.url, "permalink": link.permalink or None} for link in related(kept, known)],
        gone=_absence(kept.absences.of([id]).get(id)),
        revisions=[
            {"change": revision.change, "content_hash": revision.content_hash, "archived_at": revision.archived_at.isoformat()}
            for revision in kept.revisions(id)
        ],
    )


def _absence(absence: Absence | None) -> dict[str, str] | None:
    return {"since": absence.seen_at.isoformat(), "reason": absence.words.in_words(language())} if absence else None


def article_json(article: Article) -> dict[str, Any]:
    """Return what the paper published, with the names that Article gives it."""
    return {
        "id": article.id,
        "permalink": permalink(article.id, article.title),
        "url": article.url,
        "title": article.title,
        "lead": article.lead,
        "blocks": [{"kind": block.kind, "text": block.text, "credit": block.credit} for block in article.blocks],
        "authors": article.authors,
        "source": article.source,
        "stated_source": article.stated_source,
        "section": article.section,
        "tags": article.tags,
        "published": article.published.isoformat() if article.published else None,
        "modified": article.modified.isoformat() if article.modified else None,
        "fetched_at": article.fetched_at.isoformat() if article.fetched_at else None,
        "content_hash": article.content_hash,
    }
