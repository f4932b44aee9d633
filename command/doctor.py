"""`lucbao doctor`: the search index, wherever it is, looked at -> what stands, what is off, and what to do about it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from command import DAMAGED, DONE
from command.cluster import diagnosed, named_cluster
from command.shown.safe_text import escaped
from command.speaker import Speaker
from corpus.archive import ARCHIVE_FILE, Archive
from language.wording import Told


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Nothing may be typed behind `doctor`."""


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Say what stands, then what is off."""
    from index.lexicon import LEXICON_FOLDER
    from index.snapshot import INDEX_FOLDER

    cluster = named_cluster(options.environment)
    facts: list[Told] = []
    troubles: list[Told] = []
    with Archive.open(options.home / ARCHIVE_FILE, read_only=True) as archive:
        if cluster is not None:
            found = diagnosed(cluster, archive)
            facts, troubles = found.facts, found.troubles
        folder = options.home / (INDEX_FOLDER if cluster is None else LEXICON_FOLDER)
        name = "doctor.index" if cluster is None else "doctor.lexicon"
        told = [speaker.text(name, problem=problem) for problem in _folder_troubles(folder, archive)]
    for fact in facts:
        print(escaped(fact.in_words(speaker.language)))
    said = [speaker.text("doctor.off", problem=problem) for problem in troubles] + told
    for problem in said:
        print(escaped(problem))
    print(speaker.text("doctor.troubles", count=len(said)) if said else speaker.text("doctor.well"))
    return DAMAGED if said else DONE


def _folder_troubles(folder: Path, archive: Archive) -> Iterator[Told | str]:
    """Yield what is off with an index in a folder: it cannot be opened, is not of this archive, or lags behind it."""
    from index.errors import IndexingError
    from index.snapshot import check_archive, open_snapshot

    try:
        snapshot = open_snapshot(folder)
        check_archive(folder, snapshot.provenance, archive)
    except IndexingError as error:
        yield error.told
        return
    lag = archive.last_change() - snapshot.provenance.watermark
    if lag:
        yield Told("command", "doctor.lag", (("count", lag),))
