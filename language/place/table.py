"""The tables of places -> each place by its key: what it lies in, and what it became.

Keys are made of names without marks and do not change: `quang-ninh`, `quang-ninh.huyen-binh-lieu`, `quang-ninh.huyen-binh-lieu.xa-hoanh-mo` of
units until 30 June 2025, `quang-ninh.xa-hoanh-mo` of communes since. A province that kept its name is one place through time.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from importlib.resources import files

from language.document_kind import rows
from language.memo import Memo
from language.normalizer import exact, stripped
from language.place.unit import COMMUNE, DISTRICT, PROVINCE, kind_of

REFORM = date(2025, 7, 1)
"""The first day of the 34 provinces and 3,321 communes, without districts."""
LONG_AGO = date(2000, 1, 1)
"""What was no more before is named only where it is called what it was, and offered nowhere."""
_COMMUNE_KINDS = {"x": "xã", "p": "phường", "t": "thị trấn", "d": "đặc khu"}
_SYLLABLE = re.compile(r"[^\W_]+(?:['’ʼ] ?[^\W_]+)*")
# Syllables of names from other languages that are written in more than one way.
_SAME = {"đăk": "đắk", "đắc": "đắk", "đak": "đắk", "lăk": "lắk", "lắc": "lắk"}

Name = tuple[str, ...]
"""The syllables of a name in the form in which they are compared."""


@dataclass(frozen=True, eq=False)
class Place:
    """A unit of the administration.

    `kind` is what it was last (thành phố), `name` what stands after that; `inside` is the key of what it lies or last lay in, "" of a province;
    `until` the last day on which there was such a unit, None if there is one today; `became` the keys of those that its land was part of next: none
    if it is one of today's, more than one if it was divided.
    """

    key: str
    kind: str
    name: str
    level: int
    inside: str = ""
    until: date | None = None
    became: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """Its kind and name: Huyện Bình Liêu."""
        return f"{self.kind[0].upper()}{self.kind[1:]} {self.name}"

    @cached_property
    def around(self) -> tuple[Place, ...]:
        """What it lies or lay in, from its district to its province."""
        return () if not self.inside else (places()[self.inside], *places()[self.inside].around)

    @cached_property
    def label(self) -> str:
        """What a list shows of it: a province's name; of others the full name and what it lies in: Huyện Bình Liêu (Quảng Ninh)."""
        outer = ", ".join(each.name for each in self.around)
        return f"{self.full_name} ({outer})" if outer else self.name

    @cached_property
    def lies_in(self) -> tuple[str, ...]:
        """The keys of all that it lies or lay in, and of what it and they became, where they were not divided; its own first."""
        next_one = self.became if len(self.became) == 1 else ()
        outer = (key for near in (self.inside, *next_one) if near for key in places()[near].lies_in)
        return tuple(dict.fromkeys((self.key, *outer)))

    @cached_property
    def today(self) -> tuple[Place, ...]:
        """The units of today that its land is part of; itself if it is one."""
        if self.until is None:
            return (self,)
        return tuple(dict.fromkeys(last for key in self.became for last in places()[key].today))

    def was_there(self, day: date | None) -> bool:
        """Say whether there may have been such a unit on `day`; communes of today began with the reform."""
        if day is None or self.level != COMMUNE:
            return True
        return day >= REFORM if self.until is None else day <= self.until


def _form(syllable: str) -> str:
    form = exact(re.sub("['’ʼ ]", "", syllable))
    return _SAME.get(form, form)


FORMS = Memo(_form)
"""The form in which a syllable of a name is compared: marks matter, the place of the tone and apostrophes do not."""


def name_of(text: str) -> Name:
    """Return the name that `text` spells."""
    return tuple(map(FORMS.__getitem__, _SYLLABLE.findall(text)))


def slug(text: str) -> str:
    """Return a name as it stands in keys: ba-ria-vung-tau."""
    return "-".join(map(stripped, name_of(text)))


@cache
def places() -> Mapping[str, Place]:
    """Return all places by their keys: provinces, districts, communes, each in the order of the official list, then those of former times."""
    found: dict[str, Place] = {}
    last_day = REFORM - timedelta(days=1)
    lines = list(_lines())
    kept = {after for _, after, _ in lines}
    for province, after, _ in lines:
        kind, name = kind_of(province)
        gone = province not in kept
        found[slug(name)] = Place(
            slug(name), kind, name, PROVINCE, until=last_day if gone else None, became=(slug(kind_of(after)[1]),) if gone else ()
        )
    today = _todays_communes(lines)
    found |= {commune.key: commune for commune in today.values()}
    for province, after, districts in lines:
        inside = slug(kind_of(province)[1])
        for district, communes in districts.items():
            kind, name = kind_of(district)
            key = f"{inside}.{slug(district)}"
            became = {each: tuple(today[after, new].key for new in successors) for each, successors in communes.items()}
            all_of_them = tuple(dict.fromkeys(new for each in became.values() for new in each))
            found[key] = Place(key, kind, name, DISTRICT, inside, last_day, all_of_them)
            found |= {commune.key: commune for commune in _communes(key, became, last_day)}
    return _with_former(found)


