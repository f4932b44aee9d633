"""An archive -> a copy of it in one file, checked; such a copy -> the archive, the one it replaces put aside.

Invariants. A file that stands under its final name is whole, read through once and on disk. Nothing is overwritten or removed. A program that
still writes to the archive that was replaced is refused from then on (ArchiveReplaced); what it had acknowledged before is in that archive.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from corpus.archive import Archive
from corpus.archive.change_number import last_number, skip_numbers
from corpus.archive.file import copy_file, side_files
from corpus.disk import synchronize
from corpus.errors import ArchiveDamaged, ArchiveMissing, CopyFailed, CorpusError
from language.wording import Told

WAIT = 10.0
"""Seconds that another program may take over what it is writing."""
Progress = Callable[[int, int], None]
"""Told how many pages are copied so far, and how many there are."""


def back_up(path: Path, target: Path, progress: Progress = lambda done, total: None) -> None:
    """Write the archive at `path`, as it is now, to the new file `target`; others may read and write it meanwhile.

    Raises CopyFailed if there is a file `target`, if it cannot be written, or if the copy is not sound: then the archive is damaged.
    """
    _refuse_existing(target)
    with _partial(target) as partial:
        Archive.open(path, read_only=True).close()  # of the present schema, and the log beside it its own
        copy_file(path, partial, progress)
        _refuse_damaged(partial, path, read_only=True)
        synchronize(partial)
        _refuse_existing(target)
        try:
            os.link(partial, target)
        except FileExistsError:
            _refuse_existing(target)
        except OSError:  # a disk without links
            os.rename(partial, target)
        synchronize(target.parent)


def restore(backup: Path, path: Path, progress: Progress = lambda done, total: None) -> Path | None:
    """Put a copy of the file `backup` in the place of the archive at `path`, whatever state that is in; return where that one is kept now.

    The copy is read through before anything is moved. Change numbers that the replaced archive gave out are not given out again.
    Raises ArchiveMissing if there is no file `backup`, CopyFailed if it is not sound, ArchiveBusy if another program keeps on writing.
    """
    if not backup.is_file():
        raise ArchiveMissing("no_backup", path=backup)
    if path.exists() and os.path.samefile(backup, path):
        raise CopyFailed("own_archive", path=backup)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _partial(path) as partial:
        copy_file(backup, partial, progress)
        _refuse_damaged(partial, backup)
        with _held(path) as replaced:
            if replaced is not None:
                identity, last = replaced
                with Archive.open(partial) as restored:
                    if restored.traits.identity() == identity:
                        skip_numbers(restored.file, last)
            synchronize(partial)
            aside = _put_aside(path)
            os.replace(partial, path)
            synchronize(path.parent)
    return aside


def _refuse_existing(target: Path) -> None:
    if os.path.lexists(target):
        raise CopyFailed("copy_exists", path=target)


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """Make an empty file beside `target`, its owner's alone, that is gone when the block ends."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise CopyFailed("copy_folder_closed", folder=target.parent, reason=str(error.strerror)) from error
    try:
        yield partial
    finally:
        for each in (partial, *side_files(partial)):
            each.unlink(missing_ok=True)


def _refuse_damaged(copy: Path, original: Path, *, read_only: bool = False) -> None:
    """Read the copy through; an archive of an older schema is brought up to date."""
    try:
        with Archive.open(copy, read_only=read_only) as archive:
            problems = archive.check()
    except CorpusError as error:
        problems = [_of(original, copy, error.told)]
    if problems:
        raise CopyFailed("copy_not_sound", path=original, count=len(problems), problems=tuple(problems[:5]))


def _of(original: Path, copy: Path, words: Told) -> Told:
    """Return a message about the copy as one about the original: its path in the place of the copy's."""
    named = {name: str(value) if isinstance(value, Path) else value for name, value in words.values}
    return replace(
        words,
        values=tuple(
            (name, value.replace(str(copy), str(original)) if isinstance(value, str) else value) for name, value in named.items()
        ),
    )


@contextmanager
def _held(path: Path) -> Iterator[tuple[str, int] | None]:
    """Keep all others from writing to the archive at `path` while the block runs; hand out its identity and the last number it gave out.

    None where there is none, or it is in a state in which nobody can write to it.
    """
    try:
        archive = Archive.open(path, wait=WAIT)
    except (ArchiveMissing, ArchiveDamaged):
        yield None
        return
    with archive:
        archive.file.checkpoint()
        with archive.file.held():
            try:
                known = archive.traits.identity(), last_number(archive.file)
            except ArchiveDamaged:
                known = None
            yield known


def _put_aside(path: Path) -> Path | None:
    """Give the archive at `path` and its log a second name, and return it: there it stays when a copy takes the first."""
    if not path.exists():
        return None
    stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S.%fZ")
    aside = path.with_name(f"{path.name}.{stamp}")
    log, index_of_log = side_files(path)
    for old, new in ((path, aside), (log, side_files(aside)[0])):
        if old.exists() and (old == path or old.stat().st_size):
            try:
                os.link(old, new)
            except OSError:  # a disk without links
                os.rename(old, new)
    synchronize(path.parent)
    log.unlink(missing_ok=True)
    index_of_log.unlink(missing_ok=True)
    return aside
