"""A query tree and a commit -> the same, each syllable without a mark read as it stands or as one whose marks were left out.

In a query without any mark every one is read with its marks left out, but not letters typed in one with digits (CO2 is not "có 2"). In a query that has marks, one is read as it stands where the archive
itself writes it so in its own right (`phi công`, `Sơn La`, `ban chấp hành`), and otherwise as a slip (`truong đạt chuẩn`). "In its own right" is a
question of how often: among millions of syllables a few lack their marks by mistake, or are English.

Invariant: it depends on the live articles of the commit only, not on how they were batched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from language.analyzer import tokens
from language.normalizer import is_marked
from language.syllable import needs_mark
from searcher.deadline import Deadline
from searcher.match.collection import Collection, once_a_commit
from searcher.match.usage import Usage
from searcher.query.acceptance import may_lack_marks
from searcher.query.tree import Alternative, And, Earlier, Near, Node, Not, Or, Phrase, Prefix, Term

_LEAST_SHARE = 1 / 20
"""Of the articles with the most frequent form of the same letters, how many must have one that no Vietnamese syllable is written as (BOT, net):
most such are slips. Measured on 20,000 articles: `bot` .62, `ap` .12, `net` .06, but `it` .008, `viet` .003, `truong` .0006."""


def with_level_tones(node: Node, collection: Collection) -> Node:
    """Return `node` with Term.any_marks decided for every syllable typed without marks."""
    return _read(node, collection, everywhere=has_marks(node))


def is_written_without_marks(collection: Collection, bare: str) -> bool:
    """Tell whether the archive's texts with marks write a syllable without any in its own right."""
    known = _written(collection)
    if bare not in known:
        if len(known) >= 4096:
            known.clear()
        known[bare] = _is_written(Usage(collection, Deadline(math.inf)), bare)
    return known[bare]


@once_a_commit
def _written(_: Collection) -> dict[str, bool]:
    return {}


def _is_written(usage: Usage, bare: str) -> bool:
    variants = usage.variants(bare)  # without those too rare to be more than slips
    if bare not in variants:
        return False
    return not needs_mark(bare) or variants[bare] >= _LEAST_SHARE * max(variants.values())


def with_marks_left_out(node: Node) -> Node:
    """Return `node` with every syllable typed without marks read as if they had been left out: what a near match may have instead."""
    if isinstance(node, Term):
        return _loosened(node)
    if isinstance(node, Alternative):
        typed = with_marks_left_out(node.typed)
        return replace(node, typed=typed) if isinstance(typed, (Term, Phrase)) else node
    if isinstance(node, (Phrase, Near)):
        return replace(node, terms=tuple(_loosened(term) for term in node.terms))
    if isinstance(node, And) or (isinstance(node, Or) and not node.text):
        return replace(node, children=tuple(map(with_marks_left_out, node.children)))
    return node


def _loosened(term: Term | Prefix) -> Term | Prefix:
    return replace(term, any_marks=may_lack_marks(term.exact)) if isinstance(term, Term) else term


def has_marks(node: Node) -> bool:
    """Tell whether any syllable of the query was typed with a mark, in what is asked for or in what is excluded."""
    if isinstance(node, (Term, Prefix)):
        return is_marked(node.exact)
    if isinstance(node, (Phrase, Near)):
        return any(is_marked(term.exact) for term in node.terms)
    if isinstance(node, Or) and node.text:  # ways of writing one thing: only the first was typed
        return any(is_marked(token.exact) for token in tokens(node.text))
    if isinstance(node, (And, Or)):
        return any(map(has_marks, node.children))
    if isinstance(node, Earlier):
        return has_marks(node.leaf)
    return has_marks(node.child) if isinstance(node, Not) else False


def _read(node: Node, collection: Collection, *, everywhere: bool) -> Node:
    if isinstance(node, Term):
        return _level(node, collection) if everywhere else node
    if isinstance(node, (Phrase, Near)):
        glued = _in_one_with_digits(node.terms)
        terms = (
            _level(term, collection) if isinstance(term, Term) and (everywhere or term in glued) else term for term in node.terms
        )
        return replace(node, terms=tuple(terms))
    if isinstance(node, Not):
        return Not(_read(node.child, collection, everywhere=everywhere))
    if isinstance(node, Earlier):
        leaf = _read(node.leaf, collection, everywhere=everywhere)
        assert isinstance(leaf, (Term, Prefix, Phrase, Near))
        return replace(node, leaf=leaf)
    if isinstance(node, (And, Or)):
        return replace(node, children=tuple(_read(child, collection, everywhere=everywhere) for child in node.children))
    return node


def _level(term: Term, collection: Collection) -> Term:
    return replace(term, any_marks=False) if term.any_marks and is_written_without_marks(collection, term.stripped) else term


def _in_one_with_digits(terms: Sequence[Term | Prefix]) -> set[Term | Prefix]:
    """Return the letters that were typed right beside digits, nothing between."""
    pairs = [pair for pair in pairwise(terms) if pair[0].span[1] == pair[1].span[0]]
    return {term for pair in pairs if any(each.exact.isnumeric() for each in pair) for term in pair}
