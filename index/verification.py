"""An index folder and its archive -> a list of what is wrong with the index, as it is told; an empty list means nothing is."""

from __future__ import annotations

from pathlib import Path

from corpus.archive import Archive
from corpus.errors import ArchiveDamaged
from index.errors import IndexingError, SegmentDamaged, told
from index.snapshot import Snapshot, open_snapshot
from language.wording import Told


def check_index(folder: Path, archive: Archive, *, is_whole: bool = True) -> list[Told]:
    """Compare every page of every segment with its checksum, and the articles indexed with those of the archive up to the watermark.

    An index that is not of the whole archive (index.lexicon) has those that changed since its first did.
    """
    try:
        snapshot = open_snapshot(folder)
    except IndexingError as error:
        return [error.told]
    problems = []
    for segment in snapshot.segments:
        try:
            segment.file.check()
        except SegmentDamaged as error:
            problems.append(error.told)
    try:
        return problems or _compare(snapshot, archive, is_whole)
    except ArchiveDamaged as error:
        return [error.told]


def _compare(snapshot: Snapshot, archive: Archive, is_whole: bool) -> list[Told]:
    if snapshot.provenance.archive != archive.traits.identity():
        return [told("check_other_archive")]
    indexed = _indexed(snapshot)
    watermark = snapshot.provenance.watermark
    changes = list(archive.changes(0))
    first = 0 if is_whole else min(indexed, default=watermark + 1)
    expected = {
        change.number: change.article_id for change in changes if first <= change.number <= watermark and not change.withdrawn
    }
    changed_since = {change.article_id for change in changes if change.number > watermark}
    missing = [article for number, article in expected.items() if indexed.get(number) != article]
    surplus = [article for number, article in indexed.items() if number not in expected and article not in changed_since]
    problems = [told("check_missing", article=article) for article in missing]
    return problems + [told("check_surplus", article=article) for article in surplus]


def _indexed(snapshot: Snapshot) -> dict[int, str]:
    """Return change number -> article id of what can be found."""
    return {
        int(change): article.decode()
        for segment in snapshot.segments
        for change, article in zip(segment.changes[segment.live], segment.ids[segment.live], strict=True)
    }
