"""The beginning of a query -> what it may become: tags, words and names the archive uses often, titles.

The last syllable may be incomplete, and a completion may begin anywhere in what was typed: `trường thpt đạt ch` is completed by `đạt chuẩn`.
Typed with or without marks, by the marks rule; but in words and phrases, which the archive writes with their marks, those typed stand.
The tables are made of the index's own dictionaries at the first need after a commit (searcher.help.phrase_table); a text is never
read for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal, TypeAlias

from corpus.article import Heading
from language.analyzer import Token, syllables, tokens
from language.normalizer import stripped
from searcher.deadline import Deadline
from searcher.help.matching import TotalsOf
from searcher.help.phrase_table import LONGEST_PHRASE, Phrases, phrases
from searcher.match.collection import Collection, once_a_commit
from searcher.query.acceptance import acceptance, beginning, may_lack_marks
from searcher.query.tree import And, Node, Prefix, Term
from searcher.request import SearchRequest

Kind: TypeAlias = Literal["tag", "phrase", "title"]

MOST = 8
MOST_TAGS, MOST_TITLES = 3, 3
TITLES_LOOKED_AT = 20
LONGEST = 200
"""Characters: what is longer is no beginning of a query."""
_LOOKED_AT = 40  # phrases with the beginning typed, the most frequent
_COUNTED = 5
_COUNTS_KEPT = 4096


@dataclass(frozen=True)
class Completion:
    """A text that a query may become. `count`: the hits a search for it shows (tags, phrases); `permalink`: the article (titles)."""

    text: str
    kind: Kind
    count: int | None = None
    permalink: str | None = None


@dataclass(frozen=True)
class _Typed:
    """What was typed: its terms. If it is `open`, it ends within a syllable, which may go on."""

    text: str
    terms: tuple[Token, ...]
    open: bool

    def node(self, token: Token, *, title_only: bool = False) -> Term | Prefix:
        text = self.text[token.start : token.end]
        if self.open and token is self.terms[-1]:
            return Prefix(*beginning(text), text, title_only)
        return Term(token.exact, token.stripped, text, title_only, any_marks=may_lack_marks(token.exact))


def read_beginning(text: str) -> _Typed:
    """Return what was typed as terms; it is `open` if it ends within a syllable."""
    found = tuple(syllables(tokens(text)))
    return _Typed(text, found, bool(found) and found[-1].end == len(text))


def complete_tags(collection: Collection, text: str, deadline: Deadline) -> list[Completion]:
    """Return the most frequent tags that begin as typed, or a later word of which does."""
    typed = read_beginning(text.lstrip("#").replace("_", " "))
    if not typed.terms:
        return []
    labels, bare, counts = _tags(collection)
    key = " ".join(token.stripped for token in typed.terms)
    within = " " + key
    found = [number for number, label in enumerate(bare) if within in label and counts[number]]
    found.sort(key=lambda number: (not bare[number].startswith(within), -counts[number], number))
    fitting = (number for number in deadline.each(found) if _fits(labels[number], typed, len(typed.terms)))
    return [Completion(labels[number], "tag", counts[number]) for number, _ in zip(fitting, range(MOST_TAGS), strict=False)]


def complete_phrases(collection: Collection, text: str, totals_of: TotalsOf) -> list[Completion]:
    """Return what was typed with its last terms completed to phrases of the archive, each counted, in the order of _wholes."""
    wholes = list(islice((whole for whole in _wholes(phrases(collection), text) if whole != text.strip()), _COUNTED))
    counted = zip(wholes, _hits(collection, wholes, totals_of), strict=True)
    return [Completion(whole, "phrase", count) for whole, count in counted if count]


def _wholes(known: Phrases, text: str) -> Iterator[str]:
    """Yield `text` with its last terms completed to a phrase: of most terms first, then the most frequent; no text twice."""
    typed = read_beginning(text)
    seen: set[str] = set()
    # The last syllable by itself says little once others stand before it: `nong tho` is not on its way to `nong thông qua`.
    shortest = 1 if len(typed.terms) == 1 else 2
    for size in range(min(LONGEST_PHRASE, len(typed.terms)), shortest - 1, -1):
        last = typed.terms[-size:]
        before = "".join(token.stripped + "_" for token in last[:-1])
        # `ki` begins `kinh tế`, and is all of `kĩ thuật`, which is kept under y.
        ends = {typed.node(last[-1]).stripped, last[-1].stripped + "_"} if typed.open else {last[-1].stripped + "_"}
        for form in chain.from_iterable(known.beginning_with(before + end, most=_LOOKED_AT) for end in sorted(ends)):
            phrase = form.replace("_", " ")
            whole = text[: last[0].start] + phrase
            if whole not in seen and _fits(phrase, typed, size, as_typed=True):
                seen.add(whole)
                yield whole


def in_title(text: str) -> Node | None:
    """Return what articles have that have all that was typed in the title, marks left out or not; None if nothing was typed.

    Of the newest of them, TITLES_LOOKED_AT, `in_a_row_first` chooses.
    """
    typed = read_beginning(text)
    return And(tuple(typed.node(token, title_only=True) for token in typed.terms)) if typed.terms else None


def in_a_row_first(text: str, headings: Sequence[Heading]) -> list[Heading]:
    """Return at most MOST_TITLES of headings with all that was typed: those first that have it in a row, else in their order."""
    typed = read_beginning(text)
    fitting = (heading for heading in headings if _fits(heading.title, typed, len(typed.terms)))
    first = list(islice(fitting, MOST_TITLES))
    return [*first, *(heading for heading in headings if heading not in first)][:MOST_TITLES]


def _fits(text: str, typed: _Typed, size: int, *, as_typed: bool = False) -> bool:
    """Say whether the last `size` terms typed are accepted, in a row, by some syllables of a text; `as_typed`: with the marks typed."""
    there = tokens(text)
    nodes = map(typed.node, typed.terms[-size:])
    wanted = [acceptance(node, exact_marks=as_typed and node.exact != node.stripped) for node in nodes]
    return any(
        all(each.admits(token.exact, token.stripped) for each, token in zip(wanted, there[start:], strict=False))
        for start in range(len(there) - size + 1)
    )


def _hits(collection: Collection, queries: Sequence[str], totals_of: TotalsOf) -> list[int]:
    """Return the totals that searches for `queries` show, remembered; 0 if no article has all of one."""
    remembered = _totals(collection)
    known = {query: remembered[query] for query in queries if query in remembered}
    asked = [query for query in queries if query not in known]
    found = dict(zip(asked, totals_of([SearchRequest(query, near=False) for query in asked]), strict=True)) if asked else {}
    if len(remembered) + len(found) > _COUNTS_KEPT:
        remembered.clear()
    remembered.update(found)
    known.update(found)
    return [known[query] for query in queries]


@once_a_commit
def _totals(_: Collection) -> dict[str, int]:
    return {}


@once_a_commit
def _tags(collection: Collection) -> tuple[list[str], list[str], list[int]]:
    """Return the labels of all tags, their stripped forms with a space before each syllable, and how many articles have each."""
    table = collection.facet("tag")
    bare = ["".join(" " + stripped(token.exact) for token in tokens(label)) for label in table.labels]
    return table.labels, bare, table.totals.tolist()


def arranged(tags: Iterable[Completion], phrases: Iterable[Completion], titles: Sequence[Completion]) -> tuple[Completion, ...]:
    """Return tags, phrases and titles as one list of at most MOST, room kept for each kind, no text twice."""
    ahead: dict[str, Completion] = {}
    for completion in (*tags, *phrases):
        ahead.setdefault(completion.text.casefold(), completion)
    room = MOST - min(len(titles), MOST_TITLES)
    return (*list(ahead.values())[:room], *titles)[:MOST]
