"""An article's texts -> the places that they name, each with the unit that is meant, or none where nothing tells which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from language.place.candidate import candidates
from language.place.decision import Named, decide
from language.place.name import names, of_kind
from language.place.table import Place

_LISTED = re.compile(r"(?: ?[,;/]| ?[-–])?(?: và| hay| hoặc| cùng)?(?: các| hai)? ?")
_CONTAINED = re.compile(r" ?[,(–-] ?(?:thuộc )?| (?:của|thuộc|ở|tại) ")


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
    decide(found, [each.place for each in _of_paper(paper) if each.place])
    return [Mention(each.text, each.at.start, each.at.end, each.place) for each in found if each.place or each.is_sure]


def _of_paper(paper: str) -> list[Named]:
    """Return the provinces in a paper's name."""
    found = list(_read(0, paper, None))
    decide(found, [])
    return found


def _read(number: int, text: str, day: date | None) -> Iterator[Named]:
    """Yield what a text names, each linked with what stands before and after it."""
    before: Named | None = None
    for at in candidates(text):
        between = text[before.at.end : at.begin] if before else ""
        listed = (
            before is not None and not at.kind and bool(before.kind) and len(between) < 12 and bool(_LISTED.fullmatch(between))
        )
        kind = before.kind if listed and before else at.kind
        meant = names()[at.name]
        options = _there(of_kind(meant, kind), day)
        if listed and not any(option.kind == kind for option in options):
            listed, kind, options = False, "", _there(meant, day)
        named = Named(number, at, kind, options, listed=listed)
        if before is not None:
            named.before, before.after = before, named
            before.is_followed = len(between) < 12 and bool(_CONTAINED.fullmatch(between) or between == " " and at.kind)
        yield named
        before = named


def _there(options: tuple[Place, ...], day: date | None) -> tuple[Place, ...]:
    """Return those of `options` that were there on `day`, or all if none was."""
    return tuple(option for option in options if option.was_there(day)) or options
