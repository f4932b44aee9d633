"""A query tree -> the evidence of relevance it asks for: words and syllables, each with the postings it is read from.

The query's words (pyvi's compounds) count where marks were typed: without them a word is not known. Its syllables always count, each in the
form the marks rule gives it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from index.posting import FieldPostings
from index.schema import TEXT_FIELDS, stripped_field, words_field
from index.segment import SegmentReader
from language import analyzer
from language.normalizer import BARE, is_marked
from searcher.match.evaluation import Evaluation
from searcher.query.acceptance import acceptance
from searcher.query.tree import Alternative, Near, Node, Phrase, Prefix, Term, alternatives, as_typed, leaves
from searcher.rank.weighting import RankingParameters


class Source(NamedTuple):
    """Postings that count towards a frequency: of a term (or all that begin so) in a field, and for how much.

    `again`: its documents are among those of another source, so it does not count towards the document frequency.
    """

    field: str
    lengths_field: str
    term: str
    prefix: bool
    weight: float
    again: bool = False

    def prefixed(self, segment: SegmentReader) -> tuple[FieldPostings, range]:
        """Return the terms that begin so, as ordinals of a field."""
        postings = segment.field(self.field)
        return postings, postings.terms.prefixed(self.term.encode())


class Evidence(NamedTuple):
    """One word or syllable: what it counts for, where it is read, and what stands for it where it does not occur. `of` shows it to readers."""

    name: Literal["word", "syllable"]
    of: str
    weight: float
    sources: Sequence[Source]
    expansions: tuple[Term | Phrase, ...] = ()


def terms_in_order(node: Node) -> list[Term | Prefix]:
    """Return the terms of a query in the order typed, those inside phrases and nears included."""
    ordered: list[Term | Prefix] = []
    for leaf in leaves(node):
        ordered += leaf.terms if isinstance(leaf, (Phrase, Near)) else (leaf,)
    return ordered


def expansions_of(node: Node) -> dict[Term | Prefix, tuple[Term | Phrase, ...]]:
    """Return the terms of a query that have expansions, each with its expansions."""
    found: dict[Term | Prefix, tuple[Term | Phrase, ...]] = {}
    for leaf in alternatives(node):
        if isinstance(leaf, Alternative):
            for term in terms_in_order(leaf.typed):
                found[term] = tuple(dict.fromkeys((*found.get(term, ()), *leaf.expansions)))
    return found


def evidence(node: Node, parameters: RankingParameters, *, exact_marks: bool) -> list[Evidence]:
    """Return the evidence that `node` asks for."""
    terms = terms_in_order(node)
    expansions = expansions_of(node)
    words = _words(terms)
    meant = _words_meant(node) if words else {}
    found = [_word_evidence(word, expansions, meant, parameters, exact_marks=exact_marks) for word in words]
    in_words = {syllable for word in words for syllable in word.split("_")}
    for term in dict.fromkeys(terms):
        weight = parameters.syllable_weight if term.exact in in_words else parameters.lone_syllable_weight if words else 1.0
        sources = term_sources(term, parameters, exact_marks=exact_marks)
        found.append(Evidence("syllable", as_typed(term), weight, sources, expansions.get(term, ())))
    return found


def _words(terms: Sequence[Term | Prefix]) -> list[str]:
    """Return the query's words that have marks. A syllable typed without may well belong to another word."""
    if not any(isinstance(term, Term) and is_marked(term.exact) for term in terms):
        return []
    # In lower case: the segmenter goes by capitals too, but how a reader types a query says nothing, and must change nothing.
    words = analyzer.words(" ".join(term.text.lower() for term in terms if isinstance(term, Term)))
    return [word for word in words if is_marked(word)]


def _words_meant(node: Node) -> dict[Term | Phrase, frozenset[str]]:
    """Return for each expansion the words of the forms it stands for."""
    meant: dict[Term | Phrase, frozenset[str]] = {}
    for leaf in alternatives(node):
        if isinstance(leaf, Alternative):
            for expansion, form in zip(leaf.expansions, leaf.meant, strict=True):
                meant[expansion] = meant.get(expansion, frozenset()) | frozenset(analyzer.words(form))
    return meant


def _word_evidence(
    word: str,
    expansions: dict[Term | Prefix, tuple[Term | Phrase, ...]],
    meant: dict[Term | Phrase, frozenset[str]],
    parameters: RankingParameters,
    *,
    exact_marks: bool,
) -> Evidence:
    """Return a word as evidence, with the expansions that count as it where it does not occur.

    Those are the expansions of a form (`meant`) that has this word when spelled with its marks. Typed half without marks the form
    has other words (thành pho); no article has them, so nothing may count as they do.
    """
    of = word.replace("_", " ")
    standing_for = tuple(expansion for expansion, words in meant.items() if word in words)
    if standing_for:
        # An abbreviation, that is. The segmenter joins it to its neighbours in some articles (hđnd_tỉnh), which have it all the same.
        for term in expansions:
            if term.exact == word:
                sources = term_sources(term, parameters, exact_marks=exact_marks)
                return Evidence("word", of, parameters.word_weight, sources, standing_for)
    sources = [Source(words_field(name), words_field(name), word, False, parameters.field_weights[name]) for name in TEXT_FIELDS]
    return Evidence("word", of, parameters.word_weight, sources, standing_for)


def term_sources(term: Term | Prefix, parameters: RankingParameters, *, exact_marks: bool) -> list[Source]:
    """Return the postings that count for a syllable, in the forms the marks rule accepts."""
    sources = []
    accepted = acceptance(term, exact_marks=exact_marks)
    for name in Evaluation.fields(term):
        weight = parameters.field_weights[name]
        if accepted.stripped is not None:
            sources.append(Source(stripped_field(name), name, accepted.stripped, accepted.prefix, weight))
            typed = weight * parameters.typed_frequency
            sources.append(Source(name, name, term.exact, accepted.prefix, typed, again=True))
            continue
        for form in sorted(accepted.exact):
            here = weight * (parameters.unmarked_frequency if form.startswith(BARE) else 1)
            sources.append(Source(name, name, form, accepted.prefix, here))
    return sources
