"""A query tree -> the query of an OpenSearch cluster that the same articles match.

What is accepted is decided here as in every engine (searcher.query.acceptance); the cluster compares terms, byte for byte, and does nothing of its own.
The form of the documents is that of index.cluster.mapping: at each position stand the exact form and, behind STRIPPED, the stripped one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, TypeAlias

from index.cluster.mapping import STRIPPED
from index.schema import EARLIER, TEXT_FIELDS, TITLE
from language.normalizer import stripped
from searcher.match.evaluation import midnight
from searcher.query.acceptance import acceptance
from searcher.query.tree import (
    Alternative,
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
    Term,
)

Query: TypeAlias = dict[str, Any]
Expand: TypeAlias = Callable[[Prefix], Sequence[str]]
"""Says which forms of the index begin as a prefix does: for the few places where the cluster takes no prefix."""

EVERYTHING: Query = {"match_all": {}}
NOTHING: Query = {"match_none": {}}
_MOST_EXPANSIONS = 10_000  # of the last term of a phrase
_MOST_ORDERED = 4
"""Terms of a near of which some may want the same position: so many are asked in each order that they can stand in."""
_A_DAY = 86_400


@dataclass(frozen=True)
class Translation:
    """How one request is put to the cluster: see searcher.match.evaluation for the two switches."""

    exact_marks: bool
    expand: Expand
    in_bare_text: bool = True

    def query(self, node: Node) -> Query:
        """Return the query for the articles that match `node`."""
        match node:
            case Everything():
                return EVERYTHING
            case And(children):
                return every(map(self.query, children))
            case Or(children):
                return either(map(self.query, children))
            case Alternative(typed, expansions):
                return either(map(self.query, (typed, *expansions)))
            case Not(child):
                return {"bool": {"must_not": [self.query(child)]}}
            case Earlier(leaf):
                # As for the embedded engine: what is asked of a bare text that is gone is asked of one that is there.
                return Translation(self.exact_marks, self.expand)._earlier(leaf)
            case FacetFilter():
                return {"terms": {node.facet: list(node.values)}}
            case Published():
                return published(node)
            case Term() | Prefix() | Phrase() | Near():
                return either(self.leaf(field, node) for field in ((TITLE,) if node.title_only else TEXT_FIELDS))

    def leaf(self, field: str, leaf: Leaf) -> Query:
        """Return the query for the articles that have a leaf in one text field."""
        match leaf:
            case Term():
                return {"terms": {field: self.forms(leaf)}}
            case Prefix():
                return either({"prefix": {field: beginning}} for beginning in self.forms(leaf))
            case Phrase():
                return self._phrase(field, leaf)
            case Near():
                return {"intervals": {field: self._near(leaf)}}

    def forms(self, node: Term | Prefix) -> list[str]:
        """Return the terms of the index that `node` accepts; of a Prefix, their beginnings. None that another one covers."""
        accepted = acceptance(node, exact_marks=self.exact_marks, in_bare_text=self.in_bare_text)
        if accepted.stripped is None:
            return sorted(accepted.exact)
        # Marks are left out letter by letter: what begins with a form begins, stripped, with the stripped form.
        own = [form for form in accepted.exact if not stripped(form).startswith(accepted.stripped)] if accepted.prefix else []
        return [*sorted(own), STRIPPED + accepted.stripped]

    def _earlier(self, leaf: Leaf) -> Query:
        return {"bool": {"filter": [self.leaf(EARLIER, leaf)], "must_not": [self.query(leaf)]}}

    def _phrase(self, field: str, phrase: Phrase) -> Query:
        text = " ".join("|".join(self.forms(term)) for term in phrase.terms)
        if any(isinstance(term, Prefix) for term in phrase.terms[:-1]):
            return {"intervals": {field: {"all_of": {"ordered": True, "max_gaps": 0, "intervals": self.rules(phrase.terms)}}}}
        if isinstance(phrase.terms[-1], Prefix):
            return {"match_phrase_prefix": {field: {"query": text, "max_expansions": _MOST_EXPANSIONS}}}
        return {"match_phrase": {field: {"query": text}}}

    def _near(self, near: Near) -> Query:
        rules = self.rules(near.terms)
        if not self._may_coincide(near.terms):
            return _all_of(rules, near.distance, mode="unordered")
        if len(rules) == 2:
            return _all_of(rules, near.distance, mode="unordered_no_overlap")
        if len(rules) > _MOST_ORDERED:
            return _all_of(rules, near.distance, mode="unordered")
        orders = {tuple(map(repr, order)): order for order in permutations(rules)}
        return {"any_of": {"intervals": [_all_of(order, near.distance, mode="ordered") for order in orders.values()]}}

    def _may_coincide(self, terms: Sequence[Term | Prefix]) -> bool:
        """Tell whether one position may have what two of the terms accept: by the letters without marks, or by a whole and its first part."""
        if any(isinstance(term, Prefix) or not term.stripped.isalpha() for term in terms):
            return True
        return len({term.stripped for term in terms}) < len(terms)

    def rules(self, terms: Iterable[Term | Prefix]) -> list[Query]:
        """Return the terms as rules of intervals."""
        return [self._rule(term) for term in terms]

    def _rule(self, term: Term | Prefix) -> Query:
        if isinstance(term, Term):
            return {"match": {"query": "|".join(self.forms(term))}}
        found = list(self.expand(term)) or self.forms(term)
        return {"any_of": {"intervals": [{"match": {"query": form}} for form in found]}}


def _all_of(rules: Sequence[Query], distance: int, *, mode: str) -> Query:
    return {"all_of": {"mode": mode, "max_gaps": distance, "intervals": list(rules)}}


def every(queries: Iterable[Query]) -> Query:
    """Return the query for what matches all of `queries`; everything does if there are none."""
    wanted = [query for query in queries if query != EVERYTHING]
    if len(wanted) < 2:
        return wanted[0] if wanted else EVERYTHING
    return {"bool": {"filter": wanted}}


def either(queries: Iterable[Query]) -> Query:
    """Return the query for what matches any of `queries`; nothing does if there are none."""
    wanted = list(queries)
    if len(wanted) < 2:
        return wanted[0] if wanted else NOTHING
    return {"bool": {"should": wanted, "minimum_should_match": 1}}


def but(query: Query, unwanted: Query) -> Query:
    """Return the query for what matches `query` and not `unwanted`."""
    return {"bool": {"filter": [query], "must_not": [unwanted]}}


def named(query: Query, name: str) -> Query:
    """Return `query`, by whose name a hit tells that it matches it."""
    return {"bool": {"filter": [query], "_name": name}}


def scored_by(queries: Sequence[Query], scores: Sequence[float], allowed: Query) -> Query:
    """Return the query for what is allowed and matches any of `queries`: its score is the sum of the scores of those."""
    should = [{"constant_score": {"filter": query, "boost": score}} for query, score in zip(queries, scores, strict=True)]
    return {"bool": {"filter": [allowed], "should": should, "minimum_should_match": 1}}


def published(days: Published) -> Query:
    """Return the query for the articles published on a day of `days`; an undated one is in none."""
    bounds: dict[str, int] = {}
    if days.first is not None:
        bounds["gte"] = midnight(days.first.year, days.first.month, days.first.day)
    if days.last is not None:
        bounds["lt"] = midnight(days.last.year, days.last.month, days.last.day) + _A_DAY
    return {"range": {"published": bounds}} if bounds else {"exists": {"field": "published"}}
