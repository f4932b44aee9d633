"""An archive and a number -> a search of it: queries of every kind that the language has, sorted, narrowed and paged in every way. The same number gives the same search."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import islice

from writing import typed, unmarked, without_marks

from corpus.archive import Archive
from corpus.article import Article
from corpus.facet import FACET, FACET_NAMES, FacetName
from searcher.engine import SearchEngine
from searcher.request import SearchRequest, Sort

SORTS: tuple[Sort, ...] = ("relevance", "relevance", "relevance", "newest", "oldest")
PAGES = (*(1,) * 9, 2, 2, 3, 5, 10, 40)
_MOST_ARTICLES = 2000
_MOST_FREQUENT = 40
_PLACES = ("tiêu-đề", "tieu-de", "title")
_EARLIER = ("bản-cũ", "ban-cu", "earlier")


def kind(make: Callable[[Typist], str]) -> Callable[[Typist], str]:
    """Take a method for a kind of query: its name without the underscore."""
    KINDS[make.__name__.strip("_").replace("_", " ")] = make
    return make


KINDS: dict[str, Callable[[Typist], str]] = {}


@dataclass(frozen=True)
class Stock:
    """What queries are made of: rows of words of an archive's articles, rows that only earlier versions have, the most frequent words, facet values as they are shown, days."""

    titles: Sequence[Sequence[str]]
    texts: Sequence[Sequence[str]]
    lost: Sequence[Sequence[str]]
    frequent: Sequence[str]
    values: dict[FacetName, Sequence[str]]
    days: tuple[date, date]

    @classmethod
    def of(cls, engine: SearchEngine, archive: Archive) -> Stock:
        """Return the stock of an archive, from its first articles, in the order of their changes."""
        changes = [change.number for change in islice(archive.changes(0), _MOST_ARTICLES) if not change.withdrawn]
        articles = list(archive.revisions_at(changes).values())
        earlier = archive.earlier(changes)
        overview = engine.overview()
        first, last = overview.first_published or "2020-01-01", overview.last_published or "2020-01-01"
        texts = _rows(text for article in articles for text in _texts(article))
        counts = Counter(word.lower() for row in texts for word in row if word.isalpha())
        return cls(
            titles=_rows(article.title or article.lead for article in articles),
            texts=texts,
            frequent=[word for word, _ in counts.most_common(_MOST_FREQUENT)],
            lost=_rows(_lost(archive, articles, earlier)) or [["xyzzy"]],
            values={facet: [value.label for value in values] for facet, values in overview.facets.items()},
            days=(date.fromisoformat(first), date.fromisoformat(last)),
        )


def _rows(texts: Iterable[str]) -> list[list[str]]:
    return [row for row in (text.replace('"', " ").split() for text in texts) if len(row) >= 3]


def _texts(article: Article) -> Iterable[str]:
    return (block.text for block in article.blocks)


def _lost(archive: Archive, articles: Sequence[Article], earlier: dict[int, list[int]]) -> Iterable[str]:
    before = [archive.revision(each) for revisions in earlier.values() for each in revisions]
    kept = {text for article in articles for text in _texts(article)}
    return (text for article in before for text in _texts(article) if text not in kept)


