"""A message's key and its values -> a sentence in the reader's language.

Sentences live in <room>/messages/<language>.json, none in code. A message may have named places: `{count}`. Integers are put there
grouped by thousands; everything else as it is. Where a language needs a singular, the message is an object of "one" and "other",
chosen by `count`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("vi", "en")
"""The languages of the interface; the first is what is spoken where nobody said which."""


@cache
def messages(room: str, language: str) -> dict[str, Any]:
    """Return all messages of a room in a language, by key."""
    loaded: dict[str, Any] = json.loads((files(room) / "messages" / f"{language}.json").read_text(encoding="utf-8"))
    return loaded


def worded(room: str, language: str, key: str, values: Mapping[str, object]) -> str:
    """Return a message with its places filled. Raises KeyError for a key or a place that does not exist."""
    message = messages(room, language)[key]
    if isinstance(message, dict):
        message = message["one" if values.get("count") == 1 else "other"]
    return str(message).format(
        **{name: grouped(value, language) if type(value) is int else value for name, value in values.items()}
    )


def grouped(value: int, language: str) -> str:
    """Return `value` grouped by thousands: 1.234 in Vietnamese, 1,234 in English."""
    return f"{value:,}".replace(",", "." if language == "vi" else ",")


def shortened(text: str) -> str:
    """Return what a sentence repeats of a query: at most 30 characters."""
    return text if len(text) <= 30 else text[:29] + "…"
