"""An article's texts -> the places that they name, each with the unit that is meant, or none where nothing tells which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from language.place.candidate import candidates
from language.place.decision import Named, decide
from language.place.name import is_province, names, of_kind
from language.place.table import Place
from language.place.unit import PROVINCE

_LISTED = re.compile(r"(?: ?[,;/]| ?[-–])?(?: và| hay| hoặc| cùng)?(?: các| hai)? ?")
_CONTAINED = re.compile(r" ?[,(–-] ?(?:thuộc )?| (?:của|thuộc|ở|tại) ")

_FARTHEST = 12
"""Characters between two names of which one may tell about the other."""


@dataclass(frozen=True)
class Mention:
    """A place named at texts[text][start:end]; `place` is None where it stays open which unit is meant."""

    text: int
    start: int
    end: int
    place: Place | None


def mentions(texts: Sequence[str], *, day: date | None = None, paper: str = "") -> list[Mention]:
    """Return the places that the clean `texts` of one article name, sorted and disjoint in each.

    `day` is the day of the article (communes are those of that day), `paper` the name of its paper, which may be a province's.
    """
    found = [named for number, text in enumerate(texts) for named in _read(number, text, day)]
    if not found:
        return []
    decide(found, _of_paper(paper))
    return [Mention(each.text, each.at.start, each.at.end, each.place) for each in found if each.place or each.is_sure]


def _of_paper(paper: str) -> list[Place]:
    """Return the provinces in a paper's name."""
    return [meant for at in candidates(paper) for meant in names()[at.name] if meant.level == PROVINCE and is_province(at.name)]


def _read(number: int, text: str, day: date | None) -> Iterator[Named]:
    """Yield what a text names, each linked with what stands before and after it."""
    before: Named | None = None
    for at in candidates(text):
        between = text[before.at.end : at.begin] if before else ""
        kind, meant = at.kind, names()[at.name]
        if before is not None and before.kind and not kind and _is_listed(before, between, meant):
            kind = before.kind
        options = _there(of_kind(meant, kind), day)
        listed = kind != at.kind and bool(options)
        if kind != at.kind and not options:
            kind, options = "", _there(meant, day)
        named = Named(number, at, kind, options, listed=listed)
        if before is not None:
            named.before, before.after = before, named
            near = len(between) < _FARTHEST
            before.is_followed = near and bool(_CONTAINED.fullmatch(between) or between == " " and at.kind)
        yield named
        before = named


def _is_listed(before: Named, between: str, meant: Sequence[Place]) -> bool:
    """Say whether a name without its kind, which may be one of `meant`, goes on a list after `before`, and is not the province of that."""
    if len(between) >= _FARTHEST or not _LISTED.fullmatch(between):
        return False
    provinces = {place.key for place in meant if place.level == PROVINCE}
    return not any(provinces.intersection(option.lies_in[1:]) for option in before.options)


def _there(options: tuple[Place, ...], day: date | None) -> tuple[Place, ...]:
    """Return those of `options` that were there on `day`; if none was, those that had been."""
    there = tuple(option for option in options if option.was_there(day))
    return there or tuple(option for option in options if option.until is not None)
