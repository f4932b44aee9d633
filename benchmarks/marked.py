"""Queries with marks -> the articles among the first ten that have a typed syllable only with other marks (đường, and only dương).

There must be none while articles with the right marks exist. A syllable without marks in an article (duong) is no other mark. A partial match
that says itself which syllables it lacks is not found by them: where it has such a one with other marks it is counted apart. Articles are
read again for this, letter by letter; abbreviations are not expanded, for they are found by other syllables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from measured import DEPTH
from tqdm import tqdm

from corpus.article import Article
from index.schema import BODY
from language.normalizer import exact, is_marked, stripped
from searcher.meaning.abbreviation_table import is_syllable
from searcher.query.parser import parse
from searcher.query.tree import And, Term, as_typed
from searcher.request import SearchRequest
from searcher.search import Searcher

_SYLLABLE = re.compile(r"[^\W_]+")


class Verdict(NamedTuple):
    """Queries asked, hits looked at, violations (query, article id, syllable), and hits that say they lack such a syllable."""

    queries: int
    hits: int
    violations: list[tuple[str, str, str]]
    said: int


def check(searcher: Searcher, queries: Sequence[str], about: str) -> Verdict:
    """Ask every query and look at the first ten hits of each."""
    hits, said = 0, 0
    violations: list[tuple[str, str, str]] = []
    for query in tqdm(queries, desc=about, leave=False, disable=None):
        terms = marked_terms(query)
        for hit in searcher.search(SearchRequest(query, size=DEPTH, expand=False, fold=False)).hits:
            article = searcher.archive.get(hit.id)
            assert article is not None
            hits += 1
            forms = exact_forms(article)
            for term in terms:
                if only_other_marks(term.exact, forms.get(term.stripped, set())) and _exists(searcher, term):
                    if as_typed(term) in hit.missing:
                        said += 1
                    else:
                        violations.append((query, hit.id, term.text))
    return Verdict(len(queries), hits, violations, said)


def marked_terms(query: str) -> list[Term]:
    """Return the syllables with marks that stand as such in a query, not within phrases or ways of writing one thing."""
    node, _ = parse(query)
    parts = node.children if isinstance(node, And) else (node,)
    return [part for part in parts if isinstance(part, Term) and is_marked(part.exact)]


def exact_forms(article: Article) -> dict[str, set[str]]:
    """Return the exact forms of an article's syllables by their stripped forms."""
    forms: dict[str, set[str]] = {}
    for text in (article.title, article.lead, *(block.text for block in article.blocks)):
        for syllable in _SYLLABLE.findall(text):
            forms.setdefault(stripped(syllable), set()).add(exact(syllable))
    return forms


def only_other_marks(form: str, held: Iterable[str]) -> bool:
    """Tell whether of the spellings `held` none is `form`, with its marks or without any, and some is."""
    held = set(held)
    return bool(held) and not held & {form, stripped(form)}


def _exists(searcher: Searcher, term: Term) -> bool:
    return searcher.search(SearchRequest(term.text, size=1, exact_marks=True, expand=False)).total > 0


def marked_syllables(searcher: Searcher, most: int) -> list[str]:
    """Return marked syllables of the archive's bodies, built as Vietnamese ones are: in the order of the alphabet, evenly spread, `most` of all."""
    terms = {term.decode() for segment in searcher.collection().segments for term in segment.field(BODY).terms}
    forms = sorted(form for form in terms if is_marked(form) and is_syllable(form))
    return [forms[number * len(forms) // most] for number in range(most)] if len(forms) > most else forms
