"""A key of corpus/messages and values -> what a reader is told, a note in an article, or a line that keeps both key and values.

Invariant: any line that was ever kept can be told. What is no key with its values, as archives kept it before there were keys, is a sentence.
"""

from __future__ import annotations

import json
from typing import Any

from language.wording import LANGUAGES, Told

ROOM = "corpus"


def told(code: str, **values: object) -> Told:
    """Return message `code` of this room with `values` in its places."""
    return Told(ROOM, code, tuple(values.items()))


def note(code: str, **values: object) -> str:
    """Return the message in the first language: notes are part of an article's record, which is the same for all readers."""
    return told(code, **values).in_words(LANGUAGES[0])


def encode(words: Told) -> str:
    """Return a line of JSON that keeps what is told in every language."""
    return json.dumps(_kept(words), ensure_ascii=False)


def decode(line: str) -> Told:
    """Return what `line` keeps."""
    try:
        words = _told(json.loads(line))
        for language in LANGUAGES:
            words.in_words(language)
    # Whatever else somebody wrote there, or a later version did.
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return told("sentence", text=line)
    return words


def _kept(value: object) -> object:
    if isinstance(value, Told):
        return {"code": value.code, "values": {name: _kept(each) for name, each in value.values}}
    # JSON may name half a character, which no file can hold.
    return value if isinstance(value, int | float) else str(value).encode("utf-8", "backslashreplace").decode()


def _told(kept: dict[str, Any]) -> Told:
    values = {name: _told(each) if isinstance(each, dict) else each for name, each in kept["values"].items()}
    return told(kept["code"], **values)
