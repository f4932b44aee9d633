"""Two revisions of an article -> what was taken away and what was put in, part by part.

Invariant: the pieces of a change that are not inserted, end to end, are the older text, those that are not deleted the newer one.
Work is bounded: texts too long to be compared word by word are shown as taken away and put in whole, and of very many changes the first are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Literal, NamedTuple, TypeAlias

from corpus.article import Article, Block
from language.timestamp import VIETNAM

Edit: TypeAlias = Literal["same", "deleted", "inserted"]
Part: TypeAlias = Literal[
    "title", "lead", "heading", "paragraph", "caption", "authors", "source", "section", "tags", "published", "modified"
]

WORD = re.compile(r"\d\w*(?:[.,:]\d+|[/-]\w+)*%?|\w+")
"""A word. A number is one with its points, commas and per cent sign, as are a day, a time, a document's number: none is cut to pieces."""
_WORDS = re.compile(rf"{WORD.pattern}|\s+|[^\w\s]")
_MOST_BLOCKS = 2_000  # difflib takes time quadratic in their number
_MOST_WORK = 1_000_000  # pairs of words that are compared, in all
_LONGEST = 100_000  # characters of a text that is compared word by word
MOST_CHANGES = 2_000
"""Changes of the text that are told at most: the first."""
_MOST_TEXT = 1_000_000  # characters of them; one change is told however long it is
_AHEAD = 8  # blocks among which the one is looked for that a block became
_ALIKE = 0.4  # of their words two texts must share to be one text that was changed


class Piece(NamedTuple):
    """A stretch of text that both revisions have, or only one of them."""

    edit: Edit
    text: str


@dataclass(frozen=True)
class Change:
    """A part of the article that is not the same in both revisions."""

    part: Part
    pieces: tuple[Piece, ...]

    @property
    def is_one(self) -> bool:
        """Whether the revisions differ in this part at all."""
        return any(piece.edit != "same" for piece in self.pieces)


class Comparison(NamedTuple):
    """What differs between two revisions; not `whole` if the text has more changes than are told."""

    changes: list[Change]
    whole: bool


def compared(old: Article, new: Article) -> Comparison:
    """Return what differs between two revisions of what the paper published: title and text in reading order, then the rest."""
    compare = _Comparison()
    old, new = old.as_stated(), new.as_stated()  # a paper has one name, whatever it calls itself
    blocks, whole = _first(compare.blocks(old.blocks, new.blocks))
    found = [
        compare.texts("title", old.title, new.title),
        compare.texts("lead", old.lead, new.lead),
        *blocks,
        compare.texts("authors", ", ".join(old.authors), ", ".join(new.authors)),
        compare.texts("source", old.source, new.source),
        compare.texts("section", old.section, new.section),
        compare.texts("tags", ", ".join(old.tags), ", ".join(new.tags)),
        _moments("published", old.published, new.published),
        _moments("modified", old.modified, new.modified),
    ]
    return Comparison([change for change in found if change.is_one], whole)


def _first(found: Iterable[Change]) -> tuple[list[Change], bool]:
    """Return the first changes, as many as are told, and whether there are no more."""
    told: list[Change] = []
    length = 0
    for change in found:
        if change.is_one:
            length += sum(len(piece.text) for piece in change.pieces)
            if len(told) == MOST_CHANGES or (told and length > _MOST_TEXT):
                return told, False
            told.append(change)
    return told, True


class _Comparison:
    """Compares texts word by word as long as it has work left; those after that as a whole."""

    def __init__(self) -> None:
        self._left = _MOST_WORK

    def texts(self, part: Part, old: str, new: str) -> Change:
        return Change(part, tuple(self._pieces(old, new)))

    def blocks(self, old: Sequence[Block], new: Sequence[Block]) -> Iterator[Change]:
        if len(old) + len(new) > _MOST_BLOCKS:
            steps = [("replace", 0, len(old), 0, len(new))]
        else:
            steps = list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
        for step, first_old, end_old, first_new, end_new in steps:
            if step != "equal":
                yield from self._replaced(old[first_old:end_old], new[first_new:end_new])

    def _replaced(self, old: Sequence[Block], new: Sequence[Block]) -> Iterator[Change]:
        """Yield the changes from old to new blocks. An old one that is like none of the next new ones was taken away."""
        words_of_new: dict[int, Counter[str]] = {}
        taken = 0
        for block in old:
            ahead = range(taken, min(taken + _AHEAD, len(new)))
            became = next((place for place in ahead if block == new[place]), None)
            if became is None:
                words_of_new = {place: words_of_new.get(place) or _words(new[place]) for place in ahead}
                words = _words(block)
                became = next((place for place in ahead if _are_alike(words, words_of_new[place])), None)
            if became is None:
                yield self.texts(block.kind, _text(block), "")
                continue
            yield from (self.texts(other.kind, "", _text(other)) for other in new[taken:became])
            yield self.texts(new[became].kind, _text(block), _text(new[became]))
            taken = became + 1
        yield from (self.texts(other.kind, "", _text(other)) for other in new[taken:])

    def _pieces(self, old: str, new: str) -> Iterator[Piece]:
        if old == new:
            yield from _nonempty(Piece("same", old))
            return
        if max(len(old), len(new)) > _LONGEST:
            yield from _nonempty(Piece("deleted", old), Piece("inserted", new))
            return
        was, now = _WORDS.findall(old), _WORDS.findall(new)
        self._left -= len(was) * len(now)
        if self._left < 0:
            yield from _nonempty(Piece("deleted", old), Piece("inserted", new))
            return
        deleted = inserted = ""
        steps = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
        for number, (step, first_old, end_old, first_new, end_new) in enumerate(steps):
            before, after = "".join(was[first_old:end_old]), "".join(now[first_new:end_new])
            # A space between two changes is part of both: changed words that stand together are read together.
            if step == "equal" and not (before.isspace() and deleted + inserted and number + 1 < len(steps)):
                yield from _nonempty(Piece("deleted", deleted), Piece("inserted", inserted), Piece("same", before))
                deleted = inserted = ""
            else:
                deleted, inserted = deleted + before, inserted + after
        yield from _nonempty(Piece("deleted", deleted), Piece("inserted", inserted))


def _nonempty(*pieces: Piece) -> Iterator[Piece]:
    return (piece for piece in pieces if piece.text)


def _words(block: Block) -> Counter[str]:
    return Counter(_WORDS.findall(block.text[:_LONGEST]))


def _are_alike(words: Counter[str], others: Counter[str]) -> bool:
    shared = sum((words & others).values())
    return shared >= _ALIKE * max(1, words.total(), others.total())


def _text(block: Block) -> str:
    return f"{block.text} ({block.credit})" if block.credit else block.text


def _moments(part: Part, old: datetime | None, new: datetime | None) -> Change:
    was, now = (f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if moment else "" for moment in (old, new))
    pieces = [Piece("same", was)] if was == now else [Piece("deleted", was), Piece("inserted", now)]
    return Change(part, tuple(_nonempty(*pieces)))
