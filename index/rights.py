"""The rights of an index folder -> nothing, or an error that says who else may write it, or which right is missing to read it.

What lies in the folder is believed, so it is read only if nobody wrote it but who runs us, root, or the owner of the data folder around it, whose
archive is believed too. Where the system has no such rights (Windows) nothing is checked.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote

from index.errors import IndexUnreadable, IndexUnsafe, told
from language.wording import Told

FOLDER_RIGHT = told("right_of_folder")
FILE_RIGHT = told("right_of_file")
_WRITTEN_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_ENTERED_BY_OTHERS = stat.S_IXGRP | stat.S_IXOTH


@contextmanager
def readable(path: Path, right: Told) -> Iterator[None]:
    """Turn a refusal of the system to read `path` into IndexUnreadable."""
    try:
        yield
    except PermissionError as error:
        raise IndexUnreadable(path, right) from error


def check_folder(folder: Path) -> None:
    """Raise IndexUnsafe if others may write the index folder, IndexUnreadable if we may not look at it."""
    if not hasattr(os, "geteuid"):
        return
    with readable(folder, FOLDER_RIGHT):
        status = os.stat(folder)
        trusted = {0, os.geteuid(), os.stat(folder.parent).st_uid}
    _check(folder, status, trusted)


def check_file(path: Path, descriptor: int) -> None:
    """Raise IndexUnsafe if others may write an open file of the index. A folder that lets nobody in protects its files, whatever their rights."""
    if not hasattr(os, "geteuid"):
        return
    folder = os.stat(path.parent)
    if folder.st_mode & _ENTERED_BY_OTHERS:
        _check(path, os.fstat(descriptor), {0, os.geteuid(), folder.st_uid})


def withdraw_writing(descriptor: int) -> None:
    """Take the right to write an open file from everybody but its owner, whatever the umask gave."""
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, stat.S_IMODE(os.fstat(descriptor).st_mode) & ~_WRITTEN_BY_OTHERS)


def _check(path: Path, status: os.stat_result, trusted: set[int]) -> None:
    if status.st_uid not in trusted:
        raise IndexUnsafe(path, told("owned_by_another", uid=status.st_uid), f"chown {os.geteuid()} {quote(str(path))}")
    if status.st_mode & _WRITTEN_BY_OTHERS:
        rights = f"{stat.S_IMODE(status.st_mode):04o}"
        raise IndexUnsafe(path, told("written_by_others", rights=rights), f"chmod go-w {quote(str(path))}")
