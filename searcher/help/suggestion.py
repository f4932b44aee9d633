"""A query and what it found -> other queries that may have been meant, each really run and counted. Nothing is ever forced on the reader.

What was typed is read in other ways: the marks left out are put back; Telex or VNI keys, typed raw, are decoded; and wrong marks and slips of the
finger are put right, asking rows of syllables always and single ones where little was found. What is right is decided by how the archive itself
writes (searcher.match.usage, searcher.help.respelling): a syllable is respelled only to one that it writes beside its neighbours. Numbers are never respelled. Where nothing was
found, queries that ask for less are tried as well (searcher.help.way_out).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from language.input_method import decode
from language.mark import marks
from language.normalizer import exact, is_marked, stripped
from language.text import clean
from searcher.deadline import Deadline
from searcher.help.matching import Matching
from searcher.help.respelling import Rows, respelled
from searcher.help.spelling import vocabulary
from searcher.help.way_out import ways_out
from searcher.match.collection import Collection
from searcher.match.usage import Choice, Usage
from searcher.meaning.interpretation import interpret
from searcher.query.rewriting import rewritten
from searcher.query.tree import Node, Span, Term
from searcher.rank.evidence import terms_in_order
from searcher.result import Reason, Suggestion

FEW = 5
"""Full matches. A query with as many is spelled as the archive spells it: its single syllables are not looked into."""
MOST = 3
LONGEST_ROW = 6
"""Syllables: restoring costs time for each, and a longer row finds its article without marks as well."""
_DECODED_LIKELIER = 20  # times that a decoded syllable must be more frequent than what was typed: `sex` is not `sẽ`
_RARE = 3  # articles; what so few have may be a slip
_SLIPS = 6
_SHORTEST_SLIP, _SHORTEST_ALONE = 3, 4
"""Letters that a syllable must have for a slip to be looked for, in a row and alone: two letters are one slip from too many."""
_MOST_CHOICES = 24
# Costs of not taking a syllable as typed, as natural logarithms: a mark added to a syllable with some, another mark, a slip, both.
_MARK_ADDED, _MARK_CHANGED, _SLIP, _SLIP_AND_MARK = 1.5, 3.0, 4.0, 8.0
_RESPELLINGS: tuple[Reason, ...] = ("marks", "telex", "vni", "spelling")


def try_suggestions(found: Matching, deadline: Deadline) -> tuple[Suggestion, ...]:
    """Return every other query worth trying with what it finds under the same filters, 0 included, best first.

    None asks the same as what was typed, or as another. Raises DeadlineExceeded.
    """
    terms = _typed_terms(found)
    tried: dict[object, Suggestion] = {_asked(found.node): Suggestion(found.request.query, found.total, "marks")}
    for reason, replaced in _respellings(found, terms, deadline):
        if not replaced:
            continue
        query = rewritten(found.request.query, replaced)
        request = replace(found.request, query=query)
        node = interpret(found.collection, request).node
        if _asked(node) not in tried:
            total = found.total_of(request, node)
            tried[_asked(node)] = Suggestion(query, total, reason)
            if total and reason in ("telex", "vni"):
                break
    if not found.total:
        known = {found.request.query, "", *(suggestion.query for suggestion in tried.values())}
        reasons: dict[str, Reason] = {}
        for reason, query in ways_out(found):
            if query not in known:
                reasons.setdefault(query, reason)
        totals = found.totals_of([replace(found.request, query=query) for query in reasons])
        tried.update((query, Suggestion(query, total, reasons[query])) for query, total in zip(reasons, totals, strict=True))
    return tuple(tried.values())[1:]


def best_suggestions(tried: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
    """Return those of the queries tried that find something, at most MOST."""
    return tuple(suggestion for suggestion in tried if suggestion.total)[:MOST]


def respells(suggestion: Suggestion) -> bool:
    """Say whether a suggestion is another spelling of the whole query, and not one that asks for less or something else."""
    return suggestion.reason in _RESPELLINGS


def _typed_terms(found: Matching) -> list[Term]:
    """Return the terms of a query that stand in it as typed: not the other ways of writing a document or a day."""
    query = found.request.query
    terms = [term for term in terms_in_order(found.node) if isinstance(term, Term) and term.text]
    return sorted(
        {term.span: term for term in terms if clean(query[slice(*term.span)]) == term.text}.values(), key=lambda term: term.span
    )


def _respellings(found: Matching, terms: Sequence[Term], deadline: Deadline) -> Iterator[tuple[Reason, Mapping[Span, str]]]:
    """Yield the ways to spell what was typed, likeliest first: the reason, and what replaces a term."""
    usage = Usage(found.collection, deadline)
    rows = Rows(found.collection, deadline, exact_marks=found.request.exact_marks)
    few = found.total < FEW
    if few:
        yield from _decoded(usage, found.request.query, terms).items()
    if _has_marks(terms):
        replaced = {term: form for row in _rows(terms) for term, form in respelled(rows, row).items()}
        left_out = all(not is_marked(term.exact) and stripped(form) == term.stripped for term, form in replaced.items())
        yield "marks" if left_out else "spelling", {term.span: _cased(form, term.text) for term, form in replaced.items()}
    if few or not _has_marks(terms):
        yield "marks", _restored(usage, rows, terms)
    if few:
        yield "spelling", _corrected(usage, rows, terms)


def _has_marks(terms: Sequence[Term]) -> bool:
    return any(is_marked(term.exact) for term in terms)


def _decoded(usage: Usage, query: str, terms: Sequence[Term]) -> dict[Reason, dict[Span, str]]:
    """Return for each input method the words that seem typed in its raw keys, decoded: the archive has these much more often.

    A word is what is typed without a sign within, though its digits be terms of their own. Capitals are an abbreviation (NQ, TW) or a make (CO2),
    and so is a lone digit at the end of few letters (A1), unless the rest of the query is typed so too.
    """
    decoded: dict[Reason, dict[Span, str]] = {}
    sure: set[Reason] = set()
    for start, end in _words(terms):
        text = clean(query[start:end])
        found = None if text.isupper() or "/" in query[max(0, start - 1) : end + 1] else decode(text)
        if found and usage.frequency(exact(found[0])) > _DECODED_LIKELIER * usage.frequency(exact(text)):
            meant, method = found
            if method == "telex" or method in decoded or len(re.sub("[0-9]", "", text)) > 2 or sum(map(str.isdigit, text)) > 1:
                sure.add(method)
            decoded.setdefault(method, {})[start, end] = meant
    return {method: replaced for method, replaced in decoded.items() if method in sure}


def _words(terms: Sequence[Term]) -> list[Span]:
    """Return the spans of the terms, those that touch as one."""
    words: list[Span] = []
    for term in terms:
        if words and words[-1][1] >= term.span[0]:
            words[-1] = (words[-1][0], max(words[-1][1], term.span[1]))
        else:
            words.append(term.span)
    return words


def _restored(usage: Usage, rows: Rows, terms: Sequence[Term]) -> dict[Span, str]:
    """Return the terms typed without marks that the archive writes with marks beside their neighbours -> as it writes them."""
    replaced: dict[Span, str] = {}
    for row in _rows(terms):
        if not 2 <= len(row) <= LONGEST_ROW or all(is_marked(term.exact) for term in row):
            continue
        best = usage.restored([term.exact for term in row])
        if _is_written(rows, row, best):
            replaced.update(_changed(row, best))
    return replaced


def _corrected(usage: Usage, rows: Rows, terms: Sequence[Term]) -> dict[Span, str]:
    """Return the terms that are marks or a slip away from what the archive writes beside their neighbours -> its spelling."""
    replaced: dict[Span, str] = {}
    for row in _rows(terms):
        if len(row) <= LONGEST_ROW:
            best = usage.best([_alternatives(usage, rows.collection, term, alone=len(row) == 1) for term in row])
            if _is_written(rows, row, best):
                replaced.update(_changed(row, best))
    return replaced


def _is_written(rows: Rows, row: Sequence[Term], forms: Sequence[str]) -> bool:
    """Say whether the archive writes each changed form in a row with neighbours: of two, of three where marks were typed.

    Two alone may stand side by side by chance: `là thằng`.
    """
    size = min(len(row), 3 if _has_marks(row) else 2)
    if size == 1 or rows.frequency(tuple(forms), most=1):
        return True
    written = {
        at
        for start in range(len(row) - size + 1)
        if rows.frequency(tuple(forms[start : start + size]), most=1)
        for at in range(start, start + size)
    }
    return all(at in written or form == term.exact for at, (term, form) in enumerate(zip(row, forms, strict=True)))


def _alternatives(usage: Usage, collection: Collection, term: Term, *, alone: bool) -> list[Choice]:
    """Return what may have been meant by a term that is typed in a query that found little."""
    if not term.stripped.isalpha():
        return [Choice(term.exact)]
    marked = is_marked(term.exact)
    costs = {term.exact: 0.0}
    for form in usage.variants(term.stripped):
        costs.setdefault(form, _cost_of_marks(form, term.exact))
    shortest = _SHORTEST_ALONE if alone else _SHORTEST_SLIP
    if (
        len(term.stripped) >= shortest
        and (usage.frequency(term.exact) if not alone else sum(map(usage.frequency, costs))) <= _RARE
    ):
        for bare in vocabulary(collection).within_one_slip(term.stripped, most=_SLIPS):
            if not _may_slip(bare, term.stripped, marked=marked):
                continue
            for form in usage.variants(bare):
                near = not marked or _letters_apart(form, term.exact) <= 1
                if near or not alone:
                    costs.setdefault(form, _SLIP if near else _SLIP_AND_MARK)
    return [Choice(form, cost) for form, cost in costs.items()][:_MOST_CHOICES]


def _cost_of_marks(form: str, typed: str) -> float:
    """Return what it costs to take `form` for `typed`, which has the same letters: nothing if it was typed without marks."""
    if not is_marked(typed):
        return 0.0
    return _MARK_ADDED if _has_marks_of(form, typed) else _MARK_CHANGED


def _may_slip(bare: str, typed: str, *, marked: bool) -> bool:
    """Say whether a slip may make `typed` of `bare`: it makes no other number of syllables, êđê is not để."""
    if not bare.isalpha():
        return False
    return _sounds(bare) == _sounds(typed) if marked else _sounds(bare) >= _sounds(typed)


def _sounds(bare: str) -> int:
    """Return how many runs of vowels a stripped form has: about as many as it has syllables."""
    return len(re.findall("[aeiouy]+", bare))


def _has_marks_of(form: str, typed: str) -> bool:
    """Say whether `form` has every mark of `typed`, letter by letter, and more: trường all those of truơng and of trương."""
    return all(set(marks(letter)) <= set(marks(other)) for letter, other in zip(typed, form, strict=False))


def _letters_apart(form: str, typed: str) -> int:
    """Return how many letters must be put in, left out or changed, counted once the common beginning and end are gone."""
    while form and typed and form[0] == typed[0]:
        form, typed = form[1:], typed[1:]
    while form and typed and form[-1] == typed[-1]:
        form, typed = form[:-1], typed[:-1]
    return 1 if len(form) == len(typed) == 2 and form == typed[::-1] else max(len(form), len(typed))


def _rows(terms: Sequence[Term]) -> list[list[Term]]:
    """Cut the terms into rows, one sign between any two of a row. Numbers, and letters that touch one, are in no row."""
    words = set(_words(terms))
    rows: list[list[Term]] = [[]]
    end = -1
    for term in terms:
        if term.span[0] - end != 1:
            rows.append([])
        if term.span in words and term.stripped.isalpha():
            rows[-1].append(term)
            end = term.span[1]
    return [row for row in rows if row]


def _changed(row: Sequence[Term], forms: Sequence[str]) -> dict[Span, str]:
    return {term.span: _cased(form, term.text) for term, form in zip(row, forms, strict=True) if form != term.exact}


def _cased(form: str, typed: str) -> str:
    """Return an exact form in the case typed."""
    if typed.isupper() and len(typed) > 1:
        return form.upper()
    return form[:1].upper() + form[1:] if typed[:1].isupper() else form


def _asked(node: Node) -> tuple[str, ...]:
    return tuple(term.exact for term in terms_in_order(node))