_District = dict[str, list[str]]
"""The communes of a district, each with what it became, all with their kinds."""


def full_names_of_provinces() -> list[str]:
    """Return what the provinces are and were called in full, without reading what lies in them."""
    heads = re.findall(r"^=(.*?)(?: > .*)?$", _text(), flags=re.MULTILINE)
    return [*map(str.strip, heads), *(full for _, full, province, _ in rows("former_places.tsv") if not province)]


def _text() -> str:
    return files("language").joinpath("data/places.txt").read_text("utf-8")


def _lines() -> Iterator[tuple[str, str, dict[str, _District]]]:
    """Yield the provinces of places.txt, each with the province that it is part of now and its districts."""
    for province in re.split("^=", _text(), flags=re.MULTILINE)[1:]:
        head, *districts = province.split("\n-")
        name, _, after = head.strip().partition(" > ")
        yield name, after or name, dict(map(_district, districts))


def _district(text: str) -> tuple[str, _District]:
    name, *lines = text.strip().split("\n")
    communes = {}
    for line in lines:
        commune, _, successors = line.partition(" > ")
        communes[_commune(commune)] = [_commune(each) for each in (successors or commune).split("; ")]
    return name, communes


def _commune(written: str) -> str:
    return f"{_COMMUNE_KINDS[written[0]]} {written[2:]}" if written != "*" else ""


def _keyed(inside: str, communes: list[str]) -> dict[str, str]:
    """Return the key of each commune of one district or province; of those that differ by marks alone, the keys have them."""
    count = Counter(map(slug, communes))
    return {each: f"{inside}.{slug(each) if count[slug(each)] == 1 else '-'.join(name_of(each))}" for each in communes}


def _todays_communes(lines: list[tuple[str, str, dict[str, _District]]]) -> dict[tuple[str, str], Place]:
    """Return the communes of today by their province and full name."""
    by_province: dict[str, dict[str, None]] = defaultdict(dict)
    for _, after, districts in lines:
        for communes in districts.values():
            by_province[after] |= dict.fromkeys(each for successors in communes.values() for each in successors)
    found = {}
    for province, full_names in by_province.items():
        inside = slug(kind_of(province)[1])
        for full, key in _keyed(inside, list(full_names)).items():
            found[province, full] = Place(key, *kind_of(full), COMMUNE, inside)
    return found


def _communes(district: str, became: Mapping[str, tuple[str, ...]], last_day: date) -> Iterator[Place]:
    for full, key in _keyed(district, [each for each in became if each]).items():
        yield Place(key, *kind_of(full), COMMUNE, district, last_day, became[full])


def _with_former(known: dict[str, Place]) -> dict[str, Place]:
    """Add the places of former_places.tsv, the latest first, so that what one became is known or follows in the table."""
    table = rows("former_places.tsv")
    called = {each.full_name.lower(): each.key for each in known.values() if each.level == PROVINCE}
    keys: dict[tuple[str, str], str] = {}
    for _, full, province, _ in table:
        inside = called[province.lower()] if province else ""
        key = f"{inside}.{slug(full)}" if inside else slug(kind_of(full)[1])
        keys[full, province] = key if key not in known else slug(full)
        if not province:
            called[full.lower()] = keys[full, province]
    for day, full, province, successors in table:
        kind, name = kind_of(full)
        inside = called[province.lower()] if province else ""
        became = tuple(f"{inside}.{slug(each)}" if inside else called[each.lower()] for each in successors.split("; "))
        key = keys[full, province]
        known[key] = Place(key, kind, name, DISTRICT if province else PROVINCE, inside, date.fromisoformat(day), became)
    return known


def units_in(place: Place) -> tuple[Place, ...]:
    """Return the units that lie or last lay in `place` and in no smaller one, in the order of the official list."""
    return _units_in().get(place.key, ())


@cache
def _units_in() -> Mapping[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for place in places().values():
        if place.inside:
            found[place.inside].append(place)
    return {key: tuple(units) for key, units in found.items()}


def predecessors(place: Place) -> tuple[Place, ...]:
    """Return the units whose land `place` took in, whole or in part."""
    return _predecessors().get(place.key, ())


def former_provinces(place: Place) -> tuple[Place, ...]:
    """Return the provinces whose land `place` took in, but for those of long ago."""
    return tuple(each for each in predecessors(place) if each.level == PROVINCE and each.until and each.until >= LONG_AGO)


@cache
def _predecessors() -> Mapping[str, tuple[Place, ...]]:
    made_of: dict[str, list[Place]] = defaultdict(list)
    for place in places().values():
        for key in place.became:
            made_of[key].append(place)
    return {key: tuple(found) for key, found in made_of.items()}
