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
        problems += [speaker.text("check.index", problem=problem) for problem in index_problems(options.home, archive, cluster)]
    for problem in problems:
        print(escaped(problem))
    print(speaker.text("check.damaged", count=len(problems)) if problems else speaker.text("check.whole"))
    return DAMAGED if problems else DONE


def index_problems(home: Path, archive: Archive, cluster: Cluster | None) -> list[Told]:
    """Return what is wrong with the index: that of the data folder, or the cluster's and the lexicon."""
    from index.lexicon import LEXICON_FOLDER
    from index.snapshot import INDEX_FOLDER
    from index.verification import check_index

    if cluster is None:
        return check_index(home / INDEX_FOLDER, archive)
    return check_cluster(cluster, archive) + check_index(home / LEXICON_FOLDER, archive, is_whole=False)
