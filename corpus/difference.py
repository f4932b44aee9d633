"""Two revisions of an article -> what a list of changes says of them: which parts differ, how many words, an excerpt, the lines that lost something.

Invariant: bounded in time and size, as corpus.comparison is, and the same whenever it is worked out.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from corpus import record
from corpus.article import Article
from corpus.comparison import WORD, Change, Piece, compared
from language.analyzer import syllables, tokens
from language.normalizer import is_marked, stripped

TEXT_PARTS = ("title", "lead", "heading", "paragraph", "caption")
LONGEST_LOST = 100_000
"""Characters of the lines that lost something which are kept to be looked through: the first of them."""
_EXCERPT = 240  # characters
_BEFORE = 60  # of them before the first word that changed
_TAKEN = "\x01"  # before a term that was taken out


class Kept(NamedTuple):
    """What is kept: parts that differ, words added and taken out, an excerpt (JSON), lines that lost something, the same without marks."""

    parts: str
    added: int
    taken: int
    excerpt: str
    lost: str
    bare: str


def difference(old: Article, new: Article) -> Kept:
    """Return what is kept of how two revisions differ."""
    changes = compared(old, new).changes
    of_text = [change for change in changes if change.part in TEXT_PARTS]
    added, taken = (sum(_words(change, edit) for change in of_text) for edit in ("inserted", "deleted"))
    # What was taken out is seen nowhere else.
    most = max(of_text, key=lambda change: (_words(change, "deleted"), _words(change, "inserted")), default=None)
    shown = most or (changes[0] if changes else None)
    excerpt = json.dumps(_excerpt(shown.pieces) if shown else [], ensure_ascii=False)
    lines = _lost(of_text)
    return Kept(",".join(dict.fromkeys(change.part for change in changes)), added, taken, excerpt, lines, _bare(lines))


def _words(change: Change, edit: str) -> int:
    return sum(len(WORD.findall(piece.text)) for piece in change.pieces if piece.edit == edit)


def _excerpt(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces around the first that changed, cut to what a line of a list has room for."""
    found: list[Piece] = []
    length = 0
    for edit, text in pieces:
        if edit == "same" and not found and len(text) > _BEFORE:
            text = "…" + text[-_BEFORE:].partition(" ")[2]
        if length + len(text) > _EXCERPT:
            text = text[: _EXCERPT - length].rpartition(" ")[0] + "…"
            found.append(Piece(edit, text))
            break
        found.append(Piece(edit, text))
        length += len(text)
    return found


def _lost(changes: Iterable[Change]) -> str:
    """Return the older lines that lost something, as terms with a sign before those that were taken out; a line ends each."""
    lines: list[str] = []
    length = 0
    for change in changes:
        text = "".join(piece.text for piece in change.pieces if piece.edit != "inserted")
        gone: list[tuple[int, int]] = []
        at = 0
        for piece in change.pieces:
            if piece.edit != "inserted":
                gone += [(at, at + len(piece.text))] if piece.edit == "deleted" else []
                at += len(piece.text)
        if not gone:
            continue
        terms = []
        place = 0
        for token in syllables(tokens(text)):
            while place < len(gone) and gone[place][1] <= token.start:
                place += 1
            is_gone = place < len(gone) and gone[place][0] < token.end
            terms.append(f"{_TAKEN if is_gone else ''}{token.exact}")
        lines.append(" ".join(terms))
        length += len(lines[-1]) + 1
        if length > LONGEST_LOST:
            break
    return "\n".join(lines)[:LONGEST_LOST]


@dataclass(frozen=True)
class Lost:
    """A typed text as it is looked for in the lines that lost something.

    Every one of `forms` must be there, and a match of `pattern` with a term that was taken out. `is_bare`: it has no mark, and is looked
    for in the lines without theirs.
    """

    is_bare: bool
    forms: tuple[str, ...]
    pattern: re.Pattern[str]

    def is_in(self, lines: str) -> bool:
        """Say whether the text stood in these lines, at least one term of it being taken out."""
        return any(_TAKEN in found[0] for found in self.pattern.finditer(lines))


def lost(typed: str) -> Lost | None:
    """Return how a typed text is looked for; None if it has no word."""
    found = list(syllables(tokens(typed)))
    is_bare = not any(is_marked(token.exact) for token in found)
    forms = tuple(token.stripped if is_bare else token.exact for token in found)
    pattern = " ".join(f"{_TAKEN}?{re.escape(form)}" for form in forms)
    return Lost(is_bare, forms, re.compile(f"(?<![^ \n]){pattern}(?![^ \n])")) if forms else None


def _bare(lines: str) -> str:
    """Return lines that lost something, their terms without marks."""
    return "\n".join(
        " ".join(_TAKEN + stripped(term[1:]) if term[:1] == _TAKEN else stripped(term) for term in line.split(" "))
        for line in lines.split("\n")
    )


def teach(connection: sqlite3.Connection) -> None:
    """Let statements on `connection` work out differences: `difference(part, older record, newer record)`, NULL of damaged records."""
    connection.create_function("difference", 3, _of_records, deterministic=True)


def _of_records(part: int, older: bytes, newer: bytes) -> str | int | None:
    found = _compared_records(older, newer)
    return None if found is None else found[part]


@lru_cache(1)
def _compared_records(older: bytes, newer: bytes) -> Kept | None:
    try:
        return difference(record.decode(older), record.decode(newer))
    except ValueError:
        return None  # Archive.check tells of it
