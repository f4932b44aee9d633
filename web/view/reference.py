"""The OpenAPI document -> the page at /api that explains it, in the reader's language, with examples that find something in this archive.

A description in the document has its Vietnamese beside it, in `x-vi`; nothing else is said on the page that is not in the document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from markupsafe import Markup, escape

from web.address import site
from web.description import description
from web.message import language
from web.presentation import vietnamese
from web.view.worked_example import answer_to, command, highlighted, known_values

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
    """One thing that can be asked: its address, what it takes, what it answers.

    `command` asks it; where a browser can, `tried` is the address that does, and `answer` what this archive answers now, if that is JSON.
    """

    name: str
    path: str
    title: str
    about: Markup
    parameters: tuple[Field, ...]
    command: Markup
    tried: str
    answer: Markup | None
    answers: tuple[tuple[str, Markup], ...]


@dataclass(frozen=True)
class Schema:
    """The shape of an answer or of a part of it."""

    name: str
    about: Markup
    fields: tuple[Field, ...]
    example: Markup | None


@blueprint.get("/api")
def show() -> str:
    """Show what can be asked of the API and what it answers."""
    document = description()
    known = known_values()
    return render_template(
        "api/reference.html",
        file="openapi.json",
        edition=f"OpenAPI {document['openapi']} · v{document['info']['version']}",
        about=about(document["info"]),
        operations=[
            operation(path, method, asked, document, known)
            for path, methods in document["paths"].items()
            for method, asked in methods.items()
        ],
        schemas=[schema(name, one) for name, one in document["components"]["schemas"].items()],
    )


def about(part: dict[str, Any]) -> Markup:
    """Return what the document says of `part`, in the reader's language; Vietnamese examples in English sentences say that they are."""
    text = part.get("x-vi") if language() == "vi" else part.get("description")
    plain_and_vietnamese = _VIETNAMESE.split(str(text or part.get("description", "")))
    return Markup("").join(vietnamese(piece) if place % 2 else escape(piece) for place, piece in enumerate(plain_and_vietnamese))


def operation(path: str, method: str, asked: dict[str, Any], document: dict[str, Any], known: Mapping[str, str]) -> Operation:
    """Return an operation, with a request to try: made of what is `known` here of its parameters, else of the document's examples."""
    parameters = [resolved(parameter, document) for parameter in asked.get("parameters", ())]
    fields = [Field(one["name"], kind(one["schema"]), one.get("required", False), about(one)) for one in parameters]
    form = form_of(asked)
    fields += schema("", form).fields
    address = _address(path, parameters, known)
    content = asked["responses"]["200"]["content"].get("application/json", {"schema": {}})
    answer = answer_to(address) if "$ref" in content["schema"] else None
    return Operation(
        name=asked["operationId"],
        path=path,
        title=f"{method.upper()} {path}",
        about=about(asked),
        parameters=tuple(fields),
        command=command(site() + address, form["examples"][0] if form else {}),
        tried="" if form else request.script_root + address,
        answer=None if answer is None else highlighted(answer),
        answers=tuple((status, about(resolved(one, document))) for status, one in asked["responses"].items()),
    )


def form_of(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of the form that an operation takes, {} if it takes none."""
    content = asked.get("requestBody", {}).get("content", {})
    form: dict[str, Any] = content.get("multipart/form-data", {}).get("schema", {})
    return form


def _address(path: str, parameters: list[dict[str, Any]], known: Mapping[str, str]) -> str:
    """Return a path with the examples of its parameters."""
    pairs = []
    for one in parameters:
        if "example" in one:
            value = known.get(one["name"], str(one["example"]))
            path = path.replace("{" + one["name"] + "}", value)
            pairs += [(one["name"], value)] if one["in"] == "query" else []
    return path + (f"?{urlencode(pairs)}" if pairs else "")


def schema(name: str, one: dict[str, Any]) -> Schema:
    """Return a schema with its properties in their order."""
    required = one.get("required", ())
    fields = (Field(field, kind(part), field in required, about(part)) for field, part in one.get("properties", {}).items())
    example = (one.get("examples") or [None])[0]
    return Schema(name, about(one), tuple(fields), None if example is None else highlighted(example))


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
