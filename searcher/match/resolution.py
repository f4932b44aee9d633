"""A facet value as a reader types it -> the values of the archive that it means; where there is none, those nearest to it.

Typed exactly as the index has it, a value means itself. Otherwise it means those that are it but for case, marks and what stands between
syllables: `luat-dat-dai` is `luật đất đai`. A syllable typed with a mark is only that one, as in the text: `luận_đất_đai` is none. Part of a
source's name is enough where it is one source's (`nguồn:"núi sông"`), and so is another name or a host of it (`nguồn:vnexpress.net`), by the table of
papers that the index has: what a source was called once still finds it.

The one place where this is decided, once a request: what is evaluated, counted, highlighted, exported and offered has the keys of the archive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import islice, pairwise

import numpy as np

from corpus.facet import FACET, FacetName
from corpus.hashtag import tag_key
from index.segment_file import Array
from language.mark import letters_of
from language.memo import Memo
from language.normalizer import exact, is_marked, stripped
from searcher.match.collection import Collection, FacetValues, once_a_commit
from searcher.query.tree import And, FacetFilter, Node, Not, Or
from searcher.request import SearchRequest

_LEAST_LIKE = 0.5
"""Of the pairs of letters of two names, those they must share to be near one another."""
_CODES = 1024
_MOST_KEPT = 4096  # values typed whose keys are remembered, of one facet


@dataclass(frozen=True)
class Name:
    """The syllables of a value: their `forms`, marks and all, and `plain`, all of them without marks in one."""

    forms: tuple[str, ...]
    plain: str

    @classmethod
    def of(cls, text: str) -> Name:
        """Return the name that `text` spells."""
        forms = tuple(map(exact, filter(None, tag_key(text).split("_"))))
        return cls(forms, "".join(map(stripped, forms)))

    def admits(self, other: Name) -> bool:
        """Say whether `other`, whose letters are the same, has the marks of this one wherever a syllable of this one has some."""
        spelled = [*map(letters_of, other.forms)]
        letters = [letter for form in spelled for letter in form]
        at = 0
        for form in self.forms:
            own = letters_of(form)
            if is_marked(form) and letters[at : at + len(own)] != own:
                return False
            at += len(own)
        return True

    def is_part_of(self, other: Name) -> bool:
        """Say whether `other` has, between two of its gaps, the letters of this name, marks as in `admits`."""
        for start in range(len(other.forms)):
            length = 0
            for stop in range(start + 1, len(other.forms) + 1):
                length += len(stripped(other.forms[stop - 1]))
                if length >= len(self.plain):
                    part = Name(other.forms[start:stop], "".join(map(stripped, other.forms[start:stop])))
                    if part.plain == self.plain and self.admits(part):
                        return True
                    break
        return False


class Names:
    """The names of all values of one facet, found by their letters."""

    def __init__(self, facet: FacetName, table: FacetValues) -> None:
        self.facet = facet
        self._table = table
        self._plain: list[str] = []
        self._names: dict[int, Name] = {}
        self._by_letters: dict[str, list[int]] = defaultdict(list)
        for number, label in enumerate(table.labels):
            plain = Name.of(label).plain
            self._plain.append(plain)
            if plain:
                self._by_letters[plain].append(number)

    def name(self, number: int) -> Name:
        """Return the name of a value, made at the first need."""
        if number not in self._names:
            self._names[number] = Name.of(self._table.labels[number])
        return self._names[number]

    def same(self, typed: Name) -> list[int]:
        """Return the values that are `typed` but for marks left out, case and separators."""
        return [number for number in self._by_letters.get(typed.plain, ()) if typed.admits(self.name(number))]

    def holding(self, typed: Name) -> Iterator[int]:
        """Yield the values of whose names `typed` is a part."""
        for number, plain in enumerate(self._plain):
            if typed.plain in plain and typed.is_part_of(self.name(number)):
                yield number

    def nearest(self, typed: Name, most: int) -> list[int]:
        """Return at most `most` values that `typed` may have meant: its own letters, then those of which it is a part, then those most like it."""
        if not typed.plain:
            return []
        first = [*self._by_letters.get(typed.plain, ()), *self.holding(replace(typed, forms=tuple(map(stripped, typed.forms))))]
        pairs = _pairs(typed.plain)
        shared = np.zeros(len(self._plain), np.int32)
        for pair in pairs:
            first_value, last_value = np.searchsorted(self._pairs[0], [pair, pair + 1])
            shared[self._pairs[1][first_value:last_value]] += 1
        alike = 2 * shared / np.maximum(1, self._sizes + len(pairs))
        order = np.lexsort((np.arange(alike.size), -alike))[: most + len(first)]
        return list(dict.fromkeys([*first, *order[alike[order] >= _LEAST_LIKE].tolist()]))[:most]

    @cached_property
    def _pairs(self) -> tuple[Array, Array]:
        """Every pair of neighbouring letters of every name, as a number, ascending, and the value whose name has it."""
        found = [(pair, number) for number, plain in enumerate(self._plain) for pair in _pairs(plain)]
        pairs = np.array(found, np.int32).reshape(-1, 2)
        order = np.argsort(pairs[:, 0], kind="stable")
        return pairs[order, 0], pairs[order, 1]

    @cached_property
    def _sizes(self) -> Array:
        return np.array([len(_pairs(plain)) for plain in self._plain], np.int32)


def _pairs(plain: str) -> set[int]:
    letters = [ord(letter) % _CODES for letter in f" {plain} "]
    return {first * _CODES + second for first, second in pairwise(letters)}


@once_a_commit
def names(collection: Collection, facet: FacetName) -> Names:
    """Return the names of a facet's values, made at the first need."""
    return Names(facet, collection.facet(facet))


