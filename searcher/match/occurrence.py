"""A query and an article -> where the article matches.

The one definition of a match in running text: highlights and snippets are made from it, and the evaluation over postings is
tested against it. Phrases and nears never reach from one text of an article into the next: the index leaves a gap there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, islice
from typing import Literal, NamedTuple, TypeAlias

from corpus.article import Article
from corpus.facet import FACET
from language.analyzer import Token, tokens
from language.bare_text import bare_texts
from language.memo import Memo
from language.normalizer import bare
from language.timestamp import VIETNAM
from searcher.deadline import NEVER, Deadline, DeadlineExceeded
from searcher.match.near_positions import near_positions
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
LONGEST_PIECE = 1 << 17
"""Characters without white space that are looked at for highlights; of a longer piece its beginning is. No text is written so."""
_CHUNK = 512  # pieces that are read between two looks at the clock; one by one where they are long
_LONG = _CHUNK * 64
_PIECE = re.compile(r"\S+")

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


class _Place(NamedTuple):
    """Where a term stands: text[start:end], the syllable at `position`."""

    start: int
    end: int
    position: int


class _Analysed(NamedTuple):
    """A piece of text without white space: its tokens, all their forms, and how many positions they take."""

    tokens: tuple[Token, ...]
    forms: tuple[str, ...]
    positions: int


_Read: TypeAlias = tuple[int, tuple[tuple[int, int, int, int], ...]]
"""How many positions a piece takes, and the terms that stand in it: (number, start, end, position)."""


class Finder:
    """Finds the leaves of one query in any number of texts. Threads may share one."""

    def __init__(self, sought: Sequence[Leaf | Alternative], *, exact_marks: bool = False) -> None:
        numbers: dict[Acceptance, int] = {}
        self._single: dict[int, list[tuple[int, bool]]] = defaultdict(list)
        """For each term by itself, by number: the leaves that are just it, each with whether only titles count."""
        self._joined: list[tuple[int, Phrase | Near, list[int]]] = []
        for index, each in enumerate(sought):
            for leaf in (each.typed, *each.expansions) if isinstance(each, Alternative) else (each,):
                terms = (leaf,) if isinstance(leaf, (Term, Prefix)) else leaf.terms
                of_leaf = [numbers.setdefault(acceptance(term, exact_marks=exact_marks), len(numbers)) for term in terms]
                if isinstance(leaf, (Term, Prefix)):
                    self._single[of_leaf[0]].append((index, leaf.title_only))
                else:
                    self._joined.append((index, leaf, of_leaf))
        self._acceptances = Acceptances(numbers)
        self._pieces = Memo(self._read, entries=1 << 14)
        self._bare_pieces = Memo(self._read_bare, entries=1 << 10)

    def find(self, text: str, *, in_title: bool, is_bare: bool = False) -> list[Occurrence]:
        """Return all that occurs in `text`, sorted by range."""
        memo = self._bare_pieces if is_bare else self._pieces
        pieces = text.split()
        return self._found(_gathered(_standing(text, pieces, [memo[piece] for piece in pieces])), in_title)

    def find_in(self, article: Article, deadline: Deadline = NEVER) -> Iterator[tuple[Passage, list[Occurrence]]]:
        """Yield the texts of an article, each with what occurs in it, sorted; of all that terms stand for the first MOST_PLACES only.

        Raises DeadlineExceeded, which is looked for before each text and within long ones.
        """
        room = MOST_PLACES
        for passage in deadline.each(passages(article, deadline)):
            pieces = passage.text.split() if room else []
            read = list(self._read_pieces(pieces, self._bare_pieces if passage.bare else self._pieces, deadline))
            places = _gathered(islice(_standing(passage.text, pieces, read), room))
            room -= sum(map(len, places.values()))
            yield passage, self._found(places, passage.slot == "title")

    @staticmethod
    def _read_pieces(pieces: Sequence[str], memo: Memo[_Read], deadline: Deadline) -> Iterator[_Read]:
        for start in range(0, len(pieces), _CHUNK):
            chunk = pieces[start : start + _CHUNK]
            if sum(map(len, chunk)) <= _LONG:
                yield from map(memo.__getitem__, chunk)
            else:
                yield from (_read_beginning(piece, memo) for piece in deadline.each(chunk))
            if start:
                deadline.check()

    def _found(self, places: dict[int, list[_Place]], in_title: bool) -> list[Occurrence]:
        found: list[Occurrence] = []
        for number, standing in places.items():
            for index, title_only in self._single.get(number, ()):
                if in_title or not title_only:
                    found += [Occurrence(start, end, index) for start, end, _ in standing]
        for index, leaf, numbers in self._joined:
            if all(number in places for number in numbers) and (in_title or not leaf.title_only):
                found += (Occurrence(start, end, index) for start, end in _ranges(leaf, [places[number] for number in numbers]))
        return sorted(found)

    def _read(self, piece: str) -> _Read:
        """Return how many positions a piece without white space takes, and what stands in it: numbers of terms, each with its place."""
        return self._admitted(_ANALYSED[piece])

    def _read_bare(self, piece: str) -> _Read:
        """Return the same of a piece of a bare text."""
        found = [token._replace(exact=bare(token.exact)) for token in _ANALYSED[piece].tokens]
        return self._admitted(_with_forms(found))

    def _admitted(self, analysed: _Analysed) -> _Read:
        if self._acceptances.admit_none(analysed.forms):
            return analysed.positions, ()
        standing = tuple(
            (number, token.start, token.end, token.position)
            for token in analysed.tokens
            for number in self._acceptances.admitting(token.exact, token.stripped)
        )
        return analysed.positions, standing


def _with_forms(found: Sequence[Token]) -> _Analysed:
    forms = dict.fromkeys(form for token in found for form in (token.exact, token.stripped))
    return _Analysed(tuple(found), tuple(forms), found[-1].position + 1 if found else 0)


# The analysis parts text at white space and repeats itself: each distinct piece is analysed once.
_ANALYSED = Memo(lambda piece: _with_forms(tokens(piece)), entries=1 << 15)


def _read_beginning(piece: str, memo: Memo[_Read]) -> _Read:
    """Return what is read of a piece's first LONGEST_PIECE characters; what is cut off there is not read, and nothing is next to it."""
    taken, standing = memo[piece[:LONGEST_PIECE]]
    if len(piece) <= LONGEST_PIECE:
        return taken, standing
    return taken + 1, tuple(each for each in standing if each[2] < LONGEST_PIECE)


