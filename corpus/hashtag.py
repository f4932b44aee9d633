"""Hashtags as papers write them (`#Đời_sống`, `# đời sống`, `#huyện_bình_liê`) -> one label a tag, and the key to find it by.

Invariants: tag_key(tag_key(x)) == tag_key(x), and merge_tags applied to its own result changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from language.normalizer import spelled
from language.text import clean

# Longer labels are sentences that a page put where its tags belong; more tags than these, a page made for robots.
MAX_LABEL = 100
MAX_TAGS = 200
# An article's text, the labels given to it and the places where it has one of them; what lies beyond is looked at by nobody.
_MAX_TEXT = 200_000
_MOST_LABELS = 2_000
_MOST_MATCHES = 1_000

_SYLLABLE = re.compile(r"[^\W_]+")
# What may stand between two syllables of a phrase in running text: "Covid-19", "TP.HCM", "nông thôn mới"; no sentence ends there.
_WITHIN_PHRASE = frozenset(" -–/._&")
# What ends a sentence or opens a new one; the capital after it says nothing about the word.
_SENTENCE_START = re.compile(r"(?:^|[.!?:;…\n•|])[\s\"'“”‘’«(\[*–—-]*$")


class _Syllable(NamedTuple):
    """A syllable of a text: where it stands, case-folded as written, and in the one spelling of its kind."""

    start: int
    end: int
    folded: str
    key: str


def tag_key(label: str) -> str:
    """Return the key under which all spellings of a tag are one: lower case, syllables joined by "_", fit for a url path.

    Marks stay, in one spelling (`hòa bình` and `hoà bình`, `kĩ thuật` and `kỹ thuật` are one). A label without a letter or digit has the key "".
    """
    return "_".join(syllable.key for syllable in _syllables(clean(label)))


def merge_tags(labels: Iterable[str], text: str) -> tuple[str, ...]:
    """Return one label for each tag key in `labels`, in the order of first appearance, without "#" and with spaces for "_".

    The spelling is that of the article's own `text` where it shows one (`quảng_ninh` -> `Quảng Ninh`, `xây_dựng_ntm` ->
    `xây dựng NTM`), else the best-cased of those given. A label of two or more syllables that does not occur in the text, while
    exactly one continuation of its last syllable does, was cut off in the source and is completed (`huyện bình liê` ->
    `huyện Bình Liêu`). Labels without letters or digits, and sentences of more than MAX_LABEL characters, are dropped;
    so is what comes after MAX_TAGS tags. Time is linear in the labels and, for each of at most MAX_TAGS tags, in the text.
    """
    spellings: dict[str, list[str]] = defaultdict(list)
    text = text[:_MAX_TEXT]
    phrases = _Phrases(text)
    for label in dict.fromkeys(islice(labels, _MOST_LABELS)):
        spelling = clean(label.replace("_", " ")).strip("#＃ ,;")
        syllables = list(_syllables(spelling)) if len(spelling) <= MAX_LABEL else []
        if not syllables:
            continue
        if len(spellings) == MAX_TAGS:
            break
        key = tuple(syllable.key for syllable in syllables)
        if text and len(key) > 1 and not phrases.find(key):
            completed = phrases.continuations(key[:-1], syllables[-1].folded)
            if len(completed) == 1 and len("".join(completed.values())) <= MAX_LABEL:
                ((key, spelling),) = completed.items()
        spellings["_".join(key)].append(spelling)
    return tuple(phrases.spelling(key.split("_"), given) for key, given in spellings.items())


class _Phrases:
    """The phrases of one text, found by their syllables' keys."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._syllables: list[_Syllable] = []
        self._keys = ""  # of the syllables, each after a space where a phrase goes on, after a line break where one ends
        self._starts: list[int] = []  # where each of them stands in _keys
        self._read = False
        self._known: dict[tuple[str, ...], list[int]] = {}

    def find(self, key: Sequence[str]) -> list[tuple[int, int]]:
        """Return the spans of `_text` that spell the syllables of `key` in one phrase."""
        return [(self._syllables[i].start, self._syllables[i + len(key) - 1].end) for i in self._matches(key)]

    def continuations(self, key: Sequence[str], cut: str) -> dict[tuple[str, ...], str]:
        """Return key -> spelling of the phrases that go `key`, then a syllable that is longer than `cut` and begins with it."""
        found: dict[tuple[str, ...], str] = {}
        for first in self._matches(key):
            last = first + len(key)
            if last < len(self._syllables) and self._joined(last):
                syllable = self._syllables[last]
                if syllable.folded.startswith(cut) and syllable.folded != cut:
                    found.setdefault((*key, syllable.key), self._text[self._syllables[first].start : syllable.end])
        return found

    def spelling(self, key: Sequence[str], given: Sequence[str]) -> str:
        """Return how the tag is to be shown: as most of the text's occurrences have it, else as the best of `given`."""
        best = max(given, key=_casing)  # the first one among equals
        inside: Counter[str] = Counter()
        opening: Counter[str] = Counter()
        for start, end in self.find(key):
            spelled = self._text[start:end].replace("_", " ")
            if _is_shouted(spelled):
                continue
            if not _SENTENCE_START.search(self._text[max(0, start - 8) : start]):
                inside[spelled] += 1
            elif len(key) > 1 and all(syllable[0].isupper() for syllable in _SYLLABLE.findall(spelled)[:2]):
                opening[spelled] += 1  # "Quảng Ninh luôn…": the second capital vouches for the first
        for counted in (inside, opening):
            for spelled, count in counted.most_common(1):
                if 2 * count <= counted.total():
                    break
                # A label that only adds the capital of a label to the common noun ("Đời sống") was meant so.
                return best if best[1:] == spelled[1:] and best[0].isupper() else spelled
        return best

    def _matches(self, key: Sequence[str]) -> list[int]:
        """Return the numbers of the syllables at which the text has `key` in one phrase, the first _MOST_MATCHES."""
        known = self._known.get(tuple(key))
        if known is None:
            known = self._known[tuple(key)] = list(islice(self._occurrences(" ".join(key)), _MOST_MATCHES))
        return known

    def _occurrences(self, phrase: str) -> Iterator[int]:
        if not self._read:
            self._read_text()
        at = self._keys.find(phrase)
        while at >= 0:
            if self._keys[at - 1] in " \n" and self._keys[at + len(phrase)] in " \n":
                yield bisect_left(self._starts, at)
            at = self._keys.find(phrase, at + 1)

    def _read_text(self) -> None:
        self._read = True
        self._syllables = list(_syllables(self._text))
        pieces, length = [], 0
        for position, syllable in enumerate(self._syllables):
            pieces.append((" " if position and self._joined(position) else "\n") + syllable.key)
            self._starts.append(length + 1)
            length += len(pieces[-1])
        self._keys = "".join((*pieces, "\n"))

    def _joined(self, position: int) -> bool:
        between = self._text[self._syllables[position - 1].end : self._syllables[position].start]
        return between in _WITHIN_PHRASE


def _syllables(text: str) -> Iterator[_Syllable]:
    for match in _SYLLABLE.finditer(text):
        folded = match.group().casefold()
        if not folded.isascii():
            # Case folding can bring in marks of its own ("İ"), which are no letters.
            folded = "".join(_SYLLABLE.findall(unicodedata.normalize("NFC", folded)))
        yield _Syllable(match.start(), match.end(), folded, spelled(folded))


def _casing(spelling: str) -> tuple[int, int, int]:
    """Order spellings of one tag: mixed case above lower case above shouting; then abbreviations (NTM); then more capitals."""
    initials = sum(syllable[0].isupper() for syllable in _SYLLABLE.findall(spelling))
    capitals = sum(letter.isupper() for letter in spelling)
    return (-1 if _is_shouted(spelling) else int(capitals > 0), capitals - initials, initials)


def _is_shouted(spelling: str) -> bool:
    words = [syllable for syllable in _SYLLABLE.findall(spelling) if not syllable.isdigit()]
    return len(words) > 1 and spelling.isupper()
