"""What a run of a writer did, in the words of its reader."""

from __future__ import annotations

from dataclasses import dataclass

from language.wording import Told


@dataclass(frozen=True)
class IndexReport:
    """What a run did: articles indexed and removed, segments now, why the index was built anew, if it was, else for how many articles
    indexed before the name of their paper changed.
    """

    indexed: int
    removed: int
    segments: int
    rebuilt: Told | None = None
    renamed: int = 0
