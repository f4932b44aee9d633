"""A text -> its rows of words with capitals, the only places where a name may begin. Offsets are those of the text.

Rows are looked for in the text's level form, which has its length: tones where the new style has them, dashes as hyphens.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from language.document_kind import rows
from language.tone import new_style

_LATIN = [chr(code) for code in range(0x41, min(sys.maxunicode, 0x1F00)) if code < 0x250 or code >= 0x1E00]
CAPITAL = f"[{''.join(filter(str.isupper, _LATIN))}]"
WORD = rf"{CAPITAL}[^\W_]*(?:['’-][^\W_]+)*"
"""A pattern of a word that begins with a capital."""
_INITIAL = rf"{CAPITAL}\.(?= ?(?:{CAPITAL}\. ?)?[A-Z][a-z]{{2,}}(?!\w))"
# Begins with a set of letters because the search for those is fast.
_ROW = re.compile(rf"{CAPITAL}(?<![\w'’.&-].)[^\W_]*(?:['’-][^\W_]+)*(?: (?:{_INITIAL} ?(?=\S))*{WORD})*")


class Row(NamedTuple):
    """Words with capitals that stand side by side: where each begins, and the words."""

    starts: tuple[int, ...]
    words: tuple[str, ...]

    def end(self, number: int) -> int:
        """Return where the word with this number ends."""
        return self.starts[number] + len(self.words[number])


def level(text: str) -> str:
    """Return clean `text` in the form in which names are looked for; it has the same length."""
    return new_style(text).replace("–", "-")


def capital_rows(text: str) -> Iterator[Row]:
    """Yield the rows of a level text, in order."""
    for match in _ROW.finditer(text):
        start = match.start()
        words = match[0].split(" ")
        if len(words) == 1:
            yield Row((start,), (match[0],))
            continue
        starts = []
        for word in words:
            starts.append(start)
            start += len(word) + 1
        yield Row(tuple(starts), tuple(words))


@cache
def listed(name: str) -> frozenset[str]:
    """Return the entries of a table of one column, level."""
    return frozenset(level(entry) for entry, *_ in rows(name))
