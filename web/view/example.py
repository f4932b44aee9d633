"""The archive's own examples (searcher.help.example) -> what a page shows of each: the query in the words of its language, what it shows, its address."""

from __future__ import annotations

from dataclasses import dataclass

from searcher.help.example import Example, Kind
from searcher.request import SearchRequest
from web.address import search_url
from web.desk import searcher
from web.message import t

_AT_HOME = 3
_FIRST_AT_HOME: tuple[Kind, ...] = ("unmarked", "phrase", "recent", "tag", "title", "marked", "prefix")
_PLACES = ("first", "second", "third")


@dataclass(frozen=True)
class Shown:
    """A query worth trying, what it shows, its address, and how many articles are there."""

    kind: Kind
    query: str
    gloss: str
    href: str
    total: int


def home_examples() -> list[Shown]:
    """Return the few that introduce the archive."""
    shown = {example.kind: _shown(example) for example in searcher().examples()}
    return [shown[kind] for kind in _FIRST_AT_HOME if kind in shown][:_AT_HOME]


def syntax_examples() -> list[Shown]:
    """Return those that explain how to ask."""
    return [_shown(example) for example in searcher().examples() if example.kind != "recent"]


def _shown(example: Example) -> Shown:
    parts = dict(zip(_PLACES, example.parts, strict=False))
    query, gloss = t(f"syntax.{example.kind}", **parts).rsplit(" | ", 1)
    return Shown(example.kind, query, gloss, search_url(SearchRequest(query=query)), example.total)
