"""The names of places that one article has -> which unit each means.

Names are shared: Châu Thành was a district of ten provinces. Which is meant say, in this order, what is written right after ("Châu Thành (Long An)"),
the nearest places around it that leave one of them only, those of the whole article, and its paper. What stays open is left so, not guessed. A name
without its kind counts if it is a province's or a known city's, if the article has the same with its kind, or if what it lies in follows, or is named in
the article and nobody else has the name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from language.place.candidate import Candidate
from language.place.name import is_province, known_cities
from language.place.table import Name, Place
from language.place.unit import COMMUNE, DISTRICT, KIND_LEVELS, PROVINCE

_WORDS = frozenset({("hoà", "bình")})
"""Names of provinces that are also words; capitals around them are not enough."""
_BESIDE = 20
"""Characters between two names that stand beside each other."""


@dataclass(eq=False)
class Named:
    """A candidate in the text number `text`, and what is decided of it.

    `kind` is written before it or before the list in which it stands (`listed`); `options` are what it may mean; `before` and `after` the candidates next
    to it in the text; `is_followed`: what comes next may be the place that it lies in.
    """

    text: int
    at: Candidate
    kind: str
    options: tuple[Place, ...]
    listed: bool = False
    before: Named | None = None
    after: Named | None = None
    is_followed: bool = False
    place: Place | None = None

    @property
    def is_sure(self) -> bool:
        """Say whether it is a place, whichever it is."""
        return bool(self.kind) and bool(self.options) and not self.at.doubtful

    @property
    def container(self) -> Place | None:
        """The place written after it, or after the list that it stands in, that may be what it lies in."""
        named: Named = self
        while named.after is not None and named.after.listed:
            named = named.after
        return named.after.place if named.is_followed and named.after is not None else None


def decide(found: Sequence[Named], paper: Sequence[Place]) -> None:
    """Decide what all names of one article mean; `paper` are the places in the name of its paper."""
    for named in found:
        named.place = _province(named)
    known = _Evidence(found, paper).keys
    for named in found:
        if named.place is not None and not is_province(named.at.name) and not _is_ours(named.place, known):
            named.place = None
    for level in (DISTRICT, COMMUNE):
        evidence = _Evidence(found, paper)
        for named in _undecided(found, with_kind=True):
            named.place = _with_kind(named, level, evidence)
    evidence = _Evidence(found, paper)
    said = {named.at.name: named.place for named in found if named.place is not None and named.kind}
    for named in _undecided(found, with_kind=False):
        named.place = _without_kind(named, said, evidence)


def _undecided(found: Sequence[Named], *, with_kind: bool) -> Iterator[Named]:
    """Yield the names that are not decided, the last first, so that what follows a name is known when it is looked at."""
    return (named for named in reversed(found) if named.place is None and bool(named.kind) == with_kind)


def _province(named: Named) -> Place | None:
    """Return the province that a name is, as it stands."""
    options = [option for option in named.options if option.level == PROVINCE]
    if not options or named.kind and PROVINCE not in KIND_LEVELS[named.kind]:
        return None
    if not named.kind and (
        not is_province(named.at.name)
        or named.at.personal
        or named.at.name in _WORDS
        and named.at.doubtful
        and not _among_provinces(named)
    ):
        return None
    return options[0]


def _is_ours(place: Place, known: set[str]) -> bool:
    """Say whether a province of long ago, or one abroad of the same name, is meant: something else that is `known` lies where it was."""
    return place.until is None or any(last.key in known or last.inside in known for last in place.today)


def _among_provinces(named: Named) -> bool:
    """Say whether another province or district stands beside a name."""
    beside = [each for each in (named.before, named.after) if each is not None and each.at.name != named.at.name]
    return any(
        max(named.at.begin - each.at.end, each.at.begin - named.at.end) < _BESIDE
        and min(option.level for option in each.options) < COMMUNE
        for each in beside
        if each.options
    )


class _Evidence:
    """The places of an article that are decided, as they tell about others."""

    def __init__(self, found: Sequence[Named], paper: Sequence[Place]) -> None:
        self._by_text: dict[int, list[Named]] = {}
        count: Counter[Place] = Counter()
        for named in found:
            if named.place is not None:
                self._by_text.setdefault(named.text, []).append(named)
                count[named.place] += 1
        self._frequent = [place for place, _ in count.most_common()]
        self._paper = paper
        self.keys = {key for place in (*self._frequent, *paper) for key in place.lies_in}

    def around(self, named: Named) -> Iterator[Place]:
        """Yield the places around a name: those before it in its text, the nearest first, those after it, the article's, the paper's."""
        here = self._by_text.get(named.text, [])
        yield from (other.place for other in reversed(here) if other.at.start < named.at.start and other.place)
        yield from (other.place for other in here if other.at.start > named.at.start and other.place)
        yield from self._frequent
        yield from self._paper


def _with_kind(named: Named, level: int, evidence: _Evidence) -> Place | None:
    """Return the unit of `level` that a name with its kind means."""
    options = [option for option in named.options if option.level == level]
    if not options or named.at.doubtful and level == COMMUNE:
        return None
    container = named.container
    within = _within(options, container)
    if within:
        options = within
    elif level == COMMUNE and container is not None and container.level == DISTRICT:
        return None
    elif level == COMMUNE:
        options = [option for option in options if evidence.keys.intersection(option.lies_in[1:])]
    return _the_one(options, evidence.around(named))


def _without_kind(named: Named, said: dict[Name, Place], evidence: _Evidence) -> Place | None:
    """Return the unit that a name without its kind means, if it is a place at all."""
    if named.at.personal:
        return None
    if not named.at.doubtful and named.at.name in said:
        return said[named.at.name]
    districts, communes = ([option for option in named.options if option.level == level] for level in (DISTRICT, COMMUNE))
    within = _within(districts, named.container) or _within(communes, named.container)
    if within or named.at.doubtful:
        return within[0] if len(within) == 1 else None
    return next((option for option in districts if option in known_cities()), None) or _alone(named, districts, evidence)


def _alone(named: Named, districts: Sequence[Place], evidence: _Evidence) -> Place | None:
    """Return the only one of `districts` that lies in what the article names; a name of one syllable says too little."""
    near = [option for option in districts if evidence.keys.intersection(option.lies_in[1:])]
    return near[0] if len(near) == 1 and len(named.at.name) > 1 else None


def _within(options: Iterable[Place], container: Place | None) -> list[Place]:
    """Return those of `options` that lie in `container`, or if none does in the one unit that it became; none if it is None."""
    if container is None:
        return []
    options = list(options)
    later = container.became[0] if len(container.became) == 1 else container.key
    return next(filter(None, ([each for each in options if key in each.lies_in[1:]] for key in (container.key, later))), [])


def _the_one(options: Sequence[Place], around: Iterator[Place]) -> Place | None:
    """Return the one of `options` that the places `around` leave, None if they leave more."""
    left = list(options)
    while len(left) > 1:
        near = next(around, None)
        if near is None:
            return None
        left = _within(left, near) or left
    return left[0] if left else None
