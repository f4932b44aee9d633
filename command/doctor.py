"""`lucbao doctor`: the machine and the search index, wherever it is, looked at -> what stands, what is off, and what to do about it.

What is off with the index ends in exit code 3; what the machine lacks is worth a look, and Lục Báo works all the same.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from command import DAMAGED, DONE
from command.cluster import diagnosed, named_cluster
from command.errors import reason
from command.shown.safe_text import escaped
from command.speaker import Speaker
from command.typed.value import port_number
from corpus.archive import ARCHIVE_FILE, Archive
from language.wording import Told


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `doctor`."""
    parser.add_argument("--port", type=port_number(speaker), default=8000, help=speaker.text("doctor.port"))


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Say what stands, then what is off: of the machine, which may have no archive yet, then of the index."""
    from index.lexicon import LEXICON_FOLDER
    from index.snapshot import INDEX_FOLDER

    for line in _machine(options.home, options.port):
        print(escaped(line.in_words(speaker.language)), flush=True)
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


def _machine(home: Path, port: int) -> Iterator[Told]:
    """Yield what the machine is, what may be added to it, and what is worth a look."""
    from command.machine import capacity, disk, encoding, package, release
    from index.snapshot import INDEX_FOLDER
    from language.period import today_in_vietnam
    from web.serving.connection import check_port

    releases, means = release.look_at_releases(), capacity.look_at_capacity()
    looked = disk.look_at_disk(home, INDEX_FOLDER)
    yield from (release.told(releases), capacity.told(means), disk.told(looked))
    port_hints: list[Told] = []
    try:
        check_port("127.0.0.1", port)
        yield Told("command", "doctor.port_free", (("port", str(port)),))
    except OSError as error:
        other = port + 1 if port < 65_535 else port - 1
        port_hints.append(
            Told("command", "doctor.port_taken", (("port", str(port)), ("reason", reason(error)), ("other", other)))
        )
    asked = package.look_at_requirements()
    for offer in package.offers(asked):
        yield Told("command", "doctor.offer", (("problem", offer),))
    for hint in chain(
        release.hints(releases, today_in_vietnam()),
        package.hints(asked),
        capacity.hints(means),
        disk.hints(looked),
        encoding.hints(sys.stdout.encoding),
        port_hints,
    ):
        yield Told("command", "doctor.hint", (("problem", hint),))


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
