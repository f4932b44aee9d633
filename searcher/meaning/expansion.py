"""A query tree as typed and what a commit of the archive knows -> the tree in which what was typed also stands for what means the same.

`hđnd tỉnh` becomes (hđnd | "hội đồng nhân dân") tỉnh. Of the reverse, `hội đồng nhân dân tỉnh`, each syllable becomes an alternative:
(hội | hđnd) (đồng | hđnd) (nhân | hđnd) (dân | hđnd) tỉnh, which by the law of distribution asks the same as all four or the abbreviation; and
partial matches are counted and explained by the syllables that were typed. So it is with what is written joined or parted
(searcher.meaning.joint: `ô tô` and ôtô), and with places written short (searcher.meaning.short_place: `quận 1` and Q.1).

Invariant: what the tree as typed matches, the expanded one matches too, and what it excludes is excluded. Within quotation marks and after NOT
only joined and parted words are alternatives: they are the same word, where an abbreviation is another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from typing import NamedTuple

from language.normalizer import stripped
from searcher.meaning.abbreviation_table import Abbreviations, is_syllable
from searcher.meaning.joint import MOST_PARTS, Joint, Joints
from searcher.meaning.short_place import places
from searcher.query.acceptance import acceptance
from searcher.query.tree import Alternative, And, Node, Not, Or, Phrase, Prefix, Term, leaves
from searcher.result import Expansion

MOST_EXPANDED = 8
"""Typed forms of one query that are expanded, the longest first; and as many that are joined or parted."""
_MOST_PHRASES = 4  # other spellings of one phrase


class _Word(NamedTuple):
    """What was typed as one word outside quotation marks: a syllable, or several (GD-ĐT)."""

    node: Term | Phrase
    terms: tuple[Term, ...]


class _Other(NamedTuple):
    """Another form of the words `first` to before `stop` of a row: `form` is looked for, `written` is how it is shown.

    `meant` is the form that the words spell, with its marks. `one_word`: the words are one, and so are looked for side by side.
    """

    first: int
    stop: int
    form: Term | Phrase
    written: str
    meant: str
    one_word: bool = False


def expand(
    node: Node, typed: str, known: Abbreviations, joints: Joints, *, exact_marks: bool = False
) -> tuple[Node, tuple[Expansion, ...]]:
    """Return the expanded tree of the query `typed`, whose tree is `node`, and what was added, in typed order."""
    every = [term for leaf in leaves(node) for term in (leaf.terms if not isinstance(leaf, (Term, Prefix)) else (leaf,))]
    terms = [term for term in every if isinstance(term, Term)]
    # In a query all in capitals they say nothing.
    shouted = len(terms) > 1 and all(term.text == term.text.upper() for term in terms)
    return _Expanding(typed, known, joints, terms, exact_marks, shouted).read(node)


class _Expanding:
    """One query while it is expanded."""

    def __init__(
        self, typed: str, known: Abbreviations, joints: Joints, terms: Sequence[Term], exact_marks: bool, shouted: bool
    ) -> None:
        self._typed = typed
        self._known = known
        self._joints = joints
        self._terms = terms
        self._exact_marks = exact_marks
        self._shouted = shouted
        self._left = self._joints_left = MOST_EXPANDED

    def read(self, node: Node, *, excluded: bool = False) -> tuple[Node, tuple[Expansion, ...]]:
        if isinstance(node, Or):
            return self._either(node, excluded)
        row = node.children if isinstance(node, And) else (node,)
        children: list[Node] = []
        said: list[Expansion] = []
        for _, group in groupby(row, key=_kind):
            run = list(group)
            words = [word for child in run if (word := _word(child))]
            expanded = [self._row(words, excluded)] if words else [self._apart(child, excluded) for child in run]
            children += chain.from_iterable(nodes for nodes, _ in expanded)
            said += chain.from_iterable(found for _, found in expanded)
        return (And(tuple(children)) if isinstance(node, And) else children[0]), tuple(said)

    def _either(self, node: Or, excluded: bool) -> tuple[Node, tuple[Expansion, ...]]:
        if node.text:  # ways of writing one thing already
            return node, ()
        sides = [self.read(child, excluded=excluded) for child in node.children]
        return Or(tuple(child for child, _ in sides)), tuple(each for _, found in sides for each in found)

    def _apart(self, node: Node, excluded: bool) -> tuple[list[Node], tuple[Expansion, ...]]:
        """Expand a node that is not a word in a row: an OR with its sides, what NOT excludes, a quotation."""
        if isinstance(node, Or):
            new, found = self.read(node, excluded=excluded)
            return [new], found
        if isinstance(node, Not):
            new, found = self.read(node.child, excluded=True)
            return [Not(new)], found
        if isinstance(node, (Term, Phrase)):
            terms = node.terms if isinstance(node, Phrase) else (node,)
            syllables = tuple(term for term in terms if isinstance(term, Term))
            if len(syllables) == len(terms):
                nodes, said = self._with_others([_Word(node, syllables)], list(self._joined([_Word(node, syllables)])))
                return nodes, said
        return [node], ()

    def _row(self, words: Sequence[_Word], excluded: bool) -> tuple[list[Node], tuple[Expansion, ...]]:
        """Expand words typed one after the other."""
        found = list(self._joined(words))
        if not excluded:
            found = [*self._abbreviated(words), *self._places(words), *found]
        return self._with_others(words, found)

    def _with_others(self, words: Sequence[_Word], found: Sequence[_Other]) -> tuple[list[Node], tuple[Expansion, ...]]:
        others: list[dict[Term | Phrase, str]] = [{} for _ in words]
        said: list[tuple[int, int, Expansion]] = []
        for other in found:
            for place in range(other.first, other.stop):
                others[place].setdefault(other.form, other.meant)
            begin, end = words[other.first].terms[0].span[0], words[other.stop - 1].terms[-1].span[1]
            said.append((begin, -end, Expansion(self._typed[begin:end], other.written)))
        nodes: list[Node] = []
        place = 0
        while place < len(words):
            stop = _end_of_word(place, found)
            added = {form: meant for each in others[place:stop] for form, meant in each.items()}
            node = words[place].node if stop == place + 1 else _side_by_side(words[place:stop])
            nodes.append(Alternative(node, tuple(added), tuple(added.values())) if added else node)
            place = stop
        return nodes, tuple(dict.fromkeys(each for _, _, each in sorted(said, key=lambda each: each[:2])))

    def _abbreviated(self, words: Sequence[_Word]) -> Iterator[_Other]:
        """Yield what abbreviations among the words stand for, and the abbreviations of what they spell out."""
        for first, stop, form in sorted(self._known_forms(words), key=lambda found: (found[0] - found[1], found[0], found[2])):
            terms = [term for word in words[first:stop] for term in word.terms]
            for key, written in self._other_forms(form, terms):
                yield _Other(first, stop, _form(key, terms[0].title_only), written, form)
        for place, word in enumerate(words):
            # An abbreviation with a number in one word: QL1A, TP.10.
            if len(word.terms) < 2 or not word.terms[1].exact.isdecimal():
                continue
            for form in self._known.forms(word.terms[0].stripped):
                if self._spells(word.terms[:1], form.split()):
                    for key, written in self._other_forms(form, word.terms):
                        other = _form(key, word.node.title_only)
                        spelled = other.terms if isinstance(other, Phrase) else (other,)
                        number = " ".join(term.text for term in word.terms[1:])
                        phrase = Phrase((*spelled, *word.terms[1:]), word.node.title_only)
                        yield _Other(place, place + 1, phrase, f"{written} {number}", form)

    def _other_forms(self, form: str, terms: Sequence[Term]) -> list[tuple[str, str]]:
        context = [term for term in self._terms if term not in terms]
        found = self._known.other_forms(form, context) if self._left else []
        self._left -= bool(found)
        return found

    def _places(self, words: Sequence[_Word]) -> Iterator[_Other]:
        row = [term for word in words for term in word.terms]
        of_word = [place for place, word in enumerate(words) for _ in word.terms]
        for found in places(row, self._typed, self._joints.together, exact_marks=self._exact_marks):
            first, last = of_word[found.first], of_word[found.stop - 1]
            if of_word.index(first) == found.first and len(row) - of_word[::-1].index(last) == found.stop:
                yield _Other(
                    first, last + 1, found.phrase, found.written, " ".join(term.exact for term in row[found.first : found.stop])
                )

    def _joined(self, words: Sequence[_Word]) -> Iterator[_Other]:
        """Yield what words stand for when they are joined, or parted."""
        for first in range(len(words)):
            terms: list[Term] = []
            for last in range(first, min(len(words), first + MOST_PARTS)):
                terms += words[last].terms
                if len(terms) > MOST_PARTS or not self._joints_left:
                    break
                joints = self._joints_of(terms)
                self._joints_left -= bool(joints)
                one_word = last > first and not any(term.any_marks for term in terms)
                for joint, form, written, meant in self._others_of(terms, joints):
                    yield _Other(first, last + 1, form, written, meant, one_word and joint.one_word)
            if isinstance(words[first].node, Phrase):
                found = list(self._in_part(words[first].terms)) if self._joints_left else []
                self._joints_left -= bool(found)
                for form, written, meant in found[:_MOST_PHRASES]:
                    yield _Other(first, first + 1, form, written, meant)

    def _joints_of(self, terms: Sequence[Term]) -> tuple[Joint, ...]:
        """Return the joints of a row of terms taken as a whole or, if it is a single term, of what that is parted into."""
        if len(terms) > 1:
            return self._joints.joined(terms, exact_marks=self._exact_marks)
        return self._joints.parted(terms[0], exact_marks=self._exact_marks)

    @staticmethod
    def _others_of(terms: Sequence[Term], joints: Sequence[Joint]) -> Iterator[tuple[Joint, Term | Phrase, str, str]]:
        """Yield for each joint of terms (joint, the other form, how it is shown, the form they spell)."""
        title_only, typed = terms[0].title_only, terms[0].text
        for joint in joints:
            parts = " ".join(joint.parts)
            if len(terms) > 1:
                yield joint, _form(joint.joined, title_only), _cased(joint.joined, typed), parts
            else:
                yield joint, _form(parts, title_only), " ".join(_cased(part, typed) for part in joint.parts), joint.joined

    def _in_part(self, terms: Sequence[Term]) -> Iterator[tuple[Phrase, str, str]]:
        """Yield (form, written, meant) of the other spellings of a phrase, in which one part of it is joined or parted."""
        for first in range(len(terms)):
            for stop in range(first + 1, min(len(terms), first + MOST_PARTS) + 1):
                if stop - first == len(terms):
                    continue
                inner = terms[first:stop]
                for _, form, written, meant in self._others_of(inner, self._joints_of(inner)):
                    own = form.terms if isinstance(form, Phrase) else (form,)
                    before, after = terms[:first], terms[stop:]
                    shown = " ".join([*(term.text for term in before), written, *(term.text for term in after)])
                    yield Phrase((*before, *own, *after), terms[0].title_only), shown, meant

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


def _end_of_word(place: int, found: Sequence[_Other]) -> int:
    """Return where the word at `place` ends: after several if they are one, unless another form stands for some of them."""
    for other in found:
        if other.one_word and other.first == place:
            crossed = any(
                each.first < other.stop and place < each.stop and not (each.first <= place and other.stop <= each.stop)
                for each in found
            )
            return place + 1 if crossed else other.stop
    return place + 1


def _side_by_side(words: Sequence[_Word]) -> Phrase:
    terms = tuple(term for word in words for term in word.terms)
    return Phrase(terms, terms[0].title_only, (terms[0].span[0], terms[-1].span[1]))


def _kind(node: Node) -> str:
    """Return the field a word is asked of, "" for what is no word: only words of one field make a row."""
    word = _word(node)
    return "" if word is None else "title" if word.node.title_only else "text"


def _form(key: str, title_only: bool) -> Term | Phrase:
    terms = tuple(Term(syllable, stripped(syllable), syllable, title_only) for syllable in key.split())
    return terms[0] if len(terms) == 1 else Phrase(terms, title_only)


def _cased(form: str, typed: str) -> str:
    """Return `form` in the case of `typed`: in capitals, with a first capital, or as it is."""
    if len(typed) > 1 and typed.isupper():
        return form.upper()
    return form.capitalize() if typed[:1].isupper() else form
