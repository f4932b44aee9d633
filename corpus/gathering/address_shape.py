"""The addresses of a paper's articles -> what they have in common, and whether another address may be an article's.

Papers number their articles, name them by their titles, or both, each in its own way; a section's address looks otherwise. Where the archive has
enough articles of a paper, their shapes decide; before that, what articles' addresses look like at most papers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from corpus.reading.address import parts_of

_ENOUGH = 5
_RARE = 0.02  # a shape of fewer of a paper's articles is an accident
_EXTENSION = re.compile(r"\.[a-z]{2,5}$", re.I)
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_LONG_NAME = 4  # words


class AddressShapes:
    """What the articles of one paper are addressed like."""

    def __init__(self, urls: Iterable[str] = ()) -> None:
        counts = Counter(shape(url) for url in urls)
        total = sum(counts.values())
        self._known = {one for one, count in counts.items() if count >= max(2, _RARE * total)} if total >= _ENOUGH else set()

    def likely(self, url: str) -> bool:
        """Say whether an address may be an article's."""
        return shape(url) in self._known if self._known else _usual(url)


def shape(url: str) -> tuple[object, ...]:
    """Return what stays of an address when its words and numbers are taken out.

    The ending, whether the name is long, and of each of its numbers how many digits it has, from five on; and which parameters have numbers.
    """
    parts = parts_of(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    name = segments[-1] if segments else ""
    ending = _EXTENSION.search(name)
    stem = name[: ending.start()] if ending else name
    numbers = tuple(min(len(number), 12) // 3 for number in _DIGITS.findall(stem) if len(number) >= 4)[-2:]
    asked = tuple(sorted(part.partition("=")[0] for part in parts.query.split("&") if _DIGITS.search(part)))
    return (
        ending[0].lower() if ending else "",
        len(_WORD.findall(stem)) >= _LONG_NAME,
        numbers,
        asked,
        min(len(segments), 2) > 1,
    )


def _usual(url: str) -> bool:
    """Say whether most papers would give an article this address: a long name, or a number of five digits or more."""
    parts = parts_of(url)
    name = _EXTENSION.sub("", parts.path.rstrip("/")).rpartition("/")[2]
    words = len(_WORD.findall(name))
    number = re.search(r"\d{5,}", name) or re.search(r"=\d{4,}", parts.query)
    return (
        words >= _LONG_NAME
        and (words >= 6 or bool(_DIGITS.search(name)) or bool(_EXTENSION.search(parts.path)))
        or bool(number and words)
    )
