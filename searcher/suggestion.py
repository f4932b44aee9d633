"""A query and what it found -> other queries that may have been meant, each really run and counted. Nothing is ever forced on the reader.

Three readings of what was typed: the marks left out are put back; Telex or VNI keys, typed raw, are decoded; and where little was found, wrong
marks and slips of the finger are put right. What is right is decided by how the archive itself writes (searcher.usage).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from index.normalizer import exact, is_marked
from searcher.collection import Collection
from searcher.evaluation import Deadline
from searcher.evidence import terms_in_order
from searcher.input_method import decode
from searcher.query import Node, Span, Term
from searcher.reading import read
from searcher.result import Reason, Suggestion
from searcher.retrieval import Retrieval, retrieve
from searcher.spelling import vocabulary
from searcher.usage import Choice, Usage

FEW = 5
"""Complete matches. Whoever found that many has what was typed in the archive; only marks are worth putting back."""
MOST = 3
LONGEST_ROW = 6
"""Syllables: restoring costs time for each, and a longer row finds its article without marks as well."""
_DECODED_LIKELIER = 20  # times that a decoded syllable must be more frequent than what was typed: `sex` is not `sẽ`
_RARE = 3  # articles; what so few have may be a slip
_SLIPS = 6
_MOST_CHOICES = 24
# Costs of not taking a syllable as typed, as natural logarithms: a mark added to a syllable with some, another mark, a slip, both.
_MARK_ADDED, _MARK_CHANGED, _SLIP, _SLIP_AND_MARK = 1.5, 3.0, 4.0, 6.0


def try_suggestions(found: Retrieval, deadline: Deadline) -> tuple[Suggestion, ...]:
    """Return every other query worth trying with what it finds under the same filters, 0 included, best first.

    None asks the same as what was typed, or as another. Raises DeadlineExceeded.
    """
    terms = [term for term in terms_in_order(found.node) if isinstance(term, Term) and term.span[1] > term.span[0]]
    tried: dict[tuple[str, ...], Suggestion] = {_asked(found.node): Suggestion(found.request.query, found.total, "marks")}
    for reason, replaced in _readings(found, terms, few=found.total < FEW, deadline=deadline):
        query = _rewritten(found.request.query, replaced)
        request = replace(found.request, query=query)
        node = read(found.collection, request).node
        if _asked(node) not in tried:
            total = retrieve(found.collection, node, replace(request, near=False), deadline).total
            tried[_asked(node)] = Suggestion(query, total, reason)
            if total and reason in ("telex", "vni"):
                break
    return tuple(tried.values())[1:]


def best_suggestions(tried: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
    """Return those of the queries tried that find something, at most MOST."""
    return tuple(suggestion for suggestion in tried if suggestion.total)[:MOST]


def _readings(
    found: Retrieval, terms: Sequence[Term], *, few: bool, deadline: Deadline
) -> Iterator[tuple[Reason, Mapping[Span, str]]]:
    """Yield the ways to read what was typed, likeliest first: the reason, and what replaces a term."""
    usage = Usage(found.collection, deadline)
    if few:
        yield from _decoded(usage, terms).items()
    if few or not any(is_marked(term.exact) for term in terms):
        yield "marks", _restored(usage, terms)
    if few:
        yield "spelling", _corrected(usage, found.collection, terms)


def _decoded(usage: Usage, terms: Sequence[Term]) -> dict[Reason, dict[Span, str]]:
    """Return for each input method the terms that are its keys: syllables much more at home in the archive than what was typed."""
    decoded: dict[Reason, dict[Span, str]] = {}
    for run in _runs(terms):
        read = decode("".join(term.text for term in run))
        frequency = usage.row_frequency([term.exact for term in run]) if len(run) > 1 else usage.frequency(run[0].exact)
        if read and usage.frequency(exact(read[0])) > _DECODED_LIKELIER * frequency:
            decoded.setdefault(read[1], {})[run[0].span[0], run[-1].span[1]] = read[0]
    return decoded


def _runs(terms: Sequence[Term]) -> list[list[Term]]:
    """Put terms together that were typed without anything between: the letters and digits of VNI keys (tru7o7ng2)."""
    runs: list[list[Term]] = []
    for term in terms:
        if runs and runs[-1][-1].span[1] == term.span[0]:
            runs[-1].append(term)
        else:
            runs.append([term])
    return runs


def _restored(usage: Usage, terms: Sequence[Term]) -> dict[Span, str]:
    """Return the terms without marks that are written with marks where they stand beside their neighbours."""
    replaced: dict[Span, str] = {}
    for row in _rows(terms):
        if not 2 <= len(row) <= LONGEST_ROW or all(is_marked(term.exact) for term in row):
            continue
        replaced.update(_changed(row, usage.restored([term.exact for term in row])))
    return replaced


def _corrected(usage: Usage, collection: Collection, terms: Sequence[Term]) -> dict[Span, str]:
    """Return the terms that are written otherwise where they stand beside their neighbours, in marks or by one slip."""
    replaced: dict[Span, str] = {}
    for row in _rows(terms):
        if len(row) <= LONGEST_ROW:
            replaced.update(_changed(row, usage.best([_alternatives(usage, collection, term) for term in row])))
    return replaced


def _alternatives(usage: Usage, collection: Collection, term: Term) -> list[Choice]:
    """Return what may have been meant by a term that is typed in a query that found little."""
    marked = is_marked(term.exact)
    costs = {term.exact: 0.0}
    for form in usage.variants(term.stripped):
        costs.setdefault(form, 0.0 if not marked else _MARK_ADDED if _has_marks_of(form, term.exact) else _MARK_CHANGED)
    if sum(map(usage.frequency, costs)) <= _RARE and term.stripped.isalpha():
        for bare in vocabulary(collection).within_one_slip(term.stripped, most=_SLIPS):
            for form in usage.variants(bare):
                near = not marked or _letters_apart(form, term.exact) <= 1
                costs.setdefault(form, _SLIP if near else _SLIP_AND_MARK)
    return [Choice(form, cost) for form, cost in costs.items()][:_MOST_CHOICES]


def _has_marks_of(form: str, typed: str) -> bool:
    """Say whether `form` has every mark of `typed`, letter by letter, and more: trường all those of truơng and of trương."""
    return all(set(_marks(letter)) <= set(_marks(other)) for letter, other in zip(typed, form, strict=False))


def _marks(letter: str) -> str:
    return unicodedata.normalize("NFD", letter.replace("đ", "d\u0335"))[1:]


def _letters_apart(form: str, typed: str) -> int:
    """Return how many letters must be put in, left out or changed, counted once the common beginning and end are gone."""
    while form and typed and form[0] == typed[0]:
        form, typed = form[1:], typed[1:]
    while form and typed and form[-1] == typed[-1]:
        form, typed = form[:-1], typed[:-1]
    return 1 if len(form) == len(typed) == 2 and form == typed[::-1] else max(len(form), len(typed))


def _rows(terms: Sequence[Term]) -> list[list[Term]]:
    """Cut the terms into rows of neighbours: nothing but one sign stands between two of them."""
    rows: list[list[Term]] = [[term] for term in terms[:1]]
    for before, term in pairwise(terms):
        if term.span[0] - before.span[1] == 1 and "/" not in before.text + term.text:
            rows[-1].append(term)
        else:
            rows.append([term])
    return rows


def _changed(row: Sequence[Term], forms: Sequence[str]) -> dict[Span, str]:
    return {term.span: _cased(form, term.text) for term, form in zip(row, forms, strict=True) if form != term.exact}


def _cased(form: str, typed: str) -> str:
    """Return an exact form in the case typed."""
    if typed.isupper() and len(typed) > 1:
        return form.upper()
    return form[:1].upper() + form[1:] if typed[:1].isupper() else form


def _rewritten(query: str, replaced: Mapping[Span, str]) -> str:
    for (start, end), text in sorted(replaced.items(), reverse=True):
        query = query[:start] + text + query[end:]
    return query


def _asked(node: Node) -> tuple[str, ...]:
    return tuple(term.exact for term in terms_in_order(node))
