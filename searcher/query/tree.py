"""The query tree: what a reader asked for, as frozen dataclasses, without regard to how the index stores it.

Invariant: `span` is the (start, end) range of code points of the typed query that a node came from, so that a problem, a missing syllable
or a suggestion can point at it; `quoted` says that it was typed in quotation marks, where nothing is expanded. Neither takes part in equality:
two queries that ask the same are equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

from corpus.facet import FacetName

Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Term:
    """One syllable, or one whole document number, as typed. Which index terms it accepts: searcher.query.acceptance.

    `any_marks`: it was typed without marks and is read as if they had been left out.
    """

    exact: str
    stripped: str
    text: str
    title_only: bool = False
    span: Span = field(default=(0, 0), compare=False)
    quoted: bool = field(default=False, compare=False)
    any_marks: bool = False

    def __hash__(self) -> int:
        """Terms are keys wherever a query is evaluated; a string remembers its hash."""
        return hash(self.exact)


@dataclass(frozen=True)
class Prefix:
    """Every term that begins as typed: `xây*`."""

    exact: str
    stripped: str
    text: str
    title_only: bool = False
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True)
class Phrase:
    """Terms at consecutive positions of one field, in this order: `"nông thôn mới"`, `GD-ĐT`; a last Prefix is allowed: `"nông thôn m*"`."""

    terms: tuple[Term | Prefix, ...]
    title_only: bool = False
    span: Span = field(default=(0, 0), compare=False)
    quoted: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Near:
    """Terms in any order within one field, the first and the last at most `distance` positions apart beyond adjacency: `"a b"~5`."""

    terms: tuple[Term | Prefix, ...]
    distance: int
    title_only: bool = False
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True)
class Earlier:
    """Articles an earlier version of which has `leaf`, and the present one no more: `bản-cũ:"155.000 đồng"`."""

    leaf: Leaf
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True)
class FacetFilter:
    """Articles that carry this facet value: `#nông_thôn_mới`, `nguồn:…`.

    `value` is the key of what was typed; `keys` are those of the archive's values that it means, once that is known (searcher.match.resolution).
    """

    facet: FacetName
    value: str
    span: Span = field(default=(0, 0), compare=False)
    keys: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """The keys any of which an article must carry."""
        return self.keys or (self.value,)


@dataclass(frozen=True)
class Published:
    """Articles published on a day from `first` to `last`, both included, in Vietnamese time (UTC+7); None leaves that side open."""

    first: date | None = None
    last: date | None = None
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True)
class Alternative:
    """What was typed, or one of the `expansions` that mean the same (searcher.meaning.expansion). In everything told to the reader it is `typed`.

    `meant` has for each expansion the whole form it stands for, of which `typed` may be one syllable, as it is spelled with its marks.
    """

    typed: Term | Phrase
    expansions: tuple[Term | Phrase, ...]
    meant: tuple[str, ...]


@dataclass(frozen=True)
class And:
    children: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """Alternatives. `text` is what was typed where they are ways of writing one thing (searcher.query.variant)."""

    children: tuple[Node, ...]
    text: str = field(default="", compare=False)


@dataclass(frozen=True)
class Not:
    child: Node


@dataclass(frozen=True)
class Everything:
    """Every article: the empty query."""


Leaf: TypeAlias = Term | Prefix | Phrase | Near
Node: TypeAlias = Leaf | Earlier | FacetFilter | Published | Alternative | And | Or | Not | Everything


def leaves(node: Node) -> list[Leaf]:
    """Return what an article can contain because it was typed, in order: terms, prefixes, phrases and nears not under a Not.

    What only its earlier versions had is none of it.
    """
    return [leaf.typed if isinstance(leaf, Alternative) else leaf for leaf in alternatives(node)]


def alternatives(node: Node) -> list[Leaf | Alternative]:
    """Return the leaves of `node`, those that have expansions together with them."""
    if isinstance(node, (And, Or)):
        return [leaf for child in node.children for leaf in alternatives(child)]
    return [node] if isinstance(node, (Term, Prefix, Phrase, Near, Alternative)) else []


def asked_of_earlier(node: Node) -> list[Earlier]:
    """Return what is asked of earlier versions, and not under a Not, each once, in order."""
    if isinstance(node, (And, Or)):
        return list(dict.fromkeys(each for child in node.children for each in asked_of_earlier(child)))
    return [node] if isinstance(node, Earlier) else []


def as_of_then(node: Node) -> Node:
    """Return `node` asking of the text itself what it asks of earlier versions: how to read one of them."""
    if isinstance(node, (And, Or)):
        return replace(node, children=tuple(map(as_of_then, node.children)))
    return node.leaf if isinstance(node, Earlier) else node


def _typed(leaf: Leaf) -> str:
    if isinstance(leaf, Term):
        return leaf.text
    if isinstance(leaf, Prefix):
        return f"{leaf.text}*"
    return f'"{" ".join(map(_typed, leaf.terms))}"'


def as_typed(node: Node) -> str:
    """Return what was typed for a part of a query, for telling the reader what an article lacks."""
    if isinstance(node, (Term, Prefix, Phrase, Near)):
        return f"tiêu-đề:{_typed(node)}" if node.title_only else _typed(node)
    if isinstance(node, Earlier):
        return f"bản-cũ:{_typed(node.leaf)}"
    if isinstance(node, Or) and node.text:
        return node.text
    if isinstance(node, (And, Or)):
        return " / ".join(filter(None, map(as_typed, node.children)))
    return as_typed(node.typed) if isinstance(node, Alternative) else ""
