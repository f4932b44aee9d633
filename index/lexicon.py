"""The archive's newest articles -> a small index of them, the lexicon: how the archive writes.

Where the articles themselves are searched elsewhere, in a cluster, spelling, marks, words and phrases are still looked up beside whoever
searches. For that so many articles do that there is nothing to gain from all of them. The lexicon is an index as any, of the articles after
some change number: kept by the same writer, opened and read as any.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.report import IndexReport
from index.writer import update_index

LEXICON_FOLDER = "lexicon"
"""The lexicon's place in the data folder."""
MOST_ARTICLES = 100_000
"""With which a lexicon begins."""


def update_lexicon(
    archive_path: Path,
    home: Path,
    *,
    most: int = MOST_ARTICLES,
    processes: int = 2,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> IndexReport:
    """Bring the lexicon in a data folder up to the archive; the rest is as with update_index.

    It begins with the `most` articles that were archived or changed last, takes up those that follow, and begins anew before it has more than
    twice as many.
    """
    folder = home / LEXICON_FOLDER
    return update_index(archive_path, folder, newest=most, processes=processes, progress=progress)
