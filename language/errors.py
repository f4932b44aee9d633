"""The base of all errors that a reader is told, and those of this room."""

from __future__ import annotations

from typing import Any, ClassVar

from language.wording import LANGUAGES, Told


class ToldError(Exception):
    """An error told to a reader: the sentence `code` of its room's messages, with `values` in its places.

    As a string it is in the first language; at the edge, where the reader's language is known, `in_words` is used.
    """

    room: ClassVar[str]

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    @property
    def told(self) -> Told:
        """What is said, without the error."""
        return Told(self.room, self.code, tuple(self.values.items()))

    def in_words(self, language: str) -> str:
        """Return the sentence in a language."""
        return self.told.in_words(language)

    def __str__(self) -> str:
        return self.in_words(LANGUAGES[0])

    def __reduce__(self) -> tuple[Any, ...]:
        # Children take other arguments than `code` and values; an error that cannot come back from a worker process breaks the whole pool.
        return _rebuilt, (type(self), self.__dict__)


def _rebuilt(kind: type[ToldError], state: dict[str, Any]) -> ToldError:
    error = kind.__new__(kind, state["code"], state["values"])
    error.__dict__.update(state)
    return error


class ModelMissing(ToldError):
    """Raised when pyvi's word segmentation model is not installed or not as expected."""

    room = "language"
