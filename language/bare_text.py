"""The texts of one article -> which of them are bare: Vietnamese written without marks, as old e-mails and telegrams are.

In a bare text a syllable without a mark may stand for any; in every other text it is a syllable with the level tone. So the question is asked of
a text, never of a syllable: how many syllables look Vietnamese, how few have marks, and whether chance may have left the marks off.

Invariant: the answer depends on the article's own texts only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from language.memo import Memo
from language.normalizer import exact, is_marked, stripped
from language.syllable import is_syllable, needs_mark

LEAST = 5
"""Syllables that look Vietnamese in a text that is judged by itself; with fewer it goes with the longer texts of its article."""
_MOST_MARKED = 1 / 20
_LEAST_VIETNAMESE = 4 / 5
# Chance may leave every mark off a row of names (`Nha Trang, Kon Tum, Gia Lai`), but not off `de nghi cac xa bao cao`: there `cac` must have one.
# Counted in points; so many are wanted of a text whose article has others with marks.
_POSSIBLE, _NAME, _IMPOSSIBLE = 2, 1, 8
_SURE = 12

_WORD = re.compile(r"[^\W\d_]+")


def bare_texts(texts: Sequence[str], *, between: Callable[[], None] = lambda: None) -> list[bool]:
    """Return which of the texts of one article (title, lead, blocks) are written without marks. Linear in their length.

    A text of LEAST syllables and more is judged by itself, more strictly where its article has texts with marks; a shorter one without any mark
    is as most of the longer ones are. `between` is called before each text is looked through, and may raise to stop the work.
    """
    bare = [False] * len(texts)
    candidates = []
    for number, text in enumerate(texts):
        between()
        if _has_few_marks(text):
            candidates.append(number)
    if not candidates:
        return bare
    wanted = _SURE if any(len(_WORD.findall(texts[n])) >= LEAST for n in set(range(len(texts))) - set(candidates)) else 0
    judged = {}
    for number in candidates:
        between()
        judged[number] = _judged(texts[number])
    for number, (looking, points) in judged.items():
        bare[number] = looking >= LEAST and points >= wanted
    if _are_mostly_bare(texts, bare, judged):
        for number, (looking, _) in judged.items():
            bare[number] = bare[number] or 0 < looking < LEAST
    return bare


def _are_mostly_bare(texts: Sequence[str], bare: Sequence[bool], judged: Collection[int]) -> bool:
    """Are the `bare` of `texts` longer together than those with marks, which are not among the `judged`?"""
    longer = sum(len(text) for text, is_bare in zip(texts, bare, strict=True) if is_bare)
    return longer > sum(len(text) for number, text in enumerate(texts) if number not in judged)


def _has_few_marks(text: str) -> bool:
    """Tell quickly that next to none of the syllables of a text have marks: at most one for each twenty."""
    if text.isascii():
        return True
    if len(text.encode()) - len(text) > len(text) / 10:  # texts with marks have three times as many
        return False
    words = _WORD.findall(text)
    return sum(not word.isascii() and is_marked(exact(word)) for word in words) <= len(words) * _MOST_MARKED


def _judged(text: str) -> tuple[int, int]:
    """Return (how many syllables of a text look Vietnamese, the points that speak for its being bare).

    Both are 0 if more than a fifth of its words is foreign; a capital letter makes a word a name, which is none of these.
    """
    words = _WORD.findall(text)
    shouted = text.upper() == text
    looking = points = foreign = 0
    for number, word in enumerate(words):
        value = _VALUE[word.casefold()]
        name = number > 0 and word[0].isupper() and not shouted
        looking += value > 0
        points += min(value, _NAME) if name and value == _POSSIBLE else value
        foreign += not value and not (word[0].isupper() and not shouted)
    return (looking, points) if looking >= (looking + foreign) * _LEAST_VIETNAMESE else (0, 0)


def _value(word: str) -> int:
    """Return the points that a word gives for its text's being bare; 0 if it has marks or is no Vietnamese syllable."""
    form = stripped(word)
    if is_marked(exact(word)) or not is_syllable(form):
        return 0
    return _IMPOSSIBLE if needs_mark(form) else _POSSIBLE


_VALUE = Memo(_value)
