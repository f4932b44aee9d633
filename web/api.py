"""/api/v1: the same answers as the pages, as JSON.

Offsets count Unicode code points. A parameter that is not understood is a 400, never a guess.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from corpus.article import Article
from corpus.identity import permalink
from web.address import read_request
from web.article import read_name, related
from web.desk import searcher
from web.error import error_response
from web.message import language

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """Answer with the search result of DESIGN.md for the parameters of the search page."""
    asked, bad = read_request(request.args)
    if bad:
        return error_response(400, "bad_parameter", "; ".join(f"{parameter.name}: {parameter.message}" for parameter in bad))
    return jsonify(searcher().search(asked).as_json(language()))


@blueprint.get("/suggest")
def suggest() -> Response:
    """Answer with what the beginning of a query, `q`, may become: tags, phrases and titles."""
    typed = request.args.get("q", "")
    return jsonify(query=typed, completions=[asdict(completion) for completion in searcher().complete(typed)])


@blueprint.get("/articles/<id>")
def article(id: str) -> Response:
    """Answer with an article as the archive has it now, its related articles resolved, its revisions listed."""
    desk = searcher()
    known = desk.archive.get(read_name(id)) if read_name(id) == id else None
    if known is None:
        return error_response(404, "no_article")
    return jsonify(
        **article_json(known),
        related=[{"title": link.title, "url": link.url, "permalink": link.permalink or None} for link in related(desk, known)],
        revisions=[
            {"change": revision.change, "content_hash": revision.content_hash, "archived_at": revision.archived_at.isoformat()}
            for revision in desk.archive.revisions(id)
        ],
    )


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
        "section": article.section,
        "tags": article.tags,
        "published": article.published.isoformat() if article.published else None,
        "modified": article.modified.isoformat() if article.modified else None,
        "fetched_at": article.fetched_at.isoformat() if article.fetched_at else None,
        "content_hash": article.content_hash,
    }
