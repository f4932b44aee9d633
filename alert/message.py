"""A key of alert/messages and values -> what a reader is told, or the line that keeps it."""

from __future__ import annotations

import json

from alert.errors import ROOM
from language.wording import Told, worded


def told(code: str, **values: object) -> Told:
    """Return message `code` of this room with `values` in its places."""
    return Told(ROOM, code, tuple(values.items()))


def text(language: str, code: str, **values: object) -> str:
    """Return message `code` of this room in a language."""
    return worded(ROOM, language, code, values)


def encode(words: Told) -> str:
    """Return a line of JSON that keeps a message of this room, its values as text."""
    return json.dumps([words.code, {name: str(value) for name, value in words.values}], ensure_ascii=False)


def decode(line: str) -> Told:
    """Return what a line of `encode` keeps."""
    code, values = json.loads(line)
    return told(code, **values)
