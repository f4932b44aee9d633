"""The text of a query -> the signs of other search engines in it: what they mean here, what is typed instead, and the text without them.

Where a sign can only be a sign (`^2`, `~2` after a word, NEAR/3, &&), it is left out; what may be text as well (`site:…`, `/x/`) stays as text.
Within quotation marks and addresses nothing is a sign, nor is what people write: C++, AT&T, 24/7, giá ~ 5 triệu, 8:30.

Invariant: the text returned is as long as the text given, so that spans stay what they are. Linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from language.wording import shortened
from searcher.query.lexer import FIELDS, QUOTED
from searcher.query.tree import Span
from searcher.result import Values

_LETTER = r"[^\W\d_]"
_NAME = rf"{_LETTER}+(?:[-_]{_LETTER}+)*"
_OPENING = '["“„«]'
_BEGINS, _ENDS = r"(?<![^\s(])", r"(?=[\s)]|\Z)"  # a piece between white space and parentheses
_SIGN = re.compile(
    rf"(?P<other>{QUOTED.pattern}|(?<!\w)\w+://\S*)"
    rf"|(?P<range>(?:{_BEGINS}{_NAME}:)?[\[{{]\s?(?P<first>[^\s\[\]{{}}]{{1,30}})\sTO\s(?P<last>[^\s\[\]{{}}]{{1,30}})\s?[\]}}])"
    rf"|{_BEGINS}-?(?P<field>{_NAME}:)(?=[^\s:/)])"
    rf"|{_BEGINS}(?P<plus>\+)(?={_LETTER}|{_OPENING})"
    rf"|{_BEGINS}(?P<bang>!)(?={_LETTER}|{_OPENING}|\()"
    rf"|(?P<or>\|+)"
    rf"|(?P<and>&&|(?<=\s)&(?=\s))"
    rf"|(?:(?<={_LETTER}{{3}})|(?<=[\"”»)]))(?P<boost>\^[0-9]{{1,3}}(?:\.[0-9]{{1,3}})?){_ENDS}"
    rf"|(?<={_LETTER}{{2}})(?P<fuzzy>~(?:0?\.[0-9]{{1,2}}|[0-9])?){_ENDS}"
    rf"|{_BEGINS}(?P<wildcard>{_LETTER}+\?{_LETTER}+){_ENDS}"
    rf"|(?<=\S\s)(?P<near>(?:(?:O?NEAR|WITHIN|PRE|pre|[Ww])/|NEAR|ADJ)(?P<apart>[0-9]{{1,3}})(?=\s+\S)"
    rf"|AROUND ?\((?P<around>[0-9]{{1,3}})\))"
    rf"|{_BEGINS}(?P<regex>/(?=[^/\s]*{_LETTER})[^/\s]+/){_ENDS}"
)
_VALUE = re.compile(rf"{QUOTED.pattern}|[^\s()]+")
_PROBLEMS = {
    "plus": "no_plus", "bang": "no_bang", "or": "foreign_or", "and": "foreign_and", "boost": "no_boost", "fuzzy": "no_fuzzy",
    "wildcard": "no_wildcard", "regex": "no_regex",
}  # fmt: skip
"""The codes of problems that a sign always gives; those of other signs depend on what stands beside them."""
_NO_FIELDS = {"days": "foreign_days", "text": "foreign_text", "none": "foreign_none"}
"""The codes of problems for names in data/foreign_fields.tsv in whose place none of our fields can be typed."""
_LEFT_OUT = frozenset(("or", "and", "boost", "fuzzy", "near"))
_SCHEMES = frozenset(("http", "https", "ftp", "mailto", "tel", "javascript"))


@dataclass(frozen=True)
class ForeignSign:
    """A sign of another engine at text[start:end], and the problem to tell of it."""

    start: int
    end: int
    code: str
    values: Values


def without_foreign_signs(text: str) -> tuple[str, list[ForeignSign]]:
    """Return clean `text` with spaces for the signs that ask for nothing here, and all signs of other engines in it, in order."""
    found: list[ForeignSign] = []
    pieces: list[str] = []
    end = 0
    for match in _SIGN.finditer(text):
        kind = match.lastgroup or ""
        told = _problem(kind, match)
        if told is None:
            continue
        found.append(ForeignSign(*match.span(kind), *told))
        for start, stop in _left_out(kind, match):
            pieces += [text[end:start], " " * (stop - start)]
            end = stop
    return "".join([*pieces, text[end:]]), found


def _problem(kind: str, match: re.Match[str]) -> tuple[str, Values] | None:
    """Return the code and the values of the problem that a sign is, None if it is ordinary text."""
    if kind == "field":
        return _field_problem(match["field"][:-1], match.string, match.end())
    if kind == "range":
        return "no_range", (("first", shortened(match["first"])), ("last", shortened(match["last"])))
    if kind == "near":
        return "no_near", (("sign", match["near"]), ("distance", str(int(match["apart"] or match["around"]))))
    if kind == "and" and match["and"] == "&" and match.string[match.end() : match.end() + 3].strip()[:1].isupper():
        return None  # a name: Văn hoá & Giải trí
    if kind == "wildcard" and match["wildcard"].partition("?")[2][:1].isupper():
        return None  # two sentences: Vì sao?Ai biết
    return (_PROBLEMS[kind], (("sign", shortened(match[kind])),)) if kind in _PROBLEMS else None


def _field_problem(name: str, text: str, start: int) -> tuple[str, Values] | None:
    """Return the problem that `name:` is, with its value from `start` on; None if the field is ours, or `name` no field's."""
    key = name.casefold().replace("_", "-")
    if key in FIELDS or key in _SCHEMES:
        return None
    ours = _fields().get(key)
    if ours is None:
        # What looks like a name: tin-tức:, abc:, but not Video: or hỏi:đáp.
        like_ours = "-" in key or (len(name) > 2 and name.isascii() and name.islower())
        return ("unknown_field", (("name", shortened(name)), ("fields", _our_fields()))) if like_ours else None
    value = _VALUE.match(text, start)
    typed = shortened(value[0]) if value else "…"
    if ours in _NO_FIELDS:
        return _NO_FIELDS[ours], (("name", name), ("typed", typed))
    return "foreign_field", (("name", name), ("ours", ours), ("typed", typed))


def _left_out(kind: str, match: re.Match[str]) -> Iterator[Span]:
    """Yield the spans of a sign that are left out of the query, in order: all of it, or of `[a TO b]` what is neither a nor b."""
    if kind in _LEFT_OUT:
        yield match.span(kind)
    elif kind == "range":
        yield match.start(), match.start("first")
        yield match.end("first"), match.start("last")
        yield match.end("last"), match.end()


@cache
def _fields() -> dict[str, str]:
    """Return other engines' names of fields -> what is typed here in their place."""
    lines = files("searcher").joinpath("data/foreign_fields.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {name: ours for name, ours in rows if ours in FIELDS or ours in _NO_FIELDS}


@cache
def _our_fields() -> str:
    """Return the names of our fields as they are offered, the first of each: tiêu-đề:, thẻ:, …"""
    first = {field: name for name, field in reversed(FIELDS.items())}
    return ", ".join(f"{first[field]}:" for field in dict.fromkeys(FIELDS.values()))
