"""What the environment says -> the engine that answers searches of a data folder: the embedded one, or that of a cluster.

Whoever stands above the searcher opens engines here, and knows no more of them than searcher.engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.archive import Archive
from searcher.answering import TIME_LIMIT
from searcher.engine import SearchEngine
from searcher.search import Searcher

if TYPE_CHECKING:
    from index.cluster.connection import Cluster


def is_embedded(environment: Mapping[str, str]) -> bool:
    """Tell whether the engine is asked for that needs nothing but the data folder."""
    return environment.get("LUCBAO_ENGINE", "").strip() in ("", "embedded")


class Opening:
    """How engines are opened. `observe`, if given, is told how each request to a cluster ended, and after how many seconds."""

    def __init__(self, environment: Mapping[str, str], *, observe: Callable[[str, float], None] | None = None) -> None:
        """Raise ClusterSettingInvalid if the environment makes no sense, ClientMissing if the client of a cluster is not installed."""
        self._cluster: Cluster | None = None
        if not is_embedded(environment):
            # What the embedded engine does not need is not loaded with it.
            from index.cluster.connection import Cluster
            from index.cluster.setting import ClusterSettings

            settings = ClusterSettings.from_environment(environment)
            assert settings is not None
            self._cluster = Cluster(settings, observe=observe)

    def open(self, home: Path, archive: Archive | None = None, *, time_limit: float = TIME_LIMIT) -> SearchEngine:
        """Open an engine over a data folder, whose archive is opened too unless it is given. Raises what opening either engine raises."""
        if self._cluster is None:
            return Searcher.open(home, archive, time_limit=time_limit)
        from searcher.cluster.engine import ClusterSearcher

        return ClusterSearcher.open(home, self._cluster, archive, time_limit=time_limit)