@dataclass(frozen=True)
class Typist:
    """Types one query."""

    stock: Stock
    chance: random.Random

    def row(self, fewest: int, most: int, rows: Sequence[Sequence[str]] | None = None) -> list[str]:
        """Return neighbouring words of a title, or of other rows."""
        row = self.chance.choice(self.stock.titles if rows is None else rows)
        size = min(len(row), self.chance.randint(fewest, most))
        start = self.chance.randrange(len(row) - size + 1)
        return list(row[start : start + size])

    def words(self, fewest: int, most: int) -> str:
        """Return neighbouring words of a title, some of them without marks."""
        text = " ".join(self.row(fewest, most))
        return unmarked(text) if self.chance.random() < 0.3 else text

    def value(self, facet: FacetName) -> str:
        """Return a value of a facet as a reader may type it; hardly ever one that no article has."""
        known = self.stock.values.get(facet) or ("xyzzy",)
        value = self.chance.choice(known[:40] if self.chance.random() < 0.7 else known)
        return self.chance.choice((value, value, value.lower(), unmarked(value), value[:-1] if len(value) > 3 else value))

    @cached_property
    def day(self) -> date:
        first, last = self.stock.days
        return first + timedelta(days=self.chance.randrange((last - first).days + 1))

    @kind
    def _with_marks(self) -> str:
        return " ".join(self.row(1, 4))

    @kind
    def _without_marks(self) -> str:
        return unmarked(" ".join(self.row(1, 4)))

    @kind
    def _mixed(self) -> str:
        return " ".join(unmarked(word) if self.chance.random() < 0.5 else word for word in self.row(2, 5))

    @kind
    def _headline(self) -> str:
        return self.words(8, 30)

    @kind
    def _frequent(self) -> str:
        word = self.chance.choice(self.stock.frequent)
        return unmarked(word) if self.chance.random() < 0.3 else word

    @kind
    def _telex(self) -> str:
        row = [word.lower() for word in self.row(1, 3)]
        return " ".join(typed(word, "telex", tone_last=True) if word.isalpha() else word for word in row)

    @kind
    def _phrase(self) -> str:
        return f'"{self.words(2, 5)}"'

    @kind
    def _phrase_of_text(self) -> str:
        return f'"{" ".join(self.row(2, 4, self.stock.texts))}" {self.words(0, 1)}'

    @kind
    def _prefix(self) -> str:
        word = self.row(1, 1)[0]
        return f"{word[: self.chance.randint(1, 5)]}* {self.words(0, 1)}"

    @kind
    def _prefix_of_phrase(self) -> str:
        row = self.row(2, 3)
        return f'"{" ".join(row[:-1])} {row[-1][:2]}*"'

    @kind
    def _near(self) -> str:
        row = self.row(2, 5) if self.chance.random() < 0.5 else self.row(2, 5, self.stock.texts)
        self.chance.shuffle(row)
        return f'"{" ".join(row)}"~{self.chance.randint(0, 12)}'

    @kind
    def _either(self) -> str:
        return f" {self.chance.choice(('OR', 'HOẶC'))} ".join(self.words(1, 3) for _ in range(self.chance.choice((2, 2, 3))))

    @kind
    def _exclusion(self) -> str:
        return f"{self.words(1, 2)} {self.chance.choice(('-', 'NOT ', 'KHÔNG '))}{self.words(1, 2)}"

    @kind
    def _parentheses(self) -> str:
        return f"({self.words(1, 2)} OR {self.words(1, 1)}) {self.words(1, 1)} -({self.words(1, 1)} {self.words(1, 1)})"

    @kind
    def _title(self) -> str:
        return f"{self.chance.choice(_PLACES)}:{self.words(1, 2)} {self.words(0, 1)}"

    @kind
    def _field(self) -> str:
        facet = self.chance.choice(FACET_NAMES)
        sign = self.chance.choice(("", "", "", "-"))
        return f"{sign}{self.chance.choice(FACET[facet].fields)}:{self.value(facet)} {self.words(0, 2)}"

    @kind
    def _hashtag(self) -> str:
        return f"{self.chance.choice(('', '-'))}#{self.value('tag').replace(' ', '_')} {self.words(0, 2)}"

    @kind
    def _document(self) -> str:
        return f"{self.value('document')} {self.words(0, 1)}"

    @kind
    def _days(self) -> str:
        later = self.day + timedelta(days=self.chance.choice((0, 7, 90, 700)))
        return self.chance.choice(
            (
                f"từ:{self.day:%d/%m/%Y} đến:{later:%d/%m/%Y} {self.words(0, 2)}",
                f"từ:{self.day:%Y} {self.words(1, 2)}",
                f"đến:{self.day:%m/%Y} {self.words(1, 2)}",
                f"tháng:{self.day:%Y-%m} {self.words(0, 2)}",
            )
        )

    @kind
    def _earlier_versions(self) -> str:
        lost = " ".join(self.row(1, 3, self.stock.lost))
        asked = self.chance.choice((f'"{lost}"', lost.split()[0], f"({lost})", f'"{lost}"~4'))
        return f"{self.chance.choice(('', '', '-'))}{self.chance.choice(_EARLIER)}:{asked} {self.words(0, 1)}"

    @kind
    def _impossible(self) -> str:
        return (
            f"{self.words(1, 3)} {self.chance.choice(('xyzzy', '-' + self.words(1, 1), '99/2999/NĐ-CP', '#khong_co', 'từ:2090'))}"
        )

    @kind
    def _typos(self) -> str:
        row = self.row(2, 4)
        at = self.chance.randrange(len(row))
        slip = self.chance.choice(
            (lambda word: word + word[-1], lambda word: word[:-1] or word, lambda word: without_marks(word, 0))
        )
        return " ".join([*row[:at], slip(row[at]), *row[at + 1 :]])

    @kind
    def _anything(self) -> str:
        parts = self.chance.sample(sorted(set(KINDS) - {"anything", "headline"}), self.chance.choice((2, 3)))
        return " ".join(KINDS[part](self) for part in parts)

    @kind
    def _nothing(self) -> str:
        return ""

    def narrowed(self, request: SearchRequest) -> SearchRequest:
        """Return the request with values chosen, excluded, widened, and with days."""
        selected = {facet: self._some(facet) for facet in FACET_NAMES if self.chance.random() < self._share(facet, 0.15)}
        excluded = {facet: self._some(facet) for facet in FACET_NAMES if self.chance.random() < self._share(facet, 0.08)}
        widened = frozenset(facet for facet in FACET_NAMES if self.chance.random() < 0.2)
        request = replace(request, selected=selected, excluded=excluded, widened=widened)
        if self.chance.random() < 0.1:
            request = replace(request, first_day=self.day)
        if self.chance.random() < 0.1:
            request = replace(request, last_day=self.day + timedelta(days=self.chance.choice((0, 30, 400))))
        return request

    def _share(self, facet: FacetName, share: float) -> float:
        return share if self.stock.values.get(facet) else share / 10

    def _some(self, facet: FacetName) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.value(facet) for _ in range(self.chance.choice((1, 1, 2, 3)))))


def searched(stock: Stock, number: int) -> tuple[str, SearchRequest]:
    """Return the kind of search `number` and the search."""
    chance = random.Random(number)
    name = sorted(KINDS)[number % len(KINDS)]
    typist = Typist(stock, chance)
    request = SearchRequest(
        " ".join(KINDS[name](typist).split()),
        sort=chance.choice(SORTS),
        exact_marks=chance.random() < 0.1,
        page=chance.choice(PAGES),
        expand=chance.random() < 0.9,
        fold=chance.random() < 0.7,
        near=chance.random() < 0.85,
    )
    return name, typist.narrowed(request) if chance.random() < 0.4 else request
