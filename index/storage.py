"""Whoosh's file storage made durable: what is renamed into place is sealed with a CRC-32 and on disk, and so is the folder.

Whoosh 2.7.4 never calls fsync: after a power cut its table of contents may name segments that are not on disk.
"""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile

from corpus.disk import synchronize
from index.contents import read_contents
from index.errors import SegmentDamaged, told
from index.rights import FILE_RIGHT, check_file, check_folder, readable, withdraw_writing

_SEAL = struct.Struct("<I4s")
_MARK = b"SEAL"


class DurableStorage(FileStorage):  # type: ignore[misc]
    """A folder of index files, readable by its owner only: Whoosh's table of contents is a pickle, never to be taken from a stranger.

    Nothing is read from it that somebody else may have written (index.rights), nor unpickled but by index.contents.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))

    def create(self) -> DurableStorage:
        """Make the folder if it is not there; raise IndexUnsafe or IndexUnreadable if it is, and not ours to read."""
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        check_folder(Path(self.folder))
        return self

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Seal the file, put it on disk, rename it atomically, put the new name on disk."""
        source = Path(self.folder, oldname)
        with open(source, "r+b") as file:
            checksum = zlib.crc32(file.read())
            file.write(_SEAL.pack(checksum, _MARK))
            withdraw_writing(file.fileno())
        synchronize(source)
        os.replace(source, Path(self.folder, newname))
        synchronize(self.folder)

    def read(self, name: str) -> bytes:
        """Return the content of a sealed file (the table of contents).

        Raises FileNotFoundError, SegmentDamaged if it is not as it was sealed, IndexUnsafe or IndexUnreadable if it is not ours to read.
        """
        path = Path(self.folder, name)
        check_folder(path.parent)
        try:
            with readable(path, FILE_RIGHT), open(path, "rb") as file:
                check_file(path, file.fileno())
                content = file.read()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise SegmentDamaged(path, told("file_unreadable", reason=str(error.strerror))) from error
        body, seal = content[: -_SEAL.size], content[-_SEAL.size :]
        if len(seal) < _SEAL.size or _SEAL.unpack(seal) != (zlib.crc32(body), _MARK):
            raise SegmentDamaged(path, told("file_changed"))
        return body

    def open_file(self, name: str, **options: Any) -> Any:
        """Open a sealed file for Whoosh, which unpickles it by itself: raises what `read` does, and what index.contents.read_contents does."""
        body = self.read(name)
        read_contents(body, Path(self.folder, name))
        return BufferFile(memoryview(body), name=name)
