"""A query tree -> the same, in which a legal document, a day, a time or a sum is looked for under every way of writing it.

`57/2022/NĐ-CP` is also "Nghị định số 57/2022", `nghị định 57` also "57/2022/NĐ-CP", `30/4` also "30 tháng 4", `8h30` also "8 giờ 30", `25.000đ`
also "25.000 đồng". The other ways are
alternatives beside what was typed, as ordinary terms, phrases and nears: whatever evaluates, ranks or highlights them need not know.

Invariant: of what is found without variants, all is found with them; but a number of a document typed in several parts (57 / 2022 /
NĐ - CP) is that number, and no more finds its parts apart. What is quoted, excluded or in a field stays as typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from language.analyzer import syllables, tokens
from language.legal_document import Mention, kind_name, mentions
from searcher.query.lexer import QUOTES
from searcher.query.tree import And, Leaf, Near, Node, Or, Phrase, Span, Term
from searcher.query.typed import Typed

MOST_WIDENED = 4  # documents, days, times and sums of one query
_PADDED = (3, 4)  # digits of the numbers of offices that write zeros before them: 0491/QĐ-SYT
_MOST_TERMS = 8  # of a near, as searcher.query.parser allows

_DAY = "0?[1-9]|[12][0-9]|3[01]"
_MONTH = "0?[1-9]|1[0-2]"
_YEAR = "[12][0-9]{3}"
# 30/4, 30-4; with a year also 30.4.2022. Without one 30.4 is as likely a decimal.
_DATE = re.compile(
    rf"(?<![\w/.,-])(?P<day>{_DAY})(?P<sign>[/.-])(?P<month>{_MONTH})(?:(?P=sign)(?P<year>{_YEAR})|)(?!\w|[/.,-]\w)"
)
_DATE_IN_WORDS = re.compile(
    rf"(?<![\w/.,-])(?P<day>{_DAY}) (?:tháng|thang) (?P<month>{_MONTH})(?:,? (?:năm|nam) (?P<year>{_YEAR}))?(?!\w|[/.,-]\w)",
    re.IGNORECASE,
)
_HOUR, _MINUTE = "[01]?[0-9]|2[0-4]", "[0-5][0-9]"
_TIME = re.compile(
    rf"(?<![\w/.,:-])(?P<hour>{_HOUR})(?:[hg:](?P<minute>{_MINUTE})| ?(?:giờ|gio) ?(?P<said>{_MINUTE})?|h)(?![^\W_]|[/.,:][0-9])",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"(?<![\w/.,:-])(?P<number>[0-9][0-9.]*(?:,[0-9]+)?(?: ?(?:nghìn|ngàn|triệu|tỷ|tỉ|nghin|ngan|trieu|ty|ti))?)(?P<space> ?)(?P<unit>(?:đồng|dong)(?! (?:chí|bào|đội|thời|hồ|chi|bao|doi|thoi|ho)\b)|vnđ|vnd|đ|d)"
    r"(?![\w-])",
    re.IGNORECASE,
)
_DONG = ("đồng", "đ", "VNĐ", "VND")


@dataclass(frozen=True)
class _Widening:
    """A document, day, time or sum typed at `span`, and its `variants`: if `whole`, they are looked for in its place."""

    span: Span
    text: str
    variants: tuple[Leaf, ...]
    whole: bool

    def of(self, row: tuple[Node, ...]) -> Node | None:
        """Return what to ask for instead of a row of leaves; None if the row is not just what was typed at the span."""
        leaves = [leaf for leaf in row if isinstance(leaf, (Term, Phrase))]
        if (leaves[0].span[0], leaves[-1].span[1]) != self.span or any(leaf.title_only for leaf in leaves):
            return None
        typed = row[0] if len(row) == 1 else And(row)
        others = [leaf for leaf in self.variants if not _forms(leaf) or _forms(leaf) != _forms(typed)]
        return Or(tuple(dict.fromkeys(self.variants if self.whole else (typed, *others))), self.text)


def _forms(node: Node) -> tuple[str, ...]:
    """Return the exact forms of a term or a phrase; () of any other node."""
    if isinstance(node, Phrase):
        return tuple(term.exact for term in node.terms)
    return (node.exact,) if isinstance(node, Term) else ()


def with_variants(tree: Node, typed: Typed) -> Node:
    """Return `tree`, the tree of the query `typed`, with the variants of at most MOST_WIDENED documents and days."""
    found = sorted(_found(typed.text), key=lambda each: each[:2])
    widened = 0
    end = 0
    for start, stop, whole, variants in found:
        if start < end or widened == MOST_WIDENED or (start and typed.text[start - 1] in QUOTES):
            continue
        span = typed.span(start, stop)
        leaves = tuple(_placed(leaf, span) for leaf in variants())
        if not leaves:
            continue
        replaced = _replaced(tree, _Widening(span, typed.text[start:stop], leaves, whole))
        if replaced is not None:
            tree, end, widened = replaced, stop, widened + 1
    return tree


_Found = tuple[int, int, bool, Callable[[], list[Leaf]]]


def _found(text: str) -> Iterator[_Found]:
    """Yield (start, end, whether the variants are whole, what makes them) of each document, day, time and sum in `text`."""
    return chain(_documents(text), _days(text), _times(text), _sums(text))


def _documents(text: str) -> Iterator[_Found]:
    for mention in mentions(text):
        # More zeros than any office writes stay as typed, beside the others.
        padded = re.search(r"(?<![0-9./])0[0-9]{2}", text[mention.start : mention.end]) is not None
        whole = bool(mention.number and mention.issuer) and not padded
        yield mention.start, mention.end, whole, partial(_document_variants, mention)


def _days(text: str) -> Iterator[_Found]:
    for date in _DATE.finditer(text):
        day, month, year = date.group("day", "month", "year")
        if date["sign"] == "." and not year:
            continue
        yield (*date.span(), False, partial(_phrases, f"{day} tháng {month} năm {year}" if year else f"{day} tháng {month}"))
    for date in _DATE_IN_WORDS.finditer(text):
        yield (*date.span(), False, partial(_phrases, " ".join(part for part in date.group("day", "month", "year") if part)))


def _times(text: str) -> Iterator[_Found]:
    for time in _TIME.finditer(text):
        hour, minute = str(int(time["hour"])), time["minute"] or time["said"]
        yield (*time.span(), False, partial(_time_variants, hour, minute))


def _sums(text: str) -> Iterator[_Found]:
    for amount in _SUM.finditer(text):
        if amount["unit"].lower() != "d" or not amount["space"]:  # "5 d" is no sum
            yield (*amount.span(), False, partial(_phrases, *(f"{amount['number']} {unit}" for unit in _DONG)))


def _phrases(*texts: str) -> list[Leaf]:
    return [_phrase(text) for text in texts]


def _time_variants(hour: str, minute: str | None) -> list[Leaf]:
    if minute is None:
        return _phrases(f"{hour} giờ", f"{hour} h")
    whole = _term(f"{hour}h{minute}")
    return [*([whole] if whole else []), *_phrases(f"{hour} giờ {minute}")]


def _document_variants(mention: Mention) -> list[Leaf]:
    """Return the other ways of citing a document. A word or two may stand between the parts: số, năm, (sửa đổi)."""
    if not mention.number:
        near = _near(f"{mention.kind} {mention.name} {mention.year}", 3) if mention.year else None
        return [near] if near else []
    name = kind_name(mention.kind)
    found: list[Leaf | None] = []
    if mention.issuer:
        for number in _spellings(mention):
            found += [_term(number), _phrase(number)]
        if mention.year and name:
            found += [
                _near(f"{name} {mention.number} {mention.year}", 2),
                _phrase(f"{mention.kind} {mention.number} {mention.year}"),
            ]
    elif mention.year:
        found += [
            _near(f"{name} {mention.number} {mention.year}", 2),
            _near(f"{mention.kind} {mention.number} {mention.year}", 2),
        ]
        found += [_phrase(f"{mention.number} {mention.year} {mention.kind}")]
    else:
        signs = dict.fromkeys((mention.kind, mention.kind.replace("Đ", "D")))
        found += [*(_near(f"{mention.number} {sign}", 1) for sign in signs), _near(f"{name} {mention.number}", 1)]
    return [leaf for leaf in found if leaf is not None]


def _spellings(mention: Mention) -> Iterator[str]:
    """Yield the number of a document as it is properly written, and as others write it: offices that count to 999 or 9999, that say TƯ or
    GD&ĐT, and keyboards that have no Đ.
    """
    proper = mention.number_label
    digits = len(proper) - len(proper.lstrip("0123456789"))
    for spelling in dict.fromkeys((proper, proper.replace("TW", "TƯ"), proper.replace("GDĐT", "GD&ĐT"))):
        yield spelling
        for width in _PADDED:
            if width > digits:
                yield spelling.rjust(len(spelling) + width - digits, "0")
    if "Đ" in proper:
        yield proper.replace("Đ", "D")


def _terms(text: str) -> tuple[Term, ...]:
    return tuple(Term(token.exact, token.stripped, text[token.start : token.end]) for token in syllables(tokens(text)))


def _term(number: str) -> Term | None:
    """Return the whole number of a document as one term, if it is one to the index."""
    token = tokens(number)[0]
    return Term(token.exact, token.stripped, number) if token.end == len(number) else None


def _phrase(text: str) -> Phrase:
    return Phrase(_terms(text))


def _near(text: str, distance: int) -> Near | None:
    terms = _terms(text)
    return Near(terms, distance) if len(terms) <= _MOST_TERMS else None


def _placed(leaf: Leaf, span: Span) -> Leaf:
    """Return `leaf` with the span of what was typed in its place."""
    if isinstance(leaf, (Phrase, Near)):
        return replace(leaf, terms=tuple(replace(term, span=span) for term in leaf.terms), span=span)
    return replace(leaf, span=span)


def _replaced(node: Node, widening: _Widening) -> Node | None:
    """Return `node` in which the row of leaves typed at the span is one of the alternatives, or None if it has no such row."""
    if isinstance(node, (Term, Phrase)):
        return widening.of((node,))
    if not isinstance(node, (And, Or)):
        return None
    if isinstance(node, And):
        start, end = widening.span
        row = [number for number, child in enumerate(node.children) if _typed_within(child, start, end)]
        if row and row[-1] - row[0] + 1 == len(row):
            either = widening.of(node.children[row[0] : row[-1] + 1])
            if either is None or len(row) == len(node.children):
                return either
            return And((*node.children[: row[0]], either, *node.children[row[-1] + 1 :]))
    for number, child in enumerate(node.children):
        replaced = _replaced(child, widening)
        if replaced is not None:
            return replace(node, children=(*node.children[:number], replaced, *node.children[number + 1 :]))
    return None


def _typed_within(node: Node, start: int, end: int) -> bool:
    return isinstance(node, (Term, Phrase)) and start <= node.span[0] and node.span[1] <= end
