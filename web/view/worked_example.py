"""A request of the API -> what this archive answers to it, shortened to be read, as HTML in which names, texts and numbers are told apart.

The answer is made by the very view that answers such a request.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import current_app, make_response, request
from markupsafe import Markup

from searcher.request import SearchRequest
from web.desk import NOT_ANSWERED, searcher
from web.message import language
from web.view.example import home_examples

_LONGEST_LIST, _LONGEST_TEXT, _LONGEST_QUERY = 2, 160, 60
_VARYING = "took_ms"
_TOKEN = re.compile(r'(?P<text>"(?:[^"\\]|\\.)*")(?P<colon>:)?|(?P<number>-?\b\d[\d.eE+-]*\b|\btrue\b|\bfalse\b|\bnull\b)')
_PAIR = re.compile(r"\[\s+(\d+),\s+(\d+)\s+\]")


def known_values() -> dict[str, str]:
    """Return values for the parameters of examples that find something here: a query `q`, and the `id` of an article that it finds.

    {} while the archive cannot be asked, or is empty.
    """
    try:
        queries = [example.query for example in home_examples() if len(example.query) <= _LONGEST_QUERY]
        found = searcher().search(SearchRequest(queries[0], size=1)) if queries else None
    except NOT_ANSWERED:
        return {}
    return {"q": queries[0], "id": found.hits[0].id} if found and found.hits else {}


def answer_to(address: str) -> Any:
    """Return the JSON that GET `address`, a path of the API, answers here, shortened; None if there is none now."""
    with current_app.test_request_context(address, base_url=request.url_root, headers={"Accept-Language": language()}) as asked:
        view = current_app.view_functions[str(asked.request.endpoint)]
        try:
            response = make_response(view(**(asked.request.view_args or {})))
        except NOT_ANSWERED:
            return None
        return shortened(response.json) if response.is_json and response.status_code == 200 else None


def shortened(value: Any) -> Any:
    """Return a JSON value with long lists and texts cut; what was cut says by how much. What is never the same twice is left out."""
    if isinstance(value, dict):
        return {name: "…" if name == _VARYING else shortened(part) for name, part in value.items()}
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT else value[:_LONGEST_TEXT] + "…"
    if isinstance(value, list):
        kept = [shortened(part) for part in value[:_LONGEST_LIST]]
        left = len(value) - len(kept)
        return [*kept, f"… +{left}"] if left else kept
    return value


def highlighted(value: Any) -> Markup:
    """Return a JSON value to be read, its names, texts and numbers in elements of their own; a pair of numbers stays on its line."""
    text = _PAIR.sub(r"[\1, \2]", json.dumps(value, ensure_ascii=False, indent=2))
    pieces: list[str | Markup] = []
    at = 0
    for token in _TOKEN.finditer(text):
        kind = "number" if token["number"] else "name" if token["colon"] else "text"
        pieces += [text[at : token.start()], Markup('<span class="{}">{}</span>').format(kind, token["text"] or token["number"])]
        at = token.end() - len(token["colon"] or "")
    return Markup("").join([*pieces, text[at:]])


def command(address: str, form: Mapping[str, str]) -> Markup:
    """Return the command that asks for an address in full, with the fields of a form if there is one, what it asks told apart."""
    fields = Markup("").join(
        Markup("-F <span class=\"text\">'{}={}'</span> ").format(name, value) for name, value in form.items()
    )
    return Markup("curl {}<span class=\"text\">'{}'</span>").format(fields, address)
