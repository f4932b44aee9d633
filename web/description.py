"""The table of facets and data/openapi.json -> the OpenAPI document that describes /api/v1, exports, feeds and lists.

What concerns no facet is kept by hand in the file; `{facets}` and `{columns}` stand there for their names. Whatever takes a search takes the
parameters of /api/v1/search that say what is searched: they stand there once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from corpus.facet import FACET_NAMES, FACETS, LISTED, NARROWING, Facet
from corpus.writing.column import COLUMNS
from corpus.writing.export import MEDIA_TYPES
from language.wording import worded
from searcher.answer import Period
from searcher.parameter import ANY, EXCLUDING, LAST_PAGE, LONGEST_VALUE, MOST_SELECTED
from searcher.request import MOST_HITS_A_PAGE

SEARCH = "/api/v1/search"
AGGREGATE = "/api/v1/aggregate"
PLACES = "/api/v1/places"
TRENDS = "/api/v1/trends"
EXPORT = "/tim-kiem.{extension}"
FEED = "/tim-kiem.atom"
BATCH = "/tra-hang-loat"
MOST_VALUES = 100
"""Values of a facet that are counted at once."""
MOST_QUERIES = 2000
"""Lines of a list that are looked up at once."""
_OF_PAGES = ("fold", "near", "size", "page", "next")  # what says of a search how its hits are shown
_LEFT_OUT = {AGGREGATE: ("sort", *_OF_PAGES), TRENDS: ("q", "sort", *_OF_PAGES), EXPORT: _OF_PAGES, FEED: ("sort", *_OF_PAGES)}


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI document."""
    text = (files("web") / "data" / "openapi.json").read_text(encoding="utf-8")
    for place, names in {"facets": FACET_NAMES, "columns": COLUMNS, "queries": [str(MOST_QUERIES)]}.items():
        text = text.replace(f"{{{place}}}", ", ".join(names))
    document: dict[str, Any] = json.loads(text)
    parameters = document["paths"][SEARCH]["get"]["parameters"]
    schemas = {parameter["name"]: parameter["schema"] for parameter in parameters}
    schemas["size"]["maximum"], schemas["page"]["maximum"] = MOST_HITS_A_PAGE, LAST_PAGE
    parameters[1:1] = _parameters()  # after the query
    document["components"]["schemas"]["Bound"]["properties"]["operator"]["enum"] += LISTED
    for path, left_out in _LEFT_OUT.items():
        own = document["paths"][path]["get"]["parameters"]
        own[:0] = [parameter for parameter in parameters if parameter["name"] not in left_out]
    schemas = {parameter["name"]: parameter["schema"] for parameter in document["paths"][AGGREGATE]["get"]["parameters"]}
    schemas["by"]["enum"], schemas["period"]["enum"], schemas["most"]["maximum"] = [*LISTED], [*get_args(Period)], MOST_VALUES
    _named(document["paths"][EXPORT]["get"]["parameters"], "extension")["schema"]["enum"] = [*MEDIA_TYPES]
    return document


def parameter_names(path: str) -> frozenset[str]:
    """Return the names of the parameters that are documented of what is read at `path`."""
    return frozenset(parameter["name"] for parameter in description()["paths"][path]["get"]["parameters"])


def _named(parameters: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(parameter for parameter in parameters if parameter["name"] == name)


def _parameters() -> Iterator[dict[str, Any]]:
    """Yield the parameters by which values are chosen, any of them made enough, and excluded."""
    for facet in FACETS:
        yield _values(facet.name, _told("api.facet.", facet.name), _schema(facet))
    for name in NARROWING:
        schema = {"type": "string", "enum": ["0", "1"], "default": "0"}
        yield {"name": name + ANY, "in": "query", **_told("api.any.", name), "allowEmptyValue": True, "schema": schema}
    for facet in FACETS:
        yield _values(EXCLUDING + facet.name, _told("api.not.", facet.name), {"type": "string", "maxLength": LONGEST_VALUE})


def _values(name: str, told: dict[str, str], schema: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter that may be repeated."""
    several = {"type": "array", "maxItems": MOST_SELECTED, "items": schema}
    return {"name": name, "in": "query", **told, "allowEmptyValue": True, "schema": several, "style": "form", "explode": True}


def _schema(facet: Facet) -> dict[str, Any]:
    if facet.is_month:
        return {"type": "string", "pattern": "^([1-9][0-9]{3}-(0[1-9]|1[0-2]))?$"}
    return {"type": "string", "maxLength": LONGEST_VALUE}


def _told(kind: str, name: str) -> dict[str, str]:
    return {key: worded("web", language, kind + name, {}) for key, language in (("description", "en"), ("x-vi", "vi"))}
