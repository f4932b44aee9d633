"""Anything that goes wrong -> one error page that says what happened and what to do; under /api/ and for probes, one JSON shape.

The shape is {"error": {"code", "message"}}, in web/data/openapi.json the schema Error. A redirect leads to a path of ours. Details, paths above all, go to the log, never to the reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, current_app, jsonify, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException

from language.errors import ToldError
from searcher.deadline import DeadlineExceeded
from searcher.engine import AWAY
from web.desk import NOT_ANSWERED, searcher
from web.door import doors, meant_by, words_of
from web.message import has_message, t

_JSON_PATHS = ("/api/", "/healthz", "/readyz", "/metrics")
_MISSING = ("http_404", "no_article", "withdrawn", "no_page", "no_tag", "no_document", "no_place")
_IN_THE_WAY = ("no_revision", "bad_parameter", "too_deep", "too_slow", "cluster_away")
"""Codes of errors that are met where the archive is open already: what it holds is no secret there. All others may come before the password was asked for."""
_RETRY_AFTER = 10  # seconds
"""When to ask again after any 503: it is over by itself, or once an operator has seen to it."""


def handle(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(ToldError, _not_ready)
    app.register_error_handler(DeadlineExceeded, _too_slow)
    for kind in AWAY:
        app.register_error_handler(kind, _cluster_away)
    app.after_request(_lead_here)


def error_response(status: int, code: str, message: str = "", *, query: str = "", offers: Sequence[object] = ()) -> Response:
    """Return an error in the shape that the asker expects.

    The words are the messages `error.<code>.title` and `.message`, or `message` instead of the latter. `query` is put into the
    page's search box, as a way on; `offers` are others (see web.listing.offers).
    """
    message = message or t(f"error.{code}.message")
    if speaks_json():
        response = make_response(jsonify(error={"code": code, "message": message}), status)
    else:
        told = {"status": status, "code": code, "message": message, "query": query, "offers": offers, **_ways_on(code, query)}
        response = make_response(render_template("error.html", **told), status)
    if status == 503:
        response.headers["Retry-After"] = str(_RETRY_AFTER)
    return response


def _ways_on(code: str, query: str) -> dict[str, object]:
    """Return what leads on from an error that only those meet whom the archive is open to: `doors` into it, what was `meant` by the address.

    An address means its words, or what a view has read in it: `query`.
    """
    if code not in (*_MISSING, *_IN_THE_WAY):
        return {}
    words = (query.replace("_", " ") or " ".join(words_of(request.path))) if code in _MISSING else ""
    try:
        return {"doors": doors(searcher().overview()), "meant": meant_by(words)}
    except NOT_ANSWERED:  # the error is told all the same
        return {}


def speaks_json() -> bool:
    """Return whether the asker is a program that reads errors as JSON."""
    return request.path.startswith(_JSON_PATHS)


def _refused(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:  # a redirect
        return make_response(error.get_response())
    code = f"http_{error.code}" if has_message(f"error.http_{error.code}.message") else "http"
    response = error_response(error.code, code)
    if error.code == 405:
        response.headers["Allow"] = dict(error.get_headers()).get("Allow", "GET, HEAD")
    return response


def _lead_here(response: Response) -> Response:
    """Shorten the address of a redirect (Werkzeug writes a whole one) to its path, which is right behind any proxy."""
    place = urlsplit(response.location or "")
    if place.netloc:
        path = urlunsplit(("", "", "/" + place.path.lstrip("/\\"), place.query, ""))
        response.location = path
        response.set_data(redirect(path).get_data())
    return response


def _too_slow(_: Exception) -> Response:
    # What was found until then is no answer: an empty list would say that there is nothing.
    return error_response(503, "too_slow", query=request.args.get("q", ""))


def _not_ready(error: Exception) -> Response:
    current_app.logger.error("%s: %s", type(error).__name__, error)
    return error_response(503, "not_ready")


def _cluster_away(error: Exception) -> Response:
    current_app.logger.warning("%s: %s", type(error).__name__, error)
    return error_response(503, "cluster_away", query=request.args.get("q", ""))
