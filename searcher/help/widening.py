"""A query that few articles answer in full -> what more are found without, counted: a word of it, another part, or what narrows it.

Of words in a row the whole word goes, not a syllable: without half of `nông thôn` nobody finds what they look for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from searcher.help.matching import Matching
from searcher.help.obstacle import beside, in_query
from searcher.help.place_through_time import typed_rows
from searcher.help.suggestion import FEW
from searcher.meaning.compound import Compounds
from searcher.query.rewriting import without
from searcher.query.tree import And, Term
from searcher.result import Obstacle

MOST = 4
_MOST_SYLLABLES = 8
"""Of a query parts of which are tried: without a word more of a headline nobody finds what it is of."""


def widenings(found: Matching) -> tuple[Obstacle, ...]:
    """Return parts of the query and filters without which more is found than the few articles that are, first those without which most is.

    () if none are found, which searcher.help.obstacle tells of, or FEW and more. Raises DeadlineExceeded.
    """
    if not 0 < found.total < FEW:
        return ()
    tried = [*beside(found)]
    parts = found.node.children if isinstance(found.node, And) else (found.node,)
    if len(parts) <= _MOST_SYLLABLES:
        syllables = tuple(part for part in parts if isinstance(part, Term))
        if len(syllables) < len(parts):
            tried += [obstacle for part, obstacle in in_query(found) if part.is_whole and not isinstance(part.node, Term)]
        tried += _words(found, And(syllables))
    wider = [obstacle for obstacle in tried if obstacle.without > found.total]
    return tuple(sorted(wider, key=lambda obstacle: -obstacle.without)[:MOST])


def _words(found: Matching, syllables: And) -> list[Obstacle]:
    """Return the words of the query's `syllables`, each as the obstacle that it is."""
    query = found.request.query
    compounds = Compounds(found.collection)
    cut = [word for row in typed_rows(syllables, query) for word in _cut(row, compounds)]
    words = [(word, without(query, [term.span for term in word])) for word in cut]
    words = [(word, rest) for word, rest in words if rest]
    alone = found.counts([And(tuple(word)) for word, _ in words])
    totals = found.totals_of([replace(found.request, query=rest) for _, rest in words])
    return [
        Obstacle(query[word[0].span[0] : word[-1].span[1]], word[0].span[0], word[-1].span[1], count, total, rest)
        for (word, rest), count, total in zip(words, alone, totals, strict=True)
    ]


def _cut(row: list[Term], compounds: Compounds) -> Iterator[list[Term]]:
    """Yield the words of a row of syllables."""
    while row:
        length = compounds.first_word(" ".join(term.text for term in row), None)
        yield row[:length]
        row = row[length:]
