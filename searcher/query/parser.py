"""What was typed -> the query tree and what was not understood.

Total: any string gives a tree and problems whose spans lie in the string as typed. Nothing typed is lost: what is no operator,
field or sign of the language is text. Syllables come from language.analyzer, so that a query is cut where the articles were cut.

    either   = all (OR all)*                    OR binds loosest: `đất đai Hà Nội OR Hải Phòng` has two sides of whole words
    all      = not (AND? not)*
    not      = (NOT | -)* (field? word | field? "quotation"~N | field? ( either ) | #tag)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from corpus.facet import FACET, MONTHS
from index.schema import POSITION_GAP
from language.analyzer import Token, syllables, tokens, wholes
from language.period import period, today_in_vietnam
from language.wording import shortened
from searcher.query.acceptance import beginning, may_lack_marks
from searcher.query.binding import DAYS, FirstWord, bind
from searcher.query.foreign import without_foreign_signs
from searcher.query.lexer import FieldName, Lexeme, lex
from searcher.query.tree import (
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
    Span,
    Term,
)
from searcher.query.typed import Typed, read_typed
from searcher.query.variant import with_variants
from searcher.result import Bound, Operator, Problem, Values

MAX_LENGTH = 10_000  # code points read
MAX_DEPTH = 50  # parentheses within parentheses
MAX_LEAVES = 64  # terms and filters
MAX_PROBLEMS = 20  # told about
MIN_PREFIX = 2  # letters of a prefix that stands alone; after other words of a phrase one is enough
MAX_NEAR = 8  # terms of one near: what finding them costs grows with their number
MAX_REACH = POSITION_GAP  # positions between the first and the last term of a near: no more than lie free between two blocks

_ENGLISH = {"HOẶC": "OR", "HOAC": "OR", "VÀ": "AND", "KHÔNG": "NOT", "KHONG": "NOT"}


class Parsed(NamedTuple):
    """The tree of a query, what was not understood, and what its operators bind, both sorted by span."""

    node: Node
    problems: tuple[Problem, ...]
    bound: tuple[Bound, ...]


def parse(text: str, *, today: date | None = None) -> tuple[Node, tuple[Problem, ...]]:
    """Return the tree of the query `text` and its problems, where an operator binds no more than what was typed in one piece."""
    parsed = understand(text, today=today)
    return parsed.node, parsed.problems


def understand(text: str, *, today: date | None = None, first_word: FirstWord | None = None) -> Parsed:
    """Return what the query `text` asks for; each kind of problem is told once.

    `today` (by default today in Vietnam) completes days without a year and `hôm nay`; `first_word` says what is a word to an operator or a
    field, by default what was typed in one piece. Never raises. Linear time; at most MAX_LENGTH code points are read, MAX_DEPTH nested
    parentheses, MAX_LEAVES terms and filters, and MAX_NEAR terms of a near kept.
    """
    typed = read_typed(text[:MAX_LENGTH])
    plain, signs = without_foreign_signs(typed.text)
    reading = _Reading(
        replace(typed, text=plain),
        today or today_in_vietnam(),
        first_word or (lambda row, field: 1),
        complete=len(text) <= MAX_LENGTH,
    )
    for sign in signs:
        reading.problems.setdefault((sign.code, sign.values), typed.span(sign.start, sign.end))
    tree = with_variants(reading.tree(), reading.typed)
    problems = [Problem(*span, *told) for told, span in reading.problems.items()]
    if len(text) > MAX_LENGTH:
        problems.append(too_long(len(text)))
    if isinstance(tree, Everything) and not problems and reading.typed.text.strip():
        problems.append(Problem(0, len(text), "nothing"))
    problems.sort(key=lambda problem: (problem.start, problem.end, problem.code))
    return Parsed(tree, tuple(problems[:MAX_PROBLEMS]), tuple(reading.bound))


def too_long(length: int) -> Problem:
    """Return the problem of a query of `length` code points, more than are read."""
    return Problem(MAX_LENGTH, length, "too_long", (("most", MAX_LENGTH),))


def without(query: str, bound: Bound) -> str:
    """Return `query` with something bound cut out of it, and with that an operator that would have nothing on one side."""
    spans = [(bound.start, bound.end)]
    while spans:
        for start, end in reversed(spans):
            query = f"{query[:start].rstrip()} {query[end:].lstrip()}".strip()
        spans = [(problem.start, problem.end) for problem in parse(query)[1] if problem.code == "dangling"]
    return query


@dataclass
class _Group:
    """What stands between two parentheses, as far as it has been read."""

    opening: Lexeme | None = None
    within: FieldName | None = None
    alternatives: list[list[Node]] = field(default_factory=lambda: [[]])
    denied: bool = False  # an odd number of negations stands around it
    negated: bool = False
    waiting: Lexeme | None = None  # the operator whose right side has not come yet


class _Reading:
    """One query while it is read. If it is `complete`, not cut at MAX_LENGTH, what its end lacks is a problem to tell."""

    def __init__(self, typed: Typed, today: date, first_word: FirstWord, *, complete: bool) -> None:
        self.typed = typed
        self.bound: list[Bound] = []
        self.problems: dict[tuple[str, Values], Span] = {}  # the first span of each
        self._today = today
        self._first_word = first_word
        self._complete = complete
        self._full = False
        self._leaves_left = MAX_LEAVES
        self._groups = [_Group()]  # each within the one before it
        self._ignored = 0  # parentheses open beyond the depth allowed

    def tree(self) -> Node:
        take: dict[str, Callable[[Lexeme], None]] = {
            **dict.fromkeys(("and", "or", "not"), self._operate),
            **dict.fromkeys(("word", "quoted"), self._operand),
            "open": self._open,
            "close": self._close,
        }
        for lexeme in bind(self.typed.text, lex(self.typed.text), self._first_word):
            if self._full:
                break
            take.get(lexeme.kind, self._tell_apart)(lexeme)
        while len(self._groups) > 1:
            if self._complete:
                self._tell("unclosed", self._groups[-1].opening)
            self._add(self._closed(self._groups.pop()), bracketed=True)
        return self._closed(self._groups[0]) or Everything()

    def _open(self, lexeme: Lexeme) -> None:
        if len(self._groups) > MAX_DEPTH:
            self._ignored += 1
            self._tell("too_deep", lexeme, most=MAX_DEPTH)
        else:
            group = self._groups[-1]
            self._groups.append(_Group(lexeme, lexeme.field or group.within, denied=group.denied != group.negated))

    def _close(self, lexeme: Lexeme) -> None:
        if self._ignored:
            self._ignored -= 1
        elif len(self._groups) > 1:
            self._add(self._closed(self._groups.pop()), bracketed=True)
        else:
            self._tell_apart(lexeme)

    def _operand(self, lexeme: Lexeme) -> None:
        leaf = self._leaf(lexeme, lexeme.field or self._groups[-1].within)
        if leaf and lexeme.kind == "word":
            self._note(lexeme, leaf)
        self._add(leaf, bracketed=lexeme.kind == "quoted")

    def _add(self, node: Node | None, *, bracketed: bool) -> None:
        """Add an operand. None is punctuation: an operator goes on waiting, but a NOT before empty brackets is over."""
        group = self._groups[-1]
        if node:
            group.alternatives[-1].append(_negation(node) if group.negated else node)
        elif not (bracketed and group.negated):
            return
        elif group.waiting and self._complete:
            self._tell_operator("dangling", group.waiting)
        group.negated, group.waiting = False, None

    def _note(self, lexeme: Lexeme, leaf: Node) -> None:
        """Remember for the page which word an operator or a field has taken.

        Left out are negations that undo one another, and values of a facet that are a single word.
        """
        group = self._groups[-1]
        excluded = group.denied != group.negated
        word = self.typed.text[lexeme.start : lexeme.end].rstrip(".:")
        operator: Operator
        if isinstance(leaf, FacetFilter) and " " in word:
            operator = leaf.facet
        elif (
            isinstance(leaf, (Term, Prefix, Phrase, Earlier))
            and lexeme.field not in DAYS
            and (lexeme.field or (group.negated and excluded))
        ):
            operator = "earlier" if isinstance(leaf, Earlier) else "title" if leaf.title_only else "not"
        else:
            return
        first = group.waiting if group.negated and group.waiting else lexeme
        self.bound.append(Bound(*self.typed.span(first.outer_start, lexeme.outer_end), operator, excluded, word))

    def _operate(self, lexeme: Lexeme) -> None:
        group = self._groups[-1]
        if lexeme.kind == "not":
            group.negated = not group.negated
        elif group.waiting or not group.alternatives[-1]:
            # "a OR OR b", "a NOT OR b": the operator that has nothing on a side is dropped, the other stays.
            dangling = group.waiting if group.waiting and group.waiting.kind == "not" else lexeme
            self._tell_operator("dangling", dangling)
            if dangling is lexeme:
                return
            group.negated = False
        if lexeme.kind == "or" and group.alternatives[-1]:
            group.alternatives.append([])
        group.waiting = lexeme

    def _closed(self, group: _Group) -> Node | None:
        if group.waiting and self._complete:
            self._tell_operator("dangling", group.waiting)
        sides = [self._all(nodes) for nodes in group.alternatives if nodes]
        if len(sides) < 2:
            return sides[0] if sides else None
        return Or(tuple(node for side in sides for node in (side.children if isinstance(side, Or) else (side,))))

    def _all(self, nodes: Sequence[Node]) -> Node:
        children = tuple(child for node in nodes for child in (node.children if isinstance(node, And) else (node,)))
        bounds = [child for child in children if isinstance(child, Published)]
        latest = max((bound.first for bound in bounds if bound.first), default=date.min)
        earliest = min((bound.last for bound in bounds if bound.last), default=date.max)
        if latest > earliest:
            self.problems.setdefault(("no_days", ()), bounds[-1].span)
        return children[0] if len(children) == 1 else And(children)

    def _leaf(self, lexeme: Lexeme, field: FieldName | None) -> Node | None:
        content = self.typed.text[lexeme.start : lexeme.end]
        if field is None or field == "title":
            return self._text(lexeme, title_only=field == "title")
        if field == "earlier":
            asked = self._text(lexeme)
            return asked and Earlier(asked, self.typed.span(lexeme.outer_start, lexeme.outer_end))
        if field in DAYS:
            return self._published(lexeme, field, content)
        key = FACET[field].key_of(content)
        leaf = FacetFilter(field, key, self.typed.span(lexeme.outer_start, lexeme.outer_end)) if key else None
        return leaf if leaf and self._afford(1, lexeme) else None

    def _published(self, lexeme: Lexeme, field: FieldName, content: str) -> Node | None:
        """Return what a month, or a day to begin or end with, asks for; what is none is a word."""
        span = self.typed.span(lexeme.outer_start, lexeme.outer_end)
        days = period(content.strip(), self._today)
        one_month = days and (days[0].year, days[0].month) == (days[1].year, days[1].month) and days[0] != days[1]
        if not days or (field in MONTHS and not one_month):
            self._tell("no_month" if field in MONTHS else "no_date", lexeme, typed=shortened(content))
            return self._text(lexeme, from_field=True)
        leaf: Node = FacetFilter(field, f"{days[0]:%Y-%m}", span)
        if field not in MONTHS:
            leaf = Published(days[0], None, span) if field == "from" else Published(None, days[1], span)
        return leaf if self._afford(1, lexeme) else None

    def _text(self, lexeme: Lexeme, *, title_only: bool = False, from_field: bool = False) -> Leaf | None:
        """Return what a word or quotation asks for. `from_field`: its field's name is text, too, its value not understood."""
        start = lexeme.outer_start if from_field else lexeme.start
        content = self.typed.text[start : lexeme.end]
        found = tokens(content)
        rest = content[found[-1].end :] if found else ""
        stars = len(rest) - len(rest.lstrip("*"))
        if content.count("*") > stars:
            self._tell("star_inside" if found else "star_alone", lexeme)
        asked = self._asked(found, lexeme, starred=stars > 0)
        if not asked:
            return None
        quoted = lexeme.kind == "quoted"
        terms: list[Term | Prefix] = [self._term(token, start, title_only, quoted) for token in asked]
        if stars and asked[-1] is found[-1]:
            terms[-1] = self._prefix(asked[-1], start, title_only, lexeme, alone=len(terms) == 1)
        if len(terms) == 1:
            return terms[0]
        span = self.typed.span(lexeme.outer_start, lexeme.outer_end)
        if lexeme.distance is None:
            return Phrase(tuple(terms), title_only, span, quoted)
        furthest = MAX_REACH - (len(terms) - 1)
        if lexeme.distance > furthest:
            self._tell("far", lexeme, most=furthest)
        return Near(tuple(terms), min(lexeme.distance, furthest), title_only, span)

    def _asked(self, found: Sequence[Token], lexeme: Lexeme, *, starred: bool) -> list[Token]:
        """Return which of the tokens `found` in a word or quotation are asked for; less than all where they are too many."""
        # A phrase of consecutive positions takes a document number by its parts; by itself and near others it is one term.
        asked = list(wholes(found))
        if starred or (len(asked) > 1 and lexeme.distance is None):
            asked = list(syllables(found))
        if lexeme.distance is not None and len(asked) > MAX_NEAR:
            self._tell("crowded", lexeme, most=MAX_NEAR)
            asked = asked[:MAX_NEAR]
        return asked[: self._afford(len(asked), lexeme)]

    def _term(self, token: Token, start: int, title_only: bool, quoted: bool = False) -> Term:
        text = self.typed.text[start + token.start : start + token.end]
        span = self.typed.span(start + token.start, start + token.end)
        return Term(token.exact, token.stripped, text, title_only, span, quoted, any_marks=may_lack_marks(token.exact))

    def _prefix(self, token: Token, start: int, title_only: bool, lexeme: Lexeme, *, alone: bool) -> Term | Prefix:
        term = self._term(token, start, title_only)
        if alone and len(term.text) < MIN_PREFIX:
            self._tell("short_prefix", lexeme, least=MIN_PREFIX)
            return term
        return Prefix(*beginning(term.text), term.text, title_only, term.span)

    def _afford(self, wanted: int, lexeme: Lexeme) -> int:
        """Return how many of `wanted` leaves may still be added to the tree, and count them as added."""
        granted = min(wanted, self._leaves_left)
        self._leaves_left -= granted
        if granted < wanted:
            self._tell("too_many", lexeme, most=MAX_LEAVES)
            self._full, self._complete = True, False
        return granted

    def _tell(self, code: str, lexeme: Lexeme | None, **values: str | int) -> None:
        if lexeme:
            self.problems.setdefault((code, tuple(values.items())), self.typed.span(lexeme.outer_start, lexeme.outer_end))

    def _tell_operator(self, code: str, lexeme: Lexeme) -> None:
        word = self.typed.text[lexeme.start : lexeme.end]
        self._tell(code, lexeme, word=word, operator=_ENGLISH.get(word, word))

    def _tell_apart(self, lexeme: Lexeme) -> None:
        if lexeme.kind == "unused-operator":
            self._tell_operator("unused_operator", lexeme)
        else:
            self._tell({"close": "unopened", "unpaired": "unpaired", "minus-number": "minus_number"}[lexeme.kind], lexeme)


def _negation(node: Node) -> Node:
    return node.child if isinstance(node, Not) else Not(node)
