"""Two engines over one archive, the same searches -> what they answer differently, told with the number of the search; and a table by kind of query."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from tqdm import tqdm
from typist import Stock, searched

from corpus.archive import Archive
from searcher.engine import AWAY, SearchEngine
from searcher.request import SearchRequest

ASPECTS = {
    "totals": ("total", "near", "unmarked", "groups", "start", "page", "size"),
    "facets": ("facets", "anytime", "months", "first_published", "last_published"),
    "help": (
        "suggestions",
        "tried",
        "obstacles",
        "only_earlier",
        "places",
        "unknown",
        "expansions",
        "bound",
        "problems",
        "archive",
    ),
}
ORDER, SCORES, HITS, ELSE = "order", "scores", "hits", "else"
COLUMNS = (*ASPECTS, ORDER, SCORES, HITS, ELSE)
CLOSE = 2e-5
"""By how much of itself a score may differ: they are sums of float32 in another order."""
MOST_READ = 300
"""Articles that are read of all that a search finds."""
Difference = str
TRIES, PAUSE = 30, 2.0
"""How often, and seconds after which, a cluster is asked again that did not answer: a busy machine must not end the run."""


def patiently(ask: Callable[[SearchEngine], Any], engine: SearchEngine) -> Any:
    """Return the answer of an engine, however busy it is."""
    for _ in range(TRIES):
        with suppress(*AWAY):
            return ask(engine)
        time.sleep(PAUSE)
    return ask(engine)


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[Difference]:
    """Yield where two values of JSON differ."""
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        for key in dict.fromkeys((*ours, *theirs)):
            yield from differences(ours.get(key), theirs.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(ours, list | tuple) and isinstance(theirs, list | tuple) and len(ours) == len(theirs):
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, f"{path}[{number}]")
    elif isinstance(ours, float) and isinstance(theirs, float):
        if abs(ours - theirs) > CLOSE * max(1.0, abs(ours)):
            yield f"{path}: {ours} {theirs}"
    elif ours != theirs:
        yield f"{path}: {str(ours)[:300]!r} {str(theirs)[:300]!r}"


@dataclass
class Tally:
    """How often each kind of search was asked, what differed in how many, how many found anything, and seconds of both engines."""

    asked: Counter[str] = field(default_factory=Counter)
    equal: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=lambda: [0.0, 0.0])
    finding: int = 0

    def table(self) -> Iterator[str]:
        """Yield the lines of the table: for each kind how many were asked, and in how many both engines say the same."""
        yield f"{'kind':20} {'asked':>6} " + " ".join(f"{column:>7}" for column in COLUMNS)
        for name in (*sorted(self.asked), "all"):
            counted = [(kind, self.asked[kind]) for kind in self.asked if name in (kind, "all")]
            same = [sum(self.equal[kind, column] for kind, _ in counted) for column in COLUMNS]
            yield f"{name:20} {sum(count for _, count in counted):6} " + " ".join(f"{each:7}" for each in same)


@dataclass(frozen=True)
class Pair:
    """The embedded engine, and one that should answer as it does."""

    ours: SearchEngine
    theirs: SearchEngine

    def both(self, ask: Callable[[SearchEngine], Any]) -> tuple[Any, Any]:
        """Return both answers."""
        return ask(self.ours), patiently(ask, self.theirs)

    def compare(self, request: SearchRequest, chance: random.Random, tally: Tally) -> dict[str, list[Difference]]:
        """Return what differs of one search, by aspect."""
        started = time.perf_counter()
        page = self.ours.search(request)
        between = time.perf_counter()
        other = patiently(lambda engine: engine.search(request), self.theirs)
        tally.seconds[0] += between - started
        tally.seconds[1] += time.perf_counter() - between
        tally.finding += bool(page.hits)
        one, two = page.as_json(), other.as_json()
        found = {
            name: list(differences({key: one[key] for key in keys}, {key: two[key] for key in keys}))
            for name, keys in ASPECTS.items()
        }
        found |= _hits_differ(one["hits"], two["hits"])
        found[ELSE] = [
            f"{name} {each}" for name, ask in _further(request, page.hits, chance) for each in differences(*self.both(ask))
        ]
        return found


def _hits_differ(ours: Sequence[dict[str, Any]], theirs: Sequence[dict[str, Any]]) -> dict[str, list[Difference]]:
    order = [[hit["id"] for hit in hits] for hits in (ours, theirs)]
    scores = [[hit["score"] for hit in hits] for hits in (ours, theirs)]
    others = {hit["id"]: hit for hit in theirs}
    shared = [({**hit, "score": 0}, {**others[hit["id"]], "score": 0}) for hit in ours if hit["id"] in others]
    return {
        ORDER: list(differences(*order, "ids")),
        SCORES: list(differences(*scores, "scores")),
        HITS: [each for one, other in shared for each in differences(one, other, one["id"])],
    }


def _further(
    request: SearchRequest, hits: Sequence[Any], chance: random.Random
) -> Iterator[tuple[str, Callable[[SearchEngine], Any]]]:
    """Yield what else is asked of the search, each of it now and then."""
    if hits and chance.random() < 0.3:
        at = chance.choice(hits).id
        yield "standing", lambda engine: _plain(engine.standing(request, at))
        before = request.page * request.size
        yield "after", lambda engine: [hit.id for hit in engine.search(request, after=(before, hits[-1].id)).hits]
    if chance.random() < 0.2:
        yield (
            "facets",
            lambda engine: {name: [asdict(each) for each in values] for name, values in engine.facets(request).items()},
        )
    if chance.random() < 0.1:
        yield "arrivals", lambda engine: _arrivals(engine, request)
        yield "changed", lambda engine: asdict(engine.changed(request, 10_000))
        yield "find_all", lambda engine: _found(engine, request)


def _plain(standing: Any) -> Any:
    if standing is None:
        return None
    beside = [each.id if each else None for each in (standing.previous, standing.next)]
    return [standing.position, standing.total, beside]


def _arrivals(engine: SearchEngine, request: SearchRequest) -> Any:
    arrivals = engine.arrivals(request, 20)
    return [
        arrivals.total,
        arrivals.more,
        [(each.article.id, each.change, each.archived_at.isoformat()) for each in arrivals.latest],
    ]


def _found(engine: SearchEngine, request: SearchRequest) -> Any:
    found = engine.find_all(request)
    return [len(found), [article.id for article in islice(found, MOST_READ)]]


def of_archive(pair: Pair, stock: Stock, archive: Archive, number: int) -> Iterator[tuple[str, int, list[Difference]]]:
    """Yield what else the engines are asked, how often, and what differs."""
    chance = random.Random(number)
    rows = [" ".join(chance.choice(stock.titles)) for _ in range(number)]
    beginnings = [row[: chance.randint(2, 24)] for row in rows] + [f"#{row[:3]}" for row in rows[: number // 10]]
    yield "completions", len(beginnings), _each(pair, "complete", beginnings, lambda each: list(map(asdict, each)))
    articles = list(islice(archive.articles(), number // 2))
    yield (
        "related",
        len(articles),
        _each(pair, "related", [(each, 6) for each in articles], lambda found: [each.id for each in found]),
    )
    yield "examples", 1, list(differences(*pair.both(lambda engine: list(map(asdict, engine.examples())))))
    yield "overview", 1, list(differences(*pair.both(lambda engine: {**asdict(engine.overview()), "generation": 0})))
    yield "coverage", 1, list(differences(*pair.both(lambda engine: asdict(engine.coverage()))))
    yield (
        "in order of id",
        1,
        list(differences(*pair.both(lambda engine: [each.article_id for each in engine.in_order_of_id(100, 3000)]))),
    )


def _each(pair: Pair, method: str, asked: Iterable[Any], plain: Callable[[Any], Any]) -> list[Difference]:
    def ask(engine: SearchEngine, arguments: Any) -> Any:
        return plain(getattr(engine, method)(*(arguments if isinstance(arguments, tuple) else (arguments,))))

    return [
        f"{str(each)[:80]} {what}"
        for each in asked
        for what in differences(*pair.both(lambda engine, each=each: ask(engine, each)))  # type: ignore[misc]
    ]


def run(pair: Pair, archive: Archive, numbers: range, *, about: str) -> int:
    """Ask the searches of these numbers, print what differs and the table; return how many searches differ."""
    stock, tally, differ = Stock.of(pair.ours, archive), Tally(), 0
    for number in tqdm(numbers, desc=about, leave=False, disable=None):
        name, request = searched(stock, number)
        found = pair.compare(request, random.Random(number), tally)
        tally.asked[name] += 1
        for column in COLUMNS:
            tally.equal[name, column] += not found[column]
        different = [each for column in COLUMNS for each in found[column]]
        differ += bool(different)
        if different:
            print(f"DIFFERENT {number} {name}: {request}", *different[:6], sep="\n    ", flush=True)
    print(*tally.table(), sep="\n")
    print(f"{about}: {len(numbers)} searches, {tally.finding} show hits, {differ} differ; ", end="")
    print("{:.0f} and {:.0f} ms a page".format(*(each * 1000 / max(1, len(numbers)) for each in tally.seconds)), flush=True)
    for name, asked, what in of_archive(pair, stock, archive, len(numbers) // 10):
        differ += bool(what)
        print(f"{name:20} {asked:6} {len(what):7} differences", *what[:6], sep="\n    ", flush=True)
    return differ
