"""Texts -> their pieces between white space, and what the analysis makes of each: its tokens, their forms, how many positions it takes.

The analysis parts text at white space and repeats itself: each distinct piece is analysed once, and texts are looked through by operations over all
their pieces at once. Invariant: a piece's tokens are those of the text that stand in it, offsets counted from its beginning, positions from its first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, chain

from language.analyzer import Token, lone_syllable, tokens
from language.memo import Memo
from language.normalizer import bare, stripped
from searcher.deadline import Deadline

LONGEST_PIECE = 1 << 17
"""Characters without white space that are looked at for highlights; of a longer piece its beginning is. No text is written so."""
_CUT = "\0"
"""What a piece ends with of which the rest is cut off; no text contains it."""
_STEP = 512  # pieces that are read between two looks at the clock; one by one where they are long
AT_ONCE = _STEP * 64
"""Characters that are read without a look at the clock."""
_PIECE = re.compile(r"\S+")


SEVERAL, NONE = "several tokens", "no token"
"""Stand for the stripped forms of a piece with several tokens and of one without any: a syllable has no space."""


class Analysis:
    """What the analysis makes of pieces, those of bare texts or those of others."""

    def __init__(self, *, is_bare: bool, entries: int) -> None:
        self._is_bare = is_bare
        self.stripped = Memo(self._stripped, entries)
        """For a piece the stripped form of its one token, or SEVERAL, or NONE."""
        self.tokens = Memo(self._tokens, entries // 4)
        """For a piece its tokens; for a cut one those that end before the cut."""
        self.lengths = Memo(self._length, entries)
        """For a piece how many positions it takes; a cut one takes one more, so that nothing is next to it."""

    def _stripped(self, piece: str) -> str:
        syllable = lone_syllable(piece)
        if syllable is not None:
            return stripped(syllable)
        found = self._tokens(piece)
        return found[0].stripped if len(found) == 1 else SEVERAL if found else NONE

    def _tokens(self, piece: str) -> tuple[Token, ...]:
        found = tokens(piece)
        if piece.endswith(_CUT):
            found = [token for token in found if token.end < len(piece) - len(_CUT)]
        return tuple(token._replace(exact=bare(token.exact)) for token in found) if self._is_bare else tuple(found)

    @staticmethod
    def _length(piece: str) -> int:
        found = tokens(piece)
        return (found[-1].position + 1 if found else 0) + piece.endswith(_CUT)


WITH_MARKS = Analysis(is_bare=False, entries=1 << 16)
BARE = Analysis(is_bare=True, entries=1 << 12)


class Pieces:
    """The pieces of some texts, end to end. Those of text n are the ones from `firsts[n]` to before `firsts[n + 1]`."""

    def __init__(self, texts: Sequence[str], *, longest: int | None = None) -> None:
        """Of pieces with more than `longest` characters only the beginning is read."""
        self._texts = texts
        self._written: list[str] = []
        self.firsts = [0]
        for text in texts:
            self._written += text.split()
            self.firsts.append(len(self._written))
        self.read: Sequence[str] = self._written
        """The pieces, as far as they are read."""
        if longest is not None and sum(map(len, texts)) > longest:
            self.read = [piece if len(piece) <= longest else piece[:longest] + _CUT for piece in self._written]

    def steps(self, deadline: Deadline, first: int = 0, stop: int | None = None) -> Iterator[Sequence[str]]:
        """Yield the pieces from `first` to before `stop` in order, as many at a time as are read in bounded time.

        Raises DeadlineExceeded, which is looked for between them.
        """
        pieces = self.read[first:stop]
        if sum(map(len, self._texts)) <= AT_ONCE:
            yield pieces
            return
        for start in range(0, len(pieces), _STEP):
            step = pieces[start : start + _STEP]
            deadline.check()
            if sum(map(len, step)) <= AT_ONCE:
                yield step
            else:
                yield from ((piece,) for piece in deadline.each(step))

    def offsets(self, number: int, pieces: Sequence[int]) -> list[int]:
        """Return where these pieces of text `number` begin in it."""
        ends, first, stop = self._ends, self.firsts[number], self.firsts[number + 1]
        before = ends[first] + first
        if len(self._texts[number]) == ends[stop] + stop - 1 - before:  # one space between them
            return [ends[piece] + piece - before for piece in pieces]
        starts = [piece.start() for piece in _PIECE.finditer(self._texts[number])]
        return [starts[piece - first] for piece in pieces]

    @cached_property
    def _ends(self) -> list[int]:
        """How many characters the pieces before each have."""
        return list(accumulate(map(len, self._written), initial=0))

    def positions(self, number: int, analysis: Analysis, deadline: Deadline) -> list[int]:
        """Return the position of the first syllable of each piece of text `number`. Raises DeadlineExceeded."""
        steps = self.steps(deadline, self.firsts[number], self.firsts[number + 1])
        return list(accumulate(chain.from_iterable(map(analysis.lengths.__getitem__, step) for step in steps), initial=0))
