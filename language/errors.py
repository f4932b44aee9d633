"""The base of all errors that a reader is told, and those of this room."""

from __future__ import annotations

from typing import ClassVar

from language.wording import LANGUAGES, worded


class ToldError(Exception):
    """An error told to a reader: the sentence `code` of its room's messages, with `values` in its places.

    As a string it is in the first language; at the edge, where the reader's language is known, `in_words` is used.
    """

    room: ClassVar[str]

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def in_words(self, language: str) -> str:
        """Return the sentence in a language."""
        return worded(self.room, language, self.code, self.values)

    def __str__(self) -> str:
        return self.in_words(LANGUAGES[0])


class ModelMissing(ToldError):
    """Raised when pyvi's word segmentation model is not installed or not as expected."""

    room = "language"
