"""A query tree as typed and the abbreviations of a commit -> the tree in which each abbreviation also stands for its expansion, and back.

`hđnd tỉnh` becomes (hđnd | "hội đồng nhân dân") tỉnh. Of the reverse, `hội đồng nhân dân tỉnh`, each syllable becomes an alternative:
(hội | hđnd) (đồng | hđnd) (nhân | hđnd) (dân | hđnd) tỉnh, which by the law of distribution asks the same as all four or the abbreviation; and
partial matches are counted and explained by the syllables that were typed.

Invariant: what the tree as typed matches, the expanded one matches too. Nothing is expanded within quotation marks or after NOT.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from index.normalizer import stripped
from searcher.abbreviation import Abbreviations, is_syllable
from searcher.marks import acceptance
from searcher.query import Alternative, And, Node, Or, Phrase, Prefix, Term, leaves
from searcher.result import Expansion

MOST_EXPANDED = 8
"""Typed forms of one query that are expanded, the longest first."""


class _Word(NamedTuple):
    """What was typed as one word outside quotation marks: a syllable, or several (GD-ĐT)."""

    node: Term | Phrase
    terms: tuple[Term, ...]


def expand(node: Node, typed: str, known: Abbreviations, *, exact_marks: bool = False) -> tuple[Node, tuple[Expansion, ...]]:
    """Return the expanded tree of the query `typed`, whose tree is `node`, and what was added, in typed order."""
    every = [term for leaf in leaves(node) for term in (leaf.terms if not isinstance(leaf, (Term, Prefix)) else (leaf,))]
    terms = [term for term in every if isinstance(term, Term)]
    # In a query all in capitals they say nothing.
    shouted = len(terms) > 1 and all(term.text == term.text.upper() for term in terms)
    return _Expanding(typed, known, terms, exact_marks, shouted).read(node)


class _Expanding:
    """One query while it is expanded."""

    def __init__(self, typed: str, known: Abbreviations, terms: Sequence[Term], exact_marks: bool, shouted: bool) -> None:
        self._typed = typed
        self._known = known
        self._terms = terms
        self._exact_marks = exact_marks
        self._shouted = shouted
        self._left = MOST_EXPANDED

    def read(self, node: Node) -> tuple[Node, tuple[Expansion, ...]]:
        if isinstance(node, Or):
            if node.text:  # ways of writing one thing already
                return node, ()
            read = [self.read(child) for child in node.children]
            return Or(tuple(child for child, _ in read)), tuple(each for _, found in read for each in found)
        row = node.children if isinstance(node, And) else (node,)
        children: list[Node] = []
        said: list[Expansion] = []
        for _, group in groupby(row, key=_kind):
            run = list(group)
            words = [word for child in run if (word := _word(child))]
            if words:
                nodes, found = self._row(words)
                children += nodes
                said += found
            else:
                for child in run:
                    new, found = self.read(child) if isinstance(child, Or) else (child, ())
                    children.append(new)
                    said += found
        return (And(tuple(children)) if isinstance(node, And) else children[0]), tuple(said)

    def _row(self, words: Sequence[_Word]) -> tuple[list[Node], tuple[Expansion, ...]]:
        """Expand words typed one after the other."""
        others: list[dict[Term | Phrase, str]] = [{} for _ in words]
        said: list[tuple[int, int, Expansion]] = []
        for first, stop, form in sorted(self._known_forms(words), key=lambda found: (found[0] - found[1], found[0], found[2])):
            terms = [term for word in words[first:stop] for term in word.terms]
            context = [term for term in self._terms if term not in terms]
            found = self._known.other_forms(form, context) if self._left else []
            self._left -= bool(found)
            for key, written in found:
                expansion = _form(key, terms[0].title_only)
                for place in range(first, stop):
                    others[place].setdefault(expansion, form)
                begin, end = terms[0].span[0], terms[-1].span[1]
                said.append((begin, -end, Expansion(self._typed[begin:end], written)))
        nodes: list[Node] = [
            Alternative(word.node, tuple(added), tuple(added.values())) if added else word.node
            for word, added in zip(words, others, strict=True)
        ]
        return nodes, tuple(dict.fromkeys(each for _, _, each in sorted(said, key=lambda each: each[:2])))

    def _known_forms(self, words: Sequence[_Word]) -> Iterator[tuple[int, int, str]]:
        """Yield (first word, word after the last, key) wherever words spell an abbreviation or an expansion."""
        for first, word in enumerate(words):
            room = self._known.longest(word.terms[0].stripped)
            terms: list[Term] = []
            for last in range(first, len(words)):
                terms += words[last].terms
                if len(terms) > room:
                    break
                for form in self._known.forms(" ".join(term.stripped for term in terms)):
                    if self._spells(terms, form.split()):
                        yield first, last + 1, form

    def _spells(self, terms: Sequence[Term], form: Sequence[str]) -> bool:
        if len(terms) == 1 and is_syllable(form[0]) and (self._shouted or not terms[0].text.isupper()):
            return False
        return all(
            acceptance(term, exact_marks=self._exact_marks).admits(syllable, stripped(syllable))
            for term, syllable in zip(terms, form, strict=True)
        )


def _word(node: Node) -> _Word | None:
    if isinstance(node, Term) and not node.quoted:
        return _Word(node, (node,))
    if isinstance(node, Phrase) and not node.quoted:
        terms = tuple(term for term in node.terms if isinstance(term, Term))
        return _Word(node, terms) if len(terms) == len(node.terms) else None
    return None


def _kind(node: Node) -> str:
    """Return what parts a row into runs: words of one field stand together."""
    word = _word(node)
    return "" if word is None else "title" if word.node.title_only else "text"


def _form(key: str, title_only: bool) -> Term | Phrase:
    terms = tuple(Term(syllable, stripped(syllable), syllable, title_only) for syllable in key.split())
    return terms[0] if len(terms) == 1 else Phrase(terms, title_only)
