"""A message's key and its values -> a sentence in the reader's language.

Sentences live in <room>/messages/<language>.json, none in code. A message may have named places: `{count}`. Integers are put there
grouped by thousands, unless the place says how ("{line:d}"), other numbers with the language's decimal sign (1,3 in Vietnamese); what is
Told itself in the same language, several of it one after another; everything else as it is. Where a language needs a singular, the message is
an object of "one" and "other", chosen by `count`. A message of several lines is a list of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Told:
    """Words for a reader before the language is known: message `code` of a room, and the `values` for its places."""

    room: str
    code: str
    values: tuple[tuple[str, object], ...] = ()

    def in_words(self, language: str) -> str:
        """Return the words in a language."""
        return worded(self.room, language, self.code, dict(self.values))

    def __str__(self) -> str:
        return self.in_words(LANGUAGES[0])


def worded(room: str, language: str, key: str, values: Mapping[str, object]) -> str:
    """Return a message with its places filled. Raises KeyError for a key or a place that does not exist."""
    message = messages(room, language)[key]
    if isinstance(message, dict):
        message = message["one" if values.get("count") == 1 else "other"]
    if isinstance(message, list):
        message = "\n".join(message)
    return str(message).format(**{name: _Placed(value, language) for name, value in values.items()})


class _Placed:
    """A value as a place of a message shows it."""

    def __init__(self, value: object, language: str) -> None:
        self._value = value
        self._language = language

    def __format__(self, how: str) -> str:
        value = self._value
        if isinstance(value, tuple):
            return " ".join(each.in_words(self._language) for each in value)
        if isinstance(value, Told):
            return value.in_words(self._language)
        if type(value) is int and not how:
            return grouped(value, self._language)
        written = format(value, how)
        return written.replace(".", ",") if isinstance(value, float) and self._language == "vi" else written


def grouped(value: int, language: str) -> str:
    """Return `value` grouped by thousands: 1.234 in Vietnamese, 1,234 in English."""
    return f"{value:,}".replace(",", "." if language == "vi" else ",")


def shortened(text: str) -> str:
    """Return `text`, a part of a query, cut to the 30 characters that a sentence has room for."""
    return text if len(text) <= 30 else text[:29] + "…"
