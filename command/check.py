"""`lucbao check`: every byte of archive and index, compared with its checksums -> what is damaged."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from command import DAMAGED, DONE
from command.cluster import check_cluster, named_cluster
from command.shown.safe_text import escaped
from command.speaker import Speaker
from corpus.archive import ARCHIVE_FILE, Archive
from language.wording import Told

if TYPE_CHECKING:
    from index.cluster.connection import Cluster


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Nothing may be typed behind `check`."""


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Read everything and list what is not as it was written."""
    cluster = named_cluster(options.environment)
    with Archive.open(options.home / ARCHIVE_FILE, read_only=True) as archive:
        problems = [speaker.text("check.archive", problem=problem) for problem in archive.check()]
        found, away = index_problems(options.home, archive, cluster)
        problems += [speaker.text("check.index", problem=problem) for problem in found]
    for problem in problems:
        print(escaped(problem))
    if away:
        print(escaped(speaker.text("check.away", problem=away)))
    if problems:
        print(speaker.text("check.damaged", count=len(problems)))
    else:
        print(speaker.text("check.rest_whole" if away else "check.whole"))
    return DAMAGED if problems or away else DONE


def index_problems(home: Path, archive: Archive, cluster: Cluster | None) -> tuple[list[Told], Told | None]:
    """Return what is wrong with the index, that of the data folder or the cluster's and the lexicon; and why the cluster's was not compared."""
    from index.cluster.errors import ClusterLate, ClusterUnavailable
    from index.lexicon import LEXICON_FOLDER
    from index.snapshot import INDEX_FOLDER
    from index.verification import check_index

    if cluster is None:
        return check_index(home / INDEX_FOLDER, archive), None
    found, away = [], None
    try:
        found = check_cluster(cluster, archive)
    except (ClusterUnavailable, ClusterLate) as error:
        away = error.told
    return found + check_index(home / LEXICON_FOLDER, archive, is_whole=False), away
