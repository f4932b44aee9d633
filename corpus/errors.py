"""Every way in which the corpus room can refuse its input. What is said stands in messages/<language>.json."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from corpus.message import ROOM
from language.errors import ToldError
from language.wording import Told


class CorpusError(ToldError):
    """Base of the errors below."""

    room = ROOM


class NotAnArticle(CorpusError):
    """Raised when what was read is no article: an empty page, a home or section page, a search result, a broken line."""


class NotAList(CorpusError):
    """Raised when what was to name a paper's articles (a feed, a sitemap, a page of a section) does not."""


class FetchFailed(CorpusError):
    """Raised when an address was not answered: it may not be asked, nobody answers, or the answer is none that we take."""


class TableInvalid(CorpusError):
    """Base of what is raised when a file that people write by hand is not as it should be: where, and why."""

    sentence: ClassVar[str]

    def __init__(self, path: Path, line: int, reason: Told) -> None:
        super().__init__(self.sentence, path=path, line=line, reason=reason)
        self.path = path
        self.line = line
        self.reason = reason


class SourcesInvalid(TableInvalid):
    """Raised when an archive's own table of papers (sources.toml) is not as it should be."""

    sentence = "sources_invalid"


class IdentityTaken(CorpusError):
    """Raised when an article's id already belongs to another address: its archive keeps the first (odds of 1 in 10^18 a pair)."""


class ArchiveMissing(CorpusError):
    """Raised when there is no archive at the path, or this user may not open it."""


class ArchiveDamaged(CorpusError):
    """Raised when the archive file is not one of ours, is corrupt, or was written by a newer version."""


class ArchiveBusy(CorpusError):
    """Raised when another process holds the archive's write lock for longer than we wait."""


class ArchiveFull(CorpusError):
    """Raised when the disk under the archive cannot take what was being written; nothing unacknowledged is kept."""


class ArchiveReplaced(CorpusError):
    """Raised when another file has taken the place of the archive that is open: nothing more is written to it, nor read from both."""


class CopyFailed(CorpusError):
    """Raised when a copy of the archive cannot be written, or is not as it should be; the archive is as it was."""
