"""An archive, searched in a cluster by many at once -> each answer that no commit of the time gives, and what was no answer, with its moment.

What an answer should be, the embedded engine says: over an index of its own for each commit, asked when first needed. An answer is right if a commit
gives it that may have been the newest at some moment between question and answer.
"""

from __future__ import annotations

import random
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from archive_maker import EVERYWHERE

from corpus.archive import ARCHIVE_FILE, Archive
from index.cluster.errors import ClusterLate, ClusterUnavailable
from index.writer import update_index
from searcher.deadline import DeadlineExceeded
from searcher.engine import SearchEngine
from searcher.request import SearchRequest
from searcher.result import ResultPage
from searcher.search import Searcher

Kind = Literal[
    "search",
    "after",
    "facets",
    "find_all",
    "arrivals",
    "changed",
    "listing",
    "standing",
    "related",
    "complete",
    "coverage",
]
NO_ANSWER = (ClusterUnavailable, ClusterLate, DeadlineExceeded)
_LATE = ("too_slow", "late_snippets", "late_help")
_SLOW = 30.0  # seconds a search may take: it is the answers that are compared, on a machine that has much else to do


_TRIES = 20


@dataclass(frozen=True)
class Question:
    """What is asked of an engine."""

    kind: Kind
    request: SearchRequest = field(default_factory=SearchRequest, hash=False)
    text: str = ""

    def answer(self, engine: SearchEngine) -> Any:
        """Return what an engine answers, in a form that can be compared. Raises what asking raises, and DeadlineExceeded for a part of an answer."""
        match self.kind:
            case "search":
                return _page(engine.search(self.request))
            case "after":
                first = engine.search(replace(self.request, page=1))
                seen = (len(first.hits), first.hits[-1].id) if first.hits else None
                return _page(first), _page(engine.search(self.request, after=seen))
            case "facets":
                return engine.facets(self.request)
            case "find_all":
                found = engine.find_all(self.request)
                return found.total, [(article.id, article.title) for article in found]
            case "arrivals":
                arrivals = engine.arrivals(self.request, 10)
                return arrivals.total, arrivals.more, [(each.change, each.article.id) for each in arrivals.latest]
            case "changed":
                return engine.changed(self.request, 100)
            case "listing":
                return [(heading.article_id, heading.title) for heading in engine.in_order_of_id(5, 60)]
            case "standing":
                page = engine.search(replace(self.request, size=10))
                return _page(page), engine.standing(self.request, page.hits[3].id) if len(page.hits) > 3 else None
            case "related":
                page = engine.search(self.request)
                article = next(iter(engine.find_all(self.request)), None)
                return _page(page), article and [each.id for each in engine.related(article, 5)]
            case "complete":
                if not (completions := engine.complete(self.text)):
                    raise DeadlineExceeded  # what comes in time is shown
                return completions
            case "coverage":
                return engine.coverage()


def _page(page: ResultPage) -> dict[str, Any]:
    if any(problem.code in _LATE for problem in page.problems):
        raise DeadlineExceeded(page.problems[-1].code)
    told = asdict(page)
    del told["took_ms"]
    for hit in told["hits"]:
        del hit["score"]  # rounded otherwise; the order tells
    return told


def questions(titles: Sequence[str], chance: random.Random, *, steady: bool) -> list[Question]:
    """Return what is asked; of a `steady` archive also what is looked up in the lexicon, which follows a commit a moment later."""
    words = [title.split() for title in titles if len(title.split()) > 5]

    def few(most: int) -> str:
        title = chance.choice(words)
        start = chance.randrange(len(title) - most)
        return " ".join(title[start : start + most])

    everything = SearchRequest(EVERYWHERE, near=False)
    texts = [*(few(2) for _ in range(3)), f'"{few(2)}"', f"{few(1)} OR {few(1)}", f"{few(2)} -{few(1)}", few(3), f'"{few(3)}"~6']
    asked = [Question("search", SearchRequest(text)) for text in texts]
    asked += [
        Question("search", SearchRequest()),
        Question("search", replace(everything, sort="newest", page=3)),
        Question("search", replace(everything, sort="oldest", fold=False, size=50)),
        Question("search", SearchRequest(texts[0], first_day=date(2020, 1, 1), last_day=date(2024, 6, 30), sort="newest")),
        Question("search", SearchRequest(few(1), exact_marks=True, page=2)),
        Question("facets", everything),
        Question("facets", SearchRequest(few(1))),
        Question(
            "find_all", replace(everything, sort="newest")
        ),  # scores of all that differ by less than a float tells are too many
        Question("find_all", SearchRequest(few(1), sort="oldest")),
        Question("arrivals", everything),
        Question("arrivals", SearchRequest(few(1))),
        Question("changed", everything),
        Question("listing"),
        Question("coverage"),
    ]
    if steady:
        asked += [Question("complete", text=few(2)[:-1]), Question("complete", text=few(1)[:2])]
        asked += [Question("search", SearchRequest(few(3)[:-1])), Question("search", SearchRequest(few(2) + " qqxz"))]
        # Each of these asks twice, which is not one answer.
        asked += [Question("after", SearchRequest(few(1))), Question("after", replace(everything, sort="newest", size=20))]
        asked += [Question("standing", SearchRequest(few(1))), Question("related", SearchRequest(few(1)))]
    return asked


