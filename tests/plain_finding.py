"""A query's leaves and an article -> where they occur and which fragments show them, by the plain definition: token by token, cluster by cluster.

What searcher.match.occurrence and searcher.match.snippet do faster is held against it. Not for long articles: it knows no bounds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from corpus.article import Article
from language.analyzer import Token, tokens
from language.normalizer import bare
from searcher.match.near_positions import near_positions
from searcher.match.occurrence import Occurrence, Passage, passages
from searcher.query.acceptance import acceptance
from searcher.query.tree import Alternative, Leaf, Phrase, Prefix, Term

Cluster = tuple[int, int, int, int, int, int]
"""Of occurrences: (minus the leaves not yet shown, minus the leaves, width, text, first, last); the best is the least."""


def found(sought: Sequence[Leaf | Alternative], article: Article, *, exact_marks: bool) -> list[tuple[Passage, list[Occurrence]]]:
    """Return the texts of an article, each with what occurs in it, sorted."""
    return [(passage, sorted(_occurrences(sought, passage, exact_marks))) for passage in passages(article)]


def _occurrences(sought: Sequence[Leaf | Alternative], passage: Passage, exact_marks: bool) -> Iterator[Occurrence]:
    read = [token._replace(exact=bare(token.exact)) if passage.bare else token for token in tokens(passage.text)]

    def standing(term: Term | Prefix) -> list[Token]:
        accepted = acceptance(term, exact_marks=exact_marks)
        return [token for token in read if accepted.admits(token.exact, token.stripped)]

    for number, each in enumerate(sought):
        for leaf in (each.typed, *each.expansions) if isinstance(each, Alternative) else (each,):
            if leaf.title_only and passage.slot != "title":
                continue
            places = [standing(term) for term in (leaf.terms if not isinstance(leaf, (Term, Prefix)) else (leaf,))]
            if isinstance(leaf, (Term, Prefix)):
                ranges = [(token.start, token.end) for token in places[0]]
            elif isinstance(leaf, Phrase):
                at = [{token.position: token for token in own} for own in places]
                starts = [start for start in at[0] if all(start + step in own for step, own in enumerate(at))]
                ranges = [(at[0][start].start, at[-1][start + len(at) - 1].end) for start in starts]
            else:
                near = set(near_positions([[token.position for token in own] for own in places], len(places) - 1 + leaf.distance))
                ranges = list({(token.start, token.end) for own in places for token in own if token.position in near})
            yield from (Occurrence(start, end, number) for start, end in ranges)


def best_cluster(
    texts: Sequence[Sequence[Occurrence]], taken: Sequence[tuple[int, int, int]], seen: set[int], length: int
) -> Cluster | None:
    """Return the best cluster of all texts, clear of the (text, start, end) taken before; None if there are none."""
    return min(
        (
            cluster
            for text, occurrences in enumerate(texts)
            for first, stop in _free(occurrences, sorted(place[1:] for place in taken if place[0] == text))
            for cluster in _clusters(text, occurrences, first, stop, seen, length)
        ),
        default=None,
    )


def _free(occurrences: Sequence[Occurrence], taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    first = 0
    for start, end in taken:
        yield first, sum(one.start < start for one in occurrences)
        first = sum(one.start < end for one in occurrences)
    yield first, len(occurrences)


def _clusters(
    text: int, occurrences: Sequence[Occurrence], first: int, stop: int, seen: set[int], length: int
) -> Iterator[Cluster]:
    """Yield for each occurrence the narrowest cluster that ends with it and fits, and lacks no leaf which a wider one would have."""
    counts: Counter[int] = Counter()
    for last in range(first, stop):
        counts[occurrences[last].leaf] += 1
        while first < last and (counts[occurrences[first].leaf] > 1 or occurrences[last].end - occurrences[first].start > length):
            counts[occurrences[first].leaf] -= 1
            first += 1
        leaves = {leaf for leaf, count in counts.items() if count}
        width = occurrences[last].end - occurrences[first].start
        yield -len(leaves - seen), -len(leaves), width, text, first, last
