"""A key -> the words a reader sees, in the language of the page.

The words live in messages/<language>.json, none in code or templates. A message may have named places: `{count}`. Integers are
put there grouped by thousands; everything else as it is. Where a language needs a singular, the message is an object of "one" and
"other", chosen by `count`.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from flask import g, has_app_context

LANGUAGES = ("vi", "en")


@cache
def messages(language: str) -> dict[str, Any]:
    """Return all messages of a language by key."""
    loaded: dict[str, Any] = json.loads((files("web") / "messages" / f"{language}.json").read_text(encoding="utf-8"))
    return loaded


def language() -> str:
    """Return the language of the page being made: Vietnamese unless something set `g.language`."""
    return str(g.get("language", LANGUAGES[0])) if has_app_context() else LANGUAGES[0]


def t(key: str, **values: object) -> str:
    """Return the message `key` with its places filled. Raises KeyError for a key or a place that does not exist."""
    message = messages(language())[key]
    if isinstance(message, dict):
        message = message["one" if values.get("count") == 1 else "other"]
    return str(message).format(**{name: number(value) if type(value) is int else value for name, value in values.items()})


def number(value: int) -> str:
    """Return `value` grouped by thousands: 1.234 in Vietnamese."""
    return f"{value:,}".replace(",", str(messages(language())["format.thousands"]))
