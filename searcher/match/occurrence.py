"""A query and an article -> where the article matches.

The one definition of a match in running text: highlights and snippets are made from it, and the evaluation over postings is
tested against it. Phrases and nears never reach from one text of an article into the next: the index leaves a gap there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial, reduce
from itertools import chain, compress, count, islice
from operator import or_
from typing import Literal, NamedTuple, TypeAlias

from corpus.article import Article
from corpus.facet import FACET
from language.bare_text import bare_texts
from language.memo import Memo
from language.timestamp import VIETNAM
from searcher.deadline import NEVER, Deadline, DeadlineExceeded
from searcher.match.near_positions import near_positions
from searcher.match.piece import AT_ONCE, BARE, LONGEST_PIECE, SEVERAL, WITH_MARKS, Analysis, Pieces
from searcher.query.acceptance import Acceptance, Acceptances, acceptance
from searcher.query.tree import (
    Alternative,
    And,
    Earlier,
    Everything,
    FacetFilter,
    Leaf,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Published,
    Term,
    alternatives,
)
from searcher.result import SnippetField

MOST_PLACES = 30_000
"""Syllables of one article that terms of a query accept and that are looked at for highlights, from its beginning; a novel has fewer."""

Slot: TypeAlias = Literal["title", "lead"] | int
"""Where a text of an article stands: its title, its lead, or the block with this index."""


class Passage(NamedTuple):
    """One text of an article, with whether it is bare: Vietnamese written without marks."""

    slot: Slot
    field: SnippetField
    text: str
    bare: bool = False


class Occurrence(NamedTuple):
    """A range of a text that one leaf of the query, or an expansion of it, matches; `leaf` is its index among the leaves looked for."""

    start: int
    end: int
    leaf: int


class Highlights(NamedTuple):
    """What to highlight in an article: for the title, the lead and each block that has any its sorted, disjoint ranges.

    Not `whole` if time ran out: then the texts from some place on have none.
    """

    ranges: dict[Slot, tuple[tuple[int, int], ...]]
    whole: bool = True


_Held: TypeAlias = tuple[int, int, int, int]
"""A term that stands in a piece of text: (its number, start, end, position), counted from where the piece begins."""
_Standing: TypeAlias = tuple[int, int, int, int, int]
"""A term that stands in a text: (its number, start, end, the number of its piece, its position from the piece's first)."""


class _Place(NamedTuple):
    """Where a term stands: text[start:end], the syllable at `position`."""

    start: int
    end: int
    position: int


class Reading:
    """One text of an article as a finder reads it: where something occurs in it is worked out when it is asked for."""

    def __init__(self, passage: Passage, leaves: int, narrowest: int, find: Callable[[], list[Occurrence]]) -> None:
        self.passage = passage
        self.leaves = leaves
        """The leaves that occur in it, as bits: leaf n is 1 << n."""
        self.narrowest = narrowest
        """No occurrence has fewer code points."""
        self._find = find
        self._found: list[Occurrence] | None = None

    @classmethod
    def of(cls, passage: Passage, found: list[Occurrence]) -> Reading:
        """Return the reading of a text in which this is known to occur."""
        leaves = reduce(or_, [1 << leaf for _, _, leaf in found], 0)
        return cls(passage, leaves, min([end - start for start, end, _ in found], default=0), found.copy)

    @property
    def occurrences(self) -> list[Occurrence]:
        """What occurs in it, sorted."""
        if self._found is None:
            self._found = self._find()
        return self._found


class Finder:
    """Finds the leaves of one query in any number of texts. Threads may share one."""

    def __init__(self, sought: Sequence[Leaf | Alternative], *, exact_marks: bool = False) -> None:
        numbers: dict[Acceptance, int] = {}
        self._in_titles: dict[int, list[int]] = defaultdict(list)
        """For each term by itself, by number: the leaves that are just it."""
        self._in_bodies: dict[int, list[int]] = defaultdict(list)
        """The same without those that are looked for in titles only."""
        self._joined: list[tuple[int, Phrase | Near, list[int]]] = []
        for index, each in enumerate(sought):
            for leaf in (each.typed, *each.expansions) if isinstance(each, Alternative) else (each,):
                terms = (leaf,) if isinstance(leaf, (Term, Prefix)) else leaf.terms
                of_leaf = [numbers.setdefault(acceptance(term, exact_marks=exact_marks), len(numbers)) for term in terms]
                if isinstance(leaf, (Phrase, Near)):
                    self._joined.append((index, leaf, of_leaf))
                    continue
                self._in_titles[of_leaf[0]].append(index)
                if not leaf.title_only:
                    self._in_bodies[of_leaf[0]].append(index)
        self._acceptances = Acceptances(numbers)
        self._looked_at = {*self._acceptances.stripped_forms, SEVERAL}
        self._held = {analysis: Memo(partial(self._read, analysis), entries=1 << 13) for analysis in (WITH_MARKS, BARE)}
        """For a piece the terms that stand in it."""
        self._leaves = {analysis: Memo(partial(self._leaves_in, analysis), entries=1 << 13) for analysis in (WITH_MARKS, BARE)}
        """For a piece of a body the leaves that are terms which stand in it, as bits."""
        self._widths = {analysis: Memo(partial(self._width_in, analysis), entries=1 << 13) for analysis in (WITH_MARKS, BARE)}
        """For such a piece the code points of the shortest of these terms."""

    def find(self, text: str, *, in_title: bool, is_bare: bool = False) -> list[Occurrence]:
        """Return all that occurs in `text`, sorted by range."""
        sheet = _Sheet(BARE if is_bare else WITH_MARKS, Pieces([text]), NEVER)
        return self._found(sheet, 0, list(self._standing(sheet, 0, list(self._holding(sheet)))), in_title)

    def find_in(self, article: Article, deadline: Deadline = NEVER) -> Iterator[tuple[Passage, list[Occurrence]]]:
        """Yield the texts of an article, each with what occurs in it, sorted. Raises DeadlineExceeded as `read` does."""
        return ((reading.passage, reading.occurrences) for reading in self.read(article, deadline))

    def read(self, article: Article, deadline: Deadline = NEVER) -> Iterator[Reading]:
        """Yield the texts of an article in order; of all that terms stand for in it the first MOST_PLACES are found, no others.

        Raises DeadlineExceeded, which is looked for before each text and within long ones.
        """
        room = MOST_PLACES
        for together in _read_together(passages(article, deadline)):
            analysis = BARE if together[0].bare else WITH_MARKS
            sheet = _Sheet(analysis, Pieces([passage.text for passage in together], longest=LONGEST_PIECE), deadline)
            holding = list(self._holding(sheet)) if room else []
            pieces = list(map(sheet.pieces.read.__getitem__, holding))
            held = list(map(self._held[analysis].__getitem__, pieces))
            total = sum(map(len, held))
            apart = total <= room and not self._may_join(held)
            room -= total if apart else 0
            first = 0
            for number, passage in enumerate(together):
                deadline.check()
                here = slice(first, bisect_left(holding, sheet.pieces.firsts[number + 1], first))
                first = here.stop
                in_title = passage.slot == "title"
                if here.start == here.stop:
                    yield Reading(passage, 0, 0, list)
                elif apart and not in_title:
                    leaves = reduce(or_, map(self._leaves[analysis].__getitem__, pieces[here]))
                    narrowest = min(map(self._widths[analysis].__getitem__, pieces[here]))
                    find = partial(self._found_apart, sheet, number, holding[here], held[here])
                    yield Reading(passage, leaves, narrowest, find)
                else:
                    standing = list(islice(self._standing(sheet, number, holding[here]), total if apart else room))
                    room -= 0 if apart else len(standing)
                    yield Reading.of(passage, self._found(sheet, number, standing, in_title))

    def _may_join(self, held: Iterable[Sequence[_Held]]) -> bool:
        """Tell whether all terms of any phrase or near are among those held."""
        terms = {term for each in set(held) for term, _, _, _ in each} if self._joined else set()
        return any(terms.issuperset(of_leaf) for _, _, of_leaf in self._joined)

    def _found_apart(
        self, sheet: _Sheet, number: int, holding: Sequence[int], held: Sequence[Sequence[_Held]]
    ) -> list[Occurrence]:
        """Return what occurs, sorted, of the leaves that are single terms, in text `number`, no title; `held` is in its pieces `holding`."""
        found = [
            Occurrence(offset + start, offset + end, leaf)
            for offset, here in zip(sheet.pieces.offsets(number, holding), held, strict=True)
            for term, start, end, _ in here
            for leaf in self._in_bodies[term]
        ]
        found.sort()
        return found

    def _standing(self, sheet: _Sheet, number: int, holding: Sequence[int]) -> Iterator[_Standing]:
        """Yield where terms stand in text `number`, in order; `holding` are the pieces that hold any."""
        pieces, held = sheet.pieces.read, self._held[sheet.analysis]
        for at, offset in zip(holding, sheet.pieces.offsets(number, holding), strict=True):
            for term, start, end, position in held[pieces[at]]:
                yield term, offset + start, offset + end, at, position

    def _holding(self, sheet: _Sheet) -> Iterator[int]:
        """Yield the numbers of the pieces in which terms may stand."""
        steps = sheet.pieces.steps(sheet.deadline)
        if self._acceptances.have_prefixes:
            held = self._held[sheet.analysis]
            return compress(count(), chain.from_iterable(map(held.__getitem__, step) for step in steps))
        forms = chain.from_iterable(map(sheet.analysis.stripped.__getitem__, step) for step in steps)
        return compress(count(), map(self._looked_at.__contains__, forms))

    def _found(self, sheet: _Sheet, number: int, standing: Sequence[_Standing], in_title: bool) -> list[Occurrence]:
        """Return what occurs in text `number`, sorted; `standing` is where its terms stand."""
        leaves = self._in_titles if in_title else self._in_bodies
        found = [Occurrence(start, end, leaf) for term, start, end, _, _ in standing for leaf in leaves[term]]
        here = {each[0] for each in standing} if self._joined else set()
        joined = [each for each in self._joined if here.issuperset(each[2]) and (in_title or not each[1].title_only)]
        if joined:
            positions, first = sheet.pieces.positions(number, sheet.analysis, sheet.deadline), sheet.pieces.firsts[number]
            places: dict[int, list[_Place]] = defaultdict(list)
            for term, start, end, piece, position in standing:
                places[term].append(_Place(start, end, positions[piece - first] + position))
            for index, leaf, terms in joined:
                found += (Occurrence(start, end, index) for start, end in _ranges(leaf, [places[term] for term in terms]))
        found.sort()
        return found

    def _read(self, analysis: Analysis, piece: str) -> tuple[_Held, ...]:
        """Return the terms that a piece holds."""
        return tuple(
            (number, token.start, token.end, token.position)
            for token in analysis.tokens[piece]
            if self._acceptances.have_prefixes or token.stripped in self._looked_at
            for number in self._acceptances.admitting(token.exact, token.stripped)
        )

    def _leaves_in(self, analysis: Analysis, piece: str) -> int:
        return reduce(or_, [1 << leaf for term, *_ in self._held[analysis][piece] for leaf in self._in_bodies[term]], 0)

    def _width_in(self, analysis: Analysis, piece: str) -> int:
        held = self._held[analysis][piece]
        return min([end - start for term, start, end, _ in held if self._in_bodies[term]], default=len(piece))


class _Sheet(NamedTuple):
    """Texts that are read at one go, within a deadline."""

    analysis: Analysis
    pieces: Pieces
    deadline: Deadline


def _read_together(texts: Sequence[Passage]) -> Iterator[Sequence[Passage]]:
    """Yield the texts of an article in order: at once if they are short and all of them, or none, are bare, otherwise one by one."""
    if sum(len(passage.text) for passage in texts) <= AT_ONCE and len({passage.bare for passage in texts}) == 1:
        yield texts
    else:
        yield from ((passage,) for passage in texts)


def _ranges(leaf: Phrase | Near, standing: Sequence[Sequence[_Place]]) -> Iterator[tuple[int, int]]:
    """Yield the ranges that `leaf` matches; `standing` is where each of its terms stands."""
    if isinstance(leaf, Near):
        once = {id(each): each for each in standing}  # a repeated term has one list of places
        places = {key: [place.position for place in each] for key, each in once.items()}
        taken = set(near_positions([places[id(each)] for each in standing], len(standing) - 1 + leaf.distance))
        yield from {(place.start, place.end) for each in once.values() for place in each if place.position in taken}
    else:
        at = [{place.position: place for place in each} for each in standing]
        for position, first in at[0].items():
            if all(position + offset in at[offset] for offset in range(1, len(at))):
                yield first.start, at[-1][position + len(at) - 1].end


@lru_cache(16)
def finder_of(node: Node, *, exact_marks: bool = False) -> Finder:
    """Return the finder of a query's distinct leaves and their expansions; the hits of one page share it."""
    return Finder(list(dict.fromkeys(alternatives(node))), exact_marks=exact_marks)


def passages(article: Article, deadline: Deadline = NEVER) -> list[Passage]:
    """Return the texts of an article in reading order, empty ones left out; all but the title are its body. Raises DeadlineExceeded."""
    texts: list[tuple[Slot, SnippetField, str]] = [("title", "title", article.title), ("lead", "lead", article.lead)]
    texts += ((index, block.kind, block.text) for index, block in enumerate(article.blocks))
    judged = bare_texts([text for _, _, text in texts], between=deadline.check)
    return [Passage(*text, is_bare) for text, is_bare in zip(texts, judged, strict=True) if text[2]]


def matches(node: Node, article: Article, earlier: Sequence[Article] = (), *, exact_marks: bool = False) -> bool:
    """Tell whether the article, with these `earlier` versions, answers the query. Slow; the truth that faster evaluations are held against."""
    if isinstance(node, And):
        return all(matches(child, article, earlier, exact_marks=exact_marks) for child in node.children)
    if isinstance(node, Or):
        return any(matches(child, article, earlier, exact_marks=exact_marks) for child in node.children)
    if isinstance(node, Alternative):
        return any(matches(leaf, article, exact_marks=exact_marks) for leaf in (node.typed, *node.expansions))
    if isinstance(node, Not):
        return not matches(node.child, article, earlier, exact_marks=exact_marks)
    if isinstance(node, Earlier):
        had = any(matches(node.leaf, version, exact_marks=exact_marks) for version in earlier)
        return had and not matches(node.leaf, article, exact_marks=exact_marks)
    if isinstance(node, Everything):
        return True
    if isinstance(node, FacetFilter):
        return not FACET[node.facet].values_of(article).keys().isdisjoint(node.values)
    if isinstance(node, Published):
        return _came_out(node, article)
    finder = finder_of(node, exact_marks=exact_marks)
    return any(finder.find(passage.text, in_title=passage.slot == "title", is_bare=passage.bare) for passage in passages(article))


def _came_out(node: Published, article: Article) -> bool:
    """Tell whether the article came out in Vietnam within the days of `node`."""
    day = article.published.astimezone(VIETNAM).date() if article.published else None
    return day is not None and (node.first or day) <= day <= (node.last or day)


def highlights(node: Node, article: Article, *, exact_marks: bool = False, deadline: Deadline = NEVER) -> Highlights:
    """Return the ranges to highlight in each text of the article that has any, in code points of that text.

    Terms where they stand, a phrase as one range where it stands whole, the terms of a near where all of them stand near each
    other; nothing that the query excludes. Each is a match; an article that repeats one word endlessly is marked in its beginning,
    and so is one that takes longer to go through than the deadline leaves. Never raises.
    """
    ranges: dict[Slot, tuple[tuple[int, int], ...]] = {}
    try:
        for passage, found in finder_of(node, exact_marks=exact_marks).find_in(article, deadline):
            if found:
                ranges[passage.slot] = marked(found)
    except DeadlineExceeded:
        return Highlights(ranges, whole=False)
    return Highlights(ranges)


def marked(occurrences: Iterable[Occurrence]) -> tuple[tuple[int, int], ...]:
    """Return the ranges of sorted `occurrences`, overlapping ones made one."""
    ranges: list[tuple[int, int]] = []
    for start, end, _ in occurrences:
        if ranges and start < ranges[-1][1]:
            ranges[-1] = ranges[-1][0], max(ranges[-1][1], end)
        else:
            ranges.append((start, end))
    return tuple(ranges)
