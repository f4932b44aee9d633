"""The tables of bodies -> how a name of a body may begin, in every spelling, its key, and what ministries became."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from language.actor.capital import level
from language.document_kind import rows
from language.normalizer import exact, stripped

_SYLLABLE = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
FIRST_WORD = re.compile(r"[^\s,;:().]+(?:\.[^\s,;:().]+)*")
_SUCCESSOR = 4  # column of body_fields.tsv


@dataclass(frozen=True)
class Head:
    """How a name of a body begins: what is shown for it, the key's beginning, and how it goes on: whole, only, field, place or named."""

    label: str
    key: str
    goes_on: str


def slug(name: str) -> str:
    """Return a name as it stands in keys: bo-giao-duc-va-dao-tao."""
    return "-".join(stripped(part) for part in _SYLLABLE.findall(level(name)))


def marked_slug(name: str) -> str:
    """Return a name with its marks as it stands in keys: công-ty-hoàng-hậu."""
    return "-".join(exact(part) for part in _SYLLABLE.findall(name))


@cache
def _heads() -> Mapping[str, Head]:
    """Return each spelling of a head -> the head."""
    found: dict[str, Head] = {}

    def add(head: Head, spellings: Sequence[str], *, lower: bool) -> None:
        for spelling in map(level, spellings):
            found.setdefault(spelling, head)
            if lower and not spelling[:2].isupper():
                found.setdefault(spelling[0].lower() + spelling[1:], head)

    for full, others, *use in rows("body_fields.tsv"):
        spelled = [full, *filter(None, others.split("; "))]
        if use[:1] == ["bộ"]:
            head = Head(f"Bộ {full}", slug(f"Bộ {full}"), "ministry")
            add(head, [f"Bộ {field}" for field in spelled], lower=True)
        for office in ("Sở", "Phòng"):
            head = Head(f"{office} {full}", slug(f"{office} {full}"), "field" if office == "Sở" else "place")
            add(head, [f"{office} {field}" for field in spelled], lower=True)
    for label, others, goes_on, *shown in rows("bodies.tsv"):
        head = Head(shown[0] if shown else label, slug(shown[0] if shown else label), goes_on)
        add(head, [label, *filter(None, others.split("; "))], lower=goes_on in ("place", "abroad"))
    for label, others in rows("body_heads.tsv"):
        add(Head(label, slug(label), "named"), [label, *filter(None, others.split("; "))], lower=True)
    return found


@cache
def by_letters() -> Mapping[str, Head]:
    """Return the same by small letters: papers write Sở Văn hoá, Thể thao và Du lịch with any capitals behind the first."""
    return {spelling.lower(): head for spelling, head in reversed(list(_heads().items()))}


@cache
def by_first_word() -> Mapping[str, re.Pattern[str]]:
    """Return the first word of each head -> a pattern of the heads that begin with it, the longest first."""
    groups: dict[str, list[str]] = defaultdict(list)
    for spelling in _heads():
        first = FIRST_WORD.match(spelling)
        groups[first[0] if first else spelling].append(spelling)
    return {
        first: re.compile(f"(?:{'|'.join(map(re.escape, sorted(group, key=len, reverse=True)))})(?![^\\W_])", re.IGNORECASE)
        for first, group in groups.items()
    }


@dataclass(frozen=True)
class Successor:
    """What a ministry became, on which day."""

    day: date
    key: str
    label: str


@cache
def _successors() -> Mapping[str, Successor]:
    found = {}
    for full, _, _, day, became in (row for row in rows("body_fields.tsv") if row[3:4] != [""] and len(row) > _SUCCESSOR):
        label = f"Bộ {became}"
        found[slug(f"Bộ {full}")] = Successor(date.fromisoformat(day), slug(label), label)
    return found


def successor(key: str) -> Successor | None:
    """Return what the ministry with this key became, None if it is one of today's, or no ministry."""
    return _successors().get(key)
