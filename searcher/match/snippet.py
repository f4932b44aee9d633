"""A query and an article -> the fragments that show best why it is a hit.

Invariants: a fragment is the article's own text, cut between syllables, with "…" where it was cut, instead of a full stop; fragments never overlap; marks
are the highlights of searcher.match.occurrence, moved to the fragment and cut off at its ends.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

from corpus.article import Article
from searcher.deadline import NEVER, Deadline, DeadlineExceeded
from searcher.match.occurrence import Occurrence, Passage, Reading, finder_of, marked
from searcher.query.tree import Node
from searcher.result import Snippet

ELLIPSIS = "…"
MOST_PASSAGES = 1_000
"""Texts of one article that fragments are chosen from: of more, the best of the first are as good as any."""
_SENTENCE_END = re.compile(r"[.!?…;][\"”’»)\]]*(?= )")


class Excerpt(NamedTuple):
    """What is shown of an article; not `whole` if time ran out before the best was found, and it is only the article's beginning."""

    snippets: tuple[Snippet, ...]
    whole: bool = True


@dataclass(frozen=True)
class _Fragment:
    """A range of the passage with this index."""

    passage: int
    start: int
    end: int


class _Cluster(NamedTuple):
    """Occurrences that fit into one fragment: those of a passage from index `first` to `last`, included. Sorts best first."""

    unseen: int  # minus the number of leaves that no earlier fragment shows
    distinct: int  # minus the number of leaves
    width: int  # code points from the first to the last of them
    passage: int
    first: int
    last: int


def snippets(
    node: Node, article: Article, *, exact_marks: bool = False, most: int = 3, length: int = 220, deadline: Deadline = NEVER
) -> Excerpt:
    """Return the title if it matches, whole, and then the best fragments of the body, at most `most`, best first.

    Better are fragments with more leaves of the query not yet shown, then with more of them, then with these closer together,
    then earlier ones. A fragment has at most `length` code points and the ellipses; it begins and ends at a sentence's border
    where one is near, else between words (a syllable is cut only if it is longer than `length`). A body without a match is shown
    by its beginning, unmarked. Linear in the article's length; fragments are chosen from its first MOST_PASSAGES texts that match.
    Where the deadline leaves too little time the beginning is all that is shown. Never raises.
    """
    try:
        return Excerpt(tuple(_found(node, article, exact_marks, most, length, deadline)))
    except DeadlineExceeded:
        return Excerpt(tuple(_beginning(article, most, length)), whole=False)


def _found(node: Node, article: Article, exact_marks: bool, most: int, length: int, deadline: Deadline) -> Iterator[Snippet]:
    body: list[Reading] = []
    for reading in finder_of(node, exact_marks=exact_marks).read(article, deadline):
        if not reading.leaves:
            continue
        if reading.passage.slot == "title":
            yield Snippet("title", reading.passage.text, marked(reading.occurrences))
            continue
        body.append(reading)
        if len(body) == MOST_PASSAGES:
            break
    if not body:
        yield from _beginning(article, most, length)
    for fragment in _best(body, most, length, deadline):
        reading = body[fragment.passage]
        yield _cut(reading.passage, fragment, reading.occurrences)


def _beginning(article: Article, most: int, length: int) -> Iterator[Snippet]:
    """Yield what an article's body begins with, unmarked: nothing if it has none or none may be shown."""
    texts = chain(
        [Passage("lead", "lead", article.lead)], (Passage(n, each.kind, each.text) for n, each in enumerate(article.blocks))
    )
    for first in islice((passage for passage in texts if passage.text), min(most, 1)):
        yield _cut(first, _Fragment(0, 0, _end(first.text, 0, 0, length)), ())


def _best(body: Sequence[Reading], most: int, length: int, deadline: Deadline) -> Iterator[_Fragment]:
    chosen: list[_Fragment] = []
    seen = 0
    leaves = [reading.leaves for reading in body]
    widths = [reading.narrowest for reading in body]
    for _ in range(most):
        best: _Cluster | None = None
        # What a cluster of each passage is no better than: once the best is better, no later passage needs a look.
        for bound in sorted([(-(each & ~seen).bit_count(), -each.bit_count(), widths[n], n) for n, each in enumerate(leaves)]):
            if best is not None and bound > best:
                break
            deadline.check()
            passage = bound[-1]
            occurrences = body[passage].occurrences
            for first, stop in _free(occurrences, [fragment for fragment in chosen if fragment.passage == passage]):
                cluster = _best_cluster(passage, occurrences, first, stop, seen, length)
                best = min(filter(None, (best, cluster)), default=None)
        if best is None:
            return
        occurrences = body[best.passage].occurrences
        fragment = _around(body[best.passage].passage.text, best, occurrences, chosen, length)
        chosen.append(fragment)
        for _, _, leaf in occurrences[best.first : best.last + 1]:
            seen |= 1 << leaf
        yield fragment


