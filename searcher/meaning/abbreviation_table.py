"""A commit of the index and the checked list -> what each abbreviation stands for, and how each expansion is abbreviated.

What the archive's own articles explain (language.abbreviation) is counted in live documents; the list (language/data/abbreviations.tsv) weighs as
much as a few of them, so an archive that means something else prevails. An abbreviation whose senses are many and weak stands for nothing.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.schema import ABBREVIATION_FIELD, BODY, stripped_field
from language.abbreviation import CONNECTIVES, Pair, Sense, listed
from language.normalizer import stripped
from searcher.match.collection import Collection, once_a_commit
from searcher.match.evaluation import distinct
from searcher.query.tree import Term

LISTED_WEIGHT = 10
"""What an entry of the checked list weighs: as much as so many documents that explain it."""
_SHORT = 2  # letters: so short an abbreviation has many senses, so more is asked of the one taken
_SHORT_DOCUMENTS = 3
_CERTAIN, _SHORT_CERTAIN = 0.5, 0.8  # the share of its weight that a sense must have
_VARIANT_SHARE = 0.2  # of the documents of a meaning's most frequent wording, below which another wording is taken for a slip
MOST_FORMS = 3
"""How many other abbreviations, and how many other wordings, are looked for beside one typed form."""
_SMOOTHING = 2.0  # documents as the archive has them on average, added to those of each sense

_SYLLABLE = re.compile(
    "(?:b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|q|r|s|t|th|tr|v|x)?[aeiouy]{1,3}(?:c|ch|m|n|ng|nh|p|t)?"
)


@dataclass(frozen=True)
class Meaning:
    """What one abbreviation stands for: its wordings, the most frequent first, and what speaks for it (documents, list)."""

    abbreviation: str
    senses: tuple[Sense, ...]
    weight: int


def is_syllable(form: str) -> bool:
    """Tell whether an exact form might be an ordinary syllable (`ca`, `bot`), so that only capitals make an abbreviation of it."""
    return _SYLLABLE.fullmatch(stripped(form)) is not None


class Abbreviations:
    """The abbreviations of one collection. Immutable once made: threads may share it."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._listed = {(sense.abbreviation, sense.expansion): sense for sense in listed()}
        weights = self._weights()
        by_abbreviation: dict[str, list[Sense]] = defaultdict(list)
        for sense in sorted(weights, key=lambda sense: (-weights[sense], sense)):
            by_abbreviation[sense.abbreviation].append(sense)
        self._meanings = {name: _meanings(senses, weights) for name, senses in by_abbreviation.items()}
        self._shorter = self._find_shorter(weights)
        self._by_stripped: dict[str, list[str]] = defaultdict(list)
        for form in (*self._meanings, *self._shorter):
            self._by_stripped[_stripped(form)].append(form)
        self._longest: dict[str, int] = {}
        for form in self._by_stripped:
            first, length = form.partition(" ")[0], form.count(" ") + 1
            self._longest[first] = max(length, self._longest.get(first, 0))

    def _weights(self) -> dict[Sense, int]:
        """Return what speaks for each sense: the documents that explain it, and the list."""
        weights = dict.fromkeys(listed(), LISTED_WEIGHT)
        table = self._collection.facet_table(ABBREVIATION_FIELD)
        for term, label, documents in zip(table.keys, table.labels, table.totals.tolist(), strict=True):
            if documents:
                abbreviation, expansion = term.split("\t")
                known = self._listed.get((abbreviation, expansion))
                sense = known or Sense(abbreviation, expansion, Pair(*label.split("\t")))
                weights[sense] = weights.get(sense, 0) + documents
        return weights

    def _find_shorter(self, weights: Mapping[Sense, int]) -> dict[str, tuple[Sense, ...]]:
        """Return the abbreviations to look for beside each expansion, the heaviest first."""
        shorter: dict[str, list[Sense]] = defaultdict(list)
        for meanings in self._meanings.values():
            if (share := meanings[0].weight / sum(each.weight for each in meanings)) >= _CERTAIN:
                for sense in meanings[0].senses:
                    if self._may_be_looked_for(sense, share):
                        shorter[sense.expansion].append(sense)
        return {
            expansion: tuple(sorted(found, key=lambda sense: (-weights[sense], sense))) for expansion, found in shorter.items()
        }

    def _may_be_looked_for(self, sense: Sense, share: float) -> bool:
        """Tell whether articles that write the abbreviation of `sense` may be taken to mean its expansion."""
        if all(map(is_syllable, sense.abbreviation.split())):
            return False
        known = (sense.abbreviation, sense.expansion) in self._listed
        return not _is_short(sense.abbreviation) or (known and share >= _SHORT_CERTAIN)

    def longest(self, syllable: str) -> int:
        """Return how many syllables the longest known form has that begins with a syllable of this stripped form."""
        return self._longest.get(syllable, 0)

    def forms(self, bare: str) -> Sequence[str]:
        """Return the abbreviations and expansions, as keys, whose stripped forms joined by spaces are `bare`."""
        return self._by_stripped.get(bare, ())

    def other_forms(self, form: str, context: Iterable[Term] = ()) -> list[tuple[str, str]]:
        """Return (key, written) of what means the same as the key `form`, best first.

        Of an abbreviation the wordings of its likeliest meaning, given the other terms of the query, and its other abbreviations; of an
        expansion its abbreviations.
        """
        found: dict[str, str] = {}
        if form in self._meanings:
            meaning = self._likeliest(self._meanings[form], list(context))
            for sense in meaning.senses[:MOST_FORMS] if meaning else ():
                found[sense.expansion] = sense.written.expansion
            for expansion in list(found):
                found.update(
                    (sense.abbreviation, sense.written.abbreviation) for sense in self._shorter.get(expansion, ())[:MOST_FORMS]
                )
        found.update((sense.abbreviation, sense.written.abbreviation) for sense in self._shorter.get(form, ())[:MOST_FORMS])
        found.pop(form, None)
        return list(found.items())

    def _likeliest(self, meanings: Sequence[Meaning], context: Sequence[Term]) -> Meaning | None:
        """Return the meaning with the highest posterior (naive Bayes over the documents that explain it), None if it is too uncertain."""
        scores = [math.log(meaning.weight) for meaning in meanings]
        if len(meanings) > 1 and context:
            documents = [self._documents(meaning) for meaning in meanings]
            for term in context:
                common = sum(places.size for places in self._holding(term)) / max(1, self._collection.size)
                for number, own in enumerate(documents):
                    holding = sum(int(np.isin(a, b).sum()) for a, b in zip(own, self._holding(term), strict=True))
                    size = sum(each.size for each in own)
                    scores[number] += math.log((holding + _SMOOTHING * max(common, 1e-4)) / (size + _SMOOTHING))
        best = max(range(len(meanings)), key=lambda number: (scores[number], -number))
        certainty = 1 / sum(math.exp(score - scores[best]) for score in scores)
        meaning = meanings[best]
        if _is_short(meaning.abbreviation):
            return meaning if certainty >= _SHORT_CERTAIN and meaning.weight >= _SHORT_DOCUMENTS else None
        return meaning if certainty >= _CERTAIN else None

    def _documents(self, meaning: Meaning) -> list[np.ndarray]:
        """Return per segment the live documents that explain a meaning."""
        terms = [f"{sense.abbreviation}\t{sense.expansion}".encode() for sense in meaning.senses]
        found = []
        for segment in self._collection.segments:
            postings = segment.field(ABBREVIATION_FIELD)
            ranges = [ordinals for term in terms if (ordinals := postings.terms.found(term))]
            docs = distinct(np.sort(np.concatenate([np.empty(0, np.int64), *(postings.docs(ordinals) for ordinals in ranges)])))
            found.append(docs[segment.live[docs]])
        return found

    def _holding(self, term: Term) -> list[np.ndarray]:
        """Return per segment the documents that hold a term in the body, in any spelling it accepts, roughly: by its stripped form."""
        found = []
        for segment in self._collection.segments:
            postings = segment.field(stripped_field(BODY))
            ordinals = postings.terms.found(term.stripped.encode())
            found.append(postings.docs(ordinals) if ordinals else np.empty(0, np.uint16))
        return found


