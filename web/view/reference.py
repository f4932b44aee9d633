"""The OpenAPI document -> the page at /api that explains it, in the reader's language.

A description in the document has its Vietnamese beside it, in `x-vi`; nothing else is said on the page that is not in the document.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, render_template, request
from markupsafe import Markup, escape

from web.description import description
from web.message import language
from web.presentation import vietnamese

blueprint = Blueprint("reference", __name__)

_VIETNAMESE = re.compile(r"(\S*[À-ÖØ-öø-ɏḀ-ỹ]\S*)")  # a word with a letter that English has not


@dataclass(frozen=True)
class Field:
    """A parameter of an operation, or a property of a schema."""

    name: str
    type: str
    required: bool
    about: Markup


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked: its address, what it takes, what it answers, and a request to try."""

    name: str
    path: str
    title: str
    about: Markup
    parameters: tuple[Field, ...]
    example: str
    answers: tuple[tuple[str, Markup], ...]


@dataclass(frozen=True)
class Schema:
    """The shape of an answer or of a part of it."""

    name: str
    about: Markup
    fields: tuple[Field, ...]
    example: Any


@blueprint.get("/api")
def show() -> str:
    """Show what can be asked of the API and what it answers."""
    document = description()
    base = current_app.config["BASE_URL"] or request.url_root.rstrip("/")
    return render_template(
        "api/reference.html",
        file="openapi.json",
        edition=f"OpenAPI {document['openapi']} · v{document['info']['version']}",
        about=about(document["info"]),
        written=written,
        operations=[operation(path, methods["get"], document, base) for path, methods in document["paths"].items()],
        schemas=[schema(name, one) for name, one in document["components"]["schemas"].items()],
    )


def written(example: Any) -> str:
    """Return an example as JSON to be read: a range of two numbers stays on its line."""
    return re.sub(r"\[\s+(\d+),\s+(\d+)\s+\]", r"[\1, \2]", json.dumps(example, ensure_ascii=False, indent=2))


def about(part: dict[str, Any]) -> Markup:
    """Return what the document says of `part`, in the reader's language; Vietnamese examples in English sentences say that they are."""
    text = part.get("x-vi") if language() == "vi" else part.get("description")
    plain_and_vietnamese = _VIETNAMESE.split(str(text or part.get("description", "")))
    return Markup("").join(vietnamese(piece) if place % 2 else escape(piece) for place, piece in enumerate(plain_and_vietnamese))


def operation(path: str, asked: dict[str, Any], document: dict[str, Any], base: str) -> Operation:
    """Return the operation at `path`, with a command to try, made of its parameters' examples; `base` is where the site is."""
    parameters = [resolved(parameter, document) for parameter in asked.get("parameters", ())]
    example, query = path, []
    for parameter in parameters:
        if parameter["in"] == "path":
            example = example.replace("{" + parameter["name"] + "}", str(parameter.get("example", "")))
        elif "example" in parameter:
            query.append((parameter["name"], parameter["example"]))
    if query:
        example += f"?{urlencode(query)}"
    fields = (Field(one["name"], kind(one["schema"]), one.get("required", False), about(one)) for one in parameters)
    answers = ((status, about(resolved(answer, document))) for status, answer in asked["responses"].items())
    return Operation(
        name=asked["operationId"],
        path=path,
        about=about(asked),
        parameters=tuple(fields),
        title=f"GET {path}",
        example=f"curl '{base}{example}'",
        answers=tuple(answers),
    )


def schema(name: str, one: dict[str, Any]) -> Schema:
    """Return a schema with its properties in their order."""
    required = one.get("required", ())
    fields = (Field(field, kind(part), field in required, about(part)) for field, part in one.get("properties", {}).items())
    return Schema(name, about(one), tuple(fields), (one.get("examples") or [None])[0])


def kind(part: dict[str, Any]) -> str:
    """Return the type of a value as a programmer writes it: `[string]`, `Hit`, `integer | null`."""
    if "$ref" in part:
        return str(part["$ref"]).rpartition("/")[2]
    if "anyOf" in part:
        return " | ".join(kind(choice) for choice in part["anyOf"])
    if "enum" in part:
        return " | ".join(map(str, part["enum"]))
    if part.get("type") == "array":
        return f"[{kind(part['items'])}]" if "items" in part else f"[{', '.join(map(kind, part.get('prefixItems', ())))}]"
    if part.get("type") == "object" and isinstance(part.get("additionalProperties"), dict):
        return "{string: " + kind(part["additionalProperties"]) + "}"
    written = part.get("type", "any")
    return " | ".join(written) if isinstance(written, list) else str(written)


def resolved(part: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Return `part`, or what it refers to in the document."""
    while "$ref" in part:
        found: Any = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part
