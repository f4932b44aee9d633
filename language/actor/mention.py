"""Who was named, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["person", "organisation"]


@dataclass(frozen=True)
class Actor:
    """A person or body: its key and the name that it is shown by."""

    kind: ActorKind
    key: str
    label: str


@dataclass(frozen=True)
class Named:
    """An actor named at texts[text][start:end]; `office` is where in that text the office stands that is told with a person's name."""

    text: int
    start: int
    end: int
    actor: Actor
    office: tuple[int, int] | None = None