@once_a_commit
def abbreviations(collection: Collection) -> Abbreviations:
    """Return the abbreviations of a collection."""
    return Abbreviations(collection)


def _meanings(senses: Sequence[Sense], weights: dict[Sense, int]) -> tuple[Meaning, ...]:
    """Put wordings of one meaning together; `senses` of one abbreviation, heaviest first."""
    groups: list[list[Sense]] = []
    for sense in senses:
        group = next((group for group in groups if _means_the_same(group[0].expansion, sense.expansion)), None)
        if group is None:
            groups.append([sense])
        else:
            group.append(sense)
    found = []
    for group in groups:
        kept = [sense for sense in group if weights[sense] >= _VARIANT_SHARE * weights[group[0]]]
        found.append(Meaning(senses[0].abbreviation, tuple(kept), sum(weights[sense] for sense in group)))
    return tuple(sorted(found, key=lambda meaning: -meaning.weight))


def _means_the_same(one: str, other: str) -> bool:
    """Tell whether two expansions of one abbreviation are wordings (or slips) of the same: but for connectives, one syllable of three differs."""
    first, second = ([syllable for syllable in form.split() if syllable not in CONNECTIVES] for form in (one, other))
    if len(first) != len(second):
        return False
    return sum(a != b for a, b in zip(first, second, strict=True)) <= (len(first) >= 3)


def _is_short(abbreviation: str) -> bool:
    return len(abbreviation.replace(" ", "")) <= _SHORT


def _stripped(form: str) -> str:
    return " ".join(map(stripped, form.split()))
