"""What the environment says -> the engine that answers searches of a data folder: the embedded one, or that of a cluster.

Whoever stands above the searcher opens engines here, and knows no more of them than searcher.engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeAlias

from corpus.archive import Archive
from searcher.answering import TIME_LIMIT
from searcher.engine import SearchEngine
from searcher.search import Searcher

Observer: TypeAlias = Callable[[str, float], None]
Opener: TypeAlias = Callable[..., SearchEngine]


def is_embedded(environment: Mapping[str, str]) -> bool:
    """Tell whether the engine is asked for that needs nothing but the data folder."""
    return environment.get("LUCBAO_ENGINE", "").strip() in ("", "embedded")


class Opening:
    """How engines are opened. `observe`, if given, is told how each request to a cluster ended, and after how many seconds."""

    def __init__(self, environment: Mapping[str, str], *, observe: Observer | None = None) -> None:
        """Raise ClusterSettingInvalid if the environment makes no sense, ClientMissing if the client of a cluster is not installed."""
        self._open: Opener = Searcher.open if is_embedded(environment) else _clustered(environment, observe)

    def open(self, home: Path, archive: Archive | None = None, *, time_limit: float = TIME_LIMIT) -> SearchEngine:
        """Open an engine over a data folder, whose archive is opened too unless it is given. Raises what opening either engine raises."""
        return self._open(home, archive, time_limit=time_limit)


def _clustered(environment: Mapping[str, str], observe: Observer | None) -> Opener:
    # What the embedded engine does not need is not loaded with it.
    from index.cluster.connection import Cluster
    from index.cluster.setting import ClusterSettings
    from searcher.cluster.cluster_searcher import ClusterSearcher

    settings = ClusterSettings.from_environment(environment)
    assert settings is not None
    return partial(ClusterSearcher.open, Cluster(settings, observe=observe))
