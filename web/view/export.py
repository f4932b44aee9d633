"""A search -> all its hits as one file, streamed: as many records as the page says there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from corpus.permalink import slug
from corpus.writing.export import FORMATS, Format, address
from language.timestamp import VIETNAM
from searcher.answer import Found
from web.address import read_request, site
from web.around.error import error_response
from web.desk import archive, searcher
from web.message import language
from web.stream import begun

blueprint = Blueprint("export", __name__)

BY_EXTENSION = {format.extension: format for format in FORMATS.values()}
TIME_LIMIT = 10.0  # seconds to find the hits; sending them takes what it takes
_ARTICLES_A_PIECE = 50  # sent at a time


@blueprint.get("/tim-kiem.<any(csv, jsonl, ris, bib):extension>")
def hits(extension: str) -> ResponseReturnValue:
    """Send every article that a search finds, in its order; X-Total-Count says how many."""
    asked, bad = read_request(request.args)
    if bad:  # a file has no place to say what was not understood
        return error_response(
            400, "bad_parameter", " ".join(parameter.in_words(language()) for parameter in bad), query=asked.query
        )
    found = searcher().find_all(asked, time_limit=TIME_LIMIT)
    format = BY_EXTENSION[extension]
    response = Response(
        begun(_pieces(found, format, site(), archive().absences.since)), content_type=f"{format.media_type}; charset=utf-8"
    )
    name = "-".join(filter(None, ("lucbao", slug(asked.query)[:40].strip("-"), f"{datetime.now(VIETNAM):%Y-%m-%d}")))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    response.headers["X-Total-Count"] = str(len(found))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _pieces(found: Found, format: Format, base: str, gone: Callable[[str], datetime | None]) -> Iterator[str]:
    waiting = [format.head]
    for article in found:
        waiting.append(format.piece(article, address(article, base), gone(article.id)))
        if len(waiting) >= _ARTICLES_A_PIECE:
            yield "".join(waiting)
            waiting.clear()
    yield "".join(waiting)
