"""A query as typed and a part of it -> the query with something else in its place, or without it, still well formed.

What is left keeps its spelling: only the part goes, with its field, the operators that would stand with nothing beside them, and parentheses that
would be empty. Spans are of the query as typed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import accumulate

from searcher.query.lexer import Lexeme, lex
from searcher.query.parser import MAX_LENGTH
from searcher.query.tree import Span
from searcher.query.typed import Typed, read_typed


def rewritten(query: str, replaced: Mapping[Span, str]) -> str:
    """Return the query with other text at disjoint spans of it."""
    for (start, end), text in sorted(replaced.items(), reverse=True):
        query = query[:start] + text + query[end:]
    return query


def without(query: str, parts: Collection[Span]) -> str:
    """Return the query without the words and quotations that stand, whole or in part, within one of `parts`; "" if nothing is left."""
    typed = read_typed(query[:MAX_LENGTH])  # as much as is asked
    lexemes = [lexeme for lexeme in lex(typed.text) if lexeme.kind != "unused-operator"]
    left = _outside(typed, lexemes, parts)
    while dangling := _dangling(left):
        del left[dangling]
    if not any(lexeme.kind in ("word", "quoted") for lexeme in left):
        return ""
    stays = set(map(id, left))
    gone = [_span(typed, lexeme) for lexeme in lexemes if id(lexeme) not in stays]
    rest = " ".join(rewritten(query, dict.fromkeys(gone, "")).split())
    return rest.replace("( ", "(").replace(" )", ")")


def _outside(typed: Typed, lexemes: list[Lexeme], parts: Collection[Span]) -> list[Lexeme]:
    """Return those of `lexemes` that stand in none of `parts`."""
    is_within = _within(parts)
    goes = [lexeme.kind in ("word", "quoted") and is_within(_span(typed, lexeme)) for lexeme in lexemes]
    for number in range(len(lexemes) - 2, -1, -1):  # a sign goes with its operand, or it would deny what follows
        goes[number] = goes[number] or (lexemes[number].kind == "not" and goes[number + 1])
    return [lexeme for lexeme, is_gone in zip(lexemes, goes, strict=True) if not is_gone]


def unquoted(query: str) -> str:
    """Return the query without its quotation marks, but those after a minus: the syllables may stand apart, each still in its field."""
    typed = read_typed(query[:MAX_LENGTH])  # as much as is asked
    replaced = {}
    for before, lexeme in _after(lex(typed.text)):
        if lexeme.kind == "quoted" and before != "not" and lexeme.field in (None, "title") and lexeme.end > lexeme.start:
            start, end = typed.span(lexeme.start, lexeme.end)
            field = query[typed.starts[lexeme.outer_start] : typed.starts[lexeme.start - 1]]
            replaced[_span(typed, lexeme)] = f"{field}({query[start:end]})" if field else query[start:end]
    return rewritten(query, replaced)


def without_title_field(query: str) -> str:
    """Return the query with what it asks of the title asked of the whole text; what is excluded there stays excluded there only."""
    typed = read_typed(query[:MAX_LENGTH])  # as much as is asked
    fields = {}
    for before, lexeme in _after(lex(typed.text)):
        if lexeme.field == "title" and before != "not":
            value = lexeme.start - (lexeme.kind == "quoted")
            fields[typed.span(lexeme.outer_start, value)] = ""
    return rewritten(query, fields)


def _after(lexemes: list[Lexeme]) -> Iterator[tuple[str, Lexeme]]:
    """Yield each lexeme with the kind of the one before it."""
    return zip(["", *(lexeme.kind for lexeme in lexemes)], lexemes, strict=False)


def _span(typed: Typed, lexeme: Lexeme) -> Span:
    return typed.span(lexeme.outer_start, lexeme.outer_end)


def _within(parts: Collection[Span]) -> Callable[[Span], bool]:
    """Return the function that says whether a span overlaps one of `parts`: a query of 300 words may lose as many."""
    ordered = sorted(parts)
    starts = [start for start, _ in ordered]
    ends = list(accumulate((end for _, end in ordered), max))  # the last end of the parts up to each

    def is_within(span: Span) -> bool:
        before = bisect_left(starts, span[1])
        return before > 0 and ends[before - 1] > span[0]

    return is_within


def _dangling(lexemes: list[Lexeme]) -> slice | None:
    """Return which lexemes are an operator without an operand, or parentheses with nothing in them; None if all is well."""
    kinds = ["open", *(lexeme.kind for lexeme in lexemes), "close"]
    for number, (before, kind, after) in enumerate(zip(kinds, kinds[1:], kinds[2:], strict=False)):
        if kind == "open" and after == "close" and number + 1 < len(lexemes):
            return slice(number, number + 2)
        if kind in ("or", "and") and before in ("open", "or", "and", "not"):
            return slice(number, number + 1)
        if kind in ("or", "and", "not") and after in ("close", "or", "and"):
            return slice(number, number + 1)
    return None
