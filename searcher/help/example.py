"""A commit of the index -> queries that show what can be asked, made of what this archive is about and each found to find something.

Which they are depends on nothing but the articles. What the archive has nothing of (no tags, no dates, no articles) has no example.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Literal, TypeAlias

import numpy as np

from corpus.facet import FacetName
from corpus.permalink import slug
from index.schema import TEXT_FIELDS, words_field
from language.normalizer import BARE, is_marked
from searcher.match.collection import Collection, once_a_commit
from searcher.meaning.interpretation import interpret
from searcher.query.tree import Node
from searcher.request import SearchRequest

Kind: TypeAlias = Literal[
    "unmarked",
    "marked",
    "phrase",
    "near",
    "either",
    "not",
    "prefix",
    "title",
    "tag",
    "source",
    "author",
    "document",
    "days",
    "recent",
]
Parts: TypeAlias = tuple[str, ...]

WRITTEN: dict[Kind, str] = {
    "unmarked": "{}",
    "phrase": '"{}"',
    "recent": "{} from:{}",
    "marked": "{}",
    "near": '"{} {}"~5',
    "either": "{} OR {}",
    "not": '{} -"{}"',
    "prefix": "{}*",
    "title": 'title:"{}"',
    "tag": "#{}",
    "source": 'source:"{}"',
    "author": 'author:"{}"',
    "document": 'document:"{}"',
    "days": "{} from:{} to:{}",
}
"""How each kind of example is asked, with places for its parts. Pages show operators and fields in their own language."""
_WORDS = 24
_TRIED = 12  # of one kind
_LONGEST_WORD = 32  # bytes
_LONGEST_LABEL = 40  # characters


@dataclass(frozen=True)
class Example:
    """A query that finds articles: `total` of them. `kind` is what it shows, `parts` fill its place in WRITTEN."""

    kind: Kind
    parts: Parts
    total: int


def choose_examples(collection: Collection, total_of: Callable[[SearchRequest, Node], int]) -> tuple[Example, ...]:
    """Return an example of each kind of query that finds something in this archive. Raises DeadlineExceeded.

    `total_of` says how many articles match a request in full, if that is what it means.
    """
    return tuple(_Choice(collection, total_of).examples())


@once_a_commit
def _totals(_: Collection) -> dict[str, int]:
    return {}


class _Choice:
    """Tries queries; what one found is remembered with the collection, so that a choice cut off by its deadline goes on next time."""

    def __init__(self, collection: Collection, total_of: Callable[[SearchRequest, Node], int]) -> None:
        self._collection = collection
        self._total_of = total_of
        self._totals = _totals(collection)
        self._tags = [_typed(label) for label in _labels(collection, "tag")]
        self._words = list(islice(_words(collection), _WORDS))
        self._used: set[str] = set()

    def examples(self) -> Iterator[Example]:
        tries: dict[Kind, Callable[[], Iterable[Parts]]] = {
            "unmarked": self._unmarked,
            "phrase": lambda: ((word,) for word in self._fresh() if " " in word),
            "recent": self._recent,
            "marked": lambda: ((word,) for word in self._fresh() if is_marked(word)),
            "near": self._near,
            "either": self._either,
            "not": self._not,
            "prefix": self._prefix,
            "title": lambda: ((word,) for word in self._fresh()),
            "tag": lambda: ((tag,) for tag in self._tags),
            "source": lambda: self._named("source"),
            "author": lambda: self._named("author"),
            "document": lambda: self._named("document"),
            "days": self._days,
        }
        for kind, candidates in tries.items():
            for parts in islice(candidates(), _TRIED):
                total = self._total(WRITTEN[kind].format(*parts))
                if total:
                    self._used.update(parts)
                    yield Example(kind, parts, total)
                    break

    def _total(self, query: str) -> int:
        """Return how many articles have all of a query, 0 if it is not understood as it is written."""
        if query not in self._totals:
            request = SearchRequest(query, near=False)
            reading = interpret(self._collection, request)
            self._totals[query] = 0 if reading.problems else self._total_of(request, reading.node)
        return self._totals[query]

    def _fresh(self) -> list[str]:
        """Return the words to make examples of, those first that no example has used yet."""
        return sorted(self._words, key=lambda word: word in self._used)

    def _named(self, facet: FacetName) -> Iterator[Parts]:
        return ((label,) for label in _labels(self._collection, facet))

    def _unmarked(self) -> Iterator[Parts]:
        for word in sorted(self._fresh(), key=lambda word: not is_marked(word)):
            self._used.add(word)
            yield (slug(word).replace("-", " "),)

    def _recent(self) -> Iterator[Parts]:
        """Yield a tag (a word, where there are no tags) and a year: the latest years first, in each the tags not yet used."""
        named = [("#" + tag, tag.replace("_", " ")) for tag in self._tags] or [(word, word) for word in self._words]
        fresh = sorted(named, key=lambda each: each[1] in self._used)
        return ((text, year) for year in self._years()[-3:][::-1] for text, _ in fresh[:4])

    def _near(self) -> Iterator[Parts]:
        yield from islice(combinations(self._words, 2), _TRIED // 2)
        ends = ((word.split()[0], word.split()[-1]) for word in self._words)  # a word may be one syllable
        yield from ((first, last) for first, last in ends if first != last)

    def _either(self) -> Iterator[Parts]:
        for first, second in combinations(self._fresh(), 2):
            if self._total(f"{first} OR {second}") > max(self._total(first), self._total(second)):
                yield first, second

    def _not(self) -> Iterator[Parts]:
        for first, second in islice(combinations(self._fresh(), 2), _TRIED):
            if 0 < self._total(WRITTEN["not"].format(first, second)) < self._total(first):
                yield first, second

    def _prefix(self) -> Iterator[Parts]:
        for syllable in dict.fromkeys(word.split()[0] for word in self._fresh()):
            beginning = syllable[: min(3, max(2, len(syllable) - 1))]
            if beginning.isalpha() and self._total(f"{beginning}*") > self._total(f'"{beginning}"'):
                yield (beginning,)

    def _days(self) -> Iterator[Parts]:
        """Yield a word and days, the latest first: the last months of a year and the next year, else the rest of a year."""
        months = [(int(month[:4]), int(month[5:])) for month in self._months()]
        ends = {year: month for year, month in months[::-1] if month >= 7 and (year, 12) < months[-1]}
        spans = [(f"{month}/{year}", str(year + 1)) for year, month in ends.items()]
        spans += [(f"{month}/{year}", str(year)) for year, month in months[::-1]]
        return ((word, *span) for span in spans for word in self._fresh()[:4])

    def _months(self) -> list[str]:
        table = self._collection.facet("month")
        return [month for month, total in zip(table.keys, table.totals.tolist(), strict=True) if total]

    def _years(self) -> list[str]:
        return list(dict.fromkeys(month[:4] for month in self._months()))


def _labels(collection: Collection, facet: FacetName) -> list[str]:
    """Return the labels of a facet that can stand in a query as they are, those of most articles first."""
    table = collection.facet(facet)
    order = np.lexsort((np.arange(table.totals.size), -table.totals))
    labels = (table.labels[place] for place in order.tolist() if table.totals[place])
    return [label for label in labels if len(label) <= _LONGEST_LABEL and not set(label) & set('"“”„‟＂«»')]


def _typed(label: str) -> str:
    """Return a tag's label as it is typed: nông_thôn_mới."""
    return "_".join(re.findall(r"\w+", label))


