"""A file or folder that was written -> the same, on disk; and whether a disk was full.

What happens then: the archive undoes its transaction and raises ArchiveFull (corpus.archive.file), the index keeps its last commit and raises
IndexWriteFailed (index.writer), an export leaves the file of before (command.shown.output_file); each says so in a sentence, with exit code 3.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path


def is_full(error: OSError) -> bool:
    """Tell whether a disk, or what a user may have of it, was full."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def synchronize(path: str | Path) -> None:
    """Wait until the content of a file, or the names in a folder, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
