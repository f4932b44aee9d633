"""The environment -> the cluster it names, brought up, checked, looked at; None where it names none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from command.errors import WrongUsage
from command.speaker import Speaker
from corpus.archive import ARCHIVE_FILE, Archive
from language.wording import Told

if TYPE_CHECKING:
    from index.cluster.connection import Cluster
    from index.cluster.diagnosis import Diagnosis
    from index.report import IndexReport

Progress = Callable[[int, int], None]


def named_cluster(environment: Mapping[str, str]) -> Cluster | None:
    """Return the cluster that an environment names, None if it asks for the embedded engine. Raises WrongUsage, ClientMissing."""
    if not environment.get("LUCBAO_ENGINE", "").strip():
        return None  # nothing else is loaded
    from index.cluster.connection import Cluster
    from index.cluster.errors import ClusterSettingInvalid
    from index.cluster.setting import ClusterSettings

    try:
        settings = ClusterSettings.from_environment(environment)
    except ClusterSettingInvalid as error:
        raise WrongUsage("wrong_setting", error=error.told) from error
    return Cluster(settings) if settings else None


def bring_up_cluster(
    home: Path, cluster: Cluster, speaker: Speaker, *, rebuild: bool, processes: int, progress: Progress
) -> IndexReport:
    """Bring the cluster's index up to the archive, and after it the lexicon, which is small beside it and has no progress of its own."""
    from index.cluster import writer
    from index.cluster.channel import PATIENCE
    from index.lexicon import update_lexicon

    report = writer.update_cluster(
        home / ARCHIVE_FILE,
        cluster,
        rebuild=rebuild,
        processes=processes,
        progress=progress,
        waiting=lambda reason: speaker.say("index.waiting", minutes=round(PATIENCE / 60), reason=reason),
    )
    update_lexicon(home / ARCHIVE_FILE, home, processes=processes)
    return report


def check_cluster(cluster: Cluster, archive: Archive) -> list[Told]:
    """Return what is wrong with the cluster's index. Raises ClusterUnavailable, ClusterLate if it cannot be looked at."""
    from index.cluster import verification

    return verification.check_cluster(cluster, archive)


def diagnosed(cluster: Cluster, archive: Archive) -> Diagnosis:
    """Return how the cluster does."""
    from index.cluster.diagnosis import diagnose

    return diagnose(cluster, archive)
