"""Two revisions of an article -> what a list of changes says of them: which parts differ, how many words, an excerpt, the lines that lost something.

Invariant: bounded in time and size, as corpus.comparison is, and the same whenever it is worked out.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from functools import lru_cache

from corpus import record
from corpus.article import Article
from corpus.comparison import Change, Piece, compared
from language.analyzer import syllables, tokens
from language.normalizer import is_marked, stripped

TEXT_PARTS = ("title", "lead", "heading", "paragraph", "caption")
LONGEST_LOST = 100_000
"""Characters of the lines that lost something which are kept to be looked through: the first of them."""
_EXCERPT = 240  # characters
_BEFORE = 60  # of them before the first word that changed
_TAKEN = "\x01"  # before a term that was taken out
_WORD = re.compile(r"\w+")


def difference(old: Article, new: Article) -> tuple[str, int, int, str, str]:
    """Return (parts, words added, words taken out, excerpt, lines that lost something) between two revisions, as they are kept."""
    changes = compared(old, new).changes
    of_text = [change for change in changes if change.part in TEXT_PARTS]
    added, taken = (sum(_words(change, edit) for change in of_text) for edit in ("inserted", "deleted"))
    most = max(of_text, key=lambda change: _words(change, "inserted") + _words(change, "deleted"), default=None)
    shown = most or (changes[0] if changes else None)
    excerpt = json.dumps(_excerpt(shown.pieces) if shown else [], ensure_ascii=False)
    return ",".join(dict.fromkeys(change.part for change in changes)), added, taken, excerpt, _lost(of_text)


def _words(change: Change, edit: str) -> int:
    return sum(len(_WORD.findall(piece.text)) for piece in change.pieces if piece.edit == edit)


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


@lru_cache(64)
def _pattern(typed: str) -> re.Pattern[str] | None:
    """Return what finds a typed text in lines that lost something: with marks as it stands, without any of them however it was marked."""
    forms = [token.exact for token in syllables(tokens(typed))]
    if not forms:
        return None
    return re.compile("(?<![^ \n])" + " ".join(f"{_TAKEN}?{re.escape(form)}" for form in forms) + "(?![^ \n])")


@lru_cache(64)
def _is_unmarked(typed: str) -> bool:
    return not any(is_marked(token.exact) for token in tokens(typed))


@lru_cache(1 << 16)
def _bare(term: str) -> str:
    return _TAKEN + stripped(term[1:]) if term.startswith(_TAKEN) else stripped(term)


def lost_has(lost: str, typed: str) -> bool:
    """Say whether a typed text stood in lines that lost something, at least one term of it being taken out."""
    pattern = _pattern(typed)
    if pattern is None:
        return False
    if _is_unmarked(typed):
        lost = "\n".join(" ".join(map(_bare, line.split(" "))) for line in lost.split("\n"))
    return any(_TAKEN in found[0] for found in pattern.finditer(lost))


def teach(connection: sqlite3.Connection) -> None:
    """Let statements on `connection` work out differences: `difference(part, older record, newer record)`, NULL of damaged records."""
    connection.create_function("difference", 3, _of_records, deterministic=True)


def _of_records(part: int, older: bytes, newer: bytes) -> str | int | None:
    found = _compared_records(older, newer)
    return None if found is None else found[part]


@lru_cache(1)
def _compared_records(older: bytes, newer: bytes) -> tuple[str, int, int, str, str] | None:
    try:
        return difference(record.decode(older), record.decode(newer))
    except ValueError:
        return None  # Archive.check tells of it
