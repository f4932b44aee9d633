"""The answer to a search: hits, facets and what can be said about the query, under the names that JSON has for them (web/data/openapi.json)."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from corpus.facet import FACET, FacetName
from language.wording import LANGUAGES, worded

Match: TypeAlias = Literal["exact", "unmarked", "partial"]
Reason: TypeAlias = Literal["marks", "telex", "vni", "spelling", "document", "apart", "anywhere", "prefix", "fewer"]
IngredientName: TypeAlias = Literal["word", "syllable", "pair", "window", "lead", "row", "likeness"]
Relation: TypeAlias = Literal["became", "made_of"]
ObstacleKind: TypeAlias = Literal["text", "exclusion", "days", "facet", "excluded", "marks", "filters"]
SnippetField: TypeAlias = Literal["title", "lead", "heading", "paragraph", "caption"]
Operator: TypeAlias = str
"""What takes a word: "not", "title", "earlier", or the name of a facet."""
Values: TypeAlias = tuple[tuple[str, str | int], ...]

_LATE = ("too_slow", "late_snippets", "late_help")  # codes of problems


@dataclass(frozen=True)
class Snippet:
    """A fragment of an article and the ranges of it that match: sorted, disjoint, in bounds, in code points of `text`."""

    field: SnippetField
    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Copy:
    """Another article found with the text of a hit; `published` is ISO 8601 or None."""

    id: str
    permalink: str
    title: str
    source: str
    published: str | None


@dataclass(frozen=True)
class EarlierVersion:
    """A version of a hit, archived at `archived_at` (ISO 8601), that has what was asked of earlier ones and the present one lacks.

    `change` is its number, `permalink` its own, and `snippets` show where it has that.
    """

    change: int
    archived_at: str
    permalink: str
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True)
class Ingredient:
    """What one ingredient of the ranking gave a hit: its name, the part of the query that it is of ("" of likeness to the first few), and how much."""

    name: IngredientName
    of: str
    value: float


@dataclass(frozen=True)
class Hit:
    """One article found. `missing` are the typed syllables a partial match lacks; `published` is ISO 8601 or None.

    `earlier` are versions of it that have what was asked of such; `gone` since when it is no longer at its address (ISO 8601), None if it is.

    It stands for `copies_total` more of the articles found, which have nearly the same text; the oldest of them are `copies`.
    `explanation`, where it is asked for, is what the score is the sum of, but for rounding: in the order of the formula, nothing that gave nothing.
    """

    id: str
    permalink: str
    url: str
    title: str
    source: str
    section: str
    published: str | None
    tags: tuple[str, ...]
    score: float
    match: Match
    missing: tuple[str, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    copies: tuple[Copy, ...] = ()
    copies_total: int = 0
    earlier: tuple[EarlierVersion, ...] = ()
    gone: str | None = None
    explanation: tuple[Ingredient, ...] = ()


@dataclass(frozen=True)
class FacetValue:
    """A facet value, the label to show, and how many hits a click on it shows; on a chosen or excluded one it lets that go."""

    value: str
    label: str
    count: int
    selected: bool = False
    excluded: bool = False


@dataclass(frozen=True)
class NearValue:
    """A value that may have been meant by an unknown one: with it in the place of that, the search has `query` and finds `count` articles."""

    value: str
    label: str
    count: int
    query: str


@dataclass(frozen=True)
class UnknownValue:
    """A value of a facet as typed that no article has, or part of the names of several sources: typed[start:end] of the query, or chosen beside it.

    `place` says where it stands: in the query, among the values chosen, or among those excluded. `nearest` are those most like it.
    """

    facet: FacetName
    typed: str
    place: Literal["query", "selected", "excluded"]
    start: int
    end: int
    nearest: tuple[NearValue, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """Another query that may have been meant, and the number of articles it finds.

    `reason`: marks that were left out are put back, raw Telex or VNI keys are decoded, or wrong marks and slips are put right. Where nothing was
    found also: the nearest number of a document, a phrase whose syllables may stand apart, the whole text where the title was asked, a shorter
    beginning, or the query without as few parts as must go.
    """

    query: str
    total: int
    reason: Reason


@dataclass(frozen=True)
class OnlyEarlier:
    """The query asked of earlier versions, and the number of articles that had in one what they have no more."""

    query: str
    total: int


@dataclass(frozen=True)
class PlaceThroughTime:
    """What a place named in the query is part of today ("became") or was made of ("made_of"): `other`, and the query with that in its place.

    `name` is the place named, `total` how many articles the query finds.
    """

    name: str
    other: str
    relation: Relation
    query: str
    total: int


@dataclass(frozen=True)
class Obstacle:
    """What stands in the way of a search that no article answers as a whole: a part of the query, typed[start:end], or what narrows it.

    `kind` of a part of the query: "text" that is asked for, an "exclusion", or "days" or a value of a `facet` typed in it. Of what narrows it
    (`end` is 0): "days", the values of a `facet` chosen or "excluded", the switch for "marks", or only all "filters" together. `alone` articles
    have the part, or what is excluded, under the same filters (if none has, in the whole archive), or meet the filter by itself. `without` articles are what the search shows without
    it, 0 if that does not help; its query is `query`, "" where that is all of it or the query is not in the way.
    """

    part: str
    start: int
    end: int
    alone: int
    without: int
    query: str
    kind: ObstacleKind = "text"
    facet: FacetName | None = None


@dataclass(frozen=True)
class Nearby:
    """A value of a facet that is called like something in the query, and how many articles of the archive have it."""

    facet: FacetName
    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Headline:
    """An article in a list: its id, permalink, title and paper, when it was published (ISO 8601, None if it is not said), and its change number."""

    id: str
    permalink: str
    title: str
    source: str
    published: str | None
    change: int


@dataclass(frozen=True)
class Coverage:
    """What an archive covers: how many articles, from which day to which (ISO; None if none is dated)."""

    articles: int
    first_published: str | None
    last_published: str | None


@dataclass(frozen=True)
class Problem:
    """A part of the query that was not understood as typed: its span in the query, what is the matter, and the values to say it with.

    `code` is a key of messages/<language>.json, where the sentence for the reader stands.
    """

    start: int
    end: int
    code: str
    values: Values = ()

    def in_words(self, language: str) -> str:
        """Return one sentence for the reader in a language of the interface ("vi", "en")."""
        return worded("searcher", language, self.code, dict(self.values))


@dataclass(frozen=True)
class Expansion:
    """A part of the query as typed and another form that means the same; `on` if articles with that form are found too."""

    typed: str
    expansion: str
    on: bool = True


@dataclass(frozen=True)
class Bound:
    """The word that an operator or a field of the query binds: query[start:end] is all of it, `text` the word.

    `operator` is the field that is asked for it, and `excluded` says that it must not stand there; without a field it is "not", always excluded.
    """

    start: int
    end: int
    operator: Operator
    excluded: bool
    text: str

    def in_words(self, language: str) -> str:
        """Return what is asked of the word, as it stands before it: "không có:", "title has:"."""
        if self.operator in FACET:
            name = FACET[self.operator].fields[0 if language == LANGUAGES[0] else -1].replace("-", " ")
            return worded("searcher", language, "bound_not_value" if self.excluded else "bound_value", {"name": name})
        key = {
            "not": "bound_not",
            "title": "bound_not_title" if self.excluded else "bound_title",
            "earlier": "bound_not_earlier" if self.excluded else "bound_earlier",
        }[self.operator]
        return worded("searcher", language, key, {})


@dataclass(frozen=True)
class ResultPage:
    """One page of hits, the exact total, and the facet values of all articles found, each with the total that a click on it gives.

    `total` articles match in full, `unmarked` of them only in texts that are written without marks; facets and `first_published` to
    `last_published` (ISO days) are of these. In the order of relevance `near` more, which have most of the query, are among the hits
    where too few have all of it. `start` hits come before the first of these, and on all pages there are `groups`: fewer than total and near where copies
    are folded; `expansions` are the abbreviations of the query, or their expansions.
    `only_earlier`, where little was found, is the same asked of earlier versions of articles, if any has it. `places` are what places named in the query became or were made of.
    Where few articles match in full, `wider` are those parts and filters without which more do; where few or none do, `nearby` are the values called
    like something in the query, and `nearby_newest`, where nothing is shown at all, the newest articles of these. `bound` is what the operators and fields of the query bind. `suggestions` are the best of the other queries `tried`; `obstacles`, where no article has every part, are what stands in the way, that which
    helps most when dropped first, and `archive` is then what the archive covers. `months` says how many hits each month has, whatever months are chosen, and `anytime` how many there are
    without days and months; `unknown` are the facet values asked for that the archive does not have.
    """

    query: str
    total: int
    near: int
    page: int
    size: int
    took_ms: float
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    suggestions: tuple[Suggestion, ...] = ()
    problems: tuple[Problem, ...] = ()
    first_published: str | None = None
    last_published: str | None = None
    unmarked: int = 0
    expansions: tuple[Expansion, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    tried: tuple[Suggestion, ...] = ()
    start: int = 0
    groups: int = 0
    months: tuple[FacetValue, ...] = ()
    anytime: int = 0
    unknown: tuple[UnknownValue, ...] = ()
    bound: tuple[Bound, ...] = ()
    archive: Coverage | None = None
    only_earlier: OnlyEarlier | None = None
    places: tuple[PlaceThroughTime, ...] = ()
    wider: tuple[Obstacle, ...] = ()
    nearby: tuple[Nearby, ...] = ()
    nearby_newest: tuple[Headline, ...] = ()

    @property
    def years(self) -> tuple[tuple[int, int], ...]:
        """The years in which the hits were published, ascending, with how many; undated hits are in none."""
        counts: Counter[int] = Counter()
        for month in self.months:
            counts[int(month.value[:4])] += month.count
        return tuple(sorted((year, count) for year, count in counts.items() if count))

    @property
    def cut(self) -> bool:
        """Whether the search was stopped because it took too long: then its zero is no count."""
        return any(problem.code == "too_slow" for problem in self.problems)

    @property
    def is_whole(self) -> bool:
        """Whether there was time for everything: else the hits, their snippets or the help beside them are not what they might be."""
        return not any(problem.code in _LATE for problem in self.problems)

    def as_json(self, language: str = LANGUAGES[0], base: str = "") -> dict[str, Any]:
        """Return the object that the API and `--json` give, ready for json.dumps.

        Problems are worded in `language`; `base`, the address of the site, stands before permalinks.
        """
        problems = [
            {"start": problem.start, "end": problem.end, "code": problem.code, "message": problem.in_words(language)}
            for problem in self.problems
        ]
        answer = asdict(self)
        hits = answer["hits"]
        for cited in (*hits, *(other for hit in hits for other in (*hit["copies"], *hit["earlier"])), *answer["nearby_newest"]):
            cited["permalink"] = base + cited["permalink"]
        return {**answer, "problems": problems}
