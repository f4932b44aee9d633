"""An article's texts and the places in them -> the persons and bodies that they name, each one under all names that the article gives it.

A given name after an honorific (ông Chính) is the one person of the article whose name ends so; where two have it, it stays open. UBND tỉnh is that of
the article's one province. What stays open is left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from language.actor.body import NamedBody, bodies, of_place
from language.actor.capital import WORD, capital_rows, level, listed
from language.actor.mention import Actor, Named
from language.actor.person import NamedPerson, Reading, person_key
from language.actor.whole_name import Words, is_vietnamese
from language.document_kind import rows
from language.place import Mention, Place
from language.place.unit import COMMUNE, PROVINCE

_LONGEST_SIGNATURE = 80
_MOST_OF_A_WORD = 50
"""Persons of an article whose names have one word, at most, that it is looked for among; of more, it stays open whom it means."""

_BYLINE = re.compile(
    rf"[(\s]*(?:Theo |Tổng hợp |Tin, ảnh: |Bài, ảnh: |PV )?{WORD}(?:(?: |, ?|\. ?| - |/| & )(?:và )?{WORD})*\.?(?: ?\([^()]*\))?[)\s]*"
)
"""A line of its own that is names only: of who wrote the article or took a picture."""


def actors(texts: Sequence[str], places: Sequence[Mention], *, authors: Collection[str] = ()) -> list[Named]:
    """Return the persons and bodies that the clean `texts` of one article name, in order, disjoint in each.

    `places` are the places that they name; `authors` who wrote the article: no persons of its story where they only sign it.
    """
    where: dict[int, dict[int, tuple[int, Place | None]]] = defaultdict(dict)
    for mention in places:
        where[mention.text][mention.start] = (mention.end, mention.place)
    signed = {person_key(author) for author in authors}
    found_bodies: list[tuple[int, NamedBody]] = []
    readings: list[tuple[int, Reading]] = []
    for number, text in enumerate(map(level, texts)):
        if _is_signature(number, text, signed):
            continue
        capitals = list(capital_rows(text))
        here = bodies(text, where[number], capitals)
        found_bodies += ((number, body) for body in here)
        readings.append((number, Reading(text, capitals, here, where[number])))
    named = [*_placed(found_bodies, places), *_identified(readings)]
    return sorted(named, key=lambda each: (each.text, each.start))


def _is_signature(number: int, text: str, signed: Collection[str]) -> bool:
    """Say whether a text is a line that names who wrote the article; the first two are its title and lead."""
    if len(text) > _LONGEST_SIGNATURE:
        return False
    return number > 1 and _BYLINE.fullmatch(text) is not None or bool(signed) and person_key(text) in signed


def _placed(found: Sequence[tuple[int, NamedBody]], places: Sequence[Mention]) -> Iterator[Named]:
    """Yield the bodies; one with its kind of unit alone is that of the unit which the article names it with, or of its only unit of that kind."""
    of_head: dict[tuple[str, str], dict[str, NamedBody]] = defaultdict(dict)
    for _, body in found:
        if body.key and body.kind:
            of_head[body.head.key, _asked_kind(body)][body.key] = body
    only = _only_units(places)
    for number, body in found:
        if not body.key:
            said = of_head[body.head.key, _asked_kind(body)]
            unit = only.get(body.kind)
            if len(said) == 1:
                known = next(iter(said.values()))
            elif not said and unit is not None:
                known = of_place(body.head, unit)
            else:
                continue
            body = replace(body, key=known.key, label=known.label)
        yield Named(number, body.start, body.end, Actor("organisation", body.key, body.label))


def _asked_kind(body: NamedBody) -> str:
    """Return the kind of unit of a body; departments are those of a province, of whichever kind."""
    return "" if body.head.goes_on == "field" else body.kind


def _only_units(places: Sequence[Mention]) -> dict[str, Place]:
    """Return each kind of unit above communes -> the one of it that the article names, or that all it names lies in."""
    by_kind: dict[str, set[Place]] = defaultdict(set)
    for mention in places:
        if mention.place is not None:
            for unit in (mention.place, *mention.place.around):
                if unit.level == PROVINCE:
                    by_kind["tỉnh"].add(unit)
                if unit.level != COMMUNE:
                    by_kind[unit.kind].add(unit)
    return {kind: next(iter(units)) for kind, units in by_kind.items() if len(units) == 1}


def _identified(readings: Sequence[tuple[int, Reading]]) -> Iterator[Named]:
    """Yield the persons; of each name that is not whole, the one person whose name has it."""
    whole, by_word = _whole_names(_introduced([reading for _, reading in readings]))
    made: dict[str, Actor] = {}
    for number, reading in readings:
        short = (reading.name(*left) for left in reading.left if left[0].words[left[2] - 1].lower() in by_word)
        for name in (*reading.names, *filter(None, short)):
            label = _label(name, whole, by_word)
            if label:
                if label not in made:
                    made[label] = Actor("person", person_key(label), label)
                yield Named(number, name.start, name.end, made[label], name.office)


def _introduced(readings: Sequence[Reading]) -> Iterator[NamedPerson]:
    """Yield the whole names of an article; of other languages also those that are told from the last word, where that speaks by itself."""
    surnames = {row.words[stop - 1] for reading in readings for row, _, stop in reading.unnamed()}
    spoken = {word for reading in readings for word in reading.speaking(surnames)} if surnames else set()
    for reading in readings:
        for name in reading.names:
            if name.is_sure and name.is_whole:
                yield name
            elif name.is_sure:
                spoken.update(name.words)
    for reading in readings if spoken else ():
        yield from reading.introduced(spoken)


def _whole_names(names: Iterable[NamedPerson]) -> tuple[dict[Words, str], dict[str, list[Words]]]:
    """Return the whole names of an article, folded -> as written, and those that each word is of. Bà Kim Tiến is Nguyễn Thị Kim Tiến."""
    whole: dict[Words, str] = {}
    for name in names:
        whole.setdefault(_folded(name.words), " ".join(name.words))
    ends = {words[first:] for words in whole for first in range(1, len(words) - 1)}
    whole = {words: label for words, label in whole.items() if words not in ends}
    by_word: dict[str, list[Words]] = defaultdict(list)
    for words in whole:
        for word in set(words):
            by_word[word].append(words)
    return whole, by_word


def _folded(words: Words) -> Words:
    return tuple(word.lower() for word in words)


def _label(name: NamedPerson, whole: Mapping[Words, str], by_word: Mapping[str, Sequence[Words]]) -> str:
    """Return the whole name of the person whom a name means, "" if that stays open."""
    folded = _folded(name.words)
    if folded in whole:
        return whole[folded]
    candidates = by_word.get(folded[-1], ())
    if len(candidates) > _MOST_OF_A_WORD:
        return ""
    meant = {whole[words] for words in candidates if _is_short_for(folded, words, name)}
    known = _known().get(name.words[0]) if len(folded) == 1 else None
    if known and name.kind == "office":
        return known  # Tổng thống Trump is no other of the name
    meant.update([known] if known else ())
    if not meant and len(folded) > 1 and name.is_sure:
        return " ".join(name.words)
    return meant.pop() if len(meant) == 1 else ""


@cache
def _known() -> Mapping[str, str]:
    return {row[0]: row[1] for row in rows("known_persons.tsv")}


_NOT_ALONE = frozenset(
    "anh nam trung đông tây bắc mỹ nhật hàn đức pháp nga việt lào hoa ba hai bốn năm sáu bảy tám tuy theo tại trong ngoài sau trước khi nếu mặc do vì từ đến với như cả riêng".split()
)
"""Names of one syllable that are words: not a person's without an honorific."""


def _is_short_for(short: Words, whole: Words, name: NamedPerson) -> bool:
    """Say whether a part of a name as written may be for the whole: of names of ours the end, of others any part."""
    if len(short) >= len(whole):
        return False
    if len(short) == 1 and not name.kind and (short[0] in _NOT_ALONE or len(short[0]) == 1):
        return False
    if is_vietnamese(whole):
        is_surname = len(short) == 1 and name.kind == "honorific" and name.words[0] in listed("rare_surnames.txt")
        return whole[-len(short) :] == short or is_surname and whole[:1] == short
    return any(whole[start : start + len(short)] == short for start in range(len(whole)))
