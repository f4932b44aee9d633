"""The words of an article -> its phrases: neighbours that it has side by side again and again (đạt chuẩn, thủ_tướng chính_phủ).

The segmenter knows the words of the language; what an article is about is more often two of them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

LEAST = 3
"""How often an article must have two words side by side for a phrase. With 2 there are three times as many, mostly chance."""
MOST_SYLLABLES = 4


def phrases(texts: Iterable[Sequence[str]]) -> list[str]:
    """Return the phrases of texts given as words (syllables joined by "_"): two words with a space between, in order of their first place."""
    times = Counter(pair for words in texts for pair in pairwise(words))
    return [f"{first} {second}" for (first, second), count in times.items() if count >= LEAST and _is_phrase(first, second)]


def _is_phrase(first: str, second: str) -> bool:
    syllables = first.split("_") + second.split("_")
    return len(syllables) <= MOST_SYLLABLES and all(map(str.isalpha, syllables))
