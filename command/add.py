"""`lucbao add PATH…`: files and folders -> articles in the archive, and what became of them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from command import DONE, REJECTED
from command.shown.progress import progress_bar
from command.shown.safe_text import place, printable, say
from command.speaker import Speaker
from command.typed.value import column_names
from corpus.archive import ARCHIVE_FILE, Archive
from language.wording import Told

if TYPE_CHECKING:
    from corpus.ingest import IngestReport

_LISTED_REJECTS = 20
_KINDS_SHOWN = 12


def add_options(parser: argparse.ArgumentParser, speaker: Speaker) -> None:
    """Say what may be typed behind `add`."""
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument(
        "--columns", type=column_names(speaker), metavar=speaker.text("option.columns.value"), help=speaker.text("option.columns")
    )
    parser.add_argument("--progress", action="store_true", help=speaker.text("option.progress"))


def run(options: argparse.Namespace, speaker: Speaker) -> int:
    """Read files into the archive and say what became of them."""
    addresses = [path for path in options.paths if path.lower().startswith(("http://", "https://"))]
    paths = [Path(path) for path in options.paths if path not in addresses]
    code = DONE
    changed = bool(addresses) and _fetched(options, addresses, speaker)
    if paths or not addresses:
        report = added(options.home, paths, speaker, progress=options.progress, columns=options.columns)
        changed = changed or bool(report.added or report.updated)
        code = REJECTED if report.rejected else DONE
    if changed:
        speaker.say("add.then_index")
    return code


def _fetched(options: argparse.Namespace, addresses: Sequence[str], speaker: Speaker) -> bool:
    """Fetch pages into the archive by the rules of `gather`, and say what came of each; True if any is new or has another text."""
    from command.gather import user_agent
    from corpus.gathering.fetch import Fetcher
    from corpus.gathering.gatherer import Gatherer
    from corpus.gathering.source import source_of
    from corpus.gathering.source_file import read_sources

    robot, sources, changed = user_agent(options.environment), read_sources(options.home), False
    with (
        Archive.open(options.home / ARCHIVE_FILE, create=True) as archive,
        Gatherer(archive, Fetcher(robot), processes=1) as gatherer,
    ):
        for address in addresses:
            visit = gatherer.fetch_one(address, source_of(address, sources))
            outcome = speaker.text(f"outcome.{visit.outcome}")
            print(f"{printable(address)}: {outcome}" + (f" ({visit.words.in_words(speaker.language)})" if visit.words else ""))
            changed = changed or visit.outcome in ("added", "updated")
        archive.file.checkpoint()
    return changed


def added(
    home: Path, paths: Sequence[Path], speaker: Speaker, *, progress: bool = False, columns: Mapping[str, str] | None = None
) -> IngestReport:
    """Read files into the archive of a data folder; say what was rejected and return what became of all."""
    from corpus.ingest import ingest

    shown = progress_bar(speaker, "add.label", "articles", told="add.saved", forced=progress)
    with Archive.open(home / ARCHIVE_FILE, create=True) as archive, shown as show:
        report = ingest(paths, archive, progress=lambda done: show(done.saved), columns=columns)
        archive.file.checkpoint()  # from here on a copy of the one file is whole
    for reject in report.rejects[:_LISTED_REJECTS]:
        speaker.say("add.rejected", place=place(reject.origin, reject.line), reason=reject.words)
    if report.rejected > _LISTED_REJECTS:
        speaker.say("add.more_rejected", count=report.rejected - _LISTED_REJECTS)
    for unread in report.unread_dates[:_LISTED_REJECTS]:
        say(f"{place(unread.origin, unread.line)}: {unread.words.in_words(speaker.language)}")
    print(" · ".join(_parts(report, speaker)))
    return report


def _parts(report: IngestReport, speaker: Speaker) -> Iterator[str]:
    """Yield what became of all that was seen."""
    text = speaker.text
    yield text("report.added", count=report.added)
    yield text("report.updated", count=report.updated)
    yield text("report.unchanged", count=report.unchanged)
    yield text("report.rejected", count=report.rejected)
    if report.undated:
        yield text("report.undated", count=report.undated)
    for key, passed in (
        ("report.passed_files", report.passed_files),
        ("report.passed_folders", report.passed_folders),
        ("report.passed_records", report.passed_records),
    ):
        if passed:
            yield text(key, count=sum(passed.values()), kinds=", ".join(_kinds(passed, speaker)))


def _kinds(passed: Mapping[Told, int], speaker: Speaker) -> Iterator[str]:
    """Yield how many of each kind were passed over, the most frequent first."""
    named = [(kind.in_words(speaker.language), count) for kind, count in passed.items()]
    ordered = sorted(named, key=lambda kind: (-kind[1], kind[0]))
    yield from (f"{speaker.number(count)} {printable(kind)}" for kind, count in ordered[:_KINDS_SHOWN])
    others = ordered[_KINDS_SHOWN:]
    if others:
        yield speaker.text("report.other_kinds", count=sum(count for _, count in others), kinds=len(others))
