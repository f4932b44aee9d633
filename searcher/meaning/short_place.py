"""A row of typed words -> the places in it, written short or in full: Q.1 is quận 1, H.Củ Chi is huyện Củ Chi, and the reverse.

The unit and the first syllable of what it is the unit of belong together: `h` alone is many things, `h củ` is Củ Chi's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from language.document_kind import rows
from language.normalizer import exact, stripped
from searcher.query.acceptance import acceptance
from searcher.query.tree import Phrase, Term

Stands = Callable[[tuple[str, ...]], int]
"""In how many articles a row of exact forms stands."""


class _Unit(NamedTuple):
    name: tuple[str, ...]
    short: str
    takes_number: bool
    written: str


class Place(NamedTuple):
    """Terms from `first` to before `stop` of a row: a unit and what follows it, also written as `phrase`; `written` shows it."""

    first: int
    stop: int
    phrase: Phrase
    written: str


@cache
def _units() -> tuple[_Unit, ...]:
    return tuple(
        _Unit(tuple(map(exact, name.split())), exact(short), use == "number", short)
        for name, short, use in rows("place_units.tsv")
    )


def places(row: Sequence[Term], typed: str, stands: Stands, *, exact_marks: bool = False) -> Iterator[Place]:
    """Yield the places in a row of neighbouring terms of the query `typed` with the other way of writing them.

    What is written in full is also looked for written short where the archive (`stands`) writes it so, or a number follows.
    """
    for first, term in enumerate(row):
        for unit in _units():
            stop = first + len(unit.name)
            if stop < len(row) and _is_named(unit, row[first:stop], exact_marks=exact_marks):
                place = row[stop]
                any_marks = any(each.any_marks for each in row[first:stop])
                if _is_numbered(unit, place) or _is_name(place) and not any_marks and stands((unit.short, place.exact)):
                    yield Place(first, stop + 1, _phrase((unit.short,), place), f"{unit.written}.{place.text}")
            if term.exact == unit.short and first + 1 < len(row):
                place = row[first + 1]
                if _is_numbered(unit, place) or _is_name(place) and typed[term.span[1] : term.span[1] + 1] in (".", "．"):
                    yield Place(first, first + 2, _phrase(unit.name, place), f"{' '.join(unit.name)} {place.text}")


def _is_named(unit: _Unit, terms: Sequence[Term], *, exact_marks: bool) -> bool:
    """Tell whether `terms`, as many as its name has, write a unit in full."""
    return all(
        acceptance(term, exact_marks=exact_marks).admits(form, stripped(form))
        for term, form in zip(terms, unit.name, strict=True)
    )


def _is_numbered(unit: _Unit, place: Term) -> bool:
    return _is_number(place) and unit.takes_number


def _is_number(term: Term) -> bool:
    return term.exact.isdecimal() and len(term.exact) <= 2


def _is_name(term: Term) -> bool:
    return term.exact.isalpha() and len(term.exact) > 1


def _phrase(unit: Sequence[str], place: Term) -> Phrase:
    title_only = place.title_only
    terms = tuple(Term(form, stripped(form), form, title_only) for form in unit)
    return Phrase((*terms, place), title_only)