def _free(occurrences: Sequence[Occurrence], taken: Sequence[_Fragment]) -> Iterator[tuple[int, int]]:
    """Yield the index ranges of occurrences between the fragments taken from their passage."""
    first = 0
    for fragment in sorted(taken, key=lambda fragment: fragment.start):
        yield first, bisect_left(occurrences, fragment.start, key=lambda occurrence: occurrence.start)
        first = bisect_left(occurrences, fragment.end, key=lambda occurrence: occurrence.start)
    yield first, len(occurrences)


def _best_cluster(
    passage: int, occurrences: Sequence[Occurrence], first: int, stop: int, seen: int, length: int
) -> _Cluster | None:
    """Return the best cluster of occurrences from index `first` to before `stop`; None if there are none.

    For each occurrence the narrowest is tried that ends with it and lacks no leaf which a wider one would have.
    """
    counts: dict[int, int] = {}
    unseen = 0
    best: tuple[int, int, int, int, int, int] | None = None
    for last in range(first, stop):
        _, end, leaf = occurrences[last]
        if leaf not in counts:
            counts[leaf] = 1
            unseen += not seen >> leaf & 1
        else:
            counts[leaf] += 1
        start, _, leaf = occurrences[first]
        while first < last:
            if counts[leaf] == 1:
                if end - start <= length:
                    break
                unseen -= not seen >> leaf & 1
                del counts[leaf]
            else:
                counts[leaf] -= 1
            first += 1
            start, _, leaf = occurrences[first]
        found = (-unseen, -len(counts), end - start, passage, first, last)
        if best is None or found < best:
            best = found
    return _Cluster(*best) if best else None


def _around(
    text: str, cluster: _Cluster, occurrences: Sequence[Occurrence], chosen: Sequence[_Fragment], length: int
) -> _Fragment:
    """Return the fragment that shows a cluster with what stands around it, clear of the fragments chosen before."""
    core_start = occurrences[cluster.first].start
    neighbours = [fragment for fragment in chosen if fragment.passage == cluster.passage]
    low = max((fragment.end for fragment in neighbours if fragment.end <= core_start), default=0)
    high = min((fragment.start for fragment in neighbours if fragment.start > core_start), default=len(text))
    core_end = min(high, max(occurrence.end for occurrence in occurrences[cluster.first : cluster.last + 1]))
    if core_end - core_start > length:  # a long phrase
        return _Fragment(cluster.passage, core_start, _end(text, core_start, core_start, length, high))
    start = _start(text, low, core_start, core_end, length)
    end = _end(text, start, core_end, length, high)
    if end - start < length // 2:  # a short sentence: more of what precedes it
        start = _start(text, low, start, end, length, fill=True)
    return _Fragment(cluster.passage, start, end)


def _start(text: str, low: int, core_start: int, core_end: int, length: int, *, fill: bool = False) -> int:
    """Return where to begin to show a core: with its sentence (`fill`: with as many as fit before it), else with a word."""
    furthest = max(low, core_end - length)
    borders = [match.end() + 1 for match in _SENTENCE_END.finditer(text, furthest, core_start)]
    if furthest == low:
        borders.insert(0, low)
    if fill:
        borders = [border for border in borders[:1] if border < core_start]
    if borders:
        return borders[-1]
    if not fill:  # the sentence began long before: keep two thirds of the room for what follows
        furthest = core_start - (core_start - furthest) // 3
    space = text.find(" ", max(furthest - 1, 0), core_start)
    return core_start if space < 0 else space + 1


def _end(text: str, start: int, core_end: int, length: int, high: int | None = None) -> int:
    """Return where to end a fragment that begins at `start` and shows what stands before `core_end`."""
    high = len(text) if high is None else high
    limit = start + length
    if limit >= high:
        return high
    borders = [match.end() for match in _SENTENCE_END.finditer(text, max(core_end - 1, start), limit + 1) if match.end() <= limit]
    if borders and borders[-1] - start >= length // 2:
        return borders[-1]
    space = text.rfind(" ", max(core_end, start + 1), limit + 1)
    if space >= 0:
        return space
    return next((end for end in range(limit, max(core_end - 1, start), -1) if not _is_within_syllable(text, end)), limit)


def _is_within_syllable(text: str, place: int) -> bool:
    return all(letter.isalnum() or unicodedata.combining(letter) for letter in text[place - 1 : place + 1])


def _cut(passage: Passage, fragment: _Fragment, occurrences: Sequence[Occurrence]) -> Snippet:
    text = passage.text[fragment.start : fragment.end]
    start = fragment.start + len(text) - len(text.lstrip())
    text = text.strip()
    if start + len(text) < len(passage.text):
        text = text.rstrip("." + ELLIPSIS) or text  # the ellipsis that follows says it better
    end = start + len(text)
    before = ELLIPSIS if start > 0 else ""
    after = ELLIPSIS if end < len(passage.text) else ""
    shift = len(before) - start
    shown = marked(occurrence for occurrence in occurrences if occurrence.start < end and occurrence.end > start)
    ranges = tuple((max(begin, start) + shift, min(stop, end) + shift) for begin, stop in shown)
    return Snippet(passage.field, before + text + after, ranges)
