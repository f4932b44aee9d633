"""`lucbao index`: the index -> brought up to the archive."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from command import DONE
from command.cluster import bring_up_cluster, named_cluster
from command.shown.progress import progress_bar
from command.speaker import Speaker
from corpus.archive import ARCHIVE_FILE, Archive


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `index`."""
    parser.add_argument("--rebuild", action="store_true", help=speaker.text("option.rebuild"))
    parser.add_argument("--progress", action="store_true", help=speaker.text("option.progress"))


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Bring the index up to the archive."""
    bring_up(options.home, options.environment, speaker, rebuild=options.rebuild, progress=options.progress)
    return DONE


def bring_up(
    home: Path,
    environment: Mapping[str, str],
    speaker: Speaker,
    *,
    rebuild: bool = False,
    progress: bool = False,
    silent: bool = False,
) -> None:
    """Bring the index of a data folder, or of the cluster that the environment names, up to the archive, and say what was done.

    `silent` where that is nothing.
    """
    from index.snapshot import INDEX_FOLDER
    from index.writer import update_index

    cluster = named_cluster(environment)
    with progress_bar(speaker, "index.label", "articles", told="index.saved", forced=progress) as show:
        archive, processes = home / ARCHIVE_FILE, os.cpu_count() or 1
        if cluster is not None:
            report = bring_up_cluster(home, cluster, speaker, rebuild=rebuild, processes=processes, progress=show)
        else:
            report = update_index(archive, home / INDEX_FOLDER, rebuild=rebuild, processes=processes, progress=show)
    with Archive.open(archive, read_only=True) as kept:
        kept.file.checkpoint()
    if report.rebuilt:
        speaker.say("index.rebuilt", reason=report.rebuilt)
    if silent and not (report.indexed or report.removed or report.renamed):
        return
    done = [speaker.text("index.indexed", count=report.indexed), speaker.text("index.removed", count=report.removed)]
    if report.renamed:
        done.append(speaker.text("index.renamed", count=report.renamed))
    print(" · ".join(done))
