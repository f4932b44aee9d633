"""What is typed or written -> the places it may name.

A name of a text is one row of syllables, marks and all; what a reader types may leave marks out and say the kind, and what the place lies in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from language.document_kind import rows
from language.normalizer import stripped
from language.place.table import LONG_AGO, Name, Place, full_names_of_provinces, name_of, places
from language.place.unit import KIND_LEVELS, OTHER_KINDS, PROVINCE, SHORT_KINDS, kind_of


@cache
def names() -> Mapping[Name, tuple[Place, ...]]:
    """Return the places of each name by which a text may call them, all spellings among them."""
    found: dict[Name, list[Place]] = defaultdict(list)
    called = defaultdict(list)
    for place in places().values():
        found[name_of(place.name)].append(place)
        called[place.full_name.lower()].append(place)
    for spelling, full_name, *_ in rows("place_spellings.tsv"):
        found[name_of(spelling)] += called[full_name.lower()]
    return {name: tuple(dict.fromkeys(each)) for name, each in found.items()}


@cache
def only_with_kind() -> frozenset[Name]:
    """Return the names that are a place's only after its kind: TP HCM, tỉnh Nam Hà."""
    listed = {name_of(spelling) for spelling, _, *use in rows("place_spellings.tsv") if use == ["unit"]}
    return frozenset(listed | {name for name, meant in names().items() if all(map(_is_long_gone, meant))})


def is_province(name: Name) -> bool:
    """Say whether a province has this name, but for those of long ago."""
    return any(place.level == PROVINCE and not _is_long_gone(place) for place in names().get(name, ()))


def _is_long_gone(place: Place) -> bool:
    return place.until is not None and place.until < LONG_AGO


def of_kind(candidates: Iterable[Place], kind: str) -> tuple[Place, ...]:
    """Return those of `candidates` that may be called a `kind`: those that are of it, or else those that may have been, or become; all if it is ""."""
    if not kind:
        return tuple(candidates)
    level = [place for place in candidates if place.level in KIND_LEVELS[kind]]
    same = tuple(place for place in level if place.kind == kind)
    return same or tuple(place for place in level if kind in OTHER_KINDS.get(place.kind, ()))


def named(typed: str) -> tuple[Place, ...]:
    """Return the places that a reader may mean: `quảng ninh`, `tinh quang ninh`, `H. Bình Liêu`, `Châu Thành (Long An)`, `TP.HCM`.

    Those of the widest level of that name, unless the kind is typed. A syllable with a mark is only that one; one without may have lost it.
    """
    part, _, outer = re.sub(r"[)\s]+$", "", typed).partition("(" if "(" in typed else ",")
    around = {place.key for place in named(outer)} if outer.strip() else None
    for kind, name in _readings(name_of(part.replace("_", " "))):
        meant = of_kind(_spelled_so(name), kind)
        if around is not None:
            meant = tuple(place for place in meant if around & {*place.lies_in[1:]})
        if meant:
            widest = min(place.level for place in meant)
            return tuple(place for place in meant if kind or place.level == widest)
    return ()


def may_be_asked_for(typed: str) -> bool:
    """Say whether `typed` can be the name of a province, or begins with a kind; quickly, before all the names are known."""
    name = name_of(typed)
    return any(kind for kind, _ in _readings(name)) or "".join(map(stripped, name)) in _letters_of_provinces()


@cache
def _letters_of_provinces() -> frozenset[str]:
    """Return the names of provinces by their letters without marks and spaces."""
    spelled = (
        spelling for spelling, full_name, *_ in rows("place_spellings.tsv") if PROVINCE in KIND_LEVELS[kind_of(full_name)[0]]
    )
    called = (kind_of(full_name)[1] for full_name in full_names_of_provinces())
    return frozenset("".join(map(stripped, name_of(name))) for name in (*called, *spelled))


def _readings(name: Name) -> Iterable[tuple[str, Name]]:
    """Yield what `name` may be: a kind and a name, or a name alone."""
    for length in (2, 1):
        kind = _kinds().get(name[:length])
        if kind and name[length:]:
            yield kind, name[length:]
    yield "", name


@cache
def _kinds() -> Mapping[Name, str]:
    """Return the kinds by how they may be typed."""
    written = {**{kind: kind for kind in KIND_LEVELS}, **SHORT_KINDS}
    return {form: kind for text, kind in written.items() for form in (name_of(text), tuple(map(stripped, name_of(text))))}


def _spelled_so(typed: Name) -> tuple[Place, ...]:
    """Return the places whose names are `typed` but for marks left out."""
    plain = "".join(map(stripped, typed))
    known = _by_letters().get(plain, ())
    marked = [form for form in typed if form != stripped(form)]
    found = (
        place
        for name in known
        if len(name) != len(typed)
        and not marked
        or len(name) == len(typed)
        and all(form in (own, stripped(own)) for form, own in zip(typed, name, strict=True))
        for place in names()[name]
    )
    return tuple(dict.fromkeys(found))


@cache
def _by_letters() -> Mapping[str, tuple[Name, ...]]:
    """Return the names by their letters without marks and spaces: Kontum is Kon Tum."""
    found: dict[str, list[Name]] = defaultdict(list)
    for name in names():
        found["".join(map(stripped, name))].append(name)
    return {plain: tuple(each) for plain, each in found.items()}


@cache
def known_cities() -> frozenset[Place]:
    """Return the cities that are named without more being said."""
    listed = {name_of(name) for (name,) in rows("known_cities.txt")}
    return frozenset(place for name in listed for place in names()[name])
