"""Every way in which the cluster can fail us. What is said stands in the messages of the index room."""

from __future__ import annotations

from pathlib import Path

from index.errors import IndexingError, IndexMissing, IndexOutdated, told
from language.wording import Told


class ClusterSettingInvalid(IndexingError):
    """Raised when a variable of the environment cannot be meant as it is; the message names it, and no secret."""


class ClientMissing(IndexingError):
    """Raised when the client library is not installed."""

    def __init__(self) -> None:
        super().__init__("client_missing")


class ClusterUnavailable(IndexingError):
    """Raised when the cluster gives no answer that is whole: no node answers, shards are missing, it lets us not in, it has too much to do."""

    def __init__(self, reason: Told) -> None:
        super().__init__("cluster_unavailable", reason=reason)
        self.reason = reason


class PitLost(ClusterUnavailable):
    """Raised when a point in time is no more: it has expired, or a node that held a part of it does not answer. Another can be opened."""

    def __init__(self) -> None:
        super().__init__(told("cluster_pit_lost"))


class ClusterIndexMissing(IndexMissing):
    """Raised when there is no index behind the alias yet."""

    def __init__(self, name: str) -> None:
        IndexingError.__init__(self, "cluster_none", name=name)
        self.folder = Path(name)


class ClusterIndexOutdated(IndexOutdated):
    """Raised when the index behind the alias was built by another version of analysis or schema, from another archive, or is not ours."""

    def __init__(self, name: str, reason: Told) -> None:
        IndexingError.__init__(self, "cluster_outdated", name=name, reason=reason)
        self.folder = Path(name)
        self.reason = reason


class ArchiveBehind(IndexingError):
    """Raised when the index in the cluster has changes of an archive of which this is an older copy."""

    def __init__(self, here: int, there: int) -> None:
        super().__init__("archive_behind", here=here, there=there)
        self.here = here
        self.there = there


class ClusterLate(IndexingError):
    """Raised when the time that an answer may take is over."""

    def __init__(self) -> None:
        super().__init__("cluster_late")


class RequestMalformed(Exception):
    """Raised when the cluster refuses what we asked as wrong in itself: a fault of this program, so nobody is told it as a state of things."""