def keys_of(collection: Collection, facet: FacetName, value: str) -> tuple[str, ...]:
    """Return the keys of the values that `value`, typed or a key, means; () if no article has such. Worked out once a commit."""
    return _known_keys(collection, facet)[value]


@once_a_commit
def _known_keys(collection: Collection, facet: FacetName) -> Memo[tuple[str, ...]]:
    return Memo(partial(_keys_of, collection, facet), entries=_MOST_KEPT)


def _keys_of(collection: Collection, facet: FacetName, value: str) -> tuple[str, ...]:
    table = collection.facet(facet)
    for key in (value, FACET[facet].key_of(value)):
        if table.number(key) is not None:
            return (key,)
    meant = tuple(key for key in FACET[facet].keys_of(value) if table.number(key) is not None)
    if meant:
        return meant
    typed = Name.of(value)
    if not typed.plain or FACET[facet].is_month:
        return ()
    known = names(collection, facet)
    found = known.same(typed)
    if not found and facet == "source":
        found = _called_otherwise(collection, value, typed) or list(islice(known.holding(typed), 2))
        found = found if len(found) == 1 else []
    return tuple(table.keys[number] for number in found)


def _called_otherwise(collection: Collection, value: str, typed: Name) -> list[int]:
    """Return the sources of which `value`, spelling the name `typed`, is another name or a host."""
    papers, table = collection.snapshot.provenance.papers, collection.facet("source")
    if papers is None:
        return []
    called = {
        paper.name
        for paper in papers.papers
        for other in map(Name.of, paper.other_names)
        if typed.plain == other.plain and typed.admits(other)
    }
    called |= {papers.of_host(value)}
    numbers = (table.number(FACET["source"].key_of(name)) for name in called if name)
    return [number for number in numbers if number is not None]


def filters(collection: Collection, facet: FacetName, values: Sequence[str]) -> tuple[FacetFilter, ...]:
    """Return what chosen values of a facet ask of an article, each by itself."""
    return tuple(FacetFilter(facet, value, keys=keys_of(collection, facet, value)) for value in values)


def resolved_node(collection: Collection, node: Node) -> Node:
    """Return the tree with each facet filter as the archive's values (keys) that it means."""
    if isinstance(node, (And, Or)):
        return replace(node, children=tuple(resolved_node(collection, child) for child in node.children))
    if isinstance(node, Not):
        return Not(resolved_node(collection, node.child))
    if isinstance(node, FacetFilter):
        keys = keys_of(collection, node.facet, node.value)
        return replace(node, keys=keys if keys != (node.value,) else ())
    return node


def resolved(collection: Collection, request: SearchRequest) -> SearchRequest:
    """Return a request whose chosen and excluded values are keys of the archive's, where it has what was typed.

    A typed value may mean several of the archive's. Where chosen values widen, these take its place; where they narrow (AND), it
    stays one value as typed, for any of the several will do: `keys_of` says which they are.
    """
    selected = {
        facet: _keys(collection, facet, values, split=not request.narrows(facet))
        for facet, values in request.selected.items()
        if values
    }
    excluded = {facet: _keys(collection, facet, values, split=True) for facet, values in request.excluded.items() if values}
    return replace(request, selected=selected, excluded=excluded)


def _keys(collection: Collection, facet: FacetName, values: Sequence[str], *, split: bool) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for value in values:
        keys = keys_of(collection, facet, value)
        found.update(dict.fromkeys(keys if len(keys) == 1 or keys and split else (FACET[facet].key_of(value) or value,)))
    return tuple(found)
