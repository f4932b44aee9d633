"""A file or folder that was written -> the same, on disk."""

from __future__ import annotations

import os
from pathlib import Path


def synchronize(path: str | Path) -> None:
    """Wait until the content of a file, or the names in a folder, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