def _gathered(standing: Iterable[tuple[int, _Place]]) -> dict[int, list[_Place]]:
    """Return for each term, by number, where it stands."""
    places: dict[int, list[_Place]] = defaultdict(list)
    for number, place in standing:
        places[number].append(place)
    return places


def _standing(text: str, pieces: Sequence[str], read: Sequence[_Read]) -> Iterator[tuple[int, _Place]]:
    """Yield the numbers of terms, each with a place where it stands, in the order of the text; `read` is what stands in text.split()."""
    holding = [at for at, (_, standing) in enumerate(read) if standing]
    if not holding:
        return
    offsets = _offsets(text, pieces)
    positions = list(accumulate((taken for taken, _ in read), initial=0))
    for at in holding:
        offset, position = offsets[at], positions[at]
        for number, start, end, step in read[at][1]:
            yield number, _Place(offset + start, offset + end, position + step)


def _offsets(text: str, pieces: Sequence[str]) -> list[int]:
    """Return where each of text.split() begins."""
    if len(text) == sum(map(len, pieces)) + len(pieces) - 1:  # one space between them
        return list(accumulate((len(piece) + 1 for piece in pieces), initial=0))
    return [piece.start() for piece in _PIECE.finditer(text)]


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
    texts = [Passage("title", "title", article.title), Passage("lead", "lead", article.lead)]
    texts += (Passage(index, block.kind, block.text) for index, block in enumerate(article.blocks))
    judged = bare_texts([passage.text for passage in texts], between=deadline.check)
    return [passage._replace(bare=is_bare) for passage, is_bare in zip(texts, judged, strict=True) if passage.text]


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