class Truth:
    """What the embedded engine answers, by commit: commits are told of before they can be seen."""

    def __init__(self, home: Path, folder: Path) -> None:
        self._home = home
        self._folder = folder
        self._archive = Archive.open(home / ARCHIVE_FILE, read_only=True)
        self._lock = threading.Lock()
        self._searchers: list[Searcher] = []
        self._over: list[float] = []  # when each commit was newest no more
        self._answers = lru_cache(None)(self._answer)

    def announce(self) -> None:
        """Take the archive as it is now for a commit that may be seen from now on."""
        # Anew each time: a label of a facet that only a revised article had stays with its segment.
        update_index(self._home / ARCHIVE_FILE, self._folder / "day", rebuild=True, processes=1)
        kept = self._folder / str(len(self._searchers))
        shutil.copytree(self._folder / "day", kept)
        with self._lock:
            self._searchers.append(Searcher(self._archive, kept, time_limit=10 * _SLOW))
            self._over.append(float("inf"))

    def settle(self) -> None:
        """Take the commit that was announced last for the only one that is seen from now on."""
        with self._lock:
            now = time.monotonic()
            self._over = [min(over, now) for over in self._over[:-1]] + self._over[-1:]

    def is_right(self, question: Question, answer: object, since: float) -> bool:
        """Say whether a commit that was newest at some moment from `since` to now gives this answer."""
        with self._lock:
            possible = [number for number, over in enumerate(self._over) if over >= since]
        return any(self._answers(question, number) == answer for number in reversed(possible))

    def newest(self, question: Question) -> Any:
        """Return the answer of the commit announced last."""
        return self._answers(question, len(self._searchers) - 1)

    def _answer(self, question: Question, number: int) -> Any:
        for _ in range(_TRIES):  # what is completed has little time, on a machine that has much else to do
            try:
                return question.answer(self._searchers[number])
            except DeadlineExceeded:
                continue
        return None


@dataclass(frozen=True)
class Event:
    """What was no answer, or a wrong one: from when to when, and what."""

    began: float
    ended: float
    said: str


@dataclass
class Load:
    """What users ask and how they were answered."""

    engine: SearchEngine
    truth: Truth
    asked: list[Question]
    users: int = 20
    rest: float = 1.0
    answered: Counter[str] = field(default_factory=Counter)
    errors: list[Event] = field(default_factory=list)
    wrong: list[Event] = field(default_factory=list)
    longest: float = 0.0

    def __enter__(self) -> Load:
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(self.users)
        self._users = [self._pool.submit(self._ask_on, random.Random(number)) for number in range(self.users)]
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._pool.shutdown()
        for user in self._users:
            user.result()

    def _ask_on(self, chance: random.Random) -> None:
        while not self._stop.wait(chance.uniform(0, 2 * self.rest)):
            self.ask(chance.choice(self.asked))

    def ask(self, question: Question) -> None:
        """Ask once, and note what came of it."""
        began = time.monotonic()
        said, wrong = "", ""
        try:
            answer = question.answer(self.engine)
        except NO_ANSWER as error:
            reason = getattr(error, "reason", None)
            said = f"{type(error).__name__} {getattr(reason, 'code', '')}: {reason or ''}"
        except Exception as error:  # noqa: BLE001  to be told, and the others go on
            wrong = f"{type(error).__name__}: {error}"
        ended = time.monotonic()
        if not said and not wrong and not self.truth.is_right(question, answer, began):
            wrong = f"{question}: {difference(answer, self.truth.newest(question))}"
        with self._lock:
            self.longest = max(self.longest, ended - began)
            if said:
                self.errors.append(Event(began, ended, said))
            elif wrong:
                self.wrong.append(Event(began, ended, wrong))
            else:
                self.answered[question.kind] += 1


def difference(found: Any, wanted: Any, at: str = "") -> str:
    """Return where two answers differ first."""
    if isinstance(found, dict) and isinstance(wanted, dict) and found.keys() == wanted.keys():
        return next((difference(found[key], wanted[key], f"{at}.{key}") for key in found if found[key] != wanted[key]), "")
    if isinstance(found, (list, tuple)) and isinstance(wanted, (list, tuple)) and len(found) == len(wanted):
        pairs = enumerate(zip(found, wanted, strict=True))
        return next((difference(one, other, f"{at}[{number}]") for number, (one, other) in pairs if one != other), "")
    return f"{at}: {str(found)[:300]} instead of {str(wanted)[:300]}"


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is so; say whether it is."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.25)
    return True
