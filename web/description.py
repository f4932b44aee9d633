"""The table of facets and data/openapi.json -> the OpenAPI document that describes /api/v1.

What concerns no facet is kept by hand in the file; `{facets}` stands there for their names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from corpus.facet import FACET_NAMES, FACETS, LISTED, NARROWING, Facet
from language.wording import worded
from searcher.parameter import ANY, EXCLUDING, LONGEST_VALUE, MOST_SELECTED

SEARCH = "/api/v1/search"


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI document."""
    text = (files("web") / "data" / "openapi.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text.replace("{facets}", ", ".join(FACET_NAMES)))
    parameters = document["paths"][SEARCH]["get"]["parameters"]
    parameters[1:1] = _parameters()  # after the query
    document["components"]["schemas"]["Bound"]["properties"]["operator"]["enum"] += LISTED
    return document


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
