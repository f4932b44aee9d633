"""Is the process alive, and can it answer: for supervisors and load balancers."""

from __future__ import annotations

import random

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from web.desk import searcher

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer 200 whenever the process runs, whatever the state of the archive."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Answer 200 when an article can be read and the index belongs to the archive, with the engine's own health; until then the error's 503.

    It is another article each time, so that a probe every few seconds reads through the archive by and by.
    """
    asked = searcher()
    asked.probe(random.random())
    overview = asked.overview()
    return jsonify(status="ready", articles=overview.articles, generation=overview.generation, **asked.health())
