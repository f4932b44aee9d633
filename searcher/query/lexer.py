"""The clean text of a query -> lexemes: what parentheses, quotes, operators, field names and signs cut out of it.

Linear in the text. Knows nothing of syllables: what a word or a quotation means is the parser's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal, TypeAlias

from corpus.facet import FACETS
from language.mark import marks

LexemeKind: TypeAlias = Literal[
    "word", "quoted", "open", "close", "or", "and", "not", "unpaired", "minus-number", "unused-operator"
]
FieldName: TypeAlias = str
"""Of a facet, or title, earlier, from, to."""

FIELDS: dict[str, FieldName] = {
    "tiêu-đề": "title", "tieu-de": "title", "title": "title",
    **{name: facet.name for facet in FACETS for name in facet.fields},
    "bản-cũ": "earlier", "ban-cu": "earlier", "earlier": "earlier",
    "từ": "from", "tu": "from", "from": "from",
    "đến": "to", "den": "to", "to": "to",
}  # fmt: skip
OPERATORS: dict[str, LexemeKind] = {"OR": "or", "HOẶC": "or", "AND": "and", "VÀ": "and", "NOT": "not", "KHÔNG": "not"}
_ENGLISH = frozenset(("OR", "AND", "NOT"))
# Meant as operators perhaps, but written without marks they are ordinary words (VA, an abbreviation, even more so).
_UNMARKED = frozenset(("HOAC", "KHONG"))

QUOTES = '"“”„‟＂«»'
QUOTED = re.compile('["“”„‟＂][^"“”„‟＂]*["“”„‟＂]|«[^«»]*»')
# A comma or a question mark ends a word, but a comma stays within a number: 1,5.
_WORD = re.compile(rf"(?:[^\s(){QUOTES},;!?…|]|(?<=[0-9]),(?=[0-9]))+")
_VALUE = re.compile(rf"[^\s(){QUOTES},;]+")
_TAG = re.compile(rf"[^\s(){QUOTES},;!?…|#＃]+")
_FIELD = re.compile(r"([^\W\d_]+(?:[-_][^\W\d_]+)*):(?=[^\s)])")
_DISTANCE = re.compile(r"~0*([0-9]+)")


@dataclass(frozen=True)
class Lexeme:
    """A piece of the query: `start`, `end` bound its content, `outer_start`, `outer_end` also its quotes, sign and field name.

    `field` is what a word, quotation or opening parenthesis stands in; `distance` the number after `"a b"~`. Some kinds only note
    what is odd: an "unpaired" quotation mark; the sign of a "minus-number" and an "unused-operator", which a word follows.
    """

    kind: LexemeKind
    start: int
    end: int
    outer_start: int
    outer_end: int
    field: FieldName | None = None
    distance: int | None = None


def lex(text: str) -> list[Lexeme]:
    """Return the lexemes of clean `text`, in order."""
    return list(_operators(text, list(_pieces(text))))


def _pieces(text: str) -> Iterator[Lexeme]:
    place = 0
    while place < len(text):
        letter = text[place]
        if letter in "()":
            yield Lexeme("open" if letter == "(" else "close", place, place + 1, place, place + 1)
            place += 1
            continue
        if letter == "-" and (place == 0 or text[place - 1] in " (") and place + 1 < len(text):
            follower = text[place + 1]
            if follower.isalpha() or follower in '("“”„‟＂«#＃':
                yield Lexeme("not", place, place + 1, place, place + 1)
                place += 1
                continue
            if follower.isdigit():
                yield Lexeme("minus-number", place, place + 1, place, place + 1)
        piece = _piece(text, place)
        if piece:
            yield piece
            place = piece.outer_end
        else:
            place += 1


def _piece(text: str, place: int) -> Lexeme | None:
    """Return the word, quotation or fielded piece that begins at `place`, or None where there is only space or punctuation."""
    if text[place] in QUOTES:
        return _quoted(text, place) or Lexeme("unpaired", place, place + 1, place, place + 1)
    if text[place] in "#＃":
        return _fielded(text, place, place + 1, "tag")
    named = _FIELD.match(text, place)
    field = FIELDS.get(named[1].casefold().replace("_", "-")) if named else None
    if named and field:
        fielded = _fielded(text, place, named.end(), field)
        if fielded:
            return fielded
    word = _WORD.match(text, place)
    return Lexeme("word", place, word.end(), place, word.end()) if word else None


def _quoted(text: str, place: int) -> Lexeme | None:
    quoted = QUOTED.match(text, place)
    if not quoted:
        return None
    end = quoted.end()
    distance = _DISTANCE.match(text, end)
    if not distance:
        return Lexeme("quoted", place + 1, end - 1, place, end)
    # Four digits are beyond any cap; int() refuses thousands of them.
    return Lexeme("quoted", place + 1, end - 1, place, distance.end(), distance=int(distance[1][:4]))


def _fielded(text: str, outer_start: int, start: int, field: FieldName) -> Lexeme | None:
    """Return the piece whose value begins at `start`, or None if no value stands there."""
    if start == len(text):
        return None
    if text[start] == "(" and field not in ("from", "to") and text[outer_start] not in "#＃":
        return Lexeme("open", start, start + 1, outer_start, start + 1, field)
    if text[start] in QUOTES:
        quoted = _quoted(text, start)
        return replace(quoted, outer_start=outer_start, field=field) if quoted else None
    pattern = {"title": _WORD, "earlier": _WORD, "tag": _TAG}.get(field, _VALUE)
    value = pattern.match(text, start)
    if not value or not any(map(str.isalnum, value[0])):
        return None
    end = start + len(value[0].rstrip(".:!?…"))
    return Lexeme("word", start, end, outer_start, end, field)


def _operators(text: str, pieces: Sequence[Lexeme]) -> Iterator[Lexeme]:
    """Turn the words that are operators into such.

    Only in capitals; and a Vietnamese operator is a plain word where it stands among other Vietnamese words in capitals, as in
    "KHÔNG CÓ GÌ QUÝ HƠN ĐỘC LẬP": the abbreviations of "UBND HOẶC HĐND" have no marks. A query of operators alone is text.
    """

    def word(piece: Lexeme) -> str:
        return text[piece.start : piece.end] if piece.kind == "word" and not piece.field else ""

    if all(word(piece) in OPERATORS for piece in pieces if piece.kind in ("word", "quoted")):
        yield from pieces
        return
    for shouted, stretch in groupby(pieces, key=lambda piece: word(piece) == word(piece).upper() != ""):
        run = list(stretch)
        in_vietnamese = shouted and _is_vietnamese(map(word, run))
        for piece in run:
            kind = OPERATORS.get(word(piece), "word")
            if kind != "word" and (word(piece) in _ENGLISH or not in_vietnamese):
                yield replace(piece, kind=kind)
                continue
            if kind in ("or", "not") or (word(piece) in _UNMARKED and len(run) == 1 and len(pieces) > 1):
                yield replace(piece, kind="unused-operator")
            yield piece


def _is_vietnamese(words: Iterable[str]) -> bool:
    """Tell whether a word among `words` that is no operator has marks."""
    return any(_has_marks(word) for word in words if word not in OPERATORS)


def _has_marks(word: str) -> bool:
    """Tell whether a vowel carries a mark; Đ is a letter of abbreviations too."""
    return bool(marks(re.sub("[đĐ]", "", word)))