def _words(collection: Collection) -> Iterator[str]:
    """Yield words that the archive is about, none twice: tags of several syllables, compounds of titles, then syllables."""
    tags = [label for label in _labels(collection, "tag") if re.fullmatch(r"[^\W\d_]+(?: [^\W\d_]+)+", label)]
    yield from tags
    known = {tag.casefold() for tag in tags}
    compounds = (form.replace("_", " ") for form in _title_terms(collection, words_field) if "_" in form)
    yield from (word for word in compounds if word.replace(" ", "").isalpha() and word not in known)
    syllables = (form.removeprefix(BARE) for form in _title_terms(collection, str))  # texts without marks have no compounds
    yield from (syllable for syllable in dict.fromkeys(syllables) if syllable.isalpha() and len(syllable) > 1)


def _title_terms(collection: Collection, field_of: Callable[[str], str]) -> list[str]:
    """Return the terms of titles, those first that many titles have without as many texts having them (`có thể` is in any)."""
    (forms, counts), (others, elsewhere) = (collection.short_terms([field_of(field)], _LONGEST_WORD) for field in TEXT_FIELDS)
    at = np.minimum(np.searchsorted(others, forms), max(others.size - 1, 0))
    in_texts = np.where(others[at] == forms, elsewhere[at], 0) if others.size else np.zeros_like(counts)
    order = np.lexsort((forms, -counts * counts / np.maximum(counts, in_texts)))
    return [form.decode() for form in forms[order].tolist()]
