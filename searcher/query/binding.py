"""The lexemes of a query -> the same, in which an operator or a field has the whole word that follows it: -quy hoạch, tiêu-đề:học phí.

A word may be the syllables that follow directly: nothing but white space between, and no quotation mark, parenthesis, field or operator. What is
typed with hyphens (-hà-nội) is one word as it stands. How many of a row of syllables are its first word is not known here: FirstWord says it.

Invariant: only plain words are joined, each to the one before it; everything else stays as it was. Linear in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from corpus.facet import MONTHS
from language.analyzer import tokens
from searcher.query.lexer import FieldName, Lexeme

FirstWord: TypeAlias = Callable[[str, FieldName | None], int]
"""A row of plain words as typed, two or more, and the field they stand in -> of how many syllables its first word is."""

DAYS: frozenset[FieldName] = frozenset((*MONTHS, "from", "to"))
"""Fields whose values are no words."""
LONGEST_ROW = 6  # plain words after an operator that are looked at


def bind(text: str, lexemes: Sequence[Lexeme], first_word: FirstWord) -> Iterator[Lexeme]:
    """Yield the lexemes of clean `text`, those of the first word after an operator or a field as one. Works out no more than is taken."""
    place = 0
    denied = False
    while place < len(lexemes):
        lexeme = lexemes[place]
        place += 1
        if lexeme.kind == "word":
            if (denied or lexeme.field) and lexeme.field not in DAYS and text[lexeme.outer_start] not in "#＃":
                row = _row(text, lexemes[place - 1 : place - 1 + LONGEST_ROW])
                last = _last(text, row, first_word(text[row[0].start : row[-1].end], lexeme.field)) if len(row) > 1 else 0
                if last:
                    lexeme = replace(lexeme, end=row[last].end, outer_end=row[last].end)
                    place += last
            denied = denied and not any(map(str.isalnum, text[lexeme.start : lexeme.end]))  # an operator waits for a syllable
        elif lexeme.kind not in ("minus-number", "unused-operator"):
            denied = lexeme.kind == "not"
        yield lexeme


def _row(text: str, lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """Return the plain words that `lexemes` begin with, nothing but white space between them; punctuation ends a row."""
    row: list[Lexeme] = []
    for lexeme in lexemes:
        if lexeme.kind != "word" or (row and (lexeme.field or not text[row[-1].end : lexeme.outer_start].isspace())):
            break
        content = text[lexeme.start : lexeme.end]
        syllables = content.rstrip(".:")
        if _count(syllables) == 0:
            break
        row.append(replace(lexeme, end=lexeme.start + len(syllables)))
        if syllables != content:
            break
    return row


def _last(text: str, row: Sequence[Lexeme], syllables: int) -> int:
    """Return which of a row, from 0, is the last that the first `syllables` syllables reach into."""
    for number, lexeme in enumerate(row):
        syllables -= _count(text[lexeme.start : lexeme.end])
        if syllables <= 0:
            return number
    return len(row) - 1


def _count(word: str) -> int:
    """Return of how many syllables a plain word is, more than one only where no sign parts them (TPHCM); 0 if it is none."""
    found = tokens(word)
    covered = sum(token.end - token.start for token in found)
    return len(found) if covered == len(word) else 0
